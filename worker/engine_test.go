package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"dateline/config"
	"dateline/index"
	"dateline/pipeline"
	"dateline/pipeline/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a store in memory with the semantics that matter to the engine:
// external versions, one outcome per action, and faults on demand.
type memory struct {
	mu     sync.Mutex
	docs   map[string]index.Action
	writes int
	// fault, if set, may answer a bulk in the store's place.
	fault func(actions []index.Action) (index.Response, bool)
	// item, if set, may answer one action in the store's place.
	item func(a index.Action) (index.Outcome, bool)
	sick bool // Health fails
	// blind, if set, is what reading versions and looking for events answers.
	blind error
	sent  []index.Action // in bulks that were not answered by fault
}

// change sets faults while the store is in use.
func (s *memory) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *memory) Bulk(_ context.Context, actions []index.Action) index.Response {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fault != nil {
		if r, ok := s.fault(actions); ok {
			return r
		}
	}
	s.sent = append(s.sent, actions...)
	r := index.Response{Request: index.OK, Status: 200, Took: time.Millisecond, Outcomes: make([]index.Outcome, len(actions))}
	for i, a := range actions {
		if s.item != nil {
			if o, ok := s.item(a); ok {
				r.Outcomes[i] = o
				continue
			}
		}
		r.Outcomes[i] = s.put(a)
	}
	return r
}

func (s *memory) put(a index.Action) index.Outcome {
	if s.docs == nil {
		s.docs = make(map[string]index.Action)
	}
	old, ok := s.docs[a.ID]
	if ok && old.Version >= a.Version {
		return index.Outcome{Result: index.Stale, Status: 409}
	}
	s.docs[a.ID] = a
	s.writes++
	if ok {
		return index.Outcome{Result: index.Updated, Status: 200}
	}
	return index.Outcome{Result: index.Created, Status: 201}
}

func (s *memory) Versions(_ context.Context, _ string, ids []string) ([]int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.blind != nil {
		return nil, s.blind
	}
	v := make([]int64, len(ids))
	for i, id := range ids {
		v[i] = -1
		if d, ok := s.docs[id]; ok {
			v[i] = d.Version
		}
	}
	return v, nil
}

func (s *memory) HasEvents(context.Context) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.docs {
		if a.Kind == index.Event {
			return s.blind == nil, s.blind
		}
	}
	return false, s.blind
}

func (s *memory) articles() map[string]int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := make(map[string]int64)
	for id, a := range s.docs {
		if a.Kind == index.Article {
			m[id] = a.Version
		}
	}
	return m
}

func (s *memory) Setup(context.Context) ([]string, error) { return nil, nil }
func (s *memory) Health(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sick {
		return errors.New("no answer")
	}
	return nil
}
func (s *memory) Refresh(context.Context) error                               { return nil }
func (s *memory) Search(context.Context, *index.Query) (*index.Answer, error) { return nil, nil }
func (s *memory) Get(context.Context, string) (json.RawMessage, error)        { return nil, nil }
func (s *memory) Close() error                                                { return nil }

// bench is an in-process broker with the topics a worker needs.
type bench struct {
	t     testing.TB
	kafka *kfake.Cluster
	cfg   *config.Config
	prod  *kafka.Client
	trans *kafka.Transport

	balancer kafka.GroupBalancer // of the workers; nil for their own
}

func newBench(t testing.TB, partitions int) *bench {
	t.Helper()
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.BrokerConfigs(map[string]string{"message.max.bytes": "6356992"}), kfake.SeedTopics(int32(partitions), "news.raw"), kfake.SeedTopics(1, "news.dlq", "news.raw.backfill"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	cfg := config.Default()
	cfg.Kafka.Brokers = c.ListenAddrs()
	cfg.Kafka.JoinBackoff = 50 * time.Millisecond
	cfg.Kafka.HeartbeatInterval = 100 * time.Millisecond
	cfg.Kafka.CommitInterval = 50 * time.Millisecond
	cfg.Kafka.MaxWait = 50 * time.Millisecond
	cfg.Kafka.DrainTimeout = 2 * time.Second
	cfg.Worker.Bulk.Linger = 5 * time.Millisecond
	// With the race detector on a busy machine a long article takes seconds.
	cfg.Worker.StageTimeout = time.Minute
	trans := &kafka.Transport{}
	t.Cleanup(trans.CloseIdleConnections)
	return &bench{t: t, kafka: c, cfg: cfg, trans: trans, prod: &kafka.Client{Addr: kafka.TCP(cfg.Kafka.Brokers...), Transport: trans, Timeout: 10 * time.Second}}
}

// grow gives the topic partitions, so that it has n.
func (b *bench) grow(n int) {
	b.t.Helper()
	res, err := b.prod.CreatePartitions(context.Background(), &kafka.CreatePartitionsRequest{Topics: []kafka.TopicPartitionsConfig{{Name: "news.raw", Count: int32(n)}}})
	if err != nil || res.Errors["news.raw"] != nil {
		b.t.Error(err, res)
	}
	b.trans.CloseIdleConnections()
}

// partitions is how many the topic has, as the next produce sees it.
func (b *bench) partitions() int {
	m, err := b.prod.Metadata(context.Background(), &kafka.MetadataRequest{Topics: []string{"news.raw"}})
	if err != nil {
		return 0
	}
	return len(m.Topics[0].Partitions)
}

// produce writes values to the partitions in turn.
func (b *bench) produce(values ...[]byte) {
	b.t.Helper()
	m, err := b.prod.Metadata(context.Background(), &kafka.MetadataRequest{Topics: []string{"news.raw"}})
	if err != nil {
		b.t.Fatal(err)
	}
	n := len(m.Topics[0].Partitions)
	parts := make([][]kafka.Record, n)
	for i, v := range values {
		parts[i%n] = append(parts[i%n], kafka.Record{Key: kafka.NewBytes([]byte("k")), Value: kafka.NewBytes(v)})
	}
	for p, records := range parts {
		if len(records) == 0 {
			continue
		}
		r, err := b.prod.Produce(context.Background(), &kafka.ProduceRequest{Topic: "news.raw", Partition: p, RequiredAcks: kafka.RequireAll, Records: kafka.NewRecordReader(records...)})
		if err == nil {
			err = r.Error
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
}

// committed is the sum of the group's committed offsets.
func (b *bench) committed() (sum int64) {
	b.t.Helper()
	m, err := b.prod.Metadata(context.Background(), &kafka.MetadataRequest{Topics: []string{"news.raw"}})
	if err != nil {
		b.t.Fatal(err)
	}
	var parts []int
	for _, p := range m.Topics[0].Partitions {
		parts = append(parts, p.ID)
	}
	r, err := b.prod.OffsetFetch(context.Background(), &kafka.OffsetFetchRequest{GroupID: b.cfg.Kafka.Group, Topics: map[string][]int{"news.raw": parts}})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, p := range r.Topics["news.raw"] {
		sum += max(0, p.CommittedOffset)
	}
	return sum
}

// letters reads the dead-letter topic.
func (b *bench) letters() []kafka.Message {
	b.t.Helper()
	conn, err := kafka.DialLeader(context.Background(), "tcp", b.cfg.Kafka.Brokers[0], "news.dlq", 0)
	if err != nil {
		b.t.Fatal(err)
	}
	defer conn.Close()
	_, last, err := conn.ReadOffsets()
	if err != nil {
		b.t.Fatal(err)
	}
	var out []kafka.Message
	conn.Seek(0, kafka.SeekAbsolute)
	for int64(len(out)) < last {
		conn.SetDeadline(time.Now().Add(5 * time.Second))
		batch := conn.ReadBatchWith(kafka.ReadBatchConfig{MinBytes: 1, MaxBytes: 10 << 20, MaxWait: 100 * time.Millisecond})
		for {
			m, err := batch.ReadMessage()
			if err != nil {
				break
			}
			out = append(out, m)
		}
		if err := batch.Close(); err != nil {
			b.t.Fatal(err)
		}
	}
	return out
}

func header(m kafka.Message, key string) string {
	for _, h := range m.Headers {
		if h.Key == "dateline-"+key {
			return string(h.Value)
		}
	}
	return ""
}

// running is a worker that runs in this process.
type running struct {
	*Worker
	stop func() // gracefully; waits
}

func (b *bench) start(store index.Store, stages Stages) *running {
	b.t.Helper()
	return b.run(Options{Stages: stages, Store: store})
}

// backfill starts a worker on the backfill topic.
func (b *bench) backfill(store index.Store, stages Stages) *running {
	b.t.Helper()
	return b.run(Options{Stages: stages, Store: store, Backfill: true})
}

func (b *bench) run(o Options) *running {
	b.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.t.Fatal(err)
	}
	log := zap.NewNop()
	if testing.Verbose() {
		log = zaptest.NewLogger(b.t, zaptest.Level(zap.InfoLevel))
	}
	o.Config, o.Index, o.Log, o.Listener = b.cfg, index.Options{Slots: b.cfg.Worker.EventSlots}, log, l
	w, err := New(o)
	if err != nil {
		b.t.Fatal(err)
	}
	if b.balancer != nil {
		w.group.dealer.GroupBalancer = b.balancer
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	r := &running{Worker: w}
	r.stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				b.t.Errorf("worker: %v", err)
			}
		case <-time.After(30 * time.Second):
			b.t.Error("worker did not stop")
		}
	})
	b.t.Cleanup(r.stop)
	return r
}

// until waits for a condition.
func until(t testing.TB, what string, f func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if f() {
			return
		}
	}
	t.Fatalf("never happened: %s", what)
}

// plain are stages that only decode.
type plain struct{ *pipeline.Pipeline }

func newPlain(t testing.TB) plain {
	t.Helper()
	p, err := pipeline.New(pipeline.Options{Stages: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	return plain{p}
}

func envelope(item string, version int) []byte {
	payload, _ := json.Marshal(map[string]string{"title": "Ferry " + item, "body": "The ferry left Tallinn on Monday.", "published": "2025-05-19T14:03:00Z"})
	e := wire.Envelope{SourceID: "demo", ItemID: item, Version: int64(version), Format: "article", Data: payload,
		FirstSeen: time.Date(2025, 5, 19, 14, 0, 0, 0, time.UTC), ReceivedAt: time.Date(2025, 5, 19, 14, 5, 0, 0, time.UTC)}
	b, err := e.Encode()
	if err != nil {
		panic(err)
	}
	return b
}

func envelopes(n int) (out [][]byte) {
	for i := range n {
		out = append(out, envelope(fmt.Sprint("item-", i), 1))
	}
	return out
}

func TestWorkerIndexesAndCommits(t *testing.T) {
	b, s := newBench(t, 3), &memory{}
	b.produce(envelopes(500)...)
	w := b.start(s, newPlain(t))
	until(t, "500 articles", func() bool { return len(s.articles()) == 500 })
	until(t, "500 commits", func() bool { return b.committed() == 500 })
	until(t, "ready", func() bool { return len(w.Ready()) == 0 })
	c := w.Counts()
	if !c.Balanced() || c.Settled[Indexed] != 500 || c.InFlight != 0 || w.budget.Used() != 0 {
		t.Errorf("counts %+v, budget %d", c, w.budget.Used())
	}
}

func TestWorkerVersions(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	b.produce(envelope("a", 2), envelope("a", 1), envelope("a", 3), envelope("a", 3), envelope("b", 1))
	w := b.start(s, newPlain(t))
	until(t, "all settled", func() bool { return b.committed() == 5 })
	want := map[string]int64{wire.ID("demo", "a"): 3 << 10, wire.ID("demo", "b"): 1 << 10}
	if got := s.articles(); !maps.Equal(got, want) {
		t.Errorf("stored %v, want %v", got, want)
	}
	// Records of one item may be written in any order; the repeated one is stale
	// in each.
	c := w.Counts()
	if c.Settled[Indexed]+c.Settled[Stale] != 5 || c.Settled[Stale] < 1 {
		t.Errorf("counts %+v, want 1 stale at least", c)
	}
}

func TestWorkerDeadLetters(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	bad := map[string]string{ // value to reason
		"not json":                     "decode",
		`{"schema":"dateline.raw.v9"}`: "decode",
		"":                             "decode",
		"\x00\xff\xfe":                 "decode",
		`{"schema":"dateline.raw.v1","source_id":"demo","item_id":"x","format":"morse","payload":"-- --"}`: "stage_wire",
		`{"schema":"dateline.raw.v1","source_id":"demo","item_id":"x","format":"article","payload":"{}"}`:  "stage_wire",
	}
	// The largest payload there may be, and one byte more.
	huge, err := json.Marshal(map[string]string{"schema": wire.Schema, "source_id": "demo", "item_id": "huge", "format": "text", "payload": strings.Repeat("x", wire.MaxPayload+1)})
	if err != nil {
		t.Fatal(err)
	}
	bad[string(huge)] = "too_large"
	var values [][]byte
	for v := range bad {
		values = append(values, []byte(v), envelope("good-"+fmt.Sprint(len(values)), 1))
	}
	b.produce(values...)
	w := b.start(s, newPlain(t))
	until(t, "all settled", func() bool { return b.committed() == int64(len(values)) })
	letters := b.letters()
	if len(letters) != len(bad) || len(s.articles()) != len(bad) {
		t.Fatalf("%d letters, %d articles, want %d each", len(letters), len(s.articles()), len(bad))
	}
	for _, m := range letters {
		if want, ok := bad[string(m.Value)]; !ok || header(m, "reason") != want {
			t.Errorf("letter %.60q: reason %q, want %q", m.Value, header(m, "reason"), want)
		}
		if header(m, "topic") != "news.raw" || header(m, "offset") == "" || string(m.Key) != "k" {
			t.Errorf("letter %q lacks where it came from: %v", m.Value, m.Headers)
		}
	}
	if c := w.Counts(); c.Settled[Dead] != int64(len(bad)) || !c.Balanced() {
		t.Errorf("counts %+v", c)
	}
}

// TestWorkerTakesStrangeArticles has articles that are odd but good: each must
// become a document.
func TestWorkerTakesStrangeArticles(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	strange := map[string]map[string]string{
		"far":     {"title": "Far", "body": "It opens on May 3, 9999.", "published": "9999-12-31T23:59:59Z"},
		"old":     {"title": "Old", "body": "It opened yesterday.", "published": "0001-01-01T00:00:00Z"},
		"control": {"title": "Control\x01bytes", "body": "One\x00two\x1b[31m three\u2028four."},
		"title":   {"title": "A title alone", "body": ""},
		"mixed":   {"title": "Смешанный 混合", "body": "Київ и Tallinn 北京 \u202eright to left\u202c."},
		"long":    {"title": "Long", "body": strings.Repeat("Ann Lee met Bo Ek in Riga on Monday. ", 5_000)},
	}
	var values [][]byte
	for id, payload := range strange {
		data, err := json.Marshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		e := wire.Envelope{SourceID: "demo", ItemID: id, Version: 1, Format: "article", Data: data, ReceivedAt: time.Date(2025, 5, 19, 14, 5, 0, 0, time.UTC)}
		v, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, v)
	}
	b.produce(values...)
	all, err := pipeline.New(pipeline.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b.start(s, all)
	until(t, "all settled", func() bool { return b.committed() == int64(len(values)) })
	if n := len(s.articles()); n != len(values) {
		t.Errorf("%d articles, want %d", n, len(values))
	}
	for _, m := range b.letters() {
		t.Errorf("dead letter: %v", m.Headers)
	}
}

// faulty stages panic or hang on chosen titles.
type faulty struct {
	plain
	release chan struct{}
	most    *atomic.Int64 // articles taken together
}

func (f faulty) EnrichAll(dst []*pipeline.Document, articles []pipeline.Judged, s *pipeline.Scratch) []*pipeline.Document {
	f.most.Store(max(f.most.Load(), int64(len(articles))))
	for _, j := range articles {
		switch {
		case strings.Contains(j.Article.Title, "panic"):
			panic("index out of range")
		case strings.Contains(j.Article.Title, "hang"):
			<-f.release
		}
	}
	return f.plain.EnrichAll(dst, articles, s)
}

// TestWorkerSurvivesItsStages has records that hang or panic among others that
// are taken together with them: each costs itself alone.
func TestWorkerSurvivesItsStages(t *testing.T) {
	for _, lanes := range []int{1, 2} {
		t.Run(fmt.Sprintf("%d lanes", lanes), func(t *testing.T) {
			b, s := newBench(t, 1), &memory{}
			b.cfg.Worker.StageTimeout = 300 * time.Millisecond
			b.cfg.Worker.Concurrency = lanes
			var values [][]byte
			for i := range 60 {
				item := fmt.Sprint(i)
				switch i {
				case 5, 20, 21:
					item = "panic-" + item
				case 9, 11, 50:
					item = "hang-" + item
				}
				values = append(values, envelope(item, 1))
			}
			b.produce(values...)
			f := faulty{newPlain(t), make(chan struct{}), new(atomic.Int64)}
			w := b.start(s, f)
			until(t, "all settled", func() bool { return b.committed() == 60 })
			close(f.release)
			w.stop()
			var reasons []string
			for _, m := range b.letters() {
				reasons = append(reasons, header(m, "reason"))
			}
			slices.Sort(reasons)
			if want := []string{"panic_wire", "panic_wire", "panic_wire", "timeout_wire", "timeout_wire", "timeout_wire"}; !slices.Equal(reasons, want) {
				t.Errorf("dead letters %v, want %v", reasons, want)
			}
			if len(s.articles()) != 54 {
				t.Errorf("%d articles stored, want 54", len(s.articles()))
			}
			if n := f.most.Load(); n < 2 || n > takeRecords {
				t.Errorf("at most %d articles were taken together", n)
			}
		})
	}
}

// respond answers a whole bulk.
func respond(r index.Request, status int, n int) (index.Response, bool) {
	return index.Response{Request: r, Status: status, Outcomes: make([]index.Outcome, n)}, true
}

func TestWorkerOutageIsAWait(t *testing.T) {
	b, s := newBench(t, 2), &memory{}
	var down = true
	var requests int
	s.fault = func(a []index.Action) (index.Response, bool) {
		requests++
		if down {
			return respond(index.Failed, 503, len(a))
		}
		return index.Response{}, false
	}
	b.produce(envelopes(200)...)
	w := b.start(s, newPlain(t))
	until(t, "outage seen", w.limit.outage)
	if n := b.committed(); n != 0 {
		t.Errorf("%d offsets committed in an outage", n)
	}
	s.mu.Lock()
	down = false
	s.mu.Unlock()
	until(t, "200 articles", func() bool { return len(s.articles()) == 200 })
	until(t, "200 commits", func() bool { return b.committed() == 200 })
	if len(b.letters()) != 0 {
		t.Error("an outage made dead letters")
	}
}

// TestWorkerFindsThePoison has a store that refuses whole bulks with certain
// articles in them: each must be found, alone, and nothing else harmed.
func TestWorkerFindsThePoison(t *testing.T) {
	for _, tt := range []struct {
		request index.Request
		status  int
		reason  string
	}{{index.Bad, 400, "bad_request"}, {index.TooLarge, 413, "too_large"}} {
		t.Run(tt.reason, func(t *testing.T) {
			b, s := newBench(t, 2), &memory{}
			poison := map[string]bool{wire.ID("demo", "item-7"): true, wire.ID("demo", "item-8"): true, wire.ID("demo", "item-99"): true}
			s.fault = func(a []index.Action) (index.Response, bool) {
				for _, x := range a {
					if poison[x.ID] {
						return respond(tt.request, tt.status, len(a))
					}
				}
				return index.Response{}, false
			}
			b.produce(envelopes(120)...)
			b.start(s, newPlain(t))
			until(t, "all settled", func() bool { return b.committed() == 120 })
			if n := len(s.articles()); n != 117 {
				t.Errorf("%d articles, want 117", n)
			}
			got := b.letters()
			if len(got) != 3 {
				t.Fatalf("%d letters, want 3", len(got))
			}
			for _, m := range got {
				if header(m, "reason") != tt.reason || !poison[header(m, "doc-id")] {
					t.Errorf("letter %s for %s", header(m, "reason"), header(m, "doc-id"))
				}
			}
		})
	}
}

func TestWorkerHoldsOnRefusal(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	refuse := true
	s.fault = func(a []index.Action) (index.Response, bool) {
		if refuse {
			return respond(index.Refused, 403, len(a))
		}
		return index.Response{}, false
	}
	b.produce(envelopes(10)...)
	w := b.start(s, newPlain(t))
	until(t, "hold", func() bool { return len(w.holds.list()) == 1 })
	if why := strings.Join(w.Ready(), "\n"); !strings.Contains(why, "403") {
		t.Errorf("readiness does not name the refusal: %q", why)
	}
	s.mu.Lock()
	refuse = false
	s.mu.Unlock()
	until(t, "all settled", func() bool { return b.committed() == 10 })
	until(t, "hold cleared", func() bool { return len(w.holds.list()) == 0 })
	if len(b.letters()) != 0 {
		t.Error("a fault of configuration made dead letters")
	}
}

// TestWorkersShareAndHandOver runs workers that come and go under load: each
// record is stored once, committed once, and the law holds in each worker.
func TestWorkersShareAndHandOver(t *testing.T) {
	b, s := newBench(t, 4), &memory{}
	const n = 2000
	b.produce(envelopes(n)...)
	first := b.start(s, newPlain(t))
	until(t, "first records", func() bool { return len(s.articles()) > 0 })
	second := b.start(s, newPlain(t))
	time.Sleep(300 * time.Millisecond)
	first.stop()
	third := b.start(s, newPlain(t))
	until(t, "all stored", func() bool { return len(s.articles()) == n })
	until(t, "all committed", func() bool { return b.committed() == n })
	second.stop()
	third.stop()
	for _, w := range []*running{first, second, third} {
		if c := w.Counts(); !c.Balanced() || c.InFlight != 0 || w.budget.Used() != 0 {
			t.Errorf("after the stop: %+v, budget %d", c, w.budget.Used())
		}
	}
	if len(b.letters()) != 0 {
		t.Error("handing over made dead letters")
	}
}

func TestWorkerStopsWithoutRedelivery(t *testing.T) {
	b, s := newBench(t, 2), &memory{}
	b.produce(envelopes(1000)...)
	w := b.start(s, newPlain(t))
	until(t, "some records", func() bool { return len(s.articles()) > 50 })
	begin := time.Now()
	w.stop()
	if d := time.Since(begin); d > b.cfg.Kafka.DrainTimeout+time.Second {
		t.Errorf("stop took %v", d)
	}
	c := w.Counts()
	if settled := c.Settled[Indexed]; b.committed() != settled {
		t.Errorf("%d settled, %d committed: a healthy stop commits all it did", settled, b.committed())
	}
	if c.Abandoned > 1 { // a record taken back from a full channel
		t.Logf("%d records went back unprocessed", c.Abandoned)
	}
}
