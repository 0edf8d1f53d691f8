package score

import (
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	needData(t)
	tab, err := Run(data)
	if err != nil {
		t.Fatal(err)
	}
	// A floor for every figure that has been reached: a change that loses more
	// than a point fails.
	floor := map[string]float64{
		"timebank value F1": 80, "timebank calendar-only F1": 84.5, "timebank relaxed F1": 94,
		"aquaint value F1": 73.5, "aquaint calendar-only F1": 80.5,
		"wikiwars value F1": 80.5, "wikiwars calendar-only F1": 87.5,
		"timebank + aquaint weekday accuracy": 90, "timebank + aquaint month-day accuracy": 95.5, "timebank + aquaint bare month accuracy": 88,
		"muc-dev main date exact, cross-validated": 80,
		"duckling negatives rejected":              100, "ms-recognizers negatives rejected": 100,
		"duckling cases right": 35, "ms-recognizers cases right": 40,
	}
	for _, r := range tab.Rows {
		if f, ok := floor[r.Data+" "+r.Metric]; ok {
			if r.Value < f {
				t.Errorf("%s %s is %.1f, want at least %.1f", r.Data, r.Metric, r.Value, f)
			}
			delete(floor, r.Data+" "+r.Metric)
		}
	}
	for k := range floor {
		t.Errorf("%s is not in the table", k)
	}
	var b strings.Builder
	if err := tab.WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + b.String())
}

func TestAbsent(t *testing.T) {
	tab, err := Run(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if len(tab.Rows) != 0 || len(tab.Skipped) < 6 {
		t.Errorf("%d rows, skipped %v", len(tab.Rows), tab.Skipped)
	}
}

func TestNormal(t *testing.T) {
	for _, p := range [][2]string{{"P10Y", "P1DE"}, {"P7D", "P1W"}, {"PT24H", "P1D"}, {"199", "199X"}, {"19", "19XX"}, {"1998-XX-XX", "1998"},
		{"2000-W7", "2000-W07"}, {"1998-02-06T14:30:00", "1998-02-06T14:30"}, {"1998-02-06T14:30Z", "1998-02-06T14:30"}} {
		if !Same(p[0], p[1]) {
			t.Errorf("%s and %s differ: %s, %s", p[0], p[1], Normal(p[0]), Normal(p[1]))
		}
	}
	for _, p := range [][2]string{{"P10Y", "P1D"}, {"1998-01", "1998"}, {"PXD", "P1D"}, {"1998-W07", "1998-W08"}, {"PT1M", "P1M"}} {
		if Same(p[0], p[1]) {
			t.Errorf("%s and %s are the same: %s", p[0], p[1], Normal(p[0]))
		}
	}
}

// TestErrors holds that the list shows no held-out document and names rules.
func TestErrors(t *testing.T) {
	docs := []Doc{{ID: "a", DCT: "2025-05-19", Text: "He left on Friday and came back in 1998.",
		Gold: []Timex{{11, 17, "DATE", "2025-05-23", ""}}}}
	for HeldOut(docs[0].ID) {
		docs[0].ID += "a"
	}
	var b strings.Builder
	if err := WriteErrors(&b, "x", docs); err != nil {
		t.Fatal(err)
	}
	want := "VALUE weekday: DATE 2025-05-16 not DATE 2025-05-23 dct 2025-05-19 {Friday} | He left on [[Friday]] and came back in 1998.\n" +
		"SPURIOUS year: DATE 1998 | He left on Friday and came back in [[1998]].\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
	for !HeldOut(docs[0].ID) {
		docs[0].ID += "b"
	}
	b.Reset()
	if err := WriteErrors(&b, "x", docs); err != nil || b.Len() != 0 {
		t.Errorf("a held-out document is shown: %s %v", b.String(), err)
	}
}
