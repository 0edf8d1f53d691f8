package search

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"dateline/index"
	"dateline/pipeline"
	"dateline/pipeline/actor"
)

// profile is what the index knows of one actor: /api/actors/{id} and the page.
type profile struct {
	ID       string         `json:"id"` // as asked for: an id, or a name
	Name     string         `json:"name"`
	Type     string         `json:"type,omitempty"`
	Country  string         `json:"country,omitempty"`
	Aliases  []string       `json:"aliases,omitempty"`
	Articles int64          `json:"articles"`
	Events   int64          `json:"events"`
	Roles    []tenure       `json:"roles"`  // by when they are first read
	With     []index.Bucket `json:"with"`   // actors of the same events
	Places   []index.Bucket `json:"places"` // of the actor's events
	Spots    []spot         `json:"map"`
	Days     []index.Bucket `json:"days"` // of the actor's events
	// Read is how many articles the roles were read in, the newest; of more,
	// roles say nothing.
	Read int `json:"read"`

	latest []index.Hit // articles
	events []index.Hit
	query  index.Query // the events
}

// tenure is one role of an actor and when articles give it.
type tenure struct {
	Text         string    `json:"text"`
	Organization string    `json:"organization,omitempty"`
	Country      string    `json:"country,omitempty"`
	Code         string    `json:"code,omitempty"`
	Status       string    `json:"status,omitempty"`
	Basis        string    `json:"basis"`
	Articles     int       `json:"articles"`
	First        time.Time `json:"first"` // publication of the first and last article with it
	Last         time.Time `json:"last"`
}

// What a profile reads.
const (
	profileArticles = 100 // documents are some 30 kB each
	profileEvents   = 10
	profileWith     = 24
)

// noActor says that no visible article names an actor.
var noActor = &httpError{http.StatusNotFound, "no article names this actor", "an actor is an id like p:marta-olsson or cty:ee, or a full name", nil}

// profileOf asks for an actor by id or name.
func (s *site) profileOf(ctx context.Context, id string, rules Rules) (*profile, error) {
	id = strings.Join(strings.Fields(strings.ToValidUTF8(id, "")), " ")
	if id == "" || len(id) > MaxValue {
		return nil, noActor
	}
	p := &profile{ID: id, query: index.Query{Target: index.Events, Actors: []string{id}, Now: rules.Now}}
	q := p.query
	q.Target, q.Sort, q.Limit = index.Articles, "-published", profileArticles
	found, err := s.ask(ctx, &q)
	if err != nil {
		return nil, err
	}
	if found.Total == 0 {
		return nil, noActor
	}
	p.Articles, p.Read, p.latest = found.Total, len(found.Hits), found.Hits
	if err := p.readRoles(); err != nil {
		return nil, err
	}
	return p, s.profileEvents(ctx, p)
}

// profileEvents asks who, where and when of the actor's events.
func (s *site) profileEvents(ctx context.Context, p *profile) error {
	q := p.query
	q.Limit, q.Facets, q.FacetSize, q.Sort = profileEvents, []string{"actor.id", "place.path"}, 2*profileWith, "-event_date"
	found, err := s.ask(ctx, &q)
	if err != nil {
		return err
	}
	p.Events, p.events = found.Total, found.Hits
	p.With, p.Places = []index.Bucket{}, []index.Bucket{}
	for _, b := range found.Facets["actor.id"] {
		if b.Value != p.ID && b.Label != p.Name && len(p.With) < profileWith {
			p.With = append(p.With, b)
		}
	}
	for _, b := range found.Facets["place.path"] {
		if !strings.HasPrefix(b.Value, "r:") && len(p.Places) < profileWith {
			p.Places = append(p.Places, b)
		}
	}
	q.Limit, q.Facets, q.FacetSize, q.Days = 0, []string{"place.id"}, mapPlaces, true
	if found, err = s.ask(ctx, &q); err != nil {
		return err
	}
	p.Days, p.Spots = found.Days, spotsOf(found.Facets["place.id"], nil)
	if p.Days == nil {
		p.Days = []index.Bucket{}
	}
	return nil
}

// readRoles reads name, kind and roles from the articles.
func (p *profile) readRoles() error {
	p.Roles = []tenure{}
	at := map[[6]string]int{}
	for i := range p.latest {
		var d struct {
			Published *time.Time    `json:"published"`
			FirstSeen *time.Time    `json:"first_seen"`
			Actors    []actor.Actor `json:"actors"`
		}
		if err := json.Unmarshal(p.latest[i].Source, &d); err != nil {
			return fmt.Errorf("document %s: %w", p.latest[i].ID, err)
		}
		a := actorIn(d.Actors, p.ID)
		if a == nil {
			continue
		}
		if p.Name == "" {
			p.Name, p.Type, p.Country = a.Name, a.Type, a.Country
		}
		for _, s := range a.Aliases {
			if s != p.Name && !slices.Contains(p.Aliases, s) && len(p.Aliases) < 12 {
				p.Aliases = append(p.Aliases, s)
			}
		}
		when := cmp.Or(d.Published, d.FirstSeen, new(time.Time)).UTC()
		seen := map[int]bool{}
		for _, r := range a.Roles {
			key := [6]string{strings.ToLower(r.Text), r.Organization, r.Country, r.Code, r.Status, r.Basis}
			n, ok := at[key]
			if !ok {
				n = len(p.Roles)
				at[key] = n
				p.Roles = append(p.Roles, tenure{Text: r.Text, Organization: r.Organization, Country: r.Country, Code: r.Code, Status: r.Status, Basis: r.Basis, First: when, Last: when})
			}
			t := &p.Roles[n]
			if !seen[n] {
				t.Articles++
				seen[n] = true
			}
			if when.Before(t.First) {
				t.First = when
			}
			if when.After(t.Last) {
				t.Last = when
			}
		}
	}
	slices.SortStableFunc(p.Roles, func(a, b tenure) int {
		return cmp.Or(a.First.Compare(b.First), cmp.Compare(b.Articles, a.Articles))
	})
	p.Name = cmp.Or(p.Name, p.ID)
	return nil
}

// actorIn is the actor of a document that an id or a name means: by id, by
// name, by a form of the name; nil if the words stand in no one actor.
func actorIn(as []actor.Actor, id string) *actor.Actor {
	for _, is := range []func(*actor.Actor) bool{
		func(a *actor.Actor) bool { return a.ID == id },
		func(a *actor.Actor) bool { return strings.EqualFold(a.Name, id) },
		func(a *actor.Actor) bool {
			return slices.ContainsFunc(a.Aliases, func(s string) bool { return strings.EqualFold(s, id) }) ||
				slices.ContainsFunc(a.Mentions, func(m actor.Mention) bool { return strings.EqualFold(m.Text, id) })
		},
	} {
		for i := range as {
			if is(&as[i]) {
				return &as[i]
			}
		}
	}
	return nil
}

func (s *site) apiActor(w http.ResponseWriter, r *http.Request) error {
	p, err := s.profileOf(r.Context(), r.PathValue("id"), s.rules())
	if err != nil {
		return err
	}
	return sendJSON(w, r, p)
}

// story is a first article with all that repeat, update or shorten it:
// /api/stories/{id} and the page.
type story struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Total    int64     `json:"total"` // more than Articles holds only if there are over storyArticles
	Outlets  []string  `json:"outlets"`
	Articles []telling `json:"articles"` // by publication
}

// telling is one article of a story.
type telling struct {
	ID          string     `json:"id"`
	Title       string     `json:"title"`
	Outlet      string     `json:"outlet"`
	Source      string     `json:"source"`
	Published   *time.Time `json:"published,omitempty"`
	Updated     *time.Time `json:"updated,omitempty"`
	Received    *time.Time `json:"received,omitempty"`
	Version     int64      `json:"version"`
	Verdict     string     `json:"verdict,omitempty"`
	Relation    string     `json:"relation,omitempty"`
	DuplicateOf string     `json:"duplicate_of,omitempty"`
	Containment float64    `json:"containment,omitempty"`
	Hidden      bool       `json:"hidden"`
	Correction  string     `json:"correction,omitempty"`
	Words       int        `json:"words"`
}

// storyArticles is how many articles of a story are listed.
const storyArticles = 200

var noStory = &httpError{http.StatusNotFound, "there is no story with this id", "a story is the id of its first article, 32 hex digits", nil}

// storyOf asks for the articles of a story, copies too. The id of any of them
// will do.
func (s *site) storyOf(ctx context.Context, id string, rules Rules) (*story, error) {
	if !isID(id) {
		return nil, noStory
	}
	q := &index.Query{Story: id, Copies: true, Sort: "published", Limit: storyArticles, Now: rules.Now}
	a, err := s.ask(ctx, q)
	if err != nil {
		return nil, err
	}
	if a.Total == 0 {
		h, err := s.one(ctx, id)
		if err != nil || h == nil {
			return nil, cmp.Or(err, error(noStory))
		}
		var d struct{ Story string }
		if err := json.Unmarshal(h.Source, &d); err != nil || !isID(d.Story) || d.Story == id {
			return nil, noStory
		}
		q.Story = d.Story
		if a, err = s.ask(ctx, q); err != nil {
			return nil, err
		}
	}
	st := &story{ID: q.Story, Total: a.Total, Outlets: []string{}}
	for i := range a.Hits {
		d := new(pipeline.Document)
		if err := json.Unmarshal(a.Hits[i].Source, d); err != nil {
			return nil, fmt.Errorf("document %s: %w", a.Hits[i].ID, err)
		}
		st.add(a.Hits[i].ID, d)
	}
	return st, nil
}

func (st *story) add(id string, d *pipeline.Document) {
	t := telling{ID: id, Title: d.Title, Outlet: cmp.Or(d.Outlet, d.Source.Name, d.Source.ID), Source: d.Source.ID, Published: d.Published,
		Updated: d.Updated, Received: d.Received, Version: int64(d.Version), Correction: d.CorrectionNote, Words: d.WordCount}
	if v := d.Dedup; v != nil {
		t.Verdict, t.Relation, t.DuplicateOf, t.Containment, t.Hidden = v.Verdict, v.Relation, v.DuplicateOf, v.Containment, v.Hidden
	}
	if st.Title == "" || id == st.ID {
		st.Title = d.Title
	}
	if t.Outlet != "" && !slices.Contains(st.Outlets, t.Outlet) {
		st.Outlets = append(st.Outlets, t.Outlet)
	}
	st.Articles = append(st.Articles, t)
}

func (s *site) apiStory(w http.ResponseWriter, r *http.Request) error {
	st, err := s.storyOf(r.Context(), r.PathValue("id"), s.rules())
	if err != nil {
		return err
	}
	return sendJSON(w, r, st)
}
