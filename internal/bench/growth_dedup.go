package bench

import (
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"dateline/pipeline/dedup"
)

// dedup is the fold of as many articles as a window holds: what one costs in
// the mean, and what is kept of it.
func (g *growth) dedup() (Curve, error) {
	c := Curve{X: "articles of the window", Unit: "articles", Costs: []Cost{
		{Key: "total_s", Title: "CPU of the fold", Unit: "s", Most: 1, of: func(p *Point) float64 { return p.Total }},
		{Key: "held_mb", Title: "memory kept", Unit: "MB", Most: 1, of: func(p *Point) float64 { return p.HeldMB }},
	}}
	for _, n := range sizes(g.o.Window, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000) {
		if err := g.at("dedup", n, "articles"); err != nil {
			return c, err
		}
		p, err := g.fold(n)
		if err != nil {
			return c, err
		}
		c.Points = append(c.Points, p)
	}
	return c, nil
}

// foldChunk is how many records are made at once, before they are folded; only
// the fold is measured.
const foldChunk = 1000

// fold folds n articles that are spread over the days of a window.
func (g *growth) fold(n int) (Point, error) {
	before := heldMB()
	state := new(dedup.State)
	window := int64(state.Params().Window) * 24 * 3600 * 1000
	from := newPress()
	var cpu time.Duration
	allocs := 0.0
	for at := 0; at < n; at += foldChunk {
		if err := g.ctx.Err(); err != nil {
			return Point{}, err
		}
		records := from.records(min(foldChunk, n-at))
		for i := range records {
			records[i].At = readingDay + int64(at+i)*window/int64(n)
		}
		s, _ := once(func() error {
			for i, r := range records {
				state.Apply(int64(at+i), r)
			}
			return nil
		})
		cpu += s.cpu
		allocs += s.allocs
	}
	from.forget()
	held := max(heldMB()-before, 0)
	rows := float64(state.Len())
	runtime.KeepAlive(state)
	return Point{X: float64(n), CPU: cpu.Seconds() * 1e3 / float64(n), Total: cpu.Seconds(), Allocs: allocs / float64(n),
		HeldMB: held, PerItem: held * 1e6 / rows, Rows: rows}, nil
}

// Articles of a press: 500 words each, of which 82 grams are sampled; 35 in a
// hundred are copies of one of the last 500. As in the benchmarks of package
// dedup.
const (
	pressSamples = 82
	pressCopies  = 35
	pressPast    = 500
	pressOutlets = 300
	pressBits    = 39 // of a sample, above the one for figures
)

// press makes the records of articles without their texts.
type press struct {
	r    *rand.Rand
	past [pressPast][]uint64
	n    int
	out  []dedup.Record
}

func newPress() *press { return &press{r: rand.New(rand.NewPCG(5, 5))} }

// records are the next n articles; they are good until the next call.
func (p *press) records(n int) []dedup.Record {
	p.out = p.out[:0]
	for range n {
		samples := p.past[p.r.IntN(pressPast)]
		if samples == nil || p.r.IntN(100) >= pressCopies {
			samples = p.fresh()
		}
		r := dedup.Record{Revision: 1, Tokens: 500, Samples: samples, Source: p.r.Uint64N(pressOutlets), Title: p.r.Uint64()}
		r.Outlet = r.Source
		for _, h := range []*[16]byte{&r.Key, &r.Payload, &r.Body} {
			binary.LittleEndian.PutUint64(h[:], p.r.Uint64())
		}
		p.out = append(p.out, r)
		p.n++
	}
	return p.out
}

// fresh are the samples of a text of its own. Half of a text's samples are of
// its lead, which is sampled twice as densely as the rest.
func (p *press) fresh() []uint64 {
	s := make([]uint64, pressSamples)
	for k := range s {
		s[k] = p.r.Uint64() >> (64 - pressBits) >> (k & 1) << 1
	}
	slices.Sort(s)
	s = slices.CompactFunc(s, func(a, b uint64) bool { return a>>1 == b>>1 })
	p.past[p.n%pressPast] = s
	return s
}

// forget lets go of the articles, so that only the fold's memory is left.
func (p *press) forget() { *p = press{r: p.r} }
