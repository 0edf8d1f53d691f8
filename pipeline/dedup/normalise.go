package dedup

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// apostrophe marks the bytes that normalise deletes.
const apostrophe = 1

// lower maps an ASCII byte to its lower case if it is a letter or digit, to
// apostrophe, or to 0 if it parts words.
var lower = func() (t [utf8.RuneSelf]byte) {
	for c := byte('a'); c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = c, c
	}
	for c := byte('0'); c <= '9'; c++ {
		t[c] = c
	}
	t['\''] = apostrophe
	return t
}()

// normaliser cuts text into words: compatibility forms folded, lower case,
// apostrophes deleted, everything that is no letter, mark or digit a boundary.
// Outlets differ most in quotation marks and dashes, which must glue to no
// word.
type normaliser struct {
	words    []byte // each followed by a space
	n        int
	letters  int // outside ASCII
	unspaced int // of them, in scripts that put no spaces between words
	sampler  *sampler
}

// run appends the words of s and hands each to the sampler, if there is one.
func (w *normaliser) run(s string) {
	if !norm.NFKC.IsNormalString(s) {
		s = norm.NFKC.String(s)
	}
	dst := slices.Grow(w.words, len(s)+1)
	start, digit := len(dst), false
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			i++
			switch l := lower[c]; {
			case l > apostrophe:
				digit = digit || l <= '9'
				dst = append(dst, l)
			case l == apostrophe:
			case len(dst) > start:
				dst = w.end(dst, start, digit)
				start, digit = len(dst), false
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r == '’':
		case unicode.IsLetter(r) || unicode.IsMark(r):
			w.letters++
			if unspacedScript(r) {
				w.unspaced++
			}
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		case unicode.IsDigit(r):
			digit = true
			dst = utf8.AppendRune(dst, r)
		case len(dst) > start:
			dst = w.end(dst, start, digit)
			start, digit = len(dst), false
		}
	}
	if len(dst) > start {
		dst = w.end(dst, start, digit)
	}
	w.words = dst
}

// end ends the word that starts at start.
func (w *normaliser) end(dst []byte, start int, digit bool) []byte {
	w.n++
	if w.sampler != nil {
		w.sampler.word(dst[start:], digit && !year(dst[start:]))
	}
	return append(dst, ' ')
}

// year reports 1900 to 2099: such figures stay in true copies and in templates
// alike.
func year(w []byte) bool {
	return len(w) == 4 && (w[0] == '1' && w[1] == '9' || w[0] == '2' && w[1] == '0') &&
		w[2] >= '0' && w[2] <= '9' && w[3] >= '0' && w[3] <= '9'
}

var unspacedTable = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

// unspacedScript reports a letter of a script that puts no spaces between
// words. All of them lie above U+0E00.
func unspacedScript(r rune) bool { return r >= 0x0e00 && unicode.In(r, unspacedTable...) }
