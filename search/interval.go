package search

import (
	"time"

	"dateline/pipeline/timex"
)

// interval is a date as people read it: "18 May 2025", "about May 2025",
// "by 3 April 2025", "3–5 April 2025"; empty if it has no place on the
// calendar.
func interval(t *timex.Date) string {
	if t == nil {
		return ""
	}
	s := days(t.Start, t.End)
	if s == "" {
		return ""
	}
	switch t.Precision {
	case "on_or_before":
		return "by " + days(lastDay(t.End), "")
	case "on_or_after":
		return "from " + days(t.Start, "")
	case "approximate":
		return "about " + s
	}
	return s
}

// lastDay is the day before an exclusive end.
func lastDay(end string) string {
	t, _, ok := moment(end)
	if !ok {
		return ""
	}
	return t.Add(-time.Nanosecond).Format(time.DateOnly)
}

// moment reads a bound; fine is true if it is finer than a day.
func moment(s string) (t time.Time, fine, ok bool) {
	for _, layout := range [...]string{time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339Nano} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, layout != time.DateOnly, true
		}
	}
	return time.Time{}, false, false
}

// days writes the half-open interval [start,end), an empty end being that of
// start's day.
func days(start, end string) string {
	from, fine, ok := moment(start)
	if !ok {
		return ""
	}
	to, fineTo, ok := moment(end)
	if !ok || !to.After(from) {
		to, fineTo = from, fine
		if !fine {
			to = from.AddDate(0, 0, 1)
		}
	}
	if fine || fineTo {
		return hours(from, to)
	}
	last := to.AddDate(0, 0, -1)
	y1, m1, d1 := from.Date()
	y2, m2, d2 := last.Date()
	whole := d1 == 1 && to.Day() == 1
	switch {
	case from.Equal(last):
		return from.Format("2 January 2006")
	case whole && m1 == 1 && to.Month() == 1 && y1 == y2:
		return from.Format("2006")
	case whole && m1 == 1 && to.Month() == 1:
		return from.Format("2006") + "–" + last.Format("2006")
	case whole && y1 == y2 && m1 == m2:
		return from.Format("January 2006")
	case whole && y1 == y2:
		return from.Format("January") + "–" + last.Format("January 2006")
	case y1 == y2 && m1 == m2 && d1 < d2:
		return from.Format("2") + "–" + last.Format("2 January 2006")
	case y1 == y2:
		return from.Format("2 January") + " – " + last.Format("2 January 2006")
	}
	return from.Format("2 January 2006") + " – " + last.Format("2 January 2006")
}

func hours(from, to time.Time) string {
	const clock = "2 January 2006, 15:04"
	switch {
	case !to.After(from):
		return from.Format(clock)
	case to.Sub(from) <= time.Minute:
		return from.Format(clock)
	case from.Format(time.DateOnly) == to.Add(-time.Minute).Format(time.DateOnly) && midnight(to):
		return from.Format(clock) + "–24:00"
	case to.Sub(from) < 24*time.Hour: // a night too
		return from.Format(clock) + "–" + to.Format("15:04")
	}
	return from.Format(clock) + " – " + to.Format(clock)
}

// asked writes the bounds of a question, [from,to), for its chip.
func asked(from, to time.Time) string {
	switch {
	case from.IsZero() && to.IsZero():
		return ""
	case from.IsZero():
		return "until " + bound(to.Add(-time.Second), to)
	case to.IsZero():
		return "from " + bound(from, from)
	case midnight(from) && midnight(to):
		return days(from.Format(time.DateOnly), to.Format(time.DateOnly))
	}
	return hours(from, to)
}

// bound writes the day of t, or the whole of clock if that is no midnight.
func bound(t, clock time.Time) string {
	if midnight(clock) {
		return t.Format("2 January 2006")
	}
	return clock.Format("2 January 2006, 15:04")
}
