package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"dateline/index"
	"dateline/search"
)

// printTable writes results as a table that fits the terminal: when, who,
// where in columns, the headline or sentence on lines of its own below them,
// because it is what people read.
func printTable(out io.Writer, rows []search.Row, q *index.Query, a *index.Answer, columns int) error {
	columns = max(min(columns, 160), 20)
	var b strings.Builder
	for _, r := range rows {
		when := r.When
		if when == "" {
			when = "no date"
		}
		head := []string{when}
		if s := strings.Join(r.Who, ", "); s != "" {
			head = append(head, s)
		}
		if s := strings.Join(r.Where, ", "); s != "" {
			head = append(head, "@ "+s)
		}
		fmt.Fprintln(&b, fit(strings.Join(head, "  "), columns))
		for _, line := range wrap(r.What, columns-2, 3) {
			fmt.Fprintln(&b, "  "+line)
		}
		foot := r.Outlet
		if !r.Published.IsZero() {
			foot += ", " + r.Published.Format("2 January 2006 15:04 UTC")
		}
		switch r.Copies {
		case 0:
		case 1:
			foot += ", and 1 copy"
		default:
			foot += fmt.Sprintf(", and %d copies", r.Copies)
		}
		fmt.Fprintln(&b, fit("  "+foot+"  "+r.ID, columns))
		fmt.Fprintln(&b)
	}
	noun := "article"
	if q.Target == index.Events {
		noun = "event"
	}
	if a.Total != 1 {
		noun += "s"
	}
	least := ""
	if a.TotalIsLowerBound {
		least = "at least "
	}
	switch n := q.Offset + len(rows); {
	case a.Total == 0:
		fmt.Fprintln(&b, "nothing found")
	case int64(n) < a.Total:
		fmt.Fprintf(&b, "%d to %d of %s%d %s; --offset %d shows more\n", q.Offset+1, n, least, a.Total, noun, n)
	default:
		fmt.Fprintf(&b, "%s%d %s\n", least, a.Total, noun)
	}
	if _, err := io.WriteString(out, b.String()); err != nil {
		return err
	}
	return printFacets(out, a)
}

// printable makes a text of unknown origin safe for a terminal: what could move
// the cursor, change colours or reorder the line becomes a space or nothing.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// cells is how many columns of a terminal a rune takes.
func cells(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

func columnsOf(s string) int {
	n := 0
	for _, r := range s {
		n += cells(r)
	}
	return n
}

// fit cuts a line to the columns there are.
func fit(s string, columns int) string {
	s = strings.TrimRight(printable(s), " ")
	if columnsOf(s) <= columns {
		return s
	}
	n := 0
	for i, r := range s {
		if n += cells(r); n > columns-1 {
			return strings.TrimRight(s[:i], " ") + "…"
		}
	}
	return s
}

// wrap breaks a text into at most most lines.
func wrap(s string, columns, most int) []string {
	var lines []string
	line := ""
	words := strings.Fields(printable(s))
	for i, w := range words {
		if line == "" {
			line = w
			continue
		}
		if columnsOf(line)+1+columnsOf(w) <= columns {
			line += " " + w
			continue
		}
		if len(lines) == most-1 {
			line += " " + strings.Join(words[i:], " ")
			break
		}
		lines, line = append(lines, fit(line, columns)), w
	}
	return append(lines, fit(line, columns))
}
