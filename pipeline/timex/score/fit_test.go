package score

import (
	"math"
	"testing"

	"dateline/pipeline/event"
)

// TestCrossValidation holds the main date's share of right days on stories that
// its weights have not seen.
func TestCrossValidation(t *testing.T) {
	needData(t)
	stories, err := LoadMUC(data)
	if err != nil {
		t.Fatal(err)
	}
	right, possible, all, bins := CrossValidated(stories, event.Penalty)
	t.Logf("%.1f %% right, %.1f %% possible", ratio(right, all), ratio(possible, all))
	for i, b := range bins {
		t.Logf("softmax %.1f: %d answers, %.0f %% right", float64(i)/10, b.N, ratio(b.Right, b.N))
	}
	if ratio(right, all) < 80 {
		t.Errorf("%.1f %% right, want at least 80", ratio(right, all))
	}
}

// TestFit repeats the fit of the committed weights.
func TestFit(t *testing.T) {
	needData(t)
	stories, err := LoadMUC(data)
	if err != nil {
		t.Fatal(err)
	}
	w, have := Fit(examples(stories), -1, event.Penalty), event.Fitted()
	for i := range w {
		if math.Abs(w[i]-have[i]) > 0.05 {
			t.Errorf("weight %d is %.2f, the fit gives %.2f", i, have[i], w[i])
		}
	}
}
