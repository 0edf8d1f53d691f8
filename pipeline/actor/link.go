package actor

import (
	"slices"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
	"dateline/pipeline/text"
)

// Limits of a result. What is cut is counted in Result.Cut.
const (
	MaxActors   = 100
	MaxMentions = 20 // of one actor
	maxRoles    = 8  // of one actor
	maxName     = 12 // words of a name; longer mentions are no names

	// A longer text is read as far as these go; they bound the work, which
	// grows with their product.
	maxNames   = 1000 // mentions of people
	maxPersons = 300
	maxBodies  = 300
)

// Input is what the stage reads of one article. The zero value of every field
// is allowed.
type Input struct {
	Title, Body *text.Tokens
	Mentions    []text.Mention // of the name stage, both fields, in text order within each
	Hits        *gazetteer.Hits
	// Zones are the parts of the body that are byline, dateline, credit or tail,
	// sorted. Names there are no actors.
	Zones []text.Span
	// All lifts the limits on actors and mentions, for scoring.
	All bool
	// Overrides are the analysts' corrections; Context says for which article.
	Overrides *override.Set
	Context   override.Context
	// Authors are the names of authors, contributors and photographers. Somebody
	// of that name is an actor only with a title that is no journalist's.
	Authors []string
}

// Result is what the stage finds.
type Result struct {
	Actors []Actor // in order of their first mention, title before body
	// Cited holds the ids of outlets and agencies that the text quotes; they are
	// no actors of the story.
	Cited []string
	// Cut is the number of actors and mentions beyond the limits.
	Cut int
	// Context is the input's, with the countries and actors of the article if
	// some correction asks for them.
	Context override.Context
}

// Linker finds actors. It keeps memory from article to article: one goroutine
// at a time. The answer to an input does not depend on what came before.
type Linker struct {
	g *gazetteer.Gazetteer

	hits    gazetteer.Hits
	names   []nameSpan
	roles   []Role // of all names
	order   []int32
	persons []cluster
	bodies  []body
	marks   []mark
	key     []byte
	authors []string         // the article's, folded
	ctx     override.Context // with the countries and actors of the article
	found   []override.Hit
	ids     text.Arena // and folded names
	next    []int32    // per mark: the next one of its actor, or -1
	chains  []chain
	at      []int32 // per person, then per body: 1 + its chain
}

// New makes a Linker over a gazetteer.
func New(g *gazetteer.Gazetteer) *Linker { return &Linker{g: g} }

// Link finds the actors of one article with a new Linker over the built-in
// gazetteer.
func Link(in Input) Result { return New(gazetteer.Default()).Link(&in) }

// mark is one mention of an actor before it is written: which one, where, why.
type mark struct {
	field  text.Field
	span   text.Span
	person int32 // index into persons, or -1
	body   int32 // index into bodies, or -1
	rule   string
}

// Link finds the actors of one article. Roles are read from the document; see
// Finish for the date at which they hold.
func (l *Linker) Link(in *Input) Result {
	h := in.Hits
	if h == nil {
		h = &l.hits
		h.Find(l.g, in.Title, in.Body)
	}
	l.names, l.persons, l.bodies, l.marks, l.roles = l.names[:0], l.persons[:0], l.bodies[:0], l.marks[:0], l.roles[:0]
	cut := l.collectPersons(in)
	cut += l.cluster()
	l.ctx = in.Context
	l.linkPersons(in)
	l.collectBodies(in, text.Title, in.Title, h.Title)
	l.collectBodies(in, text.Body, in.Body, h.Body)
	if in.Overrides != nil {
		l.override(in, h)
	}
	l.unite()
	l.markPersons()
	r := l.result(in)
	r.Cut += cut
	r.Context = l.ctx
	return r
}

func (in *Input) tokens(f text.Field) *text.Tokens {
	t := in.Body
	if f == text.Title {
		t = in.Title
	}
	if t == nil {
		return &noTokens
	}
	return t
}

var noTokens text.Tokens // never written to

// outside reports whether a span of the field lies in no zone.
func (in *Input) outside(f text.Field, s text.Span) bool {
	if f != text.Body {
		return true
	}
	for _, z := range in.Zones {
		if z.Overlaps(s) {
			return false
		}
	}
	return true
}

// find looks a name up. Names are asked for again from article to article.
func (l *Linker) find(name string) (gazetteer.Match, bool) { return l.hits.Lookup(l.g, name) }

// valid reports whether a mention's span lies in its field, on token
// boundaries, and returns its tokens [i,j).
func (in *Input) valid(m *text.Mention) (a *text.Tokens, i, j int, ok bool) {
	a = in.tokens(m.Field)
	if m.Span.Start < 0 || m.Span.Empty() || m.Span.End > len(a.Text) {
		return a, 0, 0, false
	}
	i = a.Behind(m.Span.Start)
	for j = i; j < len(a.Tok) && int(a.Tok[j].Start) < m.Span.End; j++ {
	}
	return a, i, j, i < j && j-i <= maxName
}

// chain are the marks of one actor, linked by Linker.next.
type chain struct {
	first, last int32
	count       int32
}

// result writes the actors in order of their first mention.
func (l *Linker) result(in *Input) (r Result) {
	slices.SortFunc(l.marks, compareMarks)
	l.chain(in, &r)
	if len(l.chains) == 0 {
		return r
	}
	nMentions, nRoles, nPath := 0, 0, 0
	for i := range l.chains {
		c := &l.chains[i]
		nMentions += int(c.count)
		nPath++
		if m := &l.marks[c.first]; m.person >= 0 {
			nRoles += l.persons[m.person].nRoles + 1 // Finish adds one
		} else {
			nPath += max(1, len(l.bodies[m.body].path))
		}
	}
	r.Actors = make([]Actor, 0, len(l.chains))
	mentions, roles := make([]Mention, 0, nMentions), make([]Role, 0, nRoles)
	words := make([]string, 0, nPath+min(nMentions, 2*len(l.chains)))
	for i := range l.chains {
		c := &l.chains[i]
		var a Actor
		n := len(words)
		if m := &l.marks[c.first]; m.person >= 0 {
			p := &l.persons[m.person]
			a = l.person(p)
			if a.ID != "" {
				words = append(words, a.ID)
			}
			k := len(roles)
			for _, j := range p.roles[:p.nRoles] {
				roles = append(roles, l.roles[j])
			}
			if a.Roles = roles[k:len(roles):len(roles)]; a.record != 0 {
				a.Roles = roles[k : len(roles) : len(roles)+1]
				roles = roles[:len(roles)+1]
			}
			if len(a.Roles) == 0 && a.record == 0 {
				a.Roles = nil
			}
		} else {
			a = l.bodies[m.body].actor()
			words = l.bodies[m.body].appendPath(words)
		}
		if len(words) > n {
			a.Path = words[n:len(words):len(words)]
		}
		k := len(mentions)
		limit := k + int(c.count)
		if !in.All {
			limit = min(limit, k+MaxMentions)
		}
		n = len(words)
		for j := c.first; j >= 0; j = l.next[j] {
			m := &l.marks[j]
			surface := m.span.Of(in.tokens(m.field).Text)
			if surface != a.Name && len(words)-n < MaxMentions && !slices.Contains(words[n:], surface) {
				words = append(words, surface)
			}
			if len(mentions) == limit {
				r.Cut++
				continue
			}
			mentions = append(mentions, Mention{Field: m.field, Span: m.span, Text: surface, Rule: m.rule})
		}
		a.Mentions = mentions[k:len(mentions):len(mentions)]
		if len(words) > n {
			a.Aliases = words[n:len(words):len(words)]
		}
		r.Actors = append(r.Actors, a)
	}
	return r
}

// compareMarks orders by place in the text, the title first.
func compareMarks(a, b mark) int {
	switch {
	case a.field != b.field:
		return int(b.field) - int(a.field)
	case a.span.Start != b.span.Start:
		return a.span.Start - b.span.Start
	case a.span.End != b.span.End:
		return a.span.End - b.span.End
	case a.person != b.person:
		return int(a.person - b.person)
	}
	return int(a.body - b.body)
}

// chain links the marks of each actor, in order of first mentions, and notes
// what is cited only.
func (l *Linker) chain(in *Input, r *Result) {
	l.chains, l.next = l.chains[:0], slices.Grow(l.next[:0], len(l.marks))[:len(l.marks)]
	l.at = slices.Grow(l.at[:0], len(l.persons)+len(l.bodies))[:len(l.persons)+len(l.bodies)]
	clear(l.at)
	for i := range l.marks {
		m := &l.marks[i]
		l.next[i] = -1
		at := &l.at[max(m.person, 0)]
		if m.person < 0 {
			if b := &l.bodies[m.body]; b.cited {
				if !slices.Contains(r.Cited, b.id) {
					r.Cited = append(r.Cited, b.id)
				}
				continue
			}
			at = &l.at[len(l.persons)+int(m.body)]
		}
		switch {
		case *at > 0:
			c := &l.chains[*at-1]
			l.next[c.last] = int32(i)
			c.last = int32(i)
			c.count++
		case len(l.chains) == MaxActors && !in.All:
			r.Cut++
		default:
			l.chains = append(l.chains, chain{first: int32(i), last: int32(i), count: 1})
			*at = int32(len(l.chains))
		}
	}
}
