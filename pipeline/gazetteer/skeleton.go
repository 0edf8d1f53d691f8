package gazetteer

import (
	"strings"
	"unicode/utf8"
)

// skeletonMark starts the keys that hold skeletons; no text folds to it.
const skeletonMark = "zq "

// Skeleton is what the spellings of one name of a person share when it comes
// from another script: first and last word, without articles, with the letters
// that transliterations differ in made one. "Sergey Lavrov" and "Sergei Lavrov"
// have one skeleton, "Mohammed bin Salman" and "Muhammad bin Salman", too. A
// name of one word has none. The argument is folded.
func Skeleton(fold string) string {
	var buf [96]byte
	return string(AppendSkeleton(buf[:0], fold))
}

// AppendSkeleton appends the skeleton to dst, or nothing.
func AppendSkeleton(dst []byte, fold string) []byte {
	first, last, words := "", "", 0
	for w := range strings.FieldsSeq(fold) {
		if w != "al" && w != "el" && w != "bin" && w != "ibn" && len(w) > 1 {
			if words++; words == 1 {
				first = w
			}
			last = w
		}
	}
	if words < 2 {
		return dst
	}
	dst = append(dst, skeletonMark...)
	dst = append(appendBone(dst, first), ' ')
	return appendBone(dst, last)
}

// bones are the letters that are rewritten; longer ones stand first.
var bones = [...][2]string{
	{"tch", "ch"}, {"kh", "h"}, {"gh", "g"}, {"ph", "f"}, {"dj", "j"}, {"zh", "j"}, {"ck", "k"}, {"ou", "u"}, {"oo", "u"}, {"ae", "a"},
	{"oe", "o"}, {"ue", "u"}, {"yy", "i"}, {"iy", "i"}, {"ij", "i"}, {"yj", "i"}, {"y", "i"}, {"q", "k"}, {"x", "ks"}, {"w", "v"},
}

// startsBone marks the first letters of bones.
var startsBone = func() (t [utf8.RuneSelf]bool) {
	for _, b := range bones {
		t[b[0][0]] = true
	}
	return t
}()

// appendBone appends the skeleton of one word: rewritten, doubled letters once.
func appendBone(dst []byte, w string) []byte {
	if strings.HasPrefix(w, "moham") || strings.HasPrefix(w, "muham") {
		return append(dst, "mhmd"...)
	}
	start := len(dst)
next:
	for len(w) > 0 {
		if w[0] >= utf8.RuneSelf || !startsBone[w[0]] {
			dst = appendOnce(dst, start, w[0])
			w = w[1:]
			continue
		}
		for _, b := range bones {
			if strings.HasPrefix(w, b[0]) {
				w = w[len(b[0]):]
				for i := range len(b[1]) {
					dst = appendOnce(dst, start, b[1][i])
				}
				continue next
			}
		}
		dst = appendOnce(dst, start, w[0])
		w = w[1:]
	}
	return dst
}

func appendOnce(dst []byte, start int, c byte) []byte {
	if len(dst) > start && dst[len(dst)-1] == c {
		return dst
	}
	return append(dst, c)
}
