package model

import "encoding/binary"

// Listed says in which of the large lists a word or phrase stands.
type Listed uint32

// The large lists. They are in the model file, because the features are only
// as good as the lists the model was trained with.
const (
	ListBig      Listed = 1 << iota // country, first-level area, town of 300,000 people or more
	ListTown                        // town of 15,000 people or more
	ListDistrict                    // second-level area, state of the past
	ListLand                        // region, island, water, mountains
	listStarts                      // first word of a phrase
	listMined                       // and the next: names of class c found in labelled news, one bit a class

	listPlaces = ListBig | ListTown | ListDistrict | ListLand
	listNames  = listMined * (1<<Classes - 1)
	listWhole  = listPlaces | listNames
)

// MaxListed is the longest phrase of the large lists in tokens.
const MaxListed = 7

// habitShift is where the habit of a word starts: what labelled news makes of
// it, one of the kinds 1 to maxHabit, 0 if it is too rare there.
const (
	habitShift = 16
	maxHabit   = 255
)

// Mined is the list of names of class c that labelled news hold.
func Mined(c Class) Listed { return listMined << c }

// Habit is the list entry of a word's habit.
func Habit(h int) Listed { return Listed(h) << habitShift }

// listSlot is the size of a slot: hash 32, bits 24.
const listSlot = 7

// listTable is an open-addressed table of the lists.
type listTable struct {
	slots []byte
	n     uint32
}

// slotAt is the slot at which the search for a key starts, nextSlot the one
// after i.
func slotAt(key uint64, n uint32) uint32 { return uint32(key & 0xffffffff * uint64(n) >> 32) }

func nextSlot(i, n uint32) uint32 {
	if i++; i == n {
		return 0
	}
	return i
}

func (t *listTable) of(key uint64) Listed {
	if len(t.slots) == 0 {
		return 0
	}
	k := wordPrint(key)
	for i := slotAt(key, t.n); ; i = nextSlot(i, t.n) {
		s := t.slots[i*listSlot : i*listSlot+listSlot]
		switch binary.LittleEndian.Uint32(s) {
		case k:
			return Listed(s[4]) | Listed(s[5])<<8 | Listed(s[6])<<16
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
	if len(words) == 0 || len(words) > MaxListed {
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

// Encode is the table of what was added, as a model file holds it.
func (l *Lists) Encode() []byte {
	if len(l.keys) == 0 {
		return nil
	}
	slots := uint32(len(l.keys) + len(l.keys)/3)
	out := make([]byte, slots*listSlot)
	for _, key := range l.keys {
		k := wordPrint(key)
		for i := slotAt(key, slots); ; i = nextSlot(i, slots) {
			s := out[i*listSlot:][:listSlot]
			if h := binary.LittleEndian.Uint32(s); h == 0 || h == k {
				binary.LittleEndian.PutUint32(s, k)
				b := uint32(l.bits[key])
				s[4], s[5], s[6] = s[4]|byte(b), s[5]|byte(b>>8), s[6]|byte(b>>16)
				break
			}
		}
	}
	return out
}
