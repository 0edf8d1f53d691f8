package model

import "strings"

// A text of at least uncasedWords words of which fewer than one in
// uncasedShare has a capital is taken for one written without capitals.
const (
	uncasedWords = 200
	uncasedShare = 100
)

// Uncased reports whether the text last read is written without capitals: the
// model would be blind in it.
func (s *Scan) Uncased() bool {
	words, caps := 0, 0
	for i := range s.words {
		if w := &s.words[i]; w.kinds&(hasUpper|hasLower) != 0 {
			words++
			if w.kinds&hasUpper != 0 {
				caps++
			}
		}
	}
	return words >= uncasedWords && caps*uncasedShare < words
}

// everyday are names of places and groups that are common words in lower case.
var everyday = func() map[uint64]bool {
	m := map[uint64]bool{}
	for w := range strings.FieldsSeq(`nice male mobile reading phoenix turkey chad polish western orthodox labour latin
		roman romans creole cologne florence orlando victoria bath march jersey hull cork bologna split of in and`) {
		m[lowHash(w)] = true
	}
	return m
}()

// uncased appends the names that the lists know as a whole, the longest first
// from each word on: places, groups, and names of two words or more that news
// have. They are as unsure as a name can be that is kept.
func (s *Scan) uncased(dst []Span) []Span {
	for k := range s.sentAt {
		for i := s.sentAt[k].first; i < s.sentAt[k].last; {
			n, c := s.known(i, s.sentAt[k].last)
			if n > 0 {
				dst = append(dst, Span{i, i + n, c, Unit})
			}
			i += max(n, 1)
		}
	}
	return dst
}

// known is the length and class of the longest listed name from word i on.
func (s *Scan) known(i, last int) (n int, c Class) {
	w := &s.words[i]
	if w.kinds&hasLower == 0 || w.bits&(IsFunction|IsCalendar) != 0 {
		return 0, 0
	}
	if b := w.bits; b&(IsNorp|IsPlace|IsRegion) != 0 && b&IsGiven == 0 && !everyday[w.low] {
		n, c = 1, LOC
		if b&IsNorp != 0 {
			c = NORP
		}
	}
	key := w.low
	for j := i + 1; j < last && j-i < MaxListed; j++ {
		key = pair(key, s.words[j].low)
		if k, ok := s.whole(key); ok {
			n, c = j-i+1, k
		}
	}
	return n, c
}

// whole is the class of a phrase of the lists that has one.
func (s *Scan) whole(key uint64) (Class, bool) {
	switch b := s.r.lex.of(key); {
	case b&IsNorp != 0:
		return NORP, true
	case b&(IsPlace|IsRegion|IsFacility) != 0:
		return LOC, true
	}
	switch b := s.r.lists.of(key) & listWhole; {
	case b&ListBig != 0:
		return LOC, true
	case b&listPlaces == 0:
		for c := range Classes {
			if b == Mined(c) {
				return c, true
			}
		}
	}
	return 0, false
}
