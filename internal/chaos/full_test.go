//go:build servers && chaos

package chaos

import (
	"cmp"
	"flag"
	"fmt"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// The size of the long run; make chaos passes CHAOS on.
var (
	seeds    = flag.Int64("chaos.seeds", 2, "runs of each scenario")
	first    = flag.Int64("chaos.first", 1, "first seed")
	records  = flag.Int("chaos.records", 20_000, "records of each run")
	perFault = flag.Int("chaos.perfault", 1000, "records for each time that a scenario does its worst")
	only     = flag.String("chaos.only", "", "run the scenarios whose name matches this regular expression")
	soak     = flag.Duration("chaos.soak", 30*time.Minute, "length of the soak")
	drought  = flag.Duration("chaos.outage", 5*time.Minute, "length of the outage of Elasticsearch under full input")
	name     = flag.String("chaos.report", "", "name of the report in artifacts; default chaos, or soak")
)

// TestChaosScenarios runs every scenario with several seeds and writes
// artifacts/chaos.json and chaos.md, after each run, so that a run that is cut
// off has left something.
func TestChaosScenarios(t *testing.T) {
	b := newBench(t, Options{PerFault: *perFault})
	report := NewReport(b, Race)
	wanted, err := regexp.Compile(*only)
	if err != nil {
		t.Fatal(err)
	}
	for seed := *first; seed < *first+*seeds; seed++ {
		for _, s := range Scenarios() {
			if !wanted.MatchString(s.Name) {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d", s.Name, seed), func(t *testing.T) {
				report.Results = append(report.Results, do(t, b, s, seed, *records))
				if err := report.Write(filepath.Join("..", "..", "artifacts"), cmp.Or(*name, "chaos")); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestChaosSoak is input without a pause and a fault every few seconds for
// half an hour. It writes artifacts/soak.json and soak.md.
func TestChaosSoak(t *testing.T) {
	b := newBench(t, Options{})
	report := NewReport(b, Race)
	report.Results = append(report.Results, do(t, b, Soak(*soak), *first, *records))
	if err := report.Write(filepath.Join("..", "..", "artifacts"), cmp.Or(*name, "soak")); err != nil {
		t.Error(err)
	}
}

// TestChaosOutage takes Elasticsearch away for five minutes under full input.
// It writes artifacts/outage.json and outage.md.
func TestChaosOutage(t *testing.T) {
	b := newBench(t, Options{})
	report := NewReport(b, Race)
	report.Results = append(report.Results, do(t, b, Drought(*drought), *first, *records))
	if err := report.Write(filepath.Join("..", "..", "artifacts"), cmp.Or(*name, "outage")); err != nil {
		t.Error(err)
	}
}
