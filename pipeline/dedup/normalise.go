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

// normalise appends the words of s to dst, each followed by a space, and
// counts them: compatibility forms folded, lower case, apostrophes deleted,
// everything that is no letter, mark or digit a boundary. Outlets differ most
// in quotation marks and dashes, which must glue to no word.
func normalise(dst []byte, s string) ([]byte, int) {
	if !norm.NFKC.IsNormalString(s) {
		s = norm.NFKC.String(s)
	}
	dst = slices.Grow(dst, len(s)+1)
	n := 0
	inside := false
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			i++
			switch l := lower[c]; {
			case l > apostrophe:
				dst = append(dst, l)
				inside = true
			case l == apostrophe:
			case inside:
				dst = append(dst, ' ')
				inside = false
				n++
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r == '’':
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
			inside = true
		case inside:
			dst = append(dst, ' ')
			inside = false
			n++
		}
	}
	if inside {
		dst = append(dst, ' ')
		n++
	}
	return dst, n
}
