package score

import (
	"testing"

	"dateline/pipeline/event"
)

// TestPublishedForms reproduces what two other taggers score on the three
// shapes.
func TestPublishedForms(t *testing.T) {
	needData(t)
	want := map[string][3]float64{"heideltime": {89.5, 83.3, 73.1}, "sutime": {86.1, 92.4, 79.5}}
	gold := [3]int{324, 144, 78}
	for system, w := range want {
		var c [3]Count
		for _, set := range []string{"timebank", "aquaint"} {
			docs, err := LoadTimeML(data, set)
			if err != nil {
				t.Fatal(err)
			}
			sys, err := LoadAnswers(data, set, system, docs)
			if err != nil {
				t.Fatal(err)
			}
			for i := range docs {
				for k, f := range Forms {
					c[k].add(f.Score(&docs[i], sys[docs[i].ID]))
				}
			}
		}
		for k, f := range Forms {
			if c[k].Gold != gold[k] {
				t.Errorf("%s: %d expressions, want %d", f.Name, c[k].Gold, gold[k])
			}
			near(t, system+" "+f.Name, c[k].R(), w[k], 0.8) // one phrase of 144
		}
	}
}

// TestMUCData holds the counts of the stories. The 293 stories with one exact
// day are those of the published baseline; one of them differs.
func TestMUCData(t *testing.T) {
	needData(t)
	stories, err := LoadMUC(data)
	if err != nil {
		t.Fatal(err)
	}
	exact, before, ranges, main := 0, 0, 0, 0
	for i := range stories {
		exact += len(stories[i].Exact)
		before += len(stories[i].Before)
		ranges += len(stories[i].From)
		if _, ok := stories[i].Main(); ok {
			main++
		}
	}
	if len(stories) != 1300 || exact != 570 || before != 439 || ranges != 54 || main != 293 {
		t.Errorf("%d stories, %d exact, %d before, %d ranges, %d main", len(stories), exact, before, ranges, main)
	}
	m := ScoreMUC(stories, event.MainDate)
	near(t, "same day", ratio(m.SameDay, m.Stories), 59.4, 0.4)
	t.Logf("exact %.1f within %.1f first %.1f lag %.1f covered %.1f ECE %.3f", ratio(m.Exact, m.Stories), ratio(m.Within, m.Stories),
		ratio(m.First, m.Stories), m.Lag, ratio(m.Covered, m.Stories), ECE(m.Bins))
}

func TestNegatives(t *testing.T) {
	needData(t)
	ns, err := LoadNegatives(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(ns) != 28+62 {
		t.Errorf("%d negatives, want 90", len(ns))
	}
	c, wrong := Rejected(ns)
	for _, w := range wrong {
		t.Errorf("found %s", w)
	}
	t.Logf("%d of %d", c.Right, c.Gold)
}
