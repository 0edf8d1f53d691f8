package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/segmentio/kafka-go"
	"go.uber.org/zap"

	"dateline/config"
	"dateline/feed"
	"dateline/index"
	"dateline/index/elastic"
	"dateline/internal/broker"
	"dateline/pipeline"
	"dateline/pipeline/gazetteer"
	"dateline/worker"
)

// Options say what to measure and on what.
type Options struct {
	Config *config.Config
	// Values are the raw records, envelopes. All must be good articles with
	// ids of their own.
	Values  [][]byte
	Workers int  // workers in the engine's runs
	Engine  bool // leave the rows with all stages out
	Log     *zap.Logger
	// Progress hears what is being done.
	Progress func(what string)
}

// Row is one measurement.
type Row struct {
	Name      string  `json:"name"`
	Docs      int     `json:"docs"`   // articles
	Events    int     `json:"events"` // event documents beside them
	Seconds   float64 `json:"seconds"`
	DocsPerS  float64 `json:"docs_per_s"`
	MBPerS    float64 `json:"mb_per_s"`      // of raw article bytes
	ServerMS  float64 `json:"server_cpu_ms"` // Elasticsearch's CPU per article
	ClientMS  float64 `json:"client_cpu_ms"` // this process's CPU per article
	PeakMB    float64 `json:"rss_mb"`        // this process's resident memory, highest seen
	OfRaw     float64 `json:"of_raw"`        // speed as a share of the raw replay of the same documents; 0 if there is none
	WorkersNo int     `json:"workers,omitempty"`
}

// errNoBaseline says that the program was built without the obvious program.
var errNoBaseline = errors.New("built without the tag baseline")

// bench is one run on one set of servers.
type bench struct {
	o     Options
	id    string // makes topics, groups and indices of this run its own
	bytes int
	topic string
	prod  *feed.Producer
	admin *kafka.Client
	brk   *broker.Client
	names func(id string) string // of areas, as the worker has them
}

// Run measures everything, one row after the other.
func Run(ctx context.Context, o Options) ([]Row, error) {
	b, err := newBench(ctx, o)
	if err != nil {
		return nil, err
	}
	defer b.close()
	// The first bulk requests of a fresh JVM are slow; nothing of them counts.
	o.Progress("warming the cluster up")
	if _, err := b.replay(ctx, "warm", []string{}); err != nil {
		return nil, err
	}
	var rows []Row
	steps := []struct {
		name string
		raw  int // row of the raw replay to compare with, -1 if none
		run  func() (Row, error)
	}{
		{"raw bulk replay, articles", -1, func() (Row, error) { return b.replay(ctx, "rawplain", []string{}) }},
		{"worker, stages off", 0, func() (Row, error) { return b.worker(ctx, "engine", []string{}) }},
		{"Reader + BulkIndexer, stages off", 0, func() (Row, error) { return b.baseline(ctx, "baseline") }},
		{"raw bulk replay, articles and events", -1, func() (Row, error) { return b.replay(ctx, "rawfull", nil) }},
		{"worker, all stages", 3, func() (Row, error) { return b.worker(ctx, "stages", nil) }},
	}
	if o.Engine {
		steps = steps[:3]
	}
	for _, s := range steps {
		o.Progress(s.name)
		row, err := s.run()
		if errors.Is(err, errNoBaseline) {
			o.Progress("left out: build with -tags baseline to compare with the obvious program")
			rows = append(rows, Row{Name: s.name})
			continue
		}
		if err != nil {
			return rows, fmt.Errorf("%s: %w", s.name, err)
		}
		row.Name = s.name
		if s.raw >= 0 {
			row.OfRaw = row.DocsPerS / rows[s.raw].DocsPerS
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func newBench(ctx context.Context, o Options) (*bench, error) {
	b := &bench{o: o, id: fmt.Sprintf("bench%x", time.Now().UnixNano()&0xffffff), names: index.AreaNames(gazetteer.Default())}
	b.topic = b.id + ".raw"
	for _, v := range o.Values {
		b.bytes += len(v)
	}
	var err error
	if b.brk, err = broker.New(o.Config.Kafka); err != nil {
		return nil, err
	}
	b.admin = b.brk.Kafka(30 * time.Second)
	o.Progress("producing the articles")
	for _, t := range []string{b.topic, b.id + ".dlq"} {
		if err := b.createTopic(ctx, t); err != nil {
			return nil, err
		}
	}
	if b.prod, err = feed.NewProducer(o.Config.Kafka, feed.ProducerOptions{Topic: b.topic}); err != nil {
		return nil, err
	}
	records := make([]feed.Record, len(o.Values))
	for i, v := range o.Values {
		records[i] = feed.Record{Key: fmt.Appendf(nil, "bench/%d", i), Value: v}
	}
	if err := b.prod.Produce(ctx, records); err != nil {
		return nil, fmt.Errorf("produce: %w", err)
	}
	return b, nil
}

func (b *bench) createTopic(ctx context.Context, name string) error {
	r, err := b.admin.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{{
		Topic: name, NumPartitions: b.o.Config.Kafka.Partitions, ReplicationFactor: 1,
		ConfigEntries: []kafka.ConfigEntry{{ConfigName: "max.message.bytes", ConfigValue: "6291456"}}}}})
	if err == nil {
		err = r.Errors[name]
	}
	if err != nil && !errors.Is(err, kafka.TopicAlreadyExists) {
		return fmt.Errorf("topic %s: %w", name, err)
	}
	return nil
}

// deleteTopics is the end of a run, which a cancelled context must not stop.
func (b *bench) deleteTopics(names ...string) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	b.admin.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: names})
}

// close removes what the run created.
func (b *bench) close() {
	b.deleteTopics(b.topic, b.id+".dlq")
	b.prod.Close()
	b.brk.Close()
}

// config is the run's own copy of the settings.
func (b *bench) config(name string) *config.Config {
	c := *b.o.Config
	c.Kafka.Topic, c.Kafka.DLQTopic, c.Kafka.Group = b.topic, b.id+".dlq", b.id+"-"+name
	c.Elasticsearch.Prefix = b.id + "-" + name
	return &c
}

// store is an index of its own, set up and empty.
func (b *bench) store(ctx context.Context, c *config.Config) (*elastic.Store, index.Options, error) {
	opt := index.Options{Prefix: c.Elasticsearch.Prefix, Period: index.Single, Epoch: 1, Slots: c.Worker.EventSlots, PlaceName: b.names}
	c.Elasticsearch.Period = string(index.Single)
	s, err := elastic.New(c.Elasticsearch, elastic.Options{Document: opt, MaxConns: c.Worker.Bulk.MaxInFlight + 2})
	if err != nil {
		return nil, opt, err
	}
	if _, err := s.Setup(ctx); err != nil {
		s.Close()
		return nil, opt, fmt.Errorf("setup: %w", err)
	}
	// Nobody's first write makes the indices: that is no throughput.
	for _, k := range []index.Kind{index.Article, index.Event} {
		if _, err := b.es(ctx, http.MethodPut, "/"+index.IndexName(k, nil, opt), nil); err != nil {
			s.Close()
			return nil, opt, err
		}
	}
	return s, opt, nil
}

// remove deletes the indices and templates of one row, so that the next does
// not pay for their merges.
func (b *bench) remove(c *config.Config) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	p := c.Elasticsearch.Prefix
	for _, path := range []string{"/" + p + "-articles-all," + p + "-events-all?ignore_unavailable=true"} {
		b.es(ctx, http.MethodDelete, path, nil)
	}
}

// es sends one plain request to the cluster.
func (b *bench) es(ctx context.Context, method, path string, body io.Reader) ([]byte, error) {
	c := b.o.Config.Elasticsearch
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(c.Addresses[0], "/")+path, body)
	if err != nil {
		return nil, err
	}
	if c.Username != "" {
		r.SetBasicAuth(c.Username, string(c.Password))
	}
	if c.APIKey != "" {
		r.Header.Set("Authorization", "ApiKey "+string(c.APIKey))
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s", method, path, resp.Status)
	}
	return data, err
}

// documents are the bulk bodies that the worker would send: articles, then
// their events, in requests of the configured size.
func (b *bench) documents(stages []string) ([]index.Action, error) {
	p, err := pipeline.New(pipeline.Options{Stages: stages})
	if err != nil {
		return nil, err
	}
	var s pipeline.Scratch
	var actions []index.Action
	opt := index.Options{Prefix: "x", Period: index.Single, Epoch: 1, Slots: b.o.Config.Worker.EventSlots, PlaceName: b.names}
	for i, v := range b.o.Values {
		a, err := p.Read(v, &s)
		if err != nil {
			return nil, fmt.Errorf("article %d: %w", i, err)
		}
		d := p.Enrich(a, nil, &s)
		act, err := index.ArticleAction(d, opt)
		if err != nil {
			return nil, fmt.Errorf("article %d: %w", i, err)
		}
		events, err := index.EventActions(d, opt)
		if err != nil {
			return nil, fmt.Errorf("article %d: %w", i, err)
		}
		actions = append(append(actions, act), events...)
	}
	return actions, nil
}

// meter takes time, CPU and memory of a row.
type meter struct {
	b      *bench
	start  time.Time
	client time.Duration
	server float64
	peak   chan float64
	stop   chan struct{}
}

func (b *bench) meter(ctx context.Context) (*meter, error) {
	debug.FreeOSMemory() // what the row before left behind is not this row's
	server, err := b.serverCPU(ctx)
	if err != nil {
		return nil, err
	}
	m := &meter{b: b, server: server, client: selfCPU(), start: time.Now(), peak: make(chan float64, 1), stop: make(chan struct{})}
	go m.watch()
	return m, nil
}

// watch looks for the highest resident memory.
func (m *meter) watch() {
	high := 0.0
	for {
		high = max(high, residentMB())
		select {
		case <-time.After(50 * time.Millisecond):
		case <-m.stop:
			m.peak <- high
			return
		}
	}
}

func (m *meter) row(ctx context.Context, docs, events int) (Row, error) {
	took := time.Since(m.start).Seconds()
	client := selfCPU() - m.client
	close(m.stop)
	server, err := m.b.serverCPU(ctx)
	if err != nil {
		return Row{}, err
	}
	n := float64(docs)
	return Row{Docs: docs, Events: events, Seconds: took, DocsPerS: n / took, MBPerS: float64(m.b.bytes) / 1e6 / took,
		ServerMS: (server - m.server) / n, ClientMS: client.Seconds() * 1e3 / n, PeakMB: <-m.peak}, nil
}

// serverCPU is the CPU that all nodes have used, in milliseconds.
func (b *bench) serverCPU(ctx context.Context) (float64, error) {
	data, err := b.es(ctx, http.MethodGet, "/_nodes/stats/process?filter_path=nodes.*.process.cpu.total_in_millis", nil)
	if err != nil {
		return 0, err
	}
	var r struct {
		Nodes map[string]struct {
			Process struct {
				CPU struct {
					Millis float64 `json:"total_in_millis"`
				} `json:"cpu"`
			} `json:"process"`
		} `json:"nodes"`
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return 0, fmt.Errorf("node statistics: %w", err)
	}
	sum := 0.0
	for _, n := range r.Nodes {
		sum += n.Process.CPU.Millis
	}
	return sum, nil
}

// selfCPU is what this process has used, user and system.
func selfCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// worker measures the real worker, or several, in this process.
func (b *bench) worker(ctx context.Context, name string, stages []string) (Row, error) {
	c := b.config(name)
	s, opt, err := b.store(ctx, c)
	if err != nil {
		return Row{}, err
	}
	defer b.remove(c)
	defer s.Close()
	p, err := pipeline.New(pipeline.Options{Stages: stages})
	if err != nil {
		return Row{}, err
	}
	m, err := b.meter(ctx)
	if err != nil {
		return Row{}, err
	}
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	var ws []*worker.Worker
	done := make(chan error, b.o.Workers)
	for range b.o.Workers {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return Row{}, err
		}
		w, err := worker.New(worker.Options{Config: c, Stages: p, Store: s, Index: opt, Log: b.o.Log, Listener: l})
		if err != nil {
			return Row{}, err
		}
		ws = append(ws, w)
		go func() { done <- w.Run(inner) }()
	}
	// The clock runs from the first record, as a replay's does from the first
	// request: joining a group is not throughput.
	for total(ws).Consumed == 0 && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	m.start = time.Now()
	for settled(ws) < int64(len(b.o.Values)) && ctx.Err() == nil {
		time.Sleep(5 * time.Millisecond)
	}
	row, err := m.row(ctx, len(b.o.Values), 0)
	cancel()
	for range ws {
		if e := <-done; e != nil && err == nil {
			err = e
		}
	}
	if c := total(ws); err == nil && c.Settled[worker.Indexed] != int64(len(b.o.Values)) {
		err = fmt.Errorf("%d of %d articles were indexed, %d dead", c.Settled[worker.Indexed], len(b.o.Values), c.Settled[worker.Dead])
	}
	row.WorkersNo = b.o.Workers
	if err == nil {
		row.Events, err = b.count(ctx, s, c.Elasticsearch.Prefix+"-events-all")
	}
	return row, err
}

func total(ws []*worker.Worker) (sum worker.Counts) {
	for _, w := range ws {
		c := w.Counts()
		sum.Consumed += c.Consumed
		for f, n := range c.Settled {
			sum.Settled[f] += n
		}
	}
	return sum
}

func settled(ws []*worker.Worker) (n int64) {
	for _, k := range total(ws).Settled {
		n += k
	}
	return n
}

// count is how many documents an index holds; 0 if it is not there.
func (b *bench) count(ctx context.Context, s *elastic.Store, name string) (int, error) {
	if err := s.Refresh(ctx); err != nil {
		return 0, err
	}
	data, err := b.es(ctx, http.MethodGet, "/"+name+"/_count?ignore_unavailable=true", nil)
	if err != nil {
		return 0, err
	}
	var r struct{ Count int }
	err = json.Unmarshal(data, &r)
	return r.Count, err
}
