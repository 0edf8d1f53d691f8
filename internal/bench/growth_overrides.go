package bench

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"dateline/pipeline"
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
)

// overrides is the time to load a file of corrections, what they keep in
// memory, and what articles cost with them in force.
func (g *growth) overrides() (c Curve, err error) {
	c = Curve{X: "rows of the file", Unit: "rows", Costs: []Cost{
		{Key: "total_s", Title: "CPU to load", Unit: "s", Most: 1, of: func(p *Point) float64 { return p.Total }},
		{Key: "held_mb", Title: "memory kept", Unit: "MB", Most: 1, of: func(p *Point) float64 { return p.HeldMB }},
		{Key: "cpu_ms", Title: "CPU of an article afterwards", Unit: "ms", Most: 0, of: func(p *Point) float64 { return p.CPU }},
	}}
	dir, err := os.MkdirTemp("", "dateline-growth")
	if err != nil {
		return c, err
	}
	defer os.RemoveAll(dir)
	articles := g.o.Values[:min(len(g.o.Values), max(1, g.o.Round/4000))]
	var times []int
	var runs []func() error // for each point to load the file, and to read articles
	for _, n := range sizes(g.o.Rows, 0, 100, 300, 1000, 3000, 10_000, 30_000) {
		if err := g.at("overrides", n, "rows"); err != nil {
			return c, err
		}
		path := filepath.Join(dir, fmt.Sprint(n))
		size, err := writeOverrides(path, n)
		if err != nil {
			return c, err
		}
		before := heldMB()
		live := new(override.Live)
		load := func() error { return live.Reload(path, gazetteer.Default()) }
		if err := load(); err != nil {
			return c, err
		}
		c.Points = append(c.Points, Point{X: float64(n), HeldMB: max(0, heldMB()-before), RawKB: float64(size) / 1e3})
		p, err := pipeline.New(pipeline.Options{Overrides: live})
		if err != nil {
			return c, err
		}
		// A small file is loaded often, so that the collector's share is in it too.
		k := max(1, g.o.Round/max(size, 1000))
		times = append(times, k)
		r := &reading{p: p, encode: true}
		runs = append(runs, func() (err error) {
			for range k {
				err = errors.Join(err, load())
			}
			return err
		}, func() error {
			_, err := r.run(articles)
			return err
		})
	}
	best, err := g.least(runs...)
	if err != nil {
		return c, err
	}
	for i := range c.Points {
		p, load, read := &c.Points[i], best[2*i], best[2*i+1]
		p.Total, p.CPU = load.cpu.Seconds()/float64(times[i]), read.cpu.Seconds()*1e3/float64(len(articles))
		if p.X > 0 {
			p.MBPerS, p.Allocs, p.PerItem = p.RawKB/1e3/p.Total, load.allocs/float64(times[i])/p.X, p.HeldMB*1e6/p.X
		}
	}
	return c, nil
}

// writeOverrides writes n corrections, as analysts of many years might have
// them: most give a name to somebody or merge two ids. It returns the size of the file.
func writeOverrides(path string, n int) (int, error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	size := 0
	for i := range n {
		k, err := fmt.Fprintf(w, `{%s,"by":"kl","reason":"seen in print","at":"2025-03-01"}`+"\n", correction(i))
		if err != nil {
			return 0, err
		}
		size += k
	}
	return size, w.Flush()
}

// correction is the i-th operation; none contradicts another.
func correction(i int) string {
	family := invented(i)
	name := givenNames[i%len(givenNames)] + " " + family
	id := fmt.Sprintf("p:growth-%d", i)
	switch i % 10 {
	case 0, 1, 2, 3:
		return fmt.Sprintf(`"op":"alias","surface":%q,"id":%q`, name, id)
	case 4, 5:
		return fmt.Sprintf(`"op":"merge","id":%q,"into":"p:growth-%d"`, id, i/10*10)
	case 6:
		return fmt.Sprintf(`"op":"block","surface":%q,"as":"place","when":{"source":"growth-%d"}`, family, i%500)
	case 7:
		return fmt.Sprintf(`"op":"role","id":%q,"text":"mayor","code":"GOV","country":"DE","from":"2024-05-03"`, id)
	case 8:
		return fmt.Sprintf(`"op":"split","id":%q,"into":"p:growth-%d-two","when":{"country":"GB"}`, id, i)
	}
	return fmt.Sprintf(`"op":"add","id":"org:growth-%d","name":%q,"type":"organization","country":"DE"`, i, family+" Shipping Authority")
}
