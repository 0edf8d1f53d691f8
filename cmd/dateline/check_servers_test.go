//go:build servers

package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"dateline/config"
	"dateline/index/embedded"
	"dateline/internal/broker"
	"dateline/internal/diagnosis"
	"dateline/internal/servers"
)

// broken is one thing wrong with a configuration that is otherwise good, or
// with what it leads to.
type broken struct {
	name  string
	base  string // plain or secured: which servers
	spoil func(t *testing.T, c *config.Config)
	fault diagnosis.Fault
	hop   string // part of the name of the hop that must be named
	words string // of the message or the hint
}

// TestCheckFindsTheBrokenHop breaks one thing at a time, on real servers, and
// demands that the check names it, and nothing else, with the right way out.
func TestCheckFindsTheBrokenHop(t *testing.T) {
	bases := map[string]*config.Config{"plain": goodPlain(t), "secured": goodSecured(t)}
	for name, c := range bases {
		if hops := check(t, c); diagnosis.Broken(hops) {
			t.Fatalf("the good %s configuration is found broken: %+v", name, hops)
		}
	}
	cases := slices.Concat(brokenProcess(), brokenNetwork(), brokenKafkaSecurity(), brokenTopics(), brokenStore(), brokenIndices())
	for _, b := range cases {
		t.Run(b.name, func(t *testing.T) {
			c := *bases[b.base]
			c.Kafka.Brokers, c.Elasticsearch.Addresses = slices.Clone(c.Kafka.Brokers), slices.Clone(c.Elasticsearch.Addresses)
			b.spoil(t, &c)
			diagnosed(t, check(t, &c), b)
		})
	}
	t.Logf("%d broken configurations", len(cases))
}

// diagnosed demands exactly one broken hop, the right one.
func diagnosed(t *testing.T, hops []diagnosis.Hop, b broken) {
	t.Helper()
	var found []diagnosis.Hop
	for _, h := range hops {
		if !h.OK {
			found = append(found, h)
		}
		if s := fmt.Sprintf("%+v", h); strings.Contains(s, ownerPassword) || strings.Contains(s, userPassword) {
			t.Errorf("a password is shown: %s", s)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d broken hops, want one: %+v", len(found), found)
	}
	h := found[0]
	if h.Fault != b.fault || !strings.Contains(h.Name, b.hop) || !strings.Contains(h.Error+" "+h.Hint, b.words) || h.Hint == "" {
		t.Errorf("got %+v\nwant %s at a hop %q that says %q", h, b.fault, b.hop, b.words)
	}
}

func check(t *testing.T, c *config.Config) []diagnosis.Hop {
	t.Helper()
	return diagnosis.Run(t.Context(), diagnosis.Options{Config: c, Document: documentOptions(c), Product: "test", Patience: 5 * time.Second})
}

// goodPlain is set up on the servers without security.
func goodPlain(t *testing.T) *config.Config {
	t.Helper()
	id := servers.Unique("check")
	c := config.Default()
	c.Kafka.Brokers = []string{servers.KafkaAddr()}
	c.Kafka.Topic, c.Kafka.DLQTopic, c.Kafka.FingerprintTopic, c.Kafka.BackfillTopic = id+".raw", id+".dlq", id+".fingerprints", id+".backfill"
	c.Kafka.Group, c.Kafka.Partitions = id, 2
	c.Elasticsearch.Addresses, c.Elasticsearch.Prefix = []string{servers.ElasticsearchURL()}, id
	c.Worker.Listen, c.Worker.Dedup.Dir = "127.0.0.1:0", t.TempDir()
	mustSetUp(t, c)
	return c
}

func goodSecured(t *testing.T) *config.Config {
	t.Helper()
	c := needSecured(t).settings()
	mustSetUp(t, c)
	return c
}

func mustSetUp(t *testing.T, c *config.Config) {
	t.Helper()
	if _, err := setup(t.Context(), c, "", false); err != nil {
		t.Fatal(err)
	}
	// Kafka answers for topics a moment after it made them.
	for end := time.Now().Add(20 * time.Second); diagnosis.Broken(check(t, c)) && time.Now().Before(end); {
		time.Sleep(200 * time.Millisecond)
	}
}

func brokenProcess() []broken {
	return []broken{
		{"port taken", "plain", func(t *testing.T, c *config.Config) {
			c.Worker.Listen = listenHere(t, nil)
		}, diagnosis.PortTaken, "worker.listen", "another program"},
		{"address of another machine", "plain", func(t *testing.T, c *config.Config) {
			c.Worker.Listen = "192.0.2.77:9600"
		}, diagnosis.Configuration, "worker.listen", "address of this machine"},
		{"correction of nobody", "plain", func(t *testing.T, c *config.Config) {
			c.Worker.Overrides = written(t, "corrections.jsonl", []byte(`{"op":"alias","surface":"Bibi","by":"kl","reason":"nickname","at":"2025-03-01"}`+"\n"))
		}, diagnosis.File, "worker.overrides", "the line that is named"},
		{"more memory than the process has", "plain", func(t *testing.T, c *config.Config) {
			old := debug.SetMemoryLimit(150 << 20)
			t.Cleanup(func() { debug.SetMemoryLimit(old) })
		}, diagnosis.Memory, "worker.memory", "GOMEMLIMIT"},
	}
}

func brokenNetwork() []broken {
	return []broken{
		{"kafka host that is not known", "plain", func(t *testing.T, c *config.Config) {
			c.Kafka.Brokers = []string{"no-such-broker.invalid:9092"}
		}, diagnosis.Name, "no-such-broker.invalid", "kafka.brokers"},
		{"kafka port where nothing listens", "plain", func(t *testing.T, c *config.Config) {
			c.Kafka.Brokers = []string{freeAddress(t)}
		}, diagnosis.Refused, "connection", "nothing listens"},
		{"second of two brokers is down", "plain", func(t *testing.T, c *config.Config) {
			c.Kafka.Brokers = append(c.Kafka.Brokers, freeAddress(t))
		}, diagnosis.Refused, "connection", "nothing listens"},
		{"a web server instead of kafka", "plain", func(t *testing.T, c *config.Config) {
			c.Kafka.Brokers = []string{strings.TrimPrefix(servers.ElasticsearchURL(), "http://")}
		}, diagnosis.NotKafka, "Kafka protocol", "a web server answers"},
		{"broker advertises a name that is not known here", "secured", func(t *testing.T, c *config.Config) {
			c.Kafka.Brokers = []string{needSecured(t).kafka.ListenerAddr("LOST")}
		}, diagnosis.Advertised, "advertise", "advertised.listeners"},
		{"elasticsearch host that is not known", "plain", func(t *testing.T, c *config.Config) {
			c.Elasticsearch.Addresses = []string{"http://no-such-node.invalid:9200"}
		}, diagnosis.Name, "no-such-node.invalid", "elasticsearch.addresses"},
		{"elasticsearch port where nothing listens", "plain", func(t *testing.T, c *config.Config) {
			c.Elasticsearch.Addresses = []string{"http://" + freeAddress(t)}
		}, diagnosis.Refused, "connection", "nothing listens"},
		{"something else than elasticsearch", "plain", func(t *testing.T, c *config.Config) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "{}") }))
			t.Cleanup(s.Close)
			c.Elasticsearch.Addresses = []string{s.URL}
		}, diagnosis.NotES, "cluster", "OpenSearch"},
		{"kafka instead of elasticsearch", "plain", func(t *testing.T, c *config.Config) {
			c.Elasticsearch.Addresses = []string{"http://" + servers.KafkaAddr()}
		}, diagnosis.NotES, "cluster", "elasticsearch.addresses"},
	}
}

func brokenKafkaSecurity() []broken {
	tlsOnly := func(c *config.Config) { c.Kafka.SASL = config.SASL{Mechanism: "none"} }
	return []broken{
		{"TLS to a plain port of kafka", "plain", func(t *testing.T, c *config.Config) {
			c.Kafka.TLS.Enabled = true
		}, diagnosis.TLSNotSpoken, "TLS", "kafka.tls.enabled to false"},
		{"no TLS to a TLS port of kafka", "secured", func(t *testing.T, c *config.Config) {
			c.Kafka.TLS = config.TLS{}
		}, diagnosis.TLSExpected, "login", "kafka.tls.enabled to true"},
		{"unknown authority of kafka", "secured", func(t *testing.T, c *config.Config) {
			c.Kafka.TLS.CAFile = ""
		}, diagnosis.TLSAuthority, "TLS", "kafka.tls.ca_file"},
		{"kafka's certificate is for another name", "secured", func(t *testing.T, c *config.Config) {
			c.Kafka.TLS.ServerName = "kafka.example.net"
		}, diagnosis.TLSName, "TLS", "kafka.tls.server_name"},
		{"kafka's certificate has expired", "secured", func(t *testing.T, c *config.Config) {
			pair, ca := certificate(t, "127.0.0.1", -time.Hour)
			c.Kafka.Brokers, c.Kafka.TLS.CAFile = []string{listenHere(t, &pair)}, ca
		}, diagnosis.TLSExpired, "TLS", "expired"},
		{"kafka asks for a client certificate", "secured", func(t *testing.T, c *config.Config) {
			tlsOnly(c)
			c.Kafka.Brokers = []string{needSecured(t).kafka.ListenerAddr("MUTUAL")}
		}, diagnosis.TLSClient, "Kafka protocol", "cert_file"},
		{"client certificate of another authority", "secured", func(t *testing.T, c *config.Config) {
			tlsOnly(c)
			c.Kafka.Brokers = []string{needSecured(t).kafka.ListenerAddr("MUTUAL")}
			pair, file := certificate(t, "worker", time.Hour)
			c.Kafka.TLS.CertFile, c.Kafka.TLS.KeyFile = file, keyFile(t, pair)
		}, diagnosis.TLSClient, "Kafka protocol", "cert_file"},
		{"ca_file is not there", "secured", func(t *testing.T, c *config.Config) {
			c.Kafka.TLS.CAFile = filepath.Join(t.TempDir(), "none.pem")
		}, diagnosis.File, "certificates", "none.pem"},
		{"ca_file is no PEM", "secured", func(t *testing.T, c *config.Config) {
			c.Kafka.TLS.CAFile = written(t, "ca.pem", []byte("not a certificate"))
		}, diagnosis.File, "certificates", "PEM"},
		{"key of another certificate", "secured", func(t *testing.T, c *config.Config) {
			_, file := certificate(t, "worker", time.Hour)
			other, _ := certificate(t, "worker", time.Hour)
			c.Kafka.TLS.CertFile, c.Kafka.TLS.KeyFile = file, keyFile(t, other)
		}, diagnosis.File, "certificates", "private key does not match"},
		{"wrong password, plain", "secured", func(t *testing.T, c *config.Config) {
			c.Kafka.SASL.Password = "guess"
		}, diagnosis.SASLLogin, "login", "kafka.sasl.username or password"},
		{"wrong password, scram-sha-512", "secured", func(t *testing.T, c *config.Config) {
			c.Kafka.SASL = config.SASL{Mechanism: "scram-sha-512", Username: "owner", Password: "guess"}
		}, diagnosis.SASLLogin, "login", "kafka.sasl.username or password"},
		{"user without scram credentials", "secured", func(t *testing.T, c *config.Config) {
			c.Kafka.SASL = config.SASL{Mechanism: "scram-sha-256", Username: "feed", Password: userPassword}
		}, diagnosis.SASLLogin, "login", "with scram"},
		{"mechanism that the broker does not take", "secured", func(t *testing.T, c *config.Config) {
			c.Kafka.Brokers = []string{needSecured(t).kafka.ListenerAddr("SCRAM")}
		}, diagnosis.SASLMechanism, "login", "the broker takes scram-sha-512:"},
		{"no login where one is asked for", "secured", func(t *testing.T, c *config.Config) {
			tlsOnly(c)
		}, diagnosis.SASLExpected, "Kafka protocol", "kafka.sasl.mechanism"},
		{"login where none is taken", "plain", func(t *testing.T, c *config.Config) {
			c.Kafka.SASL = config.SASL{Mechanism: "plain", Username: "worker", Password: userPassword}
		}, diagnosis.SASLNotSpoken, "login", "to none"},
	}
}

func brokenTopics() []broken {
	asWorker := func(c *config.Config) {
		c.Kafka.SASL = config.SASL{Mechanism: "plain", Username: "worker", Password: userPassword}
	}
	read, write := []kafka.ACLOperationType{kafka.ACLOperationTypeRead}, []kafka.ACLOperationType{kafka.ACLOperationTypeWrite}
	return []broken{
		{"input topic is not there", "plain", func(t *testing.T, c *config.Config) {
			c.Kafka.Topic = servers.Unique("absent")
		}, diagnosis.TopicMissing, "topic absent", "dateline setup"},
		{"dead-letter topic is not there", "plain", func(t *testing.T, c *config.Config) {
			c.Kafka.DLQTopic = servers.Unique("absent")
		}, diagnosis.TopicMissing, "topic absent", "kafka.dlq_topic"},
		{"input topic is compacted", "plain", func(t *testing.T, c *config.Config) {
			c.Kafka.Topic = newTopic(t, c, 1, "cleanup.policy", "compact", "max.message.bytes", "6291456")
		}, diagnosis.TopicCompacted, "settings of", "cleanup.policy to delete"},
		{"input topic takes small records only", "plain", func(t *testing.T, c *config.Config) {
			c.Kafka.Topic = newTopic(t, c, 1)
		}, diagnosis.TopicBytes, "settings of", "max.message.bytes"},
		{"dead letters do not fit", "plain", func(t *testing.T, c *config.Config) {
			c.Kafka.DLQTopic = newTopic(t, c, 1, "max.message.bytes", "6291456")
		}, diagnosis.TopicBytes, "settings of", fmt.Sprint(broker.MaxDeadLetter)},
		{"two orders of fingerprints", "plain", func(t *testing.T, c *config.Config) {
			c.Kafka.FingerprintTopic = newTopic(t, c, 2)
		}, diagnosis.TopicPartition, "topic", "exactly one"},
		{"user without any right", "secured", func(t *testing.T, c *config.Config) {
			asWorker(c)
		}, diagnosis.TopicACL, "topic", "allow Read"},
		{"user who may only read", "secured", func(t *testing.T, c *config.Config) {
			asWorker(c)
			c.Kafka.Group = servers.Unique("group")
			needSecured(t).allow(t, "worker", grant{kafka.ResourceTypeTopic, c.Kafka.Topic, read}, grant{kafka.ResourceTypeTopic, c.Kafka.DLQTopic, read})
		}, diagnosis.TopicACL, "topic", "lacks the right to Write"},
		{"user who may not use the group", "secured", func(t *testing.T, c *config.Config) {
			asWorker(c)
			c.Kafka.Group = servers.Unique("group")
			needSecured(t).allow(t, "worker", grant{kafka.ResourceTypeTopic, c.Kafka.Topic, read}, grant{kafka.ResourceTypeTopic, c.Kafka.DLQTopic, write},
				grant{kafka.ResourceTypeTopic, c.Kafka.FingerprintTopic, slices.Concat(read, write)})
		}, diagnosis.GroupACL, "group", "Read on group"},
		{"group of another program", "plain", func(t *testing.T, c *config.Config) {
			c.Kafka.Group = servers.Unique("group")
			g, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{ID: c.Kafka.Group, Brokers: c.Kafka.Brokers, Topics: []string{c.Kafka.Topic},
				GroupBalancers: []kafka.GroupBalancer{kafka.RoundRobinGroupBalancer{}}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { g.Close() })
			if _, err := g.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
		}, diagnosis.GroupProtocol, "group", "another kafka.group"},
	}
}

func brokenStore() []broken {
	return []broken{
		{"TLS to a plain port of elasticsearch", "plain", func(t *testing.T, c *config.Config) {
			c.Elasticsearch.Addresses = []string{strings.Replace(servers.ElasticsearchURL(), "http", "https", 1)}
		}, diagnosis.TLSNotSpoken, "TLS", "http://"},
		{"no TLS to a TLS port of elasticsearch", "secured", func(t *testing.T, c *config.Config) {
			c.Elasticsearch.Addresses = []string{strings.Replace(needSecured(t).es.URL(), "https", "http", 1)}
			c.Elasticsearch.CAFile = ""
		}, diagnosis.TLSExpected, "cluster", "https://"},
		{"unknown authority of elasticsearch", "secured", func(t *testing.T, c *config.Config) {
			c.Elasticsearch.CAFile = ""
		}, diagnosis.TLSAuthority, "TLS", "elasticsearch.ca_file"},
		{"another fingerprint", "secured", func(t *testing.T, c *config.Config) {
			c.Elasticsearch.CAFile, c.Elasticsearch.CertificateFingerprint = "", strings.Repeat("ab", 32)
		}, diagnosis.TLSFingerprint, "TLS", "certificate_fingerprint"},
		{"elasticsearch's certificate is for another name", "secured", func(t *testing.T, c *config.Config) {
			pair, ca := certificate(t, "es.example.net", time.Hour)
			c.Elasticsearch.Addresses, c.Elasticsearch.CAFile = []string{"https://" + listenHere(t, &pair)}, ca
		}, diagnosis.TLSName, "TLS", "elasticsearch.addresses"},
		{"wrong password", "secured", func(t *testing.T, c *config.Config) {
			c.Elasticsearch.Password = "guess"
		}, diagnosis.Credentials, "cluster", "username and password"},
		{"unknown API key", "secured", func(t *testing.T, c *config.Config) {
			c.Elasticsearch.Username, c.Elasticsearch.Password = "", ""
			c.Elasticsearch.APIKey = "dW5rbm93bi1pZDp1bmtub3duLWtleQ=="
		}, diagnosis.Credentials, "cluster", "elasticsearch.api_key"},
		{"no login to a secured cluster", "secured", func(t *testing.T, c *config.Config) {
			c.Elasticsearch.Username, c.Elasticsearch.Password = "", ""
		}, diagnosis.Credentials, "cluster", "elasticsearch.api_key"},
		{"key without monitor", "secured", func(t *testing.T, c *config.Config) {
			keyed(t, c, nil, "read", "index", "create_index")
		}, diagnosis.Privilege, "cluster", "monitor"},
		{"key that may not write", "secured", func(t *testing.T, c *config.Config) {
			keyed(t, c, []string{"monitor"}, "read")
		}, diagnosis.Privilege, "privileges", "index on"},
		{"key that may not create indices", "secured", func(t *testing.T, c *config.Config) {
			keyed(t, c, []string{"monitor"}, "read", "index")
		}, diagnosis.Privilege, "privileges", "create_index on"},
		{"bulks larger than the cluster takes", "secured", func(t *testing.T, c *config.Config) {
			c.Worker.Bulk.Bytes = 20 << 20
		}, diagnosis.BulkBytes, "size of bulks", "http.max_content_length"},
		{"embedded index in use", "plain", func(t *testing.T, c *config.Config) {
			c.Store, c.Embedded.Dir = "embedded", t.TempDir()
			s, err := embedded.Open(c.Embedded.Dir)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
		}, diagnosis.Locked, "folder", "another process"},
		{"embedded index in a file", "plain", func(t *testing.T, c *config.Config) {
			c.Store, c.Embedded.Dir = "embedded", written(t, "file", nil)
		}, diagnosis.File, "folder", "embedded.dir"},
	}
}

func brokenIndices() []broken {
	return []broken{
		{"no setup", "plain", func(t *testing.T, c *config.Config) {
			c.Elasticsearch.Prefix = servers.Unique("absent")
		}, diagnosis.Templates, "templates", "dateline setup"},
		{"another period", "plain", func(t *testing.T, c *config.Config) {
			c.Elasticsearch.Period = "year"
		}, diagnosis.Period, "templates", "elasticsearch.period"},
		{"cluster of a newer release", "plain", func(t *testing.T, c *config.Config) {
			c.Elasticsearch.Prefix = servers.Unique("newer")
			put(t, "/_index_template/"+c.Elasticsearch.Prefix+"-articles",
				`{"index_patterns":["`+c.Elasticsearch.Prefix+`-articles-*"],"_meta":{"product":"dateline","version":"v99","schema":999,"period":"month"}}`)
		}, diagnosis.Newer, "templates", "upgrade Dateline"},
		{"an index has the alias's name", "plain", func(t *testing.T, c *config.Config) {
			c.Elasticsearch.Prefix = servers.Unique("taken")
			put(t, "/"+c.Elasticsearch.Prefix+"-articles", "{}")
			t.Cleanup(func() { esRequest(t, http.MethodDelete, "/"+c.Elasticsearch.Prefix+"-articles", "") })
		}, diagnosis.AliasTaken, "aliases", "delete it"},
		{"read-only index", "plain", func(t *testing.T, c *config.Config) {
			name := c.Elasticsearch.Prefix + "-articles-2025.05"
			put(t, "/"+name, `{"settings":{"index.blocks.read_only_allow_delete":true}}`)
			t.Cleanup(func() { esRequest(t, http.MethodDelete, "/"+name, "") })
		}, diagnosis.ReadOnly, "take writes", "disk"},
	}
}

// TestCheckReadsTheFile breaks the file itself.
func TestCheckReadsTheFile(t *testing.T) {
	for _, b := range []struct{ name, yaml, words string }{
		{"unknown key", "kafka:\n  broker: [a:9092]\n", "kafka.broker"},
		{"number without a unit", "kafka:\n  max_wait: 500\n", "kafka.max_wait"},
		{"variable that is not set", "elasticsearch:\n  api_key: ${NO_SUCH_VARIABLE_HERE}\n", "NO_SUCH_VARIABLE_HERE"},
		{"not YAML", "kafka: [\n", ""},
		{"drain longer than the session", "kafka:\n  drain_timeout: 40s\n", "session_timeout"},
		{"two topics of one name", "kafka:\n  dlq_topic: news.raw\n", "are both"},
		{"one group for live and backfill", "kafka:\n  group: x\n  backfill_group: x\n", "backfill_group"},
		{"key and password", "elasticsearch:\n  api_key: ${K}\n  username: u\n  password: ${K}\n", "elasticsearch.api_key"},
		{"mechanism that nobody knows", "kafka:\n  sasl:\n    mechanism: gssapi\n", "gssapi"},
		{"stage without what it reads", "worker:\n  stages: [actor]\n", "needs the stage name"},
	} {
		t.Run(b.name, func(t *testing.T) {
			t.Setenv("K", "secret-of-the-file")
			file := written(t, "dateline.yaml", []byte(b.yaml))
			out, _, code := runProgram(t, "", "check", "--config", file)
			if code != exitFailed || !strings.Contains(out, "configuration:") || !strings.Contains(out, file+":") || !strings.Contains(out, b.words) || strings.Contains(out, "secret-of-the-file") {
				t.Errorf("exit %d\n%s", code, out)
			}
		})
	}
	out, _, code := runProgram(t, "", "check", "--config", filepath.Join(t.TempDir(), "none.yaml"))
	if code != exitFailed || !strings.Contains(out, "BROKEN") || !strings.Contains(out, "file:") {
		t.Errorf("a file that is not there: exit %d\n%s", code, out)
	}
}

// TestCheckKnowsARunningWorker: its port is taken, as it should be.
func TestCheckKnowsARunningWorker(t *testing.T) {
	c := goodPlain(t)
	c.Worker.Listen = freeAddress(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- runWorker(ctx, c, workerRun{}) }()
	noted := func() bool {
		for _, h := range check(t, c) {
			if strings.HasPrefix(h.Name, "worker.listen") {
				return h.OK && strings.Contains(h.Note, "a worker runs there")
			}
		}
		return false
	}
	for end := time.Now().Add(20 * time.Second); !noted(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Error("the check does not know the worker")
			break
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	port, err := servers.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("127.0.0.1:%d", port)
}

// listenHere takes connections and says nothing, after a TLS handshake if
// there is a certificate.
func listenHere(t *testing.T, pair *tls.Certificate) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if pair != nil {
					s := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{*pair}})
					s.SetDeadline(time.Now().Add(5 * time.Second))
					s.Handshake()
				}
			}()
		}
	}()
	return l.Addr().String()
}

// certificate makes a self-signed one for a name or address that is valid for
// so long from now, and writes it into a file.
func certificate(t *testing.T, name string, valid time.Duration) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(valid), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, written(t, "cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func keyFile(t *testing.T, pair tls.Certificate) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return written(t, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func written(t *testing.T, name string, content []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// newTopic creates a topic with settings, as key and value in turn.
func newTopic(t *testing.T, c *config.Config, partitions int, settings ...string) string {
	t.Helper()
	name := servers.Unique("topic")
	topic := kafka.TopicConfig{Topic: name, NumPartitions: partitions, ReplicationFactor: 1}
	for i := 0; i < len(settings); i += 2 {
		topic.ConfigEntries = append(topic.ConfigEntries, kafka.ConfigEntry{ConfigName: settings[i], ConfigValue: settings[i+1]})
	}
	b, err := broker.New(c.Kafka)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	res, err := b.Kafka(10*time.Second).CreateTopics(t.Context(), &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{topic}})
	if err == nil {
		err = res.Errors[name]
	}
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// keyed gives the configuration an API key with these privileges.
func keyed(t *testing.T, c *config.Config, cluster []string, indices ...string) {
	t.Helper()
	c.Elasticsearch.Username, c.Elasticsearch.Password = "", ""
	c.Elasticsearch.APIKey = needSecured(t).apiKey(t, servers.Unique("key"), cluster, map[string][]string{c.Elasticsearch.Prefix + "-*": indices})
}

func put(t *testing.T, path, body string) {
	t.Helper()
	if status := esRequest(t, http.MethodPut, path, body); status != http.StatusOK {
		t.Fatalf("PUT %s: %d", path, status)
	}
}

func esRequest(t *testing.T, method, path, body string) int {
	t.Helper()
	r, err := http.NewRequest(method, servers.ElasticsearchURL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}
