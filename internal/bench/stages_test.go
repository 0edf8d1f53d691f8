package bench

import (
	"slices"
	"testing"
	"time"

	"dateline/internal/articles"
)

// generated are the records of n new articles.
func generated(n int) (values [][]byte) {
	for a := range (articles.Mix{Seed: 1, Records: n}).Articles() {
		values = append(values, a.Envelope())
	}
	return values
}

func TestStages(t *testing.T) {
	rows, err := Stages(generated(60), 2)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range rows {
		names = append(names, r.Name)
		if r.Docs != 60 || r.MBPerS <= 0 || r.MSPerDoc <= 0 {
			t.Errorf("%+v", r)
		}
	}
	if want := []string{"wire", "byline", "name", "actor", "place", "timex", "event", "encoding", "dedup"}; !slices.Equal(names, want) {
		t.Fatalf("rows %v, want %v", names, want)
	}
	// A record and its samples, and what the fold keeps of them. Bytes tell nothing
	// here: pools are emptied at random under the race detector.
	last := len(rows) - 1
	if d, e := rows[last], rows[last-1]; d.Allocs < e.Allocs+5 {
		t.Errorf("the fold of an article takes nothing: %+v after %+v", d, e)
	}
}

// Of several rounds the least time of each group counts.
func TestLeastOfGroups(t *testing.T) {
	var r reading
	for _, round := range [][]time.Duration{{5, 9, 7}, {6, 8, 7}, {4, 10, 8}} {
		for group, cpu := range round {
			r.took(group, cpu)
		}
	}
	if want := []time.Duration{4, 8, 7}; !slices.Equal(r.least, want) {
		t.Errorf("least times %v, want %v", r.least, want)
	}
}
