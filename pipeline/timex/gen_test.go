package timex

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// TestGenerated fails when words.txt or rules.txt changed and dfa_gen.go did
// not.
func TestGenerated(t *testing.T) {
	var src []byte
	for _, name := range []string{"words.txt", "rules.txt"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		src = append(src, b...)
	}
	sum := sha256.Sum256(src)
	if got := fmt.Sprintf("%x", sum[:4]); got != rulesVersion {
		t.Errorf("tables are %s, dfa_gen.go was made of %s: run go generate", got, rulesVersion)
	}
	if n := len(dfaBase)*2 + len(dfaComb)*4; n > 64<<10 {
		t.Errorf("the automaton takes %d bytes, at most 64 KB", n)
	}
}

// TestWords looks every word of the table up.
func TestWords(t *testing.T) {
	for i := 1; i < len(words); i++ {
		var b []byte
		for n := 0; n < 16; n++ {
			c := byte(words[i].lo >> (8 * n))
			if n >= 8 {
				c = byte(words[i].hi >> (8 * (n - 8)))
			}
			if c != 0 {
				b = append(b, c)
			}
		}
		if e, _ := lookup(string(b)); e == nil || e.class != words[i].class {
			t.Errorf("%q is not found", b)
		}
	}
	if e, _ := lookup("notaword"); e != nil {
		t.Error("found a word that is not there")
	}
}

// The lookup by wide loads finds what the plain one finds, and nothing else.
func TestLookupIsPlain(t *testing.T) {
	check := func(s string) {
		e, dot := lookup(s)
		f, plain := lookupDotted(s)
		if e != f || dot != plain {
			t.Fatalf("%q: %v %v, plainly %v %v", s, e, dot, f, plain)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range words {
		var b []byte
		for _, x := range [2]uint64{words[i].lo, words[i].hi} {
			for ; x > 0; x >>= 8 {
				b = append(b, byte(x))
			}
		}
		w := string(b)
		for _, s := range []string{w, strings.ToUpper(w), w + ".", w + "s", w + "-", strings.Join(strings.Split(w, ""), ".") + ".", "é" + w} {
			check(s)
		}
		for range 20 {
			c := []byte(w)
			if len(c) > 0 {
				c[r.IntN(len(c))] = "aeZ.-@[\x80\xae\xffy"[r.IntN(11)]
			}
			check(string(c))
		}
	}
	check("")
	check(strings.Repeat("a", 40))
}
