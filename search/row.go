package search

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"dateline/index"
	"dateline/pipeline"
)

// Row is one result in a line, for a terminal: when, who, where and what. It
// holds text as it was written; who prints it must make it safe to print.
type Row struct {
	ID        string
	When      string // date of the event: "18 May 2025", "by 3 April 2025"; empty if unknown
	Published time.Time
	Who       []string
	Where     []string
	What      string // headline, or an event's sentence
	Outlet    string
	Copies    int64 // of its story that are hidden, if somebody counted them
}

// Rows reads the hits of an answer to q.
func Rows(q *index.Query, a *index.Answer) ([]Row, error) {
	rows := make([]Row, 0, len(a.Hits))
	for i := range a.Hits {
		read := articleRow
		if q.Target == index.Events {
			read = eventRow
		}
		r, err := read(&a.Hits[i])
		if err != nil {
			return nil, fmt.Errorf("document %s: %w", a.Hits[i].ID, err)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func articleRow(h *index.Hit) (Row, error) {
	var d pipeline.Document
	if err := json.Unmarshal(h.Source, &d); err != nil {
		return Row{}, err
	}
	r := Row{ID: h.ID, What: d.Title, Outlet: d.Outlet}
	if r.Outlet == "" {
		r.Outlet = d.Source.ID
	}
	if r.What == "" {
		r.What = strings.Join(strings.Fields(d.Body[:wordEnd(d.Body, 200)]), " ")
	}
	if d.Published != nil {
		r.Published = d.Published.UTC()
	}
	if d.Main != nil {
		r.When = interval(&d.Main.Date)
	}
	for _, i := range leading(d.Actors) {
		r.Who = append(r.Who, d.Actors[i].Name)
	}
	for i := range d.Places {
		if p := &d.Places[i]; len(p.Kinds) != 1 || p.Kinds[0] != "metonym" {
			r.Where = append(r.Where, p.Name)
		}
	}
	return r, nil
}

func eventRow(h *index.Hit) (Row, error) {
	var e eventRecord
	if err := json.Unmarshal(h.Source, &e); err != nil {
		return Row{}, err
	}
	r := Row{ID: h.ID, What: strings.Join(strings.Fields(e.Sentence), " "), Outlet: e.Outlet, When: interval(e.Date)}
	if e.Published != nil {
		r.Published = e.Published.UTC()
	}
	for _, n := range e.Actor.named() {
		r.Who = append(r.Who, n.Name)
	}
	for _, n := range e.Place.named() {
		r.Where = append(r.Where, n.Name)
	}
	return r, nil
}
