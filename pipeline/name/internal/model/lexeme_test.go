package model

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"dateline/pipeline/text"
)

// What a scan says of a word is what the tables say, whichever words it has met
// before: the same ones, with and without a possessive, too long to have a number, of
// another model, and of a vocabulary that was renewed.
func TestLexemeIsPlain(t *testing.T) {
	tg, other := loadTagger(t), loadTagger(t)
	other.Reader = &Reader{&lexicon{slots: make([]lexSlot, lexSize)}, tg.Reader.clusters, tg.Reader.lists} // knows nothing
	var v text.Vocabulary
	var s Scan
	r := rand.New(rand.NewPCG(1, 2))
	parts := []string{"Ber", "lin", "the", "s", "'", "’", "0", "19", "th", "UN", "é", "İ", "International", "-", "of", " ", " ", " "}
	for range 20_000 {
		v.Renew()
		in := ""
		for range 1 + r.IntN(20) {
			in += parts[r.IntN(len(parts))]
		}
		a := text.Tokens{Vocabulary: &v}
		a.Reset(in)
		reader := tg.Reader
		if r.IntN(50) == 0 {
			reader = other.Reader
		}
		reader.Read(&s, &a, 0)
		for i := range a.Tok {
			var want lexeme
			reader.lexeme(&want, a.At(i), a.Tok[i].Has(text.Possessive))
			got := s.words[i].lexeme
			if got.known = false; got != want {
				t.Fatalf("%q in %q: %+v, the tables say %+v", a.At(i), in, got, want)
			}
		}
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
