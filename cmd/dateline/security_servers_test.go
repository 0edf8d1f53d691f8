//go:build servers

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl/plain"

	"dateline/config"
	"dateline/feed"
	"dateline/index/elastic"
	"dateline/internal/broker"
	"dateline/internal/servers"
	"dateline/worker"
)

// The roles of docs/security.md, as grants.
var (
	reads     = []kafka.ACLOperationType{kafka.ACLOperationTypeRead}
	writes    = []kafka.ACLOperationType{kafka.ACLOperationTypeWrite}
	describes = []kafka.ACLOperationType{kafka.ACLOperationTypeDescribe}
)

func workerGrants(k config.Kafka) []grant {
	return []grant{
		{kafka.ResourceTypeTopic, k.Topic, reads},
		{kafka.ResourceTypeTopic, k.FingerprintTopic, slices.Concat(reads, writes)},
		{kafka.ResourceTypeTopic, k.DLQTopic, writes},
		{kafka.ResourceTypeGroup, k.Group, reads},
	}
}

func backfillGrants(k config.Kafka) []grant {
	return []grant{
		{kafka.ResourceTypeTopic, k.BackfillTopic, reads},
		{kafka.ResourceTypeTopic, worker.BackfillFingerprints(k), slices.Concat(reads, writes)},
		{kafka.ResourceTypeTopic, k.DLQTopic, writes},
		{kafka.ResourceTypeGroup, k.BackfillGroup, reads},
		{kafka.ResourceTypeTopic, k.Topic, describes},
		{kafka.ResourceTypeGroup, k.Group, describes},
	}
}

func operatorGrants(k config.Kafka) []grant {
	return []grant{
		{kafka.ResourceTypeTopic, k.Topic, reads},
		{kafka.ResourceTypeTopic, k.DLQTopic, slices.Concat(reads, writes)},
		{kafka.ResourceTypeTopic, k.BackfillTopic, writes},
	}
}

func setupGrants(k config.Kafka) (g []grant) {
	for _, t := range topics(k) {
		g = append(g, grant{kafka.ResourceTypeTopic, t.Topic,
			[]kafka.ACLOperationType{kafka.ACLOperationTypeCreate, kafka.ACLOperationTypeDescribe, kafka.ACLOperationTypeDescribeConfigs}})
	}
	return g
}

// workerKey makes the API key of the role worker.
func (s *secured) workerKey(t *testing.T, prefix string) config.Secret {
	t.Helper()
	return s.apiKey(t, servers.Unique("worker"), []string{"monitor"}, map[string][]string{
		prefix + "-articles-*": {"read", "index", "create_index"}, prefix + "-events-*": {"read", "index", "create_index"}})
}

// TestWorkerBehindEveryLogin runs a worker with the least rights through each
// kind of login that Kafka and Elasticsearch take, and finds every article.
func TestWorkerBehindEveryLogin(t *testing.T) {
	s := needSecured(t)
	owner := s.settings()
	mustSetUp(t, owner)
	s.allow(t, "worker", workerGrants(owner.Kafka)...)
	s.esUser(t, owner.Elasticsearch.Prefix)
	cert, key, err := s.kafka.ClientCertificate("worker")
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile := written(t, "worker.pem", cert), written(t, "worker.key", key)
	apiKey := func(c *config.Config) {
		c.Elasticsearch.Username, c.Elasticsearch.Password, c.Elasticsearch.APIKey = "", "", s.workerKey(t, owner.Elasticsearch.Prefix)
	}
	sent := 0
	for _, way := range []struct {
		name string
		as   func(c *config.Config)
	}{
		{"plain, API key, CA file", func(c *config.Config) {
			c.Kafka.SASL = config.SASL{Mechanism: "plain", Username: "worker", Password: userPassword}
			apiKey(c)
		}},
		{"scram-sha-256, API key, fingerprint", func(c *config.Config) {
			c.Kafka.SASL = config.SASL{Mechanism: "scram-sha-256", Username: "worker", Password: userPassword}
			apiKey(c)
			c.Elasticsearch.CAFile, c.Elasticsearch.CertificateFingerprint = "", fingerprintOf(t, s.es.CertificatePEM())
		}},
		{"scram-sha-512, name and password", func(c *config.Config) {
			c.Kafka.SASL = config.SASL{Mechanism: "scram-sha-512", Username: "worker", Password: userPassword}
			c.Elasticsearch.Username, c.Elasticsearch.Password = "dateline-worker", userPassword
		}},
		{"client certificate, API key", func(c *config.Config) {
			c.Kafka.Brokers, c.Kafka.SASL = []string{s.kafka.ListenerAddr("MUTUAL")}, config.SASL{Mechanism: "none"}
			c.Kafka.TLS.CertFile, c.Kafka.TLS.KeyFile = certFile, keyFile
			apiKey(c)
		}},
	} {
		t.Run(way.name, func(t *testing.T) {
			c := *owner
			c.Kafka.Brokers = slices.Clone(c.Kafka.Brokers)
			way.as(&c)
			for _, h := range check(t, &c) {
				if !h.OK {
					t.Errorf("check: %+v", h)
				}
			}
			const n = 10
			var records []feed.Record
			for i := range n {
				records = append(records, note(sent+i))
			}
			sent += n
			s.produce(t, owner, records)
			s.work(t, owner, &c)
			if got := s.count(t, owner.Elasticsearch.Prefix+"-articles"); got != sent {
				t.Errorf("%d articles are indexed, want %d", got, sent)
			}
		})
	}
}

// esUser makes a native user of the role worker.
func (s *secured) esUser(t *testing.T, prefix string) {
	t.Helper()
	role := fmt.Sprintf(`{"cluster":["monitor"],"indices":[{"names":["%[1]s-articles-*","%[1]s-events-*"],"privileges":["read","index","create_index"]}]}`, prefix)
	for path, body := range map[string]string{"/_security/role/dateline-worker": role,
		"/_security/user/dateline-worker": fmt.Sprintf(`{"password":%q,"roles":["dateline-worker"]}`, userPassword)} {
		if status, answer := s.request(t, "", http.MethodPut, path, body); status != http.StatusOK {
			t.Fatalf("%s: %d %v", path, status, answer)
		}
	}
}

func fingerprintOf(t *testing.T, certPEM []byte) string {
	t.Helper()
	block, _ := pem.Decode(certPEM)
	if block == nil {
		t.Fatal("no certificate")
	}
	sum := sha256.Sum256(block.Bytes)
	return hex.EncodeToString(sum[:])
}

func (s *secured) produce(t *testing.T, owner *config.Config, records []feed.Record) {
	t.Helper()
	p, err := feed.NewProducer(owner.Kafka, feed.ProducerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Produce(t.Context(), records); err != nil {
		t.Fatal(err)
	}
}

// work runs a worker until the group has no lag.
func (s *secured) work(t *testing.T, owner, c *config.Config) {
	t.Helper()
	b, err := broker.New(owner.Kafka)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- runWorker(ctx, c, workerRun{}) }()
	for end := time.Now().Add(90 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if lag, err := b.Lag(t.Context(), owner.Kafka.Group, owner.Kafka.Topic); err == nil && lag == 0 {
			break
		} else if time.Now().After(end) {
			t.Errorf("the worker's lag is %d, %v", lag, err)
			break
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func (s *secured) count(t *testing.T, alias string) int {
	t.Helper()
	s.request(t, "", http.MethodPost, "/"+alias+"/_refresh", "")
	_, answer := s.request(t, "", http.MethodGet, "/"+alias+"/_count", "")
	n, _ := answer["count"].(float64)
	return int(n)
}

// TestLeastPrivilege tries, as each role, what the role need not do: all of it
// must be refused, by Kafka and by Elasticsearch.
func TestLeastPrivilege(t *testing.T) {
	s := needSecured(t)
	owner := s.settings()
	mustSetUp(t, owner)
	k := owner.Kafka
	s.allow(t, "feed", grant{kafka.ResourceTypeTopic, k.Topic, writes})
	s.allow(t, "operator", operatorGrants(k)...)
	s.allow(t, "worker", workerGrants(k)...)
	s.produce(t, owner, []feed.Record{note(0), {Value: []byte("junk")}})

	t.Run("kafka", func(t *testing.T) { s.kafkaRefuses(t) })
	t.Run("elasticsearch", func(t *testing.T) { s.elasticRefuses(t, owner) })
	t.Run("feed", func(t *testing.T) {
		c := *owner
		c.Kafka.SASL = config.SASL{Mechanism: "plain", Username: "feed", Password: userPassword}
		s.produce(t, &c, []feed.Record{note(1)})
	})
	t.Run("operator", func(t *testing.T) {
		c := *owner
		c.Kafka.SASL = config.SASL{Mechanism: "plain", Username: "operator", Password: userPassword}
		w := *owner
		w.Kafka.SASL = config.SASL{Mechanism: "plain", Username: "worker", Password: userPassword}
		s.work(t, owner, &w) // writes the dead letter
		f := letterFlags{config: s.configFile(t, &c), filters: nil}
		l, err := f.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer l.close()
		res, err := (&letterReplay{all: true}).run(t.Context(), l, io.Discard)
		if err != nil || res.Sent != 1 {
			t.Errorf("dlq replay as operator: %+v, %v", res, err)
		}
		all, err := (&replay{since: time.Now().Add(-time.Hour), epoch: -1}).run(t.Context(), &c, io.Discard)
		if err != nil || all.Sent < 2 {
			t.Errorf("replay as operator: %+v, %v", all, err)
		}
	})
	t.Run("backfill", func(t *testing.T) {
		s.allow(t, "operator", backfillGrants(k)...) // the two roles in one user
		c := *owner
		c.Kafka.SASL = config.SASL{Mechanism: "plain", Username: "operator", Password: userPassword}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- runWorker(ctx, &c, workerRun{backfill: true}) }()
		b, err := broker.New(k)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		for end := time.Now().Add(90 * time.Second); ; time.Sleep(50 * time.Millisecond) {
			if lag, err := b.Lag(t.Context(), k.BackfillGroup, k.BackfillTopic); err == nil && lag == 0 {
				break
			} else if time.Now().After(end) {
				t.Errorf("the backfill's lag is %d, %v", lag, err)
				break
			}
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// configFile writes a configuration with its secrets in the environment.
func (s *secured) configFile(t *testing.T, c *config.Config) string {
	t.Helper()
	var yaml bytes.Buffer
	if err := config.Print(&yaml, c); err != nil {
		t.Fatal(err)
	}
	text := yaml.String()
	for _, secret := range []struct {
		value config.Secret
		env   string
	}{{c.Kafka.SASL.Password, "SECURED_KAFKA"}, {c.Elasticsearch.APIKey, "SECURED_KEY"}, {c.Elasticsearch.Password, "SECURED_ES"}, {c.Worker.Token, "SECURED_TOKEN"}} {
		if secret.value == "" {
			continue
		}
		t.Setenv(secret.env, string(secret.value))
		text = strings.Replace(text, `"***"`, "${"+secret.env+"}", 1)
	}
	return written(t, "dateline.yaml", []byte(text))
}

// denied are the errors by which Kafka refuses.
func denied(err error) bool {
	for _, e := range []error{kafka.TopicAuthorizationFailed, kafka.GroupAuthorizationFailed, kafka.ClusterAuthorizationFailed} {
		if errors.Is(err, e) {
			return true
		}
	}
	// Of a topic that it does not let somebody describe a broker says nothing.
	return err != nil && strings.Contains(err.Error(), "topic not found")
}

// kafkaRefuses tries as each role all that somebody may want to do with a
// broker: what the role needs must be allowed, all else refused.
func (s *secured) kafkaRefuses(t *testing.T) {
	c := s.settings() // topics of its own: what it writes is no article and no fingerprint
	mustSetUp(t, c)
	k := c.Kafka
	s.allow(t, "feed", grant{kafka.ResourceTypeTopic, k.Topic, writes})
	s.allow(t, "operator", operatorGrants(k)...)
	s.allow(t, "worker", workerGrants(k)...)
	s.tries(t, k, "worker", "write "+k.DLQTopic, "write "+k.FingerprintTopic, "read "+k.Topic, "read "+k.FingerprintTopic, "commit for "+k.Group)
	s.tries(t, k, "feed", "write "+k.Topic)
	s.tries(t, k, "operator", "read "+k.Topic, "read "+k.DLQTopic, "write "+k.DLQTopic, "write "+k.BackfillTopic)
}

// tries does everything as a user; what is not among allowed must be refused.
func (s *secured) tries(t *testing.T, k config.Kafka, user string, allowed ...string) {
	t.Helper()
	transport := &kafka.Transport{TLS: s.kafka.TLSConfig(), SASL: plain.Mechanism{Username: user, Password: userPassword}}
	defer transport.CloseIdleConnections()
	attempts := attempts(t.Context(), &kafka.Client{Addr: kafka.TCP(s.kafka.Addr()), Transport: transport, Timeout: 10 * time.Second}, k, user)
	for _, what := range allowed {
		if attempts[what] == nil {
			t.Errorf("nobody tries to %s", what)
		}
	}
	for what, try := range attempts {
		err := try()
		switch {
		case slices.Contains(allowed, what) && err != nil:
			t.Errorf("%s may not %s: %v", user, what, err)
		case !slices.Contains(allowed, what) && !denied(err):
			t.Errorf("%s was not refused to %s: %v", user, what, err)
		}
	}
}

// attempts are the things that a client may ask of a broker.
func attempts(ctx context.Context, c *kafka.Client, k config.Kafka, user string) map[string]func() error {
	m := map[string]func() error{
		"create a topic": func() error {
			name := servers.Unique("topic")
			r, err := c.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{{Topic: name, NumPartitions: 1, ReplicationFactor: 1}}})
			if err == nil {
				err = r.Errors[name]
			}
			return err
		},
		"give itself rights": func() error {
			r, err := c.CreateACLs(ctx, &kafka.CreateACLsRequest{ACLs: []kafka.ACLEntry{{ResourceType: kafka.ResourceTypeTopic, ResourceName: "*", ResourcePatternType: kafka.PatternTypeLiteral,
				Principal: "User:" + user, Host: "*", Operation: kafka.ACLOperationTypeAll, PermissionType: kafka.ACLPermissionTypeAllow}}})
			if err == nil {
				err = errors.Join(r.Errors...)
			}
			return err
		},
		"read rights": func() error {
			r, err := c.DescribeACLs(ctx, &kafka.DescribeACLsRequest{Filter: kafka.ACLFilter{ResourceTypeFilter: kafka.ResourceTypeAny,
				ResourcePatternTypeFilter: kafka.PatternTypeAny, Operation: kafka.ACLOperationTypeAny, PermissionType: kafka.ACLPermissionTypeAny}})
			if err == nil {
				err = r.Error
			}
			return err
		},
		"read the settings of a broker": func() error {
			r, err := c.DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{Resources: []kafka.DescribeConfigRequestResource{{ResourceType: kafka.ResourceTypeBroker, ResourceName: "1"}}})
			if err == nil {
				err = r.Resources[0].Error
			}
			return err
		},
	}
	for _, group := range []string{k.Group, k.BackfillGroup} {
		m["commit for "+group] = func() error {
			r, err := c.OffsetCommit(ctx, &kafka.OffsetCommitRequest{GroupID: group, GenerationID: -1, Topics: map[string][]kafka.OffsetCommit{k.Topic: {{Partition: 0, Offset: 0}}}})
			if err == nil {
				err = r.Topics[k.Topic][0].Error
			}
			return err
		}
		m["delete the group "+group] = func() error {
			r, err := c.DeleteGroups(ctx, &kafka.DeleteGroupsRequest{GroupIDs: []string{group}})
			if err == nil {
				err = r.Errors[group]
			}
			return err
		}
	}
	for _, step := range topics(k) {
		topicAttempts(ctx, c, step.Topic, m)
	}
	return m
}

// topicAttempts adds what may be asked of one topic.
func topicAttempts(ctx context.Context, c *kafka.Client, topic string, m map[string]func() error) {
	m["write "+topic] = func() error {
		r, err := c.Produce(ctx, &kafka.ProduceRequest{Topic: topic, RequiredAcks: kafka.RequireAll, Records: kafka.NewRecordReader(kafka.Record{Value: kafka.NewBytes([]byte("x"))})})
		if err == nil {
			err = r.Error
		}
		return err
	}
	m["read "+topic] = func() error {
		r, err := c.Fetch(ctx, &kafka.FetchRequest{Topic: topic, MinBytes: 1, MaxBytes: 1 << 20, MaxWait: 100 * time.Millisecond})
		if err == nil {
			err = r.Error
		}
		return err
	}
	m["delete "+topic] = func() error {
		r, err := c.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: []string{topic}})
		if err == nil {
			err = r.Errors[topic]
		}
		return err
	}
	m["change the settings of "+topic] = func() error {
		r, err := c.IncrementalAlterConfigs(ctx, &kafka.IncrementalAlterConfigsRequest{Resources: []kafka.IncrementalAlterConfigsRequestResource{{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: topic, Configs: []kafka.IncrementalAlterConfigsRequestConfig{{Name: "retention.ms", Value: "1"}}}}})
		if err == nil {
			err = r.Resources[0].Error
		}
		return err
	}
	m["add partitions to "+topic] = func() error {
		r, err := c.CreatePartitions(ctx, &kafka.CreatePartitionsRequest{Topics: []kafka.TopicPartitionsConfig{{Name: topic, Count: 64}}})
		if err == nil {
			err = r.Errors[topic]
		}
		return err
	}
}

// TestSetupRoleOfKafka sets the topics up with the rights of the role setup,
// with less, and tries what else the role may do.
func TestSetupRoleOfKafka(t *testing.T) {
	s := needSecured(t)
	installer := func() config.Kafka {
		k := s.settings().Kafka // topics of another name each time
		k.SASL = config.SASL{Mechanism: "plain", Username: "installer", Password: userPassword}
		return k
	}
	states := func(k config.Kafka) (string, []string, error) {
		steps, err := setupTopics(t.Context(), k, false)
		var out, warnings []string
		for _, x := range steps {
			out, warnings = append(out, x.State), append(warnings, x.Warnings...)
		}
		return strings.Join(slices.Compact(out), " "), warnings, err
	}
	k := installer()
	s.allow(t, "installer", setupGrants(k)...)
	for _, want := range []string{"created", "unchanged"} {
		if got, warnings, err := states(k); got != want || len(warnings) > 0 || err != nil {
			t.Errorf("setup: %s, %v, %v; want %s", got, warnings, err, want)
		}
	}
	compact := func() {
		t.Helper()
		r, err := s.admin.IncrementalAlterConfigs(t.Context(), &kafka.IncrementalAlterConfigsRequest{Resources: []kafka.IncrementalAlterConfigsRequestResource{{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: k.Topic, Configs: []kafka.IncrementalAlterConfigsRequestConfig{{Name: "cleanup.policy", Value: "compact"}}}}})
		if err != nil || r.Resources[0].Error != nil {
			t.Fatal(err, r)
		}
	}
	compact()
	// The controller has the setting when it says so, the broker that is asked a moment later.
	_, warnings, err := states(k)
	for end := time.Now().Add(10 * time.Second); err == nil && len(warnings) == 0 && time.Now().Before(end); _, warnings, err = states(k) {
		time.Sleep(50 * time.Millisecond)
	}
	if len(warnings) != 1 || err != nil {
		t.Errorf("a compacted topic: %v, %v", warnings, err)
	}
	s.tries(t, k, "installer")

	// Each right is needed: one to create, the others to see what is there.
	for _, op := range []kafka.ACLOperationType{kafka.ACLOperationTypeCreate, kafka.ACLOperationTypeDescribe, kafka.ACLOperationTypeDescribeConfigs} {
		k = installer()
		s.allow(t, "installer", setupGrants(k)...)
		s.forbid(t, "installer", op)
		_, _, err := states(k)
		if op == kafka.ACLOperationTypeCreate {
			if !denied(err) {
				t.Errorf("without the right to create: %v", err)
			}
			continue
		}
		if err != nil {
			t.Errorf("without right %d: %v", op, err)
		}
		compact()
		if _, warnings, err := states(k); len(warnings) > 0 || err != nil {
			t.Errorf("without right %d it still sees that a topic is compacted: %v, %v", op, warnings, err)
		}
	}
}

// elasticRefuses tries with the keys of worker and search what only others may.
func (s *secured) elasticRefuses(t *testing.T, owner *config.Config) {
	prefix := owner.Elasticsearch.Prefix
	index, foreign := prefix+"-articles-2025.05", servers.Unique("foreign")
	s.request(t, "", http.MethodPut, "/"+foreign+"/_doc/1", `{"a":1}`)
	w := *owner
	w.Kafka.SASL = config.SASL{Mechanism: "plain", Username: "worker", Password: userPassword}
	s.work(t, owner, &w) // so that there is an index
	worker := string(s.workerKey(t, prefix))
	doc := `{"id":"x","doc_id":"x","status":"usable"}`
	common := []struct{ what, method, path, body string }{
		{"delete an index", http.MethodDelete, "/" + index, ""},
		{"delete a document", http.MethodDelete, "/" + index + "/_doc/1", ""},
		{"write a foreign index", http.MethodPut, "/" + foreign + "/_doc/2", doc},
		{"read a foreign index", http.MethodGet, "/" + foreign + "/_search", ""},
		{"create a foreign index", http.MethodPut, "/" + foreign + "-2", "{}"},
		{"change settings of an index", http.MethodPut, "/" + index + "/_settings", `{"index":{"refresh_interval":"1s"}}`},
		{"put a template", http.MethodPut, "/_index_template/" + prefix + "-articles", `{"index_patterns":["` + prefix + `-articles-*"]}`},
		{"move an alias", http.MethodPost, "/_aliases", `{"actions":[{"remove_index":{"index":"` + index + `"}}]}`},
		{"change the cluster", http.MethodPut, "/_cluster/settings", `{"persistent":{"indices.recovery.max_bytes_per_sec":"1mb"}}`},
		{"make an API key", http.MethodPost, "/_security/api_key", `{"name":"x"}`},
		{"read users", http.MethodGet, "/_security/user", ""},
	}
	refused := func(role, key, what, method, path, body string) {
		t.Helper()
		if status, answer := s.request(t, key, method, path, body); status != http.StatusForbidden {
			t.Errorf("%s was not refused to %s: %d %v", role, what, status, answer)
		}
	}
	for _, x := range common {
		refused("the worker", worker, x.what, x.method, x.path, x.body)
	}
	search := string(s.apiKey(t, servers.Unique("search"), []string{"monitor"}, map[string][]string{prefix + "-*": {"read"}}))
	for _, x := range common {
		refused("the search", search, x.what, x.method, x.path, x.body)
	}
	refused("the search", search, "write a document", http.MethodPut, "/"+index+"/_doc/1", doc)
	c := owner.Elasticsearch
	c.Username, c.Password, c.APIKey = "", "", config.Secret(search)
	store, err := elastic.New(c, elastic.Options{Document: documentOptions(owner)})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	s.count(t, prefix+"-articles")
	ids, err := store.Get(t.Context(), noteID(0))
	if err != nil || ids == nil {
		t.Errorf("the search may not read: %v", err)
	}
	s.setupRole(t, owner)
}

// setupRole sets another prefix up with the key of the role setup.
func (s *secured) setupRole(t *testing.T, owner *config.Config) {
	t.Helper()
	c := *owner
	c.Elasticsearch.Prefix = servers.Unique("other")
	c.Elasticsearch.Username, c.Elasticsearch.Password = "", ""
	c.Elasticsearch.APIKey = s.apiKey(t, servers.Unique("setup"), []string{"monitor", "manage_index_templates"}, map[string][]string{c.Elasticsearch.Prefix + "-*": {"manage"}})
	r, err := setup(t.Context(), &c, "store", false)
	if err != nil || len(r.Store) == 0 {
		t.Errorf("setup with its role: %+v, %v", r, err)
	}
	if status, _ := s.request(t, string(c.Elasticsearch.APIKey), http.MethodGet, "/"+owner.Elasticsearch.Prefix+"-articles/_search", ""); status != http.StatusForbidden {
		t.Errorf("the setup role may read articles: %d", status)
	}
}

// TestSecretsStayInside runs the program with every kind of secret, at the most
// talkative level, with good ones and with wrong ones, and looks for them in
// all that it says.
func TestSecretsStayInside(t *testing.T) {
	s := needSecured(t)
	c := s.settings()
	mustSetUp(t, c)
	c.Worker.Token = "t0ken-of-the-tests"
	c.Log.Level = "debug"
	c.Worker.Listen = freeAddress(t)
	wrong := *c
	wrong.Elasticsearch.Username, wrong.Elasticsearch.Password = "", ""
	wrong.Elasticsearch.APIKey = "c2VjcmV0LWlkOnNlY3JldC1rZXk="
	wrong.Kafka.SASL = config.SASL{Mechanism: "scram-sha-512", Username: "worker", Password: "wr0ng-pa55word-of-the-tests"}
	wrong.Worker.Listen = "127.0.0.1:0"
	secrets := []string{ownerPassword, userPassword, "t0ken-of-the-tests", "c2VjcmV0LWlkOnNlY3JldC1rZXk", "secret-key", "wr0ng-pa55word-of-the-tests"}
	say := func(where, text string) {
		t.Helper()
		if text == "" {
			t.Errorf("%s says nothing", where)
		}
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s says %q:\n%s", where, secret, text)
			}
		}
	}
	good, bad := s.configFile(t, c), ""
	w := program("worker", "--config", good)
	var log bytes.Buffer
	w.Stdout, w.Stderr = &log, &log
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	defer w.Process.Kill()
	statusz := ""
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if res, err := http.Get("http://" + c.Worker.Listen + "/readyz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				break
			}
		}
	}
	for _, page := range []string{"/statusz", "/metrics", "/readyz"} {
		res, err := http.Get("http://" + c.Worker.Listen + page)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		say(page, string(body))
		statusz += string(body)
	}
	if !json.Valid([]byte(statusz[:strings.LastIndex(statusz[:strings.Index(statusz, "# HELP")], "}")+1])) {
		t.Error("/statusz is no JSON")
	}
	w.Process.Signal(os.Interrupt)
	w.Wait()
	say("a worker's log", log.String())

	bad = s.configFile(t, &wrong)
	for _, args := range [][]string{{"config", "print"}, {"config", "print", "--json"}, {"check"}, {"check", "--json"}, {"dlq", "ls"}, {"setup"}, {"replay", "--from-time", "1h"}} {
		out, errs, _ := runProgram(t, "", append(args, "--config", bad)...)
		say("dateline "+strings.Join(args, " "), out+errs)
	}
	// A login written into an address is refused without being repeated.
	file := written(t, "dateline.yaml", []byte("elasticsearch:\n  addresses: [\"https://elastic:"+ownerPassword+"@es:9200\"]\n"))
	out, errs, code := runProgram(t, "", "check", "--config", file)
	if code != exitFailed {
		t.Errorf("a login in an address is accepted")
	}
	say("check of an address with a login", out+errs)
}
