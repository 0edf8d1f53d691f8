package place

import (
	"slices"
	"strings"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/text"
)

// spot is one place in the text where a name of the gazetteer may be a place.
type spot struct {
	match     gazetteer.Match
	span      text.Span
	group     int32
	qualifier int32 // index of the spot behind the comma that holds this one, or -1
	dateline  int32 // index into Input.Dateline, or -1
	field     text.Field
	rule      string
	kind      string
	form      gazetteer.Form
	embedded  bool          // inside a longer name: Aleppo University
	tagged    bool          // the name stage says it is a place
	qualifies bool          // stands behind a comma and holds the name before it
	fixed     gazetteer.Ref // by an override
	isFixed   bool
	onlyComma bool // every reading needs a comma before it
	drop      bool
}

// collect appends the spots of one field.
func (l *Linker) collect(in *Input, field text.Field, a *text.Tokens, hits []gazetteer.Match) {
	if a == nil {
		return
	}
	if in.Overrides != nil {
		defer l.corrections(in, field, a, len(l.spots))
	}
	mentions := in.Mentions
	for i := range hits {
		m := hits[i]
		if len(l.spots) == maxSpots {
			return
		}
		if int(m.Last) > len(a.Tok) || int(m.End) > len(a.Text) || m.Start >= m.End {
			continue // hits of another text
		}
		if in, ok := l.inner(a, m); ok {
			m = in
		}
		s := spot{match: m, span: m.Span(), qualifier: -1, dateline: -1, group: -1, field: field}
		if field == text.Body {
			s.dateline = datelineOf(in.Dateline, s.span)
			if s.dateline < 0 && inZone(in.Zones, s.span) {
				continue
			}
		}
		// Mentions come in text order within a field: skip those that end before.
		for len(mentions) > 0 && (mentions[0].Field != field || mentions[0].Span.End <= s.span.Start) {
			mentions = mentions[1:]
		}
		if in.Overrides != nil {
			key := gazetteer.Fold(s.span.Of(a.Text))
			if in.Overrides.Blocked(key, "place", &in.Context) {
				continue
			}
			s.fixed, s.isFixed = in.Overrides.Place(key, &in.Context)
		}
		if !s.isFixed && !l.accept(in, a, &s, hits, i, covering(mentions, field, s.span)) {
			continue
		}
		l.spots = append(l.spots, s)
	}
}

// corrections adds the surfaces to which an operation gives a place and which
// are no name of the gazetteer. first is the field's first spot.
func (l *Linker) corrections(in *Input, field text.Field, a *text.Tokens, first int) {
	l.found = in.Overrides.Scan(l.found[:0], a)
	for _, h := range l.found {
		ref, ok := in.Overrides.Place(h.Fold, &in.Context)
		if !ok || len(l.spots) == maxSpots || field == text.Body && inZone(in.Zones, h.Span) {
			continue
		}
		if slices.ContainsFunc(l.spots[first:], func(s spot) bool { return s.span.Overlaps(h.Span) }) {
			continue
		}
		s := spot{span: h.Span, qualifier: -1, dateline: -1, group: -1, field: field, fixed: ref, isFixed: true}
		s.match.First, s.match.Last, s.match.Start, s.match.End = uint32(h.First), uint32(h.Last), uint32(h.Span.Start), uint32(h.Span.End)
		l.spots = append(l.spots, s)
	}
	slices.SortStableFunc(l.spots[first:], func(a, b spot) int { return a.span.Start - b.span.Start })
}

// inner is the place at the start of a longer name that is none: the "U.S." of
// "U.S. State Department".
func (l *Linker) inner(a *text.Tokens, m gazetteer.Match) (gazetteer.Match, bool) {
	if m.Last-m.First < 2 || l.names(m) {
		return m, false
	}
	for {
		n, ok := l.g.Inner(a, m)
		if !ok || l.names(n) {
			return n, ok
		}
		m = n
	}
}

// names reports whether some reading of a match is a place or a metonym.
func (l *Linker) names(m gazetteer.Match) bool {
	for i := range m.Aliases() {
		if a := l.g.Alias(m, i); l.g.IsPlace(a.Ref) || a.Form == gazetteer.Metonym {
			return true
		}
	}
	return false
}

func datelineOf(d []Dateline, s text.Span) int32 {
	for i := range d {
		if d[i].Span.Contains(s) {
			return int32(i)
		}
	}
	return -1
}

func inZone(zones []text.Span, s text.Span) bool {
	for _, z := range zones {
		if z.Overlaps(s) {
			return true
		}
	}
	return false
}

// covering is the mention of the field that overlaps the span most, or nil. It
// looks at the next few only; mentions of one field may stand behind the other's.
func covering(ms []text.Mention, field text.Field, s text.Span) (best *text.Mention) {
	overlap := 0
	for i := range ms {
		m := &ms[i]
		if m.Field != field {
			continue
		}
		if m.Span.Start >= s.End {
			break
		}
		if o := min(m.Span.End, s.End) - max(m.Span.Start, s.Start); o > overlap {
			best, overlap = m, o
		}
	}
	return best
}

// reading is what a name may be, told from its aliases alone.
type reading struct {
	place     bool // some reading is a place
	direct    bool // some reading names a place itself, not its people
	people    bool // adjective or demonym
	metonym   bool
	actor     bool // the likeliest reading is a body or a person
	comma     bool // only behind a comma
	area      bool // some direct reading is a region, a country or wider
	strong    bool // a country, region or large city that needs no second signal
	strongest gazetteer.Feature
}

// strongPopulation makes a city known without a second signal.
const strongPopulation = 400_000

// spokenAlone reports whether English papers name the country's first-level
// areas without the country.
func spokenAlone(cc string) bool { return cc == "US" || cc == "CA" || cc == "AU" || cc == "GB" }

// maxReads bounds the readings kept from article to article.
const maxReads = 1 << 14

// read is what a name may be. It depends on the name, on how it is written and,
// where a sentence shouts, on the surface; the rest is kept.
func (l *Linker) read(m gazetteer.Match, surface string) reading {
	if m.Caps == gazetteer.Shout {
		return l.readAll(m, surface)
	}
	key := m.Key()<<1 | uint32(m.Caps)
	r, ok := l.reads[key]
	if !ok {
		if r = l.readAll(m, surface); len(l.reads) >= maxReads {
			clear(l.reads)
		}
		l.reads[key] = r
	}
	return r
}

func (l *Linker) readAll(m gazetteer.Match, surface string) (r reading) {
	r.comma = true
	first := true
	for i := range m.Aliases() {
		a := l.g.Alias(m, i)
		if !m.Allows(a, surface) {
			continue
		}
		if !a.Comma {
			r.comma = false
		}
		if !l.g.IsPlace(a.Ref) {
			if a.Form == gazetteer.Metonym && !a.Weak {
				r.metonym = true
			} else if first {
				r.actor = true
			}
			first = false
			continue
		}
		if a.Form == gazetteer.Metonym {
			r.metonym = true
			continue
		}
		r.place = true
		if a.Form == gazetteer.Adjective || a.Form == gazetteer.Demonym {
			r.people = true
		} else {
			r.direct = true
			r.area = r.area || l.g.Feature(a.Ref) <= gazetteer.PCLI
		}
		if first && !a.Weak && !a.Comma && a.Rank < 8 {
			p := l.g.Place(a.Ref)
			r.strongest = p.Feature
			switch f := p.Feature; {
			case f <= gazetteer.PCLI, f == gazetteer.PPLC:
				r.strong = true
			case f == gazetteer.ADM1:
				r.strong = spokenAlone(p.Country)
			default:
				r.strong = p.Population >= strongPopulation
			}
		}
		first = false
	}
	return r
}

// accept decides whether a hit is a place. cover is what the name stage says of
// it, nil if nothing.
func (l *Linker) accept(in *Input, a *text.Tokens, s *spot, hits []gazetteer.Match, i int, cover *text.Mention) bool {
	surface := s.span.Of(a.Text)
	r := l.read(s.match, surface)
	if !r.place && !r.metonym {
		return false
	}
	s.onlyComma = r.comma
	if s.dateline >= 0 {
		return r.place
	}
	if cover == nil {
		return l.acceptAlone(in, a, s, hits, i, r)
	}
	exact := cover.Span == s.span
	if s.match.Ambig&gazetteer.CommonWord != 0 && s.match.Last-s.match.First == 1 && !r.strong && !r.people && !r.metonym && !aheadOfComma(a, hits, i) && !behindComma(a, hits, i) {
		return false // Center, Earth, Christmas
	}
	switch cover.Kind {
	case text.PER:
		// A tagger that calls a country a person is wrong more often than not.
		return exact && r.strong && r.strongest == gazetteer.PCLI && s.match.Ambig&(gazetteer.Surname|gazetteer.FirstName) == 0 && !honorific(a, int(s.match.First))
	case text.ORG:
		if r.metonym {
			return true
		}
		if !exact {
			s.embedded = true
			return r.strong && !r.actor || r.people
		}
		return !r.actor && r.strong && s.match.Ambig&gazetteer.OrgName == 0
	case text.NORP:
		if r.people {
			s.tagged = true
			return true
		}
		return exact && r.strong
	case text.GPE, text.LOC:
		s.tagged = true
		if !exact && !r.strong && !r.people && !r.metonym {
			s.embedded = true
			return !r.actor && s.match.Ambig == 0
		}
		return !r.actor || r.metonym || exact && r.area
	case text.EVENT:
		// Storms have the names of towns: Cyclone Olinda, then Olinda alone.
		if exact && s.match.Last-s.match.First == 1 || !exact && stormBefore(a, int(s.match.First)) {
			return false
		}
		s.embedded = !exact
		return exact && !r.actor || r.strong && !r.actor || r.people || r.metonym
	case text.FAC, text.MISC:
		s.embedded = !exact
		return exact && !r.actor || r.strong && !r.actor || r.people || r.metonym
	}
	return r.strong
}

// stormBefore reports whether token i is the name in "Cyclone Olinda".
func stormBefore(a *text.Tokens, i int) bool {
	return i > 0 && text.OpensStorm(a.At(i-1))
}

// acceptAlone decides where the name stage is silent: strong names stand, weak
// ones need a preposition of place or an area behind a comma, and neither may
// be part of a longer capitalised name.
func (l *Linker) acceptAlone(in *Input, a *text.Tokens, s *spot, hits []gazetteer.Match, i int, r reading) bool {
	if honorific(a, int(s.match.First)) {
		return false
	}
	if r.metonym {
		return true
	}
	ambiguous := s.match.Ambig&gazetteer.CommonWord != 0 && s.match.Last-s.match.First <= 2
	if r.comma {
		return behindComma(a, hits, i) // chain decides
	}
	if r.actor && !r.people {
		return false
	}
	loc := locative(a, int(s.match.First)) && !a.Tok[s.match.First].Has(text.SentStart)
	if ambiguous {
		return (loc || r.strong && r.strongest <= gazetteer.PCLI && !a.Tok[s.match.First].Has(text.SentStart)) && a.Tok[s.match.First].Has(text.Upper) && !partOfName(a, s.match, hits, i) && r.strong
	}
	if r.strong || r.people {
		return len(in.Mentions) > 0 || !partOfName(a, s.match, hits, i) || r.strongest <= gazetteer.PCLI
	}
	if partOfName(a, s.match, hits, i) {
		return false
	}
	if s.match.Ambig&(gazetteer.Surname|gazetteer.FirstName|gazetteer.OrgName) != 0 {
		return (loc && len(in.Mentions) == 0) || aheadOfComma(a, hits, i) || behindComma(a, hits, i)
	}
	return loc || len(in.Mentions) == 0 || aheadOfComma(a, hits, i) || behindComma(a, hits, i)
}

// partOfName reports whether a capitalised word that is no name of the
// gazetteer stands right beside the match: "Paris Hilton", "Jordan Peele".
func partOfName(a *text.Tokens, m gazetteer.Match, hits []gazetteer.Match, i int) bool {
	if j := int(m.Last); j < len(a.Tok) && nameWord(a, j) && a.Tok[j].Flags&text.SentStart == 0 && (i+1 >= len(hits) || int(hits[i+1].First) != j) {
		return true
	}
	j := int(m.First) - 1
	return j >= 0 && nameWord(a, j) && a.Tok[m.First].Flags&text.SentStart == 0 && !a.Tok[j].Has(text.SentStart) && (i == 0 || int(hits[i-1].Last) != j+1)
}

func nameWord(a *text.Tokens, j int) bool {
	t := &a.Tok[j]
	return t.Flags&(text.Upper|text.Word) == text.Upper|text.Word && t.Flags&(text.Newline|text.Possessive) == 0 && t.End-t.Start > 1
}

// behindComma reports whether hit i stands right behind a comma behind another hit.
func behindComma(a *text.Tokens, hits []gazetteer.Match, i int) bool {
	return i > 0 && commaBetween(a, hits[i-1], hits[i])
}

func aheadOfComma(a *text.Tokens, hits []gazetteer.Match, i int) bool {
	return i+1 < len(hits) && commaBetween(a, hits[i], hits[i+1])
}

func commaBetween(a *text.Tokens, m, n gazetteer.Match) bool {
	return n.First == m.Last+1 && int(m.Last) < len(a.Tok) && a.At(int(m.Last)) == "," && a.Tok[n.First].Flags&text.Newline == 0
}

// chain joins "Springfield, Illinois" and "Paris, Texas": the second name is an
// area and some reading of the first lies inside a reading of it.
func (l *Linker) chain(in *Input) {
	for i := range l.spots {
		s := &l.spots[i]
		if s.match.Aliases() == 0 {
			continue
		}
		if i+1 < len(l.spots) {
			n := &l.spots[i+1]
			if n.field == s.field && commaBetween(in.tokens(s.field), s.match, n.match) && l.holds(in, n, s) {
				s.qualifier, n.qualifies = int32(i+1), true
			}
		}
	}
	for i := range l.spots {
		s := &l.spots[i]
		s.drop = s.onlyComma && !s.qualifies
	}
	l.spots = compact(l.spots)
}

// compact removes the dropped spots and renumbers the qualifiers.
func compact(spots []spot) []spot {
	n := int32(0)
	for i := range spots {
		if spots[i].drop {
			continue
		}
		s := spots[i]
		if s.qualifier >= 0 { // the qualifier is the next spot and never dropped
			s.qualifier = n + 1
		}
		spots[n] = s
		n++
	}
	return slices.Delete(spots, int(n), len(spots))
}

// holds reports whether a reading of s lies inside an area that n may name.
func (l *Linker) holds(in *Input, n, s *spot) bool {
	surface := n.span.Of(in.tokens(n.field).Text)
	for i := range n.match.Aliases() {
		q := l.g.Alias(n.match, i)
		if !n.match.Allows(q, surface) || !l.g.IsPlace(q.Ref) || q.Form > gazetteer.Abbrev || !l.g.Feature(q.Ref).Area() {
			continue
		}
		if l.inside(s, q.Ref) {
			return true
		}
	}
	return false
}

func (l *Linker) inside(s *spot, area gazetteer.Ref) bool {
	for i := range s.match.Aliases() {
		a := l.g.Alias(s.match, i)
		if l.g.IsPlace(a.Ref) && a.Ref != area && a.Form <= gazetteer.Abbrev && l.g.Within(a.Ref, area) {
			return true
		}
	}
	return false
}

// honorific reports whether the word before token i is a form of address.
func honorific(a *text.Tokens, i int) bool {
	if i == 0 || a.Tok[i].Flags&(text.SentStart|text.Newline) != 0 {
		return false
	}
	switch strings.TrimSuffix(a.At(i-1), ".") {
	case "Mr", "Mrs", "Ms", "Miss", "Dr", "Prof", "Sen", "Rep", "Gov", "Gen", "Col", "Maj", "Capt", "Lt", "Sgt", "Sir", "Dame", "Lord", "Lady",
		"Judge", "Justice", "Senator", "Congressman", "Congresswoman", "Detective", "Officer", "Rev", "Messrs", "Sheriff", "Coach":
		return true
	}
	return false
}

// locative reports whether a preposition of place, or a verb that strikes or
// reaches a place, stands before token i, or before an article, compass word or
// "city of" in front of it.
func locative(a *text.Tokens, i int) bool {
	for j, steps := i-1, 0; j >= 0 && steps < 4; j, steps = j-1, steps+1 {
		if a.Tok[j+1].Has(text.SentStart) {
			return false
		}
		if leads, ok := leading[a.At(j)]; !ok || leads {
			return ok
		}
	}
	return false
}

// leading are the words that make a name literal (true), and those that may
// stand between them and the name (false).
var leading = func() map[string]bool {
	m := map[string]bool{}
	for w := range set(`the a northern southern eastern western central northeastern northwestern southeastern southwestern north south east
		west city town village port island of downtown suburban nearby capital state province region district upstate rural neighboring
		neighbouring northeast northwest southeast southwest coast occupied rebel-held war-torn both border historic county mid inner greater`) {
		m[w] = false
	}
	for w := range set(`in at near outside inside from to toward towards around across off into over through throughout on along between leaving
		visiting In At Near Outside From Across within Within beyond via Inside Around Off On hit hits hitting struck strikes shelled shelling
		bombed bombing pounded rocked shook battered flooded devastated captured seized stormed besieged entered reached invaded occupied
		recaptured retook liberated surrounded overran swept ravaged fled visited toured`) {
		m[w] = true
	}
	return m
}()
