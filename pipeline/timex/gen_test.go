package timex

import (
	"crypto/sha256"
	"fmt"
	"os"
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
