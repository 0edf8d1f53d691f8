package worker

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"dateline/index"
)

// metrics are what the worker shows to Prometheus. Everything that the
// conservation law ties together is collected from the ledger in one copy, so
// that it holds at every scrape.
type metrics struct {
	registry *prometheus.Registry

	stageSeconds prometheus.Histogram
	bulkSeconds  prometheus.Histogram
	bulkBytes    prometheus.Counter
	bulkDocs     prometheus.Counter
	bulkRequests *prometheus.CounterVec
	retries      *prometheus.CounterVec
	letters      *prometheus.CounterVec
	endToEnd     prometheus.Histogram
	reloads      *prometheus.CounterVec
	verdicts     *prometheus.CounterVec
	verdictTook  prometheus.Histogram
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		stageSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "dateline_stage_seconds", Help: "Time one record spent in the stages.",
			Buckets: prometheus.ExponentialBuckets(50e-6, 2, 16)}),
		bulkSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "dateline_bulk_seconds", Help: "Round trip of one bulk request.",
			Buckets: prometheus.ExponentialBuckets(1e-3, 2, 16)}),
		bulkBytes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "dateline_bulk_bytes_total", Help: "Bytes of bulk bodies sent, before compression."}),
		bulkDocs: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "dateline_bulk_docs_total", Help: "Writes sent in bulks, retries included."}),
		bulkRequests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "dateline_bulk_requests_total", Help: "Bulk requests by result."}, []string{"result"}),
		retries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "dateline_bulk_retries_total", Help: "Single writes sent again, by status."}, []string{"status"}),
		letters: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "dateline_dlq_total", Help: "Dead letters acknowledged, by reason."}, []string{"reason"}),
		endToEnd: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "dateline_end_to_end_seconds", Help: "From a record's timestamp in Kafka to its article's ack.",
			Buckets: prometheus.ExponentialBuckets(10e-3, 2, 16)}),
	}
	m.verdicts = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "dateline_dedup_verdicts_total", Help: "Verdicts taken on this worker's records, by verdict."}, []string{"verdict"})
	m.verdictTook = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "dateline_dedup_verdict_seconds", Help: "From a parsed article to its verdict.",
		Buckets: prometheus.ExponentialBuckets(1e-3, 2, 14)})
	m.reloads = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "dateline_reloads_total", Help: "Reloads of the settings by result: taken or refused."}, []string{"result"})
	m.registry.MustRegister(m.own()...)
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// own are the collectors beside the worker itself, which is one.
func (m *metrics) own() []prometheus.Collector {
	return []prometheus.Collector{m.stageSeconds, m.bulkSeconds, m.bulkBytes, m.bulkDocs, m.bulkRequests, m.retries, m.letters, m.endToEnd, m.reloads, m.verdicts, m.verdictTook}
}

// Collectors are all of a worker's own collectors, without a worker: the page
// of metrics is made from their descriptions.
func Collectors() []prometheus.Collector {
	return append(newMetrics().own(), new(Worker))
}

var requestNames = map[index.Request]string{
	index.Failed: "failed", index.OK: "ok", index.TooLarge: "too_large", index.Bad: "bad", index.Refused: "refused",
}

func (m *metrics) bulk(r index.Response, docs int) {
	m.bulkRequests.WithLabelValues(requestNames[r.Request]).Inc()
	m.bulkSeconds.Observe(r.Took.Seconds())
	m.bulkBytes.Add(float64(r.Bytes))
	m.bulkDocs.Add(float64(docs))
}

func (m *metrics) stages(d time.Duration) { m.stageSeconds.Observe(d.Seconds()) }
func (m *metrics) verdict(v string, took time.Duration) {
	m.verdicts.WithLabelValues(v).Inc()
	m.verdictTook.Observe(took.Seconds())
}
func (m *metrics) retried(status int)       { m.retries.WithLabelValues(strconv.Itoa(status)).Inc() }
func (m *metrics) deadLetter(reason string) { m.letters.WithLabelValues(reason).Inc() }
func (m *metrics) articleStored(r *Record) {
	if !r.Time.IsZero() {
		m.endToEnd.Observe(max(0, time.Since(r.Time).Seconds()))
	}
}

// Descriptions of what is read from the worker at each scrape.
var (
	descConsumed  = prometheus.NewDesc("dateline_consumed_records_total", "Records delivered by fetchers.", nil, nil)
	descRecords   = prometheus.NewDesc("dateline_records_total", "Records by what became of them: indexed, stale, filtered, dead, abandoned.", []string{"outcome"}, nil)
	descInFlight  = prometheus.NewDesc("dateline_in_flight_records", "Records delivered and not settled.", nil, nil)
	descBytes     = prometheus.NewDesc("dateline_in_flight_bytes", "Raw bytes of records in flight.", nil, nil)
	descLate      = prometheus.NewDesc("dateline_late_acks_total", "Acknowledgements for records abandoned before.", nil, nil)
	descGap       = prometheus.NewDesc("dateline_gap_records_total", "Records that retention removed before they were read.", nil, nil)
	descLag       = prometheus.NewDesc("dateline_lag", "Offsets between the log's end and the committed offset.", []string{"topic", "partition"}, nil)
	descCommitted = prometheus.NewDesc("dateline_committed_offset", "Committed offset.", []string{"topic", "partition"}, nil)
	descHold      = prometheus.NewDesc("dateline_hold", "Holds by cause: 1, or the number of indices concerned, while there is one.", []string{"cause"}, nil)
	descLimit     = prometheus.NewDesc("dateline_bulk_limit", "Bulk requests allowed at once.", nil, nil)
	descOnTheWay  = prometheus.NewDesc("dateline_bulk_in_flight", "Bulk requests on the way.", nil, nil)
	descWaiting   = prometheus.NewDesc("dateline_bulk_waiting", "Writes that wait for a retry or follow their article.", nil, nil)
	descYield     = prometheus.NewDesc("dateline_backfill_paused", "1 while a backfill worker steps back for live work; absent in a live worker.", nil, nil)
	descBudget    = prometheus.NewDesc("dateline_budget_bytes", "Bytes of the memory budget that are taken.", nil, nil)
)

// Describe sends the descriptions of all metrics the worker collects itself.
func (w *Worker) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descConsumed, descRecords, descInFlight, descBytes, descLate, descGap, descLag,
		descCommitted, descHold, descLimit, descOnTheWay, descWaiting, descYield, descBudget} {
		ch <- d
	}
}

// Collect reads the worker's state for one scrape.
func (w *Worker) Collect(ch chan<- prometheus.Metric) {
	counter := func(d *prometheus.Desc, v int64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
	}
	gauge := func(d *prometheus.Desc, v int64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v), labels...)
	}
	c := w.ledger.Counts()
	counter(descConsumed, c.Consumed)
	for f, n := range c.Settled {
		counter(descRecords, n, Fate(f).String())
	}
	counter(descRecords, c.Abandoned, "abandoned")
	gauge(descInFlight, c.InFlight)
	gauge(descBytes, c.InFlightBytes)
	counter(descLate, c.Late)
	counter(descGap, c.Gap)
	_, rings := w.group.state()
	for _, r := range rings {
		s := r.State()
		p := strconv.Itoa(s.Partition)
		gauge(descLag, s.Lag(), s.Topic, p)
		gauge(descCommitted, s.Committed, s.Topic, p)
	}
	causes := make(map[string]int64)
	for _, h := range w.holds.list() {
		causes[h.Cause]++
	}
	for cause, n := range causes {
		gauge(descHold, n, cause)
	}
	limit, inflight := w.limit.state()
	gauge(descLimit, int64(limit))
	gauge(descOnTheWay, int64(inflight))
	gauge(descWaiting, int64(w.batch.waiting()))
	gauge(descBudget, w.budget.Used())
	if b := w.group.yield.status(); b != nil {
		paused := int64(0)
		if b.Paused {
			paused = 1
		}
		gauge(descYield, paused)
	}
}
