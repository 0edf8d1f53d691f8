package arbiter

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"

	"dateline/config"
	"dateline/internal/broker"
	"dateline/pipeline/dedup"
)

func topic(t *testing.T, opts ...kfake.Opt) *Topic {
	t.Helper()
	c, err := kfake.NewCluster(append(opts, kfake.NumBrokers(1))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	k := config.Default().Kafka
	k.Brokers = c.ListenAddrs()
	b, err := broker.New(k)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return NewTopic(b, "prints", 20*time.Millisecond)
}

// The same articles through a topic and through a slice: the same verdicts.
func TestTopic(t *testing.T) {
	log := topic(t, kfake.SeedTopics(1, "prints"))
	dir := t.TempDir()
	o := Options{Log: log, Dir: dir, Name: "prints"}
	a, m := start(t, o), start(t, Options{Log: NewMemory(nil)})
	for round := range 2 {
		for i := 0; i < 100; i += 20 {
			var batch []dedup.Record
			for k := range 20 {
				batch = append(batch, item(i+k, (i+k)%9, int64(1+round)))
			}
			got, want := decide(t, a, batch...), decide(t, m, batch...)
			for k := range got {
				got[k].Epoch, want[k].Epoch = "", ""
				got[k].Offset, want[k].Offset = 0, 0
				if got[k] != want[k] {
					t.Fatalf("article %d: %+v, %+v", i+k, got[k], want[k])
				}
			}
		}
		if err := a.stop(); err != nil {
			t.Fatal(err)
		}
		a = start(t, o) // from its checkpoint
	}
	if s, _ := straight(t, log); s.Len() != 100 || s.Counts().Skipped != 0 {
		t.Errorf("%d items, %+v", s.Len(), s.Counts())
	}
	if err := log.Read(context.Background(), 1<<40, -1, nil); !errors.Is(err, ErrRange) {
		t.Errorf("beyond the end: %v", err)
	}
}

func TestTopicRefused(t *testing.T) {
	compacted := topic(t)
	r, err := compacted.kafka.CreateTopics(context.Background(), &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{{Topic: "prints", NumPartitions: 1, ReplicationFactor: 1,
		ConfigEntries: []kafka.ConfigEntry{{ConfigName: "cleanup.policy", ConfigValue: "compact"}}}}})
	if err != nil || r.Errors["prints"] != nil {
		t.Fatal(err, r)
	}
	for name, log := range map[string]*Topic{
		"two partitions": topic(t, kfake.SeedTopics(2, "prints")),
		"missing":        topic(t, kfake.SeedTopics(1, "other")),
		"compacted":      compacted,
	} {
		err := New(Options{Log: log, Params: dedup.DefaultParams()}).Start(context.Background())
		if !errors.Is(err, ErrUnfit) || !Fatal(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
