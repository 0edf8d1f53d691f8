package dedup

import (
	"encoding/binary"
	"unsafe"
)

// segment holds the rows of 24 h of the log's clock and what finds them. Once a
// newer segment is there it takes no more entries: its tables are sealed, and
// only the state of its rows still changes.
type segment struct {
	day    int64
	base   uint32  // sequence of its first row
	chunks [][]row // of chunkRows rows each, the last one shorter
	n      int     // rows

	coarse, fine table // samples: those that thinning keeps, and the others
	thin         bool  // thinned: fine is empty
	keys         table // rows by the item's key
	bodies       table // rows by the hash of the text
	refs, takes  table // rows by what kills refer to, and by what takes share
	sealed       int   // shards sealed so far

	// Of the few rows that need them, by row of the segment.
	stories  map[uint32][16]byte // the story, where its root is in an older segment
	derived  map[uint32][16]byte // the story that a row was derived from
	embargos map[uint32]int64    // of roots, in ms
}

const (
	chunkRows = 4096
	rowSize   = int(unsafe.Sizeof(row{}))
)

// row is one item in its newest version, without pointers.
type row struct {
	key      [16]byte
	offset   int64 // of the record that the verdict was taken for
	revision int64
	body     uint32 // low half of the hash of the text, 0 for none; the tables know the other
	root     uint32 // sequence of the row of the story's first document; its own if it is that
	outlet   uint32
	source   uint32
	title    uint32
	payload  uint32
	at       uint32 // log clock, seconds
	longest  uint32 // of a root: words of the longest visible text of its story
	month    uint16
	// Of its samples those that were no common phrase and no boilerplate: all,
	// with figures, and the same in the subset that thinning keeps.
	live, liveFigures, coarse, coarseFigures uint16
	flags                                    uint16
	call                                     call
	relation                                 relation
	percent                                  uint8
}

// The flags of a row.
const (
	isCopy      uint16 = 1 << iota
	isDerived          // from another story
	isHidden           // the document is hidden as a copy
	isHeadless         // the head was withdrawn when the copy came
	isWithdrawn        // state of the newest version
	isWithheld
	isEmbargoed
	isVoid // its newest version became a dead letter
)

func (g *segment) row(i uint32) *row { return &g.chunks[i/chunkRows][i%chunkRows] }

// add appends a row and returns its place in the segment.
func (g *segment) add(r row) uint32 {
	i := uint32(g.n)
	if i%chunkRows == 0 {
		// The first chunk grows, so that small states stay small.
		size := 64
		if i > 0 {
			size = chunkRows
		}
		g.chunks = append(g.chunks, make([]row, 0, size))
	}
	last := &g.chunks[len(g.chunks)-1]
	*last = append(*last, r)
	g.n++
	return i
}

// postings is the table of a sample's rows.
func (g *segment) postings(h uint64) *table {
	if coarse(h) {
		return &g.coarse
	}
	return &g.fine
}

func (g *segment) tables() []*table {
	return []*table{&g.coarse, &g.fine, &g.keys, &g.bodies, &g.refs, &g.takes}
}

// sealNext seals the next shard of each table; false if all are.
func (g *segment) sealNext() bool {
	if g.sealed == tableShards {
		return false
	}
	for _, t := range g.tables() {
		t.seal(g.sealed)
	}
	g.sealed++
	return g.sealed < tableShards
}

func (g *segment) note(m *map[uint32][16]byte, row uint32, k [16]byte) {
	if *m == nil {
		*m = make(map[uint32][16]byte)
	}
	(*m)[row] = k
}

// short39 is what the tables know of a 64-bit hash.
func short39(h uint64) uint64 { return h >> (64 - hashBits) }

func hash16(b [16]byte) uint64 { return binary.LittleEndian.Uint64(b[:]) }

// place of a row: its segment and its number in it.
type at struct {
	g *segment
	i uint32
}

func (p at) ok() bool    { return p.g != nil }
func (p at) row() *row   { return p.g.row(p.i) }
func (p at) seq() uint32 { return p.g.base + p.i }

// at finds a row by its sequence. Sequences wrap around after 2^32 rows, which
// is far more than ever live at once, so differences are what counts.
func (s *State) at(seq uint32) at {
	for i := len(s.segments) - 1; i >= 0; i-- {
		g := s.segments[i]
		if d := seq - g.base; d < uint32(g.n) {
			return at{g, d}
		}
	}
	return at{}
}

// newest finds the newest row of a table that fits.
func (s *State) newest(pick func(*segment) *table, h uint64, fits func(*row) bool) at {
	for i := len(s.segments) - 1; i >= 0; i-- {
		g := s.segments[i]
		s.found = pick(g).find(h, s.found[:0])
		best, ok := uint32(0), false
		for _, f := range s.found {
			if fits(g.row(f)) && (!ok || f > best) {
				best, ok = f, true
			}
		}
		if ok {
			return at{g, best}
		}
	}
	return at{}
}

func (s *State) find(key [16]byte) at {
	return s.newest(func(g *segment) *table { return &g.keys }, short39(hash16(key)), func(r *row) bool { return r.key == key })
}

// story is the id of a row's story.
func (s *State) story(p at) [16]byte {
	if k, ok := p.g.stories[p.i]; ok {
		return k
	}
	if root := s.at(p.row().root); root.ok() {
		return root.row().key
	}
	return p.row().key
}

// tip is the segment that takes new rows.
func (s *State) tip() *segment {
	if n := len(s.segments); n > 0 && s.segments[n-1].day == s.day {
		return s.segments[n-1]
	}
	g := &segment{day: s.day, base: s.nextRow}
	s.segments = append(s.segments, g)
	return g
}

// put adds a row to the newest segment, under its key and the other names it
// has. root is the row of its story's first document; none if that is this one
// or gone, then story names it.
func (s *State) put(r row, rec *Record, root at, story [16]byte) at {
	g := s.tip()
	p := at{g, uint32(g.n)}
	r.root = p.seq()
	if root.ok() {
		r.root = root.seq()
	}
	g.add(r)
	s.nextRow++
	s.rows++
	if story != r.key && (!root.ok() || root.g != g) {
		g.note(&g.stories, p.i, story)
	}
	g.keys.add(short39(hash16(r.key)), p.i)
	s.refer(p, rec)
	if rec.Story != 0 {
		g.takes.add(short39(rec.Story), p.i)
	}
	return p
}

// limit drops the oldest segments while there are too many rows. It runs after
// a record, so no row moves under it.
func (s *State) limit() {
	for len(s.segments) > 1 && s.rows > int(s.params.MaxRows) {
		s.drop(1)
	}
}

func (s *State) drop(n int) {
	for _, g := range s.segments[:n] {
		s.rows -= g.n
	}
	s.segments = append(s.segments[:0], s.segments[n:]...)
	clear(s.segments[len(s.segments):cap(s.segments)])
}

// turn brings the segments up to the day of the clock.
func (s *State) turn() {
	old := 0
	for _, g := range s.segments {
		if s.day-g.day >= int64(s.params.Window) {
			old++
		}
	}
	s.drop(old)
	for _, g := range s.segments {
		if s.day-g.day >= int64(s.params.Full) && !g.thin {
			g.thin, g.fine = true, table{}
		}
	}
	for k, d := range s.kills {
		if d.expiry <= s.day {
			delete(s.kills, k)
		}
	}
	for k, d := range s.holds {
		if d.expiry <= s.day {
			delete(s.holds, k)
		}
	}
	for k, d := range s.refKills {
		if d <= s.day {
			delete(s.refKills, k)
		}
	}
	for k, d := range s.refHolds {
		if d.expiry <= s.day {
			delete(s.refHolds, k)
		}
	}
}

// chore seals a shard of a segment that is not the newest any more.
func (s *State) chore() {
	for _, g := range s.segments {
		if g.day < s.day && g.sealed < tableShards {
			g.sealNext()
			return
		}
	}
}
