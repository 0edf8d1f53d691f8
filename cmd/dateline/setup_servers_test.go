//go:build servers

package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"dateline/config"
	"dateline/internal/servers"
)

// TestSetupServers runs setup as an operator does, against the real servers:
// a dry run, the run, and a second run that finds nothing to do.
func TestSetupServers(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c := config.Default()
	c.Kafka.Brokers = []string{servers.KafkaAddr()}
	c.Kafka.Topic, c.Kafka.BackfillTopic = servers.Unique("raw"), servers.Unique("backfill")
	c.Kafka.DLQTopic, c.Kafka.FingerprintTopic = servers.Unique("dlq"), servers.Unique("fingerprints")
	c.Elasticsearch.Addresses = []string{servers.ElasticsearchURL()}
	c.Elasticsearch.Prefix = servers.Unique("news")
	run := func(dry bool, created, updated int) *setupReport {
		t.Helper()
		r, err := setup(ctx, c, "", dry)
		if err != nil {
			t.Fatal(err)
		}
		n, m := 0, 0
		for _, s := range r.Topics {
			if s.State == "created" {
				n++
			} else if len(s.Warnings) > 0 {
				t.Errorf("a topic that setup made itself: %v", s.Warnings)
			}
		}
		for _, s := range r.Store {
			if s.Body != nil {
				m++
			}
		}
		if n != created || m != updated {
			t.Errorf("dry run %v: %d topics and %d objects, want %d and %d: %+v", dry, n, m, created, updated, r)
		}
		return r
	}
	run(true, 5, 3)
	run(true, 5, 3) // the first one did nothing
	r := run(false, 5, 3)
	var out strings.Builder
	if err := r.write(&out, false); err != nil || !strings.Contains(out.String(), "template form: full") {
		t.Errorf("%v:\n%s", err, out.String())
	}
	// Kafka answers for topics a moment after it made them.
	deadline := time.Now().Add(20 * time.Second)
	for {
		r, err := setup(ctx, c, "topics", true)
		if err == nil && r.Topics[0].State == "unchanged" && r.Topics[3].State == "unchanged" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("topics after setup: %+v, %v", r, err)
		}
		time.Sleep(100 * time.Millisecond)
	}
	run(false, 0, 0)
	c.Kafka.Topic, c.Kafka.Replication = servers.Unique("raw"), 3
	if _, err := setup(ctx, c, "topics", false); err == nil || !strings.Contains(err.Error(), "kafka.replication") {
		t.Errorf("three copies on one broker: %v", err)
	}
}
