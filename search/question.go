package search

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dateline/index"
	"dateline/pipeline/gazetteer"
)

// Rules are what a question is read by, beside its own parameters. Now must be
// set: embargoes are hidden by it.
type Rules struct {
	Now         time.Time
	Zone        *time.Location // of "today" and of publication days; nil is UTC
	PageSize    int            // results where the question names no number; 0 is DefaultPageSize
	MaxPageSize int            // the most a question may ask for; 0 is DefaultMaxPageSize
}

// Sizes of a page where the configuration says nothing; the same as in package
// config.
const (
	DefaultPageSize    = 20
	DefaultMaxPageSize = 200
)

func (r Rules) zone() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}

func (r Rules) maxPageSize() int {
	if r.MaxPageSize <= 0 {
		return DefaultMaxPageSize
	}
	return min(r.MaxPageSize, index.Window)
}

func (r Rules) pageSize() int {
	if r.PageSize <= 0 {
		return min(DefaultPageSize, r.maxPageSize())
	}
	return min(r.PageSize, r.maxPageSize())
}

// Parse reads a question from its parameters. The error is a ParamErrors that
// names every parameter at fault; the query is then not to be asked, but holds
// what could be read, to show it again. Empty parameters ask nothing.
//
// Words may hold parameters too, as in: ferry place:Estonia on:2025-03.
func (r Rules) Parse(v url.Values) (*index.Query, error) {
	p := &parser{r: r, v: v, q: &index.Query{Now: r.Now}}
	p.unknown()
	p.words()
	p.target()
	p.names()
	p.dates()
	p.choices()
	p.numbers()
	if len(p.errs) > 0 {
		return p.q, p.errs
	}
	if err := p.q.Check(); err != nil {
		return p.q, ParamErrors{{pWords, err.Error(), ""}} // not reached: each rule of Check is a rule above
	}
	return p.q, nil
}

// parser reads one question.
type parser struct {
	r    Rules
	v    url.Values
	in   url.Values // parameters that stood in the words
	q    *index.Query
	errs ParamErrors
}

func (p *parser) fail(param, hint, format string, args ...any) {
	p.errs = append(p.errs, ParamError{param, fmt.Sprintf(format, args...), hint})
}

func (p *parser) unknown() {
	var names []string
	for name := range p.v {
		if _, ok := params[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names[:min(len(names), 5)] {
		hint := "the parameters are listed at /api/openapi.json"
		if s := suggest(name); s != "" {
			hint = "did you mean " + s + "?"
		}
		shown := strings.Trim(clip(name), `"`)
		if shown == "" {
			shown = "(no name)"
		}
		p.errs = append(p.errs, ParamError{shown, "no such parameter", hint})
	}
}

// values are the cleaned, distinct values of a parameter, from the address and
// the words.
func (p *parser) values(param string, most int) []string {
	var out []string
	for _, s := range slices.Concat(p.v[param], p.in[param]) {
		if !utf8.ValidString(s) || strings.IndexFunc(s, unicode.IsControl) >= 0 {
			p.fail(param, "", "%s holds bytes that are no text", clip(s))
			continue
		}
		s = strings.Join(strings.Fields(s), " ")
		if len(s) > MaxValue {
			p.fail(param, "", "%d bytes, at most %d are read", len(s), MaxValue)
			continue
		}
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if len(out) > most {
		p.fail(param, "ask several questions", "%d values, at most %d are read", len(out), most)
		out = out[:most]
	}
	return out
}

// one is the value of a parameter that has one, or nothing.
func (p *parser) one(param string) string {
	vs := p.values(param, MaxValues)
	if len(vs) > 1 {
		p.fail(param, "give it once", "given as %s and as %s", clip(vs[0]), clip(vs[1]))
	}
	if len(vs) == 0 {
		return ""
	}
	return vs[0]
}

// list is the values of a parameter that may have several, by commas too.
func (p *parser) list(param string, most int) []string {
	var out []string
	for _, s := range p.values(param, most) {
		for _, one := range strings.Split(s, ",") {
			if one = strings.TrimSpace(one); one != "" && !slices.Contains(out, one) {
				out = append(out, one)
			}
		}
	}
	if len(out) > most {
		p.fail(param, "ask several questions", "%d values, at most %d are read", len(out), most)
		out = out[:most]
	}
	return out
}

func (p *parser) words() {
	all := p.v[pWords]
	s := ""
	if len(all) > 0 {
		s = all[0]
	}
	if len(all) > 1 {
		p.fail(pWords, "give it once", "given %d times", len(all))
	}
	if len(s) > MaxWords {
		p.fail(pWords, "", "%d bytes, at most %d are read", len(s), MaxWords)
		s = ""
	}
	if !utf8.ValidString(s) {
		p.fail(pWords, "", "bytes that are no text")
		s = strings.ToValidUTF8(s, "")
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	p.q.Words, p.in = inWords(s)
	if n := len(index.ParseWords(p.q.Words)); n > MaxClause {
		p.fail(pWords, "", "%d words, at most %d are read", n, MaxClause)
	}
}

func (p *parser) target() {
	switch s := p.one(pTarget); s {
	case "", "article", "articles":
	case "event", "events":
		p.q.Target = index.Events
	default:
		p.fail(pTarget, "write article or event", "%s is neither article nor event", clip(s))
	}
}

// actorIDs is made once: the gazetteer does not change while a program runs.
var actorIDs = index.ActorIDs(gazetteer.Default())

// known are the actors of the gazetteer that the names of a question may mean,
// so that an article is found whichever spelling it prints.
func known(names []string) (ids map[string][]string) {
	for _, n := range names {
		if l := actorIDs(n); len(l) > 0 && !index.IsActorID(n) {
			if ids == nil {
				ids = make(map[string][]string)
			}
			ids[n] = l
		}
	}
	return ids
}

func (p *parser) names() {
	q := p.q
	q.Actors, q.Places = p.values(pActor, MaxValues), p.values(pPlace, MaxValues)
	q.Known = known(q.Actors)
	q.Sources, q.Outlets, q.Authors = p.values(pSource, MaxValues), p.values(pOutlet, MaxValues), p.values(pAuthor, MaxValues)
	q.Roles = p.roles()
	q.Box = p.box()
	q.Story = p.one(pStory)
	if q.Story != "" && !isID(q.Story) {
		p.fail(pStory, "a story is the id of its first article, 32 hex digits", "%s is no story", clip(q.Story))
	}
	q.IDs = p.list(pID, MaxIDs)
	for _, id := range q.IDs {
		if !isID(id) && !isEventID(id) {
			p.fail(pID, "an id has 32 hex digits, that of an event a hyphen and two digits more", "%s is no id", clip(id))
			break
		}
	}
}

func (p *parser) dates() {
	q, zone := p.q, p.r.zone()
	read := func(param string, base *time.Location) (stretch, bool) {
		s := p.one(param)
		if s == "" {
			return stretch{}, false
		}
		at, err := parseWhen(s, p.r.Now, zone, base)
		if err != nil {
			p.fail(param, dateHint, "%v", err)
		}
		return at, err == nil
	}
	if at, ok := read(pFrom, time.UTC); ok {
		q.From = at.from
	}
	if at, ok := read(pTo, time.UTC); ok {
		q.To = at.to
	}
	if at, ok := read(pOn, time.UTC); ok {
		switch {
		case p.has(pFrom) || p.has(pTo):
			p.fail(pOn, "give on alone, or from and to", "cannot stand beside from or to")
		case at.from.Equal(at.to):
			p.fail(pOn, dateHint, "an instant has no length")
		default:
			q.From, q.To = at.from, at.to
		}
	}
	if at, ok := read(pPublishedFrom, zone); ok {
		q.PubFrom = at.from
	}
	if at, ok := read(pPublishedTo, zone); ok {
		q.PubTo = at.to
	}
	p.ordered(pTo, q.From, q.To)
	p.ordered(pPublishedTo, q.PubFrom, q.PubTo)
}

func (p *parser) has(param string) bool {
	for _, s := range slices.Concat(p.v[param], p.in[param]) {
		if strings.TrimSpace(s) != "" {
			return true
		}
	}
	return false
}

func (p *parser) ordered(param string, from, to time.Time) {
	if !from.IsZero() && !to.IsZero() && !from.Before(to) {
		p.fail(param, "swap the two", "ends before the question's beginning")
	}
}

// Modalities are what an event may be, as the text has it.
func Modalities() []string {
	return []string{"asserted", "planned", "denied", "hypothetical", "reported"}
}

// Orders are the ways to sort; a minus puts the highest first.
func Orders() []string {
	return []string{"relevance", "-published", "published", "-event_date", "event_date", "-received", "received"}
}

func (p *parser) choices() {
	q := p.q
	q.Modality = p.list(pModality, MaxValues)
	for _, m := range q.Modality {
		if !slices.Contains(Modalities(), m) {
			p.fail(pModality, "one of "+strings.Join(Modalities(), ", "), "%s is no modality", clip(m))
		}
	}
	if len(q.Modality) > 0 && q.Target != index.Events && p.one(pTarget) != "" {
		p.fail(pModality, "add target=event", "only events have one")
	} else if len(q.Modality) > 0 {
		q.Target = index.Events
	}
	q.Sort = p.one(pSort)
	if q.Sort != "" && !slices.Contains(Orders(), q.Sort) {
		p.fail(pSort, "one of "+strings.Join(Orders(), ", "), "%s is no order", clip(q.Sort))
		q.Sort = ""
	}
	q.Copies = p.flag(pCopies)
	q.Highlight = p.flag(pHighlight)
	q.Facets = p.list(pFacet, MaxFacets)
	for _, f := range q.Facets {
		if !index.Facet(q.Kind(), f) {
			p.fail(pFacet, "like person, organization, place.country, place.path, outlet, authors, event_date.month", "%s cannot be counted", clip(f))
		}
	}
}

func (p *parser) flag(param string) bool {
	switch s := p.one(param); strings.ToLower(s) {
	case "", "false", "no", "0":
		return false
	case "true", "yes", "1", "on":
		return true
	default:
		p.fail(param, "write true or false", "%s is neither true nor false", clip(s))
		return false
	}
}

func (p *parser) numbers() {
	q := p.q
	q.Limit = p.number(pLimit, p.r.pageSize(), p.r.maxPageSize())
	q.Offset = p.number(pOffset, 0, index.Window)
	q.FacetSize = p.number(pFacetSize, index.DefaultFacetSize, maxFacetSize)
	if q.FacetSize == 0 {
		p.fail(pFacetSize, "", "0 values are no facet")
	}
	if q.Offset+q.Limit > index.Window {
		p.fail(pOffset, "ask a narrower question, or follow the address in next, which has no end", "results beyond %d are not read", index.Window)
	}
	if s := p.one(pAfter); s != "" {
		var err error
		if q.After, err = readCursor(s, q); err != nil {
			p.fail(pAfter, "take the address in next as it is", "%v", err)
		} else if q.Offset > 0 {
			p.fail(pOffset, "leave it out: after says where to go on", "cannot stand beside after")
		}
	}
}

func (p *parser) number(param string, def, most int) int {
	s := p.one(param)
	if s == "" {
		return def
	}
	n, err := strconv.Atoi(s)
	switch {
	case err != nil:
		p.fail(param, fmt.Sprintf("write a number from 0 to %d", most), "%s is no number", clip(s))
	case n < 0 || n > most:
		p.fail(param, fmt.Sprintf("write a number from 0 to %d", most), "%d is not between 0 and %d", n, most)
	default:
		return n
	}
	return def
}

// Values writes a query as parameters that Parse reads back as the same query,
// whatever the clock says by then. Now and, unless it is not the default,
// Limit are left out.
func (r Rules) Values(q *index.Query) url.Values {
	v := url.Values{}
	set := func(param, s string) {
		if s != "" {
			v.Set(param, s)
		}
	}
	add := func(param string, ss []string) {
		if len(ss) > 0 {
			v[param] = slices.Clone(ss)
		}
	}
	set(pWords, q.Words)
	add(pActor, q.Actors)
	add(pPlace, q.Places)
	for _, b := range []struct {
		param string
		t     time.Time
		base  *time.Location
		write func(time.Time, *time.Location) string
	}{
		{pFrom, q.From, time.UTC, writeFrom}, {pTo, q.To, time.UTC, writeTo},
		{pPublishedFrom, q.PubFrom, r.zone(), writeFrom}, {pPublishedTo, q.PubTo, r.zone(), writeTo},
	} {
		if !b.t.IsZero() {
			v.Set(b.param, b.write(b.t, b.base))
		}
	}
	add(pSource, q.Sources)
	add(pOutlet, q.Outlets)
	add(pAuthor, q.Authors)
	set(pStory, q.Story)
	add(pModality, q.Modality)
	add(pRole, q.Roles)
	set(pBox, writeBox(q.Box))
	add(pID, q.IDs)
	if q.Copies {
		v.Set(pCopies, "true")
	}
	if q.Highlight {
		v.Set(pHighlight, "true")
	}
	if q.Target == index.Events {
		v.Set(pTarget, "event")
	}
	set(pSort, q.Sort)
	if q.Limit != r.pageSize() {
		v.Set(pLimit, strconv.Itoa(q.Limit))
	}
	if q.Offset != 0 {
		v.Set(pOffset, strconv.Itoa(q.Offset))
	}
	set(pAfter, writeCursor(q.After, q))
	add(pFacet, q.Facets)
	if q.FacetSize != index.DefaultFacetSize && q.FacetSize != 0 {
		v.Set(pFacetSize, strconv.Itoa(q.FacetSize))
	}
	return v
}

// typed are the parameters that may be typed among the words.
var typed = map[string]string{
	"actor": pActor, "who": pActor, "place": pPlace, "where": pPlace, "on": pOn, "when": pOn, "from": pFrom, "to": pTo,
	"outlet": pOutlet, "author": pAuthor, "by": pAuthor, "source": pSource, "role": pRole,
}

// inWords takes the parameters out of the words: place:Estonia, who:"Ann Lee".
// What is in quotes stays as it is.
func inWords(s string) (string, url.Values) {
	v := url.Values{}
	var words []string
	for _, w := range cutWords(s) {
		name, value, ok := strings.Cut(w, ":")
		param := typed[strings.ToLower(name)]
		if value = strings.TrimFunc(value, quoted); !ok || param == "" || strings.TrimSpace(value) == "" {
			words = append(words, w)
			continue
		}
		v[param] = append(v[param], value)
	}
	return strings.Join(words, " "), v
}

func quoted(r rune) bool { return strings.ContainsRune(`"“”„«»`, r) }

// cutWords cuts at spaces outside quotes, as index.ParseWords understands
// them.
func cutWords(s string) []string {
	var out []string
	from, in := -1, false
	for i, r := range s {
		space := unicode.IsSpace(r)
		switch {
		case quoted(r):
			in = !in
			if from < 0 {
				from = i
			}
		case space && !in && from >= 0:
			out = append(out, s[from:i])
			from = -1
		case !space && from < 0:
			from = i
		}
	}
	if from >= 0 {
		out = append(out, strings.TrimSpace(s[from:]))
	}
	return out
}

// isID accepts the id of an article: 32 hex digits.
func isID(s string) bool {
	return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == ""
}

// isEventID accepts the id of an event: that of its article, a hyphen, two
// digits.
func isEventID(s string) bool {
	return len(s) == 35 && isID(s[:32]) && s[32] == '-' && strings.Trim(s[33:], "0123456789") == ""
}
