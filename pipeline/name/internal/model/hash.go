package model

import (
	"unicode"
	"unicode/utf8"
)

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
	golden    = 0x9e3779b97f4a7c15
)

// finish spreads an FNV state over all bits.
func finish(h uint64) uint64 {
	h ^= h >> 32
	h *= golden
	return h ^ h>>29
}

// Hash is the hash of a word in its own case, curly apostrophes made straight.
func Hash(s string) uint64 {
	h, _, _ := hashWord(s)
	return h
}

// Case bits of a word.
const (
	hasUpper = 1 << iota
	hasLower
	hasDigit
	hasOther
)

// hashWord is the hash of s as written, the hash of its lower-case form, and
// what kinds of letters it has. Both fold the curly apostrophe.
func hashWord(s string) (surface, low uint64, kinds uint8) {
	h, l := uint64(fnvOffset), uint64(fnvOffset)
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			i += n
			if r == '’' || r == '‘' {
				r = '\''
			}
			lr := r
			switch {
			case unicode.IsUpper(r):
				kinds |= hasUpper
				lr = unicode.ToLower(r)
			case unicode.IsLetter(r):
				kinds |= hasLower
			default:
				kinds |= hasOther
			}
			h, l = addRune(h, r), addRune(l, lr)
			continue
		}
		i++
		d := c
		switch {
		case 'a' <= c && c <= 'z':
			kinds |= hasLower
		case 'A' <= c && c <= 'Z':
			kinds |= hasUpper
			d += 'a' - 'A'
		case '0' <= c && c <= '9':
			kinds |= hasDigit
		default:
			kinds |= hasOther
		}
		h = (h ^ uint64(c)) * fnvPrime
		l = (l ^ uint64(d)) * fnvPrime
	}
	return finish(h), finish(l), kinds
}

// addRune takes in a rune: one step for ASCII, as for a byte, else two.
func addRune(h uint64, r rune) uint64 {
	if r < utf8.RuneSelf {
		return (h ^ uint64(r)) * fnvPrime
	}
	h = (h ^ uint64(r&0xff)) * fnvPrime
	return (h ^ uint64(r>>8|0x100)) * fnvPrime
}

// pair joins two hashes, order kept.
func pair(a, b uint64) uint64 {
	return (a*golden ^ (b + 0x632be59bd9b4e019)) * fnvPrime
}

// form is how a word is written.
type form struct {
	short  uint64    // Xx-Xx: kinds of signs, repeats folded
	prefix [4]uint64 // hashes of the first one to four letters, lower case; 0 beyond the word
	suffix [4]uint64 // of the last
}

// maxAffixed is the length in runes from which on a word's middle is not
// looked at.
const maxAffixed = 48

// describe fills the form of a word.
func (d *form) describe(s string) {
	var low [maxAffixed]rune
	n := 0
	short := uint64(fnvOffset)
	last := byte(0)
	for _, r := range s {
		if r == '’' || r == '‘' {
			r = '\''
		}
		var c byte
		switch {
		case 'a' <= r && r <= 'z':
			c = 'x'
		case 'A' <= r && r <= 'Z':
			c = 'X'
			r += 'a' - 'A'
		case '0' <= r && r <= '9':
			c = 'd'
		case r < utf8.RuneSelf:
			c = byte(r)
		case unicode.IsUpper(r):
			c = 'X'
			r = unicode.ToLower(r)
		case unicode.IsLetter(r):
			c = 'x'
		default:
			c = '?'
		}
		if c != last {
			short = (short ^ uint64(c)) * fnvPrime
			last = c
		}
		if n == maxAffixed {
			copy(low[:], low[1:])
			n--
		}
		low[n] = r
		n++
	}
	d.short = finish(short)
	h := uint64(fnvOffset)
	for k := 0; k < 4; k++ {
		d.prefix[k], d.suffix[k] = 0, 0
		if k < n {
			h = addRune(h, low[k])
			d.prefix[k] = finish(h)
		}
	}
	h = fnvOffset
	for k := 0; k < 4 && k < n; k++ {
		h = addRune(h, low[n-1-k])
		d.suffix[k] = finish(h)
	}
}
