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

// Leader connects to the leader of a partition, trying each bootstrap broker
// in turn.
func (c *Client) Leader(ctx context.Context, topic string, partition int) (*kafka.Conn, error) {
	var errs []error
	for _, b := range c.Brokers {
		conn, err := c.Dialer.DialLeader(ctx, "tcp", b, topic, partition)
		if err == nil {
			return conn, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		errs = append(errs, fmt.Errorf("broker %s: %w", b, err))
	}
	return nil, fmt.Errorf("leader of %s/%d: %w", topic, partition, errors.Join(errs...))
}

// Partitions is how many partitions a topic has now, by a broker's own word and
// not by what the pooled connections remember; 0 if there is no such topic.
func (c *Client) Partitions(ctx context.Context, topic string) (int, error) {
	var errs []error
	for _, b := range c.Brokers {
		ps, err := c.Dialer.LookupPartitions(ctx, "tcp", b, topic)
		switch {
		case err == nil:
			return len(ps), nil
		case errors.Is(err, kafka.UnknownTopicOrPartition):
			return 0, nil
		case ctx.Err() != nil:
			return 0, ctx.Err()
		}
		errs = append(errs, fmt.Errorf("broker %s: %w", b, err))
	}
	return 0, fmt.Errorf("partitions of %s: %w", topic, errors.Join(errs...))
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
