package index

import (
	"encoding/json"
	"strings"
	"testing"
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
