package search

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"dateline/index"
	"dateline/pipeline"
	"dateline/pipeline/gazetteer"
)

// actorView is the page of one actor.
type actorView struct {
	shell
	*profile
	Kind      string
	ShownID   string // empty: known by name alone
	Roles     []tenureView
	Years     [2]string // the ends of the roles' bars
	With      []facetValue
	Places    []facetValue
	Timeline  *timeline
	Map       *worldMap
	Latest    []resultView // events
	Newest    []resultView // articles
	Partial   bool         // roles were read in some of the articles alone
	AllEvents string
	All       string // all articles
	Feed      string
	JSON      string
}

// tenureView is a role as a bar in time.
type tenureView struct {
	Text, Detail, Span string
	Articles           int
	X, Width           int // in a drawing of timelineWidth
	Link               string
}

// actorPage is the address of an actor's page.
func actorPage(id, name string) string {
	if id == "" {
		id = name
	}
	if id == "" {
		return ""
	}
	return "/actor/" + url.PathEscape(id)
}

// actorPage shows one actor: roles, company, places, times, articles.
func (s *site) actorPage(w http.ResponseWriter, r *http.Request) error {
	rules := s.rules()
	p, err := s.profileOf(r.Context(), r.PathValue("id"), rules)
	if err != nil {
		return err
	}
	v := &actorView{shell: s.shell(r, p.Name+" – Dateline", rules), profile: p, JSON: "/api/actors/" + url.PathEscape(p.ID)}
	address := link(rules)
	q := p.query
	q.Limit = rules.pageSize()
	v.ShownID = p.ID
	if !index.IsActorID(p.ID) {
		v.ShownID = ""
	}
	v.Partial = int64(p.Read) < p.Articles
	v.Kind = lines(" · ", p.Type, countryName(p.Country))
	v.tenures(rules, address)
	v.company(&q, address)
	v.Timeline, v.Map = timelineOf(&q, p.Days, address), mapOfSpots(&q, p.Spots, address)
	if v.Latest, err = s.results(r.Context(), &q, &index.Answer{Hits: p.events}, rules); err != nil {
		return err
	}
	v.AllEvents = address(&q)
	q.Target = index.Articles
	v.All = address(&q)
	v.Feed = strings.Replace(v.All, "/?", "/feed?", 1)
	const shown = 10
	for _, h := range p.latest[:min(shown, len(p.latest))] {
		d := new(pipeline.Document)
		if err := json.Unmarshal(h.Source, d); err != nil {
			return fmt.Errorf("document %s: %w", h.ID, err)
		}
		v.Newest = append(v.Newest, articleResult(&q, &h, d, rules))
	}
	return render(w, r, http.StatusOK, "actor", v)
}

// countryName is a country's name; of what the gazetteer lacks, the code.
func countryName(code string) string {
	g := gazetteer.Default()
	if r := g.CountryRef(code); code != "" && r != gazetteer.None {
		return g.Name(r)
	}
	return code
}

// tenures draws the roles on one scale of time.
func (v *actorView) tenures(rules Rules, address func(*index.Query) string) {
	if len(v.profile.Roles) == 0 {
		return
	}
	from, to := v.profile.Roles[0].First, v.profile.Roles[0].Last
	for _, t := range v.profile.Roles {
		if t.First.Before(from) {
			from = t.First
		}
		if t.Last.After(to) {
			to = t.Last
		}
	}
	zone := rules.zone()
	const layout = "2 January 2006"
	v.Years = [2]string{from.In(zone).Format(layout), to.In(zone).Format(layout)}
	whole := max(to.Sub(from), time.Hour)
	for _, t := range v.profile.Roles {
		at := func(x time.Time) int { return int(x.Sub(from) * (timelineWidth - 12) / whole) }
		span := t.First.In(zone).Format(layout)
		if last := t.Last.In(zone).Format(layout); last != span {
			span += " – " + last
		}
		org := ""
		if t.Organization != "" && !strings.Contains(strings.ToLower(t.Text), strings.ToLower(t.Organization)) {
			org = "of " + t.Organization
		}
		basis := "as the articles print it"
		if t.Basis == "gazetteer" {
			basis = "from the gazetteer"
		}
		c := v.query
		c.Target, c.Limit = index.Articles, rules.pageSize()
		c.PubFrom, c.PubTo = dayOf(t.First, zone), dayOf(t.Last, zone).AddDate(0, 0, 1)
		v.Roles = append(v.Roles, tenureView{Text: lines(" ", t.Text, org), Detail: lines(" · ", roleName(t.Code), t.Status, countryName(t.Country), basis),
			Span: span, Articles: t.Articles, X: at(t.First), Width: at(t.Last) - at(t.First) + 12, Link: address(&c)})
	}
}

func dayOf(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// company lists who stood in the actor's events, and where those were.
func (v *actorView) company(q *index.Query, address func(*index.Query) string) {
	most := int64(1)
	for _, b := range v.profile.With {
		most = max(most, b.Count)
	}
	for _, b := range v.profile.With {
		label := b.Label
		if label == "" {
			label = b.Value
		}
		v.With = append(v.With, facetValue{Label: label, Count: b.Count, Share: 100 * b.Count / most, Link: actorPage(b.Value, "")})
	}
	most = 1
	for _, b := range v.profile.Places {
		most = max(most, b.Count)
	}
	for _, b := range v.profile.Places {
		label := b.Label
		if label == "" {
			label = b.Value
		}
		v.Places = append(v.Places, facetValue{Label: label, Count: b.Count, Share: 100 * b.Count / most, Link: address(with(q, nameLink{ID: b.Value}, places))})
	}
	tellApart(v.profile.Places, v.Places)
}
