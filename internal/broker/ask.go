package broker

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/apiversions"
	"github.com/segmentio/kafka-go/protocol/saslauthenticate"
	"github.com/segmentio/kafka-go/protocol/saslhandshake"
	"github.com/segmentio/kafka-go/sasl"
)

// Ask sends one request to one broker on a connection of its own and returns
// the answer. Kafka's Transport answers metadata requests from a cache that
// knows neither errors nor rights of single topics; this asks the broker.
func (c *Client) Ask(ctx context.Context, address string, req protocol.Message) (protocol.Message, error) {
	conn, err := c.open(ctx, address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if m := c.Dialer.SASLMechanism; m != nil {
		if err := login(ctx, conn, address, m); err != nil {
			return nil, err
		}
	}
	return conn.RoundTrip(req)
}

// Mechanisms are the kinds of login that a broker takes, in its own words.
func (c *Client) Mechanisms(ctx context.Context, address string) ([]string, error) {
	conn, err := c.open(ctx, address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	m, err := conn.RoundTrip(&saslhandshake.Request{Mechanism: "NONE"})
	if err != nil {
		return nil, err
	}
	return m.(*saslhandshake.Response).Mechanisms, nil
}

// open connects and agrees on versions, which needs no login.
func (c *Client) open(ctx context.Context, address string) (*protocol.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var dial interface {
		DialContext(ctx context.Context, network, address string) (net.Conn, error)
	} = &net.Dialer{}
	if t := c.Dialer.TLS; t != nil {
		t = t.Clone()
		if t.ServerName == "" {
			t.ServerName, _, _ = net.SplitHostPort(address)
		}
		dial = &tls.Dialer{Config: t}
	}
	raw, err := dial.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	conn := protocol.NewConn(raw, c.ID)
	conn.SetDeadline(time.Now().Add(timeout))
	m, err := conn.RoundTrip(new(apiversions.Request))
	if err != nil {
		conn.Close()
		return nil, err
	}
	versions := make(map[protocol.ApiKey]int16)
	for _, v := range m.(*apiversions.Response).ApiKeys {
		key := protocol.ApiKey(v.ApiKey)
		versions[key] = key.SelectVersion(v.MinVersion, v.MaxVersion)
	}
	conn.SetVersions(versions)
	return conn, nil
}

func login(ctx context.Context, conn *protocol.Conn, address string, m sasl.Mechanism) error {
	answer, err := conn.RoundTrip(&saslhandshake.Request{Mechanism: m.Name()})
	if err != nil {
		return err
	}
	if code := answer.(*saslhandshake.Response).ErrorCode; code != 0 {
		return kafka.Error(code)
	}
	host, port, _ := net.SplitHostPort(address)
	n, _ := strconv.Atoi(port)
	session, state, err := m.Start(sasl.WithMetadata(ctx, &sasl.Metadata{Host: host, Port: n}))
	for done := false; err == nil && !done; {
		var answer protocol.Message
		answer, err = conn.RoundTrip(&saslauthenticate.Request{AuthBytes: state})
		switch {
		case errors.Is(err, io.EOF): // some brokers say no by hanging up
			return kafka.SASLAuthenticationFailed
		case err != nil:
			return err
		}
		r := answer.(*saslauthenticate.Response)
		if r.ErrorCode != 0 {
			return kafka.Error(r.ErrorCode)
		}
		done, state, err = session.Next(ctx, r.AuthBytes)
	}
	return err
}
