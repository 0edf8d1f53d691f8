package event

import (
	"testing"
)

// TestLookup finds every word of the lexicon, in capitals too, and none with a
// letter more.
func TestLookup(t *testing.T) {
	for w, s := range lexicon {
		upper := []byte(w)
		for i, c := range upper {
			if 'a' <= c && c <= 'z' {
				upper[i] -= 0x20
			}
		}
		if lookup(w) != s || lookup(string(upper)) != s {
			t.Errorf("%s is not found", w)
		}
		if lexicon[w+"q"] == nil && lookup(w+"q") != nil {
			t.Errorf("%sq is found", w)
		}
	}
}
