package search

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/index"
	"dateline/pipeline"
	"dateline/pipeline/actor"
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// resultView is one result: an article, or an event of one.
type resultView struct {
	Link      string
	Title     []piece
	Plain     string // the title as text
	Outlet    string
	Authors   string
	Published time.Time
	PubText   string
	Date      string // of the event
	DateTitle string
	Badges    []string
	Event     bool
	Excerpts  [][]piece // stretches of the text, or an event's sentence
	Who       []nameLink
	Where     []nameLink
	Copies    string // address of the story with its copies
}

// nameLink is an actor or a place beside a result.
type nameLink struct{ Name, ID, Link, Title string }

// eventRecord is an event as stored.
type eventRecord struct {
	Article   string     `json:"article"`
	Title     string     `json:"title"`
	Outlet    string     `json:"outlet"`
	Authors   []string   `json:"authors"`
	Published *time.Time `json:"published"`
	Sentence  string     `json:"sentence"`
	Field     text.Field `json:"field"`
	Span      text.Span  `json:"span"`
	Trigger   string     `json:"trigger"`
	Type      string     `json:"type"`
	Modality  string     `json:"modality"`
	Date      *timex.Date
	Actor     flatNames `json:"actor"`
	Place     flatNames `json:"place"`
}

// UnmarshalJSON reads the event's date beside the rest: in the index it stands
// under the name that the article's main date has.
func (e *eventRecord) UnmarshalJSON(b []byte) error {
	type plain eventRecord
	v := struct {
		*plain
		EventDate *timex.Date `json:"event_date"`
	}{plain: (*plain)(e)}
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	e.Date = v.EventDate
	return nil
}

// flatNames are the ids and names of an event's actors or places.
type flatNames struct {
	ID    []string `json:"id"`
	Name  []string `json:"name"`
	Label []string `json:"label"` // "id|name"
}

// results reads the documents of an answer.
func (s *site) results(ctx context.Context, q *index.Query, a *index.Answer, rules Rules) ([]resultView, error) {
	if q.Target == index.Events {
		return s.eventResults(ctx, q, a, rules)
	}
	views := make([]resultView, 0, len(a.Hits))
	for i := range a.Hits {
		h := &a.Hits[i]
		d := new(pipeline.Document)
		if err := json.Unmarshal(h.Source, d); err != nil {
			return nil, fmt.Errorf("document %s: %w", h.ID, err)
		}
		views = append(views, articleResult(q, h, d, rules))
	}
	return views, nil
}

func articleResult(q *index.Query, h *index.Hit, d *pipeline.Document, rules Rules) resultView {
	v := head(d.Title, d.Outlet, d.Authors, d.Published, rules)
	v.Link = "/article/" + h.ID
	if v.Outlet == "" {
		v.Outlet = d.Source.Name
	}
	v.Title = newCutter(d.Title, notesOf(d, text.Title, text.Span{End: len(d.Title)}), hitsIn(d.Title, h.Highlights["title"]), filterBy(q, d, rules)).cut(0, len(d.Title))
	if d.Main != nil {
		v.Date, v.DateTitle = interval(&d.Main.Date), dateTitle(&d.Main.Date)
	}
	v.Badges = badges(d)
	if d.Dedup != nil && isID(d.Dedup.Story) && d.Dedup.Story != d.ID {
		v.Copies = "/story/" + d.Dedup.Story
	}
	hits := hitsIn(d.Body, h.Highlights["body"])
	ws := windows(q, d, h.Highlights["body"])
	c := newCutter(d.Body, notesOf(d, text.Body, ws...), hits, filterBy(q, d, rules))
	for _, w := range ws {
		v.Excerpts = append(v.Excerpts, elided(c, w))
	}
	link := filterBy(q, d, rules)
	for _, i := range leading(d.Actors) {
		a := &d.Actors[i]
		v.Who = append(v.Who, nameLink{a.Name, a.ID, link(note{layer: who, ref: fmt.Sprint("a", i)}), roleLine(a)})
	}
	return v
}

// leading are the actors that stand beside a result: the few that the text
// names most often, guesses last.
func leading(as []actor.Actor) []int {
	const most = 6
	order := make([]int, len(as))
	for i := range order {
		order[i] = i
	}
	weight := func(a *actor.Actor) int {
		if a.Confidence < uncertain {
			return 0
		}
		return len(a.Mentions)
	}
	slices.SortStableFunc(order, func(i, j int) int { return weight(&as[j]) - weight(&as[i]) })
	return order[:min(most, len(order))]
}

// head is what an article's result and an event's have in common.
func head(title, outlet string, authors []string, published *time.Time, rules Rules) resultView {
	v := resultView{Plain: title, Outlet: outlet, Authors: strings.Join(authors, ", ")}
	if title == "" {
		v.Plain = "(no headline)"
	}
	if published != nil {
		v.Published = published.UTC()
		v.PubText = published.In(rules.zone()).Format("2 January 2006, 15:04 MST")
	}
	return v
}

// badges are what a reader must know of an article before its text.
func badges(d *pipeline.Document) []string {
	var bs []string
	if d.Status == "embargoed" {
		bs = append(bs, "embargo ended")
	}
	if slices.Contains(d.Signals, "correction") || d.CorrectionNote != "" {
		bs = append(bs, "corrected")
	}
	if v := d.Dedup; v != nil {
		switch v.Verdict {
		case "copy", "derived", "update", "correction":
			if !slices.Contains(bs, "corrected") || v.Verdict != "correction" {
				bs = append(bs, v.Verdict)
			}
		}
	}
	return bs
}

// filterBy makes a click on a note narrow the question to what it names.
func filterBy(q *index.Query, d *pipeline.Document, rules Rules) func(note) string {
	address := link(rules)
	return func(n note) string {
		var i int
		if len(n.ref) < 2 {
			return ""
		}
		if _, err := fmt.Sscan(n.ref[1:], &i); err != nil {
			return ""
		}
		c := *q
		c.Offset, c.After = 0, ""
		add := func(list []string, id, name string) []string {
			if id == "" {
				id = name
			}
			if id == "" || slices.Contains(list, id) || len(list) >= MaxValues {
				return list
			}
			return append(slices.Clone(list), id)
		}
		switch n.ref[0] {
		case 'a':
			c.Actors = add(c.Actors, d.Actors[i].ID, d.Actors[i].Name)
		case 'p':
			c.Places = add(c.Places, d.Places[i].ID, d.Places[i].Name)
		case 'd':
			from, to, ok := boundsOf(&d.Dates[i])
			if !ok {
				return ""
			}
			c.From, c.To = from, to
		}
		return address(&c)
	}
}

// boundsOf are the bounds of a date as a question has them.
func boundsOf(t *timex.Date) (from, to time.Time, ok bool) {
	from, _, ok1 := moment(t.Start)
	to, _, ok2 := moment(t.End)
	return from, to, ok1 && ok2 && from.Before(to)
}

// hitsIn are the bytes that a store's fragments mark in a text.
func hitsIn(s string, fragments []string) []text.Span {
	var hits []text.Span
	for _, f := range fragments {
		u := unmark(f)
		at := strings.Index(s, u.Text)
		if at < 0 || u.Text == "" {
			continue
		}
		for _, m := range u.Marks {
			hits = append(hits, text.Span{Start: at + m[0], End: at + m[1]})
		}
	}
	return hits
}

// excerptSize is the length of an excerpt where nothing says what to show, in
// bytes: three lines of the page.
const excerptSize = 320

// windows are the stretches of a body that a result shows: those that matched
// the words; else around the first mention of who or where was asked for; else
// the beginning.
func windows(q *index.Query, d *pipeline.Document, fragments []string) []text.Span {
	var ws []text.Span
	for _, f := range fragments {
		u := unmark(f)
		if at := strings.Index(d.Body, u.Text); at >= 0 && u.Text != "" {
			ws = append(ws, text.Span{Start: at, End: at + len(u.Text)})
		}
	}
	slices.SortFunc(ws, func(a, b text.Span) int { return a.Start - b.Start })
	for i := 1; i < len(ws); i++ { // a fragment may begin inside another
		ws[i].Start = max(ws[i].Start, ws[i-1].End)
	}
	ws = slices.DeleteFunc(ws, text.Span.Empty)
	if len(ws) > 0 {
		return ws
	}
	if d.Body == "" {
		return nil
	}
	at := 0
	if m, ok := askedMention(q, d); ok {
		at = sentenceStart(d.Body, m.Start)
	}
	return []text.Span{{Start: at, End: wordEnd(d.Body, at+excerptSize)}}
}

// askedMention is the first mention in the body of an actor or place that the
// question names.
func askedMention(q *index.Query, d *pipeline.Document) (text.Span, bool) {
	best := text.Span{Start: -1}
	see := func(f text.Field, at text.Span) {
		if f == text.Body && fits(d.Body, at) && (best.Start < 0 || at.Start < best.Start) {
			best = at
		}
	}
	for i := range d.Actors {
		a := &d.Actors[i]
		if slices.ContainsFunc(q.Actors, func(want string) bool {
			return want == a.ID || strings.EqualFold(want, a.Name) || slices.Contains(a.Path, want)
		}) {
			for _, m := range a.Mentions {
				see(m.Field, m.Span)
			}
		}
	}
	for i := range d.Places {
		p := &d.Places[i]
		if slices.ContainsFunc(q.Places, func(want string) bool { return slices.Contains(p.Path, want) || strings.EqualFold(want, p.Name) }) {
			for _, m := range p.Mentions {
				see(m.Field, m.Span)
			}
		}
	}
	return best, best.Start >= 0
}

// sentenceStart goes back from a mention to where its sentence seems to begin,
// or to a word at most lookBack bytes away.
func sentenceStart(s string, at int) int {
	const lookBack = 200
	low := max(0, at-lookBack)
	before := s[low:at]
	if i := max(strings.LastIndex(before, ". "), strings.LastIndex(before, "\n"), strings.LastIndex(before, ".” "), strings.LastIndex(before, `." `)); i >= 0 {
		for i < len(before) && !isWordStart(before[i]) {
			i++
		}
		return low + i
	}
	if low == 0 {
		return 0
	}
	if i := strings.IndexAny(before, " \n"); i >= 0 {
		return low + i + 1
	}
	return at
}

func isWordStart(c byte) bool { return c > '.' && c != ' ' && c < utf8.RuneSelf }

// wordEnd goes back from a byte to the end of a word.
func wordEnd(s string, at int) int {
	if at >= len(s) {
		return len(s)
	}
	if i := strings.LastIndexAny(s[:at], " \n"); i > at-100 && i > 0 {
		return i
	}
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return at
}

// elided are the pieces of a stretch, with dots where the text goes on.
func elided(c *cutter, w text.Span) []piece {
	ps := c.cut(w.Start, w.End)
	if w.Start > 0 {
		ps = append([]piece{{Text: "… "}}, ps...)
	}
	if w.End < len(c.text) {
		ps = append(ps, piece{Text: " …"})
	}
	return ps
}

// eventResults shows events in the text of their articles, because the spans
// stand there.
func (s *site) eventResults(ctx context.Context, q *index.Query, a *index.Answer, rules Rules) ([]resultView, error) {
	events := make([]eventRecord, len(a.Hits))
	var ids []string
	for i := range a.Hits {
		if err := json.Unmarshal(a.Hits[i].Source, &events[i]); err != nil {
			return nil, fmt.Errorf("event %s: %w", a.Hits[i].ID, err)
		}
		if id := events[i].Article; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	byID := map[string]*pipeline.Document{}
	if len(ids) > 0 {
		found, err := s.ask(ctx, &index.Query{IDs: ids, Copies: true, Limit: len(ids), Now: q.Now})
		if err != nil {
			return nil, err
		}
		for i := range found.Hits {
			d := new(pipeline.Document)
			if err := json.Unmarshal(found.Hits[i].Source, d); err != nil {
				return nil, fmt.Errorf("document %s: %w", found.Hits[i].ID, err)
			}
			byID[found.Hits[i].ID] = d
		}
	}
	views := make([]resultView, 0, len(events))
	for i := range events {
		views = append(views, eventResult(q, &a.Hits[i], &events[i], byID[events[i].Article], rules))
	}
	return views, nil
}

// eventResult is one event. The article is nil if the index does not show it,
// as for a moment after an update.
func eventResult(q *index.Query, h *index.Hit, e *eventRecord, d *pipeline.Document, rules Rules) resultView {
	v := head(e.Title, e.Outlet, e.Authors, e.Published, rules)
	v.Event = true
	v.Link = "/article/" + e.Article + "#" + anchor(e.Field, e.Span)
	v.Title = []piece{{Text: v.Plain}}
	v.Date, v.DateTitle = interval(e.Date), ""
	if e.Date != nil {
		v.DateTitle = dateTitle(e.Date)
	}
	if e.Modality != "" && e.Modality != "asserted" {
		v.Badges = append(v.Badges, e.Modality)
	}
	if e.Type != "" {
		v.Badges = append(v.Badges, typeName(e.Type))
	}
	v.Excerpts = [][]piece{sentence(q, h, e, d, rules)}
	v.Who, v.Where = e.Actor.named(), e.Place.named()
	narrow := link(rules)
	for i := range v.Who {
		v.Who[i].Link = narrow(with(q, v.Who[i], actors))
	}
	for i := range v.Where {
		v.Where[i].Link = narrow(with(q, v.Where[i], places))
	}
	return v
}

// with is the question narrowed to one more actor or place.
func with(q *index.Query, n nameLink, list func(*index.Query) *[]string) *index.Query {
	c := *q
	c.Offset, c.After = 0, ""
	value := n.ID
	if value == "" {
		value = n.Name
	}
	if l := list(&c); !slices.Contains(*l, value) && len(*l) < MaxValues {
		*l = append(slices.Clone(*l), value)
	}
	return &c
}

// named are the actors or places of an event, each with its id if it has one.
func (f flatNames) named() []nameLink {
	var ns []nameLink
	labelled := map[string]string{}
	for _, l := range f.Label {
		if id, name, ok := strings.Cut(l, "|"); ok {
			labelled[id] = name
		}
	}
	used := map[string]bool{}
	for _, id := range f.ID {
		name := labelled[id]
		if name == "" {
			name = id
		}
		used[name] = true
		ns = append(ns, nameLink{Name: name, ID: id, Title: id})
	}
	for _, name := range f.Name {
		if !used[name] {
			ns = append(ns, nameLink{Name: name})
		}
	}
	return ns
}

// sentence is an event's sentence with the notes of its article.
func sentence(q *index.Query, h *index.Hit, e *eventRecord, d *pipeline.Document, rules Rules) []piece {
	hits := hitsIn(e.Sentence, h.Highlights["sentence"])
	if d != nil {
		s := d.Body
		if e.Field == text.Title {
			s = d.Title
		}
		if fits(s, e.Span) && e.Span.Of(s) == e.Sentence {
			for i := range hits {
				hits[i].Start += e.Span.Start
				hits[i].End += e.Span.Start
			}
			return newCutter(s, notesOf(d, e.Field, e.Span), hits, filterBy(q, d, rules)).cut(e.Span.Start, e.Span.End)
		}
	}
	return newCutter(e.Sentence, nil, hits, nil).cut(0, len(e.Sentence))
}

// anchor names a sentence inside the page of its article.
func anchor(f text.Field, at text.Span) string {
	return fmt.Sprintf("%s-%d", f, at.Start)
}
