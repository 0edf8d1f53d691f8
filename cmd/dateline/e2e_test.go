//go:build servers

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"dateline/config"
	"dateline/feed"
	"dateline/index"
	"dateline/index/elastic"
	"dateline/internal/articles"
	"dateline/internal/broker"
	"dateline/internal/servers"
	"dateline/pipeline"
)

// The size of the run: records beside the bundled ones, partitions, workers.
const (
	e2eRecords    = 5200
	e2ePartitions = 6
	e2eSeed       = 20250310
)

// e2e is one run: what was produced, where, and what must come of it.
type e2e struct {
	t         *testing.T
	seed      int64
	cfg       *config.Config
	file      string // of cfg
	store     *elastic.Store
	broker    *broker.Client
	client    *kafka.Client
	records   []e2eRecord
	generated int              // records beside the bundled ones
	want      map[string]int64 // id to the external version that must stand in the end
}

// e2eRecord is one produced record, and what must become of it.
type e2eRecord struct {
	article   articles.Article
	partition int
	offset    int64
	id        string
	index     string
	version   int64  // external; a document of this version or a higher one must be stored
	dead      string // reason of its dead letter; then there is no id
}

// TestEndToEnd sends articles through three workers on a real Kafka into a
// real Elasticsearch, kills one worker, stops another, and then accounts for
// every single record: stored, stale or dead, at no instant committed before
// it was settled, and findable by who, where and when.
func TestEndToEnd(t *testing.T) {
	x := newE2E(t)
	x.seed, x.generated = e2eSeed, e2eRecords
	x.produce()
	sample := x.watch()
	workers := []*child{x.worker("a"), x.worker("b"), x.worker("c")}
	x.until("a third is committed", func() bool { return x.committed() > int64(len(x.records)/3) })
	workers[0].kill()
	x.until("half is committed", func() bool { return x.committed() > int64(len(x.records)/2) })
	workers[0] = x.worker("a again")
	workers[1].stop()
	x.until("everything is committed", func() bool { return x.committed() == int64(len(x.records)) })
	sample()
	for _, w := range []*child{workers[0], workers[2]} {
		w.stop()
	}
	x.account()
	x.ask()
}

func newE2E(t *testing.T) *e2e {
	t.Helper()
	id := servers.Unique("e2e")
	c := config.Default()
	c.Kafka.Brokers = []string{servers.KafkaAddr()}
	c.Kafka.Topic, c.Kafka.DLQTopic, c.Kafka.FingerprintTopic = id+".raw", id+".dlq", id+".fingerprints"
	c.Kafka.BackfillTopic, c.Kafka.Group, c.Kafka.BackfillGroup = id+".backfill", id, id+"-backfill"
	c.Kafka.Partitions = e2ePartitions
	c.Kafka.HeartbeatInterval, c.Kafka.SessionTimeout, c.Kafka.RebalanceTimeout = time.Second, 6*time.Second, 6*time.Second
	c.Kafka.DrainTimeout, c.Kafka.CommitTimeout, c.Kafka.CommitInterval = 2*time.Second, 2*time.Second, 200*time.Millisecond
	c.Elasticsearch.Addresses = []string{servers.ElasticsearchURL()}
	c.Elasticsearch.Prefix = id
	c.Worker.Listen, c.Worker.Dedup.Dir = "127.0.0.1:0", t.TempDir()
	// Small bulks and rings, so that much is on the way when a worker dies.
	c.Worker.Bulk.Docs, c.Worker.RingRecords = 500, 256
	x := &e2e{t: t, cfg: c, file: filepath.Join(t.TempDir(), "dateline.yaml"), want: make(map[string]int64)}
	x.write()
	file := x.file
	for i, want := range []string{"created", "unchanged"} {
		out, errs, code := runProgram(t, "", "setup", "--config", file)
		if code != 0 || !strings.Contains(out, want) {
			t.Fatalf("setup %d: exit %d\n%s%s", i+1, code, out, errs)
		}
	}
	out, errs, code := runProgram(t, "", "check", "--config", file)
	if code != 0 {
		t.Fatalf("check after setup: exit %d\n%s%s", code, out, errs)
	}
	s, err := elastic.New(c.Elasticsearch, elastic.Options{Document: documentOptions(c)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	b, err := broker.New(c.Kafka)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	x.store, x.broker, x.client = s, b, b.Kafka(20*time.Second)
	return x
}

// write puts the configuration into its file.
func (x *e2e) write() {
	x.t.Helper()
	var yaml bytes.Buffer
	if err := config.Print(&yaml, x.cfg); err != nil {
		x.t.Fatal(err)
	}
	if err := os.WriteFile(x.file, yaml.Bytes(), 0o600); err != nil {
		x.t.Fatal(err)
	}
}

// produce sends everything and reads back where each record landed, then works
// out what must become of it.
func (x *e2e) produce() {
	p, err := feed.NewProducer(x.cfg.Kafka, feed.ProducerOptions{})
	if err != nil {
		x.t.Fatal(err)
	}
	defer p.Close()
	all := articles.All()
	mix := articles.DefaultMix(x.seed, x.generated)
	all = slices.AppendSeq(all, mix.Articles())
	byValue := make(map[string][]articles.Article)
	var out []feed.Record
	for _, a := range all {
		v := a.Envelope()
		byValue[articles.Key(a)+"\x00"+string(v)] = append(byValue[articles.Key(a)+"\x00"+string(v)], a)
		out = append(out, feed.Record{Key: []byte(articles.Key(a)), Value: v})
	}
	if err := p.Produce(context.Background(), out); err != nil {
		x.t.Fatal(err)
	}
	opt := documentOptions(x.cfg)
	// Identity and version do not depend on what the stages read.
	stages, err := pipeline.New(pipeline.Options{Stages: []string{}})
	if err != nil {
		x.t.Fatal(err)
	}
	var s pipeline.Scratch
	for _, m := range x.read(x.cfg.Kafka.Topic, e2ePartitions) {
		key := string(m.Key) + "\x00" + string(m.Value)
		if len(byValue[key]) == 0 {
			x.t.Fatalf("the topic holds a record that was not produced: %q", m.Key)
		}
		r := e2eRecord{article: byValue[key][0], partition: m.Partition, offset: m.Offset}
		byValue[key] = byValue[key][1:]
		a, err := stages.Read(m.Value, &s)
		if err != nil {
			r.dead = err.Error()
		} else {
			d := stages.Enrich(a, nil, &s)
			act, err := index.ArticleAction(d, opt)
			if err != nil {
				x.t.Fatal(err)
			}
			r.id, r.index, r.version = act.ID, act.Index, act.Version
			x.want[r.id] = max(x.want[r.id], r.version)
		}
		if dead := r.dead != ""; dead != (r.article.Want.Outcome == articles.Dead) {
			x.t.Fatalf("%s: dead %v (%s), the oracle says %s", r.article.Name, dead, r.dead, r.article.Want.Outcome)
		}
		x.records = append(x.records, r)
	}
	if len(x.records) != len(all) {
		x.t.Fatalf("%d records in the topic, %d produced", len(x.records), len(all))
	}
	if n := len(articles.Expect(slices.Values(all)).Items); n != len(x.want) {
		x.t.Fatalf("%d items by their envelopes, %d by the oracle", len(x.want), n)
	}
	x.t.Logf("%d records, %d items, %d partitions", len(x.records), len(x.want), e2ePartitions)
}

// read reads a whole topic.
func (x *e2e) read(topic string, partitions int) (out []kafka.Message) {
	x.t.Helper()
	for p := range partitions {
		out = append(out, x.readFrom(topic, p, 0)...)
	}
	return out
}

func (x *e2e) readFrom(topic string, partition int, offset int64) (out []kafka.Message) {
	x.t.Helper()
	conn, err := kafka.DialLeader(context.Background(), "tcp", x.cfg.Kafka.Brokers[0], topic, partition)
	if err != nil {
		x.t.Fatal(err)
	}
	defer conn.Close()
	_, last, err := conn.ReadOffsets()
	if err != nil {
		x.t.Fatal(err)
	}
	if _, err := conn.Seek(offset, kafka.SeekAbsolute); err != nil {
		x.t.Fatal(err)
	}
	for offset < last {
		conn.SetDeadline(time.Now().Add(20 * time.Second))
		b := conn.ReadBatchWith(kafka.ReadBatchConfig{MinBytes: 1, MaxBytes: 16 << 20, MaxWait: time.Second})
		for {
			m, err := b.ReadMessage()
			if err != nil {
				break
			}
			out = append(out, m)
			offset = m.Offset + 1
		}
		if err := b.Close(); err != nil {
			x.t.Fatalf("read %s/%d: %v", topic, partition, err)
		}
	}
	return out
}

func (x *e2e) offsets() map[int]int64 {
	x.t.Helper()
	parts := make([]int, e2ePartitions)
	for i := range parts {
		parts[i] = i
	}
	r, err := x.client.OffsetFetch(context.Background(), &kafka.OffsetFetchRequest{GroupID: x.cfg.Kafka.Group, Topics: map[string][]int{x.cfg.Kafka.Topic: parts}})
	if err != nil {
		x.t.Logf("committed offsets: %v", err)
		return nil
	}
	m := make(map[int]int64)
	for _, p := range r.Topics[x.cfg.Kafka.Topic] {
		m[p.Partition] = max(0, p.CommittedOffset)
	}
	return m
}

func (x *e2e) committed() (n int64) {
	for _, o := range x.offsets() {
		n += o
	}
	return n
}

func (x *e2e) until(what string, f func() bool) {
	x.t.Helper()
	for end := time.Now().Add(10 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if f() {
			return
		}
	}
	x.t.Fatalf("never happened: %s (%d of %d committed)", what, x.committed(), len(x.records))
}

// watch checks, again and again while the workers come and go, that no offset
// is committed whose record is not settled, and that committed offsets never
// fall. The function it returns makes a last check and ends the watch.
func (x *e2e) watch() (stop func()) {
	byPlace := make(map[int]map[int64]*e2eRecord)
	highest := make(map[string]int64) // version of each document, by all its records
	for i := range x.records {
		r := &x.records[i]
		if byPlace[r.partition] == nil {
			byPlace[r.partition] = make(map[int64]*e2eRecord)
		}
		byPlace[r.partition][r.offset] = r
		highest[r.id] = max(highest[r.id], r.version)
	}
	seen := make(map[int]int64)
	letters := make(map[string]bool)
	var next int64
	samples := 0
	check := func() {
		now := x.offsets()
		if now == nil {
			return
		}
		samples++
		// Whatever was committed by then was dead-lettered or stored before.
		for _, m := range x.readFrom(x.cfg.Kafka.DLQTopic, 0, next) {
			letters[headerOf(m, "dateline-partition")+"/"+headerOf(m, "dateline-offset")] = true
			next = m.Offset + 1
		}
		fresh := make(map[string][]*e2eRecord)
		for p, o := range now {
			if o < seen[p] {
				x.t.Errorf("partition %d: committed offset fell from %d to %d", p, seen[p], o)
			}
			for k := seen[p]; k < o; k++ {
				switch r := byPlace[p][k]; {
				case r.dead == "":
					fresh[r.index] = append(fresh[r.index], r)
				case !letters[fmt.Sprintf("%d/%d", p, k)]:
					x.t.Errorf("partition %d offset %d was committed without its dead letter", p, k)
				}
			}
			seen[p] = o
		}
		for name, rs := range fresh {
			ids := make([]string, len(rs))
			for i, r := range rs {
				ids[i] = r.id
			}
			versions, err := x.store.Versions(context.Background(), name, ids)
			// A busy node says for a moment that no copy of a shard is there.
			for try := 0; err != nil && try < 10; try++ {
				time.Sleep(200 * time.Millisecond)
				versions, err = x.store.Versions(context.Background(), name, ids)
			}
			if err != nil {
				x.t.Errorf("stored versions: %v", err)
				continue
			}
			for i, r := range rs {
				// A verdict drops an old version as stale when the newer one has
				// passed dedup; its document may still be on its way.
				if versions[i] < r.version && r.version == highest[r.id] {
					x.t.Errorf("partition %d offset %d was committed, its document is at version %d, not %d", r.partition, r.offset, versions[i], r.version)
				}
			}
		}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			check()
			select {
			case <-done:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(done)
		<-ended
		check()
		x.t.Logf("committed offsets compared with what was settled in %d samples", samples)
	})
}

func headerOf(m kafka.Message, key string) string {
	for _, h := range m.Headers {
		if h.Key == key {
			return string(h.Value)
		}
	}
	return ""
}

// child is a worker process.
type child struct {
	x    *e2e
	name string
	cmd  *exec.Cmd
	log  *bytes.Buffer
	done chan struct{}
}

func (x *e2e) worker(name string) *child {
	x.t.Helper()
	return x.program(name, "worker", "--config", x.file)
}

// program starts a command that runs until it is stopped.
func (x *e2e) program(name string, args ...string) *child {
	x.t.Helper()
	c := &child{x: x, name: name, cmd: program(args...), log: new(bytes.Buffer), done: make(chan struct{})}
	c.cmd.Stdout, c.cmd.Stderr = c.log, c.log
	if err := c.cmd.Start(); err != nil {
		x.t.Fatal(err)
	}
	go func() {
		c.cmd.Wait()
		close(c.done)
	}()
	x.t.Cleanup(func() {
		c.cmd.Process.Kill()
		<-c.done
		if x.t.Failed() {
			x.t.Logf("worker %s:\n%s", name, c.log)
		}
	})
	return c
}

func (c *child) kill() {
	c.cmd.Process.Signal(syscall.SIGKILL)
	<-c.done
}

// stop asks the worker to end; it must do so by itself, with 0.
func (c *child) stop() {
	c.x.t.Helper()
	begin := time.Now()
	c.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.done:
	case <-time.After(30 * time.Second):
		c.x.t.Errorf("worker %s does not stop", c.name)
		c.kill()
	}
	if code := c.cmd.ProcessState.ExitCode(); code != 0 {
		c.x.t.Errorf("worker %s ends with %d", c.name, code)
	}
	c.x.t.Logf("worker %s stopped in %v", c.name, time.Since(begin).Round(time.Millisecond))
	if strings.Contains(c.log.String(), "DATA RACE") {
		c.x.t.Errorf("worker %s has a data race:\n%s", c.name, c.log)
	}
}

// es asks the cluster directly.
func (x *e2e) es(method, path, body string, into any) {
	x.t.Helper()
	r, err := http.NewRequest(method, servers.ElasticsearchURL()+path, strings.NewReader(body))
	if err != nil {
		x.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		x.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		x.t.Fatalf("%s %s: %s %.300s %v", method, path, resp.Status, data, err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		x.t.Fatal(err)
	}
}

// stored reads id and version of every document of a pattern, over all its
// indices. An id that stands in two of them is an error.
func (x *e2e) stored(pattern string) map[string]int64 {
	x.t.Helper()
	out := make(map[string]int64)
	after := ""
	for {
		var r struct {
			Hits struct {
				Hits []struct {
					ID      string `json:"_id"`
					Version int64  `json:"_version"`
					Index   string `json:"_index"`
					Sort    []any  `json:"sort"`
				} `json:"hits"`
			} `json:"hits"`
		}
		x.es(http.MethodPost, "/"+pattern+"/_search", `{"size":2000,"version":true,"_source":false,"sort":["doc_id","_index"]`+after+`}`, &r)
		if len(r.Hits.Hits) == 0 {
			return out
		}
		for _, h := range r.Hits.Hits {
			if _, twice := out[h.ID]; twice {
				x.t.Errorf("document %s stands in two indices", h.ID)
			}
			out[h.ID] = h.Version
		}
		last, _ := json.Marshal(r.Hits.Hits[len(r.Hits.Hits)-1].Sort)
		after = `,"search_after":` + string(last)
	}
}

// account compares everything produced with everything found.
func (x *e2e) account() {
	if err := x.store.Refresh(context.Background()); err != nil {
		x.t.Fatal(err)
	}
	got := x.stored(x.cfg.Elasticsearch.Prefix + "-articles-*")
	if !maps.Equal(got, x.want) {
		for id, v := range x.want {
			if got[id] != v {
				x.t.Errorf("article %s is stored at %d, want %d", id, got[id], v)
			}
		}
		for id := range got {
			if _, ok := x.want[id]; !ok {
				x.t.Errorf("article %s was never produced", id)
			}
		}
	}
	for id, v := range x.stored(x.cfg.Elasticsearch.Prefix + "-events-*") {
		if article := id[:32]; v != x.want[article] {
			x.t.Errorf("event %s is of version %d, its article of %d", id, v, x.want[article])
		}
	}
	letters := make(map[string]kafka.Message)
	for _, m := range x.readFrom(x.cfg.Kafka.DLQTopic, 0, 0) {
		letters[headerOf(m, "dateline-partition")+"/"+headerOf(m, "dateline-offset")] = m
	}
	dead := 0
	for _, r := range x.records {
		m, found := letters[fmt.Sprintf("%d/%d", r.partition, r.offset)]
		if found != (r.dead != "") {
			x.t.Errorf("%s at %d/%d: dead letter %v, want %v", r.article.Name, r.partition, r.offset, found, r.dead != "")
		}
		if !found {
			continue
		}
		dead++
		want := r.article.Want.Reason
		if reason := headerOf(m, "dateline-reason"); reason != want && !(reason == "stage_wire" && headerOf(m, "dateline-error-type") == want) {
			x.t.Errorf("%s: dead letter says %s, want %s", r.article.Name, reason, want)
		}
		if !bytes.Equal(m.Value, r.article.Envelope()) {
			x.t.Errorf("%s: the dead letter is not the record as it was", r.article.Name)
		}
	}
	if dead != len(letters) {
		x.t.Errorf("%d dead letters, %d of them of records that were to die", len(letters), dead)
	}
	x.t.Logf("%d records = %d articles at their highest version, %d dead letters, the rest stale or repeated", len(x.records), len(got), dead)
}

// ask finds what was stored by who, where and when.
func (x *e2e) ask() {
	search := func(q index.Query) []string {
		x.t.Helper()
		q.Now, q.Limit = time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC), 50
		a, err := x.store.Search(context.Background(), &q)
		if err != nil {
			x.t.Fatal(err)
		}
		var keys []string
		for _, h := range a.Hits {
			var d struct {
				Source struct {
					ID     string `json:"id"`
					ItemID string `json:"item_id"`
				} `json:"source"`
			}
			if err := json.Unmarshal(h.Source, &d); err != nil {
				x.t.Fatal(err)
			}
			keys = append(keys, d.Source.ID+"/"+d.Source.ItemID)
		}
		return keys
	}
	asked, answered := 0, 0
	for _, q := range articles.Questions() {
		for what, query := range map[string]index.Query{
			"actor":   {Actors: []string{q.Actor}, From: q.From, To: q.To},
			"place":   {Places: []string{q.Place}, Actors: []string{q.Actor}},
			"country": {Target: index.Events, Places: []string{q.Country}, Actors: []string{q.Actor}, From: q.From, To: q.To},
			"event":   {Target: index.Events, Actors: []string{q.Actor}, Places: []string{q.Place}, From: q.From, To: q.To},
		} {
			asked++
			got := search(query)
			ok := slices.ContainsFunc(q.Answers, func(k string) bool { return slices.Contains(got, k) })
			if ok {
				answered++
			} else {
				x.t.Logf("%s by %s: %q has none of %q", q.Text, what, got, q.Answers)
			}
		}
		wrong := index.Query{Target: index.Events, Actors: []string{q.Actor}, Places: []string{q.Place}, From: q.From.AddDate(-3, 0, 0), To: q.From.AddDate(-2, 0, 0)}
		if got := search(wrong); len(got) != 0 {
			x.t.Errorf("%s three years earlier: %q", q.Text, got)
		}
	}
	x.t.Logf("%d of %d questions about the bundled articles answered", answered, asked)
	if answered < asked*85/100 {
		x.t.Errorf("only %d of %d questions were answered", answered, asked)
	}
	x.facts(search)
}

// facts asks for who, where and when of generated articles' first sentences,
// all three in one event.
func (x *e2e) facts(search func(index.Query) []string) {
	asked, answered := 0, 0
	for _, r := range x.records {
		f := r.article.Fact
		if f.Actor == "" || r.version != x.want[r.id] || r.article.Want.Outcome != articles.Indexed || r.article.Want.Status != "usable" {
			continue
		}
		if asked++; asked > 60 {
			break
		}
		got := search(index.Query{Target: index.Events, Actors: []string{f.Actor}, Places: []string{f.Country}, From: f.Day, To: f.Day.AddDate(0, 0, 1)})
		if slices.Contains(got, articles.Key(r.article)) {
			answered++
		}
	}
	x.t.Logf("%d of 60 generated facts found by actor, country and day in one event", answered)
	if answered < 48 {
		x.t.Errorf("only %d of 60 generated facts were found", answered)
	}
}
