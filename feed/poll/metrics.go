package poll

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"dateline/feed"
)

var (
	pollsDesc    = prometheus.NewDesc("dateline_feed_polls_total", "Requests for a feed, by result: read, unchanged, failed.", []string{"source", "feed", "result"}, nil)
	changedDesc  = prometheus.NewDesc("dateline_feed_items_changed_total", "Items stored that were versions of known ones.", []string{"source", "feed"}, nil)
	intervalDesc = prometheus.NewDesc("dateline_feed_interval_seconds", "Time between two requests for the feed.", []string{"source", "feed"}, nil)
	failuresDesc = prometheus.NewDesc("dateline_feed_failures", "Weighed failures in a row; dormant at 30.", []string{"source", "feed"}, nil)
	dormantDesc  = prometheus.NewDesc("dateline_feed_dormant", "1 if the feed is asked only once a week.", []string{"source", "feed"}, nil)
)

// Collectors are the poller's own collectors, for the page of metrics.
func Collectors() []prometheus.Collector { return []prometheus.Collector{(*Poller)(nil)} }

// Describe names what only a Poller collects.
func (p *Poller) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{pollsDesc, changedDesc, intervalDesc, failuresDesc, dormantDesc} {
		ch <- d
	}
}

// Collect gives the numbers of every feed in the list.
func (p *Poller) Collect(ch chan<- prometheus.Metric) {
	p.mu.Lock()
	defer p.mu.Unlock()
	number := func(d *prometheus.Desc, t prometheus.ValueType, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, t, v, labels...)
	}
	for u, r := range p.runs {
		source := r.feed.Source.ID
		for _, result := range []string{"read", "unchanged", "failed"} {
			number(pollsDesc, prometheus.CounterValue, float64(r.polls[result]), source, u, result)
		}
		feed.Count(ch, source, "poll", u, r.sent, r.refused)
		number(changedDesc, prometheus.CounterValue, float64(r.changed), source, u)
		number(intervalDesc, prometheus.GaugeValue, r.state.Interval.Seconds(), source, u)
		number(failuresDesc, prometheus.GaugeValue, r.state.Failures, source, u)
		dormant := 0.0
		if r.state.Dormant {
			dormant = 1
		}
		number(dormantDesc, prometheus.GaugeValue, dormant, source, u)
	}
}

// Rhythms gives how each feed's items come, for the alarm of silent sources.
func (p *Poller) Rhythms(now time.Time) []feed.SourceRhythm {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []feed.SourceRhythm
	for u, r := range p.runs {
		last := time.Time{}
		if n := len(r.rhythm); n > 0 {
			last = r.rhythm[n-1]
		}
		out = append(out, feed.SourceRhythm{Source: r.feed.Source.ID, Way: "poll", Where: u, Last: last, Rhythm: feed.RhythmOf(r.rhythm, now)})
	}
	return out
}

// Err is nil: a feed that fails is reported by its metrics, and makes the
// process no less ready.
func (p *Poller) Err() error { return nil }
