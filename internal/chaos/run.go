//go:build unix

package chaos

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/segmentio/kafka-go"

	"dateline/config"
	"dateline/index"
	"dateline/internal/servers"
	"dateline/pipeline"
)

// Result is what one run of a scenario did and found.
type Result struct {
	Scenario   string            `json:"scenario"`
	Seed       int64             `json:"seed"`
	Produced   int               `json:"produced"` // records that the producer made
	Records    int               `json:"records"`  // in the topic: an unacknowledged one may stand there twice
	Articles   int               `json:"articles"` // documents, each id once
	Dead       int               `json:"dead"`     // source positions in the dead-letter topic
	Twice      int               `json:"dead_twice"`
	Events     int               `json:"events"`
	Tombstones int               `json:"tombstones"` // of events
	Kills      int               `json:"kills"`      // SIGKILLs of workers
	Stops      int               `json:"stops"`      // SIGTERMs
	Settled    int64             `json:"settled"`    // by workers; of killed ones as of their last scrape
	Samples    int               `json:"samples"`
	Scrapes    int               `json:"scrapes"` // of the conservation law
	Writes     int64             `json:"writes"`  // sent in bulks, repeated ones too
	Faulted    int64             `json:"faulted_bulks"`
	Seconds    float64           `json:"seconds"`
	Notes      map[string]string `json:"notes,omitempty"`
	Violations []string          `json:"violations,omitempty"`
}

// Scenario is one way to break things.
type Scenario struct {
	Name       string
	Mix        Mix
	Partitions int
	Workers    int     // started at the beginning
	Size       float64 // of the number of records asked for; 0 is 1
	Own        bool    // breaks Elasticsearch itself: wants one of the bench's own
	Held       bool    // nothing is produced before the faults begin
	Config     func(c *config.Config)
	// Faults breaks things while records flow; it must leave everything mended
	// and workers running.
	Faults func(ctx context.Context, r *Run) error
}

// Run is a scenario under way.
type Run struct {
	*Bench
	Scenario Scenario
	Seed     int64
	Rand     *rand.Rand // of the faults
	Records  int        // how many are asked for
	Oracle   *Oracle
	Result   Result

	cfg    *config.Config
	stages *pipeline.Pipeline // those of the workers; nil if they write no events
	file   string             // of cfg
	dir    string

	mu      sync.Mutex
	workers []*Worker // running ones; guarded by mu
	names   int       // guarded by mu
	scrapes atomic.Int64
}

// Do runs a scenario once. The error says that the run itself went wrong;
// what the worker did wrong stands in the result.
func (b *Bench) Do(ctx context.Context, s Scenario, seed int64, records int) (res Result, err error) {
	if s.Size > 0 {
		records = max(50, int(float64(records)*s.Size))
	}
	r := &Run{Bench: b, Scenario: s, Seed: seed, Records: records, Rand: rand.New(rand.NewPCG(uint64(seed), 5)),
		Result: Result{Scenario: s.Name, Seed: seed, Notes: make(map[string]string)}}
	begin, docs, faulted := time.Now(), b.Front.Docs.Load(), b.Front.Faulted.Load()
	defer func() {
		r.stopAll()
		b.Front.Pass()
		b.Proxy.Unblock()
		r.Result.Seconds = time.Since(begin).Seconds()
		r.Result.Writes, r.Result.Faulted = b.Front.Docs.Load()-docs, b.Front.Faulted.Load()-faulted
		r.Result.Scrapes = int(r.scrapes.Load())
		if r.Oracle != nil {
			r.Result.Samples = r.Oracle.samples
			r.Result.Violations = append(r.Result.Violations, r.Oracle.wrong...)
			r.clean()
		}
		res = r.Result
	}()
	if err := r.setup(ctx); err != nil {
		return res, err
	}
	return res, r.run(ctx)
}

// run produces, breaks, waits and accounts.
func (r *Run) run(ctx context.Context) error {
	rs, err := generate(r.Scenario.Mix, r.Seed, r.Records, index.Options{Prefix: r.cfg.Elasticsearch.Prefix})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	watched := r.watch(ctx)
	defer func() { // the result is read behind this, and the watch writes to it
		cancel()
		<-watched
	}()
	produced := make(chan error, 1)
	go func() { produced <- r.produce(ctx, rs) }()
	if r.Scenario.Held {
		if err := <-produced; err != nil {
			return err
		}
		produced <- nil
	}
	for range r.Scenario.Workers {
		if _, err := r.Start(); err != nil {
			return err
		}
	}
	if r.Scenario.Faults != nil {
		if err := r.Scenario.Faults(ctx, r); err != nil {
			return fmt.Errorf("faults: %w", err)
		}
	}
	if err := <-produced; err != nil {
		return fmt.Errorf("producer: %w", err)
	}
	if err := r.Until(ctx, "everything is committed", r.settled); err != nil {
		return err
	}
	if err := r.fresh(ctx); err != nil {
		return err
	}
	cancel()
	<-watched
	return r.conclude()
}

// conclude stops the workers and draws the account.
func (r *Run) conclude() error {
	// A soak leaves millions of documents to look at.
	ctx, cancel := context.WithTimeout(context.Background(), 4*patience)
	defer cancel()
	if err := r.Oracle.sample(ctx); err != nil {
		return err
	}
	for _, w := range r.Running() {
		if err := r.Stop(w); err != nil {
			r.violated("%v", err)
		}
	}
	t, err := r.Oracle.account(ctx)
	r.Result.Produced, r.Result.Records, r.Result.Articles, r.Result.Dead, r.Result.Twice, r.Result.Events, r.Result.Tombstones =
		t.produced, t.records, t.articles, t.dead, t.twice, t.events, t.tombstones
	return err
}

func (r *Run) violated(format string, args ...any) {
	r.Oracle.mu.Lock()
	defer r.Oracle.mu.Unlock()
	r.Oracle.violated(format, args...)
}

// Note puts a measurement into the result.
func (r *Run) Note(key, format string, args ...any) {
	r.Result.Notes[key] = fmt.Sprintf(format, args...)
}

// setup writes the configuration and runs dateline setup with it.
func (r *Run) setup(ctx context.Context) error {
	id := servers.Unique("chaos")
	r.dir = filepath.Join(r.Bench.dir, id)
	if err := os.MkdirAll(r.dir, 0o755); err != nil {
		return err
	}
	c := config.Default()
	c.Kafka.Brokers = []string{r.Proxy.Addr()}
	c.Kafka.Topic, c.Kafka.DLQTopic, c.Kafka.FingerprintTopic = id+".raw", id+".dlq", id+".fingerprints"
	c.Kafka.BackfillTopic, c.Kafka.Group, c.Kafka.BackfillGroup = id+".backfill", id, id+"-backfill"
	c.Kafka.Partitions = r.Scenario.Partitions
	c.Kafka.HeartbeatInterval, c.Kafka.SessionTimeout, c.Kafka.RebalanceTimeout = 500*time.Millisecond, 6*time.Second, 6*time.Second
	c.Kafka.DrainTimeout, c.Kafka.CommitTimeout, c.Kafka.CommitInterval = 2*time.Second, 2*time.Second, 200*time.Millisecond
	c.Kafka.MetadataInterval, c.Kafka.JoinBackoff = 5*time.Second, 100*time.Millisecond
	c.Elasticsearch.Addresses, c.Elasticsearch.Prefix = []string{r.Front.URL()}, id
	c.Worker.Listen, c.Worker.Dedup.Dir = "127.0.0.1:0", filepath.Join(r.dir, "checkpoints")
	c.Worker.Stages = []string{"byline"}
	// Small bulks and rings, so that much is under way when something breaks
	// and little has to be done again.
	c.Worker.Bulk.Docs, c.Worker.RingRecords = 500, 512
	c.Worker.EventSlots = 0
	c.Log.Format = "json"
	if r.Scenario.Config != nil {
		r.Scenario.Config(c)
	}
	if err := c.Validate(); err != nil {
		return err
	}
	var yaml bytes.Buffer
	if err := config.Print(&yaml, c); err != nil {
		return err
	}
	r.cfg, r.file = c, filepath.Join(r.dir, "dateline.yaml")
	if err := os.WriteFile(r.file, yaml.Bytes(), 0o600); err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, r.program, "setup", "--config", r.file).CombinedOutput()
	if err != nil {
		return fmt.Errorf("dateline setup: %w\n%s", err, out)
	}
	r.Oracle = newOracle(r.Bench, c.Kafka.Topic, c.Kafka.DLQTopic, c.Kafka.Group, id)
	r.Oracle.verdicts = slices.Contains(c.Worker.Stages, pipeline.Dedup)
	if c.Worker.EventSlots > 0 {
		r.stages, err = pipeline.New(pipeline.Options{Stages: c.Worker.Stages})
	}
	return err
}

// clean removes what the run has left in the servers.
func (r *Run) clean() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	k := r.cfg.Kafka
	_, err1 := r.client.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: []string{k.Topic, k.DLQTopic, k.FingerprintTopic, k.BackfillTopic}})
	names, err2 := r.indices(ctx)
	for _, name := range names {
		err2 = errors.Join(err2, r.Oracle.ask(ctx, http.MethodDelete, "/"+name, nil, nil))
	}
	if err := errors.Join(err1, err2); err != nil {
		fmt.Fprintf(r.log, "clean up: %v\n", err)
	}
	r.Oracle.http.CloseIdleConnections()
}

func (r *Run) indices(ctx context.Context) (names []string, err error) {
	var m map[string]any
	err = r.Oracle.ask(ctx, http.MethodGet, "/"+r.cfg.Elasticsearch.Prefix+"-*?filter_path=*.settings.index.uuid", nil, &m)
	for name := range m {
		names = append(names, name)
	}
	return names, err
}

// watch samples committed offsets until ctx ends. A sample that cannot be
// taken, because a server is down, is left out.
func (r *Run) watch(ctx context.Context) (ended chan struct{}) {
	ended = make(chan struct{})
	go func() {
		defer close(ended)
		for {
			_ = r.Oracle.sample(ctx) // the next one, or the last, makes up for it
			select {
			case <-ctx.Done():
				return
			case <-time.After(500 * time.Millisecond):
			}
		}
	}()
	return ended
}

// settled reports whether all that was produced is committed.
func (r *Run) settled(ctx context.Context) bool {
	done, total, err := r.progress(ctx)
	return err == nil && done == total
}

// progress is how much is committed, and how much there is.
func (r *Run) progress(ctx context.Context) (done, total int64, err error) {
	m, err := r.Oracle.committed(ctx)
	if err != nil {
		return 0, 0, err
	}
	var req []kafka.OffsetRequest
	for p, o := range m {
		done += o
		req = append(req, kafka.LastOffsetOf(p))
	}
	l, err := r.client.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{r.cfg.Kafka.Topic: req}})
	if err != nil {
		return 0, 0, err
	}
	for _, p := range l.Topics[r.cfg.Kafka.Topic] {
		if p.Error != nil {
			return 0, 0, p.Error
		}
		total += p.LastOffset
	}
	return done, total, nil
}

// patience bounds each wait of a run, far above what a loaded machine needs.
const patience = 15 * time.Minute

// Until waits for a condition.
func (r *Run) Until(ctx context.Context, what string, f func(context.Context) bool) error {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if f(ctx) {
			return nil
		}
		if err := sleep(ctx, 200*time.Millisecond); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	done, total, _ := r.progress(ctx)
	var logs strings.Builder
	for _, w := range r.Running() {
		fmt.Fprintf(&logs, "\n%s:\n%s\nready: %v", w.name, w.LogTail(20), w.ready())
	}
	return fmt.Errorf("never happened: %s (%d of %d committed)%s", what, done, total, logs.String())
}

// Committed waits until a share of the records asked for is committed.
func (r *Run) Committed(ctx context.Context, share float64) error {
	return r.Until(ctx, fmt.Sprintf("%.0f %% are committed", 100*share), func(ctx context.Context) bool {
		done, _, err := r.progress(ctx)
		return err == nil && float64(done) >= share*float64(r.Records)
	})
}

// Sleep waits for a time between two bounds.
func (r *Run) Sleep(ctx context.Context, least, most time.Duration) error {
	d := least
	if most > least {
		d += time.Duration(r.Rand.Int64N(int64(most - least)))
	}
	return sleep(ctx, d)
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fresh produces one more record and waits until it is stored: after all that
// happened the way must be open.
func (r *Run) fresh(ctx context.Context) error {
	g := &generator{seed: r.Seed, r: r.Rand, opt: index.Options{Prefix: r.cfg.Elasticsearch.Prefix}, next: 1 << 20}
	x, err := g.fresh()
	if err != nil {
		return err
	}
	begin := time.Now()
	if err := r.produce(ctx, []record{x}); err != nil {
		return err
	}
	err = r.Until(ctx, "a fresh article is stored", func(ctx context.Context) bool {
		var d struct {
			Found bool `json:"found"`
		}
		return r.Oracle.ask(ctx, http.MethodGet, "/"+x.want.index+"/_doc/"+x.want.id+"?_source=false", nil, &d) == nil && d.Found
	})
	if err != nil {
		return err
	}
	r.Note("fresh", "%d ms", time.Since(begin).Milliseconds())
	return r.Until(ctx, "the fresh article is committed", r.settled)
}

// batch is how many records the producer sends in one request.
const batch = 500

// produce sends records, keyed by item as feeds do, until each is acknowledged.
func (r *Run) produce(ctx context.Context, rs []record) error {
	if r.stages != nil {
		if err := predictEvents(rs, r.stages, index.Options{Slots: r.cfg.Worker.EventSlots}); err != nil {
			return err
		}
	}
	first := r.Oracle.expect(rs)
	for from := 0; from < len(rs); from += batch {
		part := rs[from:min(from+batch, len(rs))]
		n, err := r.partitions(ctx, r.cfg.Kafka.Topic)
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			from -= batch
			if err := sleep(ctx, 200*time.Millisecond); err != nil {
				return err
			}
			continue
		}
		byPartition := make([][]int, n)
		for i := range part {
			p := (&kafka.Hash{}).Balance(kafka.Message{Key: part[i].key}, ints(n)...)
			byPartition[p] = append(byPartition[p], first+from+i)
		}
		for p, numbers := range byPartition {
			if err := r.send(ctx, p, numbers, func(n int) *record { return &rs[n-first] }); err != nil {
				return err
			}
		}
	}
	return nil
}

func ints(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// send repeats a request until the broker acknowledges it. A request without
// an answer may have been carried out: then its records stand there twice.
func (r *Run) send(ctx context.Context, partition int, numbers []int, of func(int) *record) error {
	if len(numbers) == 0 {
		return nil
	}
	for {
		records := make([]kafka.Record, len(numbers))
		for i, n := range numbers {
			x := of(n)
			records[i] = kafka.Record{Key: kafka.NewBytes(x.key), Value: kafka.NewBytes(x.value),
				Headers: []kafka.Header{{Key: numberHeader, Value: []byte(strconv.Itoa(n))}}}
			if r.Scenario.Mix.Skew {
				// Brokers refuse what is more than an hour ahead of them.
				records[i].Time = time.Now().Add([]time.Duration{-365 * 24 * time.Hour, 0, 50 * time.Minute}[n%3])
			}
		}
		resp, err := r.client.Produce(ctx, &kafka.ProduceRequest{Topic: r.cfg.Kafka.Topic, Partition: partition,
			RequiredAcks: kafka.RequireAll, Records: kafka.NewRecordReader(records...)})
		if err == nil {
			err = resp.Error
		}
		if err == nil {
			r.Oracle.ack(numbers)
			return nil
		}
		if refused := kafka.Error(0); errors.As(err, &refused) && !refused.Temporary() {
			return err
		}
		if err := sleep(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}
