package elastic

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	elasticsearch "github.com/elastic/go-elasticsearch/v8"

	"dateline/config"
	"dateline/index"
	"dateline/index/elastic/reply"
)

// Options say what a Store is for, beside the connection's settings.
type Options struct {
	Document index.Options // prefix and period are taken from the settings when empty
	Product  string        // version of the program, written into templates
	MaxConns int           // connections to each node; 0 is 10: the bulk limit and two more
}

// Store keeps documents in an Elasticsearch cluster. It is safe for use by
// many goroutines.
type Store struct {
	client  *elasticsearch.BaseClient
	pool    *http.Transport
	shape   index.Shape
	timeout time.Duration
	gzip    bool

	mu    sync.Mutex // guards known and greeted
	known map[string]state
	// greeted is set once the cluster has answered GET /_cluster/health. The
	// client checks that it speaks with Elasticsearch on the first good answer,
	// after that request took effect, so the first must not be a write.
	greeted bool
}

var _ index.Store = (*Store)(nil)

// state is what a store knows of an index.
type state uint8

const (
	unseen state = iota // never written to: create it first
	there               // created, by us or by someone else
	gone                // a write was answered 404: create it once more
	again               // created once more; another 404 holds
)

// New makes a store from settings. It opens no connection.
func New(c config.Elasticsearch, o Options) (*Store, error) {
	if len(c.Addresses) == 0 {
		return nil, errors.New("elasticsearch: no address: set elasticsearch.addresses")
	}
	pool, err := transport(c, o.MaxConns)
	if err != nil {
		return nil, err
	}
	cfg := elasticsearch.Config{
		Addresses:               c.Addresses,
		APIKey:                  string(c.APIKey),
		Username:                c.Username,
		Password:                string(c.Password),
		Transport:               pool,
		DisableRetry:            true, // retries live in the worker, which knows what it may resend
		EnableCompatibilityMode: c.CompatibilityMode,
	}
	client, err := elasticsearch.NewBaseClient(cfg)
	if err != nil {
		return nil, fmt.Errorf("elasticsearch: %w", err)
	}
	doc := o.Document
	if doc.Prefix == "" {
		doc.Prefix = c.Prefix
	}
	if doc.Period == "" {
		doc.Period = index.Period(c.Period)
	}
	s := &Store{
		client: client, pool: pool, timeout: time.Duration(c.Timeout), gzip: compress(c),
		shape: index.Shape{
			Options: doc, Shards: c.Shards, Replicas: c.Replicas, Refresh: time.Duration(c.RefreshInterval), Product: o.Product,
		},
		known: map[string]state{},
	}
	if s.timeout <= 0 {
		s.timeout = time.Minute
	}
	return s, nil
}

// transport has no timeout of its own but for connecting: each request has
// one, which covers the answer's body too.
func transport(c config.Elasticsearch, conns int) (*http.Transport, error) {
	if conns <= 0 {
		conns = 10
	}
	t := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		TLSHandshakeTimeout: 5 * time.Second,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		MaxConnsPerHost:     conns,
		MaxIdleConnsPerHost: conns,
		IdleConnTimeout:     90 * time.Second,
		WriteBufferSize:     64 << 10,
		ReadBufferSize:      16 << 10,
		DisableCompression:  true, // answers are filtered to a few bytes an action
	}
	for _, a := range c.Addresses {
		u, err := url.Parse(a)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, fmt.Errorf("elasticsearch address %q: want a URL such as https://es.example.com:9200", a)
		}
	}
	return t, trust(t.TLSClientConfig, c)
}

// HTTPClient is a client that trusts what the store trusts, for a service
// beside the cluster, such as Kibana. Close it with CloseIdleConnections.
func HTTPClient(c config.Elasticsearch, timeout time.Duration) (*http.Client, error) {
	t, err := transport(c, 2)
	if err != nil {
		return nil, err
	}
	return &http.Client{Transport: t, Timeout: timeout}, nil
}

// trust says which certificates are believed: those that the system's or the
// named authorities have signed, or the one with the given fingerprint,
// whoever signed it.
func trust(t *tls.Config, c config.Elasticsearch) error {
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return fmt.Errorf("elasticsearch.ca_file: %w", err)
		}
		t.RootCAs = x509.NewCertPool()
		if !t.RootCAs.AppendCertsFromPEM(pem) {
			return fmt.Errorf("elasticsearch.ca_file: %s holds no PEM certificate", c.CAFile)
		}
	}
	if c.CertificateFingerprint == "" {
		return nil
	}
	want, err := hex.DecodeString(strings.ReplaceAll(c.CertificateFingerprint, ":", ""))
	if err != nil || len(want) != sha256.Size {
		return errors.New("elasticsearch.certificate_fingerprint: want the SHA-256 of a certificate, 64 hex digits")
	}
	t.InsecureSkipVerify = true // for VerifyConnection, which runs on every handshake
	t.VerifyConnection = func(s tls.ConnectionState) error {
		for _, cert := range s.PeerCertificates {
			if sum := sha256.Sum256(cert.Raw); bytes.Equal(sum[:], want) {
				return nil
			}
		}
		return errors.New("no certificate of the node has the fingerprint of elasticsearch.certificate_fingerprint")
	}
	return nil
}

// compress says whether bulks are sent with gzip. Between processes of one
// machine it would only cost CPU.
func compress(c config.Elasticsearch) bool {
	switch c.Compression {
	case "on":
		return true
	case "off":
		return false
	}
	for _, a := range c.Addresses {
		u, err := url.Parse(a)
		if err != nil {
			return true
		}
		ip := net.ParseIP(u.Hostname())
		if u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return true
		}
	}
	return false
}

// Close drops idle connections.
func (s *Store) Close() error {
	s.pool.CloseIdleConnections()
	err := s.client.Close(context.Background())
	if errors.Is(err, elasticsearch.ErrAlreadyClosed) {
		return nil
	}
	return err
}

// answerLimit bounds what is read of an answer. A page of search results can
// hold a hundred articles of 10 MB at most in theory; a bulk answer has some
// 100 bytes an action.
const answerLimit = 256 << 20

// do sends one request and reads the whole answer. Body may be nil.
func (s *Store) do(ctx context.Context, method, path string, body []byte) (int, []byte, error) {
	var rd io.Reader
	if body != nil {
		rd = bytes.NewReader(body)
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, path, rd)
	if err != nil {
		return 0, nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return s.send(req)
}

func (s *Store) send(req *http.Request) (int, []byte, error) {
	res, err := s.client.Perform(req)
	if err != nil {
		return 0, nil, fmt.Errorf("elasticsearch: %w", err)
	}
	defer func() { _ = res.Body.Close() }() // read to the end or given up
	answer, err := io.ReadAll(io.LimitReader(res.Body, answerLimit))
	if err != nil {
		return res.StatusCode, nil, fmt.Errorf("elasticsearch: answer cut short: %w", err)
	}
	return res.StatusCode, answer, nil
}

// greet makes sure that the cluster has answered once, see Store.greeted.
func (s *Store) greet(ctx context.Context) error {
	s.mu.Lock()
	done := s.greeted
	s.mu.Unlock()
	if done {
		return nil
	}
	return s.Health(ctx)
}

// Health asks for the cluster's health and returns nil if it answers.
func (s *Store) Health(ctx context.Context) error {
	status, body, err := s.do(ctx, http.MethodGet, "/_cluster/health?timeout=1s&filter_path=status", nil)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return failure("cluster health", status, body)
	}
	s.mu.Lock()
	s.greeted = true
	s.mu.Unlock()
	return nil
}

// Refresh makes all acknowledged documents of this prefix searchable.
func (s *Store) Refresh(ctx context.Context) error {
	if err := s.greet(ctx); err != nil {
		return err
	}
	path := "/" + s.shape.Pattern(index.Article) + "," + s.shape.Pattern(index.Event) + "/_refresh"
	status, body, err := s.do(ctx, http.MethodPost, path, nil)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return failure("refresh", status, body)
	}
	return nil
}

// StatusError is an answer of the cluster that is not the one hoped for.
type StatusError struct {
	What   string // what was asked
	Status int
	Type   string // the server's name for it, may be empty
	Reason string // the server's words, at most 256 bytes; may quote a document
}

func (e *StatusError) Error() string {
	s := fmt.Sprintf("%s: elasticsearch answered %d", e.What, e.Status)
	if e.Type != "" {
		s += " " + e.Type
	}
	if e.Reason != "" {
		s += ": " + e.Reason
	}
	switch e.Status {
	case http.StatusUnauthorized:
		s += " (check elasticsearch.api_key or username and password)"
	case http.StatusForbidden:
		s += " (the key lacks a privilege; see the documentation of setup)"
	}
	return s
}

// Refused reports whether asking again would not help until somebody has mended
// credentials, rights or an index. A read of many documents is answered with
// 200 and an error for each.
func (e *StatusError) Refused() bool {
	switch e.Type {
	case reply.ClosedIndex, "security_exception":
		return true
	}
	return e.Status >= 300 && e.Status < 500 && e.Status != http.StatusRequestTimeout && e.Status != http.StatusTooManyRequests
}

// failure reads an error answer.
func failure(what string, status int, body []byte) *StatusError {
	e := &StatusError{What: what, Status: status}
	var answer struct {
		Error struct {
			Type   string `json:"type"`
			Reason string `json:"reason"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &answer) == nil {
		e.Type, e.Reason = answer.Error.Type, reply.Capped(answer.Error.Reason)
	}
	return e
}

// gzipped compresses a bulk at the fastest level.
func gzipped(b *body) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(int(b.size) / 3)
	w, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	for _, p := range b.parts {
		if _, err := w.Write(p); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
