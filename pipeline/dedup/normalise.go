package dedup

import (
	"encoding/binary"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"dateline/pipeline/text"
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
	// From the byte before, with which a combining mark may compose.
	if k := strange(s); k < len(s) && !norm.NFKC.IsNormalString(s[max(0, k-1):]) {
		s = norm.NFKC.String(s)
	}
	// Lower case may need a byte more than upper: 2 bytes become 3 at most.
	dst := slices.Grow(w.words, len(s)+len(s)/2+wordSlack)
	dst = dst[:cap(dst)]
	n := len(w.words)
	start, class := n, byte(0)
	for i := 0; i < len(s); {
		if i+8 <= len(s) {
			x := text.Load8(s[i : i+8])
			k := text.LowerRun(x)
			// All are copied, as there is room, and k taken.
			binary.LittleEndian.PutUint64(dst[n:], x)
			i, n = i+k, n+k
			if k == 8 {
				continue
			}
		}
		if c := s[i]; c < utf8.RuneSelf {
			i++
			l := lower[c]
			if l > apostrophe {
				dst[n] = l
				n++
				class |= isDigit[l]
			} else if l == 0 && n > start {
				n = w.end(dst, start, n, class != 0)
				start, class = n, 0
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
			n += utf8.EncodeRune(dst[n:], unicode.ToLower(r))
		case unicode.IsDigit(r):
			class = 1
			n += utf8.EncodeRune(dst[n:], r)
		case n > start:
			n = w.end(dst, start, n, class != 0)
			start, class = n, 0
		}
	}
	if n > start {
		n = w.end(dst, start, n, class != 0)
	}
	w.words = dst[:n]
}

// wordSlack lets a word of a few bytes be read as eight.
const wordSlack = 16

var isDigit = func() (t [256]byte) {
	for c := '0'; c <= '9'; c++ {
		t[c] = 1
	}
	return t
}()

// strange is the index of the first rune that is neither ASCII nor one of the usual
// ones of news, which need no normal form wherever they stand.
func strange(s string) int {
	for i := 0; i < len(s); {
		if i+8 <= len(s) && text.Load8(s[i:i+8])&0x8080808080808080 == 0 {
			i += 8
			continue
		}
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !usual(r) {
			return i
		}
		i += n
	}
	return len(s)
}

// usual reports quotation marks, dashes and other signs of news and the letters of
// Western Europe.
func usual(r rune) bool {
	switch r {
	case '‘', '’', '“', '”', '–', '—', '•', '€', '£', '©', '«', '»':
		return true
	case '\u00a0', '…': // not normal, but part words as their normal forms do
		return true
	}
	return r >= 'À' && r <= 'ÿ'
}

// end ends the word from start to n with a space and returns where the next one
// starts. dst is longer than n by wordSlack.
func (w *normaliser) end(dst []byte, start, n int, digit bool) int {
	w.n++
	if w.sampler != nil {
		w.sampler.word(wordHash(dst, start, n), digit && !year(dst[start:n]))
	}
	dst[n] = ' '
	return n + 1
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
