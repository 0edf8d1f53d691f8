package search

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.uber.org/zap"

	"dateline/index"
	"dateline/pipeline/gazetteer"
)

// shell is what every page has around its content.
type shell struct {
	Theme   string // dark or light, as the reader chose; empty: as the system has it
	Title   string
	Version string
	Now     time.Time
	NowText string
	Form    form
}

// form is the box at the head of every page.
type form struct {
	Words, From, To string
	Hidden          []hidden // filters that stay when the form is sent
	Chips           []chip
	HasWho          bool
	HasWhere        bool
	Events          bool
	Focus           bool // nothing is asked yet: the cursor belongs in the box
	More            bool // the fields are open: something in them is wrong
}

type hidden struct{ Name, Value string }

// chip is one filter of the question, with the address that takes it away.
type chip struct {
	Kind  string // who, where, when, or plain
	Label string
	Value string
	ID    string // what Value was asked as, if that is an id
	Drop  string
}

// tab is a choice between addresses.
type tab struct {
	Label, Link string
	On          bool
}

// searchView is the page of results.
type searchView struct {
	shell
	Problem *problem
	Total   int64
	AtLeast bool
	First   int // number of the first result shown, 1 for the first of all
	Last    int
	Results []resultView
	Facets  []facetView
	// Uncounted says that the filters took too long.
	Uncounted bool
	Timeline  *timeline
	Map       *worldMap
	Tabs      []tab
	Sorts     []tab
	Previous  string
	Next      string
	JSON      string // the same answer in other forms
	CSV       string
	Lines     string
	Feed      string
	Took      string
	All       string // the question without filters
	Copies    tab
	Asked     string // what was typed, if it was understood as more than words
	AsWords   string // the address that takes it as words
}

// problem is why a page has no results.
type problem struct {
	Heading, Text, Hint string
	Params              []paramView
}

type paramView struct{ Name, Problem, Hint string }

// paramNames are the parameters as the form calls them.
var paramNames = map[string]string{
	pWords: "Words", pActor: "Who", pPlace: "Where", pFrom: "From", pTo: "To", pPublishedFrom: "Published from", pPublishedTo: "Published to",
}

func problemOf(e *httpError) *problem {
	p := &problem{Heading: "This cannot be answered", Text: e.text, Hint: e.hint}
	switch {
	case e.status == http.StatusNotFound:
		p.Heading = "Not found"
	case e.status == http.StatusUnauthorized:
		p.Heading = "A token is needed"
	case e.status < 500:
		p.Heading = "This question cannot be asked"
	}
	for _, x := range e.params {
		name := paramNames[x.Param]
		if name == "" {
			name = x.Param
		}
		hint := x.Hint
		if slices.ContainsFunc(p.Params, func(v paramView) bool { return v.Hint == hint }) {
			hint = "" // said once
		}
		p.Params = append(p.Params, paramView{name, x.Problem, hint})
	}
	return p
}

func (s *site) shell(r *http.Request, title string, rules Rules) shell {
	zone := rules.zone()
	theme := ""
	if c, err := r.Cookie("theme"); err == nil && (c.Value == "dark" || c.Value == "light") {
		theme = c.Value
	}
	return shell{Theme: theme, Title: title, Version: s.o.Version, Now: rules.Now, NowText: rules.Now.In(zone).Format("2 January 2006, 15:04:05 MST")}
}

func (s *site) errorPage(w http.ResponseWriter, r *http.Request, e *httpError) {
	v := searchView{shell: s.shell(r, "Dateline", s.rules()), Problem: problemOf(e)}
	if err := render(w, r, e.status, "error", v); err != nil {
		http.Error(w, e.text, e.status)
	}
}

// link is the address of a question on the page.
func link(rules Rules) func(*index.Query) string {
	return func(q *index.Query) string {
		c := *q
		c.Facets, c.FacetSize, c.Highlight = nil, 0, false
		if v := rules.Values(&c).Encode(); v != "" {
			return "/?" + v
		}
		return "/"
	}
}

// searchPage answers a question as a page.
func (s *site) searchPage(w http.ResponseWriter, r *http.Request) error {
	v, err := parameters(r)
	if err != nil {
		return err
	}
	if v.Has(pAsk) {
		return s.understand(w, r, v)
	}
	rules := s.rules()
	asked := v.Get(pAsked)
	v.Del(pAsked)
	q, err := rules.Parse(v)
	view := &searchView{shell: s.shell(r, "Dateline", rules)}
	view.Form = formOf(q, v, rules)
	view.Asked, view.AsWords = s.asked(asked, q, rules)
	var wrong ParamErrors
	if errors.As(err, &wrong) {
		view.Problem, view.Form.More = problemOf(explain(wrong)), true
		view.Form.From, view.Form.To = first(v, pFrom, view.Form.From), first(v, pTo, view.Form.To)
		return render(w, r, http.StatusBadRequest, "search", view)
	}
	counted := s.count(r.Context(), q)
	ask := *q
	ask.Highlight, ask.Facets = true, nil
	a, err := s.ask(r.Context(), &ask)
	if err == nil {
		view.Results, err = s.results(r.Context(), q, a, rules)
	}
	counts := <-counted
	if err != nil {
		return err
	}
	if counts == nil {
		view.Uncounted = true
	} else {
		a.Facets, a.Took = counts.facets.Facets, max(a.Took, counts.facets.Took)
		view.Timeline = timelineOf(q, counts.overview.Days, link(rules))
		view.Map = mapOf(q, counts.overview.Facets[placeIDs], link(rules))
	}
	view.fill(q, a, rules)
	view.name(q, a)
	return render(w, r, http.StatusOK, "search", view)
}

// asked is what was typed and the address that takes it as words: each in
// quotes if it might be understood again.
func (s *site) asked(typed string, q *index.Query, rules Rules) (string, string) {
	if typed == "" || len(typed) > MaxWords || !utf8.ValidString(typed) {
		return "", ""
	}
	return typed, link(rules)(&index.Query{Target: q.Target, Words: typed, Limit: rules.pageSize()})
}

// countTimeout is how long a page waits for its filters, timeline and map. A
// store may have to look at every document that answers to count them; results
// come without.
const countTimeout = 3 * time.Second

// counts are what stands around a page's results.
type counts struct {
	facets   *index.Answer
	overview *index.Answer // days and places, for the timeline and the map
}

// placeIDs is the field that a map is drawn of.
const placeIDs = "place.id"

// count counts for a page, beside its results. The one value of the channel is
// nil if it took too long; the goroutine ends with that value, at the latest
// when ctx does, and the caller waits for it.
func (s *site) count(ctx context.Context, q *index.Query) <-chan *counts {
	done := make(chan *counts, 1)
	c := *q
	c.Limit, c.Offset, c.After, c.Highlight = 0, 0, "", false
	go func() {
		ctx, cancel := context.WithTimeout(ctx, min(countTimeout, s.o.Timeout))
		defer cancel()
		var n *counts
		err := errors.New("panic")
		defer func() {
			if p := recover(); p != nil || err != nil { // the server recovers from those of its own goroutines alone
				s.log.Warn("filters not counted", zap.Error(err), zap.Any("panic", p))
				n = nil
			}
			done <- n
		}()
		n, err = s.counts(ctx, c)
	}()
	return done
}

func (s *site) counts(ctx context.Context, c index.Query) (n *counts, err error) {
	n = new(counts)
	c.Facets, c.FacetSize = pageFacets(c.Target), facetValues
	if n.facets, err = s.ask(ctx, &c); err != nil {
		return nil, err
	}
	c.Facets, c.FacetSize, c.Days = []string{placeIDs}, mapPlaces, true
	n.overview, err = s.ask(ctx, &c)
	return n, err
}

func first(v url.Values, param, otherwise string) string {
	if s := strings.ToValidUTF8(v.Get(param), "\ufffd"); s != "" && len(s) <= MaxValue {
		return s
	}
	return otherwise
}

// fill writes what stands around the results.
func (v *searchView) fill(q *index.Query, a *index.Answer, rules Rules) {
	link := link(rules)
	v.Total, v.AtLeast = a.Total, a.TotalIsLowerBound
	v.First, v.Last = q.Offset+1, q.Offset+len(a.Hits)
	v.Facets = facetsOf(q, a, link)
	v.Took = a.Took.Round(100 * time.Microsecond).String()
	v.All = link(&index.Query{Target: q.Target, Limit: rules.pageSize()})

	with := func(change func(*index.Query)) string {
		c := *q
		c.Offset, c.After = 0, ""
		change(&c)
		return link(&c)
	}
	v.Tabs = []tab{
		{"Articles", with(func(c *index.Query) { c.Target, c.Modality = index.Articles, nil }), q.Target == index.Articles},
		{"Events", with(func(c *index.Query) { c.Target = index.Events }), q.Target == index.Events},
	}
	field, down, _ := q.Order()
	if len(index.ParseWords(q.Words)) > 0 {
		v.Sorts = append(v.Sorts, tab{"relevance", with(func(c *index.Query) { c.Sort = "" }), field == ""})
	}
	for _, o := range []struct{ label, sort, field string }{
		{"newest", "-published", "published"}, {"oldest", "published", "published"},
		{"latest event", "-event_date", "event_date.day"}, {"earliest event", "event_date", "event_date.day"},
	} {
		v.Sorts = append(v.Sorts, tab{o.label, with(func(c *index.Query) { c.Sort = o.sort }), field == o.field && down == strings.HasPrefix(o.sort, "-")})
	}
	v.Copies = tab{"with copies", with(func(c *index.Query) { c.Copies = !q.Copies }), q.Copies}
	if q.Offset > 0 {
		c := *q
		c.Offset = max(0, q.Offset-q.Limit)
		v.Previous = link(&c)
	}
	if v.Last < int(a.Total) && len(a.Hits) > 0 && v.Last+q.Limit <= index.Window {
		c := *q
		c.Offset = v.Last
		v.Next = link(&c)
	}
	v.JSON = apiLink(q, rules)
	whole := *q
	whole.Offset, whole.After, whole.Limit = 0, "", rules.pageSize()
	v.CSV, v.Lines = address("/api/export.csv", rules.Values(&whole)), address("/api/export.jsonl", rules.Values(&whole))
	whole.Sort = ""
	v.Feed = address("/feed", rules.Values(&whole))
}

func address(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// apiLink is the address of the same question in the API.
func apiLink(q *index.Query, rules Rules) string {
	path := "/api/articles"
	if q.Target == index.Events {
		path = "/api/events"
	}
	v := rules.Values(q)
	v.Del(pTarget)
	return address(path, v)
}

// name gives chips that stand for ids the names that the answer, or the
// gazetteer, knows.
func (v *searchView) name(q *index.Query, a *index.Answer) {
	known := map[string]string{}
	for _, buckets := range a.Facets {
		for _, b := range buckets {
			if b.Label != "" {
				known[b.Value] = b.Label
			}
		}
	}
	for _, r := range v.Results {
		for _, n := range slices.Concat(r.Who, r.Where) {
			known[n.ID] = n.Name
		}
	}
	for i := range v.Form.Chips {
		c := &v.Form.Chips[i]
		if c.Kind != "who" && c.Kind != "where" {
			continue
		}
		name := known[c.Value]
		if name == "" {
			name = gazetteerName(c.Value)
		}
		if name != "" && name != c.Value {
			c.ID, c.Value = c.Value, name
		}
	}
	if t := strings.TrimSpace(q.Words); t != "" {
		v.Title = t + " – Dateline"
	} else if len(v.Form.Chips) > 0 {
		v.Title = v.Form.Chips[0].Value + " – Dateline"
	}
}

// gazetteerName is the name of a place's or an actor's id; empty if the
// gazetteer has none.
func gazetteerName(id string) string {
	g := gazetteer.Default()
	if r := g.PlaceRef(id); r != gazetteer.None && g.IsPlace(r) {
		return g.Name(r)
	}
	if r := g.ActorRef(id); r != gazetteer.None && g.IsActor(r) {
		return g.Actor(r).Name
	}
	return ""
}

// formOf fills the form with a question.
func formOf(q *index.Query, v url.Values, rules Rules) form {
	f := form{Words: q.Words, Events: q.Target == index.Events, HasWho: len(q.Actors) > 0, HasWhere: len(q.Places) > 0}
	link := link(rules)
	lists := []struct {
		param, kind, label string
		of                 func(*index.Query) *[]string
	}{
		{pActor, "who", "who", actors}, {pPlace, "where", "where", places},
		{pOutlet, "plain", "outlet", func(q *index.Query) *[]string { return &q.Outlets }},
		{pAuthor, "plain", "author", func(q *index.Query) *[]string { return &q.Authors }},
		{pSource, "plain", "source", func(q *index.Query) *[]string { return &q.Sources }},
		{pModality, "plain", "modality", func(q *index.Query) *[]string { return &q.Modality }},
		{pRole, "who", "role", func(q *index.Query) *[]string { return &q.Roles }},
		{pID, "plain", "id", func(q *index.Query) *[]string { return &q.IDs }},
	}
	drop := func(change func(*index.Query)) string {
		c := *q
		c.Offset, c.After = 0, ""
		change(&c)
		return link(&c)
	}
	for _, l := range lists {
		for i, value := range *l.of(q) {
			f.Hidden = append(f.Hidden, hidden{l.param, value})
			shown := value
			if l.param == pRole {
				shown = roleName(value)
			}
			f.Chips = append(f.Chips, chip{Kind: l.kind, Label: l.label, Value: shown, Drop: drop(func(c *index.Query) {
				list := l.of(c)
				*list = slices.Delete(slices.Clone(*list), i, i+1)
			})})
		}
	}
	if s := asked(q.From, q.To); s != "" {
		f.Chips = append(f.Chips, chip{Kind: "when", Label: "when", Value: s, Drop: drop(func(c *index.Query) { c.From, c.To = time.Time{}, time.Time{} })})
	}
	zone := rules.zone()
	if s := asked(in(q.PubFrom, zone), in(q.PubTo, zone)); s != "" {
		f.Chips = append(f.Chips, chip{Kind: "plain", Label: "published", Value: s, Drop: drop(func(c *index.Query) { c.PubFrom, c.PubTo = time.Time{}, time.Time{} })})
	}
	if q.Box != nil {
		f.Hidden = append(f.Hidden, hidden{pBox, writeBox(q.Box)})
		f.Chips = append(f.Chips, chip{Kind: "where", Label: "box", Value: boxText(q.Box), Drop: drop(func(c *index.Query) { c.Box = nil })})
	}
	if q.Story != "" {
		f.Chips = append(f.Chips, chip{Kind: "plain", Label: "story", Value: q.Story[:min(8, len(q.Story))] + "…", Drop: drop(func(c *index.Query) { c.Story = "" })})
	}
	values := rules.Values(q)
	f.From, f.To = values.Get(pFrom), values.Get(pTo)
	for _, name := range []string{pPublishedFrom, pPublishedTo, pStory, pCopies, pSort, pTarget, pLimit} {
		if value := values.Get(name); value != "" {
			f.Hidden = append(f.Hidden, hidden{name, value})
		}
	}
	f.Focus = len(v) == 0
	return f
}

// in is the time in a zone; no time stays none.
func in(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(zone)
}
