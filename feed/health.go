package feed

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/zap"
)

// pingTimeout bounds what /readyz waits for a broker.
const pingTimeout = 2 * time.Second

// Way is one way in which articles come: a Watcher, a Capture, a Push, a
// poll.Poller.
type Way interface {
	Collect(ch chan<- prometheus.Metric) // its metrics
	Rhythms(now time.Time) []SourceRhythm
	Err() error // why it does not work now, nil if it does
}

// Labels of the metrics: the source's id; the way: folder, capture, poll or
// push; where: the folder, file or URL, empty for push.
var (
	labels      = []string{"source", "way", "where"}
	recordsDesc = prometheus.NewDesc("dateline_feed_records_total", "Records stored in Kafka.", labels, nil)
	refusedDesc = prometheus.NewDesc("dateline_feed_refused_total", "Items refused.", labels, nil)
	movedDesc   = prometheus.NewDesc("dateline_feed_files_moved_total", "Files moved to done/ or bad/.", labels, nil)
	oldestDesc  = prometheus.NewDesc("dateline_feed_oldest_file_age_seconds", "Age of the file that waits longest; 0 if none waits.", labels, nil)
	failingDesc = prometheus.NewDesc("dateline_feed_failing", "1 if the way does not work now.", labels, nil)
	lastDesc    = prometheus.NewDesc("dateline_feed_last_item_timestamp_seconds", "When the last item came; 0 if none did.", labels, nil)
	gapDesc     = prometheus.NewDesc("dateline_feed_usual_gap_seconds", "Median time between items; 0 if too few are known.", labels, nil)
	silentDesc  = prometheus.NewDesc("dateline_feed_silent", "1 if nothing has come for much longer than usual.", labels, nil)
)

// Count writes the two counters that every way has.
func Count(ch chan<- prometheus.Metric, source, way, where string, records, refused int64) {
	ch <- prometheus.MustNewConstMetric(recordsDesc, prometheus.CounterValue, float64(records), source, way, where)
	ch <- prometheus.MustNewConstMetric(refusedDesc, prometheus.CounterValue, float64(refused), source, way, where)
}

// flag is a gauge of 0 or 1.
func flag(d *prometheus.Desc, on bool, labels ...string) prometheus.Metric {
	v := 0.0
	if on {
		v = 1
	}
	return prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

// Collect writes the folder's numbers.
func (w *Watcher) Collect(ch chan<- prometheus.Metric) {
	at := []string{w.folder.Source.ID, "folder", w.folder.Path}
	Count(ch, at[0], at[1], at[2], w.sent.Load(), w.refused.Load())
	ch <- prometheus.MustNewConstMetric(movedDesc, prometheus.CounterValue, float64(w.moved.Load()), at...)
	ch <- prometheus.MustNewConstMetric(oldestDesc, prometheus.GaugeValue, w.OldestFileAge(time.Now()).Seconds(), at...)
	ch <- flag(failingDesc, w.failing.Load(), at...)
}

// Rhythms gives how the folder's items come.
func (w *Watcher) Rhythms(now time.Time) []SourceRhythm {
	return []SourceRhythm{{Source: w.folder.Source.ID, Way: "folder", Where: w.folder.Path, Last: w.pulse.Last(), Rhythm: w.pulse.Rhythm(now)}}
}

// Err says that the last pass over the folder failed.
func (w *Watcher) Err() error {
	if w.failing.Load() {
		return fmt.Errorf("folder %s: last pass failed; see the log", w.folder.Path)
	}
	return nil
}

// collector reads all ways at each scrape, as ways of one kind share their
// descriptions.
type collector []Way

func (c collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{recordsDesc, refusedDesc, movedDesc, oldestDesc, failingDesc, lastDesc, gapDesc, silentDesc} {
		ch <- d
	}
}

func (c collector) Collect(ch chan<- prometheus.Metric) {
	now := time.Now()
	for _, w := range c {
		w.Collect(ch)
		for _, r := range w.Rhythms(now) {
			last := 0.0
			if !r.Last.IsZero() {
				last = float64(r.Last.UnixMilli()) / 1000
			}
			ch <- prometheus.MustNewConstMetric(lastDesc, prometheus.GaugeValue, last, r.Source, r.Way, r.Where)
			ch <- prometheus.MustNewConstMetric(gapDesc, prometheus.GaugeValue, r.Usual.Seconds(), r.Source, r.Way, r.Where)
			ch <- flag(silentDesc, r.Silent, r.Source, r.Way, r.Where)
		}
	}
}

// Collectors are the feed's own collectors, for the page of metrics.
func Collectors() []prometheus.Collector { return []prometheus.Collector{collector(nil)} }

// Handler answers /livez (the process runs), /readyz (a broker answers, the
// topic is there, and every way works), /metrics and, if there is one, the push
// of articles.
func Handler(p *Producer, ways ...Way) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector(ways))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), pingTimeout)
		defer cancel()
		if err := p.Ping(ctx); err != nil {
			http.Error(w, fmt.Sprintf("kafka topic %s: %v", p.Topic(), err), http.StatusServiceUnavailable)
			return
		}
		for _, way := range ways {
			if err := way.Err(); err != nil {
				http.Error(w, err.Error(), http.StatusServiceUnavailable)
				return
			}
		}
		fmt.Fprintln(w, "ok")
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	for _, way := range ways {
		if push, ok := way.(*Push); ok {
			mux.Handle("/articles", push)
		}
	}
	return mux
}

// Alarm tells once of each source that has fallen silent, and when it is back,
// until ctx ends.
func Alarm(ctx context.Context, every time.Duration, log *zap.Logger, ways ...Way) {
	silent := make(map[string]bool)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		for _, w := range ways {
			for _, r := range w.Rhythms(time.Now()) {
				at := []zap.Field{zap.String("source", r.Source), zap.String("way", r.Way), zap.String("where", r.Where)}
				key := r.Way + " " + r.Source + " " + r.Where
				switch {
				case r.Silent && !silent[key]:
					log.Error("source is silent", append(at, zap.Duration("quiet", r.Quiet), zap.Duration("usual_gap", r.Usual))...)
				case !r.Silent && silent[key]:
					log.Info("source is back", at...)
				}
				silent[key] = r.Silent
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
