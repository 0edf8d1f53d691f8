//go:build servers

package chaos

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"dateline/internal/servers"
)

// The short run, part of make test.
const (
	shortRecords  = 600
	shortPerFault = 300
	shortSeed     = 1
)

// newBench starts a bench that ends with the test.
func newBench(t *testing.T, o Options) *Bench {
	t.Helper()
	dir, err := os.MkdirTemp("", "dateline-chaos-")
	if err != nil {
		t.Fatal(err)
	}
	o.Dir, o.Race, o.Log = dir, Race, os.Stderr
	b, err := NewBench(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("logs of the workers are in %s", dir)
		} else if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return b
}

// do runs a scenario and reports what it found.
func do(t *testing.T, b *Bench, s Scenario, seed int64, records int) Result {
	t.Helper()
	res, err := b.Do(context.Background(), s, seed, records)
	if err != nil {
		t.Error(err)
		res.Violations = append(res.Violations, "the run was not finished: "+err.Error())
	}
	for _, v := range res.Violations {
		t.Error(v)
	}
	t.Logf("%d records, %d articles, %d events and %d tombstones, %d dead, %d SIGKILL, %d SIGTERM, %d samples, %d writes, %d bulks broken, %.1f s, %v",
		res.Records, res.Articles, res.Events, res.Tombstones, res.Dead, res.Kills, res.Stops, res.Samples, res.Writes, res.Faulted, res.Seconds, res.Notes)
	return res
}

// TestScenarios runs every scenario once, on few records. It shares the
// Elasticsearch of the test run, if there is one, and leaves the scenarios out
// that would break it for others.
func TestScenarios(t *testing.T) {
	b := newBench(t, Options{SharedES: os.Getenv(servers.EnvElasticsearch), PerFault: shortPerFault})
	report := NewReport(b, Race)
	for _, s := range Scenarios() {
		if s.Own && b.Elastic == nil {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			report.Results = append(report.Results, do(t, b, s, shortSeed, shortRecords))
		})
	}
	if err := report.Write(filepath.Join("..", "..", "artifacts"), "chaos-short"); err != nil {
		t.Error(err)
	}
}
