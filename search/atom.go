package search

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/index"
	"dateline/pipeline"
)

// atomFeed is a question as a feed (RFC 4287): a saved query is an address, and
// whoever reads it is told of new answers.
type atomFeed struct {
	XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Title     string      `xml:"title"`
	ID        string      `xml:"id"`
	Updated   string      `xml:"updated"`
	Links     []atomLink  `xml:"link"`
	Generator string      `xml:"generator"`
	Entries   []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	Title      string         `xml:"title"`
	ID         string         `xml:"id"`
	Published  string         `xml:"published,omitempty"`
	Updated    string         `xml:"updated"`
	Authors    []atomName     `xml:"author"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary"`
}

type atomName struct {
	Name string `xml:"name"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr"`
}

// feedEntries is how many entries a feed has.
const feedEntries = 50

// feed answers a question with the articles or events that came last.
func (s *site) feed(w http.ResponseWriter, r *http.Request) error {
	v, err := parameters(r)
	if err != nil {
		return err
	}
	rules := s.rules()
	rules.PageSize = feedEntries
	q, err := rules.Parse(v)
	if err != nil {
		return err
	}
	q.Facets, q.Highlight, q.Offset, q.After = nil, false, 0, ""
	if q.Sort == "" || q.Sort == "relevance" {
		q.Sort = "-received"
	}
	a, err := s.ask(r.Context(), q)
	if err != nil {
		return err
	}
	f, err := feedOf(q, a, s.rules(), origin(r))
	if err != nil {
		return err
	}
	f.Generator = "Dateline " + s.o.Version
	b, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return fmt.Errorf("feed: %w", err)
	}
	b = append([]byte(xml.Header), append(b, '\n')...)
	send(w, r, "application/atom+xml; charset=utf-8", tagOf(b), b)
	return nil
}

// origin is where the reader found this server: a feed needs whole addresses.
func origin(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

func feedOf(q *index.Query, a *index.Answer, rules Rules, origin string) (*atomFeed, error) {
	page := *q
	page.Sort, page.Limit = "", rules.pageSize()
	self := "/feed"
	if v := rules.Values(&page).Encode(); v != "" {
		self += "?" + v
	}
	f := &atomFeed{Title: clean("Dateline: " + questionText(&page, rules)), ID: origin + self,
		Links: []atomLink{{"self", "application/atom+xml", origin + self}, {"alternate", "text/html", origin + link(rules)(&page)}}}
	latest := time.Unix(0, 0) // of a feed without entries
	for i := range a.Hits {
		read := articleEntry
		if q.Target == index.Events {
			read = eventEntry
		}
		e, at, err := read(&a.Hits[i], origin)
		if err != nil {
			return nil, fmt.Errorf("document %s: %w", a.Hits[i].ID, err)
		}
		if at.After(latest) {
			latest = at
		}
		f.Entries = append(f.Entries, *e)
	}
	f.Updated = latest.UTC().Format(time.RFC3339)
	return f, nil
}

func articleEntry(h *index.Hit, origin string) (*atomEntry, time.Time, error) {
	d := new(pipeline.Document)
	if err := json.Unmarshal(h.Source, d); err != nil {
		return nil, time.Time{}, err
	}
	at := cmp.Or(d.Updated, d.Published, d.Received, new(time.Time)).UTC()
	e := &atomEntry{Title: clean(cmp.Or(d.Title, "(no headline)")), ID: "urn:dateline:article:" + h.ID, Published: instant(d.Published), Updated: at.Format(time.RFC3339),
		Links: []atomLink{{"alternate", "text/html", origin + "/article/" + h.ID}}, Summary: clean(strings.Join(strings.Fields(d.Body[:wordEnd(d.Body, excerptSize)]), " "))}
	for _, n := range d.Authors {
		e.Authors = append(e.Authors, atomName{clean(n)})
	}
	if len(e.Authors) == 0 { // RFC 4287 wants one
		e.Authors = []atomName{{clean(cmp.Or(d.Outlet, d.Source.Name, d.Source.ID, "unknown"))}}
	}
	for _, i := range leading(d.Actors) {
		e.Categories = append(e.Categories, atomCategory{clean(d.Actors[i].Name), "urn:dateline:actor"})
	}
	for i := range d.Places {
		if p := &d.Places[i]; len(p.Kinds) != 1 || p.Kinds[0] != "metonym" {
			e.Categories = append(e.Categories, atomCategory{clean(p.Name), "urn:dateline:place"})
		}
	}
	return e, at, nil
}

func eventEntry(h *index.Hit, origin string) (*atomEntry, time.Time, error) {
	var r eventRecord
	if err := json.Unmarshal(h.Source, &r); err != nil {
		return nil, time.Time{}, err
	}
	at := cmp.Or(r.Published, new(time.Time)).UTC()
	e := &atomEntry{Title: clean(lines(": ", interval(r.Date), strings.Join(strings.Fields(r.Sentence), " "))), ID: "urn:dateline:event:" + h.ID,
		Published: instant(r.Published), Updated: at.Format(time.RFC3339), Summary: clean(r.Title), Authors: []atomName{{clean(cmp.Or(r.Outlet, "unknown"))}},
		Links: []atomLink{{"alternate", "text/html", origin + "/article/" + r.Article + "#" + anchor(r.Field, r.Span)}}}
	for _, n := range namesOf(r.Actor) {
		e.Categories = append(e.Categories, atomCategory{clean(n), "urn:dateline:actor"})
	}
	for _, n := range namesOf(r.Place) {
		e.Categories = append(e.Categories, atomCategory{clean(n), "urn:dateline:place"})
	}
	return e, at, nil
}

// clean leaves out what XML 1.0 cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return ' '
		}
		if r < ' ' || r == utf8.RuneError || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)
}

// questionText is a question in a line.
func questionText(q *index.Query, rules Rules) string {
	var parts []string
	if q.Words != "" {
		parts = append(parts, q.Words)
	}
	for _, c := range formOf(q, nil, rules).Chips {
		parts = append(parts, c.Label+" "+c.Value)
	}
	if len(parts) == 0 {
		parts = []string{"everything"}
	}
	if q.Target == index.Events {
		return "events, " + strings.Join(parts, ", ")
	}
	return strings.Join(parts, ", ")
}
