package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"dateline/config"
	"dateline/index"
	"dateline/index/elastic"
	"dateline/pipeline"
	"dateline/worker"
)

// ScaleRow is the engine with a number of workers in one group.
type ScaleRow struct {
	Row
	// Join is how long the group took to share its partitions anew when this
	// many workers were reached, from the start of the first new one until
	// every partition has an owner and every worker a partition; in seconds.
	// Leave is the same for going back to one worker.
	Join  float64 `json:"join_s"`
	Leave float64 `json:"leave_s"`
}

// Scale measures the engine, stages off, with each number of workers, and how
// long the group takes to share its partitions anew.
func Scale(ctx context.Context, o Options, counts []int) ([]ScaleRow, error) {
	for _, n := range counts {
		if n < 1 || n > o.Config.Kafka.Partitions {
			return nil, fmt.Errorf("%d workers: want 1 to %d, the number of partitions", n, o.Config.Kafka.Partitions)
		}
	}
	b, err := newBench(ctx, o)
	if err != nil {
		return nil, err
	}
	defer b.close()
	o.Progress("warming the cluster up")
	if _, err := b.replay(ctx, "warm", []string{}); err != nil {
		return nil, err
	}
	var rows []ScaleRow
	for _, n := range counts {
		name := fmt.Sprintf("%d workers", n)
		o.Progress(name)
		b.o.Workers = n
		row, err := b.worker(ctx, fmt.Sprint("scale", n), []string{})
		if err != nil {
			return rows, fmt.Errorf("%s: %w", name, err)
		}
		row.Name = name
		r := ScaleRow{Row: row}
		if n > 1 {
			if r.Join, r.Leave, err = b.rebalance(ctx, n); err != nil {
				return rows, fmt.Errorf("%s, rebalance: %w", name, err)
			}
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// crew is a group of workers that grows and shrinks.
type crew struct {
	b     *bench
	c     *config.Config
	store *elastic.Store
	index index.Options
	pipe  *pipeline.Pipeline
	ws    []*worker.Worker
	addrs []net.Addr // where each serves its metrics
	stops []func() error
}

// add starts one more worker.
func (g *crew) add(ctx context.Context) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	w, err := worker.New(worker.Options{Config: g.c, Stages: g.pipe, Store: g.store, Index: g.index, Log: g.b.o.Log, Listener: l})
	if err != nil {
		return errors.Join(err, l.Close())
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error, 1) // one value, from the one goroutine
	go func() { done <- w.Run(ctx) }()
	g.ws, g.addrs = append(g.ws, w), append(g.addrs, l.Addr())
	g.stops = append(g.stops, func() error {
		cancel()
		return <-done
	})
	return nil
}

// shrink stops all workers but n.
func (g *crew) shrink(n int) (err error) {
	for len(g.ws) > n {
		last := len(g.ws) - 1
		err = errors.Join(err, g.stops[last]())
		g.ws, g.addrs, g.stops = g.ws[:last], g.addrs[:last], g.stops[:last]
	}
	return err
}

// shared waits until every partition has one owner and every worker a
// partition.
func (g *crew) shared(ctx context.Context) error {
	for ctx.Err() == nil {
		owned, idle := 0, 0
		for _, w := range g.ws {
			n := len(w.Status().Partitions)
			owned += n
			if n == 0 {
				idle++
			}
		}
		if owned == g.c.Kafka.Partitions && idle == 0 {
			return nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return ctx.Err()
}

// rebalancePatience is when a group that does not settle is given up.
const rebalancePatience = 2 * time.Minute

// rebalance takes the group from one worker to n and back, while there is work.
func (b *bench) rebalance(ctx context.Context, n int) (join, leave float64, err error) {
	ctx, cancel := context.WithTimeout(ctx, rebalancePatience)
	defer cancel()
	c := b.config(fmt.Sprint("rebalance", n))
	s, opt, err := b.store(ctx, c)
	if err != nil {
		return 0, 0, err
	}
	defer b.remove(c)
	defer s.Close()
	p, err := pipeline.New(pipeline.Options{Stages: []string{}})
	if err != nil {
		return 0, 0, err
	}
	g := &crew{b: b, c: c, store: s, index: opt, pipe: p}
	defer func() { err = errors.Join(err, g.shrink(0)) }()
	if err := errors.Join(g.add(ctx), g.shared(ctx)); err != nil {
		return 0, 0, err
	}
	begin := time.Now()
	for len(g.ws) < n {
		if err := g.add(ctx); err != nil {
			return 0, 0, err
		}
	}
	if err := g.shared(ctx); err != nil {
		return 0, 0, err
	}
	join = time.Since(begin).Seconds()
	begin = time.Now()
	if err := errors.Join(g.shrink(1), g.shared(ctx)); err != nil {
		return join, 0, err
	}
	return join, time.Since(begin).Seconds(), nil
}
