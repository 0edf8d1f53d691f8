package main

import (
	"encoding/json"
	"strings"
	"testing"

	"dateline/config"
	"dateline/index/elastic"
)

// What the topics must be, whatever the configuration says of the rest.
func TestTopics(t *testing.T) {
	k := config.Default().Kafka
	k.Replication = 3
	byName := map[string]topicStep{}
	for _, topic := range topics(k) {
		byName[topic.Topic] = topic
		if topic.Config["cleanup.policy"] != "delete" || topic.Config["min.insync.replicas"] != "2" || topic.Replication != 3 {
			t.Errorf("%+v", topic)
		}
	}
	if len(byName) != 5 {
		t.Fatalf("%d topics", len(byName))
	}
	if raw := byName[k.Topic]; raw.Partitions != k.Partitions || raw.Config["max.message.bytes"] != "6291456" || raw.Config["retention.ms"] != "604800000" {
		t.Errorf("raw: %+v", raw)
	}
	if dlq := byName[k.DLQTopic]; dlq.Config["max.message.bytes"] != "6356992" || dlq.Config["retention.ms"] != "2592000000" {
		t.Errorf("dead letters: %+v", dlq)
	}
	if f := byName[k.FingerprintTopic]; f.Partitions != 1 || f.Config["message.timestamp.type"] != "LogAppendTime" || f.Config["retention.ms"] != "777600000" {
		t.Errorf("fingerprints: %+v", f)
	}
	k.Replication = 1
	if _, ok := topics(k)[0].Config["min.insync.replicas"]; ok {
		t.Error("two brokers asked for where there is one copy")
	}
}

// A topic that exists is described, and what is wrong with it is said.
func TestCompareTopic(t *testing.T) {
	all := topics(config.Default().Kafka)
	raw, fingerprints := all[0], all[3]
	for name, c := range map[string]struct {
		want       topicStep
		partitions int
		config     map[string]string
		warning    string
	}{
		"good":           {raw, 3, map[string]string{"cleanup.policy": "delete", "max.message.bytes": "7000000"}, ""},
		"not allowed":    {raw, 3, map[string]string{}, ""},
		"compacted":      {raw, 3, map[string]string{"cleanup.policy": "compact"}, "cleanup.policy"},
		"small":          {raw, 3, map[string]string{"max.message.bytes": "1048588"}, "6291456"},
		"two partitions": {fingerprints, 2, map[string]string{}, "exactly 1"},
		"one partition":  {fingerprints, 1, map[string]string{}, ""},
	} {
		got := compare(topicStep{Partitions: c.partitions, Config: c.config}, c.want)
		if all := strings.Join(got.Warnings, "; "); (all == "") != (c.warning == "") || !strings.Contains(all, c.warning) {
			t.Errorf("%s: warnings %q, want one of %q", name, all, c.warning)
		}
	}
}

func TestSetupReport(t *testing.T) {
	r := setupReport{
		Topics: []topicStep{
			{Topic: "news.raw", State: "created", Partitions: 6, Replication: 1, Config: map[string]string{"retention.ms": "604800000"}},
			{Topic: "news.dlq", State: "unchanged", Warnings: []string{"too small"}},
		},
		Store: []elastic.Step{
			{Object: "template form", State: "full (why)"},
			{Object: "template dateline-articles", State: "created", Body: json.RawMessage(`{}`)},
		},
	}
	for dry, want := range map[bool]string{
		false: "topic news.raw: created (partitions 6, copies 1, kept 7 days)\ntopic news.dlq: unchanged\n  warning: too small\n" +
			"template form: full (why)\ntemplate dateline-articles: created\n",
		true: "topic news.raw: would be created (partitions 6, copies 1, kept 7 days)\ntopic news.dlq: unchanged\n  warning: too small\n" +
			"template form: full (why)\ntemplate dateline-articles: would be created\n",
	} {
		var b strings.Builder
		r.DryRun = dry
		if err := r.write(&b, false); err != nil || b.String() != want {
			t.Errorf("dry run %v:\n%s%v", dry, b.String(), err)
		}
	}
	var b strings.Builder
	if err := r.write(&b, true); err != nil || !json.Valid([]byte(b.String())) {
		t.Errorf("%v: %s", err, b.String())
	}
}
