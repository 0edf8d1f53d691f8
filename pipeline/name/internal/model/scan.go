package model

import (
	"slices"

	"dateline/pipeline/text"
)

// role says which tags a token may have.
type role uint8

const (
	outside   role = iota // O only
	trigger               // any
	connector             // O or the inside of a name
)

// word is one token as read.
type word struct {
	lexeme
	gaz   uint16 // code of the longest phrase of the word lists over it, 0 if none
	role  role
	start bool   // a capital means nothing here
	over  uint32 // code of the longest phrase of the large lists over it
	slot  uint32 // of the article's table
	run   int32  // index of its run, -1 if none
}

// run is a stretch of name words with only "of", "the", "for", "&", hyphens
// and particles between: tokens [first,last).
type run struct {
	first, last int
	bits        Bits // of all its words
	caps        bool // all in capitals
}

// Segment is a stretch of tokens [First,Last) that is decoded by itself; the
// tokens around it are outside every name.
type Segment struct{ First, Last int }

// Scan is one article made ready for features: words, runs, segments and what
// the article says of each word. Reused from article to article; the zero
// value is ready.
type Scan struct {
	Segments []Segment

	a       *text.Tokens
	r       *Reader
	lexemes text.ByNumber[lexeme]
	words   []word
	caps    []int32  // words with capitals
	here    []int32  // those of the sentence under way
	small   []uint64 // the others with letters, in lower case
	runs    []run
	table   table
	no      Without
	all     bool // words outside segments are scored, too
	sentAt  []sentence
}

type sentence struct {
	first, last int
	caps        uint8 // 0 plain, 1 title case, 2 capitals
}

// Reader is what scanning needs beyond the text: the word lists and the
// model's word clusters and large lists. Immutable.
type Reader struct {
	lex      *lexicon
	clusters *clusterTable
	lists    *listTable
}

// NewReader makes a Reader over the tables of a model.
func NewReader(m *Model) *Reader { return &Reader{newLexicon(), &m.clusters, &m.lists} }

// Without says what features may not use, for training.
type Without uint8

// What can be left out.
const (
	WithoutDoc   Without = 1 << iota // what the rest of the article says
	WithoutLists                     // the large lists
)

// Read scans an article. a must not change while s is used.
func (r *Reader) Read(s *Scan, a *text.Tokens, no Without) {
	if s.r != r {
		s.lexemes = text.ByNumber[lexeme]{}
	}
	s.a, s.r, s.no = a, r, no
	s.Segments, s.runs, s.sentAt, s.caps, s.small = s.Segments[:0], s.runs[:0], s.sentAt[:0], s.caps[:0], s.small[:0]
	s.words = slices.Grow(s.words[:0], len(a.Tok))[:len(a.Tok)]
	known := s.lexemes.Of(a)
	for k := range a.Sent {
		first, last := int(a.Sent[k].First), int(a.Sent[k].Last)
		s.sentAt = append(s.sentAt, sentence{first, last, s.read(known, first, last)})
		s.phrases(last)
		if no&WithoutLists == 0 {
			s.listed(last)
		} else {
			s.unlisted(first, last)
		}
		s.segments(first, last)
	}
	s.enter()
	s.count()
	for k := range s.runs {
		s.collect(k)
	}
}

// ordinal reports whether s is digits and st, nd, rd, th or s ("1980s").
func ordinal(s string) bool {
	i := 0
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	switch s[i:] {
	case "st", "nd", "rd", "th", "s", "m", "bn", "k", "am", "pm", "a.m.", "p.m.", "km", "kg", "mph":
		return i > 0
	}
	return false
}

// read fills the words of a sentence and notes which have capitals. It returns 2
// if the sentence is in capitals, 1 if it is in title case.
func (s *Scan) read(known []lexeme, first, last int) (caps uint8) {
	from := len(s.caps)
	start := true // a capital would say nothing
	letters, upper, capitals, low := 0, 0, 0, 0
	for i := first; i < last; i++ {
		w := &s.words[i]
		w.lexeme = *s.lexeme(known, i)
		w.gaz, w.role, w.start, w.over, w.slot, w.run = 0, outside, false, 0, 0, -1
		if w.kinds&(hasUpper|hasLower|hasDigit) == 0 {
			start = start || w.joins&opens != 0
			continue
		}
		w.start, start = start, false
		if w.cap {
			s.caps = append(s.caps, int32(i))
		}
		if w.kinds&(hasUpper|hasLower) == 0 {
			continue
		}
		if !w.cap {
			s.small = append(s.small, w.low)
		}
		letters++
		switch {
		case w.kinds&hasLower == 0:
			upper++
			capitals++
		case w.cap:
			capitals++
		case w.bits&IsFunction == 0:
			low++
		}
	}
	s.here = s.caps[from:]
	switch {
	case letters >= 2 && upper == letters:
		return 2
	case letters >= 3 && low == 0 && capitals*2 > letters:
		return 1
	}
	return 0
}

// placeIn is where word k stands in a phrase of n: 1 alone, 2 first, 3 behind.
func placeIn(k, n int) int {
	switch {
	case n == 1:
		return 1
	case k == 0:
		return 2
	}
	return 3
}

// phrases marks the longest known phrases from each capitalised word on. The
// code holds type and place: single, first, inside.
func (s *Scan) phrases(last int) {
	end := 0
	for _, at := range s.here {
		i := int(at)
		if i < end {
			continue
		}
		w := &s.words[i]
		n, b := 1, w.bits
		if w.bits&starts != 0 {
			key := w.low
			for j := i + 1; j < last && j-i < maxPhrase; j++ {
				key = pair(key, s.words[j].low)
				if pb := s.r.lex.of(key) & featureBits; pb != 0 {
					n, b = j-i+1, pb
				}
			}
		}
		b &= IsNorp | IsPlace | IsRegion | IsFacility | IsOrgAlone | IsGiven
		if b != 0 {
			code := uint16(b>>14)&0x3f<<1 | uint16(b/IsOrgAlone)&1
			for j := i; j < i+n; j++ {
				s.words[j].gaz = code<<2 | uint16(placeIn(j-i, n))
			}
		}
		end = i + n
	}
}

// listed marks the longest phrases of the large lists from each capitalised
// word on. Places only: people's names are single words there.
func (s *Scan) listed(last int) {
	end := 0
	for _, at := range s.here {
		i := int(at)
		if i < end {
			continue
		}
		w := &s.words[i]
		n, b := 1, w.list
		if w.list&listStarts != 0 {
			key := w.low
			for j := i + 1; j < last && j-i < MaxListed && (s.words[j].cap || s.words[j].joins&binds != 0); j++ {
				key = pair(key, s.words[j].low)
				if pb := s.r.lists.of(key) & listWhole; pb != 0 {
					n, b = j-i+1, pb
				}
			}
		}
		if b &= listWhole; b != 0 {
			for j := i; j < i+n; j++ {
				s.words[j].over = uint32(b)<<2 | uint32(placeIn(j-i, n))
			}
		}
		end = i + n
	}
}

// unlisted forgets what the large lists say.
func (s *Scan) unlisted(first, last int) {
	for i := first; i < last; i++ {
		s.words[i].list, s.words[i].habit = 0, 0
	}
}

// isTrigger reports whether token i can begin a name.
func (s *Scan) isTrigger(i int) bool { return s.words[i].cap }

// maxBetween is the most connectors in a row inside a segment.
const maxBetween = 3

// maxSegment bounds a segment in tokens, so that scores stay inside 32 bits
// and memory small in a text of capitals only.
const maxSegment = 120

// segments finds the runs and segments of a sentence: tokens [first,last).
func (s *Scan) segments(first, last int) {
	end := first
	for _, at := range s.here {
		if int(at) < end {
			continue
		}
		i := int(at)
		for i > end && i > int(at)-2 && s.words[i-1].bits&IsParticle != 0 { // particles before the first capital
			i--
		}
		end = int(at) + 1
		for {
			j := end
			for j < last && j-end <= maxBetween && !s.isTrigger(j) && (s.words[j].joins&connects != 0 || s.words[j].bits&IsParticle != 0) {
				j++
			}
			if j >= last || j-end > maxBetween || !s.isTrigger(j) || j-i >= maxSegment {
				break
			}
			end = j + 1
		}
		s.segment(i, end)
	}
}

// segment enters tokens [i,j): roles, runs, and the segment unless it is a
// lone function word.
func (s *Scan) segment(i, j int) {
	if j-i == 1 {
		w := &s.words[i]
		if w.bits&(IsFunction|IsCalendar) != 0 && (w.kinds&hasLower != 0 || s.a.Tok[i].End-s.a.Tok[i].Start == 1) {
			return
		}
	}
	s.Segments = append(s.Segments, Segment{i, j})
	for k := i; k < j; k++ {
		w := &s.words[k]
		switch {
		case w.cap:
			w.role = trigger
		case w.bits&IsParticle != 0:
			w.role = trigger
		default:
			w.role = connector
		}
	}
	for k := i; k < j; {
		if !s.words[k].cap {
			k++
			continue
		}
		k = s.makeRun(k, j)
	}
}

// makeRun enters the run that starts at the capitalised token i and returns
// its end.
func (s *Scan) makeRun(i, end int) int {
	last := i + 1
	for last < end {
		j := last
		for j < end && j-last < 3 && !s.words[j].cap && s.words[j].joins&binds != 0 {
			j++
		}
		if j >= end || !s.words[j].cap {
			break
		}
		last = j + 1
	}
	r := run{first: i, last: last, caps: true}
	for k := i; k < last; k++ {
		w := &s.words[k]
		w.run = int32(len(s.runs))
		if w.cap {
			r.bits |= w.bits
			r.caps = r.caps && w.kinds&hasLower == 0
		}
	}
	s.runs = append(s.runs, r)
	return last
}

// Allowed is the set of tags that the role of token i admits.
func (s *Scan) Allowed(i int) Set { return allowed[s.words[i].role] }
