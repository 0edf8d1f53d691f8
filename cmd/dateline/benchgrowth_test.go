package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dateline/internal/bench"
)

// TestBenchGrowth runs the curve that is done at once, as JSON and as a table
// beside it.
func TestBenchGrowth(t *testing.T) {
	out, err := runCommand(newBenchCommand(), "growth", "dedup", "--window", "3000", "--json")
	if err != nil {
		t.Fatal(err)
	}
	at := strings.IndexByte(out, '[')
	if at < 0 || !strings.HasPrefix(out, "dedup: 1000 articles …\ndedup: 3000 articles …\n") {
		t.Fatalf("progress and JSON:\n%s", out)
	}
	var curves []bench.Curve
	if err := json.Unmarshal([]byte(out[at:]), &curves); err != nil {
		t.Fatal(err)
	}
	if len(curves) != 1 || len(curves[0].Points) != 2 || curves[0].Points[1].Rows != 3000 || curves[0].Points[1].Exponents["total_s"] == 0 {
		t.Fatalf("%+v", curves)
	}
	file := filepath.Join(t.TempDir(), "before.json")
	if err := os.WriteFile(file, []byte(out[at:]), 0o600); err != nil {
		t.Fatal(err)
	}
	table, err := runCommand(newBenchCommand(), "growth", "dedup", "--window", "1000", "--compare", file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"dedup: the fold by", "total s", "MB held", "1000", "(×", "no step grows faster"} {
		if !strings.Contains(table, want) {
			t.Errorf("no %q in\n%s", want, table)
		}
	}
}

func TestBenchGrowthTable(t *testing.T) {
	c := bench.Curve{Name: "width", Title: "a thing by its width", Unit: "mm",
		Costs: []bench.Cost{{Key: "total_s", Title: "CPU", Unit: "s", Most: 1}},
		Points: []bench.Point{{X: 10, Total: 1}, {X: 100, Total: 100, Exponents: map[string]float64{"total_s": 2}},
			{X: 1000, Total: 1000, Exponents: map[string]float64{"total_s": 1}}}}
	var out strings.Builder
	if err := new(benchOptions).writeGrowth(&out, []bench.Curve{c}); err != nil {
		t.Fatal(err)
	}
	want := `width: a thing by its width
    mm  total s  exp.
    10        1
   100      100  2.00
  1000    1e+03  1.00
CPU: exponent 2.00 from 10 to 100 mm, more than linear

`
	if got := regexp.MustCompile(` +\n`).ReplaceAllString(out.String(), "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestBenchGrowthRefuses(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"growth lenght", "length, actors, overrides, dedup, index"},
		{"growth --articles 0", "at least 1"},
		{"growth --window -1", "at least 1"},
	} {
		_, err := runCommand(newBenchCommand(), strings.Fields(c.args)...)
		var usage usageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.args, err)
		}
	}
	bad := filepath.Join(t.TempDir(), "bad.json")
	if err := os.WriteFile(bad, []byte(`{"name":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (&benchOptions{compare: bad}).earlierGrowth(); err == nil || !strings.Contains(err.Error(), "--json wrote") {
		t.Errorf("a broken file: %v", err)
	}
	if out, err := runCommand(newRootCommand(), "__complete", "bench", "growth", ""); err != nil || !strings.HasPrefix(out, "length\nactors\noverrides\ndedup\nindex\n") {
		t.Errorf("completion %q, %v", out, err)
	}
}
