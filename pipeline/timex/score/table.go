package score

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"

	"dateline/pipeline/event"
)

// Row is one figure of the scoreboard, in per cent.
type Row struct {
	Data, Metric string
	N            int     // documents or cases
	Value        float64 // the figure
	Low, High    float64 // 95 % bootstrap interval over documents; equal if there is none
	Held         float64 // the same on the documents left unread while rules were written; -1 if not split
	Known        string  // best figure of another system on the same data
}

// Table is what Run found.
type Table struct {
	Rows    []Row
	Skipped []string // what was absent
	Notes   []string // what was left out, and why
}

// Run scores every development set in dir. A set that is absent is listed as
// skipped; a file that is there but damaged is an error.
func Run(dir string) (*Table, error) {
	t := &Table{}
	for _, part := range []func(string) error{t.timexes, t.forms, t.muc, t.negatives, t.suites} {
		if err := part(dir); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// absent lists a missing file and reports whether that is all that is wrong.
func (t *Table) absent(what string, err error) bool {
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipped = append(t.Skipped, what)
		return true
	}
	return false
}

// targets are what was aimed at when the stage was designed.
var targets = map[string]string{
	"timebank value F1": "86", "timebank calendar-only F1": "89", "aquaint value F1": "82", "aquaint calendar-only F1": "87", "wikiwars value F1": "88",
	"timebank + aquaint weekday accuracy": "93.5", "timebank + aquaint month-day accuracy": "97", "timebank + aquaint bare month accuracy": "92",
	"muc-dev main date exact, cross-validated": "82", "muc-dev main date within the range, as shipped": "90",
	"duckling negatives rejected": "100", "ms-recognizers negatives rejected": "100",
}

var sets = []struct{ name, value, calendar string }{
	{"timebank", "78.7 HeidelTime", "83.0 HeidelTime"},
	{"aquaint", "71.7 HeidelTime", "79.1 HeidelTime"},
	{"wikiwars", "83.0 HeidelTime", "88.7 HeidelTime"},
}

func (t *Table) timexes(dir string) error {
	for _, set := range sets {
		docs, err := LoadTimeML(dir, set.name)
		if err != nil {
			if t.absent(set.name, err) {
				continue
			}
			return err
		}
		all, each := Set(set.name, docs)
		var held Scores
		for i, s := range each {
			if HeldOut(docs[i].ID) {
				held.add(s)
			}
		}
		for _, m := range []struct {
			name, known string
			of          func(*Scores) Count
		}{
			{"strict F1", "", func(s *Scores) Count { return s.Strict }},
			{"relaxed F1", "", func(s *Scores) Count { return s.Relaxed }},
			{"value F1", set.value, func(s *Scores) Count { return s.Value }},
			{"interval F1", "", func(s *Scores) Count { return s.Interval }},
			{"calendar-only F1", set.calendar, func(s *Scores) Count { return s.Calendar }},
		} {
			low, high := Bootstrap(len(each), func(pick []int) float64 {
				var c Count
				for _, i := range pick {
					c.add(m.of(&each[i]))
				}
				return c.F1()
			})
			t.Rows = append(t.Rows, Row{set.name, m.name, len(docs), m.of(&all).F1(), low, high, m.of(&held).F1(), m.known})
		}
		t.styles(set.name, docs, each)
	}
	return nil
}

// styles slices the value score by the kind of source.
func (t *Table) styles(set string, docs []Doc, each []Scores) {
	by := map[string][]Scores{}
	for i := range docs {
		if s := style(docs[i].ID); s != "" {
			by[s] = append(by[s], each[i])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		low, high := Bootstrap(len(by[name]), func(pick []int) float64 {
			var c Count
			for _, i := range pick {
				c.add(by[name][i].Value)
			}
			return c.F1()
		})
		var c Count
		for i := range by[name] {
			c.add(by[name][i].Value)
		}
		t.Rows = append(t.Rows, Row{set, "value F1, " + name, len(by[name]), c.F1(), low, high, -1, ""})
	}
}

// style is the kind of source that a document of TimeBank is from, by its id.
func style(id string) string {
	switch {
	case strings.HasPrefix(id, "wsj"):
		return "business press"
	case strings.HasPrefix(id, "AP") || strings.HasPrefix(id, "NYT") || strings.HasPrefix(id, "SJMN"):
		return "wire"
	case strings.HasPrefix(id, "ABC") || strings.HasPrefix(id, "CNN") || strings.HasPrefix(id, "PRI") || strings.HasPrefix(id, "VOA") || strings.HasPrefix(id, "ea98") || strings.HasPrefix(id, "ed98"):
		return "broadcast"
	}
	return ""
}

var knownForms = []string{"89.8 past rule", "93.8 nearest", "84.6 nearest"}

func (t *Table) forms(dir string) error {
	var docs []Doc
	for _, set := range []string{"timebank", "aquaint"} {
		ds, err := LoadTimeML(dir, set)
		if err != nil {
			if t.absent("forms of "+set, err) {
				return nil
			}
			return err
		}
		docs = append(docs, ds...)
	}
	tag := &Tagger{}
	each := make([][3]Count, len(docs))
	for i := range docs {
		sys := tag.Answer(&docs[i])
		for k, f := range Forms {
			each[i][k] = f.Score(&docs[i], sys)
		}
	}
	for k, f := range Forms {
		var all, held Count
		for i := range each {
			all.add(each[i][k])
			if HeldOut(docs[i].ID) {
				held.add(each[i][k])
			}
		}
		low, high := Bootstrap(len(each), func(pick []int) float64 {
			var c Count
			for _, i := range pick {
				c.add(each[i][k])
			}
			return c.R()
		})
		t.Rows = append(t.Rows, Row{"timebank + aquaint", f.Name + " accuracy", all.Gold, all.R(), low, high, held.R(), knownForms[k]})
	}
	return nil
}

func (t *Table) muc(dir string) error {
	stories, err := LoadMUC(dir)
	if err != nil {
		if t.absent("muc-dev", err) {
			return nil
		}
		return err
	}
	right, possible, all, _ := CrossValidated(stories, event.Penalty)
	m := ScoreMUC(stories, event.MainDate)
	flat := func(metric string, v float64, known string) {
		t.Rows = append(t.Rows, Row{"muc-dev", metric, all, v, v, v, -1, known})
	}
	flat("main date exact, cross-validated", ratio(right, all), "59.4 publication day")
	flat("main date exact, as shipped", ratio(m.Exact, m.Stories), "")
	flat("main date within the range, as shipped", ratio(m.Within, m.Stories), "")
	flat("mean error in days, as shipped", m.Lag, "")
	for i, name := range LagNames {
		if c := m.Lags[i]; c.Gold > 0 {
			t.Rows = append(t.Rows, Row{"muc-dev", "main date exact, " + name, c.Gold, c.R(), c.R(), c.R(), -1, ""})
		}
	}
	t.Rows = append(t.Rows, Row{"muc-dev", "on or before a day: ours is not after it", m.Before.Gold, m.Before.R(), m.Before.R(), m.Before.R(), -1, ""})
	flat("baseline: first mention", ratio(m.First, m.Stories), "71.0 published")
	flat("baseline: publication day", ratio(m.SameDay, m.Stories), "59.4 published")
	flat("right day among the candidates", ratio(possible, all), "")
	flat("taken from the text", ratio(m.Covered, m.Stories), "")
	flat("calibration error, as shipped", 100*ECE(m.Bins), "")
	flat("calibration error, dates of the text", 100*ECE(m.TextBins), "")
	return nil
}

func (t *Table) negatives(dir string) error {
	ns, err := LoadNegatives(dir)
	if err != nil {
		if t.absent("negatives", err) {
			return nil
		}
		return err
	}
	by := map[string][]Negative{}
	for _, n := range ns {
		by[n.Suite] = append(by[n.Suite], n)
	}
	for _, suite := range []string{"duckling", "ms-recognizers"} {
		c, _ := Rejected(by[suite])
		t.Rows = append(t.Rows, Row{suite, "negatives rejected", c.Gold, c.R(), c.R(), c.R(), -1, ""})
	}
	return nil
}

func (t *Table) suites(dir string) error {
	cases, err := LoadSuites(dir)
	if err != nil {
		if t.absent("suites", err) {
			return nil
		}
		return err
	}
	scores := Suites(cases)
	for _, suite := range []string{"duckling", "ms-recognizers"} {
		s := scores[suite]
		v := ratio(s.Right, s.Scored)
		t.Rows = append(t.Rows, Row{Data: suite, Metric: "cases right", N: s.Scored, Value: v, Low: v, High: v, Held: -1})
		for _, why := range slices.Sorted(maps.Keys(s.Skipped)) {
			t.Notes = append(t.Notes, fmt.Sprintf("%s: %d of %d cases are not scored: %s", suite, s.Skipped[why], s.All, why))
		}
	}
	return nil
}

// Bootstrap is the 95 % interval of a figure over documents drawn with
// replacement, 1,000 times from a fixed seed.
func Bootstrap(n int, figure func(pick []int) float64) (low, high float64) {
	if n == 0 {
		return 0, 0
	}
	const rounds = 1000
	r := rand.New(rand.NewPCG(1, 2))
	pick := make([]int, n)
	vs := make([]float64, rounds)
	for i := range vs {
		for j := range pick {
			pick[j] = r.IntN(n)
		}
		vs[i] = figure(pick)
	}
	sort.Float64s(vs)
	return vs[rounds*25/1000], vs[rounds*975/1000-1]
}

// WriteMarkdown writes the table as the scoreboard has it.
func (t *Table) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("| data | metric | n | figure | 95 % | held out | best known | target |\n|---|---|---|---|---|---|---|---|\n")
	for _, r := range t.Rows {
		interval, held := "", ""
		if r.Low != r.High {
			interval = fmt.Sprintf("%.1f–%.1f", r.Low, r.High)
		}
		if r.Held >= 0 {
			held = fmt.Sprintf("%.1f", r.Held)
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %.1f | %s | %s | %s | %s |\n", r.Data, r.Metric, r.N, r.Value, interval, held, r.Known, targets[r.Data+" "+r.Metric])
	}
	for _, s := range t.Skipped {
		fmt.Fprintf(&b, "\n%s: skipped, the data is absent\n", s)
	}
	if len(t.Notes) > 0 {
		b.WriteByte('\n')
	}
	for _, n := range t.Notes {
		fmt.Fprintf(&b, "- %s\n", n)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
