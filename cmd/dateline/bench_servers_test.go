//go:build servers

package main

import (
	"encoding/json"
	"strings"
	"testing"

	"dateline/internal/servers"
)

// TestBenchServers runs the latency bench and one row of the scale bench as an
// operator does, on few articles.
func TestBenchServers(t *testing.T) {
	run := func(args ...string) (rows []map[string]any) {
		t.Helper()
		out, err := runCommand(newBenchCommand(), append(args, "--json", "--articles", "200", "--brokers", servers.KafkaAddr(), "--elasticsearch", servers.ElasticsearchURL())...)
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		if err := json.Unmarshal([]byte(out[strings.IndexByte(out, '['):]), &rows); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return rows
	}
	rows := run("latency")
	if len(rows) != 2 {
		t.Fatalf("%d rows of latency, want 2: %v", len(rows), rows)
	}
	for _, r := range rows {
		p50, p99 := r["p50_ms"].(float64), r["p99_ms"].(float64)
		if r["docs"] != 200.0 || p50 <= 0 || p99 < p50 || r["docs_per_s"].(float64) > r["max_docs_per_s"].(float64) {
			t.Errorf("latency %v", r)
		}
	}
	if rows = run("scale", "--workers", "2"); len(rows) != 1 || rows[0]["join_s"].(float64) <= 0 || rows[0]["docs_per_s"].(float64) <= 0 {
		t.Errorf("scale %v", rows)
	}
	if _, err := runCommand(newBenchCommand(), "latency", "--share", "2"); err == nil || !strings.Contains(err.Error(), "--share") {
		t.Errorf("a share of 2: %v", err)
	}
}
