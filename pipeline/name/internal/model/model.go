package model

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"unsafe"
)

// Hidden is the width of the network's one hidden layer.
const Hidden = 64

// Unit is a score of one (a nat) in the whole numbers of the model:
// activationUnit times weightUnit.
const (
	activationUnit = 64
	weightUnit     = 256
	Unit           = activationUnit * weightUnit
	maxActivation  = 2 * activationUnit // the activation is clipped to 0..2
)

// The model file, little-endian:
//
//	8    magic "DLNAMES\x04"
//	4    template hash: the program that made it computed the same features
//	4    buckets of the row table
//	4    slots of the cluster table
//	4    fine clusters
//	4    slots of the table of lists
//	4    rows
//	32   SHA-256 of what follows the next 32 bytes
//	32   SHA-256 of the manifest it was trained by
//	676  transitions, int32 [13][13]
//	384  calibration, uint16 [6][32]: confidence in 1/65535 by class and margin
//	128  bias of the hidden layer, int16 [64]
//	1664 weights of the output layer, int16 [64][13]
//	52   bias of the output layer, int32 [13]
//	     then the tables, each at a multiple of 64 bytes:
//	     fingerprints of the rows: uint16 [buckets][8], 0 where there is no row;
//	     those that there are stand in front
//	     first row of each bucket, uint32
//	     rows: uint8 [rows+8][64], weights plus 128, in the order of the fingerprints
//	     cluster slots: hash 32, fine 16
//	     middle cluster of each fine one, uint16
//	     list slots: hash 32, bits 24
const (
	prefixSize  = 96
	magic       = "DLNAMES\x04"
	bucketRows  = 8
	headerSize  = prefixSize + 4*Tags*Tags + 2*int(Classes)*Bins + 2*Hidden + 2*Hidden*Tags + 4*Tags
	clusterSize = 6
	rowBias     = 128
	outWords    = (Tags + 1) / 2 // of one hidden unit
	outBase     = 1 << 15
)

// Bins is the number of margins the calibration tells apart, BinWidth their
// width in the model's units: a quarter of a nat.
const (
	Bins     = 32
	BinWidth = Unit / 4
)

// templateHash changes when the features change. Raise its last part by hand
// when they do in a way their number does not show.
const templateHash = uint32(templates)<<16 | 3

// Model is a trained model. Its rows and their fingerprints are copies, laid out
// by lines of the cache; the large tables beside them are viewed in the bytes it
// was loaded from. Immutable.
type Model struct {
	trans    Transitions
	calib    [Classes][Bins]uint16
	bias     [Hidden]int16
	out      [Hidden][outWords]uint64
	outBias  Scores
	lines    []byte // fingerprints of the rows and the first row of each bucket, see weave
	rows     []byte
	buckets  uint32
	clusters clusterTable
	lists    listTable
	kernel   *outputKernel // nil where there is none
	paths    *pathKernel

	Manifest [32]byte // SHA-256 of the manifest it was trained by
	Sum      [32]byte // SHA-256 of the tables and weights, as the file says
}

type clusterTable struct {
	slots []byte
	n     uint32
	mid   []byte
}

// wordPrint is what slots hold of a hash; 0 is an empty slot.
func wordPrint(hash uint64) uint32 { return max(uint32(hash>>32), 1) }

// of is the clusters of a word by its hash, counted from 1; 0 if it has none.
func (c *clusterTable) of(hash uint64) (fine, mid uint16) {
	if len(c.slots) == 0 {
		return 0, 0
	}
	k := wordPrint(hash)
	for i := slotAt(hash, c.n); ; i = nextSlot(i, c.n) {
		s := c.slots[i*clusterSize : i*clusterSize+clusterSize]
		switch binary.LittleEndian.Uint32(s) {
		case k:
			f := binary.LittleEndian.Uint16(s[4:])
			return f + 1, binary.LittleEndian.Uint16(c.mid[2*f:]) + 1
		case 0:
			return 0, 0
		}
	}
}

// Load views a model file. The string is kept, not copied. A file that is cut
// short, of another format or made for other features is refused; a file whose
// tables are full of nonsense is not detected (see Check).
func Load(blob string) (*Model, error) {
	b := unsafe.Slice(unsafe.StringData(blob), len(blob))
	if len(b) < headerSize || string(b[:8]) != magic {
		return nil, errors.New("name model: not a model file of this version")
	}
	le := binary.LittleEndian
	if h := le.Uint32(b[8:]); h != templateHash {
		return nil, fmt.Errorf("name model: made for features %#x, this program computes %#x", h, templateHash)
	}
	m := &Model{buckets: le.Uint32(b[12:])}
	slots, fine, listed, rows := int(le.Uint32(b[16:])), int(le.Uint32(b[20:])), int(le.Uint32(b[24:])), int(le.Uint32(b[28:]))
	if m.buckets == 0 || m.buckets > 1<<24 || slots > 1<<24 || listed > 1<<22 || fine > 1<<16 || rows > 1<<24 {
		return nil, errors.New("name model: bad table sizes")
	}
	copy(m.Sum[:], b[32:64])
	copy(m.Manifest[:], b[64:96])
	at := m.header(b)
	if hasKernel() {
		m.kernel = new(outputKernel)
		m.kernel.arrange(m)
		m.paths = newPathKernel(&m.trans)
	}
	var err error
	next := func(n int) (s []byte) {
		at = (at + 63) &^ 63
		if err != nil || at+n > len(b) {
			err = fmt.Errorf("name model: cut short at %d bytes", len(b))
			return nil
		}
		s = b[at : at+n : at+n]
		at += n
		return s
	}
	prints := next(int(m.buckets) * bucketRows * 2)
	starts := next(int(m.buckets) * 4)
	read := next((rows + bucketRows) * Hidden)
	m.clusters = clusterTable{slots: next(slots * clusterSize), n: uint32(slots), mid: next(2 * fine)}
	m.lists = listTable{slots: next(listed * listSlot), n: uint32(listed)}
	if err != nil {
		return nil, err
	}
	// A bucket's rows lie inside whatever its fingerprints are: the kernel does not
	// look.
	for i := 0; i < len(starts); i += 4 {
		if s := le.Uint32(starts[i:]); s > uint32(rows) {
			return nil, fmt.Errorf("name model: bucket %d starts at row %d of %d", i/4, s, rows)
		}
	}
	m.lines = weave(prints, starts)
	m.rows = lined((rows + bucketRows) * Hidden)
	copy(m.rows, read)
	return m, nil
}

// line is the size of a line of the processor's cache. What is read at random is
// laid out so that each reading takes one: the file lies in the program at a
// multiple of 32 bytes, so that it cannot do it.
const line = 64

// lined is n bytes that start with a line.
func lined(n int) []byte {
	b := make([]byte, n+line)
	at := int(-uintptr(unsafe.Pointer(unsafe.SliceData(b))) % line)
	return b[at : at+n : at+n]
}

// weave puts three buckets into each line: their fingerprints, then the first row
// of each.
func weave(prints, starts []byte) []byte {
	const size = 2 * bucketRows
	lines := lined((len(prints)/size + 2) / 3 * line)
	for b := 0; b < len(prints)/size; b++ {
		at := bucketAt(uint32(b))
		copy(lines[at:at+size], prints[b*size:])
		copy(lines[startAt(at):][:4], starts[b*4:])
	}
	return lines
}

// bucketAt is where a bucket's fingerprints lie in the lines, startAt where the
// number of its first row does.
func bucketAt(bucket uint32) uint32 { return (bucket + bucket/3) * 2 * bucketRows }

func startAt(at uint32) uint32 { return at&^(line-1) + 3*2*bucketRows + at%line/4 }

// header reads the fixed part behind the sums and returns its end.
func (m *Model) header(b []byte) int {
	le, at := binary.LittleEndian, prefixSize
	i32 := func() int32 { at += 4; return int32(le.Uint32(b[at-4:])) }
	i16 := func() int16 { at += 2; return int16(le.Uint16(b[at-2:])) }
	for i := range m.trans {
		for j := range m.trans[i] {
			m.trans[i][j] = i32()
		}
	}
	for c := range m.calib {
		for i := range m.calib[c] {
			m.calib[c][i] = uint16(i16())
		}
	}
	for j := range m.bias {
		m.bias[j] = i16()
	}
	for j := range m.out {
		for t := range Tags {
			m.out[j][t/2] |= uint64(int32(i16())+outBase) << (t & 1 * 32)
		}
	}
	for t := range m.outBias {
		m.outBias[t] = i32()
	}
	return at
}

// Confidence is the calibrated probability that a name of class c with this
// margin is right, 0 to 1.
func (m *Model) Confidence(c Class, margin int32) float32 {
	return float32(m.calib[c][Bin(margin)]) / 65535
}

// Bin is the calibration bin of a margin.
func Bin(margin int32) int { return int(min(max(margin, 0)/BinWidth, Bins-1)) }

// place is a key's bucket and its fingerprint there.
func place(key uint64, buckets uint32) (bucket uint32, print uint16) {
	return uint32((key >> 32) * uint64(buckets) >> 32), max(uint16(key), 1)
}

// maxScore bounds the score of a tag and of a transition, so that the sums over
// the longest segment stay above never: 2*128*2^20 is half of it.
const maxScore = 1 << 20

// lanes are 16-bit sums of the even and odd bytes of a row's eight words.
type lanes [Hidden / 4]uint64

const (
	evenBytes = 0x00ff00ff00ff00ff
	ones16    = 0x0001000100010001
	tops16    = 0x8000800080008000
)

// add adds the rows of the given features and returns how many the model has.
// No more than 256 rows may be added up in all.
func (m *Model) add(sum *lanes, feat []uint64, f *found) (n int32) {
	on := f.locate(m, feat[:min(len(feat), MaxFeatures)])
	m.addRows(sum, on)
	return int32(len(on))
}

// found is where the rows of a token's features lie: memory to reuse.
type found struct {
	at [MaxFeatures]uint32 // row of each feature, noRow if the model has none
	on [MaxFeatures]uint32 // the rows that there are

	taken, hits int // what next has given out of both
}

// noRow is no row of any model: rows start at multiples of Hidden.
const noRow = ^uint32(0)

// locate fills f for the given features and returns the rows that there are.
func (f *found) locate(m *Model, feat []uint64) []uint32 {
	f.taken, f.hits = 0, 0
	_ = f.at[:len(feat)] // the kernel does not look
	if m.kernel != nil && len(feat) > 0 {
		return f.on[:findRows(f, &m.lines[0], &m.rows[0], uint64(m.buckets), &feat[0], len(feat))]
	}
	n := 0
	for i, k := range feat {
		f.at[i] = noRow
		if r, ok := m.find(k); ok {
			f.at[i], f.on[n] = r, r
			n++
		}
	}
	return f.on[:n]
}

// next is the next features' rows up to feature end, and those that there are.
func (f *found) next(end int) (at, on []uint32) {
	at = f.at[f.taken:end]
	n := len(at)
	for _, r := range at {
		n -= int(r >> 31) // of noRow alone
	}
	on = f.on[f.hits : f.hits+n]
	f.taken, f.hits = end, f.hits+n
	return at, on
}

// addRows adds rows by where they start.
func (m *Model) addRows(sum *lanes, at []uint32) {
	if m.kernel != nil {
		if len(at) > 0 {
			sumRows(sum, &m.rows[0], &at[0], len(at))
		}
		return
	}
	// Sixteen bytes of every row at a time, so that the sums stay in registers.
	for w := 0; w < Hidden; w += 16 {
		var a, b, c, d uint64
		for _, r := range at {
			row := m.rows[int(r)+w:][:16]
			x, y := binary.LittleEndian.Uint64(row), binary.LittleEndian.Uint64(row[8:])
			a += x & evenBytes
			b += x >> 8 & evenBytes
			c += y & evenBytes
			d += y >> 8 & evenBytes
		}
		s := sum[w/4 : w/4+4]
		s[0] += a
		s[1] += b
		s[2] += c
		s[3] += d
	}
}

// fetchLanes asks for the sums of a window's words, which addLanes will add.
func (m *Model) fetchLanes(parts *[window]*lanes) {
	if m.kernel != nil {
		fetchLanes(parts)
	}
}

// addLanes adds the sums of a window's words.
func (m *Model) addLanes(sum *lanes, parts *[window]*lanes) {
	if m.kernel != nil {
		sumLanes(sum, parts)
		return
	}
	for _, p := range parts {
		for k, v := range p {
			sum[k] += v
		}
	}
}

// Score is what the network makes of a token with these features.
func (m *Model) Score(feat []uint64) Scores {
	var sum lanes
	n := m.add(&sum, feat, new(found))
	return m.output(&sum, n)
}

// find is where the row of a feature starts; false if the model has none.
func (m *Model) find(k uint64) (uint32, bool) {
	bucket, print := place(k, m.buckets)
	at := bucketAt(bucket)
	p := m.lines[at:][:bucketRows*2]
	want := uint64(print) * ones16
	for half := range uint32(2) {
		// A 16-bit lane is zero where the fingerprints agree.
		x := binary.LittleEndian.Uint64(p[8*half:]) ^ want
		// Only the lowest hit is sure to be one.
		if hit := (x - ones16) &^ x & tops16; hit != 0 {
			first := binary.LittleEndian.Uint32(m.lines[startAt(at):])
			return (first + 4*half + uint32(bits.TrailingZeros64(hit))/16) * Hidden, true
		}
	}
	return 0, false
}

// output is the hidden layer's activation through the output layer. n is the
// number of rows summed.
//
// Two weights share a 64-bit word, each made positive by outBase: 128 times
// 65,535, 64 times, stays inside 32 bits.
func (m *Model) output(sum *lanes, n int32) (out Scores) {
	if m.kernel != nil {
		var all [kernelTags]int32
		sumOutput(&all, sum, m.kernel, rowBias*n)
		return Scores(all[:])
	}
	var acc [outWords]uint64
	total := int32(0)
	for j := range Hidden {
		lane := sum[j>>3<<1|j&1] >> (16 * (j >> 1 & 3)) & 0xffff
		a := int32(lane) - rowBias*n + int32(m.bias[j])
		if a <= 0 {
			continue
		}
		a = min(a, maxActivation)
		total += a
		w, x := &m.out[j], uint64(a)
		acc[0] += x * w[0]
		acc[1] += x * w[1]
		acc[2] += x * w[2]
		acc[3] += x * w[3]
		acc[4] += x * w[4]
		acc[5] += x * w[5]
		acc[6] += x * w[6]
	}
	for t := range out {
		v := int32(uint32(acc[t/2]>>(t&1*32)) - uint32(total)*outBase)
		out[t] = min(max(v+m.outBias[t], -maxScore), maxScore)
	}
	return out
}

// Check compares the file's check sum with its content. Load does not, because
// it would read the whole file.
func Check(blob string) error {
	if len(blob) < headerSize {
		return errors.New("name model: cut short")
	}
	if got := sha256.Sum256([]byte(blob[64:])); string(got[:]) != blob[32:64] {
		return fmt.Errorf("name model: check sum %x, the file says %x", got, blob[32:64])
	}
	return nil
}
