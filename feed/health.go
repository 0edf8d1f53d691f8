package feed

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// pingTimeout bounds what /readyz waits for a broker.
const pingTimeout = 2 * time.Second

var (
	recordsDesc = prometheus.NewDesc("dateline_feed_records_total", "Records stored in Kafka, by folder.", []string{"folder"}, nil)
	refusedDesc = prometheus.NewDesc("dateline_feed_refused_total", "Items refused, by folder.", []string{"folder"}, nil)
	movedDesc   = prometheus.NewDesc("dateline_feed_files_moved_total", "Files moved to done/ or bad/, by folder.", []string{"folder"}, nil)
	oldestDesc  = prometheus.NewDesc("dateline_feed_oldest_file_age_seconds", "Age of the file that waits longest, by folder; 0 if none waits.", []string{"folder"}, nil)
	failingDesc = prometheus.NewDesc("dateline_feed_folder_failing", "1 if the last pass over the folder failed.", []string{"folder"}, nil)
)

// collector reads the watchers' counters at each scrape.
type collector []*Watcher

func (c collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{recordsDesc, refusedDesc, movedDesc, oldestDesc, failingDesc} {
		ch <- d
	}
}

func (c collector) Collect(ch chan<- prometheus.Metric) {
	now := time.Now()
	for _, w := range c {
		failing := 0.0
		if w.failing.Load() {
			failing = 1
		}
		folder := w.folder.Path
		ch <- prometheus.MustNewConstMetric(recordsDesc, prometheus.CounterValue, float64(w.sent.Load()), folder)
		ch <- prometheus.MustNewConstMetric(refusedDesc, prometheus.CounterValue, float64(w.refused.Load()), folder)
		ch <- prometheus.MustNewConstMetric(movedDesc, prometheus.CounterValue, float64(w.moved.Load()), folder)
		ch <- prometheus.MustNewConstMetric(oldestDesc, prometheus.GaugeValue, w.OldestFileAge(now).Seconds(), folder)
		ch <- prometheus.MustNewConstMetric(failingDesc, prometheus.GaugeValue, failing, folder)
	}
}

// Handler answers /livez (the process runs), /readyz (a broker answers, the
// topic is there, and no folder fails) and /metrics.
func Handler(p *Producer, watchers []*Watcher) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector(watchers))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), pingTimeout)
		defer cancel()
		if err := p.Ping(ctx); err != nil {
			http.Error(w, fmt.Sprintf("kafka topic %s: %v", p.Topic(), err), http.StatusServiceUnavailable)
			return
		}
		for _, watcher := range watchers {
			if watcher.failing.Load() {
				http.Error(w, "folder "+watcher.folder.Path+": last pass failed; see the log", http.StatusServiceUnavailable)
				return
			}
		}
		fmt.Fprintln(w, "ok")
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return mux
}
