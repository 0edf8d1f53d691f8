//go:build unix

package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	"dateline/index"
	"dateline/pipeline/wire"
)

const clientTimeout = 20 * time.Second

// place is where a record stands in the input topic.
type place struct {
	partition int
	offset    int64
}

// Oracle knows what was produced and checks what became of it.
type Oracle struct {
	b     *Bench
	topic string
	dlq   string
	group string
	index string // prefix of the indices
	// verdicts says that the workers drop, by the log of fingerprints, what a
	// newer version has overtaken in it. That one may not be stored yet.
	verdicts bool

	mu       sync.Mutex
	records  []record      // by number; guarded by mu, grows while producing
	acked    []bool        // by number; guarded by mu
	at       map[place]int // number of what stands there; guarded by mu
	read     map[int]int64 // next offset to read, by partition; guarded by mu
	seen     map[int]int64 // highest committed offset that was checked; guarded by mu
	letters  map[place][]letter
	nextDead int64
	samples  int
	wrong    []string // guarded by mu
	http     *http.Client
}

// letter is what of a dead letter is compared.
type letter struct {
	reason string
	value  []byte
	key    []byte
	bare   string // headers of ours that it lacks
}

func newOracle(b *Bench, topic, dlq, group, prefix string) *Oracle {
	return &Oracle{b: b, topic: topic, dlq: dlq, group: group, index: prefix, at: make(map[place]int), read: make(map[int]int64),
		seen: make(map[int]int64), letters: make(map[place][]letter), http: &http.Client{Timeout: time.Minute}}
}

// maxWrong bounds how many violations a scenario lists; the rest say nothing
// new.
const maxWrong = 40

func (o *Oracle) violated(format string, args ...any) {
	if len(o.wrong) < maxWrong {
		o.wrong = append(o.wrong, fmt.Sprintf(format, args...))
	}
}

// expect adds records before they are produced and returns the number of the
// first.
func (o *Oracle) expect(rs []record) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	first := len(o.records)
	o.records = append(o.records, rs...)
	o.acked = append(o.acked, make([]bool, len(rs))...)
	return first
}

// ack notes that the broker has acknowledged records.
func (o *Oracle) ack(numbers []int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, n := range numbers {
		o.acked[n] = true
	}
}

// partitions asks how many the topic has.
func (b *Bench) partitions(ctx context.Context, topic string) (int, error) {
	// A request of a fresh connection: the transport's own view is up to
	// seconds old, and partitions may have been added.
	conn, err := b.dialer.DialContext(ctx, "tcp", b.Kafka.Addr())
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(clientTimeout))
	ps, err := conn.ReadPartitions(topic)
	return len(ps), err
}

// committed are the group's offsets by partition; 0 where there is none.
func (o *Oracle) committed(ctx context.Context) (map[int]int64, error) {
	n, err := o.b.partitions(ctx, o.topic)
	if err != nil {
		return nil, err
	}
	parts := make([]int, n)
	for i := range parts {
		parts[i] = i
	}
	r, err := o.b.client.OffsetFetch(ctx, &kafka.OffsetFetchRequest{GroupID: o.group, Topics: map[string][]int{o.topic: parts}})
	if err != nil {
		return nil, err
	}
	if r.Error != nil {
		return nil, r.Error
	}
	m := make(map[int]int64, n)
	for _, p := range r.Topics[o.topic] {
		if p.Error != nil {
			return nil, p.Error
		}
		m[p.Partition] = max(0, p.CommittedOffset)
	}
	return m, nil
}

// readFrom reads one partition of a topic to its present end.
func (b *Bench) readFrom(ctx context.Context, topic string, partition int, offset int64, f func(kafka.Message)) (int64, error) {
	conn, err := b.dialer.DialLeader(ctx, "tcp", b.Kafka.Addr(), topic, partition)
	if err != nil {
		return offset, err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(clientTimeout))
	_, last, err := conn.ReadOffsets()
	if err != nil {
		return offset, err
	}
	if offset >= last {
		return offset, nil
	}
	if _, err := conn.Seek(offset, kafka.SeekAbsolute|kafka.SeekDontCheck); err != nil {
		return offset, err
	}
	for offset < last {
		_ = conn.SetDeadline(time.Now().Add(clientTimeout))
		batch := conn.ReadBatchWith(kafka.ReadBatchConfig{MinBytes: 1, MaxBytes: 16 << 20, MaxWait: time.Second})
		for {
			m, err := batch.ReadMessage()
			if err != nil {
				break
			}
			if m.Offset >= offset {
				f(m)
				offset = m.Offset + 1
			}
		}
		if err := batch.Close(); err != nil {
			return offset, err
		}
	}
	return offset, nil
}

// follow reads what is new in the input and the dead-letter topic.
func (o *Oracle) follow(ctx context.Context, partitions int) error {
	for p := range partitions {
		next, err := o.b.readFrom(ctx, o.topic, p, o.read[p], func(m kafka.Message) {
			n, ok := number(m.Headers)
			if !ok || n >= len(o.records) {
				o.violated("the topic holds a record that was not produced, at %d/%d", p, m.Offset)
				return
			}
			o.at[place{p, m.Offset}] = n
		})
		o.read[p] = next
		if err != nil {
			return err
		}
	}
	next, err := o.b.readFrom(ctx, o.dlq, 0, o.nextDead, func(m kafka.Message) {
		h := make(map[string]string)
		for _, x := range m.Headers {
			h[x.Key] = string(x.Value)
		}
		p, err1 := strconv.Atoi(h["dateline-partition"])
		off, err2 := strconv.ParseInt(h["dateline-offset"], 10, 64)
		if err := errors.Join(err1, err2); err != nil || h["dateline-topic"] != o.topic {
			o.violated("dead letter %d does not say where it came from: %v", m.Offset, h)
			return
		}
		l := letter{reason: h["dateline-reason"], value: m.Value, key: m.Key}
		for _, k := range []string{"stage", "attempt", "timestamp", "worker", "epoch"} {
			if h["dateline-"+k] == "" {
				l.bare += " " + k
			}
		}
		if h[numberHeader] == "" {
			l.bare += " the original's"
		}
		o.letters[place{p, off}] = append(o.letters[place{p, off}], l)
	})
	o.nextDead = next
	return err
}

// sample checks every offset that was committed since the last time. What was
// committed before the sample was settled before it, so looking later cannot
// accuse the innocent.
func (o *Oracle) sample(ctx context.Context) error {
	now, err := o.committed(ctx)
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.follow(ctx, len(now)); err != nil {
		return err
	}
	fresh := make(map[string][]want)
	for p, end := range now {
		if end < o.seen[p] {
			o.violated("partition %d: committed offset fell from %d to %d", p, o.seen[p], end)
			continue
		}
		for k := o.seen[p]; k < end; k++ {
			n, ok := o.at[place{p, k}]
			if !ok {
				continue // no record has this offset
			}
			w := o.records[n].want
			switch {
			case w.reason == "":
				fresh[w.index] = append(fresh[w.index], w)
			case len(o.letters[place{p, k}]) == 0:
				o.violated("%d/%d was committed before its dead letter was written", p, k)
			}
		}
	}
	for name, ws := range fresh {
		for part := range slices.Chunk(ws, 2000) {
			if err := o.checkStored(ctx, name, part, now); err != nil {
				return err // nothing is noted as seen: the next sample repeats it
			}
		}
	}
	maps.Copy(o.seen, now)
	o.samples++
	return nil
}

// checkStored demands that the documents are there, at their version at least.
func (o *Oracle) checkStored(ctx context.Context, name string, ws []want, committed map[int]int64) error {
	ids := make([]string, len(ws))
	for i, w := range ws {
		ids[i] = w.id
	}
	body, err := json.Marshal(map[string]any{"ids": ids})
	if err != nil {
		return err
	}
	var r struct {
		Docs []struct {
			Found   bool  `json:"found"`
			Version int64 `json:"_version"`
		} `json:"docs"`
	}
	if err := o.ask(ctx, http.MethodPost, "/"+name+"/_mget?_source=false&filter_path=docs.found,docs._version", body, &r); err != nil {
		return err
	}
	if len(r.Docs) != len(ws) {
		return fmt.Errorf("_mget answered %d of %d", len(r.Docs), len(ws))
	}
	for i, d := range r.Docs {
		if (!d.Found || d.Version < ws[i].version) && !(o.verdicts && o.overtaken(ws[i], committed)) {
			o.violated("%s/%s was committed at version %d; stored: %v, version %d", name, ws[i].id, ws[i].version, d.Found, d.Version)
		}
	}
	return nil
}

// overtaken reports whether a newer version stands in the topic and is not
// committed: it answers for the document, when its own offset is committed and
// in the account.
func (o *Oracle) overtaken(w want, committed map[int]int64) bool {
	for at, n := range o.at {
		if x := o.records[n].want; x.id == w.id && x.version > w.version && at.offset >= committed[at.partition] {
			return true
		}
	}
	return false
}

// ask sends a request to Elasticsearch itself.
func (o *Oracle) ask(ctx context.Context, method, path string, body []byte, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, o.b.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := o.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s %.300s", method, path, res.Status, data)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(data, into)
}

// stored is one document found.
type stored struct {
	version int64
	title   string
	status  string
}

// documents reads all documents of a pattern, over all its indices.
func (o *Oracle) documents(ctx context.Context, pattern string) (map[string]stored, error) {
	out := make(map[string]stored)
	after := ""
	for {
		var r struct {
			Hits struct {
				Hits []struct {
					ID      string `json:"_id"`
					Version int64  `json:"_version"`
					Index   string `json:"_index"`
					Source  struct {
						Title  string `json:"title"`
						Status string `json:"status"`
					} `json:"_source"`
					Sort []any `json:"sort"`
				} `json:"hits"`
			} `json:"hits"`
		}
		body := `{"size":10000,"version":true,"track_total_hits":false,"_source":["title","status"],"sort":["doc_id","_index"]` + after + `}`
		err := o.ask(ctx, http.MethodPost, "/"+pattern+"/_search?filter_path=hits.hits", []byte(body), &r)
		if err != nil || len(r.Hits.Hits) == 0 {
			return out, err
		}
		for _, h := range r.Hits.Hits {
			if _, twice := out[h.ID]; twice {
				o.violated("document %s stands in two indices", h.ID)
			}
			out[h.ID] = stored{h.Version, h.Source.Title, h.Source.Status}
		}
		last, err := json.Marshal(r.Hits.Hits[len(r.Hits.Hits)-1].Sort)
		if err != nil {
			return nil, err
		}
		after = `,"search_after":` + string(last)
	}
}

// tally is what an account found.
type tally struct {
	produced, records, articles, dead, twice, events, tombstones int
}

// account compares everything produced with everything found. Nothing may be
// under way any more.
func (o *Oracle) account(ctx context.Context) (t tally, err error) {
	n, err := o.b.partitions(ctx, o.topic)
	if err != nil {
		return t, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.follow(ctx, n); err != nil {
		return t, err
	}
	if err := o.ask(ctx, http.MethodPost, "/"+o.index+"-*/_refresh", nil, nil); err != nil {
		return t, err
	}
	in := make([]bool, len(o.records))
	must := make(map[string]want)
	for at, i := range o.at {
		in[i] = true
		w := o.records[i].want
		if w.reason == "" && w.version >= must[w.id].version {
			must[w.id] = w
		}
		o.checkLetter(at, o.records[i])
	}
	for i, ok := range o.acked {
		if ok && !in[i] {
			o.violated("record %d was acknowledged by the broker and is not in the topic", i)
		}
	}
	for at, ls := range o.letters {
		if _, ok := o.at[at]; !ok {
			o.violated("a dead letter of %d/%d, where no record stands", at.partition, at.offset)
		}
		t.dead++
		t.twice += len(ls) - 1
	}
	t.produced, t.records = len(o.records), len(o.at)
	return t, o.checkDocuments(ctx, must, &t)
}

func (o *Oracle) checkLetter(at place, r record) {
	ls := o.letters[at]
	switch {
	case (len(ls) > 0) != (r.want.reason != ""):
		o.violated("%d/%d: %d dead letters, want reason %q", at.partition, at.offset, len(ls), r.want.reason)
	case len(ls) == 0:
	case ls[0].reason != r.want.reason:
		o.violated("%d/%d: dead letter says %q, want %q", at.partition, at.offset, ls[0].reason, r.want.reason)
	case !bytes.Equal(ls[0].value, r.value) || !bytes.Equal(ls[0].key, r.key):
		o.violated("%d/%d: the dead letter is not the record as it was", at.partition, at.offset)
	case ls[0].bare != "":
		o.violated("%d/%d: the dead letter lacks the headers%s", at.partition, at.offset, ls[0].bare)
	}
}

func (o *Oracle) checkDocuments(ctx context.Context, must map[string]want, t *tally) error {
	got, err := o.documents(ctx, o.index+"-articles-*")
	if err != nil {
		return err
	}
	t.articles = len(got)
	for id, w := range must {
		switch g, ok := got[id]; {
		case !ok:
			o.violated("article %s is lost", id)
		case g.version != w.version:
			o.violated("article %s is stored at version %d, the highest is %d", id, g.version, w.version)
		case g.title != w.title:
			o.violated("article %s at version %d has the title %q, want %q", id, g.version, g.title, w.title)
		}
	}
	for id := range got {
		if _, ok := must[id]; !ok {
			o.violated("article %s was never produced", id)
		}
	}
	events, err := o.documents(ctx, o.index+"-events-*")
	if err != nil {
		return err
	}
	o.checkEvents(must, events, t)
	return nil
}

// checkEvents demands the events of each article's newest version in the first
// slots, and in the others nothing, or a tombstone of that version.
func (o *Oracle) checkEvents(must map[string]want, events map[string]stored, t *tally) {
	live := make(map[string]int)
	for id, e := range events {
		article, slot, _ := strings.Cut(id, "-")
		w, ok := must[article]
		n, err := strconv.Atoi(slot)
		hidden := e.status == index.Unused || e.status == wire.Withdrawn || e.status == wire.Withheld
		switch {
		case !ok || err != nil:
			o.violated("event %s belongs to no article", id)
		case w.version != e.version:
			o.violated("event %s is of version %d, its article of %d", id, e.version, w.version)
		case hidden != (n >= w.events):
			o.violated("event %s is %s, and its article has %d events", id, e.status, w.events)
		}
		if hidden {
			t.tombstones++
		} else {
			t.events++
			live[article]++
		}
	}
	for id, w := range must {
		if live[id] != w.events {
			o.violated("article %s has %d events in the index, want %d", id, live[id], w.events)
		}
	}
}
