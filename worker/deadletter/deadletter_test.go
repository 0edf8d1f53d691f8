package deadletter

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
)

func full() Letter {
	return Letter{Origin: Origin{"news.raw", 3, 1200}, Reason: "mapping", Stage: "index", Attempt: 2, Status: 400, Kind: "malformed",
		Detail: "failed to parse field [urgency]", Time: time.Date(2026, 3, 1, 9, 30, 0, 5, time.UTC), DocID: "abc", Worker: "desk-1", Epoch: 7}
}

// message is a letter as it stands in the topic, at an offset.
func message(l Letter, at int64) kafka.Message {
	return kafka.Message{Offset: at, Key: l.Key, Value: l.Value, Headers: l.AddHeaders(slices.Clone(l.Headers))}
}

func TestLetterSurvivesItsHeaders(t *testing.T) {
	want := full()
	want.Key, want.Value = []byte("k"), []byte("v\x00\xff")
	// The original had headers of Dateline's names already: another Dateline's
	// dead-letter topic is this one's input.
	want.Headers = []kafka.Header{{Key: "traceparent", Value: []byte("00-…")}, {Key: "dateline-topic", Value: []byte("elsewhere")}, {Key: "dateline-reason", Value: []byte("old")}}
	m := message(want, 9)
	got, ok := Parse(&m)
	want.At, want.Died = 9, time.Time{}.UTC()
	if !ok || !reflect.DeepEqual(*got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, ok, want)
	}
	if again := got.AddHeaders(slices.Clone(got.Headers)); !reflect.DeepEqual(again, m.Headers) {
		t.Errorf("headers %v, want %v", again, m.Headers)
	}
}

func TestParseRefusesStrangers(t *testing.T) {
	bad := full()
	bad.Partition = -1
	noTopic := full()
	noTopic.Topic = ""
	for name, l := range map[string]Letter{"negative partition": bad, "no topic": noTopic} {
		if m := message(l, 0); true {
			if got, ok := Parse(&m); ok {
				t.Errorf("%s: %+v", name, got)
			}
		}
	}
	m := kafka.Message{Value: []byte("{}"), Headers: []kafka.Header{{Key: "dateline-topic", Value: []byte("x")}}}
	if _, ok := Parse(&m); ok {
		t.Error("a record without a reason was taken for a letter")
	}
}

// A record goes from the raw topic to the dead letters, to the backfill topic
// and to the dead letters again: it stays what it was, at its first origin.
func TestRoundTrip(t *testing.T) {
	raw := kafka.Message{Topic: "news.raw", Partition: 3, Offset: 1200, Key: []byte("k"), Value: []byte("v"),
		Headers: []kafka.Header{{Key: "h", Value: []byte("1")}}}
	from, attempt, headers := Returned(&raw)
	for round := 1; round <= 3; round++ {
		if from != (Origin{"news.raw", 3, 1200}) || attempt != round || !reflect.DeepEqual(headers, raw.Headers) {
			t.Fatalf("round %d: %v, attempt %d, headers %v", round, from, attempt, headers)
		}
		died := message(Letter{Origin: from, Reason: "mapping", Attempt: attempt, Key: raw.Key, Value: raw.Value, Headers: headers}, int64(round))
		l, ok := Parse(&died)
		if !ok {
			t.Fatal("no letter")
		}
		back := l.Replay()
		if string(back.Key) != "k" || string(back.Value) != "v" {
			t.Fatalf("round %d: %q %q", round, back.Key, back.Value)
		}
		back.Topic, back.Offset = "news.raw.backfill", int64(100*round)
		from, attempt, headers = Returned(&back)
	}
}

func TestBook(t *testing.T) {
	a, b := full(), full()
	a.Attempt, b.Attempt, b.Offset = 1, 1, 1201
	var book Book
	add := func(m kafka.Message) { book.Add(&m) }
	add(message(a, 0))
	add(message(a, 1)) // the same death, after a crash
	add(message(b, 2))
	add(kafka.Message{Value: []byte("hello")})
	check := func(step string, states ...string) {
		t.Helper()
		var got []string
		for _, e := range book.Entries(nil) {
			got = append(got, strings.Join([]string{e.Origin.String(), e.State()}, " "))
		}
		if !slices.Equal(got, states) {
			t.Errorf("%s: %q, want %q", step, got, states)
		}
	}
	check("two letters", "news.raw/3/1200 open", "news.raw/3/1201 open")
	if book.Strange != 1 {
		t.Errorf("%d strange records, want 1", book.Strange)
	}
	add(a.Receipt("news.raw.backfill"))
	check("replayed", "news.raw/3/1200 replayed", "news.raw/3/1201 open")
	a.Attempt = 2
	add(message(a, 5))
	check("died again", "news.raw/3/1201 open", "news.raw/3/1200 open")
	if e := book.Find(a.Origin); e == nil || e.Deaths != 2 || e.Attempt != 2 {
		t.Errorf("entry %+v, want the second of two deaths", e)
	}
	add(a.Receipt("news.raw.backfill"))
	check("replayed again", "news.raw/3/1201 open", "news.raw/3/1200 replayed")
}

func TestFilter(t *testing.T) {
	e := &Entry{Letter: full(), Deaths: 1}
	e.Died = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for condition, want := range map[string]bool{
		"reason=mapping": true, "reason=map*": true, "reason=es_*": false, "reason!=mapping": false, "stage=index": true,
		"topic=news.raw": true, "attempt<3": true, "attempt<2": false, "attempt>=2": true, "status=400": true, "status>400": false,
		"offset<=1200": true, "died>=2026-03-02T00:00:00Z": true, "died<2026-03-02T00:00:00Z": false, "state=open": true,
		"state=replayed": false, "worker=desk-*": true, "detail=failed to parse*": true, "doc-id=": false, "error-type=malformed": true,
		"epoch=7": true, "partition=3": true,
	} {
		f, err := ParseFilter([]string{condition})
		if err != nil {
			t.Errorf("%s: %v", condition, err)
		} else if f.Match(e) != want {
			t.Errorf("%s: %v, want %v", condition, !want, want)
		}
	}
	both, err := ParseFilter([]string{"reason=mapping", "stage=wire"})
	if err != nil || both.Match(e) {
		t.Errorf("two conditions, one false: match %v, error %v", err == nil, err)
	}
	for condition, want := range map[string]string{
		"reason": "no operator", "raison=mapping": "no field", "attempt<few": "whole number", "reason<mapping": "no order",
		"died>yesterday": "is not a time", "reason=[": "bad pattern", "attempt!3": "no operator",
	} {
		if _, err := ParseFilter([]string{condition}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one that tells %q", condition, err, want)
		}
	}
}

func TestCountBy(t *testing.T) {
	a, b, c := &Entry{Letter: full()}, &Entry{Letter: full()}, &Entry{Letter: full(), SentTo: "x"}
	a.Reason = "decode"
	got, err := CountBy([]*Entry{a, b, c}, "reason")
	if want := []Count{{"mapping", 2, 1}, {"decode", 1, 1}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	if _, err := CountBy(nil, "raison"); err == nil {
		t.Error("an unknown field was counted")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("dateline-reason", []byte("mapping"), "dateline-partition", []byte("-1"), []byte("v"))
	f.Add("dateline-origin", []byte("news.raw/3/1200"), "dateline-attempt", []byte("2"), []byte(nil))
	f.Fuzz(func(t *testing.T, k1 string, v1 []byte, k2 string, v2, value []byte) {
		m := kafka.Message{Topic: "t", Value: value, Headers: []kafka.Header{{Key: k1, Value: v1}, {Key: k2, Value: v2},
			{Key: "dateline-topic", Value: v1}, {Key: "dateline-offset", Value: v2}}}
		(&Book{}).Add(&m)
		if l, ok := Parse(&m); ok {
			if l.Partition < 0 || l.Offset < 0 || l.Attempt < 0 || l.Topic == "" {
				t.Errorf("letter %+v", l)
			}
			back := l.Replay()
			if o, n, h := Returned(&back); o.String() == l.Origin.String() && !strings.Contains(l.Topic, "/") && (n != max(1, l.Attempt)+1 || len(h) != len(l.Headers)) {
				t.Errorf("%v attempt %d with %d headers came back as %v attempt %d with %d", l.Origin, l.Attempt, len(l.Headers), o, n, len(h))
			}
		}
		Returned(&m)
	})
}
