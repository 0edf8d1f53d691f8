//go:build unix

package servers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// The variables by which an outer command names servers that it has started,
// so that several test packages share one pair: host:port and URL. Shared
// servers have no security, and Elasticsearch has the analysis plugin.
const (
	EnvKafka         = "DATELINE_KAFKA"
	EnvElasticsearch = "DATELINE_ELASTICSEARCH"
)

// Need says which servers the tests of a package share.
type Need struct {
	Kafka, Elasticsearch bool

	// Bench starts them as production does, see KafkaOptions.Bench; it does
	// nothing to servers that the environment names.
	Bench bool
}

// Tests runs tests and returns the exit status; testing.M is one.
type Tests interface{ Run() int }

// Main is the whole of a TestMain: it runs the tests of a package with the
// servers they need and exits. A server that cannot be had is exit status 1;
// no test runs then.
func Main(m Tests, need Need) { os.Exit(With(m, need).Run()) }

// With returns tests that run between the start and the stop of the servers
// they need, for a TestMain that checks more around them:
//
//	goleak.VerifyTestMain(servers.With(m, servers.Need{Kafka: true}))
func With(m Tests, need Need) Tests { return suite{m, need} }

type suite struct {
	tests Tests
	need  Need
}

func (s suite) Run() int {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	pair, err := Acquire(ctx, s.need)
	cancel() // from here on a signal ends the tests, and the servers with them
	if err != nil {
		fmt.Fprintf(os.Stderr, "servers: %v\n", err)
		return 1
	}
	shared.Store(pair)
	status := s.tests.Run()
	shared.Store(nil)
	if err := pair.Stop(); err != nil {
		fmt.Fprintf(os.Stderr, "servers: %v\n", err)
		status = max(status, 1)
	}
	return status
}

// shared is the running suite's pair: a test binary has one TestMain.
var shared atomic.Pointer[Pair]

// KafkaAddr is the host:port of the shared broker. It panics outside of a
// suite that needs Kafka: that is a mistake in TestMain.
func KafkaAddr() string {
	p := shared.Load()
	if p == nil || p.KafkaAddr == "" {
		panic("servers.KafkaAddr: TestMain must call servers.Main with Need{Kafka: true}")
	}
	return p.KafkaAddr
}

// ElasticsearchURL is the URL of the shared node, without a path. It panics
// outside of a suite that needs Elasticsearch.
func ElasticsearchURL() string {
	p := shared.Load()
	if p == nil || p.ElasticsearchURL == "" {
		panic("servers.ElasticsearchURL: TestMain must call servers.Main with Need{Elasticsearch: true}")
	}
	return p.ElasticsearchURL
}

var (
	uniqueRun   = fmt.Sprintf("%x-%x", os.Getpid(), time.Now().UnixMilli()&0xffffff)
	uniqueCount atomic.Int64
)

// Unique returns a name that no other test uses, in this process or another,
// good for a topic, a consumer group, an index or an alias: base, lower case,
// with a suffix.
func Unique(base string) string {
	return fmt.Sprintf("%s-%s-%d", strings.ToLower(base), uniqueRun, uniqueCount.Add(1))
}

// Pair is the servers of a suite. A field of a server that is not needed is
// empty.
type Pair struct {
	KafkaAddr        string
	ElasticsearchURL string

	// Those that this process started; nil for one that the environment
	// names.
	Kafka         *Kafka
	Elasticsearch *Elasticsearch
}

// Acquire finds or starts the servers, both at the same time. Progress is
// told on standard error.
func Acquire(ctx context.Context, need Need) (*Pair, error) {
	p := &Pair{}
	var kafkaErr, elasticErr error
	var wg sync.WaitGroup
	if need.Kafka {
		wg.Go(func() { kafkaErr = p.acquireKafka(ctx, need) })
	}
	if need.Elasticsearch {
		wg.Go(func() { elasticErr = p.acquireElasticsearch(ctx, need) })
	}
	wg.Wait()
	if err := errors.Join(kafkaErr, elasticErr); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

func (p *Pair) acquireKafka(ctx context.Context, need Need) (err error) {
	if addr := os.Getenv(EnvKafka); addr != "" {
		p.KafkaAddr = addr
		return answers(ctx, EnvKafka, addr, func(ctx context.Context) error {
			return probeKafka(ctx, addr, nil, nil)
		})
	}
	if p.Kafka, err = StartKafka(ctx, KafkaOptions{Bench: need.Bench, Progress: os.Stderr}); err != nil {
		return err
	}
	p.KafkaAddr = p.Kafka.Addr()
	return nil
}

func (p *Pair) acquireElasticsearch(ctx context.Context, need Need) (err error) {
	if url := os.Getenv(EnvElasticsearch); url != "" {
		url = strings.TrimSuffix(url, "/")
		p.ElasticsearchURL = url
		transport := &http.Transport{DialContext: (&net.Dialer{}).DialContext}
		defer transport.CloseIdleConnections()
		return answers(ctx, EnvElasticsearch, url, func(ctx context.Context) error {
			return probeElasticsearch(ctx, &http.Client{Transport: transport}, url, "")
		})
	}
	if p.Elasticsearch, err = StartElasticsearch(ctx, ElasticsearchOptions{Analysis: true, Bench: need.Bench, Progress: os.Stderr}); err != nil {
		return err
	}
	p.ElasticsearchURL = p.Elasticsearch.URL()
	return nil
}

// answers tries a server that should be running for 15 s.
func answers(ctx context.Context, variable, addr string, probe func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	for {
		err := probe(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s=%s: %w; start the server or unset %s", variable, addr, err, variable)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// Stop ends the servers that this process started. One that has ended by
// itself is an error with the last lines of its log: whatever the tests said,
// they did not run against it to the end.
func (p *Pair) Stop() error {
	var errs []error
	for _, s := range p.started() {
		if !s.Alive() {
			errs = append(errs, fmt.Errorf("%s ended by itself; last lines of its log:\n%s", s.name, s.logTail(25)))
		}
		errs = append(errs, s.Stop())
	}
	return errors.Join(errs...)
}

func (p *Pair) started() []*process {
	var list []*process
	if p.Kafka != nil {
		list = append(list, p.Kafka.process)
	}
	if p.Elasticsearch != nil {
		list = append(list, p.Elasticsearch.process)
	}
	return list
}
