package gazetteer

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// asciiFold maps an ASCII byte to its folded byte: letters to lower case,
// digits to themselves, what separates words to a space, the rest to 0, which
// is dropped ("U.S." and "US" fold alike; so do "O'Fallon" and "OFallon").
var asciiFold = func() (t [utf8.RuneSelf]byte) {
	for c := byte('0'); c <= '9'; c++ {
		t[c] = c
	}
	for c := byte('a'); c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = c, c
	}
	for _, c := range " \t\n\r-/_,;:()[]" {
		t[c] = ' '
	}
	return t
}()

// latinFold holds the letters that Unicode does not decompose into a base
// letter and marks, as English newspapers print them.
var latinFold = map[rune]string{
	'ß': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ø': "o", 'Ø': "o",
	'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d", 'þ': "th", 'Þ': "th", 'ł': "l", 'Ł': "l",
	'ħ': "h", 'Ħ': "h", 'ı': "i", 'ŋ': "ng", 'Ŋ': "ng", 'ŧ': "t", 'Ŧ': "t",
	'ə': "a", 'Ə': "a", '&': "and",
}

// AppendFold appends the key form of s to dst: lower case, marks and dots and
// apostrophes dropped, hyphens and white space as one space, letters outside
// the Latin script as they are. A space is put before it if dst holds a key
// already and sep is true. The form never ends in a space.
//
// Text and gazetteer names pass through the same function, so "Saint-Denis",
// "SAINT DENIS" and "Saint Denis" are one key.
func AppendFold(dst []byte, s string, sep bool) []byte {
	pending := sep
	put := func(c byte) {
		if pending && len(dst) > 0 && dst[len(dst)-1] != ' ' {
			dst = append(dst, ' ')
		}
		pending = false
		dst = append(dst, c)
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch f := asciiFold[c]; {
			case f == ' ':
				pending = true
			case f != 0:
				put(f)
			case c == '&':
				pending = true
				put('a')
				put('n')
				put('d')
				pending = true
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		for _, f := range []byte(foldRune(r, s[i:i+n])) {
			if f == ' ' {
				pending = true
			} else {
				put(f)
			}
		}
		i += n
	}
	return dst
}

// Fold is the key form of s, see AppendFold.
func Fold(s string) string { return string(AppendFold(make([]byte, 0, len(s)), s, false)) }

// foldRune is the folded form of a rune outside ASCII whose bytes are s.
func foldRune(r rune, s string) string {
	if f, ok := latinFold[r]; ok {
		return f
	}
	if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || r == '·' {
		return " "
	}
	if r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
		return "" // marks, quotes, symbols
	}
	if d := norm.NFKD.PropertiesString(s).Decomposition(); len(d) > 0 && d[0] < utf8.RuneSelf {
		if f := asciiFold[d[0]]; f != 0 && f != ' ' {
			return asciiLetters[f : f+1]
		}
		return ""
	}
	if l := unicode.ToLower(r); l != r {
		return string(l)
	}
	return s
}

// asciiLetters holds at index c the string of the byte c, so that folding one
// letter allocates nothing.
var asciiLetters = func() string {
	b := make([]byte, utf8.RuneSelf)
	for i := range b {
		b[i] = byte(i)
	}
	return string(b)
}()

// FNV-1a, 64 bits, rolled byte by byte over the key.
const (
	fnvBasis = 14695981039346656037
	fnvPrime = 1099511628211
)

func fnv(h uint64, key []byte) uint64 {
	for _, c := range key {
		h = (h ^ uint64(c)) * fnvPrime
	}
	return h
}

// mix spreads the state of a short FNV hash over all bits; the slot is taken
// from the high half and the fingerprint from the low one.
func mix(h uint64) uint64 {
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return h ^ h>>29
}
