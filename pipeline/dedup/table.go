package dedup

import "math/bits"

// table is a multimap from 39-bit hashes to rows of one segment, without
// pointers. It grows while its segment is the newest one; afterwards its shards
// are sealed one by one into a denser form that takes no more entries.
//
// A table has 64 shards by hash, so that growing and sealing come in steps of a
// 64th of the work and the fold never stands still for long.
type table struct {
	shards []shard // none or tableShards
	n      int
}

const (
	tableShards = 64
	hashBits    = 39
	rowBits     = 25 // rows of a segment: MaxRows is below 1<<rowBits
	// maxLoad and growth keep an open shard between 73 and 88 % full: 10 B an
	// entry in the mean, against 6.5 B sealed. Each entry is moved five times; at
	// eight times, in steps of an eighth, that was half of a fold's time.
	maxLoadNum, maxLoadDen = 7, 8
	// bucketSize is how many entries a sealed bucket holds in the mean.
	bucketSize = 8
)

// shard is open (slots) or sealed (starts, tags, rows).
type shard struct {
	slots []uint64 // hash<<rowBits | row+1, open addressing; 0 is empty
	n     int

	starts []uint32 // of bucket i: entries starts[i] to starts[i+1]
	tags   []uint16
	rows   []uint32
}

// spread scatters a hash over 64 bits: the top 6 choose the shard, the ones
// below the place, the last 16 are the tag. Samples of the text's tail are
// below half of all hashes, hence the multiplications.
func spread(h uint64) uint64 {
	h *= 0x9e3779b97f4a7c15
	h ^= h >> 32
	return h * 0xd6e8feb86659fd93
}

func place(x uint64, n int) int {
	hi, _ := bits.Mul64(x<<6, uint64(n))
	return int(hi)
}

// add enters a row under a hash. The table must not have been sealed.
func (t *table) add(h uint64, row uint32) {
	if t.shards == nil {
		t.shards = make([]shard, tableShards)
	}
	x := spread(h)
	s := &t.shards[x>>58]
	if (s.n+1)*maxLoadDen > len(s.slots)*maxLoadNum {
		s.grow()
	}
	s.insert(x, h<<rowBits|uint64(row+1))
	s.n++
	t.n++
}

func (s *shard) insert(x, slot uint64) {
	i := place(x, len(s.slots))
	for s.slots[i] != 0 {
		if i++; i == len(s.slots) {
			i = 0
		}
	}
	s.slots[i] = slot
}

func (s *shard) grow() {
	old := s.slots
	s.slots = make([]uint64, max(4, len(old)+len(old)/5+1))
	for _, e := range old {
		if e != 0 {
			s.insert(spread(e>>rowBits), e)
		}
	}
}

// find appends the rows under a hash to dst, in no order. A sealed shard knows
// about 40 bits of a hash, so a row may be there by chance.
func (t *table) find(h uint64, dst []uint32) []uint32 { return t.findAt(h, t.probe(h), dst) }

// probe is where a shard may have the entries of a hash: from slot from on, or
// in from to to of a sealed one.
type probe struct{ from, to uint32 }

// probe reads no entry. Who looks for many hashes takes all their probes first,
// then touches them, then finds: a table is far larger than the processor's
// caches, and reads that do not wait for each other are waited for once.
func (t *table) probe(h uint64) probe {
	if t.shards == nil {
		return probe{}
	}
	x := spread(h)
	s := &t.shards[x>>58]
	if s.starts != nil {
		b := place(x, len(s.starts)-1)
		return probe{s.starts[b], s.starts[b+1]}
	}
	return probe{from: uint32(place(x, len(s.slots)))}
}

// touch reads something of the first entry of a probe.
func (t *table) touch(h uint64, p probe) uint64 {
	if t.shards == nil {
		return 0
	}
	s := &t.shards[spread(h)>>58]
	switch {
	case s.starts != nil && p.from < p.to:
		return uint64(s.tags[p.from])
	case s.starts == nil && len(s.slots) > 0:
		return s.slots[p.from]
	}
	return 0
}

// findAt is find for a hash whose probe is known.
func (t *table) findAt(h uint64, p probe, dst []uint32) []uint32 {
	if t.shards == nil {
		return dst
	}
	x := spread(h)
	s := &t.shards[x>>58]
	if s.starts != nil {
		tag := uint16(x)
		for i, g := range s.tags[p.from:p.to] {
			if g == tag {
				dst = append(dst, s.rows[int(p.from)+i])
			}
		}
		return dst
	}
	if len(s.slots) == 0 {
		return dst
	}
	for i := int(p.from); s.slots[i] != 0; {
		if e := s.slots[i]; e>>rowBits == h {
			dst = append(dst, uint32(e&(1<<rowBits-1))-1)
		}
		if i++; i == len(s.slots) {
			i = 0
		}
	}
	return dst
}

// seal gives shard i its dense form. It is idempotent.
func (t *table) seal(i int) {
	if t.shards == nil || t.shards[i].starts != nil {
		return
	}
	s := &t.shards[i]
	buckets := s.n/bucketSize + 1
	d := shard{n: s.n, starts: make([]uint32, buckets+1), tags: make([]uint16, s.n), rows: make([]uint32, s.n)}
	for _, e := range s.slots {
		if e != 0 {
			d.starts[place(spread(e>>rowBits), buckets)+1]++
		}
	}
	for b := range buckets {
		d.starts[b+1] += d.starts[b]
	}
	next := append([]uint32(nil), d.starts[:buckets]...)
	for _, e := range s.slots {
		if e == 0 {
			continue
		}
		x := spread(e >> rowBits)
		at := &next[place(x, buckets)]
		d.tags[*at], d.rows[*at] = uint16(x), uint32(e&(1<<rowBits-1))-1
		*at++
	}
	*s = d
}

// bytes is what the table takes.
func (t *table) bytes() (n int) {
	for i := range t.shards {
		s := &t.shards[i]
		n += 8*cap(s.slots) + 4*cap(s.starts) + 2*cap(s.tags) + 4*cap(s.rows)
	}
	return n + len(t.shards)*128
}
