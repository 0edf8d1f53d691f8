package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/internal/articles"
	"dateline/pipeline"
)

const cableFile = "../../pipeline/testdata/cable.txt"

func TestEnrichText(t *testing.T) {
	out, errs, code := runProgram(t, "", "enrich", "--format", "text", "--published", "2025-03-10T15:30:00Z", "--timezone", "Europe/Tallinn", cableFile)
	if code != 0 || errs != "" {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var d pipeline.Document
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Authors) != 4 || d.Outlet != "The Baltic Courier" || len(d.Actors) == 0 || d.Main == nil || d.Main.Start != "2025-03-09" {
		t.Errorf("authors %q, outlet %q, %d actors, event date %+v", d.Authors, d.Outlet, len(d.Actors), d.Main)
	}
}

// TestEnrichGoesOn gives it good and bad records: each bad one is named with
// its line and reason, each good one comes out.
func TestEnrichGoesOn(t *testing.T) {
	good := `{"title":"Ferry","body":"The ferry left Tallinn on Monday.","published":"2025-05-19T14:03:00Z"}`
	lines := []string{
		good,
		"this is not json",
		`{"schema":"dateline.raw.v9","source_id":"a","item_id":"b","payload":"x"}`,
		`{"title":"","body":""}`,
		`{"schema":"dateline.raw.v1","source_id":"a","item_id":"b","format":"morse","payload":"x"}`,
		`{"title":"Year","body":"In the year 9999.","published":"9999-01-01T00:00:00Z"}`,
		"\x00\x01\x02",
		`{"title":"Cut off","body":"The ferry`,
		"",
		good,
	}
	file := filepath.Join(t.TempDir(), "in.jsonl")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
	out, errs, code := runProgram(t, "", "enrich", file)
	if code != 1 {
		t.Errorf("exit %d, want 1", code)
	}
	if n := strings.Count(out, "\n"); n != 3 {
		t.Errorf("%d documents, want 3:\n%s", n, out)
	}
	for _, want := range []string{":2: ", ":3: decode", ":4: no_text", ":5: unsupported_format", ":7: ", ":8: malformed"} {
		if !strings.Contains(errs, file+want) {
			t.Errorf("standard error does not say %q:\n%s", want, errs)
		}
	}
	for _, bad := range []string{":1: ", ":6: ", ":9: ", ":10: "} {
		if strings.Contains(errs, file+bad) {
			t.Errorf("line%s is good and was refused:\n%s", bad, errs)
		}
	}
}

func TestEnrichDedup(t *testing.T) {
	var in strings.Builder
	for _, a := range articles.All() {
		in.Write(a.Envelope())
		in.WriteByte('\n')
	}
	out, errs, code := runProgram(t, in.String(), "enrich", "--dedup")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	verdicts := map[string]int{}
	for line := range strings.Lines(out) {
		var d pipeline.Document
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatal(err)
		}
		if d.Dedup == nil {
			t.Fatalf("%s has no verdict", d.ID)
		}
		verdicts[d.Dedup.Verdict]++
	}
	for _, v := range []string{"original", "update", "correction", "stale", "redelivery", "kill"} {
		if verdicts[v] == 0 {
			t.Errorf("no article is %s: %v", v, verdicts)
		}
	}
}

func TestEnrichExplain(t *testing.T) {
	out, _, code := runProgram(t, "", "enrich", "--explain", "--published", "2025-03-10T15:30:00Z", cableFile)
	for _, want := range []string{"author Mari Tamm", "Liina Saar", "[2025-03-09, 2025-03-10)", "Kunda"} {
		if !strings.Contains(out, want) {
			t.Errorf("the account does not say %q", want)
		}
	}
	if code != 0 {
		t.Errorf("exit %d", code)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{
		{"enrich", "--no-such-flag"},
		{"enrich", "--published", "yesterday"},
		{"enrich", "--timezone", "Mars/Olympus"},
		{"enrich", "--format", "morse"},
		{"no-such-command"},
		{"worker", "extra"},
	} {
		_, errs, code := runProgram(t, "", args...)
		if code != exitUsage || !strings.HasPrefix(errs, "dateline: ") {
			t.Errorf("%q: exit %d, %q; want %d and what is wrong", args, code, errs, exitUsage)
		}
	}
	if _, errs, code := runProgram(t, "", "enrich", "/no/such/file.txt"); code != exitFailed || !strings.Contains(errs, "/no/such/file.txt") {
		t.Errorf("missing file: exit %d, %q", code, errs)
	}
}

func TestEnrichTooLarge(t *testing.T) {
	dir := t.TempDir()
	big := filepath.Join(dir, "big.txt")
	if err := os.WriteFile(big, []byte("A long one\n"+strings.Repeat("The ferry left Tallinn. ", 10<<20/24)), 0o644); err != nil {
		t.Fatal(err)
	}
	out, errs, code := runProgram(t, "", "enrich", big, cableFile, "--published", "2025-03-10T15:30:00Z")
	if code != 1 || !strings.Contains(errs, "big.txt: too_large") || strings.Count(out, "\n") != 1 {
		t.Errorf("exit %d, %d documents, %s", code, strings.Count(out, "\n"), errs)
	}
}

func TestScoreWithoutData(t *testing.T) {
	if _, errs, code := runProgram(t, "", "score", t.TempDir()); code != exitFailed || !strings.Contains(errs, "no development set") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if _, errs, code := runProgram(t, "", "score", t.TempDir(), "verbs"); code != exitUsage || !strings.Contains(errs, "verbs") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if _, errs, code := runProgram(t, "", "score", "/no/such/folder"); code != exitFailed || !strings.Contains(errs, "/no/such/folder") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

// An explanation says why each actor and place was chosen, and a file of
// corrections changes it; a bad file is refused with its line.
func TestExplainWhy(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	article := write("a.txt", "Talks in Oslo\n\nFormer Norwegian Prime Minister Kari Dahl met Vladimir Zelenskyi in Springfield on Monday, NATO said. Dahl left for Portland, Maine.\n")
	out, err := runCommand(newEnrichCommand(), "--explain", "--published", "2025-03-10T15:30:00Z", article)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"p:kari-dahl", "provisional, made from the name", `role "Prime Minister" GOV in NO, former`, "a name of the gazetteer", "by the name alone", "gn:4975802"} {
		if !strings.Contains(out, want) {
			t.Errorf("the explanation lacks %q:\n%s", want, out)
		}
	}
	const by = `,"by":"kl","reason":"test","at":"2025-03-01"}` + "\n"
	good := write("good.ndjson", `{"op":"merge","id":"p:kari-dahl","into":"p:kari-d"`+by)
	if out, err = runCommand(newEnrichCommand(), "--explain", "--overrides", good, article); err != nil || !strings.Contains(out, "p:kari-d in NO · by a correction") {
		t.Errorf("with a correction: %v\n%s", err, out)
	}
	bad := write("bad.ndjson", `{"op":"merge","id":"p:kari-dahl","into":"p:kari-d"`+by+`{"op":"mer`)
	if _, err = runCommand(newEnrichCommand(), "--overrides", bad, article); err == nil || !strings.Contains(err.Error(), "bad.ndjson:2: ") {
		t.Errorf("a bad file: %v", err)
	}
}
