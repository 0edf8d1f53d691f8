package servers

import (
	"testing"
	"time"
)

func TestDead(t *testing.T) {
	for _, c := range []struct {
		stat stat
		want bool
	}{
		{stat{state: 'S', threads: 1}, false},
		{stat{state: 'T', threads: 9}, false},
		{stat{state: 'Z', threads: 9}, false}, // its other threads still run
		{stat{state: 'Z', threads: 1}, true},
		{stat{state: 'X', threads: 0}, true},
	} {
		if got := c.stat.dead(); got != c.want {
			t.Errorf("%+v: dead %v, want %v", c.stat, got, c.want)
		}
	}
}

func TestParseStat(t *testing.T) {
	// Field 2 is a name with a blank and parentheses; 14 to 17 are 11, 22,
	// 33 and 44 ticks; 20 is 3 threads; 24 is 5 pages.
	const line = "77 (a) b (c) S 1 66 66 0 -1 4194560 1 2 3 4 11 22 33 44 20 0 3 0 100 9999 5 18446744073709551615 1 1"
	s, err := parseStat(line)
	if err != nil {
		t.Fatal(err)
	}
	want := stat{state: 'S', group: 66, threads: 3, cpu: 1100 * time.Millisecond, rss: s.rss}
	if s != want || s.rss%5 != 0 || s.rss < 5*4096 {
		t.Errorf("got %+v, want %+v and 5 pages", s, want)
	}
	for _, bad := range []string{"", "77 (a)", "77 (a) S 1 x", "77 (a) S 1 x 66 0 -1 4194560 1 2 3 4 11 22 33 44 20 0 1 0 100 9999 5 1"} {
		if s, err := parseStat(bad); err == nil {
			t.Errorf("%q: got %+v, want an error", bad, s)
		}
	}
}
