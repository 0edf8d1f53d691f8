//go:build servers

package main

import (
	"context"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl/plain"

	"dateline/config"
	"dateline/internal/servers"
)

// The passwords of this package's secured servers: that of their owner, and
// that of every other user. No output of the program may hold either.
const (
	ownerPassword = "owner-pa55word-of-the-tests"
	userPassword  = "user-pa55word-of-the-tests"
)

// secured is one Kafka with TLS, logins and access control, and one
// Elasticsearch with TLS and security, shared by the tests of this package.
type secured struct {
	kafka *servers.Kafka
	es    *servers.Elasticsearch
	dir   string // ca-kafka.pem, ca-es.pem
	admin *kafka.Client
}

var securedOnce = sync.OnceValues(startSecured)
var securedStarted *secured

func startSecured() (*secured, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	s := &secured{}
	securedStarted = s
	var kerr, eerr, derr error
	var both sync.WaitGroup
	both.Go(func() {
		scram := map[string]string{"sasl.enabled.mechanisms": "SCRAM-SHA-512", "scram-sha-512.sasl.jaas.config": "org.apache.kafka.common.security.scram.ScramLoginModule required;"}
		users := map[string]string{"sasl.enabled.mechanisms": "PLAIN", "plain.sasl.jaas.config": plainUsers("worker", "feed", "operator", "installer")}
		s.kafka, kerr = servers.StartKafka(ctx, servers.KafkaOptions{User: "owner", Password: ownerPassword, TLS: true, ACLs: true, HeapMB: 384,
			Settings: map[string]string{"listener.name.client.plain.sasl.jaas.config": users["plain.sasl.jaas.config"]},
			Listeners: []servers.KafkaListener{
				{Name: "MUTUAL", Protocol: "SSL", Settings: map[string]string{"ssl.client.auth": "required"}},
				{Name: "SCRAM", Protocol: "SASL_SSL", Settings: scram},
				{Name: "LOST", Protocol: "SASL_SSL", Advertise: "broker-7.example.invalid:9092", Settings: users},
			}})
	})
	both.Go(func() {
		s.es, eerr = servers.StartElasticsearch(ctx, servers.ElasticsearchOptions{Analysis: true, Password: ownerPassword, TLS: true, HeapMB: 512,
			Settings: map[string]string{"http.max_content_length": "10mb"}})
	})
	s.dir, derr = os.MkdirTemp("", "dateline-secured-")
	both.Wait()
	if err := errors.Join(kerr, eerr, derr); err != nil {
		return nil, err
	}
	s.admin = &kafka.Client{Addr: kafka.TCP(s.kafka.Addr()), Timeout: 20 * time.Second,
		Transport: &kafka.Transport{TLS: s.kafka.TLSConfig(), SASL: plain.Mechanism{Username: "owner", Password: ownerPassword}}}
	return s, errors.Join(
		os.WriteFile(s.file("ca-kafka.pem"), s.kafka.CertificatePEM(), 0o644),
		os.WriteFile(s.file("ca-es.pem"), s.es.CertificatePEM(), 0o644),
		s.scramUser(ctx, "worker"))
}

func stopSecured() error {
	s := securedStarted
	if s == nil {
		return nil
	}
	var errs []error
	if s.kafka != nil {
		errs = append(errs, s.kafka.Stop())
	}
	if s.es != nil {
		errs = append(errs, s.es.Stop())
	}
	return errors.Join(append(errs, os.RemoveAll(s.dir))...)
}

func (s *secured) file(name string) string { return filepath.Join(s.dir, name) }

// plainUsers is the broker's list of users of SASL PLAIN.
func plainUsers(names ...string) string {
	line := fmt.Sprintf("org.apache.kafka.common.security.plain.PlainLoginModule required username=%q password=%q user_owner=%q", "owner", ownerPassword, ownerPassword)
	for _, n := range names {
		line += fmt.Sprintf(" user_%s=%q", n, userPassword)
	}
	return line + ";"
}

// scramUser creates a user for both mechanisms of SCRAM.
func (s *secured) scramUser(ctx context.Context, name string) error {
	const rounds = 4096
	salt := []byte("salt-of-" + name)
	k256, err := pbkdf2.Key(sha256.New, userPassword, salt, rounds, sha256.Size)
	if err != nil {
		return err
	}
	k512, err := pbkdf2.Key(sha512.New, userPassword, salt, rounds, sha512.Size)
	if err != nil {
		return err
	}
	// One request for each: a user may stand in a request once.
	for mechanism, key := range map[kafka.ScramMechanism][]byte{kafka.ScramMechanismSha256: k256, kafka.ScramMechanismSha512: k512} {
		res, err := s.admin.AlterUserScramCredentials(ctx, &kafka.AlterUserScramCredentialsRequest{Upsertions: []kafka.UserScramCredentialsUpsertion{
			{Name: name, Mechanism: mechanism, Iterations: rounds, Salt: salt, SaltedPassword: key}}})
		for i := 0; err == nil && i < len(res.Results); i++ {
			err = res.Results[i].Error
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// needSecured starts the secured servers, or finds them running.
func needSecured(t *testing.T) *secured {
	t.Helper()
	s, err := securedOnce()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// grant is one line of an access control list.
type grant struct {
	resource   kafka.ResourceType
	name       string
	operations []kafka.ACLOperationType
}

// allow gives a user rights, as kafka-acls --add does.
func (s *secured) allow(t *testing.T, user string, grants ...grant) {
	t.Helper()
	var acls []kafka.ACLEntry
	for _, g := range grants {
		for _, op := range g.operations {
			acls = append(acls, kafka.ACLEntry{ResourceType: g.resource, ResourceName: g.name, ResourcePatternType: kafka.PatternTypeLiteral,
				Principal: "User:" + user, Host: "*", Operation: op, PermissionType: kafka.ACLPermissionTypeAllow})
		}
	}
	res, err := s.admin.CreateACLs(t.Context(), &kafka.CreateACLsRequest{ACLs: acls})
	if err == nil {
		err = errors.Join(res.Errors...)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// forbid takes a user's rights to an operation away again.
func (s *secured) forbid(t *testing.T, user string, op kafka.ACLOperationType) {
	t.Helper()
	res, err := s.admin.DeleteACLs(t.Context(), &kafka.DeleteACLsRequest{Filters: []kafka.DeleteACLsFilter{{
		ResourceTypeFilter: kafka.ResourceTypeAny, ResourcePatternTypeFilter: kafka.PatternTypeAny, PrincipalFilter: "User:" + user,
		Operation: op, PermissionType: kafka.ACLPermissionTypeAny}}})
	if err == nil {
		for _, r := range res.Results {
			err = errors.Join(err, r.Error)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// request asks Elasticsearch as its owner.
func (s *secured) request(t *testing.T, auth, method, path, body string) (status int, answer map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.es.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if auth == "" {
		req.SetBasicAuth("elastic", ownerPassword)
	} else {
		req.Header.Set("Authorization", "ApiKey "+auth)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: s.es.TLSConfig(), DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal(text, &answer)
	return res.StatusCode, answer
}

// apiKey makes an API key with a role: cluster privileges, and privileges on
// index patterns.
func (s *secured) apiKey(t *testing.T, name string, cluster []string, indices map[string][]string) config.Secret {
	t.Helper()
	var list []map[string]any
	for pattern, privileges := range indices {
		list = append(list, map[string]any{"names": []string{pattern}, "privileges": privileges})
	}
	body, err := json.Marshal(map[string]any{"name": name, "role_descriptors": map[string]any{name: map[string]any{"cluster": cluster, "indices": list}}})
	if err != nil {
		t.Fatal(err)
	}
	status, answer := s.request(t, "", http.MethodPost, "/_security/api_key", string(body))
	if status != http.StatusOK {
		t.Fatalf("API key %s: %d %v", name, status, answer)
	}
	return config.Secret(answer["encoded"].(string))
}

// settings are a configuration for both secured servers, with new topics, a
// new group and a new prefix, as the owner of everything.
func (s *secured) settings() *config.Config {
	id := servers.Unique("secured")
	c := config.Default()
	k := &c.Kafka
	k.Brokers = []string{s.kafka.Addr()}
	k.Topic, k.DLQTopic, k.FingerprintTopic, k.BackfillTopic = id+".raw", id+".dlq", id+".fingerprints", id+".backfill"
	k.Group, k.BackfillGroup, k.Partitions = id, id+"-backfill", 2
	k.TLS.Enabled, k.TLS.CAFile = true, s.file("ca-kafka.pem")
	k.SASL = config.SASL{Mechanism: "plain", Username: "owner", Password: ownerPassword}
	c.Elasticsearch.Addresses = []string{s.es.URL()}
	c.Elasticsearch.CAFile = s.file("ca-es.pem")
	c.Elasticsearch.Username, c.Elasticsearch.Password = "elastic", ownerPassword
	c.Elasticsearch.Prefix = id
	c.Worker.Listen, c.Worker.Dedup.Dir = "127.0.0.1:0", s.file("checkpoints")
	return c
}
