package model

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// Row is one feature with its weights in units of 1/64.
type Row struct {
	Key     uint64
	Weights [Hidden]int8
}

// Parts are what a model file is made of.
type Parts struct {
	Rows     []Row // the most useful first: later ones are dropped where a bucket is full
	Buckets  int
	Trans    Transitions
	Bias     [Hidden]int16       // in units of 1/64
	Out      [Hidden][Tags]int16 // in units of 1/256
	OutBias  Scores
	Words    []uint64 // hashes of the words that have clusters
	Fine     []uint16 // of each word
	Mid      []uint16 // of each fine cluster
	Lists    []byte   // table of the large lists, see Lists.Encode
	Calib    [Classes][Bins]uint16
	Manifest [32]byte
}

// Encode writes the model file and says how many rows found no room.
func (p *Parts) Encode() (blob []byte, dropped int) {
	le := binary.LittleEndian
	slots := len(p.Words) + len(p.Words)/3
	prints, starts, rows, dropped := p.table()
	b := []byte(magic)
	for _, v := range []int{int(templateHash), p.Buckets, slots, len(p.Mid), len(p.Lists) / listSlot, len(rows)/Hidden - bucketRows} {
		b = le.AppendUint32(b, uint32(v))
	}
	b = append(b, make([]byte, 32)...)
	b = append(b, p.Manifest[:]...)
	b = p.appendHeader(b)
	var mid []byte
	for _, m := range p.Mid {
		mid = le.AppendUint16(mid, m)
	}
	for _, table := range [][]byte{prints, starts, rows, p.clusterSlots(slots), mid, p.Lists} {
		b = append(b, make([]byte, (64-len(b)%64)%64)...)
		b = append(b, table...)
	}
	sum := sha256.Sum256(b[64:])
	copy(b[32:], sum[:])
	return b, dropped
}

func (p *Parts) appendHeader(b []byte) []byte {
	le := binary.LittleEndian
	for i := range p.Trans {
		for _, v := range p.Trans[i] {
			b = le.AppendUint32(b, uint32(v))
		}
	}
	for c := range p.Calib {
		for _, v := range p.Calib[c] {
			b = le.AppendUint16(b, v)
		}
	}
	for _, v := range p.Bias {
		b = le.AppendUint16(b, uint16(v))
	}
	for j := range p.Out {
		for _, v := range p.Out[j] {
			b = le.AppendUint16(b, uint16(v))
		}
	}
	for _, v := range p.OutBias {
		b = le.AppendUint32(b, uint32(v))
	}
	return b
}

// table lays the rows out by bucket.
func (p *Parts) table() (prints, starts, rows []byte, dropped int) {
	le := binary.LittleEndian
	prints = make([]byte, p.Buckets*bucketRows*2)
	kept := make([]*Row, p.Buckets*bucketRows)
	for i := range p.Rows {
		if slot, ok := room(prints, p.Rows[i].Key, uint32(p.Buckets)); ok {
			kept[slot] = &p.Rows[i]
		} else {
			dropped++
		}
	}
	for slot, r := range kept {
		if slot%bucketRows == 0 {
			starts = le.AppendUint32(starts, uint32(len(rows)/Hidden))
		}
		if r == nil {
			continue
		}
		for _, w := range r.Weights {
			rows = append(rows, byte(int(w)+rowBias))
		}
	}
	return prints, starts, append(rows, make([]byte, bucketRows*Hidden)...), dropped
}

// room takes a slot for the row of a key; false if its bucket is full or has a
// row with its fingerprint: the more useful feature, which came first, keeps it.
func room(prints []byte, key uint64, buckets uint32) (int, bool) {
	at, print := place(key, buckets)
	for i := range uint32(bucketRows) {
		slot := int(at*bucketRows + i)
		switch binary.LittleEndian.Uint16(prints[2*slot:]) {
		case print:
			return 0, false
		case 0:
			binary.LittleEndian.PutUint16(prints[2*slot:], print)
			return slot, true
		}
	}
	return 0, false
}

// clusterSlots is the table of clusters. Words are put in by where their search
// starts, so that the table does not depend on their order; of two with the same
// 32 bits the commoner one, which comes first, stays.
func (p *Parts) clusterSlots(slots int) []byte {
	out := make([]byte, slots*clusterSize)
	seen := map[uint32]bool{}
	var order []int
	for i, h := range p.Words {
		if k := wordPrint(h); !seen[k] {
			seen[k] = true
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := p.Words[i], p.Words[j]
		return cmp.Or(cmp.Compare(slotAt(a, uint32(slots)), slotAt(b, uint32(slots))), cmp.Compare(a, b))
	})
	for _, i := range order {
		j := slotAt(p.Words[i], uint32(slots))
		for binary.LittleEndian.Uint32(out[j*clusterSize:]) != 0 {
			j = nextSlot(j, uint32(slots))
		}
		s := out[j*clusterSize:][:clusterSize]
		binary.LittleEndian.PutUint32(s, wordPrint(p.Words[i]))
		binary.LittleEndian.PutUint16(s[4:], p.Fine[i])
	}
	return out
}
