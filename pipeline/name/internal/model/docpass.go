package model

import (
	"cmp"
	"slices"

	"dateline/pipeline/text"
)

// Pass says which rules of the document pass run.
type Pass uint8

// The rules.
const (
	PassSurname  Pass = 1 << iota // a full name of a person fixes its parts
	PassVotes                     // a string takes its surest type
	PassRepeats                   // a run that was missed takes the type of its sure twin
	PassLists                     // what the word lists know better than the model
	PassAcronyms                  // "Long Name (LN)" gives LN its type
	PassStorms                    // "Cyclone Olinda" makes Olinda an event

	// PassAll is what Tag runs.
	PassAll = PassSurname | PassVotes | PassRepeats | PassLists | PassAcronyms | PassStorms
)

// unsure is the margin under which the document may change a name, sure the
// one from which a name may change others: two and four nats, tuned on the
// training part of Worldwide Newswire.
const (
	unsure = 2 * Unit
	sure   = 4 * Unit
)

// name is what the article says of one string, or of one word as part of a
// person's name.
type name struct {
	key    uint64
	epoch  uint32
	person int32          // largest margin of a person's full name that ends or starts with the word
	votes  [Classes]int32 // summed margins of the string
}

// names is a hash table of name with epochs, like table.
type names struct {
	slots []name
	epoch uint32
}

func (t *names) reset(n int) {
	size := 64
	for size < 2*n {
		size *= 2
	}
	t.epoch++
	if len(t.slots) < size || t.epoch == 0 {
		t.slots = make([]name, size)
		t.epoch = 1
	}
}

func (t *names) at(key uint64) *name {
	mask := uint64(len(t.slots) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		e := &t.slots[i]
		if e.epoch != t.epoch {
			*e = name{key: key, epoch: t.epoch}
			return e
		}
		if e.key == key {
			return e
		}
	}
}

// has is the entry of a key, nil if there is none.
func (t *names) has(key uint64) *name {
	mask := uint64(len(t.slots) - 1)
	for i := key & mask; t.slots[i].epoch == t.epoch; i = (i + 1) & mask {
		if t.slots[i].key == key {
			return &t.slots[i]
		}
	}
	return nil
}

func (s *Scratch) keyOf(first, last int) uint64 {
	k := uint64(fnvOffset)
	for i := first; i < last; i++ {
		k = pair(k, s.Scan.words[i].low)
	}
	return k
}

// pass lets the article's sure names decide its unsure ones. Evidence is
// collected first and applied afterwards, so that order does not matter.
func (t *Tagger) pass(spans []Span, from int, s *Scratch, rules Pass) []Span {
	if rules&PassLists != 0 {
		spans = s.Scan.byLists(spans, from)
	}
	if rules&PassStorms != 0 {
		spans = s.storms(spans, from)
	}
	s.names.reset(4*(len(spans)-from) + 1)
	for _, x := range spans[from:] {
		e := s.names.at(s.keyOf(x.First, x.Last))
		e.votes[x.Class] = min(e.votes[x.Class]+min(x.Margin, 8*Unit), MaxMargin)
		if x.Class == PER && x.Last-x.First > 1 && x.Margin >= unsure {
			for _, i := range [2]int{x.First, x.Last - 1} {
				e := s.names.at(s.keyOf(i, i+1))
				e.person = max(e.person, x.Margin)
			}
		}
	}
	if rules&PassAcronyms != 0 {
		s.acronyms(spans[from:])
	}
	n := len(spans)
	for k := from; k < n; k++ {
		x := &spans[k]
		if x.Margin >= unsure {
			continue
		}
		e := s.names.has(s.keyOf(x.First, x.Last))
		if e == nil {
			continue
		}
		if rules&PassSurname != 0 && x.Last-x.First == 1 && x.Class != PER && e.person > 0 && e.votes[x.Class] < e.person {
			x.Class = PER
			continue
		}
		if rules&PassVotes != 0 {
			best := x.Class
			for c := range Classes {
				if e.votes[c] > e.votes[best] {
					best = c
				}
			}
			x.Class = best
		}
	}
	if rules&PassRepeats != 0 {
		spans = t.repeats(spans, from, s)
	}
	return spans
}

// acronyms lets a name of several words that is followed by its initials in
// brackets vote for them: "Baltic Fishing Council (BFC)".
func (s *Scratch) acronyms(spans []Span) {
	a := s.Scan.a
	for _, x := range spans {
		i := x.Last
		if x.Last-x.First < 2 || i+2 >= len(a.Tok) || a.At(i) != "(" || a.At(i+2) != ")" || !a.Tok[i+1].Has(text.AllCaps) {
			continue
		}
		if short, long := a.At(i+1), a.At(x.First); short[0]|0x20 != long[0]|0x20 {
			continue
		}
		e := s.names.at(s.keyOf(i+1, i+2))
		e.votes[x.Class] = min(e.votes[x.Class]+max(x.Margin, sure), MaxMargin)
	}
}

// byLists corrects what the word lists know better: a demonym is a group, a
// country a place, a seat of government a facility, the name after "tanker" a
// ship's; "May I" opens no name; a given name directly before a person belongs
// to it ("Will Roe").
func (s *Scan) byLists(spans []Span, from int) []Span {
	n := from
	for _, x := range spans[from:] {
		w := &s.words[x.First]
		sent := &s.sentAt[s.a.Tok[x.First].Sent]
		if x.Last-x.First == 1 && w.start && w.bits&IsFunction != 0 && w.kinds&hasLower != 0 &&
			x.Last < sent.last && s.words[x.Last].bits&IsFunction != 0 {
			continue
		}
		if s.noName(&x) {
			continue
		}
		if x.Class == PER && x.First > sent.first && (n == from || spans[n-1].Last < x.First) && !s.a.Tok[x.First].Has(text.Newline) {
			if p := &s.words[x.First-1]; p.cap && p.bits&IsGiven != 0 && p.bits&IsTitle == 0 && w.bits&IsGiven == 0 {
				x.First--
			}
		}
		s.retype(&x)
		if x.First > sent.first && s.words[x.First-1].bits&IsShip != 0 && x.Class != NORP {
			x.Class = MISC // "the tanker Northern Dawn"
		}
		spans[n] = x
		n++
	}
	return spans[:n]
}

// noName reports whether a name is none: a disease, a unit, the US of "US$5", a
// title or a head word alone ("the Court"). It takes titles off the names of
// people.
func (s *Scan) noName(x *Span) bool {
	if x.Class == PER {
		for x.Last-x.First > 1 && s.isTitle(x.First) && s.words[x.First+1].cap {
			x.First++
		}
	}
	if x.Last-x.First > 1 {
		return false
	}
	b := s.r.lex.of(s.words[x.First].low)
	switch {
	case b&(IsNoName|IsDisease) != 0:
		return true
	case x.Class == PER:
		return s.isTitle(x.First) && !s.endsRun(x.First)
	case x.Class == ORG || x.Class == LOC:
		if b&IsGeneric != 0 {
			return true
		}
	}
	return x.Last < len(s.words) && s.a.At(x.Last)[0] == '$' && !s.a.Tok[x.Last].Has(text.Newline)
}

// isTitle reports whether a word is a title and no given name.
func (s *Scan) isTitle(i int) bool { return s.words[i].bits&(IsTitle|IsGiven) == IsTitle }

// endsRun reports whether the article has the word at the end of a longer run
// of capitals: "King" may be Martin Luther King.
func (s *Scan) endsRun(i int) bool {
	e := &s.table.slots[s.words[i].slot]
	return e.long > 1 && e.pos == 2
}

// retype gives a name that is in the word lists as a whole their type.
func (s *Scan) retype(x *Span) {
	key := s.words[x.First].low
	for i := x.First + 1; i < x.Last; i++ {
		key = pair(key, s.words[i].low)
	}
	b := s.r.lex.of(key) & (IsPlace | IsNorp | IsFacility | IsGiven)
	switch {
	case b == IsNorp && (x.Class == LOC || x.Class == ORG):
		x.Class = NORP
	case b == IsPlace && x.Class == NORP, b == IsFacility && x.Class == ORG:
		x.Class = LOC
	}
}

// repeats adds the runs without any name in them that are written like a sure
// name of the article, unless the article also writes them in lower case.
func (t *Tagger) repeats(spans []Span, from int, s *Scratch) []Span {
	n, k := len(spans), from
	for r := range s.Scan.runs {
		run := &s.Scan.runs[r]
		for k < n && spans[k].Last <= run.first {
			k++
		}
		if k < n && spans[k].First < run.last || run.bits&(IsFunction|IsCalendar|IsTitle) != 0 {
			continue
		}
		e := s.names.has(s.keyOf(run.first, run.last))
		if e == nil || run.last-run.first == 1 && s.Scan.lower(run.first) {
			continue
		}
		best := PER
		for c := range Classes {
			if e.votes[c] > e.votes[best] {
				best = c
			}
		}
		v := e.votes[best]
		if run.last-run.first == 1 && e.person > v {
			best, v = PER, e.person
		}
		if v >= sure {
			spans = append(spans, Span{run.first, run.last, best, Unit})
		}
	}
	if len(spans) > n {
		slices.SortFunc(spans[from:], func(a, b Span) int { return cmp.Compare(a.First, b.First) })
	}
	return spans
}

// lower reports whether the article writes the word in lower case too.
func (s *Scan) lower(i int) bool { return s.table.slots[s.words[i].slot].lower > 0 }
