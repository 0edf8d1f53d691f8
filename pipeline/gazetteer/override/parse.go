package override

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"dateline/pipeline/gazetteer"
)

// operation is one line of a file.
type operation struct {
	Op      string `json:"op"`
	Surface string `json:"surface"` // alias block place kind
	ID      string `json:"id"`      // alias merge split place role add
	Into    string `json:"into"`    // merge split
	As      string `json:"as"`      // block: actor, place, both
	Kind    string `json:"kind"`    // kind: event, dateline, mention, metonym
	When    *when  `json:"when"`

	Text         string `json:"text"` // role
	Code         string `json:"code"`
	Organization string `json:"organization"`
	Country      string `json:"country"` // role, add
	From         string `json:"from"`
	To           string `json:"to"`

	Name    string   `json:"name"` // add
	Type    string   `json:"type"` // person, organization, government, group, place
	Subtype string   `json:"subtype"`
	Parent  string   `json:"parent"`
	Aliases []string `json:"aliases"`
	Lat     *float64 `json:"lat"`
	Lon     *float64 `json:"lon"`
	Feature string   `json:"feature"`
	Admin1  string   `json:"admin1"`

	By     string `json:"by"`
	Reason string `json:"reason"`
	At     string `json:"at"`
}

type when struct {
	Source  string `json:"source"`
	Country string `json:"country"`
	With    string `json:"with_actor"`
	From    string `json:"from"`
	To      string `json:"to"`
}

// maxLine bounds one operation in bytes.
const maxLine = 64 << 10

// roleCodes are the codes of roles, see package actor.
var roleCodes = strings.Fields("GOV MIL REB OPP PTY LEG JUD COP SPY IGO NGO MED BUS REL EDU CVL")

// Parse reads a file of operations. name stands in the errors, all of which it
// returns at once, joined, in the order of their lines.
func Parse(name string, r io.Reader, g *gazetteer.Gazetteer) (*Set, error) {
	p := parser{name: name, g: g, actors: actorIDs(g), lines: map[string]int{}, same: map[occasion][]int{}, set: &Set{rules: map[string][]rule{}, merge: map[string]string{},
		split: map[string][]rule{}, roles: map[string][]rule{}, records: map[string]*Record{}, starts: map[string]int{}}}
	ops := p.lex(r)
	for i := range ops { // what is added may be named before it
		if ops[i].Op == "add" {
			p.line = ops[i].line
			p.add(&ops[i])
		}
	}
	for i := range ops {
		p.line = ops[i].line
		p.apply(&ops[i])
	}
	p.circles()
	p.split()
	if len(p.errs) > 0 {
		slices.SortStableFunc(p.errs, func(a, b lineError) int { return a.line - b.line })
		errs := make([]error, len(p.errs))
		for i, e := range p.errs {
			errs[i] = e
		}
		return nil, errors.Join(errs...)
	}
	return p.set, nil
}

type parser struct {
	name   string
	line   int
	g      *gazetteer.Gazetteer
	actors map[string]bool
	set    *Set
	lines  map[string]int     // id merged away or added → line
	same   map[occasion][]int // rules of a surface with one condition, by their index
	errs   []lineError
}

// lineError is what is wrong with a line.
type lineError struct {
	file string
	line int
	err  error
}

func (e lineError) Error() string { return fmt.Sprintf("%s:%d: %v", e.file, e.line, e.err) }
func (e lineError) Unwrap() error { return e.err }

func (p *parser) fail(format string, a ...any) {
	p.errs = append(p.errs, lineError{p.name, p.line, fmt.Errorf(format, a...)})
}

// lex reads the lines and names the content.
func (p *parser) lex(r io.Reader) (ops []rule) {
	h := xxh3.New()
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, maxLine)
	for sc.Scan() {
		p.line++
		l := bytes.TrimSpace(sc.Bytes())
		if len(l) == 0 {
			continue
		}
		h.Write(l)
		h.Write([]byte{'\n'})
		d := json.NewDecoder(bytes.NewReader(l))
		d.DisallowUnknownFields()
		o := rule{line: p.line, place: gazetteer.None}
		if err := d.Decode(&o.operation); err != nil {
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = errors.New("the line ends in the middle of an object")
			}
			p.fail("operation: %w", err)
			continue
		}
		if d.More() {
			p.fail("operation: more than one object in the line")
			continue
		}
		if o.By == "" || o.Reason == "" || o.At == "" {
			p.fail("operation %q: by, reason and at are required", o.Op)
		}
		ops = append(ops, o)
	}
	if err := sc.Err(); err != nil {
		p.line++
		p.fail("%w", err)
	}
	p.set.version = fmt.Sprintf("o-%016x", h.Sum64())
	return ops
}

// apply takes one operation over.
func (p *parser) apply(o *rule) {
	if w := o.When; w != nil {
		p.when(o.Op, w)
	}
	switch o.Op {
	case "add": // taken over already
	case "merge":
		p.merge(o)
	case "split":
		switch {
		case !p.knownActor(o.ID):
			p.fail("split: actor id %q is unknown", o.ID)
		case !p.knownActor(o.Into):
			p.fail("split: actor id %q is unknown; ids of your own start with p: or are made by add", o.Into)
		case o.When == nil || o.ID == o.Into:
			p.fail("split of %s: say with when in which articles it is another id", o.ID)
		default:
			p.set.split[o.ID] = append(p.set.split[o.ID], *o)
		}
	case "alias":
		if !p.knownActor(o.ID) {
			p.fail("alias %q: actor id %q is unknown", o.Surface, o.ID)
		}
		p.rule(o)
	case "place":
		if o.place = p.placeRef(o.ID); o.place == gazetteer.None {
			p.fail("place %q: id %q is unknown", o.Surface, o.ID)
		}
		p.rule(o)
	case "block":
		if o.As != "actor" && o.As != "place" && o.As != "both" {
			p.fail("block %q: as is %q, want actor, place or both", o.Surface, o.As)
		}
		p.rule(o)
	case "kind":
		if !slices.Contains([]string{"event", "dateline", "mention", "metonym"}, o.Kind) {
			p.fail("kind %q: kind is %q, want event, dateline, mention or metonym", o.Surface, o.Kind)
		}
		p.rule(o)
	case "role":
		p.role(o)
	default:
		p.fail("operation %q is unknown: want alias, merge, split, block, place, kind, role or add", o.Op)
	}
}

// when checks the conditions of an operation.
func (p *parser) when(op string, w *when) {
	switch op {
	case "merge", "role", "add":
		p.fail("%s: when is not allowed; split an id, or give the role a term", op)
	}
	if *w == (when{}) {
		p.fail("%s: when is empty", op)
	}
	p.country(op, w.Country)
	if w.With != "" && !p.knownActor(w.With) {
		p.fail("%s: actor id %q of with_actor is unknown", op, w.With)
	}
	p.term(op, w.From, w.To)
	if w.Country != "" || w.With != "" {
		p.set.conditional = true
	}
}

func (p *parser) country(op, cc string) {
	if cc != "" && p.g.CountryRef(cc) == gazetteer.None {
		p.fail("%s: country %q is unknown: want an ISO 3166 code like EE", op, cc)
	}
}

func (p *parser) term(op, from, to string) {
	for _, day := range []string{from, to} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			p.fail("%s: day %q: want 2025-03-01", op, day)
		}
	}
	if from != "" && to != "" && from >= to {
		p.fail("%s: the days from %s to %s are none", op, from, to)
	}
}

// knownActor reports whether an id exists, is added, or is one that the stages
// make from a name (p:, o:), a country or its forces.
func (p *parser) knownActor(id string) bool {
	if cc, ok := strings.CutPrefix(id, "cty:"); ok {
		return p.g.CountryRef(strings.ToUpper(cc)) != gazetteer.None
	}
	if rest, ok := strings.CutPrefix(id, "gen:"); ok {
		cc, _, ok := strings.Cut(rest, ":")
		return ok && p.g.CountryRef(strings.ToUpper(cc)) != gazetteer.None
	}
	if r := p.set.records[id]; r != nil {
		return r.Type != "place"
	}
	return len(id) > 2 && (id[:2] == "p:" || id[:2] == "o:") || p.actors[id]
}

func actorIDs(g *gazetteer.Gazetteer) map[string]bool {
	m := make(map[string]bool, g.Actors())
	for i := range g.Actors() {
		m[g.ID(gazetteer.Ref(g.Places()+i))] = true
	}
	return m
}

// placeRef is the number of a place, added or the gazetteer's, or None.
func (p *parser) placeRef(id string) gazetteer.Ref {
	if r := p.set.records[id]; r != nil && r.Type == "place" {
		return r.Ref
	}
	return p.g.PlaceRef(id)
}

func (p *parser) merge(o *rule) {
	switch {
	case !p.knownActor(o.ID):
		p.fail("merge: actor id %q is unknown", o.ID)
	case !p.knownActor(o.Into):
		p.fail("merge: actor id %q is unknown", o.Into)
	case p.set.merge[o.ID] != "" && p.set.merge[o.ID] != o.Into:
		p.fail("merge of %s into %s contradicts line %d", o.ID, o.Into, p.lines[o.ID])
	default:
		p.set.merge[o.ID], p.lines[o.ID] = o.Into, p.line
	}
}

// circles refuses merges that lead back to where they start.
func (p *parser) circles() {
	walks := map[string]int{} // id → the walk that came there first
	n := 0
	for id := range p.set.merge {
		n++
		at := id
		for at != "" && walks[at] == 0 {
			walks[at] = n
			at = p.set.merge[at]
		}
		if at == "" || walks[at] != n {
			continue
		}
		for start := at; ; {
			p.line = p.lines[at]
			p.fail("merge of %s leads back to it", at)
			if at = p.set.merge[at]; at == start {
				break
			}
		}
	}
}

// split refuses splits of ids that are merged away, and two of one id that may
// hold for the same article in the same way.
func (p *parser) split() {
	for id, l := range p.set.split {
		first := map[when]int{}
		for i := range l {
			p.line = l[i].line
			if into := p.set.merge[id]; into != "" {
				p.fail("split of %s contradicts line %d, which merges it into %s", id, p.lines[id], into)
			}
			if j, ok := first[*l[i].When]; !ok {
				first[*l[i].When] = i
			} else if l[i].Into != l[j].Into {
				p.fail("split of %s contradicts line %d", id, l[j].line)
			}
		}
	}
}

func (p *parser) role(o *rule) {
	switch {
	case !p.knownActor(o.ID):
		p.fail("role: actor id %q is unknown", o.ID)
	case o.Text == "":
		p.fail("role of %s: text is missing", o.ID)
	case o.Code != "" && !slices.Contains(roleCodes, o.Code):
		p.fail("role of %s: code %q is unknown: want one of %s", o.ID, o.Code, strings.Join(roleCodes, " "))
	}
	p.country("role", o.Country)
	p.term("role", o.From, o.To)
	p.set.roles[o.ID] = append(p.set.roles[o.ID], *o)
}

// add makes an actor or a place.
func (p *parser) add(o *rule) {
	if line := p.lines[o.ID]; line != 0 {
		p.fail("add of %s contradicts line %d", o.ID, line)
		return
	}
	r := &Record{ID: o.ID, Name: o.Name, Type: o.Type, Subtype: o.Subtype, Country: o.Country, Parent: o.Parent, Ref: gazetteer.None}
	op := "alias"
	prefix := map[string]string{"person": "per:", "organization": "org:", "government": "org:", "group": "grp:", "place": "pl:"}[o.Type]
	switch {
	case o.Name == "":
		p.fail("add of %s: name is missing", o.ID)
	case prefix == "":
		p.fail("add of %s: type %q: want person, organization, government, group or place", o.ID, o.Type)
	case !strings.HasPrefix(o.ID, prefix) || len(o.ID) == len(prefix) || strings.ContainsAny(o.ID, " |\t"):
		p.fail("add: id %q of a %s: want %s and a name without spaces", o.ID, o.Type, prefix)
	case p.actors[o.ID]:
		p.fail("add: id %q is in the gazetteer already", o.ID)
	}
	if o.Type == "place" {
		op = "place"
		f, ok := gazetteer.ParseFeature(o.Feature)
		if !ok {
			p.fail("add of %s: feature %q is unknown: want PPL, FAC or another code of docs", o.ID, o.Feature)
		}
		if o.Lat == nil || o.Lon == nil || *o.Lat < -90 || *o.Lat > 90 || *o.Lon < -180 || *o.Lon > 180 {
			p.fail("add of %s: lat and lon are missing or no degrees", o.ID)
		} else {
			r.Lat, r.Lon = *o.Lat, *o.Lon
		}
		if o.Admin1 != "" && p.g.PlaceRef(o.Admin1) == gazetteer.None {
			p.fail("add of %s: admin1 %q is unknown", o.ID, o.Admin1)
		}
		r.Feature, r.Admin1, r.Ref = f, o.Admin1, FirstAdded+gazetteer.Ref(len(p.set.places))
		p.set.places = append(p.set.places, r)
	}
	p.country("add", o.Country)
	p.set.records[o.ID], p.lines[o.ID] = r, p.line
	for _, s := range append([]string{o.Name}, o.Aliases...) {
		p.rule(&rule{operation: operation{Op: op, Surface: s, ID: o.ID}, line: p.line, place: r.Ref})
	}
}

// rule notes an operation on a surface.
func (p *parser) rule(o *rule) {
	key := gazetteer.Fold(o.Surface)
	if key == "" {
		p.fail("%s: surface is missing", o.Op)
		return
	}
	on := occasion{key: key}
	if o.When != nil {
		on.conditional, on.when = true, *o.When
	}
	for _, i := range p.same[on] {
		if q := &p.set.rules[key][i]; contradicts(q, o) {
			p.fail("%s %q contradicts line %d", o.Op, o.Surface, q.line)
			return
		}
	}
	p.same[on] = append(p.same[on], len(p.set.rules[key]))
	p.set.rules[key] = append(p.set.rules[key], *o)
	p.set.start(key)
}

// occasion is a surface and the condition under which an operation on it holds.
type occasion struct {
	key         string
	conditional bool
	when        when
}

// contradicts reports whether two operations on one surface cannot both hold.
func contradicts(a, b *rule) bool {
	blocks := func(x *rule, as string) bool { return x.Op == "block" && (x.As == as || x.As == "both") }
	place := func(x *rule) bool { return x.Op == "place" || x.Op == "kind" }
	switch {
	case a.Op == b.Op:
		return a.Op != "block" && (a.ID != b.ID || a.Kind != b.Kind)
	case a.Op == "alias" && blocks(b, "actor"), b.Op == "alias" && blocks(a, "actor"):
		return true
	case place(a) && blocks(b, "place"), place(b) && blocks(a, "place"):
		return true
	}
	return false
}
