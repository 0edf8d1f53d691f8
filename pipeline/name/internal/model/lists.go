package model

import "encoding/binary"

// Listed says in which of the large lists a word or phrase stands.
type Listed uint16

// The large lists. They are in the model file, because the features are only
// as good as the lists the model was trained with.
const (
	ListBig      Listed = 1 << iota // country, first-level area, town of 300,000 people or more
	ListTown                        // town of 15,000 people or more
	ListDistrict                    // second-level area, state of the past
	ListLand                        // region, island, water, mountains
	listStarts                      // first word of a phrase
	listPlaces   = ListBig | ListTown | ListDistrict | ListLand
)

// listSlot is the size of a slot: hash 32, bits 16.
const listSlot = 6

// listTable is an open-addressed table of the lists.
type listTable struct {
	slots []byte
	mask  uint32
}

func (t *listTable) of(key uint64) Listed {
	if len(t.slots) == 0 {
		return 0
	}
	k := max(uint32(key>>32), 1)
	for i := uint32(key) & t.mask; ; i = (i + 1) & t.mask {
		s := t.slots[i*listSlot : i*listSlot+listSlot]
		switch binary.LittleEndian.Uint32(s) {
		case k:
			return Listed(binary.LittleEndian.Uint16(s[4:]))
		case 0:
			return 0
		}
	}
}

// Lists collects the large lists while a model is made.
type Lists struct {
	keys []uint64
	bits map[uint64]Listed
}

// Add enters a word or a phrase of words with white space between.
func (l *Lists) Add(words []string, b Listed) {
	if l.bits == nil {
		l.bits = map[uint64]Listed{}
	}
	if len(words) == 0 || len(words) > maxPhrase {
		return
	}
	key := lowHash(words[0])
	if len(words) > 1 {
		l.put(key, listStarts)
		for _, w := range words[1:] {
			key = pair(key, lowHash(w))
		}
	}
	l.put(key, b)
}

func (l *Lists) put(key uint64, b Listed) {
	if _, ok := l.bits[key]; !ok {
		l.keys = append(l.keys, key)
	}
	l.bits[key] |= b
}

// encode is the table in the order of Add.
func (l *Lists) encode() []byte {
	if l == nil || len(l.keys) == 0 {
		return nil
	}
	slots := 1
	for slots < len(l.keys)+len(l.keys)/3 {
		slots *= 2
	}
	out := make([]byte, slots*listSlot)
	for _, key := range l.keys {
		k := max(uint32(key>>32), 1)
		for i := uint32(key) & uint32(slots-1); ; i = (i + 1) & uint32(slots-1) {
			s := out[i*listSlot:][:listSlot]
			if h := binary.LittleEndian.Uint32(s); h == 0 || h == k {
				binary.LittleEndian.PutUint32(s, k)
				binary.LittleEndian.PutUint16(s[4:], binary.LittleEndian.Uint16(s[4:])|uint16(l.bits[key]))
				break
			}
		}
	}
	return out
}
