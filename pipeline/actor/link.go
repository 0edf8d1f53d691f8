package actor

import (
	"cmp"
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
	ctx     override.Context // with the countries and actors of the article
	found   []override.Hit
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

// valid reports whether a mention's span lies in its field, on token
// boundaries, and returns its tokens [i,j).
func (in *Input) valid(m *text.Mention) (a *text.Tokens, i, j int, ok bool) {
	a = in.tokens(m.Field)
	if m.Span.Start < 0 || m.Span.Empty() || m.Span.End > len(a.Text) {
		return a, 0, 0, false
	}
	i, _ = slices.BinarySearchFunc(a.Tok, uint32(m.Span.Start), func(t text.Token, at uint32) int { return cmp.Compare(t.End, at+1) })
	for j = i; j < len(a.Tok) && int(a.Tok[j].Start) < m.Span.End; j++ {
	}
	return a, i, j, i < j && j-i <= maxName
}

// result writes the actors in order of their first mention.
func (l *Linker) result(in *Input) Result {
	var r Result
	slices.SortFunc(l.marks, func(a, b mark) int {
		switch {
		case a.field != b.field: // title first
			return int(b.field) - int(a.field)
		case a.span.Start != b.span.Start:
			return a.span.Start - b.span.Start
		case a.span.End != b.span.End:
			return a.span.End - b.span.End
		case a.person != b.person:
			return int(a.person - b.person)
		}
		return int(a.body - b.body)
	})
	atPerson := make([]int32, len(l.persons)+len(l.bodies))
	atBody := atPerson[len(l.persons):]
	mentions := make([]Mention, 0, len(l.marks))
	for i := range l.marks {
		m := &l.marks[i]
		var at *int32
		if m.person >= 0 {
			at = &atPerson[m.person]
		} else {
			b := &l.bodies[m.body]
			if b.cited {
				if !slices.Contains(r.Cited, b.id) {
					r.Cited = append(r.Cited, b.id)
				}
				continue
			}
			at = &atBody[m.body]
		}
		if *at == 0 {
			if len(r.Actors) == MaxActors && !in.All {
				r.Cut++
				continue
			}
			n := l.count(m)
			if !in.All {
				n = min(n, MaxMentions)
			}
			var a Actor
			if m.person >= 0 {
				a = l.person(&l.persons[m.person])
			} else {
				a = l.bodies[m.body].actor()
			}
			if len(mentions)+n > cap(mentions) {
				mentions = make([]Mention, 0, len(mentions)+n)
			}
			a.Mentions = mentions[len(mentions) : len(mentions) : len(mentions)+n]
			mentions = mentions[:len(mentions)+n]
			r.Actors = append(r.Actors, a)
			*at = int32(len(r.Actors))
		}
		a := &r.Actors[*at-1]
		surface := m.span.Of(in.tokens(m.field).Text)
		if surface != a.Name && !slices.Contains(a.Aliases, surface) && len(a.Aliases) < MaxMentions {
			a.Aliases = append(a.Aliases, surface)
		}
		if len(a.Mentions) == cap(a.Mentions) {
			r.Cut++
			continue
		}
		a.Mentions = append(a.Mentions, Mention{Field: m.field, Span: m.span, Text: surface, Rule: m.rule})
	}
	return r
}

// count is the number of marks of the actor that m belongs to.
func (l *Linker) count(m *mark) int {
	if m.person >= 0 {
		return int(l.persons[m.person].count)
	}
	return int(l.bodies[m.body].count)
}
