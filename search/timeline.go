package search

import (
	"fmt"
	"time"

	"dateline/index"
)

// timeline draws how many documents each stretch of time has, by the day of
// the event.
type timeline struct {
	Unit    string // day, week, month, quarter, year, decade
	Bars    []bar
	From    string // the first and the last day drawn, for people
	To      string
	Middle  string
	Earlier *tab // what lies outside, with the question that shows it
	Later   *tab
	All     string // the question without dates; empty: it has none
	Dated   int64  // documents drawn
}

// bar is one stretch of the timeline. X and Width are in a drawing of
// timelineWidth, Y and Height in one of timelineHeight.
type bar struct {
	X, Y, Width, Height int
	Count               int64
	Label               string // 3–9 March 2025: 14
	Link                string
	From, To            string // as parameters, To inclusive
	On                  bool   // inside what the question asks for
}

const (
	timelineWidth  = 1000
	timelineHeight = 100
	timelineBars   = 66 // at most so many: narrower ones cannot be hit
)

// stray is the share of documents that may lie outside the timeline at either
// end: one anniversary of 1815 would else squeeze a month of news into a line.
const stray = 0.01

// unit is a width of bars.
type unit struct {
	name  string
	days  float64 // about so long
	floor func(time.Time) time.Time
	next  func(time.Time) time.Time
}

func byMonths(name string, months int) unit {
	return unit{name, 30.4 * float64(months),
		func(t time.Time) time.Time {
			n := t.Year()*12 + int(t.Month()) - 1
			n -= n % months
			if n < 12 { // the year 0 cannot be written
				n = 12
			}
			return time.Date(n/12, time.Month(n%12+1), 1, 0, 0, 0, 0, time.UTC)
		},
		func(t time.Time) time.Time { return t.AddDate(0, months, 0) }}
}

var units = []unit{
	{"day", 1, func(t time.Time) time.Time { return t }, func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
	{"week", 7, func(t time.Time) time.Time { return t.AddDate(0, 0, -(int(t.Weekday())+6)%7) }, func(t time.Time) time.Time { return t.AddDate(0, 0, 7) }},
	byMonths("month", 1), byMonths("quarter", 3), byMonths("year", 12), byMonths("decade", 120), byMonths("century", 1200),
}

// dayCount is a bucket of days, read.
type dayCount struct {
	day time.Time
	n   int64
}

func readDays(buckets []index.Bucket) (days []dayCount, total int64) {
	for _, b := range buckets {
		if t, err := time.Parse(time.DateOnly, b.Value); err == nil {
			days = append(days, dayCount{t, b.Count})
			total += b.Count
		}
	}
	return days, total
}

// timelineOf draws the days of an answer. link writes the address of a
// question. Nil if no document has a day.
func timelineOf(q *index.Query, buckets []index.Bucket, link func(*index.Query) string) *timeline {
	days, total := readDays(buckets)
	if total == 0 {
		return nil
	}
	shown := bulk(q, days, total)
	first, last := shown[0].day, shown[len(shown)-1].day
	u := units[len(units)-1]
	for _, c := range units {
		if float64(last.Unix()-first.Unix())/86400/c.days <= timelineBars-2 { // a Duration ends at 292 years
			u = c
			break
		}
	}
	t := &timeline{Unit: u.name}
	narrow := func(from, to time.Time) string {
		c := *q
		c.From, c.To, c.Offset, c.After = from, to, 0, ""
		return link(&c)
	}
	if !q.From.IsZero() || !q.To.IsZero() {
		t.All = narrow(time.Time{}, time.Time{})
	}
	t.draw(q, u, shown, narrow)
	t.outside(days, t.Bars, narrow)
	t.From, t.To = first.Format("2 January 2006"), last.Format("2 January 2006")
	return t
}

// bulk cuts the strays off both ends, unless the question says where they are.
func bulk(q *index.Query, days []dayCount, total int64) []dayCount {
	cut := int64(float64(total) * stray)
	if q.From.IsZero() {
		n := int64(0)
		for len(days) > 1 && n+days[0].n <= cut {
			n += days[0].n
			days = days[1:]
		}
	}
	if q.To.IsZero() {
		n := int64(0)
		for len(days) > 1 && n+days[len(days)-1].n <= cut {
			n += days[len(days)-1].n
			days = days[:len(days)-1]
		}
	}
	return days
}

// draw makes the bars of a unit over all days shown, empty stretches too.
func (t *timeline) draw(q *index.Query, u unit, shown []dayCount, narrow func(from, to time.Time) string) {
	highest := int64(1)
	end := shown[len(shown)-1].day
	for at := u.floor(shown[0].day); !at.After(end); {
		next := u.next(at)
		b := bar{From: writeFrom(at, time.UTC), To: writeTo(next, time.UTC), Link: narrow(at, next)}
		for len(shown) > 0 && shown[0].day.Before(next) {
			b.Count += shown[0].n
			shown = shown[1:]
		}
		b.Label = fmt.Sprintf("%s: %d", days(at.Format(time.DateOnly), next.Format(time.DateOnly)), b.Count)
		b.On = (!q.From.IsZero() || !q.To.IsZero()) && (q.From.IsZero() || next.After(q.From)) && (q.To.IsZero() || at.Before(q.To))
		highest = max(highest, b.Count)
		t.Dated += b.Count
		t.Bars = append(t.Bars, b)
		at = next
	}
	n := len(t.Bars)
	for i := range t.Bars {
		b := &t.Bars[i]
		b.X = i * timelineWidth / n
		b.Width = (i+1)*timelineWidth/n - b.X
		b.Height = int((b.Count*timelineHeight + highest - 1) / highest) // a single document shows
		b.Y = timelineHeight - b.Height
	}
	if n > 2 {
		if at, err := time.Parse(time.DateOnly, t.Bars[n/2].From); err == nil {
			t.Middle = at.Format("2 January 2006")
		}
	}
}

// outside says how many documents lie before and behind the bars.
func (t *timeline) outside(days []dayCount, bars []bar, narrow func(from, to time.Time) string) {
	from, err1 := time.Parse(time.DateOnly, bars[0].From)
	to, err2 := time.Parse(time.DateOnly, bars[len(bars)-1].To)
	if err1 != nil || err2 != nil {
		return
	}
	to = to.AddDate(0, 0, 1)
	earlier, later := int64(0), int64(0)
	for _, d := range days {
		switch {
		case d.day.Before(from):
			earlier += d.n
		case !d.day.Before(to):
			later += d.n
		}
	}
	if earlier > 0 {
		t.Earlier = &tab{Label: fmt.Sprintf("%d earlier", earlier), Link: narrow(time.Time{}, from)}
	}
	if later > 0 {
		t.Later = &tab{Label: fmt.Sprintf("%d later", later), Link: narrow(to, time.Time{})}
	}
}
