//go:build servers

package arbiter

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"go.uber.org/goleak"

	"dateline/config"
	"dateline/internal/broker"
	"dateline/internal/servers"
	"dateline/pipeline/dedup"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(servers.With(m, servers.Need{Kafka: true})) }

// On a real broker: three arbiters agree at 350 articles a second, the log's own
// time moves the clock, a checkpoint is taken, another topic is refused.
func TestServersVerdicts(t *testing.T) {
	k := config.Default().Kafka
	k.Brokers = []string{servers.KafkaAddr()}
	b, err := broker.New(k)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	create := func(name string, partitions int, policy string) *Topic {
		r, err := b.Kafka(requestTimeout).CreateTopics(t.Context(), &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{{Topic: name, NumPartitions: partitions,
			ReplicationFactor: 1, ConfigEntries: []kafka.ConfigEntry{{ConfigName: "cleanup.policy", ConfigValue: policy}, {ConfigName: "message.timestamp.type", ConfigValue: "LogAppendTime"}}}}})
		if err == nil {
			err = r.Errors[name]
		}
		if err != nil {
			t.Fatal(err)
		}
		return NewTopic(b, name, 500*time.Millisecond)
	}
	for name, log := range map[string]*Topic{"partitions": create(servers.Unique("prints"), 2, "delete"), "policy": create(servers.Unique("prints"), 1, "compact")} {
		if err := New(Options{Log: log, Params: dedup.DefaultParams()}).Start(t.Context()); !errors.Is(err, ErrUnfit) {
			t.Errorf("%s: %v", name, err)
		}
	}
	log, dir := create(servers.Unique("prints"), 1, "delete"), t.TempDir()
	year := func() time.Time { return time.Now().Add(365 * 24 * time.Hour) }
	workers := []*running{start(t, Options{Log: log, Dir: dir, Name: "prints"}), start(t, Options{Log: log}), start(t, Options{Log: log, Now: year})}
	const each, perSecond = 700, 350
	var mu sync.Mutex
	var took []time.Duration
	var all sync.WaitGroup
	for w, a := range workers {
		all.Go(func() {
			var own sync.WaitGroup
			defer own.Wait()
			for i := range each {
				time.Sleep(time.Second * time.Duration(len(workers)) / perSecond)
				own.Go(func() {
					begin := time.Now()
					if _, err := a.Decide(context.Background(), []dedup.Record{item(w*each+i, i%100, 1)}); err != nil {
						t.Error(err)
					}
					mu.Lock()
					took = append(took, time.Since(begin))
					mu.Unlock()
				})
			}
		})
	}
	all.Wait()
	slices.Sort(took)
	t.Logf("verdicts one by one, %d articles: median %s, p99 %s", len(took), took[len(took)/2], took[len(took)*99/100])
	for _, a := range workers {
		if err := a.stop(); err != nil {
			t.Error(err)
		}
		if d := time.Until(a.state.Clock()); d > 2*time.Hour {
			t.Errorf("clock is ahead by %s", d)
		}
	}
	again := start(t, Options{Log: log, Dir: dir, Name: "prints"})
	again.stop()
	if s, _ := straight(t, log); s.Next() == again.state.Next() && s.Digest() != again.state.Digest() {
		t.Error("the fold behind a checkpoint differs from the straight one")
	}
	s, _ := straight(t, log)
	if s.Len() != len(workers)*each {
		t.Errorf("%d items of %d", s.Len(), len(workers)*each)
	}
}
