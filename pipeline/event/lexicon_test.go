package event

import (
	"testing"
	"unicode"
)

// FuzzPack compares the packing by wide loads with the plain loop.
func FuzzPack(f *testing.F) {
	for _, w := range []string{"", "A", "No", "saY", "Said", "Denied", "@[`{Zz", "announced", "Announcement", "announcementsxxx", "antidisestablishment", "Gabčíkovo", "\x80\xc1\xda\xff"} {
		f.Add(w)
	}
	f.Fuzz(func(t *testing.T, w string) {
		var want [2]uint64
		for i := range min(len(w), 16) {
			c := w[i]
			if c < 0x80 {
				c = byte(unicode.ToLower(rune(c)))
			}
			want[i/8] |= uint64(c) << (i % 8 * 8)
		}
		if lo, hi := pack(w); [2]uint64{lo, hi} != want {
			t.Fatalf("%q: %x %x, want %x", w, lo, hi, want)
		}
	})
}

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
