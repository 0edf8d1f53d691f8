//go:build servers

package feed

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"go.uber.org/goleak"

	"dateline/internal/servers"
)

func TestMain(m *testing.M) {
	if os.Getenv(childFolder) != "" {
		watchAndDie()
	}
	goleak.VerifyTestMain(servers.With(m, servers.Need{Kafka: true}))
}

// createTopic makes a topic on a real broker.
func createTopic(t *testing.T, addr, name string, partitions int, settings ...kafka.ConfigEntry) {
	t.Helper()
	transport := &kafka.Transport{}
	defer transport.CloseIdleConnections()
	client := &kafka.Client{Addr: kafka.TCP(addr), Transport: transport, Timeout: 20 * time.Second}
	res, err := client.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{{
		Topic: name, NumPartitions: partitions, ReplicationFactor: 1, ConfigEntries: settings,
	}}})
	if err == nil {
		err = res.Errors[name]
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestServersProduce does on a real broker what the other tests do on the
// in-process one: order by key, Java's partitions, records refused one by one.
func TestServersProduce(t *testing.T) {
	addr := servers.KafkaAddr()
	name := servers.Unique("feed")
	createTopic(t, addr, name, 7, kafka.ConfigEntry{ConfigName: "max.message.bytes", ConfigValue: "1000000"})
	p := newProducer(t, ProducerOptions{Topic: name}, addr)
	records := numbered(2000, 40)
	noise := make([]byte, 2<<20) // does not compress
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x = x*1664525 + 1013904223
		noise[i] = byte(x >> 24)
	}
	records[1234].Value = noise
	for key := range javaMurmur2 {
		records = append(records, Record{Key: []byte(key), Value: []byte("002000 x")})
	}
	err := p.Produce(t.Context(), records)
	var partial *PartialError
	if !errors.As(err, &partial) || len(partial.Failed) != 1 || !errors.Is(partial.Failed[1234], kafka.MessageSizeTooLarge) {
		t.Fatalf("error %v, want record 1234 refused as too large", err)
	}
	got := storedOn(t, name, 7, addr)
	if len(got) != len(records)-1 {
		t.Fatalf("%d records stored, want %d", len(got), len(records)-1)
	}
	last := make(map[string]int)
	for _, m := range got {
		if hash, ok := javaMurmur2[string(m.Key)]; ok {
			if want := javaPartition(hash, 7); m.Partition != want {
				t.Errorf("%q stored in partition %d, Java stores it in %d", m.Key, m.Partition, want)
			}
			continue
		}
		n, err := strconv.Atoi(string(m.Value[:6]))
		if err != nil || !bytes.Equal(m.Value, records[n].Value) {
			t.Fatalf("record %d is not what was sent", n)
		}
		if before, ok := last[string(m.Key)]; ok && before >= n {
			t.Fatalf("key %s: record %d stored after %d", m.Key, n, before)
		}
		last[string(m.Key)] = n
	}
	p = newProducer(t, ProducerOptions{Topic: servers.Unique("absent"), missingTime: time.Second}, addr)
	if err := p.Produce(t.Context(), numbered(1, 1)); !errors.Is(err, ErrNoTopic) {
		t.Errorf("absent topic: %v", err)
	}
}

// TestServersProduceThroughAKill kills the broker while records are on their
// way: all are stored in the end, and first arrivals keep the order of a key.
func TestServersProduceThroughAKill(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	k, err := servers.StartKafka(ctx, servers.KafkaOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := k.Stop(); err != nil {
			t.Error(err)
		}
	}()
	name := servers.Unique("feed")
	createTopic(t, k.Addr(), name, 3)
	retried := make(chan struct{}, 1)
	p := newProducer(t, ProducerOptions{Topic: name, OnRetry: func(error, time.Duration) {
		select {
		case retried <- struct{}{}:
		default:
		}
	}}, k.Addr())
	const n, batch = 8000, 100
	records := numbered(n, 20)
	done, quarter := make(chan error, 1), make(chan struct{})
	go func() {
		for i := 0; i < n; i += batch {
			if err := p.Produce(ctx, records[i:i+batch]); err != nil {
				done <- err
				return
			}
			if i == n/4 {
				close(quarter) // and goes on
			}
		}
		done <- nil
	}()
	<-quarter
	if err := k.Kill(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-retried:
	case err := <-done:
		t.Fatalf("ended before the kill was felt: %v", err)
	}
	if err := k.Restart(ctx); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	seen := make(map[int]bool)
	last := make(map[string]int)
	got := storedOn(t, name, 3, k.Addr())
	for _, m := range got {
		i, err := strconv.Atoi(string(m.Value[:6]))
		if err != nil {
			t.Fatal(err)
		}
		if seen[i] {
			continue // sent again after a lost answer
		}
		seen[i] = true
		if before, ok := last[string(m.Key)]; ok && before > i {
			t.Errorf("key %s: record %d stored first after %d", m.Key, i, before)
		}
		last[string(m.Key)] = i
	}
	if len(seen) != n {
		t.Errorf("%d of %d records stored", len(seen), n)
	}
	t.Logf("%d records stored, %d of them twice", len(got), len(got)-len(seen))
}
