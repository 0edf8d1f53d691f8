package score

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// resolver reads one phrase after the other.
type resolver struct {
	tokens  text.Tokens
	scratch timex.Scratch
	dates   []timex.Date
}

// try reads a case: whether something is found in its phrase, whether it means
// what it should, what it means, and why the case does not count.
func (r *resolver) try(c *Case) (found, right bool, got, skip string) {
	if c.Skip != "" {
		return false, false, "", c.Skip
	}
	r.tokens.Reset(c.Text)
	r.dates = timex.Resolve(r.dates[:0], nil, &r.tokens, Anchor(c.DCT, false), &r.scratch)
	for i := range r.dates {
		d := &r.dates[i]
		if !d.Span.Overlaps(text.Span{Start: c.Start, End: c.End}) {
			continue
		}
		found = true
		got += fmt.Sprintf("%s [%s,%s) ", d.Timex, d.Start, d.End)
		if right = right || c.means(d); !right && skip == "" {
			skip = c.apart(d)
		}
	}
	switch {
	case right:
		skip = ""
	case c.Feast && !slices.ContainsFunc(r.dates, func(d timex.Date) bool { return d.Method == "named" }):
		skip = skipFeast
	case !found && c.bareClock():
		skip = skipClock
	}
	return found, right, got, skip
}

// apart says why a date that is not the case's may still be right in news.
func (c *Case) apart(d *timex.Date) string {
	switch {
	case c.ahead(d):
		return skipFuture
	case slices.Contains(d.Flags, "rolling") && c.To != "":
		return skipRolls
	case d.Rule == "ago" && d.Start != "" && full(d.Start) <= full(c.From) && full(c.From) < full(d.End):
		return skipCoarse
	}
	return ""
}

// means reports whether a date is what the case wants. Ranges of days end with
// their last day here and with the day after it there; either is right.
func (c *Case) means(d *timex.Date) bool {
	if c.Timex != "" {
		return Same(d.Timex, c.Timex)
	}
	if d.Start != "" && c.Future != "" && full(d.Start) == full(c.Future) {
		return true
	}
	if d.Start == "" || full(d.Start) != full(c.From) {
		return false
	}
	if c.To == "" {
		return d.Granularity == "minute" || d.Granularity == "hour"
	}
	return full(d.End) == full(c.To) || full(d.End) == full(nextDay(c.To))
}

// full gives a day its midnight.
func full(s string) string {
	if len(s) == len(time.DateOnly) {
		return s + "T00:00"
	}
	return s
}

// ahead reports whether a date is the case's, only in the last year or week
// before the reference and not in the next after it.
func (c *Case) ahead(d *timex.Date) bool {
	want, err1 := time.Parse("2006-01-02T15:04", full(c.From))
	have, err2 := time.Parse("2006-01-02T15:04", full(d.Start))
	now, err3 := time.Parse(time.DateOnly, c.DCT[:10])
	if err1 != nil || err2 != nil || err3 != nil || !want.After(now) || have.After(now) {
		return false
	}
	n := int(want.Sub(have).Hours() / 24)
	return n%7 == 0 && n <= 14 || n >= 364 && n <= 367 || n >= 28 && n <= 31 || n == 1
}

// bareClock reports a case that names no day.
func (c *Case) bareClock() bool {
	return strings.Contains(c.From, "T") && !strings.ContainsAny(c.Text[c.Start:c.End], "JFMASOND")
}
