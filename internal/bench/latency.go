package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"dateline/config"
	"dateline/feed"
	"dateline/pipeline"
)

// LatencyRow is one worker, all stages off or on, fed at a part of the rate that
// it can take.
type LatencyRow struct {
	Name     string  `json:"name"`
	Docs     int     `json:"docs"`
	MaxPerS  float64 `json:"max_docs_per_s"` // what it took when all was there
	DocsPerS float64 `json:"docs_per_s"`     // what it was fed
	P50      float64 `json:"p50_ms"`         // from the record's timestamp to the article's ack
	P99      float64 `json:"p99_ms"`
}

// Latency measures how fast a worker is when everything is there, then feeds it
// share of that rate, and asks it how long records took. Quantiles are
// interpolated in the worker's histogram, whose buckets double from 10 ms on.
func Latency(ctx context.Context, o Options, share float64) ([]LatencyRow, error) {
	if share <= 0 || share > 1 {
		return nil, fmt.Errorf("a share of %g: want more than 0 and at most 1", share)
	}
	b, err := newBench(ctx, o)
	if err != nil {
		return nil, err
	}
	defer b.close()
	b.o.Workers = 1
	o.Progress("warming the cluster up")
	if _, err := b.replay(ctx, "warm", []string{}); err != nil {
		return nil, err
	}
	var rows []LatencyRow
	for _, kind := range []struct {
		name, run string
		stages    []string
	}{{"stages off", "plain", []string{}}, {"all stages", "full", nil}} {
		o.Progress("the fastest rate, " + kind.name)
		top, err := b.worker(ctx, "top"+kind.run, kind.stages)
		if err != nil {
			return rows, err
		}
		rate := share * top.DocsPerS
		o.Progress(fmt.Sprintf("%.0f articles a second, %s", rate, kind.name))
		row, err := b.latency(ctx, kind.run, kind.stages, rate)
		if err != nil {
			return rows, err
		}
		row.Name, row.MaxPerS = kind.name, top.DocsPerS
		rows = append(rows, row)
	}
	return rows, nil
}

// latency feeds one worker at a rate.
func (b *bench) latency(ctx context.Context, name string, stages []string, rate float64) (row LatencyRow, err error) {
	c := b.config("latency" + name)
	c.Kafka.Topic = b.id + "." + name
	if err := b.createTopic(ctx, c.Kafka.Topic); err != nil {
		return row, err
	}
	defer b.deleteTopics(c.Kafka.Topic)
	s, opt, err := b.store(ctx, c)
	if err != nil {
		return row, err
	}
	defer b.remove(c)
	defer s.Close()
	p, err := pipeline.New(pipeline.Options{Stages: stages})
	if err != nil {
		return row, err
	}
	g := &crew{b: b, c: c, store: s, index: opt, pipe: p}
	defer func() { err = errors.Join(err, g.shrink(0)) }()
	if err := errors.Join(g.add(ctx), g.shared(ctx)); err != nil {
		return row, err
	}
	began := time.Now()
	if err := b.feed(ctx, c.Kafka, rate); err != nil {
		return row, err
	}
	row.Docs, row.DocsPerS = len(b.o.Values), float64(len(b.o.Values))/time.Since(began).Seconds()
	for settled(g.ws) < int64(len(b.o.Values)) && ctx.Err() == nil {
		time.Sleep(5 * time.Millisecond)
	}
	row.P50, row.P99, err = endToEnd(ctx, g.addrs[0])
	return row, errors.Join(err, ctx.Err())
}

// feedEvery is the time between two batches of a feed.
const feedEvery = 20 * time.Millisecond

// feed produces the values at a rate, in batches.
func (b *bench) feed(ctx context.Context, k config.Kafka, rate float64) error {
	p, err := feed.NewProducer(k, feed.ProducerOptions{Topic: k.Topic})
	if err != nil {
		return err
	}
	defer p.Close()
	begin := time.Now()
	for sent := 0; sent < len(b.o.Values); {
		due := min(int(time.Since(begin).Seconds()*rate), len(b.o.Values))
		var batch []feed.Record
		for ; sent < due; sent++ {
			batch = append(batch, feed.Record{Key: fmt.Appendf(nil, "bench/%d", sent), Value: b.o.Values[sent]})
		}
		if len(batch) > 0 {
			if err := p.Produce(ctx, batch); err != nil {
				return fmt.Errorf("produce: %w", err)
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(feedEvery):
		}
	}
	return nil
}

// endToEnd reads the quantiles of a worker's records, in milliseconds.
func endToEnd(ctx context.Context, addr net.Addr) (p50, p99 float64, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr.String()+"/metrics", nil)
	if err != nil {
		return 0, 0, err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, 0, err
	}
	defer resp.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil {
		return 0, 0, fmt.Errorf("metrics: %w", err)
	}
	f := families["dateline_end_to_end_seconds"]
	if f == nil || len(f.Metric) == 0 {
		return 0, 0, errors.New("metrics: no dateline_end_to_end_seconds")
	}
	h := f.Metric[0].GetHistogram()
	at := func(q float64) float64 {
		want, from, below := q*float64(h.GetSampleCount()), 0.0, 0.0
		for _, k := range h.Bucket {
			n, to := float64(k.GetCumulativeCount()), k.GetUpperBound()
			if n >= want && n > below {
				if math.IsInf(to, 1) {
					return 1e3 * from
				}
				return 1e3 * (from + (to-from)*(want-below)/(n-below))
			}
			from, below = to, n
		}
		return 1e3 * from
	}
	return at(0.5), at(0.99), nil
}
