package text_test

import (
	"fmt"
	"strings"
	"testing"

	"dateline/pipeline/text"
)

// wording is what a number stands for.
type wording struct {
	text  string
	flags text.Flags
}

const surroundings = text.Space | text.Newline | text.SentStart | text.ParaStart

// numbers checks the numbers of a text against those that words had before: the
// same for the same word, 0 for those that are too long and, once it is full, for
// new ones.
func numbers(t *testing.T, seen map[wording]uint16, s string, v *text.Vocabulary) {
	t.Helper()
	plain, a := text.Tokens{}, text.Tokens{Vocabulary: v}
	plain.Reset(s)
	a.Reset(s)
	of := make(map[uint16]wording)
	for w, n := range seen {
		of[n] = w
	}
	for i, k := range a.Tok {
		w := wording{a.At(i), k.Flags &^ surroundings}
		n, known := seen[w]
		switch other, taken := of[k.Number]; {
		case len(w.text) > 14:
			if k.Number != 0 {
				t.Fatalf("%q of %d bytes has number %d", w.text, len(w.text), k.Number)
			}
		case known && n != k.Number:
			t.Fatalf("%q is %d, was %d", w.text, k.Number, n)
		case !known && k.Number == 0 && len(seen) < text.Numbers-1:
			t.Fatalf("%q has no number, after %d words", w.text, len(seen))
		case !known && taken && k.Number != 0:
			t.Fatalf("%q and %q are both %d", w.text, other.text, k.Number)
		case !known && k.Number != 0:
			seen[w], of[k.Number] = k.Number, w
		}
		if k.Number = 0; k != plain.Tok[i] {
			t.Fatalf("%q: %+v, without a vocabulary %+v", w.text, k, plain.Tok[i])
		}
	}
}

func TestVocabulary(t *testing.T) {
	var v text.Vocabulary
	seen := make(map[wording]uint16)
	for _, s := range []string{
		"The mayor's tanker, the Mayors' tanker: \"www. example\" www.example.org.",
		"The tanker 'Riga' left on May 4, 1998, at 10:30 a.m. in St. Ives - counterrevolutionaries said.",
		"administration administrations responsibility", "a b\nc", "", "Ends with tanker",
	} {
		numbers(t, seen, s, &v)
	}
	if len(seen) < 30 {
		t.Errorf("%d words have numbers", len(seen))
	}
}

// A vocabulary that is full gives no new numbers, and keeps those it gave, until it
// is renewed.
func TestVocabularyFills(t *testing.T) {
	var v text.Vocabulary
	seen := make(map[wording]uint16)
	var b strings.Builder
	for i := range text.Numbers * 5 / 8 {
		fmt.Fprintf(&b, "w%d ", i)
	}
	numbers(t, seen, b.String(), &v)
	v.Renew()
	numbers(t, seen, "w7 and w70", &v) // all of them still there
	numbers(t, seen, strings.ReplaceAll(b.String(), "w", "v"), &v)
	if len(seen) != text.Numbers-1 {
		t.Fatalf("%d words have numbers", len(seen))
	}
	v.Renew()
	a := text.Tokens{Vocabulary: &v}
	if a.Reset("v9 w9 v9"); a.Tok[0].Number != 1 || a.Tok[1].Number != 2 || a.Tok[2].Number != 1 {
		t.Errorf("after Renew: %+v", a.Tok)
	}
}

// What a stage keeps of a word is there for the words of that vocabulary only, until
// it is renewed.
func TestByNumber(t *testing.T) {
	var v, other text.Vocabulary
	var kept text.ByNumber[string]
	a, b, c := text.Tokens{Vocabulary: &v}, text.Tokens{Vocabulary: &v}, text.Tokens{Vocabulary: &other}
	a.Reset("Riga")
	b.Reset("Oslo Riga")
	c.Reset("Kiel")
	kept.Of(&a)[a.Tok[0].Number] = "Riga"
	if s := kept.Of(&b)[b.Tok[1].Number]; s != "Riga" {
		t.Errorf("of the same vocabulary: %q", s)
	}
	if s := kept.Of(&c)[c.Tok[0].Number]; s != "" {
		t.Errorf("of another vocabulary: %q", s)
	}
	kept.Of(&b)[b.Tok[0].Number] = "Oslo"
	var many strings.Builder
	for i := range text.Numbers {
		fmt.Fprintf(&many, "w%d ", i)
	}
	b.Reset(many.String())
	v.Renew()
	a.Reset("Bonn Kiel Pau")
	for i := range a.Tok {
		if s := kept.Of(&a)[a.Tok[i].Number]; s != "" {
			t.Errorf("%s after Renew: %q", a.At(i), s)
		}
	}
	kept.Of(&a)[a.Tok[0].Number] = "Bonn"
	for _, s := range kept.Of(&text.Tokens{}) {
		if s != "" {
			t.Errorf("without a vocabulary: %q", s)
		}
	}
}

func FuzzVocabulary(f *testing.F) {
	f.Add("Ann Lee met Bo Ek in Riga.", "Ann Lee's tanker, the Riga")
	f.Add("Counterrevolutionaries met", "met")
	f.Add("U.S. www. www.a.b 'tis '90s \x00\x00", "a\x00 a \u2019s")
	f.Fuzz(func(t *testing.T, a, b string) {
		var v text.Vocabulary
		seen := make(map[wording]uint16)
		numbers(t, seen, a, &v)
		numbers(t, seen, b, &v)
		numbers(t, seen, a, &v)
	})
}
