package search

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"dateline/index"
	"dateline/pipeline"
	"dateline/pipeline/actor"
	"dateline/pipeline/event"
	"dateline/pipeline/text"
)

// articleView is the page of one article.
type articleView struct {
	shell
	ID         string
	Headline   [][]run // one paragraph
	Body       [][]run // paragraphs of runs
	Byline     []string
	Credits    []string
	Outlet     string
	URL        string // of the original; empty unless it is http or https
	Published  time.Time
	PubText    string
	Updated    string
	Badges     []string
	Correction string
	Main       string // when the main event was
	MainTitle  string
	Who        []entityView
	Where      []entityView
	When       []dateView
	Events     []eventView
	Facts      []fact
	JSON       string
	Story      string // address of the other articles of the story
}

// run is a stretch of text that is an event's sentence, or is not.
type run struct {
	Anchor string // id of the element; empty: no event
	Title  string
	Pieces []piece
}

// entityView is an actor or a place in the panel beside the text.
type entityView struct {
	Ref, Name, Link, ID string
	Page                string // of an actor
	Kind                string // person, town, …
	Lines               []string
	Count               int
	Uncertain           bool
}

type dateView struct {
	Ref, Text, Interval, Note, Link, Title string
}

type eventView struct {
	Anchor, Date, Modality, Trigger string
	Who, Where                      []string
}

type fact struct{ Name, Value string }

// articlePage shows one article with all that was read in it.
func (s *site) articlePage(w http.ResponseWriter, r *http.Request) error {
	h, err := s.one(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if h == nil {
		return noArticle
	}
	d := new(pipeline.Document)
	if err := json.Unmarshal(h.Source, d); err != nil {
		return fmt.Errorf("document %s: %w", h.ID, err)
	}
	rules := s.rules()
	v := &articleView{shell: s.shell(r, lines(" – ", d.Title, "Dateline"), rules), ID: h.ID}
	v.text(d)
	v.head(d, rules)
	v.panel(d, rules)
	v.facts(d, rules)
	return render(w, r, http.StatusOK, "article", v)
}

// text cuts title and body into paragraphs, event sentences and pieces.
func (v *articleView) text(d *pipeline.Document) {
	jump := func(n note) string {
		if n.ref == "" {
			return ""
		}
		return "#" + n.ref
	}
	title := newCutter(d.Title, notesOf(d, text.Title, text.Span{End: len(d.Title)}), nil, jump)
	v.Headline = [][]run{runs(title, 0, len(d.Title), d, text.Title)}
	body := newCutter(d.Body, notesOf(d, text.Body, text.Span{End: len(d.Body)}), nil, jump)
	for _, p := range paragraphs(d.Body) {
		v.Body = append(v.Body, runs(body, p.Start, p.End, d, text.Body))
	}
}

// paragraphs cuts a body at its blank lines, or at every line if it has none.
func paragraphs(s string) []text.Span {
	sep := "\n"
	if strings.Contains(s, "\n\n") || strings.Contains(s, "\r\n\r\n") {
		sep = "\n\n"
		if !strings.Contains(s, sep) {
			sep = "\r\n\r\n"
		}
	}
	var ps []text.Span
	at := 0
	for at <= len(s) {
		end := strings.Index(s[at:], sep)
		if end < 0 {
			end = len(s) - at
		}
		if strings.TrimSpace(s[at:at+end]) != "" {
			ps = append(ps, text.Span{Start: at, End: at + end})
		}
		at += end + len(sep)
	}
	return ps
}

// runs cuts text[from:to] at the sentences of events.
func runs(c *cutter, from, to int, d *pipeline.Document, f text.Field) []run {
	var out []run
	at := from
	plain := func(end int) {
		if end > at {
			out = append(out, run{Pieces: c.cut(at, end)})
		}
		at = max(at, end)
	}
	for _, e := range sentences(d.Events, f, c.text) {
		if e.Span.End <= at || e.Span.Start >= to {
			continue
		}
		start, end := max(e.Span.Start, at), min(e.Span.End, to)
		plain(start)
		r := run{Title: eventTitle(e), Pieces: c.cut(start, end)}
		if start == e.Span.Start {
			r.Anchor = anchor(f, e.Span)
		}
		out = append(out, r)
		at = end
	}
	plain(to)
	return out
}

// sentences are the events of a field in the order of the text, one for each
// sentence.
func sentences(events []event.Event, f text.Field, s string) []event.Event {
	es := slices.DeleteFunc(slices.Clone(events), func(e event.Event) bool { return e.Field != f || !fits(s, e.Span) })
	slices.SortStableFunc(es, func(a, b event.Event) int { return a.Span.Start - b.Span.Start })
	return slices.CompactFunc(es, func(a, b event.Event) bool { return a.Span.Start == b.Span.Start })
}

func eventTitle(e event.Event) string {
	return lines(" · ", "event", e.Modality, lines(" ", e.Trigger, typeName(e.Type)), interval(e.Date), percent(e.Confidence))
}

// typeName is an event's type in words.
func typeName(code string) string { return strings.ToLower(strings.ReplaceAll(code, "_", " ")) }

func (v *articleView) head(d *pipeline.Document, rules Rules) {
	zone := rules.zone()
	v.Outlet = d.Outlet
	if v.Outlet == "" {
		v.Outlet = d.Source.Name
	}
	if d.Byline != nil {
		for i := range d.Byline.Authors {
			a := &d.Byline.Authors[i]
			v.Byline = append(v.Byline, lines(", ", a.Name, a.JobTitle, a.Affiliation, a.Location))
		}
		for _, c := range d.Byline.Contributors {
			v.Byline = append(v.Byline, lines(", ", c.Name, strings.Join(c.Roles, ", "), c.Location))
		}
	} else {
		v.Byline = d.Authors
	}
	for _, c := range d.Credits {
		v.Credits = append(v.Credits, lines(" · ", c.Kind, c.Person, strings.Join(c.Agency, ", ")))
	}
	if u, err := url.Parse(d.Source.URL); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
		v.URL = d.Source.URL
	}
	if d.Published != nil {
		v.Published, v.PubText = d.Published.UTC(), d.Published.In(zone).Format("2 January 2006, 15:04 MST")
	}
	if d.Updated != nil && (d.Published == nil || !d.Updated.Equal(*d.Published)) {
		v.Updated = d.Updated.In(zone).Format("2 January 2006, 15:04 MST")
	}
	v.Badges, v.Correction = badges(d), d.CorrectionNote
	if d.Main != nil {
		v.Main, v.MainTitle = interval(&d.Main.Date), dateTitle(&d.Main.Date)
	}
	v.JSON = "/api/articles/" + v.ID
	story := d.ID
	if d.Dedup != nil && d.Dedup.Story != "" {
		story = d.Dedup.Story
	}
	if isID(story) {
		v.Story = "/story/" + story
	}
}

// panel lists who, where, when and what happened.
func (v *articleView) panel(d *pipeline.Document, rules Rules) {
	filter := filterBy(&index.Query{Limit: rules.pageSize()}, d, rules)
	names := map[string]string{}
	for i := range d.Actors {
		a := &d.Actors[i]
		ref := fmt.Sprint("a", i)
		names[a.ID], names[a.Name] = a.Name, a.Name
		v.Who = append(v.Who, entityView{Ref: ref, Name: a.Name, ID: a.ID, Link: filter(note{ref: ref}), Page: actorPage(a.ID, a.Name), Kind: lines(" · ", a.Type, a.Country),
			Lines: roleLines(a), Count: len(a.Mentions), Uncertain: a.Confidence < uncertain})
	}
	for i := range d.Places {
		p := &d.Places[i]
		ref := fmt.Sprint("p", i)
		names[p.ID] = p.Name
		country := p.Country
		if country == p.ID {
			country = ""
		}
		v.Where = append(v.Where, entityView{Ref: ref, Name: p.Name, ID: p.ID, Link: filter(note{ref: ref}), Kind: lines(" · ", featureName(p.Feature), country, strings.Join(p.Kinds, ", "), p.Reason), Count: len(p.Mentions), Uncertain: p.Confidence < uncertain})
	}
	for i := range d.Dates {
		t := &d.Dates[i]
		ref := fmt.Sprint("d", i)
		at := interval(t)
		if at == "" {
			at = strings.ToLower(t.Type)
		}
		v.When = append(v.When, dateView{Ref: ref, Text: strings.Join(strings.Fields(t.Text), " "), Interval: at, Note: lines(", ", t.Basis, t.Role), Link: filter(note{ref: ref}), Title: dateTitle(t)})
	}
	for i := range d.Events {
		e := &d.Events[i]
		v.Events = append(v.Events, eventView{Anchor: anchor(e.Field, e.Span), Date: interval(e.Date), Modality: e.Modality, Trigger: e.Trigger,
			Who: named(e.Actors, names), Where: named(e.Places, names)})
	}
}

// uncertain is the confidence below which a name is shown as a guess.
const uncertain = 0.5

// named gives ids their names, each once.
func named(ids []string, names map[string]string) []string {
	var out []string
	for _, id := range ids {
		name := names[id]
		if name == "" {
			name = id
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func roleLines(a *actor.Actor) []string {
	var out []string
	for i := range a.Roles {
		if s := roleText(&a.Roles[i]); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// roleLine is an actor's first role, for a place where one line fits.
func roleLine(a *actor.Actor) string {
	if len(a.Roles) == 0 {
		return a.Type
	}
	return roleText(&a.Roles[0])
}

// facts are what is known of the article beside its text.
func (v *articleView) facts(d *pipeline.Document, rules Rules) {
	add := func(name, value string) {
		if value != "" {
			v.Facts = append(v.Facts, fact{name, value})
		}
	}
	add("id", d.ID)
	add("source", lines(" · ", d.Source.ID, d.Source.Name))
	add("item", d.Source.ItemID)
	add("format", d.Source.Format)
	add("version", fmt.Sprintf("%d (revision %d)", d.Version, d.Revision))
	add("status", d.Status)
	add("language", d.Language)
	add("slug", d.Slug)
	add("words", fmt.Sprint(d.WordCount))
	if d.Dateline != nil {
		add("dateline", strings.Join(strings.Fields(d.Dateline.Raw), " "))
	}
	if x := d.Dedup; x != nil {
		contained := ""
		if x.Containment > 0 {
			contained = fmt.Sprintf("%.0f %% contained", 100*x.Containment)
		}
		add("verdict", lines(", ", x.Verdict, x.Relation, contained))
	}
	add("published", lines(" ", v.PubText, d.PublishedBasis))
	if d.Received != nil {
		add("received", d.Received.In(rules.zone()).Format("2 January 2006, 15:04:05 MST"))
	}
	add("read by", "dateline "+d.Pipeline.Version)
	add("data", lines(", ", d.Pipeline.Data.Gazetteer, d.Pipeline.Data.Names, d.Pipeline.Data.Dates))
}
