package search

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"dateline/index"
	"dateline/pipeline/gazetteer"
)

// spot is a town or facility with how often an answer names it.
type spot struct {
	ID    string  `json:"id"`
	Name  string  `json:"name"`
	Lat   float64 `json:"lat"`
	Lon   float64 `json:"lon"`
	Count int64   `json:"count"`
}

// mapPlaces is how many places a map asks for, the most frequent first.
const mapPlaces = 400

// spotsOf are the towns and facilities among the values of place.id, where the
// gazetteer says they lie. Countries and provinces have no spot: a label's
// point is not where anything happened. The gazetteer is data of this program,
// so a map asks no index for coordinates.
func spotsOf(buckets []index.Bucket, box *index.Box) []spot {
	g := gazetteer.Default()
	spots := []spot{}
	for _, b := range buckets {
		r, ok := town(b.Value)
		if !ok {
			continue
		}
		p := g.Place(r)
		s := spot{ID: b.Value, Name: b.Label, Lat: round(float64(p.Lat)), Lon: round(float64(p.Lon)), Count: b.Count}
		if s.Name == "" {
			s.Name = g.Name(r)
		}
		if box == nil || inside(box, s) {
			spots = append(spots, s)
		}
	}
	return spots
}

// towns are the towns and facilities of the gazetteer by their GeoNames id, 2 MB
// made at the first map: the gazetteer itself looks an id up by reading on from
// the first, which for a map's 400 took half of a page's time.
var towns = sync.OnceValue(func() []geoName {
	g := gazetteer.Default()
	var out []geoName
	for r := range gazetteer.Ref(g.Places()) {
		switch g.Feature(r) {
		case gazetteer.PPL, gazetteer.PPLA, gazetteer.PPLA2, gazetteer.PPLC, gazetteer.PPLX, gazetteer.FAC:
			if id := g.Place(r).GeoNames; id != 0 {
				out = append(out, geoName{id, r})
			}
		}
	}
	slices.SortFunc(out, func(a, b geoName) int { return cmp.Compare(a.id, b.id) })
	return out
})

// geoName is a record of the gazetteer and its GeoNames id.
type geoName struct {
	id  uint32
	ref gazetteer.Ref
}

// town is the town or facility with an id like gn:588409.
func town(id string) (gazetteer.Ref, bool) {
	n, ok := strings.CutPrefix(id, "gn:")
	if !ok {
		return 0, false
	}
	want, err := strconv.ParseUint(n, 10, 32)
	if err != nil {
		return 0, false
	}
	at, ok := slices.BinarySearchFunc(towns(), uint32(want), func(g geoName, id uint32) int { return cmp.Compare(g.id, id) })
	if !ok {
		return 0, false
	}
	return towns()[at].ref, true
}

// round keeps ten metres.
func round(x float64) float64 { return math.Round(x*1e4) / 1e4 }

func inside(b *index.Box, s spot) bool {
	in := s.Lon >= b.West && s.Lon <= b.East
	if b.West > b.East {
		in = s.Lon >= b.West || s.Lon <= b.East
	}
	return in && s.Lat >= b.South && s.Lat <= b.North
}

// worldMap is a map of spots, drawn on the outline of world.svg.
type worldMap struct {
	View     string // the viewBox
	Stroke   float64
	Clusters []cluster
	Zoom     *tab // the question without its box; nil: it has none
	Places   int
	// What the drawing covers, so that a rectangle on it can be turned into a
	// box of degrees.
	X, Y, Width, Height float64
}

// cluster is a circle: places that would overlap, drawn as one.
type cluster struct {
	X, Y, R float64
	Count   int64
	Text    string // the count, where it fits
	Size    float64
	Label   string
	Link    string
	spots   []spot
}

// The drawing: as _world/main.go has it, tenths of a degree from 180° W, 85° N.
const (
	worldWidth  = 3600.0
	worldHeight = 1829.0
	mapAspect   = 1.9 // width by height of what is shown
)

func miller(lat float64) float64 {
	return 1.25 * math.Log(math.Tan(math.Pi/4+0.4*lat*math.Pi/180))
}

// project is Miller's cylindrical projection.
func project(lat, lon float64) (x, y float64) {
	return (lon + 180) * 10, (miller(85) - miller(lat)) * 1800 / math.Pi
}

// unproject is its inverse.
func unproject(x, y float64) (lat, lon float64) {
	m := miller(85) - y*math.Pi/1800
	return (math.Atan(math.Exp(m/1.25)) - math.Pi/4) / 0.4 * 180 / math.Pi, x/10 - 180
}

// mapOf draws the places of an answer; nil if there are none.
func mapOf(q *index.Query, buckets []index.Bucket, link func(*index.Query) string) *worldMap {
	return mapOfSpots(q, spotsOf(buckets, q.Box), link)
}

func mapOfSpots(q *index.Query, spots []spot, link func(*index.Query) string) *worldMap {
	if len(spots) == 0 {
		return nil
	}
	m := &worldMap{Places: len(spots)}
	m.frame(spots, q.Box)
	m.View = fmt.Sprintf("%.1f %.1f %.1f %.1f", m.X, m.Y, m.Width, m.Height)
	m.Stroke = m.Width / 900
	m.cluster(spots)
	highest := int64(1)
	for _, c := range m.Clusters {
		highest = max(highest, c.Count)
	}
	for i := range m.Clusters {
		c := &m.Clusters[i]
		share := math.Sqrt(float64(c.Count) / float64(highest))
		c.R = m.Width * (0.012 + 0.02*share)
		c.Size = c.R * 0.95
		if c.Text = short(c.Count); len(c.Text) > 2 {
			c.Size = c.R * 0.75
		}
		c.Label = c.label()
		c.Link = link(c.narrow(q))
	}
	if q.Box != nil {
		c := *q
		c.Box, c.Offset, c.After = nil, 0, ""
		m.Zoom = &tab{Label: "whole map", Link: link(&c)}
	}
	return m
}

// short writes a count in four signs at most.
func short(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprint(n)
	case n < 1e6:
		return fmt.Sprintf("%dk", n/1000)
	}
	return fmt.Sprintf("%dM", n/1e6)
}

// frame chooses what the map shows: the box that was asked for, or all spots
// with room around them.
func (m *worldMap) frame(spots []spot, box *index.Box) {
	x1, y1, x2, y2 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	see := func(lat, lon float64) {
		x, y := project(lat, lon)
		x1, x2, y1, y2 = min(x1, x), max(x2, x), min(y1, y), max(y2, y)
	}
	margin, least := 0.12, 250.0
	if box != nil && box.West <= box.East {
		see(min(box.North, 84), box.West)
		see(max(box.South, -58), box.East)
		margin, least = 0.02, 12
	} else {
		for _, s := range spots {
			see(s.Lat, s.Lon)
		}
	}
	w, h := max((x2-x1)*(1+2*margin), least), max((y2-y1)*(1+2*margin), least/mapAspect)
	w, h = max(w, h*mapAspect), max(h, w/mapAspect)
	w, h = min(w, worldWidth), min(h, worldHeight)
	m.X = min(max((x1+x2-w)/2, 0), worldWidth-w)
	m.Y = min(max((y1+y2-h)/2, 0), worldHeight-h)
	m.Width, m.Height = w, h
}

// cluster joins each spot, the most frequent first, to the next circle that it
// would touch.
func (m *worldMap) cluster(spots []spot) {
	slices.SortStableFunc(spots, func(a, b spot) int { return cmp.Compare(b.Count, a.Count) })
	reach := m.Width * 0.05
	for _, s := range spots {
		x, y := project(s.Lat, s.Lon)
		best, near := -1, reach
		for i := range m.Clusters {
			if d := math.Hypot(m.Clusters[i].X-x, m.Clusters[i].Y-y); d < near {
				best, near = i, d
			}
		}
		if best < 0 {
			m.Clusters = append(m.Clusters, cluster{X: x, Y: y, Count: s.Count, spots: []spot{s}})
			continue
		}
		c := &m.Clusters[best]
		c.spots = append(c.spots, s)
		c.Count += s.Count
	}
}

// label names the places of a cluster, the most frequent first.
func (c *cluster) label() string {
	const most = 4
	var names []string
	for _, s := range c.spots[:min(most, len(c.spots))] {
		names = append(names, fmt.Sprintf("%s %d", s.Name, s.Count))
	}
	if n := len(c.spots) - most; n > 0 {
		names = append(names, fmt.Sprintf("and %d places more", n))
	}
	return strings.Join(names, ", ")
}

// narrow is the question for a cluster alone: of its one place, or of the box
// around its places.
func (c *cluster) narrow(q *index.Query) *index.Query {
	if len(c.spots) == 1 {
		return with(q, nameLink{ID: c.spots[0].ID}, places)
	}
	n := *q
	n.Offset, n.After = 0, ""
	b := index.Box{West: 180, South: 90, East: -180, North: -90}
	for _, s := range c.spots {
		b.West, b.East, b.South, b.North = min(b.West, s.Lon), max(b.East, s.Lon), min(b.South, s.Lat), max(b.North, s.Lat)
	}
	const room = 0.1 // degrees, so that towns on the edge are in
	tenth := func(x float64, up float64) float64 { return math.Round((x+up*room)*10) / 10 }
	b = index.Box{West: max(tenth(b.West, -1), -180), South: max(tenth(b.South, -1), -90), East: min(tenth(b.East, 1), 180), North: min(tenth(b.North, 1), 90)}
	n.Box = &b
	return &n
}
