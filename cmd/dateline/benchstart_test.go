package main

import (
	"encoding/json"
	"testing"

	"dateline/internal/bench"
)

func TestBenchStart(t *testing.T) {
	out, errs, code := runProgram(t, "", "bench", "start", "--articles", "3", "--rounds", "2", "--json")
	var rows []bench.StartRow
	if err := json.Unmarshal([]byte(out), &rows); err != nil || code != 0 {
		t.Fatalf("code %d, %v: %s%s", code, err, out, errs)
	}
	for i, name := range []string{"version", "one article", "all articles"} {
		if len(rows) != 3 || rows[i].Name != name || rows[i].Runs != 2 || rows[i].LeastMS <= 0 || rows[i].CPUMS <= 0 {
			t.Fatalf("rows %+v", rows)
		}
	}
	if _, _, code := runProgram(t, "", "bench", "start", "--rounds", "0"); code != 2 {
		t.Errorf("no rounds: code %d, want 2", code)
	}
}
