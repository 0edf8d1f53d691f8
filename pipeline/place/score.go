package place

import (
	"math"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
)

// group is one name of the article with all its spots: one sense per article.
type group struct {
	at         uint32 // of the key, which names the group
	first, end int32  // candidates
	best       int32  // candidate, or -1
	spots      int32
	weight     float64 // of its spots as votes
	margin     float64
	people     bool // adjective or demonym: votes half
	anchor     bool // sure of itself in the first pass
	dateline   bool
	qualified  bool
	metonym    gazetteer.Ref // seat of the body, or None
	resolved   string        // "", adm1, country
	ref        gazetteer.Ref // the answer, or None
	reason     string
}

// candidate is one reading of a group's name.
type candidate struct {
	ref       gazetteer.Ref
	form      gazetteer.Form
	feature   gazetteer.Feature
	rank      uint8
	qualified bool
	country   [2]byte
	admin1    gazetteer.Ref
	lat, lon  float64
	base      float64 // score without context
	score     float64
}

// group joins the spots of one name.
func (l *Linker) group(in *Input) {
	clear(l.byKey)
	for i := range l.spots {
		s := &l.spots[i]
		key := s.key()
		g, ok := l.byKey[key]
		if !ok {
			g = int32(len(l.groups))
			l.byKey[key] = g
			l.groups = append(l.groups, group{at: key, best: -1, metonym: gazetteer.None, ref: gazetteer.None})
			l.candidates(in, s, &l.groups[g])
		}
		s.group = g
		gr := &l.groups[g]
		gr.spots++
		gr.weight += weightOf(s)
		gr.dateline = gr.dateline || s.dateline >= 0
	}
	for i := range l.spots { // a qualifier wins for all mentions of the name
		if s := &l.spots[i]; s.qualifier >= 0 {
			l.qualify(s, &l.spots[s.qualifier])
		}
	}
}

// key numbers the name of a spot; names with a place by an operation are one
// for each place.
func (s *spot) key() uint32 {
	if s.isFixed {
		return 1<<30 | uint32(s.fixed)
	}
	return s.match.Key()
}

// weightOf is a spot's weight as a vote: title 3, dateline 2, else 1; half for
// people and embedded names.
func weightOf(s *spot) float64 {
	w := 1.0
	switch {
	case s.field != 0:
		w = 3
	case s.dateline >= 0:
		w = 2
	}
	if s.embedded {
		w /= 2
	}
	return w
}

// candidates appends the places that a name may mean.
func (l *Linker) candidates(in *Input, s *spot, g *group) {
	g.first = int32(len(l.cands))
	surface := s.span.Of(in.tokens(s.field).Text)
	if s.isFixed {
		c := candidate{ref: s.fixed, admin1: gazetteer.None, base: 100}
		if s.fixed >= override.FirstAdded {
			r := in.Overrides.Added(s.fixed)
			c.feature, c.lat, c.lon = r.Feature, r.Lat, r.Lon
			copy(c.country[:], r.Country)
		} else {
			p := l.g.Place(s.fixed)
			c.feature, c.admin1, c.lat, c.lon = p.Feature, l.g.Admin1(s.fixed), p.Lat, p.Lon
			copy(c.country[:], p.Country)
		}
		l.cands = append(l.cands, c)
		g.end = int32(len(l.cands))
		return
	}
	country, state := false, false // readings so far, the likeliest first
	for i := range s.match.Aliases() {
		a := l.g.Alias(s.match, i)
		if !s.match.Allows(a, surface) {
			continue
		}
		if a.Form == gazetteer.Metonym {
			if g.metonym == gazetteer.None {
				g.metonym = l.seat(a.Ref)
			}
			continue
		}
		if !l.g.IsPlace(a.Ref) {
			continue
		}
		p := l.g.Place(a.Ref)
		c := candidate{ref: a.Ref, form: a.Form, feature: p.Feature, rank: a.Rank, admin1: l.g.Admin1(a.Ref), lat: p.Lat, lon: p.Lon}
		copy(c.country[:], p.Country)
		c.base = l.w.Population*math.Log10(float64(p.Population)+10) + l.w.Feature[p.Feature] - l.w.Rank*float64(a.Rank)
		if country = country || p.Feature == gazetteer.PCLI; country && p.Feature != gazetteer.PCLI {
			c.base -= l.w.Shadow
		}
		if state = state || p.Feature == gazetteer.ADM1 && spokenAlone(p.Country); state && p.Feature.Populated() && p.Population < strongPopulation {
			c.base -= l.w.Shadow
		}
		if a.Form == gazetteer.Adjective || a.Form == gazetteer.Demonym {
			g.people = true
		}
		l.cands = append(l.cands, c)
	}
	g.end = int32(len(l.cands))
	if g.people { // "English" is of England, not the town of English
		for i := g.first; i < g.end; i++ {
			if c := &l.cands[i]; c.form != gazetteer.Adjective && c.form != gazetteer.Demonym {
				c.base -= l.w.Shadow
			}
		}
	}
}

// seat is the place of a metonym: the seat of the body, or the capital.
func (l *Linker) seat(r gazetteer.Ref) gazetteer.Ref {
	if l.g.IsActor(r) {
		return l.g.Actor(r).Seat
	}
	return l.g.Capital(l.g.Country(r))
}

// qualify marks the readings of s inside a reading of the area n, and the
// readings of n that hold one of them.
func (l *Linker) qualify(s, n *spot) {
	g, q := &l.groups[s.group], &l.groups[n.group]
	for i := g.first; i < g.end; i++ {
		for j := q.first; j < q.end; j++ {
			c, d := &l.cands[i], &l.cands[j]
			if c.ref != d.ref && d.feature.Area() && c.ref < override.FirstAdded && d.ref < override.FirstAdded && l.g.Within(c.ref, d.ref) {
				c.qualified, d.qualified = true, true
				g.qualified, q.qualified = true, true
			}
		}
	}
}

// sureMargin is how far ahead the first reading must be, without context, to
// serve as context for others.
const sureMargin = 1.5

// resolve chooses a reading for each name: first without context, where names
// that are sure of themselves become anchors; then with it.
func (l *Linker) resolve(in *Input) {
	for i := range l.groups {
		g := &l.groups[i]
		for j := g.first; j < g.end; j++ {
			c := &l.cands[j]
			if c.score = c.base; c.qualified {
				c.score += l.w.Qualifier
			}
		}
		l.pick(g)
		g.anchor = g.best >= 0 && (g.margin >= sureMargin || g.qualified)
	}
	var v votes
	v.home = in.OutletCountry
	for i := range l.groups {
		if g := &l.groups[i]; g.anchor {
			v.add(&l.cands[g.best], g)
		}
	}
	for i := range l.groups {
		g := &l.groups[i]
		for j := g.first; j < g.end; j++ {
			l.cands[j].score = l.inContext(&v, g, &l.cands[j])
		}
		l.pick(g)
		l.settle(g)
	}
}

// pick finds the best reading and how far it is ahead of the next one that
// lies elsewhere.
func (l *Linker) pick(g *group) {
	g.best = -1
	for j := g.first; j < g.end; j++ {
		if g.best < 0 || l.cands[j].score > l.cands[g.best].score {
			g.best = j
		}
	}
	g.margin = math.Inf(1)
	for j := g.first; j < g.end; j++ {
		if j == g.best || l.near(g.best, j) {
			continue
		}
		g.margin = min(g.margin, l.cands[g.best].score-l.cands[j].score)
	}
}

// near reports whether two readings are one place for a reader: a town and the
// area it is the seat of.
func (l *Linker) near(i, j int32) bool {
	a, b := &l.cands[i], &l.cands[j]
	return a.country == b.country && math.Abs(a.lat-b.lat) < .3 && gazetteer.DistanceKm(a.lat, a.lon, b.lat, b.lon) < 30
}

// settle answers a group: the best reading, else the area that the best two
// share, else nothing with a reason.
func (l *Linker) settle(g *group) {
	switch {
	case g.best < 0:
		if g.metonym == gazetteer.None {
			g.reason = "no_candidate"
		}
	case g.margin >= l.w.Margin:
		g.ref = l.cands[g.best].ref
	default:
		g.ref, g.resolved, g.reason = l.backOff(g)
	}
}

func (l *Linker) backOff(g *group) (gazetteer.Ref, string, string) {
	b := &l.cands[g.best]
	admin1, country := b.admin1, string(b.country[:])
	for j := g.first; j < g.end; j++ {
		c := &l.cands[j]
		if b.score-c.score >= l.w.Margin {
			continue
		}
		if c.admin1 != admin1 {
			admin1 = gazetteer.None
		}
		if c.country != b.country {
			return gazetteer.None, "", "low_margin"
		}
	}
	if admin1 != gazetteer.None {
		return admin1, "adm1", ""
	}
	if r := l.g.CountryRef(country); r != gazetteer.None {
		return r, "country", ""
	}
	return gazetteer.None, "", "low_margin"
}

// votes is the context of an article: what its sure names say about where.
type votes struct {
	country  [24]tally // the first two dozen countries; an article has no more to say
	n        int
	total    float64
	admin1   [24]areaTally
	nAdmin1  int
	points   [48]point
	nPoints  int
	dateline [2]byte
	home     string
}

type tally struct {
	cc [2]byte
	w  float64
}

type areaTally struct {
	ref gazetteer.Ref
	w   float64
}

type point struct {
	lat, lon float64
	cos      float64 // of the latitude
	key      uint32
}

func (v *votes) add(c *candidate, g *group) {
	w := g.weight
	if g.people {
		w /= 2
	}
	if c.country[0] != 0 {
		v.total += w
		v.addCountry(c.country, w)
		if g.dateline {
			v.dateline = c.country
		}
	}
	if c.admin1 != gazetteer.None {
		v.addAdmin1(c.admin1, w)
	}
	if c.feature >= gazetteer.ADM1 && v.nPoints < len(v.points) {
		v.points[v.nPoints] = point{c.lat, c.lon, math.Cos(c.lat * math.Pi / 180), g.at}
		v.nPoints++
	}
}

func (v *votes) addCountry(cc [2]byte, w float64) {
	for i := range v.country[:v.n] {
		if v.country[i].cc == cc {
			v.country[i].w += w
			return
		}
	}
	if v.n < len(v.country) {
		v.country[v.n] = tally{cc, w}
		v.n++
	}
}

func (v *votes) addAdmin1(r gazetteer.Ref, w float64) {
	for i := range v.admin1[:v.nAdmin1] {
		if v.admin1[i].ref == r {
			v.admin1[i].w += w
			return
		}
	}
	if v.nAdmin1 < len(v.admin1) {
		v.admin1[v.nAdmin1] = areaTally{r, w}
		v.nAdmin1++
	}
}

// inContext is a reading's score with the article around it. A group's own
// votes do not count for it.
func (l *Linker) inContext(v *votes, g *group, c *candidate) float64 {
	w := l.w
	s := c.base
	if c.qualified {
		s += w.Qualifier
	}
	own := 0.0
	if g.anchor {
		if own = g.weight; g.people {
			own /= 2
		}
	}
	var self *candidate
	if g.anchor {
		self = &l.cands[g.best]
	}
	if c.country[0] != 0 {
		for _, t := range v.country[:v.n] {
			if t.cc == c.country {
				n := t.w
				if self != nil && self.country == c.country {
					n -= own
				}
				s += w.Country * n / (v.total - own + 2)
			}
		}
		if v.dateline == c.country {
			s += w.Dateline
		}
		if v.home != "" && v.home == string(c.country[:]) {
			s += w.Home
		}
	}
	if c.feature <= gazetteer.PCLI {
		return s
	}
	for _, t := range v.admin1[:v.nAdmin1] {
		if t.ref == c.admin1 {
			n := t.w
			if self != nil && self.admin1 == c.admin1 {
				n -= own
			}
			s += w.Admin1 * n / (v.total - own + 2)
		}
	}
	return s + w.Near*l.proximity(v, g, c)
}

// kmPerDegree is a degree of latitude.
const kmPerDegree = 111.195

// proximity is exp(-km/NearKm) to the nearest other anchor, on the plane: within
// the few hundred kilometres that count it is off by less than 2 %. Points
// further than ten degrees of latitude are not measured.
func (l *Linker) proximity(v *votes, g *group, c *candidate) float64 {
	best := math.Inf(1)
	for i := range v.points[:v.nPoints] {
		p := &v.points[i]
		y, x := p.lat-c.lat, p.lon-c.lon
		if p.key == g.at || y > 10 || y < -10 {
			continue
		}
		x *= p.cos
		best = min(best, x*x+y*y)
	}
	if best > 400 {
		return 0
	}
	return math.Exp(-math.Sqrt(best) * kmPerDegree / l.w.NearKm)
}
