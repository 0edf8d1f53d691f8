package index

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
)

// FuzzEscape reads strings back that were escaped, and holds the steps of eight
// bytes against single ones.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "short", "sixteen letters!", "tab\tin the middle", "quote \" and \\ slash", "curly “quotes” — dash", "\x00\x1f\x20\x7f\x80", "line\u2028end", "abcdefg\xff", "12345678\"", "!!!!!!!\x1f\x1e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var e encoder
		e.quote(s)
		var back string
		if err := json.Unmarshal(e.b, &back); err != nil {
			t.Fatalf("%q: %s: %v", s, e.b, err)
		}
		if want := string([]rune(s)); back != want {
			t.Fatalf("%q is %q when read back", s, back)
		}
		if strings.ContainsAny(string(e.b), "\u2028\u2029\n") {
			t.Fatalf("%q: line end in %s", s, e.b)
		}
		n := 0
		for n < len(s) && plain[s[n]] {
			n++
		}
		if got := plainRun(s); got != n {
			t.Fatalf("%q starts with %d plain bytes, got %d", s, n, got)
		}
		for i := 0; i+8 <= len(s); i++ {
			n, x := 0, uint64(0)
			for n < 8 && plain[s[i+n]] {
				n++
			}
			for k := range 8 {
				x |= uint64(s[i+k]) << (8 * k)
			}
			if got := plainOf(x); got != n {
				t.Fatalf("%q holds %d plain bytes, got %d", s[i:i+8], n, got)
			}
		}
	})
}

func TestConfidence(t *testing.T) {
	for v, want := range map[float32]string{0: "0", 0.2: "0.2", 0.48999998: "0.49", 0.64000005: "0.64", 0.6344: "0.634", 0.9999: "1", 1: "1",
		-0.25: "-0.25", 7: "7", float32(math.Inf(1)): "0", float32(math.NaN()): "0"} {
		e := encoder{b: []byte{'{'}}
		e.confidence(v)
		if got := string(e.b); got != `{"confidence":`+want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
}

func TestMillis(t *testing.T) {
	e := encoder{b: make([]byte, 1, 100)}
	for _, ms := range []int64{0, 1, -1, 1747663380123, 1747699199999, 1747699200000, -62135596800000, 253402300799999, 253402300800000, -62198755200000, 951782400000} {
		for k := range int64(3) {
			ms += k * 40_271_999
			e.b = append(e.b[:0], '{')
			e.millis("t", ms)
			if got, want := string(e.b), `{"t":"`+time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z")+`"`; got != want {
				t.Errorf("%d: %s, want %s", ms, got, want)
			}
		}
	}
}
