package articles

import (
	"bytes"
	"fmt"
	"time"

	"dateline/pipeline/wire"
)

// malformation breaks the value of a good record of the format article.
type malformation struct {
	name   string
	reason string // wire's
	make   func(good []byte) []byte
}

func replace(old, new string) func([]byte) []byte {
	return func(good []byte) []byte { return bytes.Replace(good, []byte(old), []byte(new), 1) }
}

func always(value string) func([]byte) []byte { return func([]byte) []byte { return []byte(value) } }

// payload puts another payload into the record.
func payload(json string) func([]byte) []byte {
	return func(good []byte) []byte {
		i := bytes.Index(good, []byte(`"payload"`))
		return append(append([]byte(nil), good[:i]...), `"payload":`+json+`}`...)
	}
}

var malformations = []malformation{
	{"not JSON", wire.Decode, always("Ferry talks resume\nBy A Reporter\nTalks on the ferry line resumed on Monday.")},
	{"empty value", wire.Decode, always("")},
	{"truncated", wire.Decode, func(good []byte) []byte { return good[:len(good)/2] }},
	{"an array", wire.Decode, func(good []byte) []byte { return append(append([]byte("["), good...), ']') }},
	{"wrong schema", wire.Decode, replace(wire.Schema, "dateline.raw.v9")},
	{"no payload", wire.Decode, replace(`"payload":`, `"pay":`)},
	{"two payloads", wire.Decode, replace(`"payload":`, `"payload_b64":"aGVsbG8=","payload":`)},
	{"bad base64", wire.Decode, func(good []byte) []byte {
		return bytes.Replace(payload(`""`)(good), []byte(`"payload":""`), []byte(`"payload_b64":"%%%not base64"`), 1)
	}},
	{"bad source", wire.Decode, replace(`"source_id":"`, `"source_id":"The Desk `)},
	{"no item", wire.Decode, replace(`"item_id":"`, `"item_id":"","transmission_id":"`)},
	{"bad time", wire.Decode, replace(`"received_at":"`, `"received_at":"half past `)},
	{"version of the wrong type", wire.Decode, replace(`"version":`, `"version":"first","version_":`)},
	{"not UTF-8", wire.Decode, replace(`"payload":"`, "\"payload\":\"\xff\xfe")},
	{"control byte", wire.Decode, replace(`"payload":"`, `"payload":"\u0000`)},
	{"unknown format", wire.UnsupportedFormat, replace(`"format":"article"`, `"format":"teletext"`)},
	{"payload is no JSON", wire.Malformed, payload(`"{\"title\": \"Ferry talks"`)},
	{"payload of the wrong type", wire.Malformed, payload(`"{\"title\": 7}"`)},
	{"unknown status", wire.Malformed, replace(`"format":`, `"hints":{"status":"lost"},"format":`)},
	{"no text", wire.NoText, payload(`"{\"title\":\" \",\"body\":\"\\n\"}"`)},
}

// MalformedKinds names what a malformed record may have wrong, in the order of
// their turn.
func MalformedKinds() []string {
	names := make([]string, len(malformations))
	for i, m := range malformations {
		names[i] = m.name
	}
	return names
}

// malformed makes a record that becomes a dead letter. Its key is its own: it
// stands for no item.
func (s *stream) malformed(at time.Time) (Article, bool) {
	n := native{Title: "Ferry talks resume in Bergen", Body: "BERGEN, Norway — Talks on the ferry line resumed on Monday.", Published: at.Format(time.RFC3339)}
	data, err := n.encode()
	if err != nil {
		panic(err) // strings always encode
	}
	a := Article{SourceID: "gen-broken", ItemID: fmt.Sprintf("gen-broken-%07d", s.bad), Version: 1}
	e := wire.Envelope{
		SourceID: a.SourceID, ItemID: a.ItemID, Version: a.Version, VersionTime: at, FirstSeen: at, ReceivedAt: at,
		Format: "article", Data: data,
	}
	good, err := e.Encode()
	if err != nil {
		panic(err) // the fields above are within their bounds
	}
	m := malformations[s.bad%len(malformations)]
	s.bad++
	a.raw = m.make(good)
	if a.raw == nil {
		a.raw = []byte{}
	}
	a.Want = Want{Outcome: Dead, Reason: m.reason}
	return a, true
}
