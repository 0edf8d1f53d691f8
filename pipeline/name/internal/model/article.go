package model

// evidence is what the article as a whole says of one lower-cased word.
type evidence struct {
	key    uint64
	epoch  uint32
	lower  uint16 // times written in lower case
	middle uint16 // times capitalised where no sentence starts
	long   uint16 // length of the longest run it stands in
	pos    uint8  // where in that run: 0 first, 1 inside, 2 last
	bits   Bits   // of that run
	at     int32  // token of that mention, -1 if none
	seen   [2]int32
	acro   bool // initials of a run spell it
}

// table is a hash table of evidence with open addressing. A new epoch empties
// it without touching the slots. It holds the words that may belong to a name;
// most of the others are turned away by a bit of the filter, which stays in the
// first-level cache where the slots do not.
type table struct {
	slots  []evidence
	epoch  uint32
	filter [256]uint64
}

// bit is a key's place in the filter.
func (t *table) bit(key uint64) (*uint64, uint64) {
	return &t.filter[key>>32&255], 1 << (key >> 40 & 63)
}

// reset empties the table and makes room for n words.
func (t *table) reset(n int) {
	size := 64
	for size < n+n/2 {
		size *= 2
	}
	t.filter = [256]uint64{}
	t.epoch++
	if len(t.slots) < size || t.epoch == 0 {
		t.slots = make([]evidence, size)
		t.epoch = 1
	}
}

// at is the index of a key's slot, made if need be. There are never more keys
// than reset was told of, so a free slot always exists.
func (t *table) at(key uint64) uint32 {
	mask := uint32(len(t.slots) - 1)
	for i := uint32(key) & mask; ; i = (i + 1) & mask {
		e := &t.slots[i]
		if e.epoch != t.epoch {
			*e = evidence{key: key, epoch: t.epoch, at: -1, seen: [2]int32{-1, -1}}
			word, bit := t.bit(key)
			*word |= bit
			return i
		}
		if e.key == key {
			return i
		}
	}
}

// find is the evidence of a key, nil if it was not entered.
func (t *table) find(key uint64) *evidence {
	if word, bit := t.bit(key); *word&bit == 0 {
		return nil
	}
	mask := uint32(len(t.slots) - 1)
	for i := uint32(key) & mask; ; i = (i + 1) & mask {
		switch e := &t.slots[i]; {
		case e.epoch != t.epoch:
			return nil
		case e.key == key:
			return e
		}
	}
}

// enter gives the words that are scored a slot each.
func (s *Scan) enter() {
	n := len(s.caps)
	for _, g := range s.Segments {
		n += g.Last - g.First
	}
	if s.all {
		n += len(s.words)
	}
	s.table.reset(n + 1)
	for _, i := range s.caps {
		s.enterWord(int(i))
	}
	for _, g := range s.Segments {
		for i := g.First; i < g.Last; i++ {
			if !s.words[i].cap {
				s.enterWord(i)
			}
		}
	}
	if s.all {
		for i := range s.words {
			s.enterWord(i)
		}
	}
}

func (s *Scan) enterWord(i int) {
	if w := &s.words[i]; s.scored(w) {
		w.slot = s.table.at(w.low)
	}
}

// scored reports whether a word has letters and a capital, or a place in a
// segment.
func (s *Scan) scored(w *word) bool {
	return (w.cap || w.role != outside || s.all) && w.kinds&(hasUpper|hasLower) != 0
}

// count enters how often the words are written in small letters, and where
// with a capital that means something. Of a word that no name could have nobody asks
// but one that is written with a capital elsewhere.
func (s *Scan) count() {
	const enough = 1000
	for _, low := range s.small {
		if e := s.table.find(low); e != nil {
			e.lower = min(e.lower+1, enough)
		}
	}
	for _, i := range s.caps {
		w := &s.words[i]
		if w.start {
			continue
		}
		e := &s.table.slots[w.slot]
		e.middle = min(e.middle+1, enough)
		if e.seen[0] < 0 {
			e.seen[0] = i
		} else if e.seen[1] < 0 {
			e.seen[1] = i
		}
	}
}

// collect enters what run k says of its words: the longest run with a word
// wins, the first of equals; and marks the acronyms that its initials spell.
func (s *Scan) collect(k int) {
	r := &s.runs[k]
	n := 0
	plain, all := uint64(fnvOffset), uint64(fnvOffset)
	for i := r.first; i < r.last; i++ {
		w := &s.words[i]
		c := s.a.Text[s.a.Tok[i].Start]
		if 'a' <= c && c <= 'z' {
			all = (all ^ uint64(c)) * fnvPrime
			continue
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		plain = (plain ^ uint64(c)) * fnvPrime
		all = (all ^ uint64(c)) * fnvPrime
		if w.cap {
			n++
		}
	}
	for i := r.first; i < r.last; i++ {
		w := &s.words[i]
		if !w.cap || w.kinds&(hasUpper|hasLower) == 0 {
			continue
		}
		e := &s.table.slots[w.slot]
		if n > int(e.long) && s.words[r.first].bits&IsFunction == 0 {
			e.long, e.bits, e.at = uint16(min(n, 60000)), r.bits, int32(i)
			e.pos = 1
			if i == r.first {
				e.pos = 0
			} else if i == r.last-1 {
				e.pos = 2
			}
		}
	}
	if n >= 2 && n <= 8 && !r.caps {
		for _, key := range [2]uint64{finish(plain), finish(all)} {
			if e := s.table.find(key); e != nil {
				e.acro = true
			}
		}
	}
}
