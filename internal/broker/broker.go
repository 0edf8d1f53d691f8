// Package broker opens connections to Kafka as the configuration says: one
// place for TLS, SASL, client id and time-outs, used by every command that
// talks to a broker.
package broker

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"

	"dateline/config"
)

// Bounds of one record on the wire, in bytes, which topics must take: a payload
// of 4 MiB that needs base64, with its envelope; and a dead letter, which holds
// such a record and its own headers.
const (
	MaxRecord     = 6 << 20
	MaxDeadLetter = MaxRecord + 64<<10
)

// timeout bounds dialling a broker, with TLS and SASL.
const timeout = 10 * time.Second

// Client is how a process reaches its brokers. Close it to release the pooled
// connections.
type Client struct {
	Dialer    *kafka.Dialer
	Transport *kafka.Transport
	Brokers   []string
	ID        string
}

// New reads certificates and prepares credentials; it does not connect. The
// transport is the client's own: the package's pooled default keeps broken
// connections after a broker restart.
func New(c config.Kafka) (*Client, error) {
	t, err := tlsConfig(c.TLS)
	if err != nil {
		return nil, err
	}
	m, err := mechanism(c.SASL)
	if err != nil {
		return nil, err
	}
	return &Client{
		Brokers: c.Brokers,
		ID:      c.ClientID,
		Dialer:  &kafka.Dialer{ClientID: c.ClientID, Timeout: timeout, DualStack: true, TLS: t, SASLMechanism: m},
		Transport: &kafka.Transport{
			ClientID: c.ClientID, DialTimeout: timeout, IdleTimeout: 30 * time.Second,
			MetadataTTL: 5 * time.Second, TLS: t, SASL: m,
		},
	}, nil
}

// Addr is the bootstrap address of requests.
func (c *Client) Addr() net.Addr { return kafka.TCP(c.Brokers...) }

// Kafka is a client for produce and admin requests. A request that gets no
// answer within d fails.
func (c *Client) Kafka(d time.Duration) *kafka.Client {
	return &kafka.Client{Addr: c.Addr(), Timeout: d, Transport: c.Transport}
}

// Leader connects to the leader of a partition.
func (c *Client) Leader(ctx context.Context, topic string, partition int) (*kafka.Conn, error) {
	return ofAny(ctx, c.Brokers, fmt.Sprintf("leader of %s/%d", topic, partition), func(broker string) (*kafka.Conn, error) {
		return c.Dialer.DialLeader(ctx, "tcp", broker, topic, partition)
	})
}

// Partitions is how many partitions a topic has now, by a broker's own word and
// not by what the pooled connections remember; 0 if there is no such topic.
func (c *Client) Partitions(ctx context.Context, topic string) (int, error) {
	return ofAny(ctx, c.Brokers, "partitions of "+topic, func(broker string) (int, error) {
		ps, err := c.Dialer.LookupPartitions(ctx, "tcp", broker, topic)
		if errors.Is(err, kafka.UnknownTopicOrPartition) {
			return 0, nil
		}
		return len(ps), err
	})
}

// ofAny asks the bootstrap brokers in turn until one answers. If ctx has ended, its
// error is the answer.
func ofAny[T any](ctx context.Context, brokers []string, what string, ask func(broker string) (T, error)) (none T, _ error) {
	var errs []error
	for _, b := range brokers {
		answer, err := ask(b)
		if err == nil {
			return answer, nil
		}
		if ctx.Err() != nil {
			return none, ctx.Err()
		}
		errs = append(errs, fmt.Errorf("broker %s: %w", b, err))
	}
	return none, fmt.Errorf("%s: %w", what, errors.Join(errs...))
}

// Close drops the pooled connections.
func (c *Client) Close() { c.Transport.CloseIdleConnections() }

func tlsConfig(c config.TLS) (*tls.Config, error) {
	if !c.Enabled {
		return nil, nil
	}
	t := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: c.ServerName}
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, fmt.Errorf("kafka.tls.ca_file: %w", err)
		}
		t.RootCAs = x509.NewCertPool()
		if !t.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("kafka.tls.ca_file: %s holds no PEM certificate", c.CAFile)
		}
	}
	if c.CertFile != "" || c.KeyFile != "" {
		pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("kafka.tls.cert_file and key_file: %w", err)
		}
		t.Certificates = []tls.Certificate{pair}
	}
	return t, nil
}

func mechanism(c config.SASL) (sasl.Mechanism, error) {
	switch c.Mechanism {
	case "", "none":
		return nil, nil
	case "plain":
		return plain.Mechanism{Username: c.Username, Password: string(c.Password)}, nil
	case "scram-sha-256":
		return scramMechanism(scram.SHA256, c)
	case "scram-sha-512":
		return scramMechanism(scram.SHA512, c)
	}
	return nil, fmt.Errorf("kafka.sasl.mechanism: %q is not known", c.Mechanism)
}

func scramMechanism(a scram.Algorithm, c config.SASL) (sasl.Mechanism, error) {
	m, err := scram.Mechanism(a, c.Username, string(c.Password))
	if err != nil {
		return nil, fmt.Errorf("kafka.sasl: %w", err)
	}
	return m, nil
}
