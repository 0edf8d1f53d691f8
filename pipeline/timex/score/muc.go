package score

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"dateline/pipeline/event"
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// Story is a MUC story with the dates of its incidents.
type Story struct {
	ID, Dateline, Text string
	Exact              []int // days since 1970-01-01 of incidents on one known day
	Before             []int // of incidents on or before a day
	From, To           []int // of incidents in a range of days
}

// Main is the day of a story whose dated incidents share one exact day.
func (s *Story) Main() (int, bool) {
	if s.Dateline == "" || len(s.Exact) == 0 || len(s.Before) > 0 || len(s.From) > 0 {
		return 0, false
	}
	for _, d := range s.Exact {
		if d != s.Exact[0] {
			return 0, false
		}
	}
	return s.Exact[0], true
}

// LoadMUC reads muc-dev.jsonl.
func LoadMUC(dir string) ([]Story, error) {
	var out []Story
	err := lines(filepath.Join(dir, "muc-dev.jsonl"), func(line []byte) error {
		var raw struct {
			ID        string
			Dateline  string `json:"dateline_date"`
			Text      string
			Templates []map[string]string
		}
		if err := json.Unmarshal(line, &raw); err != nil {
			return err
		}
		s := Story{ID: raw.ID, Dateline: raw.Dateline, Text: raw.Text}
		for _, t := range raw.Templates {
			s.incident(t["INCIDENT: DATE"])
		}
		out = append(out, s)
		return nil
	})
	return out, err
}

var mucDay = regexp.MustCompile(`^(\d{1,2}) ([A-Za-z]{3,9}) (\d{2})$`)

// incident reads D, D1 - D2 or "- D". Anything else is undated: 623
// placeholders, and 31 values that are alternatives or malformed.
func (s *Story) incident(v string) {
	v = strings.TrimSpace(v)
	if strings.Contains(v, "/") {
		return // alternatives: undated
	}
	if rest, ok := strings.CutPrefix(v, "-"); ok {
		if d, ok := mucDate(rest); ok {
			s.Before = append(s.Before, d)
		}
		return
	}
	if a, b, ok := strings.Cut(v, " - "); ok {
		x, ok1 := mucDate(a)
		y, ok2 := mucDate(b)
		if ok1 && ok2 {
			s.From, s.To = append(s.From, x), append(s.To, y)
		}
		return
	}
	if d, ok := mucDate(v); ok {
		s.Exact = append(s.Exact, d)
	}
}

// MUCDay reads an exact incident date, 3 JAN 90, as 2006-01-02.
func MUCDay(v string) (string, bool) {
	d, ok := mucDate(v)
	return timex.FormatDay(d), ok
}

func mucDate(v string) (int, bool) {
	m := mucDay.FindStringSubmatch(strings.TrimSpace(v))
	if m == nil {
		return 0, false
	}
	i := strings.Index("JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC", strings.ToUpper(m[2][:3]))
	d, err1 := strconv.Atoi(m[1])
	y, err2 := strconv.Atoi(m[3])
	if i < 0 || i%3 != 0 || err1 != nil || err2 != nil {
		return 0, false
	}
	t := time.Date(1900+y, time.Month(i/3+1), d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d {
		return 0, false
	}
	return int(t.Unix() / 86400), true
}

// Input is a story as the event stage would see it: the dateline is a zone and
// the anchor.
func (s *Story) Input(b *text.Tokens, sc *timex.Scratch) event.Input {
	b.Reset(s.Text)
	a := timex.Anchor{Dateline: s.Dateline}
	if p, err := time.Parse("2006-01-02", s.Dateline); err == nil {
		a.Published = p.Add(12 * time.Hour)
	}
	in := event.Input{Body: b, Anchor: a, Dates: timex.Resolve(nil, nil, b, a, sc)}
	if end := header(s.Text); end > 0 {
		in.Zones = []text.Span{{Start: 0, End: end}}
	}
	return in
}

var mucHeader = regexp.MustCompile(`(?s)^.{0,400}?--\s*((\([^)]*\)|\[[^\]]*\])\s*)*`)

// header is where the story starts, behind "CITY, 3 JAN 90 -- [TEXT]".
func header(s string) int {
	if m := mucHeader.FindStringIndex(s); m != nil {
		return m[1]
	}
	return 0
}

// MUC are the figures of the main date.
type MUC struct {
	Stories, Exact, Within, SameDay, First int
	Lag                                    float64  // mean absolute error in days of the exact guesses
	Covered                                int      // stories with a date of the text
	Bins                                   [5]Bin   // calibration by confidence
	TextBins                               [5]Bin   // the same of dates of the text
	Lags                                   [5]Count // exact days by how long before publication the event was
	Before                                 Count    // stories whose incidents are dated on or before a day
}

// Bin is a slice of answers by confidence.
type Bin struct {
	N, Right int
	Sum      float64
}

func (b *Bin) add(confidence float32, right bool) {
	b.N++
	b.Sum += float64(confidence)
	if right {
		b.Right++
	}
}

// ECE is the expected calibration error: the mean distance of confidence and
// share of right answers over the bins.
func ECE(bins [5]Bin) float64 {
	e, n := 0.0, 0
	for _, b := range bins {
		e += abs(b.Sum - float64(b.Right))
		n += b.N
	}
	return e / float64(max(n, 1))
}

// Guess is how an article's event date is chosen.
type Guess func(in event.Input) timex.EventDate

// LagNames name the slices of MUC.Lags.
var LagNames = [5]string{"same day", "day before", "two to seven days before", "longer before", "after publication"}

func lagSlice(days int) int {
	switch {
	case days < 0:
		return 4
	case days <= 1:
		return days
	case days <= 7:
		return 2
	}
	return 3
}

// upper is the day of a story whose dated incidents are all on or before it.
func (s *Story) upper() (int, bool) {
	if s.Dateline == "" || len(s.Before) == 0 || len(s.Exact) > 0 || len(s.From) > 0 {
		return 0, false
	}
	return slices.Max(s.Before), true
}

// ScoreMUC asks for the main date of every story that has one.
func ScoreMUC(stories []Story, guess Guess) MUC {
	var m MUC
	var b text.Tokens
	var sc timex.Scratch
	n := 0
	for i := range stories {
		s := &stories[i]
		gold, ok := s.Main()
		if !ok {
			if day, ok := s.upper(); ok {
				ours, known := timex.ParseDay(guess(s.Input(&b, &sc)).Day)
				m.Before.add(one(known && ours <= day))
			}
			continue
		}
		in := s.Input(&b, &sc)
		m.Stories++
		dct, _ := timex.ParseDay(s.Dateline)
		if dct == gold {
			m.SameDay++
		}
		if firstMention(in, dct) == gold {
			m.First++
		}
		e := guess(in)
		start, ok1 := timex.ParseDay(e.Start)
		end, ok2 := timex.ParseDay(e.End)
		if e.End != "" && len(e.End) > 10 { // ends inside its last day
			end++
		}
		right := false
		if day, ok := timex.ParseDay(e.Day); ok {
			right = day == gold
			m.Lag += abs(float64(day - gold))
			n++
		}
		if right {
			m.Exact++
		}
		m.Lags[lagSlice(dct-gold)].add(one(right))
		if ok1 && ok2 && start <= gold && gold < end && end-start <= 7 || right {
			m.Within++
		}
		m.Bins[min(int(e.Confidence*5), 4)].add(e.Confidence, right)
		if e.Source == event.Scored || e.Source == event.Lead {
			m.Covered++
			m.TextBins[min(int(e.Confidence*5), 4)].add(e.Confidence, right)
		}
	}
	if n > 0 {
		m.Lag /= float64(n)
	}
	return m
}

// one is a case, right or not.
func one(right bool) Count {
	c := Count{System: 1, Gold: 1}
	if right {
		c.Right = 1
	}
	return c
}

func abs(f float64) float64 {
	if f < 0 {
		return -f
	}
	return f
}

// firstMention is the baseline: the first today, yesterday, weekday or day and
// month of the body, else the dateline's day.
func firstMention(in event.Input, dct int) int {
	for _, d := range in.Dates {
		if len(in.Zones) > 0 && d.Span.Start < in.Zones[0].End {
			continue
		}
		switch d.Rule {
		case "today", "tonight", "weekday", "mdy", "dmy", "wmdy":
			if day, ok := timex.ParseDay(d.Start); ok {
				return day
			}
		}
	}
	return dct
}
