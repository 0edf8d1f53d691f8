// Command _world makes world.svg, the outline that the map of the page is drawn
// on, from Natural Earth's countries at 1:50 million, which the npm package
// world-atlas carries as TopoJSON. It fetches that package with npm:
//
//	go generate ./search
//
// Land and inner borders are simplified arc by arc, so that neighbours keep one
// common border, and drawn in Miller's cylindrical projection, which
// search.project repeats. The output depends on nothing but the package.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// What is fetched, and what it must be.
const (
	atlas  = "world-atlas@2.0.2"
	digest = "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97"
	member = "package/countries-50m.json"
)

// How much is left out, in tenths of a degree of the drawing: corners that
// stand out less than tolerance, islands smaller than smallest (an area).
const (
	tolerance = 0.7
	smallest  = 6
	south     = -58 // no news comes from further south; the ice would take a quarter of the map
)

func main() {
	log.SetFlags(0)
	out := flag.String("out", "page/world.svg", "`FILE` to write")
	flag.Parse()
	b, err := fetch()
	if err != nil {
		log.Fatal(err)
	}
	var t topology
	if err := json.Unmarshal(b, &t); err != nil {
		log.Fatal(member, ": ", err)
	}
	svg, err := t.draw()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*out, svg, 0o644); err != nil {
		log.Fatal(err)
	}
}

// fetch reads the member of the package.
func fetch() ([]byte, error) {
	dir, err := os.MkdirTemp("", "world-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command("npm", "pack", "--silent", atlas)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	name, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("npm pack %s: %w", atlas, err)
	}
	b, err := os.ReadFile(filepath.Join(dir, strings.TrimSpace(string(name))))
	if err != nil {
		return nil, err
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(b)); got != digest {
		return nil, fmt.Errorf("%s has the digest %s, want %s", atlas, got, digest)
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", member, err)
		}
		if h.Name == member {
			return io.ReadAll(r)
		}
	}
}

// topology is what is read of a TopoJSON file.
type topology struct {
	Transform struct{ Scale, Translate [2]float64 }
	Arcs      [][][2]float64
	Objects   map[string]struct {
		Geometries []struct {
			Type string
			ID   string
			Arcs json.RawMessage
		}
	}
	lines [][]point // arcs, projected and simplified
}

type point struct{ x, y float64 }

// project is Miller's projection, in tenths of a degree, from the corner at
// 180° W and 85° N.
func project(lon, lat float64) point {
	y := func(lat float64) float64 { return 1.25 * math.Log(math.Tan(math.Pi/4+0.4*lat*math.Pi/180)) }
	return point{(lon + 180) * 10, (y(85) - y(lat)) * 1800 / math.Pi}
}

// draw writes land as one path and inner borders as another.
func (t *topology) draw() ([]byte, error) {
	t.decode()
	land, err := t.land()
	if err != nil {
		return nil, err
	}
	borders, err := t.borders()
	if err != nil {
		return nil, err
	}
	bottom := project(0, south).y
	var b bytes.Buffer
	fmt.Fprintln(&b, "<!-- Made by _world/main.go; do not edit. Natural Earth, public domain, from the npm package", atlas+".", "-->")
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3600 %.0f">`+"\n", bottom)
	fmt.Fprintf(&b, `<path id="land" d="%s"/>`+"\n", land)
	fmt.Fprintf(&b, `<path id="borders" fill="none" d="%s"/>`+"\n</svg>\n", borders)
	return b.Bytes(), nil
}

// decode undoes the delta encoding of the arcs.
func (t *topology) decode() {
	for _, arc := range t.Arcs {
		var line []point
		x, y := 0.0, 0.0
		for _, d := range arc {
			x, y = x+d[0], y+d[1]
			lon, lat := x*t.Transform.Scale[0]+t.Transform.Translate[0], y*t.Transform.Scale[1]+t.Transform.Translate[1]
			line = append(line, project(lon, max(lat, -85)))
		}
		t.lines = append(t.lines, simplify(line))
	}
}

// simplify is Douglas and Peucker's. The two halves of a ring are simplified
// apart, for a ring has no chord.
func simplify(line []point) []point {
	if len(line) < 3 {
		return line
	}
	first, last := line[0], line[len(line)-1]
	far, at := 0.0, 0
	for i, p := range line[1 : len(line)-1] {
		if d := distance(p, first, last); d > far {
			far, at = d, i+1
		}
	}
	if far <= tolerance {
		return []point{first, last}
	}
	head := simplify(line[:at+1])
	return append(head[:len(head)-1:len(head)-1], simplify(line[at:])...)
}

// distance of a point from the segment between two others.
func distance(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	if l := dx*dx + dy*dy; l > 0 {
		f := min(max(((p.x-a.x)*dx+(p.y-a.y)*dy)/l, 0), 1)
		a = point{a.x + f*dx, a.y + f*dy}
	}
	return math.Hypot(p.x-a.x, p.y-a.y)
}

// polygons are the rings of a geometry, each a list of arcs.
func polygons(kind string, raw json.RawMessage) (rings [][]int, err error) {
	switch kind {
	case "Polygon":
		err = json.Unmarshal(raw, &rings)
	case "MultiPolygon":
		var many [][][]int
		err = json.Unmarshal(raw, &many)
		for _, p := range many {
			rings = append(rings, p...)
		}
	default:
		err = errors.New("geometry " + kind)
	}
	return rings, err
}

func (t *topology) arc(i int) []point {
	if i >= 0 {
		return t.lines[i]
	}
	line := t.lines[^i]
	back := make([]point, len(line))
	for k, p := range line {
		back[len(line)-1-k] = p
	}
	return back
}

func (t *topology) land() (string, error) {
	var b strings.Builder
	for _, g := range t.Objects["land"].Geometries {
		rings, err := polygons(g.Type, g.Arcs)
		if err != nil {
			return "", err
		}
		for _, ring := range rings {
			var line []point
			for _, i := range ring {
				a := t.arc(i)
				if len(line) > 0 {
					a = a[1:]
				}
				line = append(line, a...)
			}
			for _, line := range unwrap(line) {
				if area(line) >= smallest && northernmost(line) < project(0, south).y {
					path(&b, line[:len(line)-1])
					b.WriteByte('z')
				}
			}
		}
	}
	return b.String(), nil
}

// unwrap cuts a ring that crosses the date line into the parts on either side.
func unwrap(line []point) [][]point {
	const world = 3600
	shift, low, high := 0.0, math.Inf(1), math.Inf(-1)
	whole := make([]point, len(line))
	for i, p := range line {
		if i > 0 {
			switch d := p.x - line[i-1].x; {
			case d > world/2:
				shift -= world
			case d < -world/2:
				shift += world
			}
		}
		whole[i] = point{p.x + shift, p.y}
		low, high = min(low, whole[i].x), max(high, whole[i].x)
	}
	if low >= 0 && high <= world {
		return [][]point{whole}
	}
	var rings [][]point
	for _, by := range []float64{0, -world, world} {
		var moved []point
		for _, p := range whole {
			moved = append(moved, point{p.x + by, p.y})
		}
		moved = clip(clip(moved, func(p point) float64 { return p.x }), func(p point) float64 { return world - p.x })
		if len(moved) > 2 {
			rings = append(rings, moved)
		}
	}
	return rings
}

// clip is the part of a ring where inside is not negative (Sutherland and
// Hodgman).
func clip(ring []point, inside func(point) float64) []point {
	var out []point
	for i, q := range ring {
		p := ring[(i+len(ring)-1)%len(ring)]
		d, e := inside(p), inside(q)
		if d < 0 != (e < 0) {
			f := d / (d - e)
			out = append(out, point{p.x + f*(q.x-p.x), p.y + f*(q.y-p.y)})
		}
		if e >= 0 {
			out = append(out, q)
		}
	}
	if len(out) > 0 {
		out = append(out, out[0])
	}
	return out
}

func area(line []point) float64 {
	sum := 0.0
	for i := range line {
		p, q := line[i], line[(i+1)%len(line)]
		sum += p.x*q.y - q.x*p.y
	}
	return math.Abs(sum) / 2
}

func northernmost(line []point) float64 {
	y := math.Inf(1)
	for _, p := range line {
		y = min(y, p.y)
	}
	return y
}

// borders are the arcs that two countries share.
func (t *topology) borders() (string, error) {
	users := make([]int, len(t.lines))
	for _, g := range t.Objects["countries"].Geometries {
		rings, err := polygons(g.Type, g.Arcs)
		if err != nil {
			return "", err
		}
		for _, ring := range rings {
			for _, i := range ring {
				users[max(i, ^i)]++
			}
		}
	}
	var b strings.Builder
	for i, n := range users {
		if n > 1 {
			path(&b, t.lines[i])
		}
	}
	return b.String(), nil
}

// path writes a line in whole units, each point relative to the last.
func path(b *strings.Builder, line []point) {
	var at [2]int
	for i, p := range line {
		to := [2]int{int(math.Round(p.x)), int(math.Round(p.y))}
		dx, dy := to[0]-at[0], to[1]-at[1]
		switch {
		case i == 0:
			fmt.Fprintf(b, "M%d %dl", to[0], to[1])
		case dx == 0 && dy == 0:
			continue
		case dx < 0:
			fmt.Fprintf(b, "%d", dx)
		default:
			fmt.Fprintf(b, " %d", dx)
		}
		if i > 0 {
			if dy >= 0 {
				b.WriteByte(' ')
			}
			fmt.Fprintf(b, "%d", dy)
		}
		at = to
	}
}
