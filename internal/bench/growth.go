package bench

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"

	"dateline/pipeline"
)

// Curve is how the costs of one thing grow with another.
type Curve struct {
	Name   string  `json:"name"`  // as Growth takes it
	Title  string  `json:"title"` // what costs, and with what it grows
	X      string  `json:"x"`     // what grows
	Unit   string  `json:"unit"`  // of X
	Costs  []Cost  `json:"costs"` // the figures of the points whose growth is fitted
	Points []Point `json:"points"`
}

// Cost is a figure of a curve's points that grows as a power of X at most.
type Cost struct {
	Key   string  `json:"key"` // of the figure in a point
	Title string  `json:"title"`
	Unit  string  `json:"unit"`
	Most  float64 `json:"most"` // the exponent that it may have: 1 for linear, 0 for constant
	of    func(*Point) float64
}

// Point is a curve at one size. Which figures it has depends on the curve; the
// others are 0.
type Point struct {
	Name string  `json:"name"` // of curve and size
	X    float64 `json:"x"`

	CPU     float64 `json:"cpu_ms,omitempty"`    // of one article
	MBPerS  float64 `json:"mb_per_s,omitempty"`  // of raw bytes
	USPerKB float64 `json:"us_per_kb,omitempty"` // of raw bytes
	Allocs  float64 `json:"allocs,omitempty"`    // of one article, or of one row
	KB      float64 `json:"kb,omitempty"`        // allocated for one article
	Total   float64 `json:"total_s,omitempty"`   // CPU of all articles or rows, in seconds
	HeldMB  float64 `json:"held_mb,omitempty"`   // memory that stays in use
	DiskMB  float64 `json:"disk_mb,omitempty"`
	Found   float64 `json:"found,omitempty"`  // actors of the document
	RawKB   float64 `json:"raw_kb,omitempty"` // of one article as it arrives
	PerItem float64 `json:"held_b,omitempty"` // HeldMB by article or row, in bytes
	P50     float64 `json:"p50_ms,omitempty"` // of a question, to the last byte
	P99     float64 `json:"p99_ms,omitempty"` // the same
	AskCPU  float64 `json:"ask_ms,omitempty"` // processor time of a question in the mean
	Rows    float64 `json:"rows,omitempty"`   // that a fold keeps

	// Exponents are the steps from the point before, by key: log y over log x.
	Exponents map[string]float64 `json:"exponents,omitempty"`
}

// Step is growth that is faster than it may be.
type Step struct {
	Cost     Cost
	From, To float64 // of X
	Exponent float64
}

// slack is by how much an exponent may miss: a tenth of noise at one end of a
// step by a factor of two.
const slack = 0.15

// Exponent is the power of x that y grows with between two points; false where
// one of the figures is missing.
func Exponent(x0, y0, x1, y1 float64) (float64, bool) {
	if x0 <= 0 || y0 <= 0 || y1 <= 0 || x1 <= x0 {
		return 0, false
	}
	return math.Log(y1/y0) / math.Log(x1/x0), true
}

// fit fills in the exponents.
func (c *Curve) fit() {
	for i := 1; i < len(c.Points); i++ {
		p, q := &c.Points[i-1], &c.Points[i]
		for _, k := range c.Costs {
			if e, ok := Exponent(p.X, k.of(p), q.X, k.of(q)); ok {
				if q.Exponents == nil {
					q.Exponents = map[string]float64{}
				}
				q.Exponents[k.Key] = e
			}
		}
	}
}

// Superlinear are the steps that grow faster than their cost may.
func (c *Curve) Superlinear() (steps []Step) {
	for _, k := range c.Costs {
		for i := 1; i < len(c.Points); i++ {
			if e, ok := c.Points[i].Exponents[k.Key]; ok && e > k.Most+slack {
				steps = append(steps, Step{Cost: k, From: c.Points[i-1].X, To: c.Points[i].X, Exponent: e})
			}
		}
	}
	return steps
}

// GrowthOptions say how far the curves go.
type GrowthOptions struct {
	// Values are the raw records that texts are taken from.
	Values [][]byte
	// The largest sizes; 0 is the default.
	Length   int // bytes of an article's text
	Actors   int // of an article
	Rows     int // of an override file
	Window   int // articles of a dedup window
	Articles int // of an index
	// Round is how many bytes of raw text one measurement reads at least; 0 is
	// the default. Less of it is faster and less exact.
	Round int
	// Enough is the processor time that the rounds of one measurement take at
	// least; 0 is the default.
	Enough time.Duration
	// Asked is how often each question is put to an index; 0 is the default.
	Asked int
	// Progress hears what is being done.
	Progress func(what string)
}

// growth is one run.
type growth struct {
	ctx context.Context
	o   GrowthOptions
	p   *pipeline.Pipeline // of all stages
}

// curves are all curves, in their order.
var curves = []struct {
	name, about string
	run         func(*growth) (Curve, error)
}{
	{"length", "an article by the length of its text", (*growth).length},
	{"actors", "an article by the people and bodies that it names", (*growth).actors},
	{"overrides", "corrections by their number: to load them, and an article afterwards", (*growth).overrides},
	{"dedup", "the fold by the articles of its window", (*growth).dedup},
	{"index", "the embedded index by its articles: to fill it, and to ask it", (*growth).index},
}

// CurveNames are the curves that Growth knows, in their order.
func CurveNames() []string {
	var names []string
	for _, c := range curves {
		names = append(names, c.name)
	}
	return names
}

// AboutCurve says what a curve shows; empty for an unknown one.
func AboutCurve(name string) string {
	for _, c := range curves {
		if c.name == name {
			return c.about
		}
	}
	return ""
}

// UnknownCurveError is a name that no curve has.
type UnknownCurveError struct{ Name string }

func (e UnknownCurveError) Error() string {
	return fmt.Sprintf("curve %q is unknown: want %s", e.Name, strings.Join(CurveNames(), ", "))
}

// Growth measures curves, all if no names are given. The error may be an
// UnknownCurveError.
func Growth(ctx context.Context, o GrowthOptions, names ...string) ([]Curve, error) {
	for _, n := range names {
		if AboutCurve(n) == "" {
			return nil, UnknownCurveError{n}
		}
	}
	for _, d := range []struct {
		v    *int
		none int
	}{{&o.Length, 4_000_000}, {&o.Actors, 3000}, {&o.Rows, 100_000}, {&o.Window, 1_000_000}, {&o.Articles, 20_000}, {&o.Round, 4_000_000}, {&o.Asked, 12}} {
		if *d.v == 0 {
			*d.v = d.none
		}
	}
	if o.Enough == 0 {
		o.Enough = enoughCPU
	}
	p, err := pipeline.New(pipeline.Options{})
	if err != nil {
		return nil, err
	}
	g := &growth{ctx: ctx, o: o, p: p}
	var all []Curve
	for _, k := range curves {
		if len(names) > 0 && !slices.Contains(names, k.name) {
			continue
		}
		c, err := k.run(g)
		if err != nil {
			return all, fmt.Errorf("curve %s: %w", k.name, err)
		}
		c.Name, c.Title = k.name, k.about
		for i := range c.Points {
			c.Points[i].Name = fmt.Sprintf("%s %.0f %s", c.Name, c.Points[i].X, c.Unit)
		}
		c.fit()
		all = append(all, c)
	}
	return all, nil
}

// sizes are those that are at most most, and most itself at the end.
func sizes(most int, all ...int) []int {
	var out []int
	for _, n := range all {
		if n < most {
			out = append(out, n)
		}
	}
	return append(out, most)
}

// at says which point is next; an error if nobody waits for it any more.
func (g *growth) at(curve string, x int, unit string) error {
	g.o.Progress(fmt.Sprintf("%s: %d %s", curve, x, unit))
	return g.ctx.Err()
}

// Rounds of a measurement: the least of them counts, as other programs on the
// machine only add.
const (
	leastRounds = 4
	enoughCPU   = 300 * time.Millisecond
	mostRounds  = 50
)

// spent is what a round takes.
type spent struct {
	cpu           time.Duration
	allocs, bytes float64
}

// least runs each of fs in turn, again and again until that has taken enough,
// and gives the least of each: in turn, because what else the machine does
// changes while it is measured, and must not fall on one of them alone.
func (g *growth) least(fs ...func() error) ([]spent, error) {
	best := make([]spent, len(fs))
	enough := g.o.Enough * time.Duration(len(fs))
	for total, n := time.Duration(0), 0; n < leastRounds || total < enough && n < mostRounds; n++ {
		for i, f := range fs {
			if err := g.ctx.Err(); err != nil {
				return nil, err
			}
			s, err := once(f)
			if err != nil {
				return nil, err
			}
			total += s.cpu
			if n == 0 || s.cpu < best[i].cpu {
				best[i] = s
			}
		}
	}
	return best, nil
}

// once is what f takes.
func once(f func() error) (spent, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, start := selfCPU(), time.Now()
	err := f()
	took := selfCPU() - cpu
	if took <= 0 {
		took = time.Since(start)
	}
	runtime.ReadMemStats(&after)
	return spent{took, float64(after.Mallocs - before.Mallocs), float64(after.TotalAlloc - before.TotalAlloc)}, err
}

// heldMB is the memory in use: what the collector leaves, twice because pools
// give up what they hold at the second time.
func heldMB() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / 1e6
}
