package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/internal/bench"
)

func TestBenchCompare(t *testing.T) {
	rows := []bench.StageRow{{Name: "wire", Docs: 10, DocsPerS: 200, MSPerDoc: 5, Allocs: 18}, {Name: "byline", Docs: 10, DocsPerS: 100}}
	var out bytes.Buffer
	if err := (&benchOptions{json: true}).write(&out, rows, benchStageColumns); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "before.json")
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	rows[0].DocsPerS, rows[0].MSPerDoc = 300, 4
	out.Reset()
	if err := (&benchOptions{compare: file}).write(&out, rows[:1], benchStageColumns); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"300 (×1.50)", "4.0000 (×0.80)", "18 (×1.00)", "  10  "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (&benchOptions{compare: file}).write(&out, rows, benchStageColumns); err == nil || !strings.Contains(err.Error(), "--json wrote") {
		t.Errorf("a broken file: %v", err)
	}
}

func TestBenchBudget(t *testing.T) {
	file := filepath.Join(t.TempDir(), "budget.json")
	if err := os.WriteFile(file, []byte(`[{"name":"wire","allocs_per_doc":20,"kb_per_doc":10}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := overBudget(file, []bench.StageRow{{Name: "wire", Allocs: 21.9, KB: 11}}); err != nil {
		t.Errorf("within the slack: %v", err)
	}
	err := overBudget(file, []bench.StageRow{{Name: "wire", Allocs: 22.1, KB: 12}, {Name: "new", Allocs: 1}})
	if err == nil || strings.Count(err.Error(), "\n") != 2 || !strings.Contains(err.Error(), "up to and with wire: 22.1 allocations an article, the budget is 20.0") {
		t.Errorf("over: %v", err)
	}
}
