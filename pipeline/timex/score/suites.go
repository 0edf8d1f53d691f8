package score

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Case is one phrase of an assistant's test suite, with what it should mean.
type Case struct {
	Suite, Text, DCT string
	Start, End       int    // of the phrase in Text, bytes
	From, To         string // the interval, 2006-01-02 or with a minute; To may be empty
	Future           string // what From may be as well: the next one
	Timex            string // the value instead, for lengths and recurring times
	Feast            bool   // a feast or memorial day
	Skip             string // why it is not scored
}

// Reasons for which a case is not scored. Assistants arrange the future and
// read notes; news tells the past in print.
const (
	skipMore   = "more or fewer than one phrase"
	skipNumber = "a bare number"
	skipClock  = "a clock time without a day"
	skipForm   = "a resolution without bounds"
	skipFuture = "the assistant looks ahead where news looks back"
	skipHours  = "a stretch of hours, as in a calendar"
	skipFeast  = "a feast that the table of named days does not hold"
	skipCoarse = "read as coarsely as it is said: two years ago is a year"
	skipRolls  = "whole units of the calendar where news means a length that ends or begins at publication"
)

var (
	bareNumber = regexp.MustCompile(`(?i)^(on |the |at )*(the )?\d{1,2}(st|nd|rd|th)?$`)
	lowerNames = regexp.MustCompile(`\b(` + weekdays + `|` + months + `|mon\.?|tues?\.?|wed\.?|thu(rs?)?\.?|fri\.?|sat\.?|sun\.?)\b`)
)

// capitals writes the names of days and months as newspapers do; the length
// stays.
func capitals(s string) string {
	return lowerNames.ReplaceAllStringFunc(s, func(w string) string { return strings.ToUpper(w[:1]) + w[1:] })
}

// LoadSuites reads the positive cases of the two assistants' suites: the past
// resolutions of one, the corpus of the other.
func LoadSuites(dir string) ([]Case, error) {
	var out []Case
	for _, name := range []string{"DateParser", "DatePeriodParser", "DateTimeParser", "DateTimePeriodParser", "HolidayParser", "DurationParser", "SetParser"} {
		cs, err := recognizers(filepath.Join(dir, "ms-recognizers", name+".json"))
		if err != nil {
			return nil, err
		}
		out = append(out, cs...)
	}
	b, err := os.ReadFile(filepath.Join(dir, "duckling-en-corpus.hs"))
	if err != nil {
		return nil, err
	}
	return append(out, ducklings(string(b))...), nil
}

func recognizers(path string) ([]Case, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var raw []struct {
		Input   string
		Context struct{ ReferenceDateTime string }
		Results []struct {
			Start, Length int
			Value         struct {
				Timex                            string
				PastResolution, FutureResolution map[string]string
			}
		}
	}
	if err := json.Unmarshal(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), &raw); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var out []Case
	for _, r := range raw {
		c := Case{Suite: "ms-recognizers", Text: capitals(r.Input), DCT: "2016-11-07"}
		if len(r.Context.ReferenceDateTime) >= 16 {
			c.DCT = r.Context.ReferenceDateTime[:16]
		}
		if len(r.Results) != 1 {
			c.Skip = skipMore
			out = append(out, c)
			continue
		}
		v := r.Results[0]
		runes := []rune(c.Text)
		c.Start = len(string(runes[:min(v.Start, len(runes))]))
		c.End = len(string(runes[:min(v.Start+v.Length, len(runes))]))
		c.Feast = strings.HasPrefix(filepath.Base(path), "Holiday")
		c.Future = v.Value.FutureResolution["date"] + v.Value.FutureResolution["startDate"]
		c.resolution(v.Value.Timex, v.Value.PastResolution)
		out = append(out, c)
	}
	return out, nil
}

// resolution reads the past meaning of a case.
func (c *Case) resolution(timex string, past map[string]string) {
	day := func(k string) string { return strings.Replace(past[k], " ", "T", 1) }
	switch {
	case bareNumber.MatchString(c.Text[c.Start:c.End]):
		c.Skip = skipNumber
	case past["duration"] != "" || past["set"] != "":
		c.Timex = timex
	case past["date"] != "":
		c.From, c.To = past["date"], nextDay(past["date"])
	case past["dateTime"] != "":
		c.From = minute(day("dateTime"))
	case past["startDate"] != "" && past["endDate"] != "":
		c.From, c.To = past["startDate"], past["endDate"]
	case past["startDateTime"] != "" && past["endDateTime"] != "":
		c.Skip = skipHours
	default:
		c.Skip = skipForm
	}
}

func minute(s string) string { return s[:min(len(s), len("2006-01-02T15:04"))] }

func nextDay(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}

var (
	duckPoint = regexp.MustCompile(`^\s*(?:\[|,)?\s*examples \((datetime|datetimeHoliday|datetimeInterval|datetimeIntervalHoliday) \(?\((\d+), (\d+), (\d+), (\d+), (\d+), \d+\)(?:, \((\d+), (\d+), (\d+), (\d+), (\d+), \d+\)\))? (\w+)`)
	duckText  = regexp.MustCompile(`^\s*[\[,]\s*"(.*)"`)
)

// ducklings reads the corpus for all locales; its clock stands at 4:30 on
// 2013-02-12.
func ducklings(src string) []Case {
	_, src, _ = strings.Cut(src, "\nallExamples = concat")
	var out []Case
	var from, to string
	ok, feast := false, false
	for _, line := range strings.Split(src, "\n") {
		if strings.Contains(line, "examples (") {
			m := duckPoint.FindStringSubmatch(line)
			if ok = m != nil; ok {
				from, to = duckInterval(m)
				feast = strings.Contains(m[1], "Holiday")
			}
			continue
		}
		m := duckText.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		text := capitals(strings.ReplaceAll(m[1], `\"`, `"`))
		c := Case{Suite: "duckling", Text: text, DCT: "2013-02-12T04:30", End: len(text), From: from, To: to, Feast: feast}
		switch {
		case !ok:
			c.Skip = skipForm
		case bareNumber.MatchString(text):
			c.Skip = skipNumber
		case strings.Contains(from, "T") && to != "":
			c.Skip = skipHours
		}
		out = append(out, c)
	}
	return out
}

func duckInterval(m []string) (from, to string) {
	stamp := func(g []string) time.Time {
		var n [5]int
		for i := range n {
			fmt.Sscanf(g[i], "%d", &n[i])
		}
		return time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], 0, 0, time.UTC)
	}
	s := stamp(m[2:7])
	e := s
	if m[7] != "" {
		e = stamp(m[7:12])
	} else {
		switch m[12] {
		case "Day":
			e = s.AddDate(0, 0, 1)
		case "Week":
			e = s.AddDate(0, 0, 7)
		case "Month":
			e = s.AddDate(0, 1, 0)
		case "Quarter":
			e = s.AddDate(0, 3, 0)
		case "Year":
			e = s.AddDate(1, 0, 0)
		default:
			return s.Format("2006-01-02T15:04"), ""
		}
	}
	layout := time.DateOnly
	if s.Hour()+s.Minute()+e.Hour()+e.Minute() > 0 {
		layout = "2006-01-02T15:04"
	}
	return s.Format(layout), e.Format(layout)
}

// SuiteScore counts the cases of a suite: all, those that are scored, those in
// which a phrase is found at all, and those that mean what they should. Skipped
// counts the others by reason; Wrong lists what is wrong.
type SuiteScore struct {
	All, Scored, Found, Right int
	Skipped                   map[string]int
	Wrong                     []string
}

// Suites scores the cases by suite.
func Suites(cases []Case) map[string]*SuiteScore {
	out := map[string]*SuiteScore{}
	r := &resolver{}
	for i := range cases {
		c := &cases[i]
		s := out[c.Suite]
		if s == nil {
			s = &SuiteScore{Skipped: map[string]int{}}
			out[c.Suite] = s
		}
		s.All++
		found, right, got, skip := r.try(c)
		if skip != "" {
			s.Skipped[skip]++
			continue
		}
		s.Scored++
		if found {
			s.Found++
		}
		if right {
			s.Right++
		} else {
			s.Wrong = append(s.Wrong, fmt.Sprintf("%s [%s,%s) %s: got %s", c.Text, c.From, c.To, c.Timex, got))
		}
	}
	return out
}
