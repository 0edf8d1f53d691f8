//go:build servers

package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"dateline/feed"
	"dateline/pipeline/wire"
)

// roundTripRecords is how many articles die of a wrong mapping and come back.
const roundTripRecords = 300

// dateline runs a command against the run's servers and demands exit code 0.
func (x *e2e) dateline(into any, args ...string) string {
	x.t.Helper()
	out, errs, code := runProgram(x.t, "", append(args, "--config", x.file)...)
	if code != 0 {
		x.t.Fatalf("dateline %s: exit %d\n%s%s", strings.Join(args, " "), code, out, errs)
	}
	if into != nil {
		if err := json.Unmarshal([]byte(out), into); err != nil {
			x.t.Fatalf("dateline %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	return out
}

// note is one article with a number.
func note(i int) feed.Record {
	e := wire.Envelope{SourceID: "ferry-desk", ItemID: fmt.Sprint("note-", i), Version: 1, Format: "article",
		FirstSeen: time.Date(2025, 5, 19, 14, 0, 0, 0, time.UTC), ReceivedAt: time.Date(2025, 5, 19, 14, 5, 0, 0, time.UTC),
		Data: fmt.Appendf(nil, `{"title":"Ferry %d leaves","body":"The ferry left Tallinn on Monday.","published":"2025-05-19T14:03:00Z"}`, i)}
	if i%2 == 1 {
		e.SourceID = "harbour-desk"
	}
	v, err := e.Encode()
	if err != nil {
		panic(err)
	}
	return feed.Record{Key: []byte(e.SourceID + "/" + e.ItemID), Value: v}
}

// notes sends articles and a record that is none, and says which documents must
// come of them.
func (x *e2e) notes(n int) {
	x.t.Helper()
	x.notesFrom(0, n, feed.Record{Key: []byte("junk"), Value: []byte("no envelope")})
}

func (x *e2e) notesFrom(first, n int, more ...feed.Record) {
	x.t.Helper()
	p, err := feed.NewProducer(x.cfg.Kafka, feed.ProducerOptions{})
	if err != nil {
		x.t.Fatal(err)
	}
	defer p.Close()
	var records []feed.Record
	for i := range n {
		r := note(first + i)
		records = append(records, r)
		e, err := wire.DecodeEnvelope(r.Value)
		if err != nil {
			x.t.Fatal(err)
		}
		x.want[wire.ID(e.SourceID, e.ItemID)] = 1 << 10
	}
	if err := p.Produce(x.t.Context(), append(records, more...)); err != nil {
		x.t.Fatal(err)
	}
}

func (x *e2e) articles() map[string]int64 {
	x.t.Helper()
	if err := x.store.Refresh(x.t.Context()); err != nil {
		x.t.Fatal(err)
	}
	return x.stored(x.cfg.Elasticsearch.Prefix + "-articles-*")
}

// dlqList is what dlq ls --json writes, as far as the tests read it.
type dlqList []struct {
	Topic   string `json:"topic"`
	Reason  string `json:"reason"`
	Attempt int    `json:"attempt"`
	SentTo  string `json:"replayed_to"`
}

// TestDeadLetterRoundTrip is what an operator does after a bad mapping: look at
// the letters, mend the index, replay, and find every article indexed. A second
// replay has nothing to do, and one that is forced changes nothing.
func TestDeadLetterRoundTrip(t *testing.T) {
	x := newE2E(t)
	name := x.cfg.Elasticsearch.Prefix + "-articles-2025.05"
	// An index that somebody made by hand: title is a number there.
	x.es(http.MethodPut, "/"+name, `{"mappings":{"properties":{"title":{"type":"long"}}}}`, &struct{}{})
	x.notes(roundTripRecords)
	live := x.worker("live")
	x.until("all committed", func() bool { return x.committed() == roundTripRecords+1 })
	if got := x.articles(); len(got) != 0 {
		t.Fatalf("%d articles in an index that cannot hold them", len(got))
	}

	var list dlqList
	x.dateline(&list, "dlq", "ls", "--filter", "reason=mapping", "--json")
	if len(list) != roundTripRecords || list[0].Attempt != 1 || list[0].Topic != x.cfg.Kafka.Topic {
		t.Fatalf("%d letters with reason mapping, want %d: %+v", len(list), roundTripRecords, list[:min(1, len(list))])
	}
	if out := x.dateline(nil, "dlq", "ls", "--by", "reason"); !strings.Contains(out, "mapping") || !strings.Contains(out, "decode") {
		t.Errorf("by reason:\n%s", out)
	}
	x.showsLetter()

	// The same cause: replayed, the letters die again, at their second attempt.
	var res letterReplayResult
	replay := func(args ...string) {
		t.Helper()
		x.dateline(&res, append([]string{"dlq", "replay", "--filter", "reason=mapping", "--json"}, args...)...)
	}
	replay("--limit", "10")
	if res.Sent != 10 || res.Topic != x.cfg.Kafka.BackfillTopic {
		t.Fatalf("replay %+v, want 10 sent", res)
	}
	back := x.program("backfill", "worker", "--backfill", "--config", x.file)
	x.until("ten second deaths", func() bool {
		var again dlqList
		x.dateline(&again, "dlq", "ls", "--filter", "attempt=2", "--json")
		return len(again) == 10
	})

	// Mended: the index comes back from the template.
	x.es(http.MethodDelete, "/"+name, "", &struct{}{})
	replay("--dry-run")
	if res.Sent != roundTripRecords {
		t.Errorf("dry run %+v, want all %d", res, roundTripRecords)
	}
	replay()
	if res.Sent != roundTripRecords || res.Before != 0 || res.Refused != 0 {
		t.Errorf("replay %+v, want all %d sent", res, roundTripRecords)
	}
	x.until("every article", func() bool { return maps.Equal(x.articles(), x.want) })
	x.until("their events", func() bool { return x.backfilled() == 10+roundTripRecords })
	x.articles() // refreshes
	// What people see; a repeat may write tombstones into slots without an event.
	events := x.stored(x.cfg.Elasticsearch.Prefix + "-events")

	replay()
	if res.Sent != 0 || res.Before != roundTripRecords {
		t.Errorf("second replay %+v, want nothing sent", res)
	}
	replay("--again")
	if res.Sent != roundTripRecords {
		t.Errorf("forced replay %+v", res)
	}
	x.until("the backfill's end", func() bool { return x.backfilled() == 10+2*roundTripRecords })
	if got := x.articles(); !maps.Equal(got, x.want) {
		t.Errorf("the forced replay changed the index: %d articles, want %d", len(got), len(x.want))
	}
	if got := x.stored(x.cfg.Elasticsearch.Prefix + "-events"); len(events) == 0 || !maps.Equal(got, events) {
		t.Errorf("the forced replay changed the events: %d, before %d", len(got), len(events))
	}
	live.stop()
	back.stop()
}

// backfilled is what the backfill group has committed.
func (x *e2e) backfilled() (sum int64) {
	x.t.Helper()
	lag, err := x.broker.Lag(x.t.Context(), x.cfg.Kafka.BackfillGroup, x.cfg.Kafka.BackfillTopic)
	if err != nil {
		x.t.Fatal(err)
	}
	ranges, err := x.broker.Ranges(x.t.Context(), x.cfg.Kafka.BackfillTopic, time.Time{})
	if err != nil {
		x.t.Fatal(err)
	}
	for _, r := range ranges {
		sum += r.Len()
	}
	return sum - lag
}

// showsLetter looks at the one record that is no envelope.
func (x *e2e) showsLetter() {
	x.t.Helper()
	var list []struct {
		Topic     string `json:"topic"`
		Partition int    `json:"partition"`
		Offset    int64  `json:"offset"`
	}
	x.dateline(&list, "dlq", "ls", "--filter", "reason=decode", "--json")
	if len(list) != 1 {
		x.t.Fatalf("%d letters with reason decode, want 1", len(list))
	}
	origin := fmt.Sprintf("%s/%d/%d", list[0].Topic, list[0].Partition, list[0].Offset)
	if out := x.dateline(nil, "dlq", "show", origin); !strings.Contains(out, "decode") || !strings.Contains(out, "no envelope") || !strings.Contains(out, "open") {
		x.t.Errorf("dlq show:\n%s", out)
	}
	if out := x.dateline(nil, "dlq", "show", origin, "--raw"); out != "no envelope" {
		x.t.Errorf("dlq show --raw: %q", out)
	}
	if _, errs, code := runProgram(x.t, "", "dlq", "show", x.cfg.Kafka.Topic+"/0/999999", "--config", x.file); code != exitFailed || !strings.Contains(errs, "no dead letter of") {
		x.t.Errorf("a letter that is not there: exit %d, %s", code, errs)
	}
}

// TestReplay enriches the archive again at a higher epoch: by source, and only
// what the store does not have yet.
func TestReplay(t *testing.T) {
	x := newE2E(t)
	const n = 200
	x.notes(n)
	live := x.worker("live")
	x.until("all committed", func() bool { return x.committed() == n+1 })
	live.stop()

	x.cfg.Worker.Epoch = 1
	x.write()
	var res replayResult
	replay := func(args ...string) {
		t.Helper()
		x.dateline(&res, append([]string{"replay", "--json", "--from-time"}, args...)...)
	}
	replay("2035-01-01")
	if res.Records != 0 || res.Sent != 0 {
		t.Errorf("nothing is that young: %+v", res)
	}
	replay("1h", "--to-time", "50m")
	if res.Records != 0 {
		t.Errorf("nothing is that old: %+v", res)
	}
	replay("1h", "--source", "harbour-desk", "--stage-version", "1", "--dry-run")
	if want := (replayResult{DryRun: true, From: x.cfg.Kafka.Topic, Topic: x.cfg.Kafka.BackfillTopic, Records: n + 1, Sent: n / 2, Others: n / 2, Unreadable: 1}); res != want {
		t.Errorf("dry run %+v\nwant %+v", res, want)
	}
	replay("1h", "--source", "harbour-desk")
	if res.Sent != n/2 {
		t.Errorf("one source: %+v", res)
	}
	back := x.program("backfill", "worker", "--backfill", "--config", x.file)
	for i := range n {
		e, _ := wire.DecodeEnvelope(note(i).Value)
		if e.SourceID == "harbour-desk" {
			x.want[wire.ID(e.SourceID, e.ItemID)]++
		}
	}
	x.until("one source at epoch 1", func() bool { return maps.Equal(x.articles(), x.want) })
	replay("1h", "--stage-version", "1")
	if res.Sent != n/2 || res.Current != n/2 || res.Unreadable != 1 {
		t.Errorf("the rest: %+v", res)
	}
	for id := range x.want {
		x.want[id] = 1<<10 + 1
	}
	x.until("all at epoch 1", func() bool { return maps.Equal(x.articles(), x.want) })
	replay("1h", "--stage-version", "1")
	if res.Sent != 0 || res.Current != n {
		t.Errorf("a second run: %+v", res)
	}
	if _, errs, code := runProgram(t, "", "replay", "--from-time", "1h", "--stage-version", "2", "--config", x.file); code != exitFailed || !strings.Contains(errs, "worker.epoch") {
		t.Errorf("an epoch that no worker writes: exit %d, %s", code, errs)
	}
	back.stop()
}

// noteID is the document id of a note.
func noteID(i int) string {
	e, err := wire.DecodeEnvelope(note(i).Value)
	if err != nil {
		panic(err)
	}
	return wire.ID(e.SourceID, e.ItemID)
}
