package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// body7k is a text of the length of a mean web news article: 7 kB.
func body7k() string {
	para := "Harbour pilots in Gdynia said on Thursday that the ferry \"Zorza\" had left its berth without tugs, " +
		"a manoeuvre the port’s own rules allow only below four knots of wind. Nobody was hurt. The shipping office, " +
		"which licenses pilots, opened a file and asked the crew for the bridge recording within ten days.\n"
	return strings.Repeat(para, 7000/len(para)+1)[:7000]
}

func TestDecodeEnvelope(t *testing.T) {
	const ok = `{"schema":"dateline.raw.v1","source_id":"cable-1","item_id":"a/1","payload":"x"`
	long := strings.Repeat("i", MaxItemID)
	for _, c := range []struct {
		name, in, reason string
	}{
		{"least", ok + `}`, ""},
		{"unknown field", ok + `,"later":{"a":[1]}}`, ""},
		{"not JSON", `schema`, Decode},
		{"array", `[]`, Decode},
		{"empty", ``, Decode},
		{"truncated", ok, Decode},
		{"trailing", ok + `} {}`, Decode},
		{"not UTF-8", ok + ",\"url\":\"\xff\"}", Decode},
		{"no schema", `{"source_id":"a","item_id":"b","payload":"x"}`, Decode},
		{"schema of later days", strings.Replace(ok, "v1", "v2", 1) + `}`, Decode},
		{"schema in other case", strings.Replace(ok, "dateline", "Dateline", 1) + `}`, Decode},
		{"no payload", `{"schema":"dateline.raw.v1","source_id":"a","item_id":"b"}`, Decode},
		{"two payloads", ok + `,"payload_b64":"eA=="}`, Decode},
		{"bad base64", `{"schema":"dateline.raw.v1","source_id":"a","item_id":"b","payload_b64":"e"}`, Decode},
		{"empty payload", `{"schema":"dateline.raw.v1","source_id":"a","item_id":"b","payload":""}`, ""},
		{"control byte", `{"schema":"dateline.raw.v1","source_id":"a","item_id":"b","payload":"a\u0001"}`, Decode},
		{"delete byte", "{\"schema\":\"dateline.raw.v1\",\"source_id\":\"a\",\"item_id\":\"b\",\"payload\":\"a\x7f\"}", Decode},
		{"tab and line ends", `{"schema":"dateline.raw.v1","source_id":"a","item_id":"b","payload":"a\t\r\n"}`, ""},
		{"source in capitals", strings.Replace(ok, "cable-1", "Cable", 1) + `}`, Decode},
		{"source too long", strings.Replace(ok, "cable-1", strings.Repeat("s", 65), 1) + `}`, Decode},
		{"no source", strings.Replace(ok, "cable-1", "", 1) + `}`, Decode},
		{"no item", strings.Replace(ok, "a/1", "", 1) + `}`, Decode},
		{"item at the limit", strings.Replace(ok, "a/1", long, 1) + `}`, ""},
		{"item beyond", strings.Replace(ok, "a/1", long+"i", 1) + `}`, Decode},
		{"item with line feed", strings.Replace(ok, "a/1", `a\n1`, 1) + `}`, Decode},
		{"negative version", ok + `,"version":-1}`, Decode},
		{"version as text", ok + `,"version":"1"}`, Decode},
		{"bad time", ok + `,"received_at":"yesterday"}`, Decode},
		{"time with offset", ok + `,"received_at":"2025-03-10T15:30:00+02:00"}`, ""},
		{"year 9999", ok + `,"first_seen":"9999-12-31T00:00:00Z"}`, ""},
		{"key in other case", strings.Replace(ok, `"schema"`, `"Schema"`, 1) + `}`, ""},
		{"too large", `{"schema":"dateline.raw.v1","source_id":"a","item_id":"b","payload":"` + strings.Repeat("x", MaxPayload+1) + `"}`, TooLarge},
		{"too large in base64", `{"schema":"dateline.raw.v1","source_id":"a","item_id":"b","payload_b64":"` + base64.StdEncoding.EncodeToString(make([]byte, MaxPayload+1)) + `"}`, TooLarge},
		{"just fits in base64", `{"schema":"dateline.raw.v1","source_id":"a","item_id":"b","payload_b64":"` + base64.StdEncoding.EncodeToString(make([]byte, MaxPayload)) + `"}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := DecodeEnvelope([]byte(c.in))
			if got := reasonOf(err); got != c.reason {
				t.Fatalf("reason %q (%v), want %q", got, err, c.reason)
			}
		})
	}
}

// reasonOf is the reason of an *Error, empty for nil.
func reasonOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	if err != nil {
		return "untyped: " + err.Error()
	}
	return ""
}

func sampleEnvelope(data string) *Envelope {
	at := time.Date(2025, 3, 10, 15, 30, 0, 500, time.UTC)
	return &Envelope{
		SourceID: "harbour-desk", ItemID: "tag:x,2025:1", TransmissionID: "HD0042", Version: 3,
		VersionTime: at, FirstSeen: at.Add(-time.Hour), ReceivedAt: at.Add(time.Second),
		Format: "text", ContentType: "text/plain", Charset: "utf-8", Data: []byte(data),
		URL: "https://example.org/a?b=<c>&d", FeedURL: "https://example.org/feed", File: "in/a.txt",
		HTTP:  &HTTP{ETag: `W/"1"`, LastModified: "Mon, 10 Mar 2025 15:30:00 GMT", Status: 200},
		Hints: Hints{Status: "usable", Signal: []string{"update"}, Embargo: "2025-03-11T00:00:00Z", Language: "en", TZ: "Europe/Tallinn", Outlet: "Harbour Desk", Published: "2025-03-10", Updated: "2025-03-10"},
	}
}

func TestEncodeRoundTrip(t *testing.T) {
	for _, c := range []struct {
		name, data string
		asText     bool
	}{
		{"text", "<p>Tab\there, “quotes” & ampersands</p>\r\n", true},
		{"empty", "", true},
		{"NUL", "a\x00b", false},
		{"latin-1", "caf\xe9", false},
		{"delete", "a\x7f", false},
		{"quotes only, shorter in base64", strings.Repeat(`"`, 30), false},
		{"line separators", strings.Repeat("\u2028", 10), false},
		{"7 kB", body7k(), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := sampleEnvelope(c.data)
			b, err := want.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if got := bytes.Contains(b, []byte(`"payload":`)); got != c.asText {
				t.Errorf("as text = %v, want %v", got, c.asText)
			}
			if bytes.Contains(b, []byte(`\u003c`)) {
				t.Error("< is escaped")
			}
			got, err := DecodeEnvelope(b)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Payload(), want.Data) {
				t.Errorf("payload %q, want %q", got.Payload(), want.Data)
			}
			got.Data, want.Data = nil, nil
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v\nwant %+v", got, want)
			}
		})
	}
}

// The scanner must read what Encode writes; else the slow path hides a defect.
func TestScannerReadsOwnEnvelopes(t *testing.T) {
	b, err := sampleEnvelope(body7k()).Encode()
	if err != nil {
		t.Fatal(err)
	}
	if !scanRecord(string(b), new(record)) {
		t.Error("scanner gave up on an envelope of our own")
	}
	var n native
	if !scanNative(`{"title":"a","body":"b","published":"","urgency":3,"authors":["x","y"],"subjects":[],"credits":null}`, &n) {
		t.Error("scanner gave up on a plain article")
	}
}

func TestEncodeRefuses(t *testing.T) {
	e := sampleEnvelope("x")
	e.SourceID = "Not Valid"
	if _, err := e.Encode(); reasonOf(err) != Decode {
		t.Errorf("source: %v", err)
	}
	e = sampleEnvelope(strings.Repeat("x", MaxPayload+1))
	if _, err := e.Encode(); reasonOf(err) != TooLarge {
		t.Errorf("size: %v", err)
	}
}

func TestID(t *testing.T) {
	// sha256("wire-a" 0x00 "item-1"), computed apart with sha256sum.
	const want = "78850bb81147d2a835595d534bb470e7"
	if got := ID("wire-a", "item-1"); got != want {
		t.Errorf("ID = %s, want %s", got, want)
	}
	if got := ItemID("short"); got != "short" {
		t.Errorf("ItemID(short) = %s", got)
	}
	for _, id := range []string{strings.Repeat("x", 401), "a\x01", "a\nb", "\xff"} {
		if got := ItemID(id); len(got) != 64 {
			t.Errorf("ItemID(%.10q) = %q, want a hash", id, got)
		}
	}
}

func TestRevision(t *testing.T) {
	at := time.Date(2025, 3, 10, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		scheme  Scheme
		version int64
		at      time.Time
		want    int64
		ok      bool
	}{
		{Auto, 7, at, 7, true},
		{Auto, 0, at, 1741564800000, true},
		{Auto, 0, time.Time{}, 0, true},
		{Counter, 0, at, 0, true},
		{Time, 7, at, 1741564800000, true},
		{Time, 7, time.Time{}, 0, true},
		{Counter, 20250310143000, at, MaxRevision, false},
		{Time, 0, time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), 0, false},
		{Time, 0, time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC), MaxRevision, false},
	} {
		got, ok := revision(c.scheme, c.version, c.at)
		if got != c.want || ok != c.ok {
			t.Errorf("revision(%q, %d, %v) = %d, %v; want %d, %v", c.scheme, c.version, c.at, got, ok, c.want, c.ok)
		}
	}
}

// FuzzDecodeEnvelope demands no panic, the bounds kept, and that the scanner
// reads what encoding/json reads.
func FuzzDecodeEnvelope(f *testing.F) {
	own, err := sampleEnvelope("a \"b\"\n\\ é").Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(own)
	f.Add([]byte(`{"schema":"dateline.raw.v1","source_id":"a","item_id":"b","payload_b64":"eA==","version":12,"hints":{"signal":[]}}`))
	f.Add([]byte(`{"schema":"dateline.raw.v1","source_id":"a","item_id":"b","transmission_id":"c","format":"rss","content_type":"d","charset":"e","url":"f","feed_url":"g","file":"h",` +
		`"http":{"etag":"i","last_modified":"j"},"hints":{"status":"k","signal":["l","m"],"embargo":"n","language":"o","tz":"p","outlet":"q","published":"r","updated":"s"},"payload":"t"}`))
	f.Add([]byte(`{"schema":"\u0064ateline.raw.v1","payload":"\ud83d\ude00\ud83d"}`))
	f.Add([]byte(`{"a":{"b":[1,{"c":null}]},"payload":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var fast, slow record
		if utf8.Valid(b) && scanRecord(string(b), &fast) {
			if err := json.Unmarshal(b, &slow); err != nil {
				t.Fatalf("scanner reads what encoding/json refuses: %v", err)
			}
			if fast.data != nil {
				s := string(fast.data)
				fast.data, fast.Payload = nil, &s
			}
			if slow.Hints != nil && len(slow.Hints.Signal) == 0 {
				slow.Hints.Signal = nil
			}
			if !reflect.DeepEqual(fast, slow) {
				t.Fatalf("scanner %+v\nencoding/json %+v", fast, slow)
			}
		}
		value := bytes.Clone(b)
		e, err := DecodeEnvelope(value)
		for i := range value {
			value[i] = 'x' // it may be read into again
		}
		if err != nil {
			if r := reasonOf(err); r != Decode && r != TooLarge {
				t.Fatalf("reason %q", r)
			}
			return
		}
		if e.ItemID == "" || len(e.ItemID) > MaxItemID || len(e.Data) > MaxPayload {
			t.Fatalf("bounds not kept: %+v", e)
		}
		if same, err := DecodeEnvelope(b); err != nil || !reflect.DeepEqual(e, same) {
			t.Fatalf("the envelope %+v changed with the record's memory: %+v, %v", same, e, err)
		}
		again, err := e.Encode()
		if err != nil {
			t.Fatalf("decoded but not encoded: %v", err)
		}
		back, err := DecodeEnvelope(again)
		if err != nil || !bytes.Equal(back.Data, e.Data) || back.ItemID != e.ItemID {
			t.Fatalf("round trip: %v", err)
		}
	})
}

func FuzzScanNative(f *testing.F) {
	f.Add([]byte(`{"title":"a\u00e9","body":"b\n","authors":["x"],"urgency":-3}`))
	f.Add([]byte(`{"title":"a","title":"b","body":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var fast, slow native
		if !utf8.Valid(b) || !scanNative(string(b), &fast) {
			return
		}
		if err := json.Unmarshal(b, &slow); err != nil {
			t.Fatalf("scanner reads what encoding/json refuses: %v", err)
		}
		for _, l := range []*[]string{&slow.Authors, &slow.Credits, &slow.Subjects} {
			if len(*l) == 0 {
				*l = nil
			}
		}
		if !reflect.DeepEqual(fast, slow) {
			t.Fatalf("scanner %+v\nencoding/json %+v", fast, slow)
		}
	})
}

func BenchmarkDecodeEnvelope(b *testing.B) {
	payload, err := json.Marshal(native{Title: "Ferry leaves without tugs", Body: body7k(), Published: "2025-03-10T15:30:00Z"})
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct{ name, data string }{{"text", body7k()}, {"article", string(payload)}, {"base64", "\x00" + body7k()}} {
		b.Run(c.name, func(b *testing.B) {
			rec, err := sampleEnvelope(c.data).Encode()
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(rec)))
			b.ReportAllocs()
			for b.Loop() {
				e, err := DecodeEnvelope(rec)
				if err != nil || len(e.Data) != len(c.data) {
					b.Fatal(err)
				}
			}
		})
	}
}

func ExampleDecodeEnvelope() {
	e, err := DecodeEnvelope([]byte(`{"schema":"dateline.raw.v1","source_id":"harbour-desk","item_id":"42",` +
		`"version":2,"format":"text","payload":"Ferry leaves berth without tugs\nBy Ann Lee\nGDYNIA, Poland — Nobody was hurt.\n"}`))
	fmt.Println(e.SourceID, e.ItemID, e.Version, len(e.Payload()), err)
	_, err = DecodeEnvelope([]byte(`{"schema":"dateline.raw.v2"}`))
	fmt.Println(err)
	// Output:
	// harbour-desk 42 2 79 <nil>
	// decode: envelope schema is not dateline.raw.v1
}
