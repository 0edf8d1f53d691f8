package main

import (
	"os"
	"strings"
	"testing"
)

const boardPage = `# Scoreboard

Accuracy on development sets, 2025-01-01. Words.

## dates: the days

    dateline score DATA dates

| data | metric | n | figure |
|---|---|---|---|
| bank | F1 | 10 | 50.0 |
| bank | F1, spaCy's | 10 | 40.0 |

What a reader has to know.

- bank: 2 cases are left out
- bank: 3 more

Incidents of 43 stories: 10 of
20.

### loud

| method | P |
|---|---|
| ours | 1 |

## kept: what no run measured

| set | F1 |
|---|---|
| a | 1 |
`

func TestMergeBoard(t *testing.T) {
	printed := `## dates: the days

| data | metric | n | figure |
|---|---|---|---|
| bank | F1 | 11 | 51.0 |
| shore | F1 | 5 | 9.0 |

- bank: 1 case is left out

Incidents of 44 stories: 11 of 20.

### loud

| method | P |
|---|---|
| ours | 2 |

## kept: what no run measured

Left out: open a: no such file

## new: a part

| set | F1 |
|---|---|
| b | 3 |

`
	want := strings.NewReplacer("| bank | F1 | 10 | 50.0 |", "| bank | F1 | 11 | 51.0 |\n| shore | F1 | 5 | 9.0 |",
		"- bank: 2 cases are left out\n- bank: 3 more", "- bank: 1 case is left out", "Incidents of 43 stories: 10 of\n20.", "Incidents of 44 stories: 11 of 20.",
		"| ours | 1 |", "| ours | 2 |", "2025-01-01", "2026-02-03").Replace(boardPage) + "\n## new: a part\n\n| set | F1 |\n|---|---|\n| b | 3 |\n"
	got, changed := mergeBoard(boardPage, printed)
	if got = dated(got, "2026-02-03"); got != want {
		t.Errorf("merged\n%s\nwant\n%s", got, want)
	}
	if changed != 10 {
		t.Errorf("%d blocks changed, want 5 and the 5 of the new part", changed)
	}
	if again, n := mergeBoard(want, printed); again != want || n != 0 {
		t.Errorf("merged again, %d blocks changed:\n%s", n, again)
	}
}

// TestBoardForm keeps the page in the form that a run writes: merged with nothing
// it is the same, and each part has a scorer.
func TestBoardForm(t *testing.T) {
	page, err := os.ReadFile("../../docs/scoreboard.md")
	if err != nil {
		t.Fatal(err)
	}
	if got, n := mergeBoard(string(page), string(page)); got != string(page) || n != 0 {
		t.Errorf("docs/scoreboard.md is not as a run writes it (%d blocks differ)", n)
	}
	seen := map[string]bool{}
	for _, s := range sections(string(page))[1:] {
		seen[s.name] = true
	}
	for _, s := range scorers {
		if !seen[s.name] {
			t.Errorf("docs/scoreboard.md has no part %q", s.name)
		}
		delete(seen, s.name)
	}
	delete(seen, summaryPart)
	for name := range seen {
		t.Errorf("docs/scoreboard.md has a part %q that nothing measures", name)
	}
	if !boardDate.Match(page) {
		t.Error("docs/scoreboard.md does not say of which day it is")
	}
}
