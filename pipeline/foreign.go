package pipeline

import (
	"slices"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/language"

	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// languages are the languages that a stage serves; a stage without an entry
// serves any. Of an article in another language the index holds what is the
// same in all: identity, byline, dateline, ISO dates, and great cities and
// countries under their exact names.
var languages = map[string][]string{Name: {"en"}, Actor: {"en"}, Timex: {"en"}, Event: {"en"}}

// Languages are those that a stage serves, as BCP 47 tags; nil is any. Place
// serves English in full, other languages by exact names alone.
func Languages(stage string) []string { return slices.Clone(languages[stage]) }

// greatCity is the population from which a name is taken for a place in any
// language; capitals are from a tenth of it. Smaller places share their names
// with too many words: Essen, Nice, Natal.
const greatCity = 1_000_000

// language settles the document's language. It reports whether the stages for
// English may run: unless the text is known to be in another language.
func (r *reading) language() bool {
	d := r.d
	d.Language, d.LanguageBasis = language.Of(r.a.Language, r.a.Title, r.a.Body)
	if d.Language == "" || language.IsEnglish(d.Language) {
		return true
	}
	for _, s := range Stages() {
		if r.p.run[s] && languages[s] != nil {
			d.Pipeline.Skipped = append(d.Pipeline.Skipped, s)
		}
	}
	return false
}

// foreign does for an article in another language what holds in any.
func (r *reading) foreign() {
	r.places(r.exact)
	if !r.p.run[Timex] {
		return
	}
	r.s.enter(&inTimex)
	r.anchor = r.anchored()
	r.s.found = timex.Resolve(r.s.found[:0], &r.title, &r.body, r.anchor, &r.s.dates)
	for _, t := range r.s.found {
		if isoDate(t.Text) {
			r.d.Dates = append(r.d.Dates, t)
		}
	}
}

// exact finds the names that mean one great place in any language. They become
// the only mentions and hits that the place stage sees.
func (r *reading) exact() *gazetteer.Hits {
	all := r.lookup()
	var hits gazetteer.Hits
	r.mentions = r.mentions[:0]
	take := func(field text.Field, list []gazetteer.Match, of string) (out []gazetteer.Match) {
		for _, m := range list {
			span := m.Span()
			if surface := span.Of(of); r.p.great(m, surface) {
				out = append(out, m)
				r.mentions = append(r.mentions, text.Mention{Field: field, Span: span, Text: surface, Kind: text.GPE, Confidence: 0.7})
			}
		}
		return out
	}
	hits.Title = take(text.Title, all.Title, r.d.Title)
	hits.Body = take(text.Body, all.Body, r.d.Body)
	return &hits
}

// great reports whether the first reading of the match is a country or a great
// city by its own name or by one in another language.
func (p *Pipeline) great(m gazetteer.Match, surface string) bool {
	if m.Aliases() == 0 || len(surface) < 4 {
		return false
	}
	a := p.gazetteer.Alias(m, 0)
	if a.Form > gazetteer.Exonym || !p.gazetteer.IsPlace(a.Ref) || !m.Allows(a, surface) {
		return false
	}
	switch rec := p.gazetteer.Place(a.Ref); rec.Feature {
	case gazetteer.PCLI:
		return true
	case gazetteer.PPLC:
		return rec.Population >= greatCity/10
	default:
		return rec.Feature.Populated() && rec.Population >= greatCity
	}
}

// isoDate reports 2025-03-10, with or without a time.
func isoDate(s string) bool {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return false
	}
	for i, c := range []byte(s[:10]) {
		if i != 4 && i != 7 && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
