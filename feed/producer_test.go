package feed

import (
	"bytes"
	"context"
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// javaMurmur2 are the hashes that Kafka's own UtilsTest asserts of Java's
// murmur2, as signed 32-bit numbers.
var javaMurmur2 = map[string]int32{
	"21":                         -973932308,
	"foobar":                     -790332482,
	"a-little-bit-long-string":   -985981536,
	"a-little-bit-longer-string": -1486304829,
	"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
	"abc": 479470107,
}

// javaPartition is what Java's producers choose: toPositive(murmur2(key)) % n.
func javaPartition(hash int32, n int) int { return int(uint32(hash)&0x7fffffff) % n }

func TestPartitionsAsJava(t *testing.T) {
	for _, n := range []int{1, 6, 7, 12, 100} {
		ids := make([]int, n)
		for i := range ids {
			ids[i] = i
		}
		for key, hash := range javaMurmur2 {
			if got, want := (kafka.Murmur2Balancer{}).Balance(kafka.Message{Key: []byte(key)}, ids...), javaPartition(hash, n); got != want {
				t.Errorf("%q of %d partitions goes to %d, Java sends it to %d", key, n, got, want)
			}
		}
	}
	c := newCluster(t, 7)
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	var records []Record
	for key := range javaMurmur2 {
		records = append(records, Record{Key: []byte(key), Value: []byte("x")})
	}
	if err := p.Produce(t.Context(), records); err != nil {
		t.Fatal(err)
	}
	got := storedRecords(t, 7, c.ListenAddrs()...)
	if len(got) != len(records) {
		t.Fatalf("%d records stored, want %d", len(got), len(records))
	}
	for _, m := range got {
		if want := javaPartition(javaMurmur2[string(m.Key)], 7); m.Partition != want {
			t.Errorf("%q stored in partition %d, Java stores it in %d", m.Key, m.Partition, want)
		}
	}
}

func TestProduce(t *testing.T) {
	for name, opt := range map[string]ProducerOptions{"zstd": {}, "uncompressed": {Uncompress: true}} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t, 6)
			p := newProducer(t, opt, c.ListenAddrs()...)
			records := numbered(3000, 50) // 9 MB: several requests a partition
			records[7].Headers = []kafka.Header{{Key: "trace", Value: []byte("seven")}}
			at := time.Date(2025, 3, 8, 9, 0, 0, 0, time.UTC)
			records[7].Time = at
			if err := p.Produce(t.Context(), records); err != nil {
				t.Fatal(err)
			}
			got := storedRecords(t, 6, c.ListenAddrs()...)
			if len(got) != len(records) {
				t.Fatalf("%d records stored, want %d", len(got), len(records))
			}
			last := make(map[string]int)
			for _, m := range got {
				n, err := strconv.Atoi(string(m.Value[:6]))
				if err != nil || !bytes.Equal(m.Value, records[n].Value) || !bytes.Equal(m.Key, records[n].Key) {
					t.Fatalf("record %d is not what was sent", n)
				}
				if before, ok := last[string(m.Key)]; ok && before >= n {
					t.Fatalf("key %s: record %d stored after %d", m.Key, n, before)
				}
				last[string(m.Key)] = n
				if n == 7 && (len(m.Headers) != 1 || m.Headers[0].Key != "trace" || string(m.Headers[0].Value) != "seven" || !m.Time.Equal(at)) {
					t.Errorf("record 7 has headers %v and time %s", m.Headers, m.Time)
				}
			}
		})
	}
}

// refuseProduce answers the first n produce requests with an error code; -1
// cuts the connection instead. It returns how many requests there were.
func refuseProduce(c *kfake.Cluster, n int64, code int16) *atomic.Int64 {
	asked := new(atomic.Int64)
	c.ControlKey(int16(kmsg.Produce), func(q kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		if asked.Add(1) > n {
			return nil, nil, false
		}
		if code == -1 {
			return nil, errors.New("cut"), true
		}
		req := q.(*kmsg.ProduceRequest)
		res := req.ResponseKind().(*kmsg.ProduceResponse)
		for _, rt := range req.Topics {
			st := kmsg.NewProduceResponseTopic()
			st.Topic, st.TopicID = rt.Topic, rt.TopicID
			for _, rp := range rt.Partitions {
				sp := kmsg.NewProduceResponseTopicPartition()
				sp.Partition, sp.ErrorCode = rp.Partition, code
				st.Partitions = append(st.Partitions, sp)
			}
			res.Topics = append(res.Topics, st)
		}
		return res, nil, true
	})
	return asked
}

func TestProduceTriesAgain(t *testing.T) {
	for name, code := range map[string]int16{
		"not enough replicas": kerr.NotEnoughReplicas.Code,
		"leader moved":        kerr.NotLeaderForPartition.Code,
		"request timed out":   kerr.RequestTimedOut.Code,
		"connection cut":      -1,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t, 1)
			refuseProduce(c, 3, code)
			var mu sync.Mutex
			var waits []time.Duration
			p := newProducer(t, ProducerOptions{OnRetry: func(err error, wait time.Duration) {
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					t.Error("retry without an error")
				}
				waits = append(waits, wait)
			}}, c.ListenAddrs()...)
			if err := p.Produce(t.Context(), numbered(10, 10)); err != nil {
				t.Fatal(err)
			}
			if got := storedRecords(t, 1, c.ListenAddrs()...); len(got) != 10 {
				t.Errorf("%d records stored, want 10", len(got))
			}
			mu.Lock()
			defer mu.Unlock()
			if len(waits) < 3 || waits[0] > firstWait || waits[2] < 2*firstWait {
				t.Errorf("waits %v, want three that grow from at most %v", waits, firstWait)
			}
		})
	}
}

func TestProduceWaitsForTheBroker(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	number, _ := strconv.Atoi(port)
	tried := make(chan struct{}, 100)
	p := newProducer(t, ProducerOptions{OnRetry: func(error, time.Duration) {
		select {
		case tried <- struct{}{}:
		default:
		}
	}}, "127.0.0.1:"+port)
	done := make(chan error, 1)
	go func() { done <- p.Produce(t.Context(), numbered(5, 5)) }()
	<-tried
	<-tried
	select {
	case err := <-done:
		t.Fatalf("produce ended without a broker: %v", err)
	default:
	}
	c := newCluster(t, 1, kfake.Ports(number))
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := storedRecords(t, 1, c.ListenAddrs()...); len(got) != 5 {
		t.Errorf("%d records stored, want 5", len(got))
	}
}

func TestProduceRefusesSingleRecords(t *testing.T) {
	c := newCluster(t, 2, kfake.BrokerConfigs(map[string]string{"message.max.bytes": "100000"}))
	p := newProducer(t, ProducerOptions{Uncompress: true}, c.ListenAddrs()...)
	records := numbered(200, 200)
	for _, i := range []int{3, 150} {
		records[i].Value = bytes.Repeat([]byte("0123456789"), 20000)
	}
	err := p.Produce(t.Context(), records)
	var partial *PartialError
	if !errors.As(err, &partial) {
		t.Fatalf("error %v, want a PartialError", err)
	}
	if len(partial.Failed) != 2 || partial.Failed[3] == nil || partial.Failed[150] == nil {
		t.Errorf("failed %v, want 3 and 150", partial.Failed)
	}
	if !errors.Is(err, kafka.MessageSizeTooLarge) || !strings.HasPrefix(err.Error(), "2 of 200 records not stored; record 3: ") {
		t.Errorf("error %v", err)
	}
	got := keysOf(storedRecords(t, 2, c.ListenAddrs()...))
	var want []string
	for i, r := range records {
		if i != 3 && i != 150 {
			want = append(want, string(r.Key))
		}
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d records stored, want the other %d, each once", len(got), len(want))
	}
}

func TestProduceEnds(t *testing.T) {
	t.Run("no topic", func(t *testing.T) {
		c := newCluster(t, 1)
		p := newProducer(t, ProducerOptions{Topic: "no.such.topic", missingTime: 300 * time.Millisecond}, c.ListenAddrs()...)
		err := p.Produce(t.Context(), numbered(1, 1))
		if !errors.Is(err, ErrNoTopic) || !strings.Contains(err.Error(), "no.such.topic") || !strings.Contains(err.Error(), "dateline setup") {
			t.Errorf("error %v", err)
		}
		if p.Ping(t.Context()) == nil {
			t.Error("ping of a missing topic succeeds")
		}
	})
	t.Run("not allowed", func(t *testing.T) {
		c := newCluster(t, 1)
		asked := refuseProduce(c, 1<<30, kerr.TopicAuthorizationFailed.Code)
		p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
		err := p.Produce(t.Context(), numbered(100, 100))
		var partial *PartialError
		if !errors.Is(err, kafka.TopicAuthorizationFailed) || errors.As(err, &partial) || !strings.Contains(err.Error(), topic) {
			t.Errorf("error %v", err)
		}
		if asked.Load() != 1 {
			t.Errorf("asked %d times", asked.Load())
		}
		if err := p.Ping(t.Context()); err != nil {
			t.Errorf("ping: %v", err)
		}
	})
	t.Run("context", func(t *testing.T) {
		p := newProducer(t, ProducerOptions{}, "127.0.0.1:1")
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if err := p.Produce(ctx, numbered(1, 1)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("nothing", func(t *testing.T) {
		p := newProducer(t, ProducerOptions{}, "127.0.0.1:1")
		if err := p.Produce(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
}

func TestProduceTogether(t *testing.T) {
	c := newCluster(t, 3)
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 20 {
				key := []byte("desk/" + strconv.Itoa(g))
				if err := p.Produce(t.Context(), []Record{{Key: key, Value: []byte(strconv.Itoa(i))}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	next := make(map[string]int)
	for _, m := range storedRecords(t, 3, c.ListenAddrs()...) {
		if string(m.Value) != strconv.Itoa(next[string(m.Key)]) {
			t.Fatalf("key %s: record %s stored as number %d", m.Key, m.Value, next[string(m.Key)])
		}
		next[string(m.Key)]++
	}
	for key, n := range next {
		if n != 20 {
			t.Errorf("key %s has %d records, want 20", key, n)
		}
	}
}

// TestProduceIsNotOvertaken: a record whose request has to be tried again
// stays before one that is handed in meanwhile.
func TestProduceIsNotOvertaken(t *testing.T) {
	c := newCluster(t, 1)
	refuseProduce(c, 1, kerr.NotEnoughReplicas.Code)
	waits := make(chan struct{}, 10)
	p := newProducer(t, ProducerOptions{OnRetry: func(error, time.Duration) { waits <- struct{}{} }}, c.ListenAddrs()...)
	first := make(chan error, 1)
	go func() { first <- p.Produce(t.Context(), []Record{{Key: []byte("k"), Value: []byte("1")}}) }()
	<-waits
	if err := p.Produce(t.Context(), []Record{{Key: []byte("k"), Value: []byte("2")}}); err != nil {
		t.Fatal(err)
	}
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	got := storedRecords(t, 1, c.ListenAddrs()...)
	if len(got) != 2 || string(got[0].Value) != "1" || string(got[1].Value) != "2" {
		t.Errorf("stored %d records, the first is %q; want 1, then 2", len(got), got[0].Value)
	}
}

func TestProduceAsksForAllAcks(t *testing.T) {
	c := newCluster(t, 1)
	var acks atomic.Int32
	acks.Store(99)
	c.ControlKey(int16(kmsg.Produce), func(q kmsg.Request) (kmsg.Response, error, bool) {
		acks.Store(int32(q.(*kmsg.ProduceRequest).Acks))
		return nil, nil, false
	})
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	if err := p.Produce(t.Context(), numbered(1, 1)); err != nil {
		t.Fatal(err)
	}
	if acks.Load() != -1 {
		t.Errorf("acks %d, want -1: all replicas", acks.Load())
	}
}
