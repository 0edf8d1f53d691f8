package dedup

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/zeebo/xxh3"
)

// ErrCheckpoint is the error of every checkpoint that cannot be used: damaged,
// cut short, or of another release.
var ErrCheckpoint = errors.New("dedup checkpoint unusable")

// checkpointMagic names the format; its last byte is the version. Everything
// that follows is little endian, in the order of State.code; the last 8 bytes
// are the xxh3 of all before.
const checkpointMagic = "dateline dedup\x00\x02"

// WriteTo writes the state. What reads it folds on as if nothing had happened.
func (s *State) WriteTo(w io.Writer) (int64, error) {
	if !s.started {
		s.start()
	}
	c := &coder{w: w, sum: xxh3.New(), buf: make([]byte, 0, coderBuffer)}
	c.raw([]byte(checkpointMagic))
	s.code(c)
	c.flush()
	c.buf = binary.LittleEndian.AppendUint64(c.buf, c.sum.Sum64())
	c.sum = nil
	c.flush()
	return c.n, c.err
}

// ReadState reads what WriteTo wrote; size is how many bytes there are, which
// bounds what a damaged checkpoint can make it take. The error is
// ErrCheckpoint, or the reader's.
func ReadState(r io.Reader, size int64) (*State, error) {
	c := &coder{r: r, sum: xxh3.New(), left: size - 8, buf: make([]byte, 0, coderBuffer)}
	magic := []byte(checkpointMagic)
	c.raw(magic)
	if c.err == nil && !bytes.Equal(magic, []byte(checkpointMagic)) {
		return nil, fmt.Errorf("%w: not a checkpoint of this release", ErrCheckpoint)
	}
	s := new(State)
	s.start()
	s.code(c)
	if c.err != nil {
		return nil, c.err
	}
	sum := c.sum.Sum64()
	if c.left != 0 {
		return nil, fmt.Errorf("%w: %d bytes too many", ErrCheckpoint, c.left)
	}
	var tail [8]byte
	if _, err := io.ReadFull(r, tail[:]); err != nil {
		return nil, fmt.Errorf("%w: its checksum: %w", ErrCheckpoint, err)
	}
	if binary.LittleEndian.Uint64(tail[:]) != sum {
		return nil, fmt.Errorf("%w: checksum does not fit", ErrCheckpoint)
	}
	if err := s.params.Check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	return s, nil
}

// coderBuffer is how much is encoded or read at once, in bytes.
const coderBuffer = 1 << 16

// coder writes or reads, so that both have one order of fields.
type coder struct {
	w    io.Writer // nil when reading
	r    io.Reader
	sum  *xxh3.Hasher
	buf  []byte // writing: not yet written
	left int64  // reading: bytes before the checksum
	n    int64
	err  error
}

func (c *coder) writing() bool { return c.w != nil }

func (c *coder) flush() {
	if c.err == nil && len(c.buf) > 0 {
		if c.sum != nil {
			c.sum.Write(c.buf)
		}
		var n int
		n, c.err = c.w.Write(c.buf)
		c.n += int64(n)
	}
	c.buf = c.buf[:0]
}

// room makes room for n bytes to write, or reads n bytes; n is at most
// coderBuffer. The result is to be filled, or holds what was read.
func (c *coder) room(n int) []byte {
	if c.writing() {
		if len(c.buf)+n > cap(c.buf) {
			c.flush()
		}
		c.buf = c.buf[:len(c.buf)+n]
		return c.buf[len(c.buf)-n:]
	}
	b := c.buf[:n]
	if c.err != nil {
		clear(b)
		return b
	}
	if c.left -= int64(n); c.left < 0 {
		c.err = fmt.Errorf("%w: cut short", ErrCheckpoint)
	} else if _, err := io.ReadFull(c.r, b); err != nil {
		c.err = fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	c.sum.Write(b)
	if c.err != nil {
		clear(b)
	}
	return b
}

func (c *coder) raw(b []byte) {
	for len(b) > 0 {
		n := min(len(b), coderBuffer)
		if p := c.room(n); c.writing() {
			copy(p, b)
		} else {
			copy(b, p)
		}
		b = b[n:]
	}
}

// number codes an integer of any kind in 8 bytes.
func number[T int | int64 | uint64 | int32 | uint32 | uint16 | uint8](c *coder, v *T) {
	if p := c.room(8); c.writing() {
		binary.LittleEndian.PutUint64(p, uint64(*v))
	} else {
		*v = T(binary.LittleEndian.Uint64(p))
	}
}

// slice codes the length of a slice, makes it when reading, and codes the
// elements, size bytes each.
func slice[T any](c *coder, v *[]T, size int, put func([]byte, *T), get func([]byte, *T)) {
	n := len(*v)
	number(c, &n)
	if !c.writing() {
		if n < 0 || int64(n) > c.left/int64(size) {
			c.fail("a length")
			n = 0
		}
		*v = nil
		if n > 0 {
			*v = make([]T, n)
		}
	}
	each := coderBuffer / size
	for rest := *v; len(rest) > 0; {
		part := rest[:min(each, len(rest))]
		p := c.room(size * len(part))
		if c.writing() {
			for i := range part {
				put(p[i*size:], &part[i])
			}
		} else {
			for i := range part {
				get(p[i*size:], &part[i])
			}
		}
		rest = rest[len(part):]
	}
}

func (c *coder) fail(what string) {
	if c.err == nil {
		c.err = fmt.Errorf("%w: %s does not fit", ErrCheckpoint, what)
	}
}

func (c *coder) u64s(v *[]uint64) {
	slice(c, v, 8, func(b []byte, x *uint64) { binary.LittleEndian.PutUint64(b, *x) }, func(b []byte, x *uint64) { *x = binary.LittleEndian.Uint64(b) })
}

func (c *coder) u32s(v *[]uint32) {
	slice(c, v, 4, func(b []byte, x *uint32) { binary.LittleEndian.PutUint32(b, *x) }, func(b []byte, x *uint32) { *x = binary.LittleEndian.Uint32(b) })
}

func (c *coder) u16s(v *[]uint16) {
	slice(c, v, 2, func(b []byte, x *uint16) { binary.LittleEndian.PutUint16(b, *x) }, func(b []byte, x *uint16) { *x = binary.LittleEndian.Uint16(b) })
}

// mapped codes a map in the order of its keys, so that equal states are equal
// bytes.
func mapped[K comparable, V any](c *coder, m *map[K]V, order func(a, b K) int, code func(k *K, v *V)) {
	n := len(*m)
	number(c, &n)
	if c.writing() {
		for _, k := range slices.SortedFunc(maps.Keys(*m), order) {
			v := (*m)[k]
			code(&k, &v)
		}
		return
	}
	if n < 0 || int64(n) > c.left {
		c.fail("a length")
		n = 0
	}
	*m = make(map[K]V)
	for range n {
		var k K
		var v V
		if code(&k, &v); c.err != nil {
			return
		}
		(*m)[k] = v
	}
}

func byKey(a, b [16]byte) int { return bytes.Compare(a[:], b[:]) }

// code writes or reads the state.
func (s *State) code(c *coder) {
	for _, p := range s.params.all() {
		number(c, p.v)
	}
	c.raw(s.epoch[:])
	for _, v := range []*int64{&s.base, &s.next, &s.clock, &s.day} {
		number(c, v)
	}
	number(c, &s.last)
	number(c, &s.digest)
	number(c, &s.nextRow)
	number(c, &s.rows)
	n := s.counts
	for _, v := range []*int64{&n.Stubs, &n.Ties, &n.Repeats, &n.Guarded, &n.Skipped} {
		number(c, v)
	}
	s.counts = n
	slice(c, &s.digests, 16, func(b []byte, d *digestAt) {
		binary.LittleEndian.PutUint64(b, uint64(d.offset))
		binary.LittleEndian.PutUint64(b[8:], d.digest)
	}, func(b []byte, d *digestAt) {
		*d = digestAt{int64(binary.LittleEndian.Uint64(b)), binary.LittleEndian.Uint64(b[8:])}
	})
	topic := []byte(s.switched)
	slice(c, &topic, 1, func(b []byte, x *byte) { b[0] = *x }, func(b []byte, x *byte) { *x = b[0] })
	s.switched = string(topic)
	s.codeMaps(c)
	segments := len(s.segments)
	number(c, &segments)
	if !c.writing() {
		if segments < 0 || int64(segments) > c.left {
			c.fail("a length")
			return
		}
		s.segments = nil
		for i := 0; i < segments && c.err == nil; i++ {
			s.segments = append(s.segments, new(segment))
			s.segments[i].code(c)
		}
		return
	}
	for _, g := range s.segments {
		g.code(c)
	}
}

func (s *State) codeMaps(c *coder) {
	mapped(c, &s.kills, byKey, func(k *[16]byte, v *kill) {
		c.raw(k[:])
		number(c, &v.expiry)
		number(c, &v.offset)
		number(c, &v.payload)
		c.raw(v.story[:])
	})
	mapped(c, &s.strikes, byKey, func(k *[16]byte, v *strike) {
		c.raw(k[:])
		number(c, &v.expiry)
		c.raw(v.key[:])
		number(c, &v.month)
		c.flag(&v.hold)
		number(c, &v.revision)
	})
	mapped(c, &s.holds, byKey, func(k *[16]byte, v *hold) {
		c.raw(k[:])
		number(c, &v.expiry)
		number(c, &v.revision)
	})
	mapped(c, &s.refKills, cmp.Compare[uint64], func(k *uint64, v *int64) {
		number(c, k)
		number(c, v)
	})
	mapped(c, &s.refHolds, cmp.Compare[uint64], func(k *uint64, v *hold) {
		number(c, k)
		number(c, &v.expiry)
		number(c, &v.revision)
	})
}

func (c *coder) flag(v *bool) {
	n := uint8(0)
	if *v {
		n = 1
	}
	number(c, &n)
	*v = n == 1
}

// rowBytes is a row in a checkpoint.
const rowBytes = 79

func (g *segment) code(c *coder) {
	number(c, &g.day)
	number(c, &g.base)
	number(c, &g.n)
	number(c, &g.sealed)
	c.flag(&g.thin)
	chunks := len(g.chunks)
	number(c, &chunks)
	if !c.writing() {
		if g.n < 0 || chunks != (g.n+chunkRows-1)/chunkRows || int64(g.n) > c.left/rowBytes || g.sealed < 0 || g.sealed > tableShards {
			c.fail("a segment")
			return
		}
		g.chunks = make([][]row, chunks)
	}
	for i := range g.chunks {
		slice(c, &g.chunks[i], rowBytes, putRow, getRow)
		if want := min(chunkRows, g.n-i*chunkRows); len(g.chunks[i]) != want {
			c.fail("a chunk of rows")
			return
		}
	}
	for _, t := range g.tables() {
		t.code(c)
	}
	for _, m := range []*map[uint32][16]byte{&g.stories, &g.derived} {
		mapped(c, m, cmp.Compare[uint32], func(k *uint32, v *[16]byte) {
			number(c, k)
			c.raw(v[:])
		})
	}
	mapped(c, &g.embargos, cmp.Compare[uint32], func(k *uint32, v *int64) {
		number(c, k)
		number(c, v)
	})
}

func (t *table) code(c *coder) {
	number(c, &t.n)
	n := len(t.shards)
	number(c, &n)
	if !c.writing() && n != 0 {
		if n != tableShards {
			c.fail("a table")
			return
		}
		t.shards = make([]shard, tableShards)
	}
	for i := range t.shards {
		s := &t.shards[i]
		number(c, &s.n)
		c.u64s(&s.slots)
		c.u32s(&s.starts)
		c.u16s(&s.tags)
		c.u32s(&s.rows)
		if !c.writing() && len(s.tags) != len(s.rows) {
			c.fail("a shard")
		}
		if c.err != nil {
			return
		}
	}
}

func putRow(b []byte, r *row) {
	le := binary.LittleEndian
	copy(b, r.key[:])
	for i, v := range [...]uint64{uint64(r.offset), uint64(r.revision)} {
		le.PutUint64(b[16+8*i:], v)
	}
	for i, v := range [...]uint32{r.body, r.root, r.outlet, r.source, r.title, r.payload, r.at, r.longest} {
		le.PutUint32(b[32+4*i:], v)
	}
	for i, v := range [...]uint16{r.month, r.live, r.liveFigures, r.coarse, r.coarseFigures, r.flags} {
		le.PutUint16(b[64+2*i:], v)
	}
	b[76], b[77], b[78] = byte(r.call), byte(r.relation), r.percent
}

func getRow(b []byte, r *row) {
	le := binary.LittleEndian
	copy(r.key[:], b)
	r.offset, r.revision = int64(le.Uint64(b[16:])), int64(le.Uint64(b[24:]))
	for i, v := range [...]*uint32{&r.body, &r.root, &r.outlet, &r.source, &r.title, &r.payload, &r.at, &r.longest} {
		*v = le.Uint32(b[32+4*i:])
	}
	for i, v := range [...]*uint16{&r.month, &r.live, &r.liveFigures, &r.coarse, &r.coarseFigures, &r.flags} {
		*v = le.Uint16(b[64+2*i:])
	}
	r.call, r.relation, r.percent = call(b[76]), relation(b[77]), b[78]
}
