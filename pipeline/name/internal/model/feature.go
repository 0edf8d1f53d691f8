package model

import "dateline/pipeline/text"

// The templates. A feature's key is its template joined with its value; the
// order here is part of the model's format (templateHash).
const (
	tFine uint64 = iota + 1
	tMid
	tLowMid
	tShape
	tSuffix2
	tSuffix3
	tSuffix4
	tPrefix2
	tPrefix3
	tBits
	tLow
	// Of these pairs the second is the same of the word on the other side.
	tPrevFine
	tNextFine
	tPrevShape
	tNextShape
	tPrevBits
	tNextBits
	tPrev
	tNext
	tPrev2Mid
	tNext2Mid
	tPrev2
	tNext2
	tGaz
	tPrevGaz
	tNextGaz
	tList
	tPrevList
	tNextList
	tOver
	tHabit
	tPrevHabit
	tNextHabit
	tStart
	tRunPlace
	tRunFirstMid
	tRunLastMid
	tRunFirst
	tRunLast
	tRunBefore
	tRunAfter
	tRunBeforeMid
	tRunAfterMid
	tRunBeforeBits
	tRunAfterBits
	tRunBits
	tRunCase
	tRunLists
	tRunFirstHabit
	tRunLastHabit
	tRunHabits
	tRunBefore2
	tRunAfter2
	tRunMids
	tDocCase
	tDocRun
	tDocPrev
	tDocNext
	tDocSeenPrev
	tDocSeenNext
	tDocAcronym
	templates
)

// MaxFeatures bounds the features of one token: each template once, but for
// the words of the run (at most 8, twice) and the two mentions elsewhere.
const MaxFeatures = int(templates) + 16 + 2

// key is the hash of a feature.
func key(template, value uint64) uint64 {
	h := (value ^ template*0xd6e8feb86659fd93) * golden
	return h ^ h>>32
}

// The neighbours beyond a sentence's ends.
var (
	wordBefore = word{lexeme: lexeme{hash: 0x51ed270b9f1d3a17, low: 0x51ed270b9f1d3a17}, run: -1}
	wordAfter  = word{lexeme: lexeme{hash: 0x2545f4914f6cdd1d, low: 0x2545f4914f6cdd1d}, run: -1}
)

// mid is the middle cluster of token i.
func (s *Scan) mid(i int) uint64 { return uint64(s.words[i].mid) }

// titleHash is the hash of an all-capital word written with one capital.
func titleHash(s string) uint64 {
	h := uint64(fnvOffset)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x80 {
			return Hash(s)
		}
		if i > 0 && 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		h = (h ^ uint64(c)) * fnvPrime
	}
	return finish(h)
}

// window is the positions of a token's neighbourhood whose words have features
// of their own.
const window = 5

// neighbour is the word at position pos of the window around token i, and its
// token, -1 beyond the sentence.
func (s *Scan) neighbour(i, pos int, sent *sentence) (*word, int) {
	switch j := i + pos - window/2; {
	case j < sent.first:
		return &wordBefore, -1
	case j >= sent.last:
		return &wordAfter, -1
	default:
		return &s.words[j], j
	}
}

// Features appends the keys of what the network is told of token i to buf:
// what each word of the window is by itself, and the rest.
func (s *Scan) Features(i int, buf []uint64) []uint64 {
	sent := &s.sentAt[s.a.Tok[i].Sent]
	for pos := range window {
		w, j := s.neighbour(i, pos, sent)
		buf = s.wordFeatures(pos, w, j, buf)
	}
	buf = s.contextFeatures(i, buf)
	return s.docFeatures(i, buf)
}

// wordFeatures append what the word w at token j says by itself at a position
// of the window. They depend on nothing but w.hash, so that their sum can be
// kept.
func (s *Scan) wordFeatures(pos int, w *word, j int, buf []uint64) []uint64 {
	if pos == 0 || pos == window-1 {
		near := uint64(pos) / (window - 1)
		return append(buf, key(tPrev2Mid+near, uint64(w.mid)), key(tPrev2+near, w.low))
	}
	f := form{short: 1}
	if j >= 0 {
		f.describe(s.a.At(j))
	}
	if pos != window/2 {
		near := uint64(pos) / (window/2 + 1)
		return append(buf, key(tPrevFine+near, uint64(w.fine)), key(tPrevShape+near, f.short),
			key(tPrevBits+near, uint64(w.bits)), key(tPrev+near, w.low), key(tPrevHabit+near, uint64(w.habit)))
	}
	return append(buf,
		key(tFine, uint64(w.fine)), key(tMid, uint64(w.mid)), key(tLowMid, uint64(w.small)), key(tShape, f.short),
		key(tSuffix2, f.suffix[1]), key(tSuffix3, f.suffix[2]), key(tSuffix4, f.suffix[3]),
		key(tPrefix2, f.prefix[1]), key(tPrefix3, f.prefix[2]), key(tBits, uint64(w.bits)), key(tLow, w.low), key(tHabit, uint64(w.habit)))
}

// contextFeatures append what depends on more than one word of the sentence:
// phrases, lists, the run.
func (s *Scan) contextFeatures(i int, buf []uint64) []uint64 {
	sent := &s.sentAt[s.a.Tok[i].Sent]
	w := &s.words[i]
	p, _ := s.neighbour(i, window/2-1, sent)
	n, _ := s.neighbour(i, window/2+1, sent)
	start := uint64(0)
	if w.start {
		start = 1
	}
	buf = append(buf,
		key(tGaz, uint64(w.gaz)), key(tPrevGaz, uint64(p.gaz)), key(tNextGaz, uint64(n.gaz)),
		key(tList, uint64(w.list&listWhole)), key(tPrevList, uint64(p.list&listWhole)), key(tNextList, uint64(n.list&listWhole)),
		key(tOver, uint64(w.over)), key(tStart, start),
	)
	return s.runFeatures(i, sent, w, buf)
}

// runFeatures tell where in its run the token is, what the run holds and what
// stands around it.
func (s *Scan) runFeatures(i int, sent *sentence, w *word, buf []uint64) []uint64 {
	if w.run < 0 {
		return append(buf, key(tRunPlace, 99))
	}
	r := &s.runs[w.run]
	size := min(r.last-r.first, 7)
	place := uint64(min(i-r.first, 3)<<8 | min(r.last-1-i, 3)<<4 | size)
	before, after := &wordBefore, &wordAfter
	beforeMid, afterMid := uint64(0), uint64(0)
	before2, after2 := uint64(0), uint64(0)
	if r.first > sent.first {
		before, beforeMid = &s.words[r.first-1], s.mid(r.first-1)
		if r.first-1 > sent.first {
			before2 = s.mid(r.first - 2)
		}
	}
	if r.last < sent.last {
		after, afterMid = &s.words[r.last], s.mid(r.last)
		if r.last+1 < sent.last {
			after2 = s.mid(r.last + 1)
		}
	}
	edge := uint64(min(i-r.first, 2)<<4 | min(r.last-1-i, 2))
	kase := uint64(sent.caps) << 1
	if r.caps {
		kase++
	}
	f, l := &s.words[r.first], &s.words[r.last-1]
	names := uint64(f.over&^3)<<16 | uint64(l.over&^3) | edge<<48
	for k := r.first; k < r.last && k < r.first+8; k++ {
		if k != i && s.words[k].cap {
			buf = append(buf, key(tRunMids, s.mid(k)), key(tRunHabits, uint64(s.words[k].habit)))
		}
	}
	return append(buf,
		key(tRunPlace, place), key(tRunFirstMid, pair(s.mid(r.first), edge)), key(tRunLastMid, pair(s.mid(r.last-1), edge)),
		key(tRunFirst, pair(f.low, edge)), key(tRunLast, pair(l.low, edge)),
		key(tRunBefore, before.low), key(tRunAfter, after.low), key(tRunBeforeMid, beforeMid), key(tRunAfterMid, afterMid),
		key(tRunBeforeBits, uint64(before.bits)), key(tRunAfterBits, uint64(after.bits)),
		key(tRunFirstHabit, uint64(f.habit)<<8|edge), key(tRunLastHabit, uint64(l.habit)<<8|edge),
		key(tRunBefore2, before2), key(tRunAfter2, after2),
		key(tRunBits, uint64(r.bits)), key(tRunCase, kase), key(tRunLists, names),
	)
}

// docFeatures tell what the article says of the word elsewhere.
func (s *Scan) docFeatures(i int, buf []uint64) []uint64 {
	w := &s.words[i]
	if s.no&WithoutDoc != 0 || !s.scored(w) {
		return buf
	}
	e := &s.table.slots[w.slot]
	kase := uint64(min(e.lower, 2))<<4 | uint64(min(e.middle, 4))
	if w.start {
		kase |= 1 << 8
	}
	buf = append(buf, key(tDocCase, kase))
	if e.acro && w.kinds&hasLower == 0 {
		buf = append(buf, key(tDocAcronym, 1))
	}
	if e.at >= 0 && int(e.at) != i {
		own := 1
		if w.run >= 0 {
			own = s.runs[w.run].last - s.runs[w.run].first
		}
		if int(e.long) > own {
			r := &s.runs[s.words[e.at].run]
			place := uint64(e.pos)<<4 | uint64(min(e.long, 5))
			buf = append(buf, key(tDocRun, uint64(e.bits)<<8|place), key(tDocPrev, pair(s.mid(r.first), place)), key(tDocNext, pair(s.mid(r.last-1), place)))
		}
	}
	for _, o := range e.seen {
		if o < 0 || int(o) == i {
			continue
		}
		o := int(o)
		if o > 0 && !s.a.Tok[o].Has(text.SentStart) {
			buf = append(buf, key(tDocSeenPrev, s.mid(o-1)))
		}
		if o+1 < len(s.words) && !s.a.Tok[o+1].Has(text.SentStart) {
			buf = append(buf, key(tDocSeenNext, s.mid(o+1)))
		}
	}
	return buf
}
