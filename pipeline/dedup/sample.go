package dedup

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"

	"github.com/zeebo/xxh3"
)

// A sample is 39 bits of the hash of a gram, which is the key of the index,
// and in the lowest bit whether the gram has figures: a word with a digit that
// is no year. Samples are grams whose hash is small, so equal texts sample
// equal grams, and a smaller bound picks a subset: thinning is a filter.
const (
	gramWords   = 5
	gramRunes   = 8   // of scripts without spaces
	leadWords   = 160 // grams at the head of a text that are sampled twice as dense: cuts keep the head
	leadRunes   = 320
	unspacedKey = 0x6a09e667f3bcc908 // keeps grams of words and of characters apart
)

// coarse reports a hash of the subset of a 16th of all grams, which is what
// thinning keeps.
func coarse(h uint64) bool { return h>>(hashBits-2) == 0 }

// sampler takes samples of a text word by word.
type sampler struct {
	samples []uint64
	sorted  []uint64
	ring    [gramWords]uint64
	figures int // words since the last one with figures, counted down
	roll    uint64
	n, at   int // words, and the place of the next in ring
}

func (s *sampler) reset() { *s = sampler{samples: s.samples[:0], sorted: s.sorted} }

// wordHash is the hash of the word dst[start:n]. Most words are read as one
// number; dst is longer than n by wordSlack.
func wordHash(dst []byte, start, n int) uint64 {
	size := n - start
	if size > 8 {
		return xxh3.Hash(dst[start:n])
	}
	v := binary.LittleEndian.Uint64(dst[start:]) & (^uint64(0) >> (64 - 8*uint(size)))
	hi, lo := bits.Mul64(v^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return hi ^ lo
}

// word takes the hash of the next word; figures says that the word has a digit
// and is no year.
func (s *sampler) word(h uint64, figures bool) {
	i := s.at
	if s.at++; s.at == gramWords {
		s.at = 0
	}
	// Five words back the word was turned 5 x 13 = 65 bits: by one.
	s.roll = bits.RotateLeft64(s.roll, 13) ^ h ^ bits.RotateLeft64(s.ring[i], 1)
	s.ring[i] = h
	s.n++
	if s.figures--; figures {
		s.figures = gramWords
	}
	if s.n >= gramWords {
		s.gram(s.roll, s.n-gramWords < leadWords, 62, s.figures > 0)
	}
}

// gram keeps a gram if its hash is below 2^shift, or half of that behind the
// lead.
func (s *sampler) gram(x uint64, lead bool, shift int, figures bool) {
	x = finalise(x)
	if !lead {
		shift--
	}
	if x>>shift != 0 || len(s.samples) == maxSamples {
		return
	}
	v := x << 2 >> (64 - hashBits) << 1
	if figures {
		v |= 1
	}
	s.samples = append(s.samples, v)
}

// runes takes the samples of a text in a script without spaces: grams of
// characters, spaces and punctuation left out. It returns the characters.
func (s *sampler) runes(words []byte) (n int) {
	s.reset()
	var ring [gramRunes]uint64
	var roll uint64
	figures := 0
	for i := 0; i < len(words); {
		r, size := utf8.DecodeRune(words[i:])
		i += size
		if r == ' ' {
			continue
		}
		h := finalise(uint64(r) ^ unspacedKey)
		at := n % gramRunes
		roll = bits.RotateLeft64(roll, 7) ^ h ^ bits.RotateLeft64(ring[at], 7*gramRunes)
		ring[at] = h
		n++
		if figures--; r >= '0' && r <= '9' {
			figures = gramRunes
		}
		if n >= gramRunes {
			s.gram(roll^unspacedKey, n-gramRunes < leadRunes, 61, figures > 0)
		}
	}
	return n
}

// take returns the samples in order, each once; they are the caller's.
func (s *sampler) take() []uint64 {
	if len(s.samples) == 0 {
		return nil
	}
	s.sort()
	return slices.Clone(slices.Compact(s.sorted))
}

// sortBits is how many of a sample's upper bits part them: most are alone then.
const sortBits = 7

// sort puts the samples in order. They are hashes, spread over their range.
func (s *sampler) sort() {
	var at [1<<sortBits + 1]int
	for _, v := range s.samples {
		at[v>>(hashBits+1-sortBits)+1]++
	}
	for i := range 1 << sortBits {
		at[i+1] += at[i]
	}
	s.sorted = slices.Grow(s.sorted[:0], len(s.samples))[:len(s.samples)]
	for _, v := range s.samples {
		k := v >> (hashBits + 1 - sortBits)
		s.sorted[at[k]] = v
		at[k]++
	}
	for i, v := range s.sorted { // each a few places from where it belongs
		k := i
		for ; k > 0 && s.sorted[k-1] > v; k-- {
			s.sorted[k] = s.sorted[k-1]
		}
		s.sorted[k] = v
	}
}

// finalise mixes all bits of x into all bits (the finaliser of MurmurHash3).
func finalise(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}
