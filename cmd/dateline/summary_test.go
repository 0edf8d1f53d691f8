package main

import (
	"os"
	"strings"
	"testing"
)

const summaryPage = `# Scoreboard

Words.

## events: types

| what | precision | n | recall |
|---|---|---|---|
| type | 88.3 | 154 | 35.3 |
| source | 93.0 (a, b) | 142 | 30.3 |

## dedup: copies

### clean text

| method | P | ARI |
|---|---|---|
| **Dateline** | 0.9 | 0.982 (0.979–0.984) |
| MinHash 3-gram 42x3, containment >= .40 | 0.9 | 0.959 (0.948–0.972) |

### templates, seed 1

| method | reissues called copies |
|---|---|
| **Dateline** | 40 of 1200, 3.3 % |
`

func TestSummarise(t *testing.T) {
	first := summarise(summaryPage, "2025-01-01", nil)
	for _, want := range []string{
		"| types of events, precision | 88.3 |  |  | 2025-01-01 | `dateline score DATA events` |",
		"| who acts, precision | 93.0 |",
		"| reprints of clean text, ARI | 0.982 | 0.959 MinHash 3-gram 42x3, containment >= .40 | 0.980 |",
		"| 3.3 % |  | at most 10 % |",
	} {
		if !strings.Contains(first, want) {
			t.Errorf("the summary lacks %q:\n%s", want, first)
		}
	}
	if strings.Contains(first, "names") || strings.Contains(first, "boilerplate") {
		t.Errorf("rows of parts or tables that the page does not have:\n%s", first)
	}
	if !strings.HasPrefix(first, "# Scoreboard\n\nWords.\n\n## summary: ") || !strings.Contains(first, strings.TrimPrefix(summaryPage, "# Scoreboard\n\nWords.\n\n")) {
		t.Errorf("the rest of the page changed:\n%s", first)
	}
	second := summarise(strings.Replace(first, "| type | 88.3 |", "| type | 90.1 |", 1), "2025-02-02", measured("## events: types\n\n| a |\n\n## dedup: copies\n\nLeft out: no data\n"))
	if !strings.Contains(second, "| types of events, precision | 90.1 |  |  | 2025-02-02 |") || !strings.Contains(second, "0.980 | 2025-01-01 |") {
		t.Errorf("figure or day of a new run:\n%s", second)
	}
}

// The page that is committed has a summary, and it says what the page says.
func TestSummaryIsCurrent(t *testing.T) {
	b, err := os.ReadFile("../../docs/scoreboard.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	if got := summarise(page, "2000-01-01", nil); got != page {
		t.Error("docs/scoreboard.md: the summary differs from the parts; dateline score DATA PART --write docs/scoreboard.md makes it anew")
	}
	for _, h := range headlines {
		if !strings.Contains(page, "| "+h.what+" | ") {
			t.Errorf("docs/scoreboard.md has no figure for %q", h.what)
		}
	}
}
