package timex

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestHard reads testdata/hard.txt.
func TestHard(t *testing.T) {
	raw, err := os.ReadFile("testdata/hard.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, all, _ := strings.Cut(string(raw), "\n== ")
	for _, art := range strings.Split(all, "\n== ") {
		head, rest, _ := strings.Cut(art, "\n")
		body, list, ok := strings.Cut(rest, "\n--\n")
		published, name, _ := strings.Cut(head, " ")
		zone, err := time.LoadLocation(name)
		if !ok || err != nil {
			t.Fatalf("%s: %v", head, err)
		}
		t.Run(head, func(t *testing.T) {
			var got []string
			for _, d := range resolveAnchor(t, "", body, Anchor{Published: instant(t, published), Zone: zone}) {
				if d.Start == "" || d.Type == "SET" || d.Type == "DURATION" && d.Start == "" {
					continue
				}
				got = append(got, strings.Join(strings.Fields(d.Text), " ")+" | "+d.Start+" "+d.End)
			}
			want := strings.Split(strings.TrimSpace(list), "\n")
			for i := range max(len(got), len(want)) {
				g, w := "", ""
				if i < len(got) {
					g = got[i]
				}
				if i < len(want) {
					w = want[i]
				}
				if g != w {
					t.Errorf("expression %d:\n  got  %s\n  want %s", i, g, w)
				}
			}
		})
	}
}
