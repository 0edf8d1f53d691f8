package score

import (
	"cmp"
	"slices"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/place"
	"dateline/pipeline/text"
)

// Runner finds the places of documents.
type Runner struct {
	g      *gazetteer.Gazetteer
	linker *place.Linker
	tag    Tag
	body   text.Tokens
	hits   gazetteer.Hits
}

// Tag finds the names of a text, as the name stage does. Nil finds none.
type Tag func(*text.Tokens) []text.Mention

// NewRunner makes a Runner with the given weights; nil are the fitted ones.
func NewRunner(tag Tag, w *place.Weights) *Runner {
	g := gazetteer.Default()
	r := &Runner{g: g, linker: place.New(g), tag: tag}
	if w != nil {
		r.linker = place.NewWeighted(g, w)
	}
	return r
}

// Tagged finds places with the names of the name stage, end to end.
func (r *Runner) Tagged(d *Doc) []Toponym {
	r.body.Reset(d.Text)
	var ms []text.Mention
	if r.tag != nil {
		ms = r.tag(&r.body)
	}
	return r.answers(d, ms)
}

// Given finds places with the annotated spans as names, which leaves the
// choice among readings alone to be judged.
func (r *Runner) Given(d *Doc) []Toponym {
	r.body.Reset(d.Text)
	ms := make([]text.Mention, 0, len(d.Gold))
	for _, t := range d.Gold {
		ms = append(ms, text.Mention{Field: text.Body, Span: text.Span{Start: t.Start, End: t.End}, Text: t.Text, Kind: text.GPE, Confidence: 1})
	}
	slices.SortFunc(ms, func(a, b text.Mention) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return r.answers(d, ms)
}

func (r *Runner) answers(d *Doc, ms []text.Mention) []Toponym {
	r.hits.Find(r.g, nil, &r.body)
	res := r.linker.Link(&place.Input{Body: &r.body, Mentions: ms, Hits: &r.hits, All: true})
	var out []Toponym
	for i := range res.Places {
		p := &res.Places[i]
		ref := r.ref(p)
		for _, m := range p.Mentions {
			t := Toponym{Text: m.Text, Start: m.Span.Start, End: m.Span.End, Lat: p.Lat, Lon: p.Lon, Resolved: p.ID != "", Form: m.Form, Kind: m.Kind}
			t.GeoNames = ref
			if c := r.g.CountryRef(p.Country); c != gazetteer.None {
				t.Country = r.g.Name(c)
			}
			out = append(out, t)
		}
	}
	for i := range res.Unresolved {
		for _, m := range res.Unresolved[i].Mentions {
			out = append(out, Toponym{Text: m.Text, Start: m.Span.Start, End: m.Span.End, Form: m.Form, Kind: m.Kind})
		}
	}
	return out
}

// ref is the geonameid of a place.
func (r *Runner) ref(p *place.Place) uint32 {
	m, ok := r.g.Find(p.Name)
	for i := range m.Aliases() {
		if a := r.g.Alias(m, i); ok && r.g.IsPlace(a.Ref) && r.g.ID(a.Ref) == p.ID {
			return r.g.Place(a.Ref).GeoNames
		}
	}
	return 0
}

// Ceiling counts the annotated names that have a reading near enough: no choice
// among readings can be better.
func (r *Runner) Ceiling(d *Doc) (s Scores) {
	s.Gold = len(d.Gold)
	for i := range d.Gold {
		t := &d.Gold[i]
		near, id := false, false
		if m, ok := r.g.Find(t.Text); ok {
			for k := range m.Aliases() {
				a := r.g.Alias(m, k)
				if !r.g.IsPlace(a.Ref) {
					continue
				}
				p := r.g.Place(a.Ref)
				near = near || gazetteer.DistanceKm(p.Lat, p.Lon, t.Lat, t.Lon) <= RightKm
				id = id || p.GeoNames != 0 && p.GeoNames == t.GeoNames
			}
		}
		if near {
			s.Candidate++
		}
		if near || id {
			s.CandidateID++
		}
	}
	return s
}

// Total is how a whole set scores: with the name stage's names and with the
// annotated ones, and what could be had at most.
type Total struct{ Tagged, Given, Ceiling Scores }

// Set scores documents. keep says which answers count; nil keeps all.
func (r *Runner) Set(docs []Doc, keep func(*Toponym) bool) (t Total) {
	for i := range docs {
		d := &docs[i]
		t.Tagged.Add(Compare(r.g, d.Gold, filter(r.Tagged(d), keep)))
		t.Given.Add(Compare(r.g, d.Gold, r.Given(d)))
		t.Ceiling.Add(r.Ceiling(d))
	}
	return t
}

func filter(ts []Toponym, keep func(*Toponym) bool) []Toponym {
	if keep == nil {
		return ts
	}
	out := ts[:0]
	for i := range ts {
		if keep(&ts[i]) {
			out = append(out, ts[i])
		}
	}
	return out
}

// NoMetonyms leaves out the seats that stand for bodies (Kremlin), which the
// sets do not annotate.
func NoMetonyms(t *Toponym) bool { return t.Form != "metonym" }
