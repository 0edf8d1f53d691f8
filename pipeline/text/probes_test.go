package text

import "testing"

// Words that all belong in one slot are not looked for one behind the other: the
// first ones have numbers, the others none, and words of other slots are not in
// their way.
func TestVocabularyCrowded(t *testing.T) {
	var v Vocabulary
	v.number(new(Tokens)) // makes its tables
	inverse := uint64(1)  // of the multiplier of slot: words are then in the slot we like
	for range 6 {
		inverse *= 2 - inverse*0x9e3779b97f4a7c15
	}
	numbered := 0
	for k := range uint64(1000) {
		w := wording{lo: inverse * (k + 1)}
		if s := slot(w.lo, w.hi); s != 0 {
			t.Fatalf("word %d is in slot %d", k, s)
		}
		n := v.of(w)
		if again := v.of(w); again != n {
			t.Fatalf("word %d is %d, then %d", k, n, again)
		}
		if n != 0 {
			numbered++
		}
	}
	if numbered != maxProbes {
		t.Errorf("%d words of one slot have numbers, want %d", numbered, maxProbes)
	}
	if n := v.of(wording{lo: inverse << 60}); n == 0 {
		t.Error("a word of another slot has no number")
	}
}
