package text_test

import (
	"strconv"
	"strings"
	"testing"

	"dateline/pipeline/text"
)

// TestArena keeps strings of all lengths over many blocks and looks whether one
// has changed.
func TestArena(t *testing.T) {
	var a text.Arena
	var kept, want []string
	buf := []byte(nil)
	for i := range 3000 {
		w := strings.Repeat(strconv.Itoa(i), i%37)
		if i%500 == 499 {
			w = strings.Repeat("x", 300*(i/500))
		}
		buf = append(buf[:0], w...)
		kept, want = append(kept, a.String(buf)), append(want, w)
		clear(buf)
	}
	for i := range kept {
		if kept[i] != want[i] {
			t.Fatalf("string %d is %q, want %q", i, kept[i], want[i])
		}
	}
	short := []byte("per:volodymyr-zelensky")
	if n := testing.AllocsPerRun(1000, func() { a.String(short) }); n >= 1 {
		t.Errorf("%v allocations for a short string", n)
	}
}
