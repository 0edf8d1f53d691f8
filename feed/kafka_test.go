package feed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"

	"dateline/config"
)

const topic = "news.raw"

// newCluster starts an in-process broker with the topic.
func newCluster(t *testing.T, partitions int, opts ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	opts = append([]kfake.Opt{kfake.NumBrokers(1), kfake.SeedTopics(int32(partitions), topic)}, opts...)
	c, err := kfake.NewCluster(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func kafkaConfig(brokers ...string) config.Kafka {
	k := config.Default().Kafka
	k.Brokers, k.Topic = brokers, topic
	return k
}

func newProducer(t *testing.T, opt ProducerOptions, brokers ...string) *Producer {
	t.Helper()
	p, err := NewProducer(kafkaConfig(brokers...), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// storedRecords reads everything on the topic, partition by partition.
func storedRecords(t *testing.T, partitions int, brokers ...string) []kafka.Message {
	t.Helper()
	return storedOn(t, topic, partitions, brokers...)
}

func storedOn(t *testing.T, topic string, partitions int, brokers ...string) []kafka.Message {
	t.Helper()
	var all []kafka.Message
	for n := range partitions {
		conn, err := kafka.DialLeader(context.Background(), "tcp", brokers[0], topic, n)
		if err != nil {
			t.Fatal(err)
		}
		first, last, err := conn.ReadOffsets()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Seek(first, kafka.SeekAbsolute); err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(20 * time.Second))
		for next := first; next < last; {
			b := conn.ReadBatchWith(kafka.ReadBatchConfig{MinBytes: 1, MaxBytes: 32 << 20, MaxWait: 100 * time.Millisecond})
			for {
				m, err := b.ReadMessage()
				if err != nil {
					if !errors.Is(err, io.EOF) {
						t.Fatal(err)
					}
					break
				}
				m.Partition = n
				all = append(all, m)
			}
			next = b.Offset()
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
		}
		conn.Close()
	}
	return all
}

func keysOf(messages []kafka.Message) []string {
	var keys []string
	for _, m := range messages {
		keys = append(keys, string(m.Key))
	}
	slices.Sort(keys)
	return keys
}

// records makes n records of m keys whose values count up.
func numbered(n, keys int) []Record {
	r := make([]Record, n)
	for i := range r {
		r[i] = Record{
			Key:   fmt.Appendf(nil, "desk/item-%d", i%keys),
			Value: append(fmt.Appendf(nil, "%06d ", i), bytes.Repeat([]byte("ferry "), 500)...),
		}
	}
	return r
}
