//go:build unix

package chaos

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"dateline/index"
	"dateline/pipeline"
	"dateline/pipeline/wire"
)

// TestRecordsSayWhatBecomesOfThem compares what the generator claims of its
// records with what the pipeline makes of them.
func TestRecordsSayWhatBecomesOfThem(t *testing.T) {
	stages, err := pipeline.New(pipeline.Options{Stages: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	opt := index.Options{Prefix: "x"}
	var s pipeline.Scratch
	for name, mix := range map[string]Mix{"plain": plainMix, "wild": {Poison: 10, Updates: 20, Older: 20, Repeats: 10, Withdrawn: 10, Large: true}} {
		rs, err := generate(mix, 3, 800, opt)
		if err != nil {
			t.Fatal(err)
		}
		seen := make(map[string]int)
		for i, r := range rs {
			a, err := stages.Read(r.value, &s)
			if err != nil {
				seen["dead"]++
				if w, ok := err.(*wire.Error); !ok || r.want.reason != w.Reason && r.want.reason != "stage_wire" {
					t.Fatalf("%s %d: %v, want %q", name, i, err, r.want.reason)
				}
				continue
			}
			d := stages.Enrich(a, nil, &s)
			act, err := index.ArticleAction(d, opt)
			if err != nil {
				t.Fatal(err)
			}
			got := want{id: act.ID, index: act.Index, version: act.Version}
			if d.Status != wire.Withdrawn {
				got.title = d.Title
			}
			if got != r.want {
				t.Fatalf("%s %d: %+v, claims %+v", name, i, got, r.want)
			}
			seen[d.Status]++
		}
		if seen["dead"] == 0 || seen[wire.Withdrawn] == 0 || seen[wire.Usable] < 400 {
			t.Errorf("%s: %v", name, seen)
		}
	}
}

// TestOracleAccuses gives the account everything that can be wrong with
// letters: the oracle must see it.
func TestOracleAccuses(t *testing.T) {
	good := record{key: []byte("k"), value: []byte("v"), want: want{id: "a"}}
	bad := record{key: []byte("k"), value: []byte("v"), want: want{reason: "decode"}}
	fine := letter{reason: "decode", value: []byte("v"), key: []byte("k")}
	for name, c := range map[string]struct {
		r    record
		ls   []letter
		want string // of the accusation; empty: none
	}{
		"alive":       {good, nil, ""},
		"dead":        {bad, []letter{fine}, ""},
		"dead twice":  {bad, []letter{fine, fine}, ""},
		"lost letter": {bad, nil, "0 dead letters"},
		"murdered":    {good, []letter{fine}, "1 dead letters"},
		"reason":      {bad, []letter{{reason: "mapping", value: []byte("v"), key: []byte("k")}}, "says"},
		"value":       {bad, []letter{{reason: "decode", value: []byte("w"), key: []byte("k")}}, "as it was"},
		"key":         {bad, []letter{{reason: "decode", value: []byte("v")}}, "as it was"},
		"headers":     {bad, []letter{{reason: "decode", value: []byte("v"), key: []byte("k"), bare: " stage"}}, "stage"},
	} {
		o := newOracle(nil, "t", "d", "g", "i")
		at := place{1, 2}
		if c.ls != nil {
			o.letters[at] = c.ls
		}
		o.checkLetter(at, c.r)
		if got := strings.Join(o.wrong, "\n"); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestOracleAccusesEvents gives it everything that can be wrong with events.
func TestOracleAccusesEvents(t *testing.T) {
	must := map[string]want{"a": {id: "a", version: 7, events: 2}, "b": {id: "b", version: 3}}
	fine := map[string]stored{"a-00": {7, "x", "usable"}, "a-01": {7, "x", "usable"}, "a-02": {7, "", "unused"}, "b-00": {3, "", "withdrawn"}}
	for name, c := range map[string]struct {
		id   string
		e    *stored // nil: it is not there
		want string
	}{
		"fine":          {"a-03", &stored{7, "", "unused"}, ""},
		"no tombstone":  {"a-02", nil, ""},
		"missing":       {"a-01", nil, "has 1 events"},
		"hidden":        {"a-01", &stored{7, "", "unused"}, "has 1 events"},
		"old":           {"a-01", &stored{6, "x", "usable"}, "of version 6"},
		"old tombstone": {"a-02", &stored{6, "", "unused"}, "of version 6"},
		"one too many":  {"a-03", &stored{7, "x", "usable"}, "has 2 events"},
		"revived":       {"b-00", &stored{3, "x", "usable"}, "has 0 events"},
		"orphan":        {"c-00", &stored{3, "x", "usable"}, "no article"},
	} {
		o := newOracle(nil, "t", "d", "g", "i")
		events := maps.Clone(fine)
		delete(events, c.id)
		if c.e != nil {
			events[c.id] = *c.e
		}
		o.checkEvents(must, events, new(tally))
		if got := strings.Join(o.wrong, "\n"); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestOracleKnowsTheOvertaken: only a newer version of the same item that is
// still to be committed excuses a document that is not there.
func TestOracleKnowsTheOvertaken(t *testing.T) {
	old := want{id: "a", version: 1}
	for name, c := range map[string]struct {
		other     want
		committed int64
		want      bool
	}{
		"newer":            {want{id: "a", version: 2}, 5, true},
		"newer, committed": {want{id: "a", version: 2}, 6, false},
		"same":             {want{id: "a", version: 1}, 5, false},
		"another item":     {want{id: "b", version: 2}, 5, false},
	} {
		o := newOracle(nil, "t", "d", "g", "i")
		o.records = []record{{want: old}, {want: c.other}}
		o.at = map[place]int{{0, 4}: 0, {0, 5}: 1}
		if got := o.overtaken(old, map[int]int64{0: c.committed}); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestConserved(t *testing.T) {
	page := func(consumed, abandoned, flight int) string {
		s := fmt.Sprintf("# HELP x\ndateline_consumed_records_total %d\ndateline_in_flight_records %d\n", consumed, flight)
		for i, o := range []string{"indexed", "stale", "filtered", "dead"} {
			s += fmt.Sprintf("dateline_records_total{outcome=%q} %d\n", o, i+1)
		}
		return s + fmt.Sprintf("dateline_records_total{outcome=\"abandoned\"} %d\n", abandoned)
	}
	if n, err := conserved(page(17, 3, 4)); err != nil || n != 10 {
		t.Errorf("%d, %v", n, err)
	}
	for name, s := range map[string]string{"one lost": page(18, 3, 4), "one too many": page(16, 3, 4), "nothing": ""} {
		if _, err := conserved(s); err == nil {
			t.Errorf("%s: no complaint", name)
		}
	}
}
