//go:build servers && unix

package servers

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"
)

func init() {
	withServers = func(m *testing.M) Tests { return With(m, Need{Kafka: true, Elasticsearch: true}) }
}

// broker is a client of one address with a transport of its own.
type broker struct {
	client *kafka.Client
	addr   string
	dialer *kafka.Dialer
}

func clientOf(t *testing.T, addr string, login sasl.Mechanism, config *tls.Config) *broker {
	t.Helper()
	transport := &kafka.Transport{SASL: login, TLS: config}
	t.Cleanup(transport.CloseIdleConnections)
	return &broker{
		client: &kafka.Client{Addr: kafka.TCP(addr), Transport: transport, Timeout: 10 * time.Second},
		addr:   addr,
		dialer: &kafka.Dialer{SASLMechanism: login, TLS: config, Timeout: 10 * time.Second},
	}
}

func (b *broker) createTopic(ctx context.Context, topic string) error {
	res, err := b.client.CreateTopics(ctx, &kafka.CreateTopicsRequest{
		Topics: []kafka.TopicConfig{{Topic: topic, NumPartitions: 1, ReplicationFactor: 1}},
	})
	if err != nil {
		return err
	}
	return res.Errors[topic]
}

func (b *broker) produce(ctx context.Context, topic string, values ...string) error {
	records := make([]kafka.Record, len(values))
	for i, v := range values {
		records[i].Value = kafka.NewBytes([]byte(v))
	}
	res, err := b.client.Produce(ctx, &kafka.ProduceRequest{
		Topic: topic, RequiredAcks: kafka.RequireAll, Compression: kafka.Zstd, Records: kafka.NewRecordReader(records...),
	})
	if err != nil {
		return err
	}
	return res.Error
}

// consume reads n values from the beginning of partition 0.
func (b *broker) consume(ctx context.Context, topic string, n int) ([]string, error) {
	r := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{b.addr}, Topic: topic, Dialer: b.dialer, MaxWait: 100 * time.Millisecond})
	defer r.Close()
	var values []string
	for len(values) < n {
		m, err := r.ReadMessage(ctx)
		if err != nil {
			return values, err
		}
		values = append(values, string(m.Value))
	}
	return values, nil
}

// roundTrip creates a topic, writes n records and demands them back in order.
func (b *broker) roundTrip(t *testing.T, n int) (topic string, values []string) {
	t.Helper()
	ctx := within(t, 30*time.Second)
	topic = Unique("RoundTrip")
	if err := b.createTopic(ctx, topic); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		values = append(values, fmt.Sprintf("article %d", i))
	}
	if err := b.produce(ctx, topic, values...); err != nil {
		t.Fatal(err)
	}
	b.mustHold(t, topic, values)
	return topic, values
}

func (b *broker) mustHold(t *testing.T, topic string, want []string) {
	t.Helper()
	got, err := b.consume(within(t, 30*time.Second), topic, len(want))
	if err != nil || strings.Join(got, "|") != strings.Join(want, "|") {
		t.Fatalf("%s holds %q, %v, want %q", topic, got, err, want)
	}
}

func TestSharedKafka(t *testing.T) {
	clientOf(t, KafkaAddr(), nil, nil).roundTrip(t, 500)
}

func TestKafkaKeepsWhatItAcknowledged(t *testing.T) {
	k, err := StartKafka(within(t, 2*time.Minute), KafkaOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer mustStop(t, k.process)
	addr := k.Addr()
	topic, values := clientOf(t, addr, nil, nil).roundTrip(t, 50)
	if err := k.Kill(); err != nil {
		t.Fatal(err)
	}
	if c, err := net.Dial("tcp", addr); err == nil {
		c.Close()
		t.Error("a killed broker still listens")
	}
	if err := k.Restart(within(t, time.Minute)); err != nil {
		t.Fatal(err)
	}
	if k.Addr() != addr {
		t.Errorf("address %s after the restart, before it %s", k.Addr(), addr)
	}
	clientOf(t, addr, nil, nil).mustHold(t, topic, values)
	mustMeasure(t, k.process)

	if err := k.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(k.Dir(), "data/meta.properties")); err != nil {
		t.Errorf("Stop removed data of a folder it was given: %v", err)
	}
	again, err := StartKafka(within(t, 2*time.Minute), KafkaOptions{Dir: k.Dir()})
	if err != nil {
		t.Fatal(err)
	}
	defer mustStop(t, again.process)
	clientOf(t, again.Addr(), nil, nil).mustHold(t, topic, values)
}

// A client that knows the proxy only must go through it for everything.
func TestKafkaBehindProxy(t *testing.T) {
	port, err := FreePort()
	if err != nil {
		t.Fatal(err)
	}
	proxy := proxyTo(t, net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	k, err := StartKafka(within(t, 2*time.Minute), KafkaOptions{Port: port, Advertise: proxy.Addr()})
	if err != nil {
		t.Fatal(err)
	}
	defer mustStop(t, k.process)
	b := clientOf(t, proxy.Addr(), nil, nil)
	topic, values := b.roundTrip(t, 3)

	proxy.Block()
	if err := b.produce(within(t, time.Second), topic, "lost"); err == nil {
		t.Error("produced through a blocked proxy")
	}
	proxy.Cut()
	proxy.Unblock()
	b = clientOf(t, proxy.Addr(), nil, nil)
	if err := b.produce(within(t, 10*time.Second), topic, "after"); err != nil {
		t.Fatal(err)
	}
	b.mustHold(t, topic, append(values, "after"))

	if err := k.Pause(); err != nil {
		t.Fatal(err)
	}
	if err := b.produce(within(t, time.Second), topic, "paused"); err == nil {
		t.Error("a paused broker acknowledged")
	}
	if err := k.Resume(); err != nil {
		t.Fatal(err)
	}
	if err := clientOf(t, proxy.Addr(), nil, nil).produce(within(t, 10*time.Second), topic, "resumed"); err != nil {
		t.Error(err)
	}
	dir := k.Dir()
	mustStop(t, k.process)
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there after Stop: %v", dir, err)
	}
}

func TestKafkaLoginAndTLS(t *testing.T) {
	k, err := StartKafka(within(t, 2*time.Minute), KafkaOptions{User: "desk", Password: "s3cret", TLS: true})
	if err != nil {
		t.Fatal(err)
	}
	defer mustStop(t, k.process)
	scrammed := func(password string) sasl.Mechanism {
		m, err := scram.Mechanism(scram.SHA512, "desk", password)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	clientOf(t, k.Addr(), plain.Mechanism{Username: "desk", Password: "s3cret"}, k.TLSConfig()).roundTrip(t, 3)
	clientOf(t, k.Addr(), scrammed("s3cret"), k.TLSConfig()).roundTrip(t, 3)
	for name, wrong := range map[string]*broker{
		"wrong password":       clientOf(t, k.Addr(), scrammed("guess"), k.TLSConfig()),
		"no login":             clientOf(t, k.Addr(), nil, k.TLSConfig()),
		"unknown certificate":  clientOf(t, k.Addr(), scrammed("s3cret"), &tls.Config{MinVersion: tls.VersionTLS12}),
		"no TLS":               clientOf(t, k.Addr(), scrammed("s3cret"), nil),
		"unknown user, wanted": clientOf(t, k.Addr(), plain.Mechanism{Username: "nobody", Password: "s3cret"}, k.TLSConfig()),
	} {
		if err := wrong.createTopic(within(t, 3*time.Second), Unique("refused")); err == nil {
			t.Errorf("%s: let in", name)
		}
	}
}

func TestKafkaThatCannotStart(t *testing.T) {
	for _, c := range []struct {
		name    string
		options KafkaOptions
		want    string
	}{
		{"bad setting", KafkaOptions{Settings: map[string]string{"num.io.threads": "none"}}, "num.io.threads"},
		{"port taken", KafkaOptions{Port: portOf(t, KafkaAddr())}, "address already in use"},
		{"unknown version", KafkaOptions{Version: "0.7"}, "unknown release"},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, err := StartKafka(within(t, 2*time.Minute), c.options)
			if err == nil {
				mustStop(t, k.process)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that tells %q", err, c.want)
			}
		})
	}
}

func portOf(t *testing.T, addr string) int {
	t.Helper()
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func mustStop(t *testing.T, p *process) {
	t.Helper()
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
	if p.Alive() || groupAlive(p.current().group) {
		t.Errorf("%s: processes left after Stop", p.name)
	}
}

// mustMeasure demands plausible figures of a server that has worked a little.
func mustMeasure(t *testing.T, p *process) {
	t.Helper()
	cpu, err := p.CPU()
	if err != nil || cpu < 200*time.Millisecond || cpu > 10*time.Minute {
		t.Errorf("%s: CPU %v, %v", p.name, cpu, err)
	}
	rss, err := p.RSS()
	if err != nil || rss < 100<<20 || rss > 4<<30 {
		t.Errorf("%s: RSS %d bytes, %v", p.name, rss, err)
	}
}
