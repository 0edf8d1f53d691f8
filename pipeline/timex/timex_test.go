package timex

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"dateline/pipeline/text"
)

// resolveText runs a body against a document date, "2006-01-02" or RFC 3339.
func resolveText(tb testing.TB, body, dct string) []Date {
	tb.Helper()
	return resolveAnchor(tb, "", body, Anchor{Published: instant(tb, dct)})
}

func resolveAnchor(tb testing.TB, title, body string, a Anchor) []Date {
	tb.Helper()
	var b, h text.Tokens
	b.Reset(body)
	h.Reset(title)
	return Resolve(nil, &h, &b, a, &Scratch{})
}

func instant(tb testing.TB, s string) time.Time {
	tb.Helper()
	if s == "" {
		return time.Time{}
	}
	if len(s) == 10 {
		s += "T12:00:00Z"
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// TestRules runs the examples and counter-examples of the rule table.
func TestRules(t *testing.T) {
	b, err := os.ReadFile("rules.txt")
	if err != nil {
		t.Fatal(err)
	}
	rule, plus, minus := "", 0, 0
	check := func() {
		if rule != "" && (plus == 0 || minus == 0) {
			t.Errorf("rule %s has %d examples and %d counter-examples", rule, plus, minus)
		}
	}
	for _, line := range strings.Split(string(b), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "rule "):
			check()
			rule, _, _ = strings.Cut(line[5:], ":")
			plus, minus = 0, 0
		case strings.HasPrefix(line, "+ "):
			plus++
			in, want, _ := strings.Cut(line[2:], " => ")
			got := ""
			for _, d := range resolveText(t, in, "2025-05-19") {
				got += " " + d.Rule + "=" + strings.TrimSpace(d.Timex+" "+d.Mod)
				if d.Rule == rule && strings.HasPrefix(strings.TrimSpace(d.Timex+" "+d.Mod), want) {
					want = ""
				}
			}
			if want != "" {
				t.Errorf("rule %s: %q gives%s, want %s", rule, in, got, want)
			}
		case strings.HasPrefix(line, "- "):
			minus++
			for _, d := range resolveText(t, line[2:], "2025-05-19") {
				if d.Rule == rule {
					t.Errorf("rule %s: took %q out of its counter-example %q", rule, d.Text, line[2:])
				}
			}
		}
	}
	check()
}

type wantDate struct {
	Text, Start, End, Granularity, Role string
	Nth                                 int
	Days                                []string
}

// TestCable checks the dates of the acceptance article.
func TestCable(t *testing.T) {
	body, err := os.ReadFile("testdata/cable.txt")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile("testdata/cable.expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		First, Full struct {
			Dates []wantDate
			Not   []string `json:"not_dates"`
		}
	}
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Tallinn")
	if err != nil {
		t.Fatal(err)
	}
	got := resolveAnchor(t, "", string(body), Anchor{Published: instant(t, "2025-03-10T15:30:00Z"), Zone: zone})
	for _, w := range append(want.First.Dates, want.Full.Dates...) {
		d := occurrence(got, string(body), w.Text, max(w.Nth, 1))
		switch {
		case d == nil:
			t.Errorf("%q is not found", w.Text)
		case w.Start != "" && d.Start != w.Start || w.End != "" && d.End != w.End:
			t.Errorf("%q is [%s,%s), want [%s,%s)", w.Text, d.Start, d.End, w.Start, w.End)
		case w.Granularity != "" && d.Granularity != w.Granularity || w.Role != "" && d.Role != w.Role:
			t.Errorf("%q is %s, %s; want %s, %s", w.Text, d.Granularity, d.Role, w.Granularity, w.Role)
		}
		for _, day := range w.Days {
			if d != nil && !(d.Start <= day && day < d.End) {
				t.Errorf("%q does not hold %s", w.Text, day)
			}
		}
	}
	for _, d := range got {
		for _, n := range want.Full.Not {
			if d.Text == n {
				t.Errorf("%q is no date", n)
			}
		}
	}
	if t.Failed() {
		for _, d := range got {
			t.Logf("%-28q %s %s %s %s %s", d.Text, d.Start, d.End, d.Timex, d.Rule, d.Role)
		}
	}
}

// occurrence is the date at the nth place where the text stands as a word.
func occurrence(ds []Date, body, s string, nth int) *Date {
	at := 0
	for {
		i := strings.Index(body[at:], s)
		if i < 0 {
			return nil
		}
		at += i
		if nth--; nth == 0 {
			break
		}
		at += len(s)
	}
	for i := range ds {
		if ds[i].Span.Start == at && ds[i].Text == s {
			return &ds[i]
		}
	}
	return nil
}
