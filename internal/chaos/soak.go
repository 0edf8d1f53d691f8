//go:build unix

package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"time"

	"dateline/config"
	"dateline/index"
)

// Soak is a scenario that lasts: input without a pause, a fault every few
// seconds, and one worker that is spared the killing, whose heap must not grow.
func Soak(d time.Duration) Scenario {
	return Scenario{Name: fmt.Sprintf("soak of %v", d), Mix: plainMix, Partitions: 4, Workers: 2,
		Faults: func(ctx context.Context, r *Run) error { return r.soak(ctx, d) }}
}

// Drought is a scenario in which Elasticsearch is gone for a time while input
// goes on: the workers' memory must not grow with it.
func Drought(d time.Duration) Scenario {
	return Scenario{Name: fmt.Sprintf("Elasticsearch gone for %v", d), Mix: Mix{Poison: 1, Large: true}, Partitions: 4, Workers: 1,
		Config: func(c *config.Config) { // as a worker is run, not as small as in the other scenarios
			w := config.Default().Worker
			c.Worker.RingRecords, c.Worker.Bulk = w.RingRecords, w.Bulk
		},
		Faults: func(ctx context.Context, r *Run) error { return r.drought(ctx, d) }}
}

func (r *Run) drought(ctx context.Context, d time.Duration) error {
	w := r.Running()[0]
	if err := r.Until(ctx, "the worker is ready", r.ready(true)); err != nil {
		return err
	}
	fed, watched := make(chan error, 1), make(chan []heap, 1)
	feeding, stop := context.WithCancel(ctx)
	defer stop()
	go func() { fed <- r.feed(feeding) }()
	before, err := r.pace(ctx)
	if err != nil {
		return err
	}
	r.Front.Always(Fault{Reset: true, Everyone: true})
	r.Front.Cut()
	dry, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	go func() { watched <- r.heaps(dry, w) }()
	r.noteHeaps(<-watched)
	r.Front.Pass()
	begin := time.Now()
	if err := r.Until(ctx, "the worker is ready again", r.ready(true)); err != nil {
		return err
	}
	r.longest("ready again after", time.Since(begin))
	after, err := r.pace(ctx)
	if err != nil {
		return err
	}
	r.Note("pace", "%.0f records/s before, %.0f/s in the ten seconds after the outage", before, after)
	stop()
	return <-fed
}

// pace is how many records a second are committed, over ten seconds.
func (r *Run) pace(ctx context.Context) (float64, error) {
	from, _, err := r.progress(ctx)
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	if err := sleep(ctx, 10*time.Second); err != nil {
		return 0, err
	}
	to, _, err := r.progress(ctx)
	return float64(to-from) / time.Since(begin).Seconds(), err
}

// backlog is what a soak keeps ready for the workers, in records.
const backlog = 20_000

func (r *Run) soak(ctx context.Context, d time.Duration) error {
	spared := r.Running()[0]
	end := time.Now().Add(d)
	ctx2, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	fed, watched := make(chan error, 1), make(chan []heap, 1)
	go func() { fed <- r.feed(ctx2) }()
	go func() { watched <- r.heaps(ctx2, spared) }()
	for i := 0; time.Now().Before(end); i++ {
		if err := r.soakFault(ctx, spared); err != nil {
			return fmt.Errorf("fault %d: %w", i, err)
		}
	}
	r.Front.Pass()
	if err := <-fed; err != nil {
		return err
	}
	r.noteHeaps(<-watched)
	return nil
}

// feed produces as fast as the workers read, until ctx ends.
func (r *Run) feed(ctx context.Context) error {
	g := &generator{mix: r.Scenario.Mix, seed: r.Seed, r: rand.New(rand.NewPCG(uint64(r.Seed), 77)),
		opt: index.Options{Prefix: r.cfg.Elasticsearch.Prefix}, next: 1 << 24}
	for ctx.Err() == nil {
		if done, total, err := r.progress(ctx); err != nil || total-done > backlog {
			if sleep(ctx, 200*time.Millisecond) != nil {
				return nil
			}
			continue
		}
		rs := make([]record, 0, backlog/4)
		for len(rs) < cap(rs) {
			x, err := g.record()
			if err != nil {
				return err
			}
			rs = append(rs, x)
		}
		// What has been begun is produced to its end.
		if err := r.produce(context.WithoutCancel(ctx), rs); err != nil {
			return err
		}
	}
	return nil
}

// soakFault does one thing out of all, then leaves the workers in peace for a
// while.
func (r *Run) soakFault(ctx context.Context, spared *Worker) error {
	var err error
	switch n := r.Rand.IntN(10); n {
	case 0, 1, 2:
		for _, w := range r.Running() {
			if w != spared {
				err = r.Kill(w)
				break
			}
		}
		if err == nil {
			_, err = r.Start()
		}
	case 3:
		var w *Worker
		if w, err = r.Start(); err == nil {
			if err = r.Sleep(ctx, 3*time.Second, 8*time.Second); err == nil {
				err = r.Stop(w)
			}
		}
	case 4:
		r.Proxy.Cut()
		r.Front.Cut()
	case 5:
		r.Proxy.Block()
		err = r.Sleep(ctx, time.Second, 9*time.Second)
		r.Proxy.Unblock()
	default:
		x := []Fault{{Status: http.StatusTooManyRequests}, {Reset: true, Everyone: true}, {Lost: true}, {Cut: true}}[n-6]
		r.Front.Set(int64(n), func(rand *rand.Rand) Fault {
			if rand.IntN(2) == 0 {
				return Fault{}
			}
			return x
		})
		err = r.Sleep(ctx, 2*time.Second, 8*time.Second)
		r.Front.Pass()
	}
	if err != nil {
		return err
	}
	return r.Sleep(ctx, 2*time.Second, 10*time.Second)
}

// heap is what a worker takes at one moment, in bytes.
type heap struct {
	at       time.Duration
	use, rss float64
}

// heaps asks the spared worker every ten seconds.
func (r *Run) heaps(ctx context.Context, w *Worker) (out []heap) {
	begin := time.Now()
	for sleep(ctx, 10*time.Second) == nil {
		body, err := w.get("/metrics")
		if err != nil {
			continue
		}
		h := heap{at: time.Since(begin)}
		for line := range strings.Lines(body) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
			switch name {
			case "go_memstats_heap_inuse_bytes":
				h.use, _ = strconv.ParseFloat(value, 64)
			case "process_resident_memory_bytes":
				h.rss, _ = strconv.ParseFloat(value, 64)
			}
		}
		out = append(out, h)
	}
	return out
}

// noteHeaps says what the spared worker took in each third of a time: if the
// heap is flat, the last is like the first.
func (r *Run) noteHeaps(hs []heap) {
	if len(hs) < 3 {
		return
	}
	third := len(hs) / 3
	for i, name := range []string{"first", "second", "last"} {
		var sum, most, rss float64
		for _, h := range hs[i*third : (i+1)*third] {
			sum += h.use
			most, rss = max(most, h.use), max(rss, h.rss)
		}
		r.Note("heap in the "+name+" third", "%.1f MB in the mean, %.1f MB at most, resident %.1f MB at most",
			sum/float64(third)/1e6, most/1e6, rss/1e6)
	}
	r.Note("system", "%s/%s", runtime.GOOS, runtime.GOARCH)
}
