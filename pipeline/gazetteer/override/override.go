// Package override reads the analysts' corrections to people, bodies and
// places: one JSON object a line, each with who decided it, why and when.
//
//	{"op":"alias","surface":"Bibi","id":"per:il:benjamin-netanyahu","by":"kl","reason":"nickname","at":"2025-03-01"}
//	{"op":"merge","id":"p:jane-q-doe","into":"p:jane-doe","by":"kl","reason":"one person","at":"2025-03-01"}
//	{"op":"block","surface":"Reading","as":"place","when":{"source":"books"},"by":"kl","reason":"book pages","at":"2025-03-01"}
//	{"op":"place","surface":"Springfield","id":"gn:4250542","when":{"source":"sj-r"},"by":"kl","reason":"local paper","at":"2025-03-01"}
//
// alias gives a surface form to an actor, merge replaces an id by another
// wherever it comes out, block keeps a surface form from being an actor, a place
// or both, place fixes the record of a surface form. Surfaces compare folded.
// "when" narrows an operation to a source, or to articles of the days [from,to).
//
// A file is taken whole or not at all: an unknown operation or field, an
// unknown id, a missing reason, half a line, a circle of merges or two
// operations that contradict each other are errors with file and line. What an
// operation says beats the document and the gazetteer.
//
// Not here: loading at start and on a signal (the caller swaps a *Set), and
// splitting one name into two people.
package override

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/zeebo/xxh3"

	"dateline/pipeline/gazetteer"
)

// Context is what an operation's "when" is compared with.
type Context struct {
	Source string // source id of the article
	Day    string // day of publication, 2006-01-02; empty if unknown
}

// Set is the content of a file. It is immutable; the nil Set holds nothing.
type Set struct {
	version string
	rules   map[string][]rule // folded surface
	merge   map[string]string
}

type rule struct {
	operation
	line  int
	place gazetteer.Ref
}

type operation struct {
	Op      string `json:"op"`
	Surface string `json:"surface"`
	ID      string `json:"id"`
	Into    string `json:"into"`
	As      string `json:"as"`
	When    *when  `json:"when"`
	By      string `json:"by"`
	Reason  string `json:"reason"`
	At      string `json:"at"`
}

type when struct {
	Source string `json:"source"`
	From   string `json:"from"`
	To     string `json:"to"`
}

// maxLine bounds one operation in bytes.
const maxLine = 64 << 10

// Parse reads a file of operations. name stands in the errors, all of which it
// returns at once, joined.
func Parse(name string, r io.Reader, g *gazetteer.Gazetteer) (*Set, error) {
	p := parser{name: name, g: g, actors: actorIDs(g), set: &Set{rules: map[string][]rule{}, merge: map[string]string{}}, lines: map[string]int{}}
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
		p.read(l)
	}
	if err := sc.Err(); err != nil {
		p.line++
		p.fail("%w", err)
	}
	p.circles()
	if err := errors.Join(p.errs...); err != nil {
		return nil, err
	}
	p.set.version = fmt.Sprintf("o-%016x", h.Sum64())
	return p.set, nil
}

type parser struct {
	name   string
	line   int
	g      *gazetteer.Gazetteer
	actors map[string]bool
	set    *Set
	lines  map[string]int // id merged away → line
	errs   []error
}

func (p *parser) fail(format string, a ...any) {
	p.errs = append(p.errs, fmt.Errorf("%s:%d: %w", p.name, p.line, fmt.Errorf(format, a...)))
}

func (p *parser) read(l []byte) {
	d := json.NewDecoder(bytes.NewReader(l))
	d.DisallowUnknownFields()
	o := rule{line: p.line, place: gazetteer.None}
	if err := d.Decode(&o.operation); err != nil {
		p.fail("operation: %w", err)
		return
	}
	if d.More() {
		p.fail("operation: more than one object in the line")
		return
	}
	if o.By == "" || o.Reason == "" || o.At == "" {
		p.fail("operation %q: by, reason and at are required", o.Op)
	}
	switch o.Op {
	case "merge":
		p.merge(o)
	case "alias":
		if !p.knownActor(o.ID) {
			p.fail("alias %q: actor id %q is unknown", o.Surface, o.ID)
		}
		p.rule(o)
	case "place":
		if o.place = p.g.PlaceRef(o.ID); o.place == gazetteer.None {
			p.fail("place %q: id %q is unknown", o.Surface, o.ID)
		}
		p.rule(o)
	case "block":
		if o.As != "actor" && o.As != "place" && o.As != "both" {
			p.fail("block %q: as is %q, want actor, place or both", o.Surface, o.As)
		}
		p.rule(o)
	default:
		p.fail("operation %q is unknown: want alias, merge, block or place", o.Op)
	}
}

// knownActor reports whether an id exists or is one that the stages make from a
// name (p:, o:) or a country.
func (p *parser) knownActor(id string) bool {
	if cc, ok := strings.CutPrefix(id, "cty:"); ok {
		return p.g.CountryRef(strings.ToUpper(cc)) != gazetteer.None
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

func (p *parser) merge(o rule) {
	switch {
	case !p.knownActor(o.ID):
		p.fail("merge: actor id %q is unknown", o.ID)
	case !p.knownActor(o.Into):
		p.fail("merge: actor id %q is unknown", o.Into)
	case o.When != nil:
		p.fail("merge of %s: when is not allowed, an id has one meaning", o.ID)
	case p.set.merge[o.ID] != "" && p.set.merge[o.ID] != o.Into:
		p.fail("merge of %s into %s contradicts line %d", o.ID, o.Into, p.lines[o.ID])
	default:
		p.set.merge[o.ID], p.lines[o.ID] = o.Into, p.line
	}
}

// circles refuses merges that lead back to where they start.
func (p *parser) circles() {
	for id, line := range p.lines {
		at := id
		for range len(p.set.merge) + 1 {
			if at = p.set.merge[at]; at == "" {
				break
			}
			if at == id {
				p.line = line
				p.fail("merge of %s leads back to it", id)
				break
			}
		}
	}
}

func (p *parser) rule(o rule) {
	key := gazetteer.Fold(o.Surface)
	if key == "" {
		p.fail("%s: surface is missing", o.Op)
		return
	}
	for _, q := range p.set.rules[key] {
		if same(q.When, o.When) && contradicts(q, o) {
			p.fail("%s %q contradicts line %d", o.Op, o.Surface, q.line)
			return
		}
	}
	p.set.rules[key] = append(p.set.rules[key], o)
}

func same(a, b *when) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// contradicts reports whether two operations on one surface cannot both hold.
func contradicts(a, b rule) bool {
	blocks := func(x rule, as string) bool { return x.Op == "block" && (x.As == as || x.As == "both") }
	switch {
	case a.Op == b.Op:
		return a.Op != "block" && a.ID != b.ID
	case a.Op == "alias" && blocks(b, "actor"), b.Op == "alias" && blocks(a, "actor"):
		return true
	case a.Op == "place" && blocks(b, "place"), b.Op == "place" && blocks(a, "place"):
		return true
	}
	return false
}

// Version names the content, for a document's provenance; empty for none.
func (s *Set) Version() string {
	if s == nil {
		return ""
	}
	return s.version
}

// find is the operation of a kind on a folded surface that holds for the
// article: one with a "when" before one without.
func (s *Set) find(fold string, c Context, fits func(*rule) bool) *rule {
	if s == nil {
		return nil
	}
	var general *rule
	l := s.rules[fold]
	for i := range l {
		r := &l[i]
		switch {
		case !fits(r):
		case r.When == nil:
			general = r
		case r.When.holds(c):
			return r
		}
	}
	return general
}

func (w *when) holds(c Context) bool {
	return (w.Source == "" || w.Source == c.Source) && (w.From == "" || c.Day != "" && w.From <= c.Day) && (w.To == "" || c.Day != "" && c.Day < w.To)
}

// Actor is the actor id that a folded surface stands for, if an operation says so.
func (s *Set) Actor(fold string, c Context) (id string, ok bool) {
	if r := s.find(fold, c, func(r *rule) bool { return r.Op == "alias" }); r != nil {
		return s.Canonical(r.ID), true
	}
	return "", false
}

// Place is the place that a folded surface stands for, if an operation says so.
func (s *Set) Place(fold string, c Context) (gazetteer.Ref, bool) {
	if r := s.find(fold, c, func(r *rule) bool { return r.Op == "place" }); r != nil {
		return r.place, true
	}
	return gazetteer.None, false
}

// Blocked reports whether a folded surface is no "actor" or no "place".
func (s *Set) Blocked(fold, as string, c Context) bool {
	return s.find(fold, c, func(r *rule) bool { return r.Op == "block" && (r.As == as || r.As == "both") }) != nil
}

// Canonical follows the merges of an id to its end.
func (s *Set) Canonical(id string) string {
	if s == nil {
		return id
	}
	for range len(s.merge) { // no circles, see Parse
		next, ok := s.merge[id]
		if !ok {
			break
		}
		id = next
	}
	return id
}
