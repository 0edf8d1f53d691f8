package model

import (
	"crypto/sha256"
	"encoding/binary"
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
	slots := 0
	if len(p.Words) > 0 {
		slots = 1
		for slots < len(p.Words)+len(p.Words)/2 {
			slots *= 2
		}
	}
	b := []byte(magic)
	for _, v := range []int{int(templateHash), p.Buckets, slots, len(p.Mid), len(p.Lists) / listSlot, 0} {
		b = le.AppendUint32(b, uint32(v))
	}
	b = append(b, make([]byte, 32)...)
	b = append(b, p.Manifest[:]...)
	b = p.appendHeader(b)
	prints := make([]byte, p.Buckets*bucketRows*2)
	rows := make([]byte, p.Buckets*bucketRows*Hidden)
	for i := range p.Rows {
		if !putRow(prints, rows, &p.Rows[i], uint32(p.Buckets)) {
			dropped++
		}
	}
	var mid []byte
	for _, m := range p.Mid {
		mid = le.AppendUint16(mid, m)
	}
	for _, table := range [][]byte{prints, rows, p.clusterSlots(slots), mid, p.Lists} {
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

func putRow(prints, rows []byte, r *Row, buckets uint32) bool {
	at, print := place(r.Key, buckets)
	for i := range uint32(bucketRows) {
		slot := int(at*bucketRows + i)
		switch binary.LittleEndian.Uint16(prints[2*slot:]) {
		case print: // the more useful feature keeps the shared row
			return false
		case 0:
			binary.LittleEndian.PutUint16(prints[2*slot:], print)
			for j, w := range r.Weights {
				rows[slot*Hidden+j] = byte(int(w) + rowBias)
			}
			return true
		}
	}
	return false
}

func (p *Parts) clusterSlots(slots int) []byte {
	out := make([]byte, slots*clusterSize)
	for i, h := range p.Words {
		k := max(uint32(h>>32), 1)
		for j := uint32(h) & uint32(slots-1); ; j = (j + 1) & uint32(slots-1) {
			s := out[j*clusterSize:][:clusterSize]
			if old := binary.LittleEndian.Uint32(s); old == k {
				break // a collision of 32 bits: the commoner word, which came first
			} else if old == 0 {
				binary.LittleEndian.PutUint32(s, k)
				binary.LittleEndian.PutUint16(s[4:], p.Fine[i])
				break
			}
		}
	}
	return out
}
