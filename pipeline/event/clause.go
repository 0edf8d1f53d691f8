package event

import (
	"slices"

	"dateline/pipeline/text"
)

// Modalities of an event.
const (
	Asserted     = "asserted"
	Planned      = "planned"
	Denied       = "denied"
	Hypothetical = "hypothetical"
	Reported     = "reported"
)

// clause is a stretch of a sentence with one verb group: words [first,last) of
// the cutter.
type clause struct {
	first, last int
	trigger     int // word of the verb or noun that names the event, -1 for none
	opened      gram
	typ         uint8
	noun        bool // the trigger is a noun
	passive     bool // a form of be and a participle
	said        bool // the content of another clause's saying
	quoted      bool
	inherits    bool // has the subject of the clause before: and, a participle
	planned     bool // will, due to, would under a verb of saying
	maybe       bool // may, could, would
	denied      bool // not, never, no
	say         bool // the trigger is a verb of saying
	past        bool // the verb group is past
}

// word is a token as the grammar sees it.
type word struct {
	gram
	sense *sense // nil for a word that the lexicon does not know
}

var unknownSense = sense{}

// cutter cuts sentences into clauses. It keeps what it has cut of an article,
// for Find and MainDate to share, and reuses its memory for the next.
type cutter struct {
	t       *text.Tokens
	base    int    // first token of the sentence at hand
	w       []word // its words
	titled  bool   // most of them are capitalised, as in a headline
	clauses []clause

	known text.ByNumber[word]
	texts [2]string // of the fields that are cut
	views [2][]view // by sentence
	words []word    // of all sentences that are cut
	kept  []clause
	cur   []clause
}

// view is where a sentence that is cut stands in the cutter's memory; to is 0
// for one that is not.
type view struct{ from, to, first, last uint32 }

// keepWords bounds the words of an article that a cutter keeps memory for.
const keepWords = 1 << 16

// start makes the cutter forget another article.
func (x *cutter) start(in *Input) {
	var texts [2]string
	for _, fd := range [2]text.Field{text.Body, text.Title} {
		if t := in.tokens(fd); t != nil {
			texts[fd] = t.Text
		}
	}
	if texts == x.texts && x.words != nil {
		return
	}
	x.texts = texts
	if cap(x.words) > keepWords {
		x.words, x.kept = nil, nil
	}
	x.words, x.kept = x.words[:0], x.kept[:0]
	for _, fd := range [2]text.Field{text.Body, text.Title} {
		x.views[fd] = x.views[fd][:0]
		if t := in.tokens(fd); t != nil {
			x.views[fd] = slices.Grow(x.views[fd], len(t.Sent))[:len(t.Sent)]
			clear(x.views[fd])
		}
	}
}

// sentence cuts sentence i of a field, or takes it from memory.
func (x *cutter) sentence(fd text.Field, t *text.Tokens, i int) {
	v := &x.views[fd][i]
	x.t, x.base = t, int(t.Sent[i].First)
	if v.to == 0 {
		v.from, v.first = uint32(len(x.words)), uint32(len(x.kept))
		x.load(t.Sent[i])
		x.cut()
		x.adopt()
		x.kept = append(x.kept, x.cur...)
		v.to, v.last = uint32(len(x.words)), uint32(len(x.kept))
	}
	x.w, x.clauses = x.words[v.from:v.to], x.kept[v.first:v.last]
}

// read is token i wherever it stands.
func (x *cutter) read(i int) word {
	w, k, s := word{sense: &unknownSense}, x.t.Tok[i], x.t.At(i)
	switch {
	case k.Flags&text.Possessive != 0:
		w.gram = gPoss
		if len(s) > 1 {
			w.gram |= gDet
		}
	case k.Flags&text.Punct != 0:
		w.gram = gPunct | sign(s)
	case k.Flags&text.Number != 0:
		w.gram = gNumber | gDet
	default:
		if l := lookup(s); l != nil {
			w.sense, w.gram = l, l.gram
		} else if (k.Flags&text.Upper == 0 || k.Flags&text.AllCaps != 0) && regularPast(s) {
			w.gram = gPast
		}
		if k.Flags&text.Upper != 0 {
			w.gram |= gUpper
		} else if len(s) > 3 {
			w.gram |= gLower
		}
	}
	return w
}

// load reads the words of a sentence.
func (x *cutter) load(s text.Sentence) {
	from := len(x.words)
	known := x.known.Of(x.t)
	inside, upper, lower := gram(0), 0, 0
	for i := int(s.First); i < int(s.Last); i++ {
		w := known[x.t.Tok[i].Number]
		if w.sense == nil {
			w = x.read(i)
			if n := x.t.Tok[i].Number; n != 0 {
				known[n] = w
			}
		}
		if w.gram&gBracket != 0 {
			inside = gInside &^ (w.gram & gInside)
		}
		upper += int(w.gram & gUpper / gUpper)
		lower += int(w.gram & gLower / gLower)
		w.gram |= inside
		x.words = append(x.words, w)
	}
	x.w = x.words[from:]
	x.titled = upper > lower
	x.captions()
	for i := range x.w {
		if x.isFinite(i) {
			x.w[i].gram |= gFinite
		}
	}
}

// captions takes "left" between commas for a place in a picture, not a verb.
func (x *cutter) captions() {
	for i := 1; i+1 < len(x.w); i++ {
		if x.w[i-1].gram&gComma != 0 && x.w[i+1].gram&gPunct != 0 && in(x.t.At(x.base+i), "left") {
			x.w[i] = word{sense: &unknownSense}
		}
	}
}

func sign(s string) gram {
	switch s {
	case "\"", "“", "”", "``", "''":
		return gQuote
	case ";", ":", "--", "—", "–":
		return gStop
	case "(":
		return gStop | gBracket
	case ")":
		return gStop | gBracket | gInside
	case "[":
		return gBracket
	case "]":
		return gBracket | gInside
	case ",":
		return gComma
	}
	return 0
}

// span is the clause's bytes.
func (x *cutter) span(c *clause) text.Span {
	if c.first >= c.last {
		return text.Span{}
	}
	return text.Span{Start: int(x.t.Tok[x.base+c.first].Start), End: int(x.t.Tok[x.base+c.last-1].End)}
}

// at is the place of a word.
func (x *cutter) at(i int) text.Span { return x.t.Tok[x.base+i].Span() }

// cut finds the clauses of the loaded sentence and their triggers.
func (x *cutter) cut() {
	x.cur = x.cur[:0]
	cur := clause{trigger: -1}
	verbs, quote := false, false
	flush := func(i int, next clause) {
		if i > cur.first {
			cur.last = i
			x.cur = append(x.cur, cur)
		}
		next.first, next.trigger, next.quoted = i, -1, quote
		cur, verbs = next, false
	}
	for i, w := range x.w {
		switch {
		case w.gram&gQuote != 0:
			quote = !quote
			flush(i, clause{said: quote})
		case w.gram&gStop != 0:
			if verbs {
				flush(i, clause{})
			}
		case w.gram&gComma != 0:
			if verbs && cur.opened&(gIf|gWhile|gAfter) != 0 && x.verbAhead(i+1, 10) {
				flush(i, clause{})
			} else if verbs && cur.opened == gRelative && x.verbAhead(i+1, 3) {
				flush(i, clause{inherits: true})
			} else if verbs && i+1 < len(x.w) && x.w[i+1].sense.verb && x.w[i+1].sense.form == ingForm && x.w[i+1].gram&gUpper == 0 {
				flush(i, clause{inherits: true})
			} else if verbs && x.tail(i+1) {
				cur.said = true
				flush(i, clause{})
			}
		case w.gram&gPunct == 0:
			if c, ok := x.opens(i, verbs); ok && i > cur.first {
				c.denied = c.opened == gThat && x.denies(cur, i)
				c.said = (c.said && x.said(cur, i)) || quote
				flush(i, c)
			} else if ok {
				cur.opened = c.opened
			} else if verbs && x.bareThat(cur, i) {
				flush(i, clause{said: true, opened: gThat})
			}
			verbs = verbs || x.finite(i)
		}
	}
	flush(len(x.w), clause{})
	for i := range x.cur {
		x.find(&x.cur[i])
	}
}

// said reports whether the clause that ends at word i has a verb of saying.
func (x *cutter) said(c clause, i int) bool {
	return x.saidNear(c.first, i)
}

// denies reports whether the clause that ends at word i denies what follows.
func (x *cutter) denies(c clause, i int) bool {
	for j := max(c.first, i-6); j < i; j++ {
		if x.w[j].gram&gDeny != 0 {
			return true
		}
	}
	return false
}

// bareThat reports whether word i opens what was said without a "that": "she
// said | leaders would talk", the day of the saying left with it.
func (x *cutter) bareThat(c clause, i int) bool {
	if i == c.first || x.w[i].gram&(gPunct|gTo|gThat|gBy) != 0 || !x.saidNear(max(c.first, i-3), i) {
		return false
	}
	j := i - 1
	for j > c.first && j > i-3 && x.day(j) {
		j--
	}
	s := x.w[j].sense
	if !s.verb || s.typ != statement || !x.finite(j) || x.day(i) {
		return false
	}
	return x.verbAhead(i, 9)
}

// saidNear reports whether a verb of saying stands in words [i,j).
func (x *cutter) saidNear(i, j int) bool {
	for ; i < j; i++ {
		if s := x.w[i].sense; s.verb && s.typ == statement {
			return true
		}
	}
	return false
}

// day reports whether a word can be part of a date: a capitalised weekday,
// month, or "on".
func (x *cutter) day(i int) bool {
	s := x.t.At(x.base + i)
	return in(s, "on", "late", "early", "today", "yesterday") || len(s) > 5 && in(s[len(s)-3:], "day")
}

// opens reports whether a word opens another clause and how.
func (x *cutter) opens(i int, verbs bool) (clause, bool) {
	g := x.w[i].gram
	switch {
	case g&gThat != 0:
		return clause{said: true, opened: gThat}, verbs && x.verbAhead(i+1, 10)
	case g&gRelative != 0:
		return clause{inherits: true, opened: gRelative}, x.verbAhead(i+1, 8)
	case g&gWhile != 0:
		return clause{opened: gWhile}, x.verbAhead(i+1, 10)
	case g&gIf != 0:
		return clause{opened: gIf}, x.verbAhead(i+1, 10)
	case g&gAfter != 0:
		return clause{opened: gAfter}, x.verbAhead(i+1, 9)
	case g&gAnd != 0 && verbs && i+1 < len(x.w):
		if x.finite(i+1) || i+2 < len(x.w) && x.finite(i+2) && x.w[i+1].gram&(gUpper|gArticle) == 0 {
			return clause{inherits: true}, true
		}
		return clause{}, x.verbAhead(i+1, 7)
	}
	return clause{}, false
}

// verbAhead reports whether a finite verb stands within n words from i on,
// before any sign.
func (x *cutter) verbAhead(i, n int) bool {
	for j := i; j < len(x.w) && j < i+n; j++ {
		if x.w[j].gram&gPunct != 0 && x.w[j].gram&gQuote == 0 {
			return false
		}
		if x.finite(j) {
			return true
		}
	}
	return false
}

// tail reports whether what follows a comma is the report of who said it:
// ", Saar said Monday".
func (x *cutter) tail(i int) bool {
	for j := i; j < len(x.w) && j < i+8; j++ {
		if x.w[j].gram&gPunct != 0 {
			return false
		}
		if x.finite(j) {
			return j > i && x.w[j].sense.verb && x.w[j].sense.typ == statement
		}
	}
	return false
}

// finite reports whether a word is a finite verb: an auxiliary, a known past or
// third person that no determiner makes a noun, or an unknown past in -ed.
func (x *cutter) finite(i int) bool { return x.w[i].gram&gFinite != 0 }

// isFinite is what load asks once of each word.
func (x *cutter) isFinite(i int) bool {
	w := &x.w[i]
	if w.gram&anyAux != 0 {
		return w.gram&gBare == 0
	}
	if w.gram&(gPunct|gPoss|gNumber) != 0 || x.nounPlace(i) {
		return false
	}
	if !w.sense.verb {
		return w.gram&gPast != 0
	}
	switch w.sense.form {
	case pastForm:
		return w.gram&gUpper == 0 || x.t.Tok[x.base+i].Flags&text.AllCaps != 0
	case sForm:
		return i > 0 && x.w[i-1].gram&(gUpper|gRelative) != 0 && (w.gram&gUpper == 0 || x.titled || x.t.Tok[x.base+i].Flags&text.AllCaps != 0)
	}
	return false
}

// nounPlace reports whether the word before makes a word a noun or adjective.
func (x *cutter) nounPlace(i int) bool {
	if i == 0 || x.w[i-1].gram&gDet == 0 {
		return false
	}
	// A number makes a noun of "ships", not of "shook".
	return x.w[i-1].gram&gNumber == 0 || x.w[i].sense.form != pastForm || x.w[i].sense.noun || !x.w[i].sense.verb
}

// find picks the clause's trigger: its first finite verb, else its first verb,
// auxiliaries left out; behind "plans to" the verb that is planned. A noun of
// the lexicon gives the type of a light verb and stands in where there is no
// verb.
func (x *cutter) find(c *clause) {
	be, to, there, noun, second := false, false, false, -1, -1
	for i := c.first; i < c.last; i++ {
		w := &x.w[i]
		if w.gram&(gPunct|gNumber|gPoss) != 0 {
			continue
		}
		if w.gram&anyAux != 0 {
			c.auxiliary(w.gram)
			if w.gram&gBe != 0 {
				be = true
				there = there || i > c.first && x.w[i-1].gram&gThere != 0
			}
			continue
		}
		switch {
		case c.trigger < 0 && w.gram&(gNot|gNone) != 0:
			c.denied = true
			continue
		case w.gram&gTo != 0:
			to = true
			continue
		case w.gram&gPlanned != 0 && c.trigger < 0 && i+1 < c.last && x.w[i+1].gram&gTo != 0:
			c.planned = true
			continue
		}
		l := w.sense
		if l.noun && noun < 0 && !to && !x.modifies(c, i) && (!l.verb || x.nounPlace(i) || l.form == baseForm && !to || l.form == sForm && !x.finite(i)) {
			noun = i
		}
		if c.trigger < 0 && !x.nounPlace(i) {
			switch {
			case l.verb && l.form == ingForm && !be:
				if second < 0 {
					second = i
				}
			case l.verb && x.carries(c, i, be, to):
				x.choose(c, i, be)
			case w.gram&gPast != 0:
				c.trigger, c.passive, c.past = i, be, true
			}
		}
		to = false
	}
	if c.trigger < 0 && second >= 0 && (second <= c.first+1 || c.inherits) {
		x.choose(c, second, false)
	}
	switch {
	case c.trigger < 0 && noun >= 0:
		c.trigger, c.noun = noun, true
		if !be || there { // "the vote was close" tells no vote
			c.typ = x.w[noun].sense.ntyp
		}
	case c.trigger >= 0 && x.w[c.trigger].sense.light && noun >= 0 && c.typ == 0:
		c.typ = x.w[noun].sense.ntyp
	}
	if c.trigger >= 0 && noun >= 0 && noun < c.trigger && x.w[noun].sense.ntyp == disaster && c.typ != statement {
		c.typ = disaster
	}
	c.say = !c.noun && c.trigger >= 0 && c.typ == statement
}

// modifies reports whether a noun only describes the next one: "election
// officials", "the expulsion order".
func (x *cutter) modifies(c *clause, i int) bool {
	if i+1 >= c.last {
		return false
	}
	w := &x.w[i+1]
	if w.gram&(boundary|gTime|gPast|gPoss|gNumber|gDet) != 0 || w.sense.verb || x.day(i+1) {
		return false
	}
	return w.gram&gUpper == 0 || x.w[i].gram&gUpper != 0
}

// choose makes a verb the clause's trigger.
func (x *cutter) choose(c *clause, i int, be bool) {
	l := x.w[i].sense
	c.trigger, c.typ = i, l.typ
	if x.w[i].gram&gAdds != 0 && i+1 < c.last && x.w[i+1].gram&(gDet|gNumber|gUpper) != 0 {
		c.typ = 0 // added another, not: added that
	}
	for _, p := range l.particles {
		if x.particle(c, i, p.word) {
			c.typ = p.typ
		}
	}
	c.passive = be && (l.form == partForm || l.part)
	c.past = c.past || l.form == pastForm
}

// particle reports whether a verb's second word follows it; "with" may stand a
// little further on: spoke by phone with.
func (x *cutter) particle(c *clause, i int, word string) bool {
	reach := i + 1
	if word == "with" {
		reach += 3
	}
	for j := i + 1; j < c.last && j <= reach && x.w[j].gram&gPunct == 0; j++ {
		if in(x.t.At(x.base+j), word) {
			return true
		}
	}
	return false
}

// carries reports whether a form of the lexicon is this clause's verb here.
func (x *cutter) carries(c *clause, i int, be, to bool) bool {
	switch x.w[i].sense.form {
	case pastForm:
		return true
	case partForm:
		return be || c.past
	case ingForm:
		return be
	case sForm:
		return x.finite(i)
	}
	// A base form needs to, a modal or do before it.
	if to && c.planned || c.planned || c.maybe {
		return true
	}
	return i > c.first && x.w[i-1].gram&(anyAux|gNot) != 0 && !be
}

// auxiliary notes what an auxiliary says about the verb.
func (c *clause) auxiliary(g gram) {
	if c.trigger >= 0 {
		return
	}
	switch {
	case g&gWill != 0:
		c.planned = true
	case g&gWould != 0 && (c.said || c.quoted):
		c.planned = true
	case g&(gWould|gModal) != 0:
		c.maybe = true
	}
	c.past = c.past || g&gPastaux != 0
	c.denied = c.denied || g&gNot != 0
}

// modality is the clause's.
func (c *clause) modality() string {
	switch {
	case c.denied:
		return Denied
	case c.opened == gIf:
		return Hypothetical
	case c.planned:
		return Planned
	case c.maybe:
		return Hypothetical
	case c.said:
		return Reported
	}
	return Asserted
}

// adopt joins a clause without a trigger to the one behind it, else to the one
// before.
func (x *cutter) adopt() {
	cs := x.cur
	for i := range cs {
		c := &cs[i]
		if c.trigger >= 0 || c.first >= c.last {
			continue
		}
		switch {
		case i+1 < len(cs):
			cs[i+1].first = c.first
		case i > 0:
			cs[i-1].last = c.last
		default:
			continue
		}
		c.last = c.first
	}
}

func in(w string, list ...string) bool {
	for _, l := range list {
		if len(l) == len(w) && same(w, l) {
			return true
		}
	}
	return false
}

// same compares with a lower-case word of the same length.
func same(w, l string) bool {
	for i := 0; i < len(w); i++ {
		c := w[i]
		if c-'A' <= 25 {
			c |= 0x20
		}
		if c != l[i] {
			return false
		}
	}
	return true
}

// regularPast reports a regular past or participle.
func regularPast(w string) bool {
	n := len(w)
	if n < 4 || w[n-1]|0x20 != 'd' || w[n-2]|0x20 != 'e' || w[n-3]|0x20 == 'e' {
		return false
	}
	return !in(w, "need", "hundred", "united", "armed", "allied", "shed", "indeed", "speed", "sacred", "naked", "feed", "seed")
}
