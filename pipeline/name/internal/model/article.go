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
// it without touching the slots.
type table struct {
	slots []evidence
	epoch uint32
}

// reset empties the table and makes room for n words.
func (t *table) reset(n int) {
	size := 64
	for size < n+n/2 {
		size *= 2
	}
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
			return i
		}
		if e.key == key {
			return i
		}
	}
}

// count enters one occurrence of word i.
func (s *Scan) count(i int) {
	w := &s.words[i]
	if w.kinds&(hasUpper|hasLower) == 0 {
		return
	}
	w.slot = s.table.at(w.low)
	e := &s.table.slots[w.slot]
	const enough = 1000
	switch {
	case !w.cap:
		e.lower = min(e.lower+1, enough)
	case !w.start:
		e.middle = min(e.middle+1, enough)
		if e.seen[0] < 0 {
			e.seen[0] = int32(i)
		} else if e.seen[1] < 0 {
			e.seen[1] = int32(i)
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
		s.table.slots[s.table.at(finish(plain))].acro = true
		s.table.slots[s.table.at(finish(all))].acro = true
	}
}
