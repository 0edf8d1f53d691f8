package byline

import (
	"strings"
	"testing"
)

// FuzzShortcuts holds the paths that allocate nothing against the plain ones.
func FuzzShortcuts(f *testing.F) {
	f.Add("Bo Ek", "Bo", "Ek", "PHOTO: Bo Ek/AP. x. y")
	f.Add("BO  EK", "Bo", "Ek", "credit – Ann. Lee")
	f.Add("De la Cruz", "De", "la Cruz", "By Kelvin K")
	f.Fuzz(func(t *testing.T, raw, a, b, s string) {
		for _, words := range [][]string{nil, {a}, {a, b}} {
			if got, want := join(raw, words), strings.Join(words, " "); got != want {
				t.Fatalf("join(%q, %q) = %q, want %q", raw, words, got, want)
			}
		}
		if got, want := string(appendFold(nil, s)), fold(s); got != want {
			t.Fatalf("%q folds to %q, plainly %q", s, got, want)
		}
		for _, from := range []int{0, len(s) / 2} {
			want := -1
			for i := from; i+1 < len(s); i++ {
				if s[i] == '.' && s[i+1] == ' ' {
					want = i
				}
			}
			if got := lastStop(s, from); got != want {
				t.Fatalf("last stop of %q from %d is at %d, plainly %d", s, from, got, want)
			}
		}
		if prefix := fold(a); ascii(s) && prefix != "" {
			want := ""
			for i := range s {
				if i > 0 && fold(s[:i]) == prefix {
					want = s[i:]
					break
				}
			}
			if got := cutFolded(s, prefix); got != want {
				t.Fatalf("%q without %q is %q, plainly %q", s, prefix, got, want)
			}
		}
	})
}

// Every tail passes what turns most lines away, in any case.
func TestTailsMayBeThere(t *testing.T) {
	for _, v := range tailVerbs {
		line := "(" + strings.Join(v.words, " ") + " Bo Ek)"
		for _, l := range []string{line, strings.ToUpper(line), strings.Replace(line, " by", "  By", 1)} {
			if !mayHaveTail(l) {
				t.Errorf("%s is turned away", l)
			}
		}
	}
	for _, l := range []string{"Bo Ek contributed to this report.", "Bo Ek reported from Riga."} {
		if !mayHaveTail(l) {
			t.Errorf("%s is turned away", l)
		}
	}
	if l := "Two men were killed by a storm that was seen by Bo Ek."; mayHaveTail(l) {
		t.Errorf("%s is not turned away", l)
	}
}
