package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// parseMoment reads an instant as people write it on a command line: a time, a
// day (its beginning, UTC), or how long ago: 90m, 36h, 7d.
func parseMoment(s string, now time.Time) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil {
			return now.UTC().AddDate(0, 0, -int(n)), nil
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return now.UTC().Add(-d), nil
	}
	return time.Time{}, fmt.Errorf("%q is no time: write 2026-03-01, 2026-03-01T09:30:00Z, or how long ago, as 36h or 7d", s)
}
