package text

// Vocabulary numbers the words of texts, so that each stage may keep what it knows
// of a word under its number instead of looking the word up again: news repeats its
// words. Numbers are given in the order of first use, which puts the words that
// stand everywhere close together. The zero value is ready. One goroutine at a time.
type Vocabulary struct {
	words      []wording              // by number; number 0 is no word's
	slots      *[1 << slotBits]uint16 // numbers by hash, open to the next slot
	generation uint32
}

// wording is what has a number: the bytes of a token, its length and the flags that
// it has wherever it stands, packed.
type wording struct{ lo, hi uint64 }

// Numbers bounds the numbers of a vocabulary.
const Numbers = 1 << 16

const (
	slotBits    = 17
	maxProbes   = 32      // of a table that is half full, one word in a million would need more
	maxNumbered = 14      // bytes of a word; its flags take the last two of 16
	lengthBit   = 1 << 10 // four bits that lasting leaves free
	lasting     = Word | Number | Punct | Upper | AllCaps | Lower | Digit | NonASCII | Abbrev | Possessive | Plain
)

// Renew forgets all words if there is not much room for new ones. A text that was
// cut before is then to be cut again.
func (v *Vocabulary) Renew() {
	if len(v.words) > Numbers*3/4 {
		v.words = v.words[:1]
		clear(v.slots[:])
		v.generation++
	}
}

// number gives the tokens of a text their numbers: 0 to those that are too long,
// and to new ones when there is no more room for them.
func (v *Vocabulary) number(t *Tokens) {
	if v.slots == nil {
		v.words, v.slots = make([]wording, 1), new([1 << slotBits]uint16)
	}
	words := v.words
	for i := range t.Tok {
		k := &t.Tok[i]
		if k.Number = 0; k.End-k.Start > maxNumbered {
			continue
		}
		// Words are of any length in turn, so that a processor guesses wrong half the
		// time where Load16 branches. This does not, unless the text ends here.
		var lo, hi uint64
		if at := int(k.Start); at+16 <= len(t.Text) {
			w, first := t.Text[at:at+16], &firstBytes[k.End-k.Start]
			lo, hi = Load8(w)&first[0], Load8(w[8:])&first[1]
		} else {
			lo, hi = Load16(t.At(i))
		}
		hi |= (uint64(k.Flags&lasting) | uint64(k.End-k.Start)*lengthBit) << 48
		n := v.slots[slot(lo, hi)] // where most are
		if w := &words[n]; w.lo != lo || w.hi != hi {
			n = v.of(wording{lo, hi})
			words = v.words
		}
		k.Number = n
	}
}

// firstBytes masks the first n of 16 bytes.
var firstBytes = func() (m [maxNumbered + 1][2]uint64) {
	for n := range m {
		for i := range n {
			m[n][i/8] |= 0xff << (8 * (i % 8))
		}
	}
	return m
}()

// slot is where a word is looked for first; the multipliers are arbitrary odd
// numbers.
func slot(lo, hi uint64) uint64 {
	return (lo ^ hi*0xff51afd7ed558ccd) * 0x9e3779b97f4a7c15 >> (64 - slotBits)
}

// of is the number of a word, a new one if need be. A text may be made of words that
// all belong in one slot, so no more than a few slots are looked at.
func (v *Vocabulary) of(w wording) uint16 {
	h := slot(w.lo, w.hi)
	for range maxProbes {
		switch n := v.slots[h]; {
		case n == 0 && len(v.words) < Numbers:
			n = uint16(len(v.words))
			v.slots[h], v.words = n, append(v.words, w)
			return n
		case n == 0:
			return 0
		case v.words[n] == w:
			return n
		}
		h = (h + 1) & (1<<slotBits - 1)
	}
	return 0
}

// ByNumber is what a stage keeps of the words of a vocabulary. The zero value is
// ready.
type ByNumber[T any] struct {
	of         *Vocabulary
	generation uint32
	kept       []T
}

// Of is what is kept of words, by the numbers that the tokens of a text may have. What
// has not been put there is the zero value, and so is what was kept of words that the
// vocabulary has forgotten. Number 0 is no word's: nothing may be kept there.
func (b *ByNumber[T]) Of(t *Tokens) []T {
	n, generation := 1, uint32(0)
	if v := t.Vocabulary; v != nil {
		n, generation = max(n, len(v.words)), v.generation
	}
	if t.Vocabulary != b.of || generation != b.generation {
		clear(b.kept)
		b.of, b.generation = t.Vocabulary, generation
	}
	if more := n - len(b.kept); more > 0 {
		b.kept = append(b.kept, make([]T, max(more, len(b.kept)))...)
	}
	return b.kept
}
