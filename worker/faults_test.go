package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
	"go.uber.org/zap"

	"dateline/config"
	"dateline/index"
	"dateline/index/elastic"
	"dateline/index/elastic/estest"
	"dateline/pipeline/wire"
)

// These tests put the worker through what real servers cannot be made to do at
// will: an in-process broker that moves leaders and trims logs, and the
// stand-in of Elasticsearch, whose answers are compared with real ones in
// index/elastic.

// standIn is the stand-in behind the real client.
func standIn(t testing.TB) (*estest.Server, *elastic.Store) {
	t.Helper()
	server := estest.New(t)
	s, err := elastic.New(config.Elasticsearch{Addresses: []string{server.URL}, Timeout: 10 * time.Second}, elastic.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return server, s
}

// expect compares what the stand-in holds with items at their versions.
func expect(t *testing.T, server *estest.Server, want map[string]int64) {
	t.Helper()
	got := make(map[string]int64)
	server.Each(func(name, id string, version int64, _ []byte) {
		if strings.Contains(name, "-articles-") {
			if _, twice := got[id]; twice {
				t.Errorf("document %s stands in two indices", id)
			}
			got[id] = version
		}
	})
	for item, version := range want {
		if id := wire.ID("demo", item); got[id] != version<<10 {
			t.Errorf("%s is stored at version %d, want %d", item, got[id]>>10, version)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d articles, want %d", len(got), len(want))
	}
}

func items(n int) map[string]int64 {
	m := make(map[string]int64)
	for i := range n {
		m[fmt.Sprint("item-", i)] = 1
	}
	return m
}

// conserve checks the conservation law at scrape after scrape until it is
// stopped.
func conserve(t *testing.T, w *running) (stop func()) {
	done := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		for {
			if c := w.Counts(); !c.Balanced() {
				t.Errorf("not conserved: %+v", c)
				return
			}
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
			}
		}
	})
	return sync.OnceFunc(func() { close(done); all.Wait() })
}

// TestAnswersThatLie has a store whose answers are lost, cut short, too few,
// in another order or no answers at all, one bulk in two: nothing is lost,
// nothing is there twice, nothing dies.
func TestAnswersThatLie(t *testing.T) {
	for name, faults := range map[string][]estest.Behaviour{
		"reset":          {estest.Reset()},
		"ack lost":       {estest.LostAck()},
		"cut short":      {estest.Truncated(60)},
		"items missing":  {estest.Short(1)},
		"other order":    {estest.Swapped()},
		"no status":      {estest.NoStatus()},
		"a page of HTML": {estest.Text("<html>all is well</html>")},
		"busy":           {estest.Status(429)},
		"unavailable":    {estest.Status(503)},
		"broken":         {estest.Status(500)},
		"bad gateway":    {estest.Status(502)},
		"gateway slow":   {estest.Status(504)},
		"timed out":      {estest.Status(408)},
		"some busy":      {estest.Items(func(i int, _ string) int { return []int{429, 0, 503}[i%3] })},
		"all of it": {estest.LostAck(), estest.Status(429), estest.Truncated(10), estest.Reset(), estest.Swapped(),
			estest.Items(func(i int, _ string) int { return []int{0, 500}[i%2] })},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, 2)
			b.cfg.Worker.Bulk.Docs = 40
			server, store := standIn(t)
			for i := range 12 {
				server.Next(faults[i%len(faults)], estest.Healthy())
			}
			b.produce(envelopes(300)...)
			w := b.start(store, newPlain(t))
			stop := conserve(t, w)
			defer stop()
			until(t, "all settled", func() bool { return b.committed() == 300 })
			expect(t, server, items(300))
			if c := w.Counts(); c.Settled[Dead] != 0 || !c.Balanced() || c.Settled[Indexed]+c.Settled[Stale] != 300 {
				t.Errorf("counts %+v", c)
			}
		})
	}
}

// TestCredentialsExpire has 401 and 403 in mid-run, for requests and for
// items: the worker holds, nobody dies, and it goes on by itself.
func TestCredentialsExpire(t *testing.T) {
	for name, fault := range map[string]estest.Behaviour{
		"401":         estest.Status(401),
		"403":         estest.Status(403),
		"404":         estest.Status(404),
		"405":         estest.Status(405),
		"redirect":    estest.Status(302),
		"403 by item": estest.Items(func(int, string) int { return 403 }),
		"401 by item": estest.Items(func(int, string) int { return 401 }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, 1)
			b.cfg.Worker.Bulk.Docs = 50
			server, store := standIn(t)
			b.produce(envelopes(100)...)
			w := b.start(store, newPlain(t))
			until(t, "first half", func() bool { return b.committed() == 100 })
			server.Always(fault)
			for i := range 100 {
				b.produce(envelope(fmt.Sprint("item-", 100+i), 1))
			}
			until(t, "hold", func() bool { return strings.HasPrefix(causes(w), "refused") })
			if why := strings.Join(w.Ready(), "\n"); !strings.Contains(why, "news.raw/0/1") {
				t.Errorf("readiness does not name the first record: %q", why)
			}
			if n := b.committed(); n != 100 {
				t.Errorf("%d committed while held, 100 were stored", n)
			}
			server.Always(estest.Healthy())
			until(t, "all settled", func() bool { return b.committed() == 200 })
			until(t, "no hold", func() bool { return causes(w) == "" })
			expect(t, server, items(200))
			if n := len(b.letters()); n != 0 {
				t.Errorf("%d dead letters", n)
			}
		})
	}
}

// TestItemsDie goes through the statuses by which a single item is given up.
func TestItemsDie(t *testing.T) {
	for status, reason := range map[int]string{400: "mapping", 413: "too_large", 418: "es_418", 422: "es_422"} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			b := newBench(t, 1)
			server, store := standIn(t)
			bad := wire.ID("demo", "item-7")
			server.Always(estest.Items(func(_ int, id string) int {
				if id == bad {
					return status
				}
				return 0
			}))
			b.produce(envelopes(30)...)
			b.start(store, newPlain(t))
			until(t, "all settled", func() bool { return b.committed() == 30 })
			want := items(30)
			delete(want, "item-7")
			expect(t, server, want)
			l := b.letters()
			if len(l) != 1 || header(l[0], "reason") != reason || header(l[0], "status") != fmt.Sprint(status) || header(l[0], "doc-id") != bad {
				t.Errorf("letters %v, want one for %s", l, reason)
			}
		})
	}
}

// TestIndexVanishes deletes the index under the worker: it is made again.
func TestIndexVanishes(t *testing.T) {
	b := newBench(t, 1)
	server, store := standIn(t)
	b.produce(envelopes(20)...)
	w := b.start(store, newPlain(t))
	until(t, "first half", func() bool { return b.committed() == 20 })
	server.DeleteIndex("dateline-articles-2025.05")
	b.produce(envelope("new", 1))
	until(t, "all settled", func() bool { return b.committed() == 21 })
	expect(t, server, map[string]int64{"new": 1})
	if causes(w) != "" {
		t.Errorf("holds %q", causes(w))
	}
}

// TestOversizeDocument has a server that takes no request above a size: a
// document that is larger alone is dead, all others are stored.
func TestOversizeDocument(t *testing.T) {
	b := newBench(t, 1)
	server, store := standIn(t)
	server.MaxBytes(20_000)
	values := envelopes(200)
	huge := wire.Envelope{SourceID: "demo", ItemID: "huge", Version: 1, Format: "text", Data: []byte("Huge\n\n" + strings.Repeat("The ferry left. ", 3000)),
		FirstSeen: time.Date(2025, 5, 19, 14, 0, 0, 0, time.UTC), ReceivedAt: time.Date(2025, 5, 19, 14, 5, 0, 0, time.UTC)}
	v, err := huge.Encode()
	if err != nil {
		t.Fatal(err)
	}
	values = append(values[:100], append([][]byte{v}, values[100:]...)...)
	b.produce(values...)
	b.start(store, newPlain(t))
	until(t, "all settled", func() bool { return b.committed() == 201 })
	expect(t, server, items(200))
	l := b.letters()
	if len(l) != 1 || header(l[0], "reason") != "too_large" || header(l[0], "doc-id") != wire.ID("demo", "huge") {
		t.Errorf("letters %v", l)
	}
}

// cluster makes the bench's broker one of three.
func cluster(t *testing.T, partitions int) *bench {
	t.Helper()
	c, err := kfake.NewCluster(kfake.NumBrokers(3), kfake.SeedTopics(int32(partitions), "news.raw"), kfake.SeedTopics(1, "news.dlq"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	b := newBench(t, 1)
	b.kafka, b.cfg.Kafka.Brokers = c, c.ListenAddrs()
	b.prod.Addr = kafka.TCP(c.ListenAddrs()...)
	return b
}

// TestLeadersAndCoordinatorMove moves leaders and coordinators under two
// workers, again and again.
func TestLeadersAndCoordinatorMove(t *testing.T) {
	b := cluster(t, 4)
	server, store := standIn(t)
	const n = 1500
	b.cfg.Worker.Bulk.Docs = 50
	server.Always(estest.Slow(10 * time.Millisecond))
	b.produce(envelopes(n)...)
	first, second := b.start(store, newPlain(t)), b.start(store, newPlain(t))
	until(t, "first articles", func() bool { return server.Len(index.Article) > 0 })
	for i := range 6 {
		if i%2 == 0 {
			b.kafka.ShufflePartitionLeaders()
		} else {
			b.kafka.RehashCoordinators()
		}
		time.Sleep(100 * time.Millisecond)
	}
	until(t, "all stored", func() bool { return server.Len(index.Article) == n })
	b.trans.CloseIdleConnections() // the test's own client looks for the leaders again
	until(t, "all committed", func() bool { return b.committed() == n })
	first.stop()
	second.stop()
	expect(t, server, items(n))
	for _, w := range []*running{first, second} {
		if c := w.Counts(); !c.Balanced() || c.InFlight != 0 {
			t.Errorf("counts %+v", c)
		}
	}
}

// TestPartitionsGrow adds partitions under a running worker: it reads them
// too, from their start.
func TestPartitionsGrow(t *testing.T) {
	b := newBench(t, 2)
	b.cfg.Kafka.MetadataInterval = 200 * time.Millisecond
	server, store := standIn(t)
	b.produce(envelopes(100)...)
	b.start(store, newPlain(t))
	until(t, "the old partitions", func() bool { return b.committed() == 100 })
	b.grow(5)
	until(t, "metadata of five partitions", func() bool { return b.partitions() == 5 })
	b.produce(envelopes(250)[100:]...)
	until(t, "all committed", func() bool { return b.committed() == 250 })
	expect(t, server, items(250))
}

// grower adds partitions to the topic just after the leader has counted them.
type grower struct {
	kafka.GroupBalancer
	grow func()
}

func (g grower) AssignGroups(members []kafka.GroupMember, partitions []kafka.Partition) kafka.GroupMemberAssignments {
	g.grow()
	return g.GroupBalancer.AssignGroups(members, partitions)
}

// TestPartitionsGrowInTheDeal adds partitions while the group is formed: the
// first deal cannot have them, another must follow.
func TestPartitionsGrowInTheDeal(t *testing.T) {
	b := newBench(t, 2)
	b.cfg.Kafka.MetadataInterval = 200 * time.Millisecond
	server, store := standIn(t)
	b.balancer = grower{kafka.RangeGroupBalancer{}, sync.OnceFunc(func() { b.grow(5) })}
	b.start(store, newPlain(t))
	until(t, "five partitions", func() bool { return b.partitions() == 5 })
	b.produce(envelopes(250)...)
	until(t, "all committed", func() bool { return b.committed() == 250 })
	expect(t, server, items(250))
}

// TestLogStartMoves trims the log beyond what was committed. The lost range is
// counted and said; with on_gap: hold nothing moves.
func TestLogStartMoves(t *testing.T) {
	for _, onGap := range []string{"skip", "hold"} {
		t.Run(onGap, func(t *testing.T) {
			b := newBench(t, 1)
			b.cfg.Kafka.OnGap = onGap
			server, store := standIn(t)
			b.produce(envelopes(10)...)
			w := b.start(store, newPlain(t))
			until(t, "ten", func() bool { return b.committed() == 10 })
			w.stop()
			b.produce(envelopes(60)[10:]...)
			if err := b.kafka.DeleteRecords("news.raw", 0, 40); err != nil {
				t.Fatal(err)
			}
			w = b.start(store, newPlain(t))
			if onGap == "hold" {
				until(t, "hold", func() bool { return causes(w) == "gap" })
				if why := strings.Join(w.Ready(), "\n"); !strings.Contains(why, "offsets 10 to 39") {
					t.Errorf("readiness does not name the gap: %q", why)
				}
				if b.committed() != 10 || server.Len(index.Article) != 10 {
					t.Errorf("%d committed, %d stored while held", b.committed(), server.Len(index.Article))
				}
				return
			}
			until(t, "all settled", func() bool { return b.committed() == 60 })
			if c := w.Counts(); c.Gap != 30 || c.Settled[Indexed] != 20 || !c.Balanced() {
				t.Errorf("counts %+v, want a gap of 30", c)
			}
			if n := server.Len(index.Article); n != 30 {
				t.Errorf("%d articles, want the first ten and the last twenty", n)
			}
		})
	}
}

// TestTopicMadeAnew deletes the topic and makes it again: offsets beyond its
// end say nothing, and all of it is read.
func TestTopicMadeAnew(t *testing.T) {
	b := newBench(t, 1)
	server, store := standIn(t)
	b.produce(envelopes(50)...)
	w := b.start(store, newPlain(t))
	until(t, "fifty", func() bool { return b.committed() == 50 })
	w.stop()
	if err := b.kafka.DeleteTopic("news.raw"); err != nil {
		t.Fatal(err)
	}
	if err := b.kafka.CreateTopic("news.raw", 1, nil); err != nil {
		t.Fatal(err)
	}
	b.trans.CloseIdleConnections()
	until(t, "the new topic", func() bool {
		_, err := b.prod.ListOffsets(context.Background(), &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{"news.raw": {kafka.LastOffsetOf(0)}}})
		return err == nil
	})
	for i := range 7 {
		b.produce(envelope(fmt.Sprint("new-", i), 1))
	}
	w = b.start(store, newPlain(t))
	until(t, "57 articles", func() bool { return server.Len(index.Article) == 57 })
	if c := w.Counts(); !c.Balanced() {
		t.Errorf("counts %+v", c)
	}
}

// scrapeText is what /metrics says.
func scrapeText(t *testing.T, w *running, path string) string {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get("http://" + w.Addr() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestLagInAnOutage: while nothing can be written the lag follows the log's
// end all the same.
func TestLagInAnOutage(t *testing.T) {
	b := newBench(t, 1)
	b.cfg.Worker.RingRecords, b.cfg.Worker.Bulk.Docs = 16, 4
	server, store := standIn(t)
	server.SetDown(true)
	b.produce(envelopes(200)...)
	w := b.start(store, newPlain(t))
	until(t, "lag 200", func() bool {
		return strings.Contains(scrapeText(t, w, "/metrics"), `dateline_lag{partition="0",topic="news.raw"} 200`)
	})
	b.produce(envelopes(350)[200:]...)
	until(t, "lag 350", func() bool {
		return strings.Contains(scrapeText(t, w, "/metrics"), `dateline_lag{partition="0",topic="news.raw"} 350`)
	})
	if !strings.Contains(scrapeText(t, w, "/statusz"), `"log_end": 350`) {
		t.Error("statusz does not know the log's end")
	}
	server.SetDown(false)
	until(t, "no lag", func() bool {
		return strings.Contains(scrapeText(t, w, "/metrics"), `dateline_lag{partition="0",topic="news.raw"} 0`)
	})
	expect(t, server, items(350))
}

// TestStalledPartition has a broker that leaves the fetches of one partition
// without an answer: the partition is named, its connection is opened again,
// and it goes on.
func TestStalledPartition(t *testing.T) {
	b := newBench(t, 2)
	b.cfg.Worker.StallAfter = 300 * time.Millisecond
	server, store := standIn(t)
	var mu sync.Mutex
	silent, fetches := true, 0
	b.kafka.ControlKey(int16(kmsg.Fetch), func(r kmsg.Request) (kmsg.Response, error, bool) {
		b.kafka.KeepControl()
		mu.Lock()
		defer mu.Unlock()
		f := r.(*kmsg.FetchRequest)
		if !silent || len(f.Topics) == 0 || f.Topics[0].Partitions[0].Partition != 1 {
			return nil, nil, false
		}
		fetches++
		resp := f.ResponseKind().(*kmsg.FetchResponse) // an answer without records, at once
		topic := kmsg.NewFetchResponseTopic()
		topic.Topic, topic.TopicID = f.Topics[0].Topic, f.Topics[0].TopicID
		part := kmsg.NewFetchResponseTopicPartition()
		part.Partition, part.HighWatermark = 1, 0
		topic.Partitions = append(topic.Partitions, part)
		resp.Topics = append(resp.Topics, topic)
		return resp, nil, true
	})
	b.produce(envelopes(40)...)
	w := b.start(store, newPlain(t))
	until(t, "the partition is named", func() bool {
		return strings.Contains(scrapeText(t, w, "/readyz"), "partition news.raw/1 is stalled")
	})
	if n := b.committed(); n != 20 {
		t.Errorf("%d committed: the other partition is not stalled", n)
	}
	mu.Lock()
	silent = false
	mu.Unlock()
	until(t, "all settled", func() bool { return b.committed() == 40 })
	until(t, "ready", func() bool { return strings.TrimSpace(scrapeText(t, w, "/readyz")) == "ok" })
	expect(t, server, items(40))
}

// TestLostMemberLeaves has a broker that hears nothing of the group for a while:
// the library says goodbye for its member once, in vain, and the broker would
// wait a session for it. It must be told until it has heard.
func TestLostMemberLeaves(t *testing.T) {
	b := newBench(t, 1)
	b.cfg.Kafka.CommitTimeout = 2 * time.Second
	server, store := standIn(t)
	var mu sync.Mutex
	away, unheard := false, 0
	members, goodbyes := map[string]bool{}, map[string]bool{}
	for _, k := range []kmsg.Key{kmsg.Heartbeat, kmsg.JoinGroup, kmsg.LeaveGroup} {
		b.kafka.ControlKey(int16(k), func(r kmsg.Request) (kmsg.Response, error, bool) {
			b.kafka.KeepControl()
			mu.Lock()
			defer mu.Unlock()
			switch r := r.(type) {
			case *kmsg.HeartbeatRequest:
				members[r.MemberID] = true
			case *kmsg.LeaveGroupRequest:
				if away {
					if unheard++; unheard > 3 { // more than the library tries
						away = false
					}
				}
				if !away {
					goodbyes[r.MemberID] = true
					for _, m := range r.Members {
						goodbyes[m.MemberID] = true
					}
				}
			}
			if away {
				return nil, errors.New("gone"), true // the connection is closed
			}
			return nil, nil, false
		})
	}
	b.produce(envelopes(20)...)
	b.start(store, newPlain(t))
	until(t, "a heartbeat", func() bool { mu.Lock(); defer mu.Unlock(); return len(members) == 1 })
	until(t, "all settled", func() bool { return b.committed() == 20 })
	mu.Lock()
	away = true
	lost := slices.Collect(maps.Keys(members))[0]
	mu.Unlock()
	until(t, "the goodbye of the lost member is heard", func() bool { mu.Lock(); defer mu.Unlock(); return goodbyes[lost] })
	until(t, "another member", func() bool { mu.Lock(); defer mu.Unlock(); return len(members) > 1 })
	b.produce(envelopes(40)[20:]...)
	until(t, "the others are settled", func() bool { return b.committed() == 40 })
	expect(t, server, items(40))
}

// TestDeadTopicIsAway: while letters cannot be written nothing is committed
// beyond them, the worker is not ready and says why.
func TestDeadTopicIsAway(t *testing.T) {
	b := newBench(t, 1)
	server, store := standIn(t)
	if err := b.kafka.DeleteTopic("news.dlq"); err != nil {
		t.Fatal(err)
	}
	b.produce(envelope("a", 1), []byte("poison"), envelope("b", 1))
	w := b.start(store, newPlain(t))
	until(t, "hold", func() bool { return causes(w) == "dead_letter" })
	until(t, "not ready", func() bool {
		why := strings.Join(w.Ready(), "\n")
		return strings.Contains(why, "dateline setup") && strings.Contains(why, "news.raw/0/1")
	})
	until(t, "the others", func() bool { return server.Len(index.Article) == 2 })
	until(t, "the first is committed", func() bool { return b.committed() == 1 })
	time.Sleep(3 * b.cfg.Kafka.CommitInterval)
	if n := b.committed(); n != 1 {
		t.Errorf("%d committed, the second record is not settled", n)
	}
	if err := b.kafka.CreateTopic("news.dlq", 1, nil); err != nil {
		t.Fatal(err)
	}
	until(t, "all settled", func() bool { return b.committed() == 3 })
	until(t, "ready", func() bool { return len(w.Ready()) == 0 })
	if l := b.letters(); len(l) != 1 || header(l[0], "offset") != "1" {
		t.Errorf("letters %v", l)
	}
}

// TestHoldOfTheDeadGoesWithThem: a letter that cannot be written holds the
// worker only as long as its record is the worker's.
func TestHoldOfTheDeadGoesWithThem(t *testing.T) {
	b := newBench(t, 1)
	if err := b.kafka.DeleteTopic("news.dlq"); err != nil {
		t.Fatal(err)
	}
	var ledger Ledger
	var h holds
	ring := NewRing(&ledger, "news.raw", 0, 0)
	r := &Record{ring: ring, budget: NewBudget(1 << 20)}
	r.seq, _ = ring.Track(0, 0)
	d := newDeadLetters(b.prod, "news.dlq", "w", 0, &h, newMetrics(), zap.NewNop())
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { d.run(ctx) })
	defer func() { cancel(); done.Wait() }()
	d.put(r, letter{reason: "decode", stage: "wire"})
	until(t, "hold", h.any)
	ring.Fence()
	until(t, "no hold", func() bool { return !h.any() })
	if c := ledger.Counts(); c.Settled[Dead] != 0 || c.Abandoned != 1 {
		t.Errorf("counts %+v", c)
	}
}

// TestIndexClosed: articles of a closed index, or whose events' index is, hold
// and wait until it is opened; others go on.
func TestIndexClosed(t *testing.T) {
	for closed, cause := range map[string]string{"-articles-2025.05": "refused dateline-articles-2025.05", "-events-2025.05": "unread dateline-events-2025.05"} {
		b := newBench(t, 1)
		server, store := standIn(t)
		b.produce(envelope("a", 1))
		w := b.start(store, counted(t))
		until(t, "the first delivery", func() bool { return b.committed() == 1 })
		server.Always(estest.Closed(closed))
		b.produce(envelope("a", 1), []byte("not json"))
		until(t, "hold", func() bool { return causes(w) == cause })
		until(t, "the letter of another record", func() bool { return w.Counts().Settled[Dead] == 1 })
		if c := w.Counts(); c.InFlight != 1 {
			t.Errorf("%s: %+v", closed, c)
		}
		server.Always(estest.Healthy())
		until(t, "settled", func() bool { return b.committed() == 3 })
		if causes(w) != "" || len(b.letters()) != 1 {
			t.Errorf("%s: holds %q, %d letters", closed, causes(w), len(b.letters()))
		}
		w.stop()
	}
}
