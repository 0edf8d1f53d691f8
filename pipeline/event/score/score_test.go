package score

import (
	"os"
	"strings"
	"testing"

	"dateline/pipeline/text"
)

const data = "../../../../shared/data"

func needData(tb testing.TB) {
	tb.Helper()
	if _, err := os.Stat(data); err != nil {
		tb.Skipf("development data is not there: %v", err)
	}
}

// TestLabels holds that the labels are of the articles and sentences that the
// draw gives, all of them, and that every label stands in its sentence.
func TestLabels(t *testing.T) {
	labels, err := Labels()
	if err != nil {
		t.Fatal(err)
	}
	events := 0
	read := map[string]bool{}
	for _, l := range labels {
		if len(l.Trigger) == 0 {
			read[l.Article+" "+spanText(l.Sentence)] = true
			continue
		}
		events++
		for _, s := range l.Trigger {
			if !l.Sentence.Contains(s) {
				t.Errorf("%s: trigger %v outside %v", l.Article, s, l.Sentence)
			}
		}
	}
	if events < 300 {
		t.Errorf("%d events, want at least 300", events)
	}
	needData(t)
	as, err := Draw(data)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i := range as {
		for _, s := range as[i].Sentences() {
			n++
			if !read[as[i].ID+" "+spanText(s)] {
				t.Errorf("%s: sentence %v is drawn and not labelled", as[i].ID, s)
			}
		}
	}
	if n != len(read) {
		t.Errorf("%d sentences are labelled, %d drawn", len(read), n)
	}
}

func spanText(s text.Span) string { b, _ := s.MarshalJSON(); return string(b) }

// TestRun holds a floor under what was reached.
func TestRun(t *testing.T) {
	needData(t)
	as, err := Run(data)
	if err != nil {
		t.Fatal(err)
	}
	var all, held Scores
	for i := range as {
		all.Sum(&as[i].Scores)
		if HeldOut(as[i].Article.ID) {
			held.Sum(&as[i].Scores)
		}
		if testing.Verbose() {
			for _, w := range as[i].Wrong {
				t.Log(w)
			}
		}
	}
	for _, c := range []struct {
		name string
		got  Count
		want float64
	}{{"type", all.Type, 80}, {"source", all.Source, 80}, {"target", all.Target, 75}, {"types held out", held.Type, 78}} {
		if c.got.Percent() < c.want {
			t.Errorf("%s: %.1f %%, want at least %.1f", c.name, c.got.Percent(), c.want)
		}
	}
	if all.TypeFound.Percent() < 30 {
		t.Errorf("%.1f %% of the types are found: precision is easy for who says nothing", all.TypeFound.Percent())
	}
	var b strings.Builder
	if err := WriteMarkdown(&b, as); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + b.String())
}

// TestAttached holds a floor under the days and places of incidents.
func TestAttached(t *testing.T) {
	needData(t)
	a, err := Attached(data)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", a)
	if a.Stories < 40 || a.Day.Percent() < 70 {
		t.Errorf("%d stories, %.1f %% of the days", a.Stories, a.Day.Percent())
	}
}
