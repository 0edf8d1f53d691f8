package place

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
	"dateline/pipeline/text"
)

// result joins the spots by their answer and writes the document's places.
func (l *Linker) result(in *Input) Result {
	var r Result
	if len(in.Dateline) > 0 {
		r.Dateline = make([]string, len(in.Dateline))
	}
	clear(l.counts)
	clear(l.placed)
	n := 0
	for i := range l.spots {
		if ref := l.answer(&l.spots[i]); ref != gazetteer.None {
			l.counts[ref]++
			n++
		}
	}
	counts, at := l.counts, l.placed
	if k := len(counts); k > 0 {
		if !in.All {
			k = min(k, MaxPlaces)
		}
		r.Places = make([]Place, 0, k)
	}
	mentions := make([]Mention, 0, n)
	paths := make([]string, 0, len(counts)*8)
	for i := range l.spots {
		s := &l.spots[i]
		ref := l.answer(s)
		if ref == gazetteer.None {
			l.unresolved(in, &r, s)
			continue
		}
		j, ok := at[ref]
		if !ok {
			if len(r.Places) == MaxPlaces && !in.All {
				r.Cut++
				continue
			}
			j = len(r.Places)
			at[ref] = j
			start := len(paths)
			paths = l.path(in, paths, ref)
			p := l.place(in, ref, paths[start:len(paths):len(paths)])
			if in.Explain {
				p.Rivals = l.rivals(s)
			}
			k := counts[ref]
			if !in.All {
				k = min(k, MaxMentions)
			}
			p.Mentions = mentions[len(mentions) : len(mentions) : len(mentions)+k]
			mentions = mentions[:len(mentions)+k]
			r.Places = append(r.Places, p)
		}
		l.mention(in, &r, &r.Places[j], s)
	}
	l.infer(&r)
	l.apart(in, &r)
	l.focus(in, &r, at)
	return r
}

// maxRivals bounds the readings that an explanation names.
const maxRivals = 5

// rivals are the readings of a spot's name, the best first.
func (l *Linker) rivals(s *spot) (out []Rival) {
	g := &l.groups[s.group]
	for i := g.first; i < g.end; i++ {
		c := &l.cands[i]
		if c.ref >= override.FirstAdded {
			continue
		}
		p := l.g.Place(c.ref)
		out = append(out, Rival{ID: l.g.ID(c.ref), Name: l.g.Name(c.ref), Country: p.Country, Feature: p.Feature.String(),
			Score: math.Round(c.score*100) / 100, Alone: math.Round(c.base*100) / 100})
	}
	slices.SortStableFunc(out, func(a, b Rival) int { return cmp.Compare(b.Score, a.Score) })
	return out[:min(len(out), maxRivals)]
}

// unresolved notes a name whose place is not known.
func (l *Linker) unresolved(in *Input, r *Result, s *spot) {
	g := &l.groups[s.group]
	name := s.span.Of(in.tokens(s.field).Text)
	i := slices.IndexFunc(r.Unresolved, func(p Place) bool { return p.Name == name })
	if i < 0 {
		if len(r.Unresolved) == MaxPlaces {
			r.Cut++
			return
		}
		i = len(r.Unresolved)
		r.Unresolved = append(r.Unresolved, Place{Name: name, Reason: g.reason, Kinds: []string{KindMention}})
		if in.Explain {
			r.Unresolved[i].Rivals = l.rivals(s)
		}
	}
	if p := &r.Unresolved[i]; len(p.Mentions) < MaxMentions || in.All {
		p.Mentions = append(p.Mentions, Mention{Field: s.field, Span: s.span, Text: name, Kind: KindMention, Form: gazetteer.Official.String(), Rule: g.reason})
	} else {
		r.Cut++
	}
}

// answer is the place that a spot names, or None.
func (l *Linker) answer(s *spot) gazetteer.Ref {
	g := &l.groups[s.group]
	if s.kind == KindMetonym && g.metonym != gazetteer.None {
		return g.metonym
	}
	return g.ref
}

// path appends the ids of all that holds a place, and its own.
func (l *Linker) path(in *Input, dst []string, ref gazetteer.Ref) []string {
	if ref < override.FirstAdded {
		return l.g.Path(dst, ref, &l.ids)
	}
	r := in.Overrides.Added(ref)
	if area := l.area(r); area != gazetteer.None {
		dst = l.g.Path(dst, area, &l.ids)
	}
	return append(dst, r.ID)
}

// area is the first-level area of an added place, else its country.
func (l *Linker) area(r *override.Record) gazetteer.Ref {
	if r.Admin1 != "" {
		return l.g.PlaceRef(r.Admin1)
	}
	return l.g.CountryRef(r.Country)
}

func (l *Linker) place(in *Input, ref gazetteer.Ref, path []string) Place {
	if ref >= override.FirstAdded {
		r := in.Overrides.Added(ref)
		out := Place{ID: r.ID, Name: r.Name, Country: r.Country, Admin1: r.Admin1, Lat: r.Lat, Lon: r.Lon, Feature: r.Feature.String(), Path: path}
		if area := l.area(r); area != gazetteer.None {
			out.TimeZone = l.g.TimeZone(area)
		}
		return out
	}
	p := l.g.Place(ref)
	out := Place{
		ID: path[len(path)-1], Name: l.g.Name(ref), Country: p.Country, Lat: p.Lat, Lon: p.Lon,
		Feature: p.Feature.String(), Population: int64(p.Population), Path: path, TimeZone: l.g.TimeZone(ref),
	}
	if c := l.g.Claims(ref); c != "" {
		out.Claims = strings.Fields(c)
	}
	if a := l.g.Admin1(ref); a != gazetteer.None {
		out.Admin1 = l.g.ID(a)
	}
	if a := l.g.Admin2(ref); a != gazetteer.None {
		out.Admin2 = l.g.ID(a)
	}
	return out
}

// mention adds a spot to its place.
func (l *Linker) mention(in *Input, r *Result, p *Place, s *spot) {
	g := &l.groups[s.group]
	if c := confidence(g); c > p.Confidence {
		p.Confidence = c
	}
	if g.resolved != "" && s.kind != KindMetonym {
		p.Resolved = g.resolved
	}
	p.Kinds = withKind(p.Kinds, s.kind)
	if s.dateline >= 0 && !s.qualifies && r.Dateline[s.dateline] == "" {
		r.Dateline[s.dateline] = p.ID
		if r.TimeZone == "" {
			r.TimeZone = p.TimeZone
		}
	}
	if len(p.Mentions) == cap(p.Mentions) {
		r.Cut++
		return
	}
	form := s.form.String()
	if s.embedded && s.form != gazetteer.Metonym {
		form = "embedded"
	}
	p.Mentions = append(p.Mentions, Mention{
		Field: s.field, Span: s.span, Text: s.span.Of(in.tokens(s.field).Text), Kind: s.kind, Form: form, Rule: s.rule,
	})
}

// kindSets are the sorted sets of kinds, by their bits in the order of kindBits.
// Places share them, so they must not be changed.
var kindSets = func() (sets [16][]string) {
	for i := range sets {
		for b, k := range kindBits {
			if i>>b&1 != 0 {
				sets[i] = append(sets[i], k)
			}
		}
		sets[i] = slices.Clip(sets[i])
	}
	return sets
}()

var kindBits = [...]string{KindDateline, KindEvent, KindMention, KindMetonym}

// withKind is the set of kinds with one more.
func withKind(kinds []string, kind string) []string {
	bits := 0
	for b, k := range kindBits {
		if k == kind || slices.Contains(kinds, k) {
			bits |= 1 << b
		}
	}
	return kindSets[bits]
}

// confidence turns the margin between the first and the second reading into a
// number below 1; it orders answers, it is no calibrated probability.
func confidence(g *group) float32 {
	if g.best < 0 || math.IsInf(g.margin, 1) {
		return .95
	}
	return float32(.5 + .49*(1-math.Exp(-g.margin/2)))
}

// infer makes the dateline's place the place of the event if the text names no
// other: the place keeps its mentions and gets the kind.
func (l *Linker) infer(r *Result) {
	for i := range r.Places {
		if slices.Contains(r.Places[i].Kinds, KindEvent) {
			return
		}
	}
	for i := range r.Places {
		p := &r.Places[i]
		if slices.Contains(p.Kinds, KindDateline) {
			p.Kinds = withKind(p.Kinds, KindEvent)
			for j := range p.Mentions {
				if p.Mentions[j].Kind == KindDateline {
					p.Mentions[j].Rule = "dateline, event inferred"
				}
			}
			return
		}
	}
}

// apart resolves the dateline phrases that do not stand in the body.
func (l *Linker) apart(in *Input, r *Result) {
	for i := range in.Dateline {
		d := &in.Dateline[i]
		if !d.Span.Empty() || d.Text == "" || len(d.Text) > 200 {
			continue
		}
		l.tok.Reset(d.Text)
		if l.sub == nil {
			l.sub = NewWeighted(l.g, l.w)
		}
		got := l.sub.Link(&Input{Body: &l.tok, Dateline: []Dateline{{Text: d.Text, Span: text.Span{End: len(d.Text)}}},
			OutletCountry: in.OutletCountry, Overrides: in.Overrides, Context: in.Context})
		if len(got.Dateline) == 0 || got.Dateline[0] == "" {
			continue
		}
		r.Dateline[i] = got.Dateline[0]
		if r.TimeZone == "" {
			r.TimeZone = got.TimeZone
		}
	}
}

// focus is the country with the most weighted mentions, and the most specific
// event place in the title or the first paragraph inside it, else the first
// event place, else the most mentioned one.
func (l *Linker) focus(in *Input, r *Result, at map[gazetteer.Ref]int) {
	best, bestPlace, bestScore := 0.0, -1, 0.0
	type tally struct {
		cc string
		w  float64
	}
	var country [32]tally
	n := 0
	for i := range r.Places {
		p := &r.Places[i]
		if p.Country == "" {
			continue
		}
		w := 0.0
		for j := range p.Mentions {
			w += l.mentionWeight(in, &p.Mentions[j])
		}
		k := 0
		for k < n && country[k].cc != p.Country {
			k++
		}
		if k == n && n < len(country) {
			country[n].cc = p.Country
			n++
		}
		if k < n {
			country[k].w += w
		}
	}
	for _, t := range country[:n] {
		if t.w > best {
			best, r.Focus.Country = t.w, t.cc
		}
	}
	for i := range r.Places {
		p := &r.Places[i]
		if p.Country != r.Focus.Country || p.Country == "" {
			continue
		}
		f, _ := gazetteer.ParseFeature(p.Feature)
		s := 0.0
		for j := range p.Mentions {
			m := &p.Mentions[j]
			w := l.mentionWeight(in, m)
			if m.Kind == KindEvent || m.Kind == KindDateline {
				w *= 3
			}
			s += w
		}
		if !f.Populated() {
			s /= 10
		}
		if s > bestScore {
			bestPlace, bestScore = i, s
		}
	}
	if bestPlace >= 0 {
		p := &r.Places[bestPlace]
		r.Focus.Place, r.Focus.Admin1 = p.ID, p.Admin1
		if f, ok := gazetteer.ParseFeature(p.Feature); ok && (f.Populated() || f == gazetteer.FAC) {
			r.Focus.Point = &Point{Lat: p.Lat, Lon: p.Lon}
		}
	}
}

// mentionWeight is title 3, dateline 2, first paragraph 2, body 1; half of it
// for people and metonyms.
func (l *Linker) mentionWeight(in *Input, m *Mention) float64 {
	w := 1.0
	switch {
	case m.Field == text.Title:
		w = 3
	case m.Kind == KindDateline, inLead(in.Body, m.Span.Start):
		w = 2
	}
	switch m.Form {
	case "adjective", "demonym", "metonym", "embedded":
		w /= 2
	}
	return w
}

// inLead reports whether a byte of the body lies in its first paragraph.
func inLead(a *text.Tokens, at int) bool {
	if a == nil || len(a.Sent) == 0 {
		return false
	}
	for _, s := range a.Sent {
		if s.Para != a.Sent[0].Para {
			return at < int(s.Start)
		}
	}
	return true
}
