package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Schema is the only value an envelope's schema field may have.
const Schema = "dateline.raw.v1"

// Bounds of an envelope. Of 197 news pages the largest was 2.86 MB, the median
// 231 kB; above MaxPayload producers send nothing.
const (
	MaxPayload = 4 << 20 // bytes of the decoded payload
	MaxItemID  = 400     // bytes; longer ids are replaced by their SHA-256
)

// Envelope is the value of a record on the raw topic: one version of one item,
// as received, with what the receiver knows of it.
type Envelope struct {
	SourceID       string // configured name, [a-z0-9-]{1,64}
	ItemID         string // equal over all versions of the item, at most MaxItemID bytes
	TransmissionID string // the wire's number for this sending; kills refer to it

	Version     int64     // 0 if the format has none
	VersionTime time.Time // zero if unknown
	FirstSeen   time.Time // equal over all versions; decides the index month
	ReceivedAt  time.Time // arrival at the receiver

	Format      string // a name of Formats; empty means sniff
	ContentType string // as declared, never corrected
	Charset     string // as declared, never corrected
	Data        []byte // the payload's bytes as received, at most MaxPayload

	URL     string
	FeedURL string
	File    string
	HTTP    *HTTP // nil if the item did not come by HTTP
	Hints   Hints // evidence from the source's configuration or its feed item
}

// HTTP is what the response said that carried the item.
type HTTP struct {
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	Status       int    `json:"status,omitempty"`
}

// Hints are evidence about an item from outside its payload. Times are texts
// as found; Parse reads them.
type Hints struct {
	Status    string   `json:"status,omitempty"`
	Signal    []string `json:"signal,omitempty"`
	Embargo   string   `json:"embargo,omitempty"`
	Language  string   `json:"language,omitempty"`
	TZ        string   `json:"tz,omitempty"`
	Outlet    string   `json:"outlet,omitempty"`
	Published string   `json:"published,omitempty"` // a feed item's date, for its page
	Updated   string   `json:"updated,omitempty"`
}

// empty reports whether no hint is set.
func (h *Hints) empty() bool {
	return h.Status == "" && len(h.Signal) == 0 && h.Embargo == "" && h.Language == "" &&
		h.TZ == "" && h.Outlet == "" && h.Published == "" && h.Updated == ""
}

// Payload is the item's bytes as received. The slice is the envelope's own.
func (e *Envelope) Payload() []byte { return e.Data }

// record is the envelope in its JSON form, before its values are checked.
type record struct {
	Schema         string  `json:"schema"`
	SourceID       string  `json:"source_id"`
	ItemID         string  `json:"item_id"`
	TransmissionID string  `json:"transmission_id,omitempty"`
	Version        int64   `json:"version,omitempty"`
	VersionTime    string  `json:"version_time,omitempty"`
	FirstSeen      string  `json:"first_seen,omitempty"`
	ReceivedAt     string  `json:"received_at,omitempty"`
	Format         string  `json:"format,omitempty"`
	ContentType    string  `json:"content_type,omitempty"`
	Charset        string  `json:"charset,omitempty"`
	URL            string  `json:"url,omitempty"`
	FeedURL        string  `json:"feed_url,omitempty"`
	File           string  `json:"file,omitempty"`
	HTTP           *HTTP   `json:"http,omitempty"`
	Hints          *Hints  `json:"hints,omitempty"`
	Payload        *string `json:"payload,omitempty"`
	PayloadB64     *string `json:"payload_b64,omitempty"`

	data []byte // the decoded payload when the scanner has read it
}

// DecodeEnvelope reads a record's value. The result shares no memory with b.
// The error is always an *Error of reason Decode or TooLarge.
func DecodeEnvelope(b []byte) (*Envelope, error) {
	if !utf8.Valid(b) {
		return nil, refuse(Decode, "envelope is not UTF-8")
	}
	var r record
	if scanRecord(unchanged(b), &r) {
		var texts [usually]*string
		own(r.texts(texts[:0]))
	} else {
		r = record{}
		if err := json.Unmarshal(b, &r); err != nil {
			return nil, refuse(Decode, "envelope: %w", jsonCause(err))
		}
	}
	return r.envelope()
}

// jsonCause keeps what encoding/json says of the position and drops what it
// might quote of the value.
func jsonCause(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("JSON syntax error at byte %d", syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Errorf("field %q has the wrong type", kind.Field)
	}
	return errors.New("not a JSON object")
}

// envelope checks the values and decodes the payload.
func (r *record) envelope() (*Envelope, error) {
	if r.Schema != Schema {
		return nil, refuse(Decode, "envelope schema is not %s", Schema)
	}
	e := &Envelope{
		SourceID: r.SourceID, ItemID: r.ItemID, TransmissionID: r.TransmissionID,
		Version: r.Version, Format: r.Format, ContentType: r.ContentType, Charset: r.Charset,
		URL: r.URL, FeedURL: r.FeedURL, File: r.File, HTTP: r.HTTP,
	}
	if r.Hints != nil {
		e.Hints = *r.Hints
	}
	for _, t := range [...]struct {
		name string
		in   string
		out  *time.Time
	}{{"version_time", r.VersionTime, &e.VersionTime}, {"first_seen", r.FirstSeen, &e.FirstSeen}, {"received_at", r.ReceivedAt, &e.ReceivedAt}} {
		if t.in == "" {
			continue
		}
		v, err := time.Parse(time.RFC3339, t.in)
		if err != nil {
			return nil, refuse(Decode, "envelope field %s is not an RFC 3339 time", t.name)
		}
		*t.out = v.UTC()
	}
	if err := r.payload(e); err != nil {
		return nil, err
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	return e, nil
}

// payload takes the one payload there must be.
func (r *record) payload(e *Envelope) error {
	text := r.data != nil || r.Payload != nil
	switch {
	case text && r.PayloadB64 != nil:
		return refuse(Decode, "envelope holds both payload and payload_b64")
	case text:
		if e.Data = r.data; e.Data == nil {
			e.Data = []byte(*r.Payload)
		}
		if len(e.Data) > MaxPayload {
			return refuse(TooLarge, "payload of %d bytes, limit %d", len(e.Data), MaxPayload)
		}
		if i := firstControl(e.Data); i >= 0 {
			return refuse(Decode, "payload holds a control byte at %d: send such items as payload_b64", i)
		}
	case r.PayloadB64 != nil:
		if n := base64.StdEncoding.DecodedLen(len(*r.PayloadB64)); n > MaxPayload+2 {
			return refuse(TooLarge, "payload of %d bytes, limit %d", n, MaxPayload)
		}
		data, err := base64.StdEncoding.DecodeString(*r.PayloadB64)
		if err != nil {
			return refuse(Decode, "payload_b64 is not base64")
		}
		if len(data) > MaxPayload {
			return refuse(TooLarge, "payload of %d bytes, limit %d", len(data), MaxPayload)
		}
		e.Data = data
	default:
		return refuse(Decode, "envelope holds neither payload nor payload_b64")
	}
	return nil
}

// check tests what producers and consumers must both keep.
func (e *Envelope) check() error {
	switch {
	case !validSource(e.SourceID):
		return refuse(Decode, "source_id does not match [a-z0-9-]{1,64}")
	case e.ItemID == "":
		return refuse(Decode, "item_id is empty")
	case len(e.ItemID) > MaxItemID:
		return refuse(Decode, "item_id of %d bytes, limit %d", len(e.ItemID), MaxItemID)
	case firstControl([]byte(e.ItemID)) >= 0 || strings.ContainsAny(e.ItemID, "\t\r\n"):
		return refuse(Decode, "item_id holds a control byte")
	case e.Version < 0:
		return refuse(Decode, "version is negative")
	}
	return nil
}

// validSource is [a-z0-9-]{1,64}.
func validSource(s string) bool {
	if len(s) == 0 || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// firstControl is the index of the first control byte other than tab, line
// feed and carriage return, or -1.
func firstControl(b []byte) int {
	const ones = 0x0101010101010101
	for i := 0; i < len(b); i++ {
		for ; i+8 <= len(b); i += 8 { // eight bytes at a time while none is low or 0x7f
			v := binary.LittleEndian.Uint64(b[i:])
			del := v ^ ones*0x7f
			if ((v-ones*0x20)&^v|(del-ones)&^del)&(ones*0x80) != 0 {
				break
			}
		}
		if i == len(b) {
			break
		}
		if c := b[i]; (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f {
			return i
		}
	}
	return -1
}

// Encode writes the envelope as a record's value. The payload stands as text
// if it is UTF-8 without control bytes and no longer so than in base64.
func (e *Envelope) Encode() ([]byte, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	if len(e.Data) > MaxPayload {
		return nil, refuse(TooLarge, "payload of %d bytes, limit %d", len(e.Data), MaxPayload)
	}
	r := record{
		Schema: Schema, SourceID: e.SourceID, ItemID: e.ItemID, TransmissionID: e.TransmissionID,
		Version: e.Version, VersionTime: stamp(e.VersionTime), FirstSeen: stamp(e.FirstSeen), ReceivedAt: stamp(e.ReceivedAt),
		Format: e.Format, ContentType: e.ContentType, Charset: e.Charset,
		URL: e.URL, FeedURL: e.FeedURL, File: e.File, HTTP: e.HTTP,
	}
	if !e.Hints.empty() {
		r.Hints = &e.Hints
	}
	var payload string
	if asText(e.Data) {
		payload = string(e.Data)
		r.Payload = &payload
	} else {
		payload = base64.StdEncoding.EncodeToString(e.Data)
		r.PayloadB64 = &payload
	}
	var out bytes.Buffer
	out.Grow(len(payload) + len(payload)/16 + 512)
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // else every < of a page takes six bytes
	if err := enc.Encode(&r); err != nil {
		return nil, refuse(Decode, "envelope: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// stamp writes a time, empty if zero.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// asText reports whether the payload goes out as a JSON string.
func asText(b []byte) bool {
	if !utf8.Valid(b) || firstControl(b) >= 0 {
		return false
	}
	n := len(b)
	for _, c := range b {
		if c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t' {
			n++
		}
	}
	n += 3 * (bytes.Count(b, []byte("\u2028")) + bytes.Count(b, []byte("\u2029"))) // three bytes become \u2028
	return n <= base64.StdEncoding.EncodedLen(len(b))
}
