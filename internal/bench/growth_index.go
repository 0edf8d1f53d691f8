package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"dateline/index"
	"dateline/index/embedded"
	"dateline/internal/articles"
	"dateline/pipeline"
	"dateline/pipeline/gazetteer"
	"dateline/search"
)

// questions are asked of the page and the API in turn: a session of a reader
// of the generated articles.
var questions = []string{
	"/", "/?q=lighthouse", "/?q=%22undersea+cables%22", "/?q=harbor+pilots+-ferry", "/?q=minister&place=DE",
	"/?place=NO&from=2025-02&to=2025-02", "/?place=US&sort=-event_date", "/?place=Hamburg", "/?place=KE&q=police",
	"/?target=event&place=PL&from=2025-02-03&to=2025-02-09", "/?target=event&q=census", "/?target=event&place=Hamburg",
	"/actor/cty:it", "/api/timeline?place=US", "/api/map?target=event&place=US",
	"/api/articles?q=lighthouse", "/api/articles?place=NO&from=2025-02&to=2025-02",
	"/api/events?place=PL&from=2025-02-03&to=2025-02-09", "/api/facets?q=lighthouse",
}

// index is the embedded store: what it costs to write an article, and to ask.
func (g *growth) index() (c Curve, err error) {
	c = Curve{X: "articles in the index", Unit: "articles", Costs: []Cost{
		{Key: "total_s", Title: "CPU to fill it", Unit: "s", Most: 1, of: func(p *Point) float64 { return p.Total }},
		{Key: "disk_mb", Title: "on disk", Unit: "MB", Most: 1, of: func(p *Point) float64 { return p.DiskMB }},
		{Key: "p50_ms", Title: "a question, median", Unit: "ms", Most: 1, of: func(p *Point) float64 { return p.P50 }},
		{Key: "p99_ms", Title: "a question, 99 of 100", Unit: "ms", Most: 1, of: func(p *Point) float64 { return p.P99 }},
		{Key: "ask_ms", Title: "a question, CPU", Unit: "ms", Most: 1, of: func(p *Point) float64 { return p.AskCPU }},
	}}
	dir, err := os.MkdirTemp("", "dateline-growth")
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := embedded.Open(dir)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	f, err := g.filler(s)
	if err != nil {
		return c, err
	}
	defer f.stop()
	last := Point{}
	for _, n := range sizes(g.o.Articles, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000) {
		if err := g.at("index", n, "articles"); err != nil {
			return c, err
		}
		cpu, err := f.fill(n)
		if err != nil {
			return c, err
		}
		p := Point{X: float64(n), Total: last.Total + cpu.Seconds()}
		p.CPU = cpu.Seconds() * 1e3 / (p.X - last.X)
		if p.P50, p.P99, p.AskCPU, err = ask(s, g.o.Asked); err != nil {
			return c, err
		}
		p.HeldMB = heldMB()
		if p.DiskMB, err = diskMB(dir); err != nil {
			return c, err
		}
		c.Points = append(c.Points, p)
		last = p
	}
	return c, nil
}

// filler writes generated articles into a store.
type filler struct {
	ctx     context.Context
	s       index.Store
	p       *pipeline.Pipeline
	scratch pipeline.Scratch
	opt     index.Options
	next    func() (articles.Article, bool)
	stop    func()
	n       int
	enrich  time.Duration // CPU of an article's stages
}

func (g *growth) filler(s index.Store) (*filler, error) {
	f := &filler{ctx: g.ctx, p: g.p, s: s, opt: index.Options{Slots: index.MaxSlots, PlaceName: index.AreaNames(gazetteer.Default())}}
	var values [][]byte
	for a := range (articles.Mix{Seed: 2, Records: min(g.o.Articles, 500)}).Articles() {
		values = append(values, a.Envelope())
	}
	r := &reading{p: f.p}
	cost, err := g.least(func() error {
		_, err := r.run(values)
		return err
	})
	if err != nil {
		return nil, err
	}
	f.enrich = cost[0].cpu / time.Duration(len(values))
	f.next, f.stop = iter.Pull((articles.Mix{Seed: 1, Records: g.o.Articles}).Articles())
	return f, nil
}

// fillBatch is how many articles are written at once.
const fillBatch = 200

// fill goes on until the store has n articles. It gives the CPU of encoding and
// store. The store merges in the background, also while articles are read, so
// the whole is measured and the reading taken off, whose cost is known.
func (f *filler) fill(n int) (time.Duration, error) {
	from := f.n
	s, err := once(func() error {
		for f.n < n {
			if err := f.write(min(fillBatch, n-f.n)); err != nil {
				return err
			}
		}
		return nil
	})
	return max(s.cpu-time.Duration(n-from)*f.enrich, 0), err
}

// write writes the next k articles and then their events, as a worker does.
func (f *filler) write(k int) error {
	var docs []*pipeline.Document
	var actions []index.Action
	for range k {
		a, ok := f.next()
		if !ok {
			return errors.New("there are no more articles")
		}
		art, err := f.p.Read(a.Envelope(), &f.scratch)
		if err != nil {
			return fmt.Errorf("article %s: %w", a.Name, err)
		}
		d := f.p.Enrich(art, nil, &f.scratch)
		act, err := index.ArticleAction(d, f.opt)
		if err != nil {
			return fmt.Errorf("article %s: %w", a.Name, err)
		}
		docs, actions = append(docs, d), append(actions, act)
	}
	outcomes, err := f.bulk(actions)
	if err != nil {
		return err
	}
	actions = actions[:0]
	for i, d := range docs {
		slots, err := index.EventSlots(d, f.opt, outcomes[i].Result, 0)
		if err != nil {
			return fmt.Errorf("events of %s: %w", d.ID, err)
		}
		actions = append(actions, slots...)
	}
	f.n += k
	if len(actions) == 0 {
		return nil
	}
	_, err = f.bulk(actions)
	return err
}

func (f *filler) bulk(actions []index.Action) ([]index.Outcome, error) {
	r := f.s.Bulk(f.ctx, actions)
	if r.Request != index.OK {
		return nil, fmt.Errorf("bulk: %w", r.Err)
	}
	for i, o := range r.Outcomes {
		if !o.Result.Stored() {
			return nil, fmt.Errorf("document %s: %s %s", actions[i].ID, o.Reason, o.Detail)
		}
	}
	return r.Outcomes, nil
}

// ask asks all questions some times over, once more before that to warm up. It
// gives the median and the 99th of
// a hundred in ms, and the CPU of one in the mean.
func ask(s index.Store, times int) (p50, p99, cpu float64, err error) {
	h := search.Handler(s, search.Options{Now: func() time.Time { return time.Date(2025, 5, 20, 12, 0, 0, 0, time.UTC) }})
	var took []time.Duration
	used := selfCPU()
	for n := range times + 1 {
		if n == 1 { // the first time reads the columns of new segments
			took, used = nil, selfCPU()
		}
		for _, q := range questions {
			r, err := http.NewRequest(http.MethodGet, "http://localhost"+q, nil)
			if err != nil {
				return 0, 0, 0, err
			}
			w := sink{header: http.Header{}}
			start := time.Now()
			h.ServeHTTP(&w, r)
			took = append(took, time.Since(start))
			if w.status != http.StatusOK || w.bytes == 0 {
				return 0, 0, 0, fmt.Errorf("question %s: status %d, %d bytes", q, w.status, w.bytes)
			}
		}
	}
	used = selfCPU() - used
	slices.Sort(took)
	at := func(q int) float64 { return took[len(took)*q/100].Seconds() * 1e3 }
	return at(50), at(99), used.Seconds() * 1e3 / float64(len(took)), nil
}

// sink is a response that nobody reads.
type sink struct {
	header        http.Header
	status, bytes int
}

func (w *sink) Header() http.Header { return w.header }

func (w *sink) WriteHeader(status int) { w.status = status }

func (w *sink) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	w.bytes += len(b)
	return len(b), nil
}

// diskMB is the size of all files of a folder. The store may remove some
// meanwhile.
func diskMB(dir string) (mb float64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			var info fs.FileInfo
			if info, err = d.Info(); err == nil {
				mb += float64(info.Size()) / 1e6
			}
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	return mb, err
}
