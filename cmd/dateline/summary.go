package main

import (
	"fmt"
	"slices"
	"strings"
)

// summaryPart is the part of the scoreboard that holds one row for each figure
// that a reader asks for first. It is made from the rows below it, so the two
// never differ.
const summaryPart = "summary"

// headline is one row of the summary: where its figure stands on the page, what
// others reach there and what this project wants.
type headline struct {
	what   string
	part   string   // of the page
	table  string   // start of the heading above the table inside the part; empty: the first one
	row    []string // key columns of the row
	column string
	peer   []string // key columns of the best other system's row in the same table
	best   string   // or what is published elsewhere
	goal   string
}

// headlines are the rows, by part in the order of the stages. Goals are those of
// docs/architecture.md and the pages of the stages.
var headlines = []headline{
	{what: "byline strings, exact", part: "bylines", row: []string{"strings-dev", "Dateline"}, column: "result", best: "8/24 newspaper4k", goal: "22/24"},
	{what: "bylines of news pages, exact", part: "bylines", row: []string{"naeb-dev pages", "Dateline"}, column: "result", peer: []string{"naeb-dev pages", "readability and naive split"}, goal: "160/197"},
	{what: "names, Worldwide test, F1", part: "names", row: []string{"Worldwide test", "Dateline"}, column: "F1", peer: []string{"Worldwide test", "spaCy en_core_web_md 3.8"}, goal: "75"},
	{what: "names, Worldwide test, ORG F1", part: "names", row: []string{"Worldwide test", "Dateline"}, column: "ORG", peer: []string{"Worldwide test", "spaCy en_core_web_md 3.8"}, goal: "55"},
	{what: "names, GUM news and interview, F1", part: "names", row: []string{"GUM news and interview", "Dateline"}, column: "F1", peer: []string{"GUM news and interview", "spaCy en_core_web_md 3.8"}},
	{what: "names, own gold, F1", part: "names", row: []string{"own gold", "Dateline"}, column: "F1", peer: []string{"own gold", "spaCy en_core_web_md 3.8"}},
	{what: "people's names put together, B-cubed F", part: "actors", row: []string{"GUM news and interviews, gold names", "person clusters, B-cubed F"}, column: "figure", best: "0.853 equal strings", goal: "0.94"},
	{what: "roles: title, code and country, F1", part: "actors", row: []string{"roles.txt, held out", "title, code and country, F1 (P, R)"}, column: "figure", goal: "0.80"},
	{what: "articles with an author among the actors", part: "actors", row: []string{"news, first 5000 articles", "author among actors"}, column: "figure", goal: "at most 0.1 %"},
	{what: "places, TR-News, toponym F1", part: "places", row: []string{"TR-News, fitted on GWN"}, column: "toponym F1", best: "0.829 dictionary", goal: "0.83"},
	{what: "places, GWN, toponym F1", part: "places", row: []string{"GWN, fitted on TR-News"}, column: "toponym F1", best: "0.769 dictionary", goal: "0.77"},
	{what: "places, TR-News, found and within 161 km, F1", part: "places", row: []string{"TR-News, fitted on GWN"}, column: "F1@161 km", best: "0.615 CamCoder", goal: "0.66"},
	{what: "places, GWN, found and within 161 km, F1", part: "places", row: []string{"GWN, fitted on TR-News"}, column: "F1@161 km", best: "0.598 Edinburgh", goal: "0.66"},
	{what: "dates, TimeBank, value F1", part: "dates", row: []string{"timebank", "value F1"}, column: "figure", best: "78.7 HeidelTime", goal: "86"},
	{what: "dates, AQUAINT, value F1", part: "dates", row: []string{"aquaint", "value F1"}, column: "figure", best: "71.7 HeidelTime", goal: "82"},
	{what: "dates, WikiWars, value F1", part: "dates", row: []string{"wikiwars", "value F1"}, column: "figure", best: "83.0 HeidelTime", goal: "88"},
	{what: "weekdays to the right week, accuracy", part: "dates", row: []string{"timebank + aquaint", "weekday accuracy"}, column: "figure", best: "89.8 past rule", goal: "93.5"},
	{what: "day of the main event, MUC, exact", part: "dates", row: []string{"muc-dev", "main date exact, cross-validated"}, column: "figure", best: "71.0 first mention", goal: "82"},
	{what: "types of events, precision", part: "events", row: []string{"type"}, column: "precision"},
	{what: "types of events, recall", part: "events", row: []string{"type"}, column: "recall"},
	{what: "who acts, precision", part: "events", row: []string{"source"}, column: "precision"},
	{what: "reprints with boilerplate, ARI", part: "dedup", table: "### with boilerplate", row: []string{"**Dateline**"}, column: "ARI", peer: []string{"MinHash 3-gram 42x3, containment >= .40"}, goal: "0.970"},
	{what: "reprints of clean text, ARI", part: "dedup", table: "### clean text", row: []string{"**Dateline**"}, column: "ARI", peer: []string{"MinHash 3-gram 42x3, containment >= .40"}, goal: "0.980"},
	{what: "yesterday's text with today's figures, called a copy", part: "dedup", table: "### templates", row: []string{"**Dateline**"}, column: "reissues called copies", peer: []string{"MinHash 3-gram 42x3, J >= .30"}, goal: "at most 10 %"},
}

// summarise makes the page's summary anew. Rows of the parts that this run
// measured have its day; those of others keep theirs.
func summarise(page, day string, measured []section) string {
	parts := sections(page)
	at := slices.IndexFunc(parts, func(s section) bool { return s.name == summaryPart })
	days := map[string]string{}
	if at >= 0 {
		for _, l := range parts[at].lines {
			if c := rowCells(l); len(c) == summaryColumns {
				days[c[0]] = c[4]
			}
		}
	}
	lines := []string{"## " + summaryPart + ": the figures to look at first, made from the parts below", "",
		"| what | Dateline | best other | goal | measured | command |", "|---|---|---|---|---|---|"}
	for _, h := range headlines {
		i := slices.IndexFunc(parts, func(s section) bool { return s.name == h.part })
		if i < 0 {
			continue
		}
		ours, ok := figure(parts[i].lines, h.table, h.row, h.column)
		if !ok {
			continue
		}
		best := h.best
		if v, ok := figure(parts[i].lines, h.table, h.peer, h.column); ok {
			best = v + " " + h.peer[len(h.peer)-1]
		}
		if slices.ContainsFunc(measured, func(s section) bool { return s.name == h.part }) || days[h.what] == "" {
			days[h.what] = day
		}
		lines = append(lines, fmt.Sprintf("| %s | %s | %s | %s | %s | `dateline score DATA %s` |", h.what, ours, best, h.goal, days[h.what], h.part))
	}
	lines = append(lines, "")
	if at >= 0 {
		parts[at].lines = lines
	} else {
		parts = slices.Insert(parts, 1, section{summaryPart, lines})
	}
	return joined(parts)
}

const summaryColumns = 6

// figure is the first figure of a cell: up to the first comma or bracket.
func figure(lines []string, table string, row []string, column string) (string, bool) {
	if len(row) == 0 {
		return "", false
	}
	inside, col := table == "", -1
	for i, l := range lines {
		switch {
		case strings.HasPrefix(l, "###"):
			inside = table == "" || strings.HasPrefix(l, table)
		case !inside || !strings.HasPrefix(l, "|"):
		case i+1 < len(lines) && strings.HasPrefix(lines[i+1], "|---"):
			col = slices.Index(rowCells(l), column)
		default:
			c := rowCells(l)
			if col < len(row) || col >= len(c) || !slices.Equal(c[:len(row)], row) {
				continue
			}
			v, _, _ := strings.Cut(c[col], " (")
			if i := strings.LastIndex(v, ", "); i >= 0 && strings.HasSuffix(v, "%") {
				v = v[i+2:] // "40 of 1200, 3.3 %"
			}
			return strings.TrimPrefix(v, "exact "), true
		}
	}
	return "", false
}
