//go:build unix

package chaos

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Report is what a whole run of the suite did and found.
type Report struct {
	Begin         time.Time `json:"begin"`
	Kafka         string    `json:"kafka"`
	Elasticsearch string    `json:"elasticsearch"`
	Go            string    `json:"go"`
	Processors    int       `json:"processors"`
	Race          bool      `json:"race"` // workers built with the race detector
	Results       []Result  `json:"results"`
}

// NewReport begins a report.
func NewReport(b *Bench, race bool) *Report {
	return &Report{Begin: time.Now().UTC(), Kafka: b.Kafka.Name(), Elasticsearch: b.elasticVersion(), Go: runtime.Version(),
		Processors: runtime.NumCPU(), Race: race}
}

// Total sums the results of all scenarios.
func (r *Report) Total() Result {
	t := Result{Scenario: "total"}
	for _, x := range r.Results {
		t.Produced += x.Produced
		t.Records += x.Records
		t.Articles += x.Articles
		t.Dead += x.Dead
		t.Twice += x.Twice
		t.Events += x.Events
		t.Tombstones += x.Tombstones
		t.Kills += x.Kills
		t.Stops += x.Stops
		t.Settled += x.Settled
		t.Samples += x.Samples
		t.Scrapes += x.Scrapes
		t.Writes += x.Writes
		t.Faulted += x.Faulted
		t.Seconds += x.Seconds
		t.Violations = append(t.Violations, x.Violations...)
	}
	return t
}

// Markdown is the report for people.
func (r *Report) Markdown() string {
	var b strings.Builder
	t := r.Total()
	fmt.Fprintf(&b, "# Chaos run of %s\n\n", r.Begin.Format("2006-01-02 15:04 UTC"))
	fmt.Fprintf(&b, "%s, %s, %s, %d processors, race detector in the workers: %v.\n\n", r.Kafka, r.Elasticsearch, r.Go, r.Processors, r.Race)
	fmt.Fprintf(&b, "%d runs, %d records, %d SIGKILLs, %d graceful stops, %d samples of committed offsets, %d scrapes of the conservation law: **%d violations**.\n\n",
		len(r.Results), t.Records, t.Kills, t.Stops, t.Samples, t.Scrapes, len(t.Violations))
	b.WriteString("| scenario | seed | records | articles | events | event tombstones | dead | written twice to the DLQ | SIGKILL | SIGTERM | settled again | samples | writes sent | bulks broken | s | violations | notes |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n")
	// "settled again" is what workers settled more than once: a kill makes the
	// next owner read what was settled and not committed yet.
	for _, x := range append(slices.Clone(r.Results), t) {
		var notes []string
		for k, v := range x.Notes {
			notes = append(notes, k+" "+v)
		}
		slices.Sort(notes)
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %.0f | %d | %s |\n", x.Scenario, x.Seed, x.Records, x.Articles,
			x.Events, x.Tombstones, x.Dead, x.Twice, x.Kills, x.Stops, max(0, x.Settled-int64(x.Records)), x.Samples, x.Writes, x.Faulted, x.Seconds, len(x.Violations), strings.Join(notes, "; "))
	}
	for _, x := range r.Results {
		for _, v := range x.Violations {
			fmt.Fprintf(&b, "\n- %s, seed %d: %s", x.Scenario, x.Seed, v)
		}
	}
	return b.String()
}

// Write puts name.json and name.md into a folder.
func (r *Report) Write(dir, name string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	out, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, name+".json"), append(out, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name+".md"), []byte(r.Markdown()+"\n"), 0o644)
}
