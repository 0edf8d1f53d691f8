package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"dateline/index"
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
)

func TestCandidates(t *testing.T) {
	counts := []index.Bucket{
		{Value: "per:de:angela-merkel", Label: "Angela Merkel", Count: 900},
		{Value: "p:ann-lee", Label: "Ann Lee", Count: 5},
		{Value: "o:cable-board", Label: "Cable Board", Count: 7},
		{Value: "p:sergei-ivolgin", Label: "Sergei Ivolgin", Count: 6},
		{Value: "p:sergey-ivolgin", Count: 3},
		{Value: "p:once-only", Label: "Once Only", Count: 1},
	}
	o := candidatesOptions{limit: 3, least: 2, by: "kl", operations: true}
	l := candidates(counts, &o)
	var got []string
	for _, c := range l {
		got = append(got, c.ID+"="+strings.Join(c.Like, "+"))
	}
	if want := "o:cable-board= p:sergei-ivolgin=p:sergey-ivolgin p:ann-lee="; strings.Join(got, " ") != want {
		t.Errorf("candidates %s, want %s", got, want)
	}
	o.limit = 10
	var out bytes.Buffer
	if err := o.print(&out, candidates(counts, &o)); err != nil {
		t.Fatal(err)
	}
	if _, err := override.Parse("printed", bytes.NewReader(out.Bytes()), gazetteer.Default()); err != nil {
		t.Errorf("the operations are refused: %v\n%s", err, &out)
	}
	if s := out.String(); strings.Count(s, `"merge"`) != 1 || strings.Count(s, `"add"`) != 2 {
		t.Errorf("operations:\n%s", s)
	}
}

// The command finds the provisional people of the bundled articles.
func TestCandidatesCommand(t *testing.T) {
	dir := bundledDir(t)
	out, err := runCommand(newActorsCommand(), "candidates", "--dir", dir, "--json", "--limit", "5")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	last := int64(1 << 60)
	for _, l := range lines {
		var c provisional
		if err := json.Unmarshal([]byte(l), &c); err != nil || c.Articles > last || c.Name == "" || !strings.HasPrefix(c.ID, "p:") && !strings.HasPrefix(c.ID, "o:") {
			t.Errorf("%s: %v", l, err)
		}
		last = c.Articles
	}
	if len(lines) != 5 {
		t.Errorf("%d candidates", len(lines))
	}
	if table, err := runCommand(newActorsCommand(), "candidates", "--dir", dir); err != nil || !strings.Contains(table, "p:") {
		t.Errorf("table %q, %v", table, err)
	}
	if _, err := runCommand(newActorsCommand(), "candidates", "--dir", dir, "--operations"); err == nil || !strings.Contains(err.Error(), "--by") {
		t.Errorf("operations by nobody: %v", err)
	}
}
