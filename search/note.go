package search

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/pipeline"
	"dateline/pipeline/actor"
	"dateline/pipeline/place"
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// layer says what a note tells: who, where, when, or what frames them. Of
// notes on the same bytes the lowest layer decides where a click leads.
type layer uint8

const (
	who layer = iota
	where
	when
	role
	opening // the dateline at the head of the text
)

// class is the layer's name in the style sheet.
func (l layer) class() string {
	return [...]string{"who", "where", "when", "role", "opening"}[l]
}

// note is one thing that was read in the text.
type note struct {
	span  text.Span
	layer layer
	ref   string // what it is a mention of: a0, p3, d1; equal for all mentions of one thing
	title string // id, role, interval, basis, rule: why it was read so
	label string // a word beside the mention
}

// notesOf are the notes of one field that share a byte with one of the windows,
// in no order. Spans that do not fit the text are left out: a document may be
// older than its reader.
func notesOf(d *pipeline.Document, f text.Field, windows ...text.Span) []note {
	s := d.Body
	if f == text.Title {
		s = d.Title
	}
	var ns []note
	shown := func(field text.Field, span text.Span) bool {
		return field == f && fits(s, span) && slices.ContainsFunc(windows, span.Overlaps)
	}
	for i := range d.Actors {
		a := &d.Actors[i]
		ref := "a" + strconv.Itoa(i)
		for j := range a.Mentions {
			if m := &a.Mentions[j]; shown(m.Field, m.Span) {
				ns = append(ns, note{m.Span, who, ref, actorTitle(a, m), actorLabel(a)})
			}
		}
		for j := range a.Roles {
			if r := &a.Roles[j]; r.Basis == "document" && shown(r.Field, r.Span) {
				ns = append(ns, note{r.Span, role, ref, "role of " + a.Name + ": " + roleText(r), ""})
			}
		}
	}
	for i := range d.Places {
		p := &d.Places[i]
		for j := range p.Mentions {
			if m := &p.Mentions[j]; shown(m.Field, m.Span) {
				ns = append(ns, note{m.Span, where, "p" + strconv.Itoa(i), placeTitle(p, m), placeLabel(p)})
			}
		}
	}
	for i := range d.Dates {
		if t := &d.Dates[i]; shown(t.Field, t.Span) {
			ns = append(ns, note{t.Span, when, "d" + strconv.Itoa(i), dateTitle(t), dateLabel(t, d.Published)})
		}
	}
	if l := d.Dateline; l != nil && shown(text.Body, l.Span) {
		title := "dateline"
		if l.Agency != "" {
			title += " of " + l.Agency
		}
		ns = append(ns, note{l.Span, opening, "", title, ""})
	}
	return ns
}

// fits reports that a span is not empty, lies inside the text and cuts no
// character.
func fits(s string, at text.Span) bool {
	return at.Start >= 0 && at.Start < at.End && at.End <= len(s) &&
		utf8.RuneStart(s[at.Start]) && (at.End == len(s) || utf8.RuneStart(s[at.End]))
}

// lines joins what is not empty.
func lines(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), sep)
}

func percent(c float32) string { return fmt.Sprintf("%.0f %% sure", 100*min(max(c, 0), 1)) }

func actorTitle(a *actor.Actor, m *actor.Mention) string {
	rule := ""
	if m.Rule != "" {
		rule = "read by rule " + m.Rule
	}
	provisional := ""
	if a.Provisional {
		provisional = "id made from the name"
	}
	id := a.ID
	if id == "" {
		id = "known by name alone"
	}
	rows := []string{lines(" · ", a.Name, a.Type, id, a.Country)}
	for i := range a.Roles {
		if i == 3 {
			break // the page lists them all
		}
		rows = append(rows, "role: "+roleText(&a.Roles[i]))
	}
	return lines("\n", append(rows, lines(" · ", rule, percent(a.Confidence), provisional))...)
}

func roleText(r *actor.Role) string {
	org := ""
	if r.Organization != "" && !strings.Contains(r.Text, r.Organization) {
		org = "of " + r.Organization
	}
	return lines(" ", r.Text, org, "("+lines(", ", r.Code, r.Status, r.Basis, asOf(r))+")")
}

func asOf(r *actor.Role) string {
	if r.AsOf == "" {
		return ""
	}
	return "as of " + r.AsOf
}

func actorLabel(a *actor.Actor) string {
	for _, r := range a.Roles {
		if r.Code != "" {
			return lines(" ", a.Country, r.Code)
		}
	}
	return a.Type
}

func placeTitle(p *place.Place, m *place.Mention) string {
	id := p.ID
	if id == "" {
		id = lines(" ", "not resolved", p.Reason)
	}
	path := ""
	if len(p.Path) > 1 {
		path = "inside " + strings.Join(p.Path[:len(p.Path)-1], " › ")
	}
	point := ""
	if p.Lat != 0 || p.Lon != 0 {
		point = fmt.Sprintf("%.4f, %.4f", p.Lat, p.Lon)
	}
	rule := ""
	if m.Rule != "" {
		rule = "read by rule " + m.Rule
	}
	return lines("\n", lines(" · ", p.Name, featureName(p.Feature), id, point), path,
		lines(" · ", "here as "+lines(", ", m.Kind, m.Form), rule, percent(p.Confidence)))
}

func placeLabel(p *place.Place) string {
	if p.Country == p.ID || p.Country == "" {
		return featureName(p.Feature)
	}
	return p.Country
}

// features are the gazetteer's codes in words.
var features = map[string]string{
	"CONT": "continent", "RGN": "region", "SEA": "waters", "ISL": "island", "MTS": "mountains", "RIV": "river", "HIST": "former state",
	"ADM1": "province", "ADM2": "district", "PPLC": "capital", "PPLX": "part of a town", "FAC": "facility",
}

func featureName(code string) string {
	switch name, ok := features[code]; {
	case ok:
		return name
	case strings.HasPrefix(code, "PPL"):
		return "town"
	case strings.HasPrefix(code, "PCL"):
		return "country"
	}
	return strings.ToLower(code)
}

// dateLabel is the day beside a date in the text; the year of publication goes
// without saying.
func dateLabel(t *timex.Date, published *time.Time) string {
	s := interval(t)
	if published != nil {
		s = strings.ReplaceAll(s, published.Format(" 2006"), "")
	}
	if sameWords(t.Text, s) {
		return ""
	}
	return s
}

// sameWords reports that a date in the text says what its label would: "Feb. 11"
// and "11 February".
func sameWords(printed, label string) bool {
	a, b := strings.Fields(printed), strings.Fields(label)
	if len(a) != len(b) {
		return false
	}
	for _, w := range a {
		w = strings.ToLower(strings.Trim(w, ".,"))
		if w == "" || !slices.ContainsFunc(b, func(l string) bool { return l == w || len(w) >= 3 && strings.HasPrefix(strings.ToLower(l), w) }) {
			return false
		}
	}
	return true
}

func dateTitle(t *timex.Date) string {
	at := interval(t)
	if at == "" {
		at = "no day of the calendar"
	}
	basis := t.Basis
	switch {
	case basis != "" && t.Anchor != "":
		basis += ", counted from " + t.Anchor
	case basis != "":
		basis += " in the text"
		if t.Basis == "publication" {
			basis = "taken from the day of publication"
		}
	}
	rule := ""
	if t.Rule != "" {
		rule = "read by rule " + t.Rule
	}
	return lines("\n", lines(" · ", at, t.Granularity, t.Precision), lines(" · ", basis, lines(" ", t.Type, t.Timex, t.Mod), t.Role),
		lines(" · ", rule, strings.Join(t.Flags, ", "), percent(t.Confidence)))
}

// piece is a stretch of text with the same notes on all its bytes.
type piece struct {
	Text  string
	Class string // of the notes, for the style sheet; empty: plain text
	Title string
	Label string // shown after the piece; only where the thing is named first
	Ref   string // of the note that a click follows
	Link  string // where a click leads
	Hit   bool   // matched the words of the question
}

// cutter cuts a text into pieces. Notes are sorted by where they start.
type cutter struct {
	text  string
	notes []note
	hits  []text.Span       // what matched the words
	link  func(note) string // where a click on a note leads; nil: nowhere
	seen  map[string]bool   // refs that have their label
}

func newCutter(s string, notes []note, hits []text.Span, link func(note) string) *cutter {
	slices.SortStableFunc(notes, func(a, b note) int {
		return cmp.Or(cmp.Compare(a.span.Start, b.span.Start), cmp.Compare(a.layer, b.layer))
	})
	return &cutter{s, notes, hits, link, map[string]bool{}}
}

// cut cuts text[from:to] at the bounds of notes and hits. The pieces together
// are the text.
func (c *cutter) cut(from, to int) []piece {
	edges := []int{from, to}
	edge := func(at text.Span) {
		for _, i := range [...]int{at.Start, at.End} {
			if i > from && i < to {
				edges = append(edges, i)
			}
		}
	}
	for i := range c.notes {
		edge(c.notes[i].span)
	}
	for _, h := range c.hits {
		edge(h)
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	var out []piece
	first := 0 // notes before it have ended
	for i := 1; i < len(edges); i++ {
		at := text.Span{Start: edges[i-1], End: edges[i]}
		for first < len(c.notes) && c.notes[first].span.End <= at.Start {
			first++
		}
		p := c.compose(at, c.notes[first:])
		for _, h := range c.hits {
			p.Hit = p.Hit || h.Contains(at)
		}
		out = append(out, p)
	}
	return out
}

// compose makes the piece of a stretch from the notes that cover it.
func (c *cutter) compose(at text.Span, notes []note) piece {
	p := piece{Text: at.Of(c.text)}
	var classes, titles []string
	var top *note
	for i := range notes {
		n := &notes[i]
		if n.span.Start >= at.End {
			break
		}
		if !n.span.Contains(at) {
			continue
		}
		if s := n.layer.class(); !slices.Contains(classes, s) {
			classes = append(classes, s)
		}
		if !slices.Contains(titles, n.title) {
			titles = append(titles, n.title)
		}
		if top == nil || n.layer < top.layer {
			top = n
		}
	}
	if top == nil {
		return p
	}
	p.Class, p.Title, p.Ref = strings.Join(classes, " "), strings.Join(titles, "\n\n"), top.ref
	if c.link != nil {
		p.Link = c.link(*top)
	}
	if at.End == top.span.End && top.label != "" && !c.seen[top.ref] {
		c.seen[top.ref] = true
		p.Label = top.label
	}
	return p
}
