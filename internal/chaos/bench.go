//go:build unix

package chaos

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"

	"dateline/internal/servers"
)

// Bench is the servers that scenarios share, the proxies before them, and the
// program under test.
type Bench struct {
	Kafka   *servers.Kafka
	Elastic *servers.Elasticsearch // nil if it is someone else's: it must not be broken then
	Proxy   *servers.Proxy         // before Kafka
	Front   *Front                 // before Elasticsearch

	perFault int // records for each time that a scenario does its worst

	url     string // of Elasticsearch itself
	dir     string
	program string // path of the binary
	log     io.Writer
	dialer  *kafka.Dialer
	trans   *kafka.Transport
	client  *kafka.Client
}

// Options say how to build a bench.
type Options struct {
	Dir      string    // for logs and the program
	PerFault int       // records for each time that a scenario does its worst; 0: 1000
	Race     bool      // build the program with the race detector
	SharedES string    // URL of an Elasticsearch that is somebody else's; empty: start one
	Bench    bool      // servers as production runs them
	Log      io.Writer // progress
}

// NewBench builds the program and starts the servers.
func NewBench(ctx context.Context, o Options) (b *Bench, err error) {
	b = &Bench{dir: o.Dir, log: o.Log, url: o.SharedES, perFault: cmp.Or(o.PerFault, 1000)}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.Close())
		}
	}()
	if err := b.build(ctx, o.Race); err != nil {
		return b, err
	}
	if b.url == "" {
		b.Elastic, err = servers.StartElasticsearch(ctx, servers.ElasticsearchOptions{Analysis: true, Bench: o.Bench, Progress: o.Log})
		if err != nil {
			return b, err
		}
		b.url = b.Elastic.URL()
	}
	if b.Front, err = NewFront(b.url); err != nil {
		return b, err
	}
	port, err := servers.FreePort()
	if err != nil {
		return b, err
	}
	direct := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	if b.Proxy, err = servers.NewProxy(direct); err != nil {
		return b, err
	}
	b.Kafka, err = servers.StartKafka(ctx, servers.KafkaOptions{Port: port, Advertise: b.Proxy.Addr(), Bench: o.Bench, Progress: o.Log,
		Settings: map[string]string{"group.min.session.timeout.ms": "1000"}})
	if err != nil {
		return b, err
	}
	// The broker names the proxy; producer and oracle go round it.
	dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
		if addr == b.Proxy.Addr() {
			addr = direct
		}
		return (&net.Dialer{}).DialContext(ctx, network, addr)
	}
	b.dialer = &kafka.Dialer{DialFunc: dial}
	b.trans = &kafka.Transport{Dial: dial}
	b.client = &kafka.Client{Addr: kafka.TCP(direct), Transport: b.trans, Timeout: clientTimeout}
	return b, nil
}

// build makes the program as a user would.
func (b *Bench) build(ctx context.Context, race bool) error {
	b.program = filepath.Join(b.dir, "dateline")
	args := []string{"build", "-o", b.program}
	if race {
		args = append(args, "-race")
	}
	out, err := exec.CommandContext(ctx, "go", append(args, "dateline/cmd/dateline")...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// Close stops everything.
func (b *Bench) Close() error {
	var errs []error
	if b.trans != nil {
		b.trans.CloseIdleConnections()
	}
	if b.Front != nil {
		errs = append(errs, b.Front.Close())
	}
	if b.Kafka != nil {
		errs = append(errs, b.Kafka.Stop())
	}
	if b.Proxy != nil {
		errs = append(errs, b.Proxy.Close())
	}
	if b.Elastic != nil {
		errs = append(errs, b.Elastic.Stop())
	}
	return errors.Join(errs...)
}

// elasticVersion asks the node.
func (b *Bench) elasticVersion() string {
	o := &Oracle{b: b, http: &http.Client{Timeout: 10 * time.Second}}
	defer o.http.CloseIdleConnections()
	var nodes struct {
		Nodes map[string]struct {
			Version string `json:"version"`
		} `json:"nodes"`
	}
	if err := o.ask(context.Background(), http.MethodGet, "/_nodes?filter_path=nodes.*.version", nil, &nodes); err != nil {
		return "elasticsearch (" + err.Error() + ")"
	}
	for _, n := range nodes.Nodes {
		return "elasticsearch-" + n.Version
	}
	return "elasticsearch"
}
