package model

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"dateline/pipeline/text"
)

// What the vocabulary says of a word is what the tables say, whichever words it has
// met before: of the same place in it, of the same first or last letters, with and
// without a possessive, too long to be remembered.
func TestVocabularyIsPlain(t *testing.T) {
	tg := loadTagger(t)
	var v vocabulary
	v.belong(tg.Reader)
	r := rand.New(rand.NewPCG(1, 2))
	parts := []string{"Ber", "lin", "the", "s", "'", "’", "0", "19", "th", "UN", "é", "İ", "International", "-", "of"}
	for range 200_000 {
		w := ""
		for range 1 + r.IntN(4) {
			w += parts[r.IntN(len(parts))]
		}
		possessive := r.IntN(4) == 0
		a := text.Tokens{Text: w + "rest of the sentence"[:r.IntN(20)], Tok: []text.Token{{End: uint32(len(w))}}}
		if possessive {
			a.Tok[0].Flags = text.Possessive
		}
		var want lexeme
		tg.Reader.lexeme(&want, w, possessive)
		if got := *v.read(&a, 0); got != want {
			t.Fatalf("%q, possessive %v: %+v, the tables say %+v", w, possessive, got, want)
		}
		if got := *v.read(&a, 0); got != want {
			t.Fatalf("%q again: %+v, the tables say %+v", w, got, want)
		}
	}
	if n := unsafe.Sizeof(remembered{}); n != line {
		t.Errorf("a remembered word takes %d bytes", n)
	}
}

// The rows and the lines with their fingerprints start where a line of the cache
// does.
func TestTablesAreLined(t *testing.T) {
	m := loadTagger(t).Model
	for name, b := range map[string][]byte{"rows": m.rows, "lines": m.lines} {
		if at := uintptr(unsafe.Pointer(&b[0])) % line; at != 0 {
			t.Errorf("%s start at %d of a line", name, at)
		}
	}
}
