package dedup

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zeebo/xxh3"
)

// The outlet is the registered domain, whatever the scheme, host, port or path.
func TestOutlet(t *testing.T) {
	var s Scratch
	for _, c := range [][2]string{
		{"https://www.harbour-ledger.co.uk/world/a?b#c", "harbour-ledger.co.uk"},
		{"http://news.harbour-ledger.co.uk", "harbour-ledger.co.uk"},
		{"https://user@Harbour-Ledger.CO.UK.:8443?x=1", "harbour-ledger.co.uk"},
		{"https://harbour-ledger.co.uk/100%-sure", "harbour-ledger.co.uk"},
		{"http://192.0.2.7/a", "192.0.2.7"},
		{"", ""}, {"tag:harbour,2020:1", ""}, {"http://%zz/", ""}, {"/only/a/path", ""},
	} {
		want := uint64(0)
		if c[1] != "" {
			want = xxh3.HashString(c[1])
		}
		for range 2 { // read, and remembered
			if got := s.outlet(c[0]); got != want {
				t.Errorf("outlet of %q is not the hash of %q", c[0], c[1])
			}
		}
	}
	if n := testing.AllocsPerRun(100, func() { s.outlet("https://www.harbour-ledger.co.uk/world/another") }); n != 0 {
		t.Errorf("%v allocations for a known site", n)
	}
	for i := range 3 * maxOutlets {
		s.outlet(fmt.Sprintf("https://a%d.example.org/x", i))
	}
	s.outlet("x://" + strings.Repeat("a", 10000))
	if len(s.outlets) > maxOutlets {
		t.Errorf("%d sites are kept", len(s.outlets))
	}
}
