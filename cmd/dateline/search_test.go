package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"dateline/index"
	"dateline/index/embedded"
	"dateline/pipeline"
	"dateline/pipeline/wire"
	"dateline/search"
	"dateline/search/searchtest"
)

// bundledDir is an embedded index of the bundled articles, closed, so that a
// command can open it.
func bundledDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	s, err := embedded.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(searchtest.Bundle(context.Background(), s), s.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// runCommand runs one command in this process.
func runCommand(cmd *cobra.Command, args ...string) (string, error) {
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	err := cmd.Execute()
	return out.String(), err
}

func TestSearch(t *testing.T) {
	dir := bundledDir(t)
	ask := func(args ...string) string {
		t.Helper()
		out, err := runCommand(newSearchCommand(), append([]string{"--dir", dir}, args...)...)
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return out
	}
	all := ask("--limit", "200")
	if n := strings.Count(all, "\n"); n < 50 {
		t.Fatalf("%d articles in the bundle", n)
	}
	for _, line := range strings.Split(strings.TrimSpace(all), "\n") {
		if cells := strings.Split(line, "\t"); len(cells) != 8 || len(cells[6]) != 32 || cells[4] == "" {
			t.Errorf("line %q", line)
		}
	}
	turku := ask("--place", "Turku", "--limit", "200")
	if n := strings.Count(turku, "\n"); n == 0 || n >= strings.Count(all, "\n") {
		t.Errorf("%d articles about Turku", n)
	}
	for _, line := range strings.Split(strings.TrimSpace(turku), "\n") {
		if !strings.Contains(line, "Turku") {
			t.Errorf("no Turku in %q", line)
		}
	}
	if got := ask("cable", "where:Turku", "--limit", "1"); strings.Count(got, "\n") != 1 {
		t.Errorf("words and a limit: %q", got)
	}
	if got := ask("zeppelin"); got != "" {
		t.Errorf("nothing is %q", got)
	}

	var d struct{ ID, Title, Status string }
	for _, line := range strings.Split(strings.TrimSpace(ask("--json", "--place", "Turku")), "\n") {
		if err := json.Unmarshal([]byte(line), &d); err != nil || d.ID == "" || d.Status == "" {
			t.Errorf("%s: %v", line, err)
		}
	}
	event := ask("--event", "--json", "--place", "FI", "--limit", "1")
	if !strings.Contains(event, `"sentence"`) || !strings.Contains(event, `"article"`) {
		t.Errorf("event %s", event)
	}
	facets := ask("--facets", "--limit", "0", "--place", "FI")
	if !strings.Contains(facets, "place.country\t") || !strings.Contains(facets, "Finland (FI)") {
		t.Errorf("facets %s", facets)
	}
}

// A person of the gazetteer is found under any spelling, whichever the article
// prints.
func TestSearchSpellings(t *testing.T) {
	dir := t.TempDir()
	store, err := embedded.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	p, err := pipeline.New(pipeline.Options{})
	if err != nil {
		t.Fatal(err)
	}
	spellings := []string{"Volodymyr Zelensky", "Volodymyr Zelenskyy", "Vladimir Zelenskiy", "Zelensky"}
	var s pipeline.Scratch
	var docs []*pipeline.Document
	for i, name := range append(spellings, "Olha Koval") {
		docs = append(docs, p.Enrich(&wire.Article{SourceID: "s", ItemID: strconv.Itoa(i), Status: wire.Usable, Title: "Talks in Oslo",
			Body: "President " + name + " met the ministers in Oslo on Monday."}, nil, &s))
	}
	if err := errors.Join(searchtest.Write(context.Background(), store, docs...), store.Close()); err != nil {
		t.Fatal(err)
	}
	for _, name := range append(spellings, "zelensky", "zelenskiy", "Wolodymyr Zelenskyy") {
		out, err := runCommand(newSearchCommand(), "--dir", dir, "--actor", name)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(out, "\n"); n != len(spellings) {
			t.Errorf("--actor %q finds %d of %d articles:\n%s", name, n, len(spellings), out)
		}
	}
}

// What is wrong is said of the flag it stands in, all at once, with exit code 2.
func TestSearchUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"--from", "2025-13", "--limit", "many"}, []string{`--from: "2025-13" is no date`, `--limit: "many" is no number`}},
		{[]string{"--from", "2025", "--from", "2024"}, []string{"given twice"}},
		{[]string{"from:Berlin"}, []string{`--from: "Berlin" is no date`}},
		{[]string{"--published-to", "x"}, []string{"--published-to: "}},
		{[]string{"--colour", "red"}, []string{"unknown flag"}},
		{[]string{strings.Repeat("x", 2000)}, []string{"words: 2000 bytes"}},
	} {
		cmd := newSearchCommand()
		cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
		_, err := runCommand(cmd, append([]string{"--dir", t.TempDir()}, c.args...)...)
		if err == nil || !isUsage(err) {
			t.Errorf("%v: %v", c.args, err)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%v: %v, want %s", c.args, err, w)
			}
		}
	}
}

func TestTable(t *testing.T) {
	rows := []search.Row{
		{ID: strings.Repeat("a", 32), When: "18 May 2025", Published: time.Date(2025, 5, 19, 8, 0, 0, 0, time.UTC), Who: []string{"Marta Olsson", "Harbour Board"}, Where: []string{"Duluth"},
			What: strings.Repeat("a long headline that goes on ", 20), Outlet: "North Wire"},
		{ID: strings.Repeat("b", 32), What: "evil\x1b]0;title\x07\u202e \u2028words\ttab 东京都知事が会見", Outlet: "\x1b[31mRed"},
	}
	for _, width := range []int{1, 20, 40, 80, 200} {
		var b strings.Builder
		if err := printTable(&b, rows, &index.Query{Limit: 2}, &index.Answer{Total: 5}, width); err != nil {
			t.Fatal(err)
		}
		s := b.String()
		if strings.ContainsAny(s, "\x1b\x07\u202e\u2028\t") {
			t.Errorf("width %d: control characters in %q", width, s)
		}
		lines := strings.Split(s, "\n")
		for _, l := range lines[:len(lines)-2] { // the last says how to go on
			if n := columnsOf(l); n > max(20, width) {
				t.Errorf("width %d: %d columns in %q", width, n, l)
			}
		}
		if !strings.Contains(s, "1 to 2 of 5 articles; --offset 2 shows more") || !strings.Contains(s, "18 May 2025") || !strings.Contains(s, "no date") {
			t.Errorf("width %d: %s", width, s)
		}
	}
	if columnsOf("东京") != 4 || columnsOf("Zoë") != 3 || columnsOf("e\u0301") != 1 {
		t.Error("columns")
	}
	if got := wrap("one two three four five", 9, 2); len(got) != 2 || got[0] != "one two" || got[1] != "three fo…" {
		t.Errorf("%q", got)
	}
}
