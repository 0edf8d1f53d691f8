package main

import (
	"regexp"
	"slices"
	"strings"
)

// The scoreboard page holds what the scorers print, and beside it what other
// systems reach and what a reader has to know. A new run replaces the rows,
// lists and sentences that it prints, and leaves everything else as it is.

// block is a piece of a page: a row of a table, a list, or a paragraph.
type block struct {
	key   string // rows and paragraphs of one key are the same
	lines []string
}

// keyColumns are the columns that say what a row is about; they come first.
var keyColumns = []string{"set", "system", "data", "metric", "what", "method"}

// blocks cuts lines into blocks. Rows have the heading above them and their key
// columns as key, a list "list", a paragraph its start.
// Blank lines, headings and the heads of tables have none.
func blocks(lines []string) (out []block) {
	heading, keys := "", 0
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		b := block{lines: []string{l}}
		switch {
		case strings.HasPrefix(l, "#"):
			heading = l
		case strings.HasPrefix(l, "|---"):
		case strings.HasPrefix(l, "|") && i+1 < len(lines) && strings.HasPrefix(lines[i+1], "|---"):
			keys = 0
			for _, c := range rowCells(l) {
				if !slices.Contains(keyColumns, c) {
					break
				}
				keys++
			}
		case strings.HasPrefix(l, "|"):
			if c := rowCells(l); keys > 0 && keys <= len(c) {
				b.key = heading + "\x00" + strings.Join(c[:keys], "\x00")
			}
		case strings.HasPrefix(l, "- "):
			b.key = heading + "\x00list"
			for i+1 < len(lines) && strings.HasPrefix(lines[i+1], "- ") {
				i++
				b.lines = append(b.lines, lines[i])
			}
		case l != "" && !strings.HasPrefix(l, "    "):
			b.key = heading + "\x00text " + l[:min(len(l), paragraphKey)]
			for i+1 < len(lines) && lines[i+1] != "" && !strings.ContainsAny(lines[i+1][:1], "|#-") {
				i++
				b.lines = append(b.lines, lines[i])
			}
		}
		out = append(out, b)
	}
	return out
}

// paragraphKey is how many bytes of its start tell a paragraph: less than its
// first figure.
const paragraphKey = 12

func rowCells(row string) []string {
	parts := strings.Split(strings.Trim(row, "|"), "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// mergeBoard puts what a run printed into the page, part by part. It returns the
// page and how many blocks changed or are new.
func mergeBoard(page, printed string) (merged string, changed int) {
	parts := sections(page)
	for _, s := range measured(printed) { // what is not measured stays
		i := slices.IndexFunc(parts, func(p section) bool { return p.name == s.name })
		if i < 0 {
			end := &parts[len(parts)-1]
			end.lines = squeeze(append(end.lines, ""))
			parts = append(parts, s)
			changed += len(blocks(s.lines))
			continue
		}
		n := 0
		parts[i].lines, n = mergeSection(parts[i].lines, s.lines)
		changed += n
	}
	return joined(parts), changed
}

// joined is the page of the parts.
func joined(parts []section) string {
	var b strings.Builder
	for _, p := range parts {
		for _, l := range p.lines {
			b.WriteString(l + "\n")
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// measured is the parts of what a run printed that were not left out.
func measured(printed string) []section {
	return slices.DeleteFunc(sections(printed), func(s section) bool {
		return s.name == "" || slices.ContainsFunc(s.lines, func(l string) bool { return strings.HasPrefix(l, "Left out: ") })
	})
}

// section is a part of the page, from its heading "## name: …" on; what comes
// before the first has no name.
type section struct {
	name  string
	lines []string
}

func sections(page string) (out []section) {
	out = []section{{}}
	for _, l := range strings.Split(strings.TrimRight(page, "\n"), "\n") {
		if rest, ok := strings.CutPrefix(l, "## "); ok {
			name, _, _ := strings.Cut(rest, ":")
			out[len(out)-1].lines = append(out[len(out)-1].lines, "")
			out = append(out, section{name: name})
		}
		out[len(out)-1].lines = append(out[len(out)-1].lines, l)
	}
	for i := range out {
		out[i].lines = squeeze(out[i].lines)
	}
	return out
}

// squeeze leaves one blank line of several.
func squeeze(lines []string) []string {
	return slices.CompactFunc(lines, func(a, b string) bool { return a == "" && b == "" })
}

// mergeSection replaces the blocks of a part that a run printed anew. A row that
// the page does not have follows the one that was printed before it; other
// blocks that it does not have are left out, as the page words them itself.
func mergeSection(page, printed []string) (out []string, changed int) {
	old := blocks(page)
	last := -1
	for _, b := range blocks(printed) {
		if b.key == "" {
			continue
		}
		i := slices.IndexFunc(old, func(o block) bool { return o.key == b.key })
		switch {
		case i >= 0:
			if !slices.Equal(old[i].lines, b.lines) {
				old[i].lines = b.lines
				changed++
			}
			last = i
		case strings.HasPrefix(b.lines[0], "|") && last >= 0:
			last++
			old = slices.Insert(old, last, b)
			changed++
		}
	}
	for _, b := range old {
		out = append(out, b.lines...)
	}
	return out, changed
}

var boardDate = regexp.MustCompile(`(?m)^(Accuracy on development sets, )\d{4}-\d{2}-\d{2}`)

// dated is the page with the day of its last run.
func dated(page, day string) string { return boardDate.ReplaceAllString(page, "${1}"+day) }
