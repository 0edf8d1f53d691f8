package main

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dateline/feed"
	"dateline/feed/poll"
	"dateline/internal/metrics"
	"dateline/worker"
)

var update = flag.Bool("update", false, "rewrite generated pages")

// metricGroups are all processes' metrics, from what they register.
func metricGroups(t *testing.T) []metrics.Group {
	t.Helper()
	w, err := metrics.Of(worker.Collectors()...)
	if err != nil {
		t.Fatal(err)
	}
	f, err := metrics.Of(append(feed.Collectors(), poll.Collectors()...)...)
	if err != nil {
		t.Fatal(err)
	}
	return []metrics.Group{{Title: "dateline worker", Metrics: w}, {Title: "dateline feed", Metrics: f}}
}

const metricsPage = "../../docs/metrics.md"

const metricsHead = `# Metrics

Every metric of Dateline's own, as it is registered: this page is generated (go
test ./cmd/dateline -run TestMetricsPage -update) and compared with the program
by every test run. The processes show those of Go (go_…) and of the operating
system (process_…) too. They answer on /metrics of worker.listen and feed.listen.

The terms of the conservation law are read together, so it holds at every scrape:

    dateline_consumed_records_total =
        dateline_records_total{outcome="indexed"|"stale"|"filtered"|"dead"|"abandoned"} + dateline_in_flight_records

Records that are abandoned are read again by the partition's next owner. Lag is
the log's end less the committed offset.

`

func TestMetricsPage(t *testing.T) {
	want := metricsHead + metrics.Page(metricGroups(t))
	if *update {
		if err := os.WriteFile(metricsPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(metricsPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Error("docs/metrics.md is not what is registered; run go test ./cmd/dateline -run TestMetricsPage -update")
	}
}

// metricName is a metric in prose, a dashboard or an alert.
var metricName = regexp.MustCompile(`\bdateline_[a-z_]+[a-z]\b`)

// TestDocumentedMetricsExist finds metrics in pages, dashboards and alerts that
// no process has.
func TestDocumentedMetricsExist(t *testing.T) {
	known := make(map[string]bool)
	for _, g := range metricGroups(t) {
		for _, m := range g.Metrics {
			known[m.Name] = true
			if m.Type == "histogram" {
				for _, part := range []string{"_bucket", "_sum", "_count"} {
					known[m.Name+part] = true
				}
			}
		}
	}
	read := 0
	for _, root := range []string{"../../docs", "../../deploy", "../../README.md"} {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			// These name accounts and fields of the index in the same form.
			if err != nil || d.IsDir() || strings.Contains(path, "kibana") || strings.Contains(path, "compose") || strings.HasSuffix(path, "fields.md") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			read++
			for _, name := range metricName.FindAllString(string(text), -1) {
				if !known[name] && !strings.HasSuffix(name, "_test") {
					t.Errorf("%s names %s, which no process has", path, name)
				}
			}
			return nil
		})
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if read < 5 {
		t.Errorf("only %d files were read", read)
	}
}
