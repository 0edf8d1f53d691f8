package search

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// stretch is what a date in a question covers: [from, to). An instant has no
// length. A lower bound takes from, an upper bound to, so that "to=2025-03"
// reaches to the end of March.
type stretch struct{ from, to time.Time }

const dateHint = "write 2025, 2025-03, 2025-03-01, 1 March 2025, an instant like 2025-03-01T14:00:00Z, today, yesterday, last week, or 7d for a week ago"

// layouts of dates as people write them, beside ISO 8601; each with how long
// it covers.
var layouts = []struct {
	layout              string
	years, months, days int
}{
	{"2006-1-2", 0, 0, 1}, {"2006-1", 0, 1, 0}, {"2006", 1, 0, 0},
	{"2 January 2006", 0, 0, 1}, {"2 Jan 2006", 0, 0, 1}, {"January 2, 2006", 0, 0, 1}, {"Jan 2, 2006", 0, 0, 1},
	{"January 2 2006", 0, 0, 1}, {"Jan 2 2006", 0, 0, 1}, {"January 2006", 0, 1, 0}, {"Jan 2006", 0, 1, 0},
}

// ago is a time back from now: 36h, 7d, 2w, 3m, 1y.
var ago = regexp.MustCompile(`^-?([0-9]{1,5}) ?(h|d|w|m|mo|y)$`)

// maxAgo bounds how far back an ago reaches, in days: two centuries.
const maxAgo = 73000

// parseWhen reads a date. now says which day "today" is, as a clock in zone
// shows it. Days are those of base: for events UTC, because the index keeps the
// days of a text as days of UTC whatever the zone of the place was; for
// publications the asker's zone.
func parseWhen(s string, now time.Time, zone, base *time.Location) (stretch, error) {
	s = strings.TrimSpace(s)
	if t, err := time.Parse(time.RFC3339Nano, strings.ToUpper(s)); err == nil {
		if y := t.UTC().Year(); y < 1 || y > 9999 {
			return stretch{}, fmt.Errorf("%s is outside the years 1 to 9999", clip(s))
		}
		return stretch{t.UTC(), t.UTC()}, nil
	}
	local := now.In(zone)
	y, m, d := local.Date()
	if at, ok := namedDays(strings.ToLower(s), y, m, d, base); ok {
		return at, nil
	}
	if p := ago.FindStringSubmatch(strings.ToLower(s)); p != nil {
		return back(p, local, base)
	}
	for _, l := range layouts {
		t, err := time.ParseInLocation(l.layout, s, base)
		if err != nil || len(s) < 4 {
			continue
		}
		if t.Year() < 1 {
			break // the year 0 has no name
		}
		return stretch{t, t.AddDate(l.years, l.months, l.days)}, nil
	}
	return stretch{}, fmt.Errorf("%s is no date", clip(s))
}

// namedDays are the days and periods that have names. Weeks begin on Monday.
func namedDays(s string, y int, m time.Month, d int, base *time.Location) (stretch, bool) {
	day := time.Date(y, m, d, 0, 0, 0, 0, base)
	monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	switch strings.Join(strings.Fields(strings.ReplaceAll(s, "_", " ")), " ") {
	case "today", "now":
		return stretch{day, day.AddDate(0, 0, 1)}, true
	case "yesterday":
		return stretch{day.AddDate(0, 0, -1), day}, true
	case "tomorrow":
		return stretch{day.AddDate(0, 0, 1), day.AddDate(0, 0, 2)}, true
	case "this week":
		return stretch{monday, monday.AddDate(0, 0, 7)}, true
	case "last week":
		return stretch{monday.AddDate(0, 0, -7), monday}, true
	case "this month":
		return month(y, m, base), true
	case "last month":
		return month(y, m-1, base), true
	case "this year":
		return year(y, base), true
	case "last year":
		return year(y-1, base), true
	}
	return stretch{}, false
}

func month(y int, m time.Month, base *time.Location) stretch {
	return stretch{time.Date(y, m, 1, 0, 0, 0, 0, base), time.Date(y, m+1, 1, 0, 0, 0, 0, base)}
}

func year(y int, base *time.Location) stretch {
	return stretch{time.Date(y, 1, 1, 0, 0, 0, 0, base), time.Date(y+1, 1, 1, 0, 0, 0, 0, base)}
}

// back is the day that lies so long ago, or the instant where hours are
// counted.
func back(p []string, local time.Time, base *time.Location) (stretch, error) {
	n, err := strconv.Atoi(p[1])
	if err != nil {
		return stretch{}, err
	}
	y, m, d := local.Date()
	days, months, years := 0, 0, 0
	switch p[2] {
	case "h":
		at := local.Add(-time.Duration(n) * time.Hour)
		if base == time.UTC { // event times are what clocks showed at the place
			at = time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), 0, 0, time.UTC)
		}
		at = at.Truncate(time.Second).UTC()
		return stretch{at, at}, nil
	case "d":
		days = n
	case "w":
		days = 7 * n
	case "m", "mo":
		months = n
	default:
		years = n
	}
	if days+31*months+366*years > maxAgo {
		return stretch{}, fmt.Errorf("%s is too long ago", clip(p[0]))
	}
	t := time.Date(y-years, m-time.Month(months), d-days, 0, 0, 0, 0, base)
	return stretch{t, t.AddDate(0, 0, 1)}, nil
}

// writeFrom and writeTo write bounds so that parseWhen reads the same instant:
// as days where they are days, else as instants.
func writeFrom(t time.Time, base *time.Location) string {
	if local := t.In(base); midnight(local) && dayed(local) {
		return local.Format(time.DateOnly)
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func writeTo(t time.Time, base *time.Location) string {
	local := t.In(base)
	before := local.AddDate(0, 0, -1)
	if midnight(local) && dayed(before) && midnight(before) && before.AddDate(0, 0, 1).Equal(t) {
		return before.Format(time.DateOnly)
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func midnight(t time.Time) bool {
	return t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 && t.Nanosecond() == 0
}

// dayed reports that the day can be written with four digits of year.
func dayed(t time.Time) bool { return t.Year() >= 1 && t.Year() <= 9999 }
