package timex

import (
	"os"
	"strings"
	"testing"

	"dateline/pipeline/text"
)

// article is a real length: the acceptance article, twice, 7 kB.
func article(tb testing.TB) *text.Tokens {
	b, err := os.ReadFile("testdata/cable.txt")
	if err != nil {
		tb.Fatal(err)
	}
	t := text.Tokens{Vocabulary: new(text.Vocabulary)}
	t.Reset(string(b) + "\n" + string(b))
	return &t
}

// BenchmarkResolve is the whole stage: lexer, automaton, both passes and the
// document's dates. The tokens are shared with other stages and not counted.
func BenchmarkResolve(b *testing.B) {
	t := article(b)
	a := Anchor{Published: instant(b, "2025-03-10T15:30:00Z")}
	s := &Scratch{}
	var ds []Date
	b.SetBytes(int64(len(t.Text)))
	b.ReportAllocs()
	for b.Loop() {
		ds = Resolve(ds[:0], nil, t, a, s)
	}
	if len(ds) < 50 {
		b.Fatalf("%d dates", len(ds))
	}
}

// BenchmarkFind is the lexer and the automaton alone.
func BenchmarkFind(b *testing.B) {
	t := article(b)
	s := &Scratch{}
	b.SetBytes(int64(len(t.Text)))
	b.ReportAllocs()
	for b.Loop() {
		s.find(nil, t)
	}
}

// BenchmarkDigits is a text made to hurt: nothing but digits and signs.
func BenchmarkDigits(b *testing.B) {
	t := text.Tokens{Vocabulary: new(text.Vocabulary)}
	t.Reset(strings.Repeat("12-11-10/9 8, 7 and 6 ", 400))
	s := &Scratch{}
	var ds []Date
	b.SetBytes(int64(len(t.Text)))
	b.ReportAllocs()
	for b.Loop() {
		ds = Resolve(ds[:0], nil, &t, Anchor{Published: instant(b, "2025-03-10")}, s)
	}
}

// TestAllocs holds the promise of the package comment: one string per article.
func TestAllocs(t *testing.T) {
	k := article(t)
	a := Anchor{Published: instant(t, "2025-03-10T15:30:00Z")}
	s := &Scratch{}
	ds := Resolve(nil, nil, k, a, s)
	if n := testing.AllocsPerRun(100, func() { ds = Resolve(ds[:0], nil, k, a, s) }); n > 1 {
		t.Errorf("%v allocations per article, want at most 1", n)
	}
	if n := testing.AllocsPerRun(100, func() { s.find(nil, k); s.resolve(a) }); n > 0 {
		t.Errorf("%v allocations before the strings, want 0", n)
	}
}
