package event

import "dateline/pipeline/text"

// mark is where a sentence names an actor: words [first,last] of the cutter.
type mark struct {
	id          string
	first, last int
	governed    bool // a preposition stands before: no subject
}

// Reach of the rules, in words.
const (
	phrase = 5 // a noun phrase back to its preposition
	object = 9 // from a verb to its object
)

// boundary are the words that end a noun phrase.
const boundary = gPunct | anyAux | gAnd | gRelative | gThat | gTo | gPrep | gBy | gNot | gWhile | gIf | gAfter

// mark finds the words of the sentence's names.
func (f *finder) mark(as []Actor) {
	x := &f.cutter
	f.marks = f.marks[:0]
	i := 0
	for _, m := range as {
		if m.ID == "" || f.zoned(m.Field, m.Span) {
			continue
		}
		for i < len(x.w) && x.at(i).End <= m.Span.Start {
			i++
		}
		last := i
		for last+1 < len(x.w) && x.at(last+1).Start < m.Span.End {
			last++
		}
		if i == len(x.w) || !x.at(i).Overlaps(m.Span) || x.w[i].gram&gInside != 0 {
			continue
		}
		if n := len(f.marks); n > 0 && f.marks[n-1].last >= i {
			continue
		}
		f.marks = append(f.marks, mark{id: m.ID, first: i, last: last})
		f.marks[len(f.marks)-1].governed = f.governed(len(f.marks) - 1)
	}
}

// governed reports whether a preposition or a participle governs a name: "of
// the Senate", "addressing Congress". A name behind "and" goes with the one
// before it.
func (f *finder) governed(k int) bool {
	x, m := &f.cutter, &f.marks[k]
	for i := m.first - 1; i >= max(0, m.first-phrase); i-- {
		w := &x.w[i]
		switch {
		case w.gram&(gPrep|gBy|gTo) != 0:
			return true
		case w.gram&gAnd != 0:
			return k > 0 && f.marks[k-1].last >= i-2 && f.marks[k-1].governed
		case w.gram&boundary != 0 || x.finite(i):
			return false
		case w.sense.verb && w.sense.form == ingForm:
			return true
		}
	}
	return false
}

// heads reports whether a name is the head of its phrase, or as good as one:
// neither "NATO's", nor "NATO" in "NATO spokesman Jan Saar" or "the NATO vote".
func (f *finder) heads(k int, c *clause) bool {
	x, m := &f.cutter, &f.marks[k]
	next := m.last + 1
	if next >= c.last {
		return true
	}
	if x.w[next].gram&gPoss != 0 {
		return false
	}
	if k+1 < len(f.marks) && f.marks[k+1].first <= m.last+phrase {
		i := next
		for i < f.marks[k+1].first && x.w[i].gram&boundary == 0 && !x.finite(i) {
			i++
		}
		if i == f.marks[k+1].first {
			return false
		}
	}
	w := &x.w[next]
	switch {
	case next == c.trigger, w.gram&(boundary|gUpper|gNumber|gPast|gActs|gTime) != 0, x.finite(next), x.day(next):
		return true
	}
	s := x.t.At(x.base + next)
	return len(s) > 3 && s[len(s)-2:] == "ly"
}

// subjects puts the clause's subject in front: the last name before the verb
// that nothing governs, with those that "and" joins to it.
func (f *finder) subjects(c *clause) {
	f.front = f.front[:0]
	x, prev := &f.cutter, -1
	for k := range f.marks {
		m := &f.marks[k]
		if m.first < c.first || m.last >= c.trigger {
			continue
		}
		if m.governed || !f.heads(k, c) || x.stopped(m.last+1, c.trigger) {
			continue
		}
		if prev >= 0 {
			and, comma := x.joins(f.marks[prev].last+1, m.first)
			switch {
			case and:
			case comma && x.commaAfter(m.last+1):
				continue // Saar, NATO secretary, said
			default:
				f.front = f.front[:0]
			}
		}
		f.front = add(f.front, m.id)
		prev = k
	}
}

// joins reports whether nothing but "and" and articles, or a comma, stands
// between two words.
func (x *cutter) joins(from, to int) (and, comma bool) {
	for i := from; i < to; i++ {
		g := x.w[i].gram
		switch {
		case g&gAnd != 0:
			and = true
		case g&gComma != 0:
			comma = true
		case g&gArticle == 0:
			return false, false
		}
	}
	return and, comma
}

// commaAfter reports whether the phrase that goes on at word i ends at a comma.
func (x *cutter) commaAfter(i int) bool {
	for j := i; j < len(x.w) && j < i+phrase; j++ {
		if g := x.w[j].gram; g&boundary != 0 || x.finite(j) {
			return g&gComma != 0
		}
	}
	return false
}

// stopped reports whether a dash or colon stands between two words.
func (x *cutter) stopped(from, to int) bool {
	for i := from; i < to; i++ {
		if g := x.w[i].gram; g&gStop != 0 && g&gInside == 0 {
			return true
		}
	}
	return false
}

// bare reports whether a clause has no subject of its own: between its
// beginning and its verb stand but auxiliaries, adverbs and dates.
func (x *cutter) bare(c *clause) bool {
	for i := c.first; i < c.trigger; i++ {
		s := x.t.At(x.base + i)
		if x.w[i].gram&(gPunct|gAnd|gRelative|anyAux|gNot|gTime) == 0 && !x.day(i) && !(len(s) > 3 && s[len(s)-2:] == "ly") {
			return false
		}
	}
	return true
}

// objects puts who the verb acts on behind: the first name after it in the same
// noun phrase, or behind a preposition that verbs of its type take, with those
// that "and" joins to it.
func (f *finder) objects(c *clause, direct bool) {
	f.behind = f.behind[:0]
	x, k := &f.cutter, 0
	for k < len(f.marks) && f.marks[k].first <= c.trigger {
		k++
	}
	got := false
	for i := c.trigger + 1; i < c.last && (got || i <= c.trigger+object); i++ {
		if k < len(f.marks) && f.marks[k].first == i {
			head := f.heads(k, c)
			i = f.marks[k].last
			k++
			if head && !direct {
				return
			}
			if head {
				f.behind = add(f.behind, f.marks[k-1].id)
				got = true
			}
			continue
		}
		g := x.w[i].gram
		switch {
		case g&gInside != 0:
		case got && (g&gAnd != 0 || g&gComma != 0 && f.lists(k, i)), got && g&gArticle != 0:
		case got:
			return
		case i == c.trigger+1 && g&gQuote != 0:
		case g&(gPrep|gTo|gAfter) != 0:
			if !takes(c.typ, x.t.At(x.base+i)) {
				return
			}
			direct = true
		case g&(boundary|gPoss) != 0 && g&gPoss == 0, x.finite(i):
			return
		}
	}
}

// lists reports whether the comma at word i goes on with a list of names: name
// k follows, and behind it another comma or "and".
func (f *finder) lists(k, i int) bool {
	x := &f.cutter
	if k == len(f.marks) || f.marks[k].first > i+2 || f.marks[k].last+1 >= len(x.w) {
		return false
	}
	return x.w[f.marks[k].last+1].gram&(gComma|gAnd) != 0
}

// agents puts the names behind a passive's "by" into the agent.
func (f *finder) agents(c *clause) {
	f.agent = f.agent[:0]
	for k := range f.marks {
		m := &f.marks[k]
		if m.first > c.trigger && m.last < c.last && f.heads(k, c) && f.cutter.byAgent(c, m.first) {
			f.agent = add(f.agent, m.id)
		}
	}
}

// byAgent reports whether "by" stands before a word, titles between them
// allowed.
func (x *cutter) byAgent(c *clause, i int) bool {
	for j := i - 1; j > c.trigger && j >= i-phrase; j-- {
		if x.w[j].gram&gBy != 0 {
			return true
		}
		if x.w[j].gram&(gPunct|gPrep) != 0 {
			return false
		}
	}
	return false
}

// who fills the actors of an event and who acts on whom. The clause's subject is
// left for a clause behind it that has none of its own.
func (f *finder) who(e *Event, c *clause, as []Actor, cs text.Span) {
	x := &f.cutter
	all := f.before[:0]
	for _, m := range as {
		if cs.Contains(m.Span) && !f.zoned(e.Field, m.Span) {
			all = add(all, m.ID)
		}
	}
	f.subjects(c)
	lent := len(f.front) == 0 && (c.inherits && x.bare(c) || x.pronoun(c))
	if lent {
		for _, id := range f.subject {
			f.front = add(f.front, id)
			all = add(all, id)
		}
	}
	f.before = all
	e.Actors = f.keep(all)
	switch {
	case c.noun:
	case c.passive:
		f.agents(c)
		e.Source, e.Target = f.keep(f.agent), f.keep(f.front)
	case c.say && len(f.front) == 0:
		f.objects(c, true)
		e.Source = f.keep(f.behind)
		f.front = append(f.front, f.behind...)
	default:
		f.objects(c, !c.say || x.w[c.trigger].gram&gTells != 0)
		e.Source, e.Target = f.keep(f.front), f.keep(f.behind)
	}
	if !lent {
		f.subject = append(f.subject[:0], f.front...)
	}
}

// pronoun reports whether he, she or they is the clause's subject.
func (x *cutter) pronoun(c *clause) bool {
	for i := c.first; i < c.trigger && i < c.first+4; i++ {
		if x.w[i].gram&gPronoun != 0 {
			return true
		}
	}
	return false
}

// prepositions are those that lead from a verb, or the noun that it takes, to
// who is acted on, by the type of the event.
var prepositions = map[string][]string{
	"CONSULT": {"with", "to"}, "PROTEST": {"against"}, "ASSAULT": {"on", "against", "at"}, "THREATEN": {"against", "on"},
	"ACCUSE": {"against"}, "COOPERATE": {"with"}, "AGREE": {"with"}, "AID": {"to", "for"}, "SUPPORT": {"for", "of"},
	"SANCTION": {"on", "against"}, "COERCE": {"on", "against"}, "REQUEST": {"on", "to", "from"}, "STATEMENT": {"to", "before"},
	"ELECTION": {"over", "against"}, "REJECT": {"against"},
}

// typePrepositions are the prepositions by number of type.
var typePrepositions = func() [][]string {
	t := make([][]string, len(typeNames))
	for i, n := range typeNames {
		t[i] = prepositions[n]
	}
	return t
}()

func takes(typ uint8, prep string) bool { return in(prep, typePrepositions[typ]...) }
