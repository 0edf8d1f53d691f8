package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"dateline/pipeline/wire"
)

// Source is what an operator says of the items that come in one way. Only ID
// is asked for, and not even that where the input holds envelopes.
type Source struct {
	ID       string // [a-z0-9-]{1,64}, part of every document's id
	Format   string // a name of wire.Formats; empty or "auto": look at each item
	Timezone string // IANA name of times without a zone
	Language string // BCP 47
	Outlet   string // where an item names none
	MaxBytes int64  // of an item, decompressed; 0: wire.MaxPayload
	Known    *Known // ids of stories known by their slug; nil: each such item by its slug and day
}

// Check tests the source before anything is read.
func (s *Source) Check() error {
	if s.ID != "" {
		e := wire.Envelope{SourceID: s.ID, ItemID: "x"}
		if _, err := e.Encode(); err != nil {
			return fmt.Errorf("source %q: must be 1 to 64 of a to z, 0 to 9 and -", s.ID)
		}
	}
	if s.Format != "" && s.Format != "auto" && !hasParser(s.Format) {
		return fmt.Errorf("format %q: want auto or one of %q", s.Format, wire.Formats())
	}
	if s.Timezone != "" {
		if _, err := time.LoadLocation(s.Timezone); err != nil {
			return fmt.Errorf("timezone %q: want an IANA name such as Europe/Oslo", s.Timezone)
		}
	}
	return nil
}

func (s *Source) limit() int64 {
	if s.MaxBytes > 0 && s.MaxBytes < wire.MaxPayload {
		return s.MaxBytes
	}
	return wire.MaxPayload
}

func hasParser(format string) bool {
	for _, f := range wire.Formats() {
		if f == format {
			return true
		}
	}
	return false
}

// Item is one article ready for the topic.
type Item struct {
	Record   Record
	File     string
	Line     int      // from 1 in JSON Lines, 0 where the file is the item
	Warnings []string // what in the item was unreadable and counts as absent
}

// Reasons of a Refusal besides those of wire.Error.
const (
	Unreadable = "unreadable" // the file cannot be read, or is not the gzip it says
	Unfinished = "unfinished" // the file ends in the middle of an item
	NoSource   = "no_source"  // nobody says which source the item is of
	Broker     = "broker"     // Kafka refuses the record for what it is
)

// Refusal is an item that is not sent.
type Refusal struct {
	File   string
	Line   int // 0 where the file is the item
	Reason string
	Err    error
}

// Error is "file:line: reason: cause".
func (r *Refusal) Error() string {
	at := r.File
	if r.Line > 0 {
		at += ":" + strconv.Itoa(r.Line)
	}
	return at + ": " + r.cause()
}

// cause is "reason: cause", as wire says it.
func (r *Refusal) cause() string {
	var w *wire.Error
	if errors.As(r.Err, &w) {
		return w.Error()
	}
	return fmt.Sprintf("%s: %v", r.Reason, r.Err)
}

// Unwrap gives the cause.
func (r *Refusal) Unwrap() error { return r.Err }

// place is where an item was found.
type place struct {
	file string // as messages name it
	base string // as the envelope names it
	line int
	text bool      // its name says that it is plain text
	at   time.Time // when the item arrived
}

func (p place) refuse(reason string, err error) *Refusal {
	var w *wire.Error
	if errors.As(err, &w) {
		reason = w.Reason
	}
	return &Refusal{File: p.file, Line: p.line, Reason: reason, Err: err}
}

// item makes the record of a payload: an envelope goes out as it is, all else
// in an envelope of its own.
func (s *Source) item(data []byte, p place) (Item, *Refusal) {
	if isEnvelope(data) {
		return s.envelope(data, p)
	}
	format, refusal := s.format(data, p)
	if refusal != nil {
		return Item{}, refusal
	}
	e := wire.Envelope{
		SourceID: s.ID, ReceivedAt: p.at.Truncate(time.Millisecond), Format: format, Data: data, File: p.base,
		Hints: wire.Hints{TZ: s.Timezone, Language: s.Language, Outlet: s.Outlet},
	}
	if s.ID == "" {
		return Item{}, p.refuse(NoSource, errors.New("item names no source: name it with --source"))
	}
	art, err := wire.Parse(&e, wire.Options{})
	var own identity
	switch {
	case isPassed(err): // no article, but nobody's mistake: the worker counts it
		art = &wire.Article{Published: e.ReceivedAt}
	case err != nil:
		return Item{}, p.refuse(wire.Malformed, err)
	case format == "article":
		if own, err = identityOf(data); err != nil {
			return Item{}, p.refuse(wire.Malformed, err)
		}
	default:
		own = identity{id: art.OwnID, version: int64(art.Version)}
		e.TransmissionID = art.TransmissionID
	}
	firstSeen := art.Published
	var warnings []string
	if s.Known != nil && own.id != "" && slugged[format] {
		if own.id, firstSeen, err = s.Known.item(s.ID, own.id, art.TransmissionID, goesOn(art), art.Published, p.at); err != nil {
			warnings = []string{"its id is not noted: " + err.Error()}
		}
	}
	if e.ItemID = wire.ItemID(own.id); e.ItemID == "" {
		content := art.Body
		if art.Title == "" && art.Body == "" {
			content = string(data)
		}
		e.ItemID = ItemID(art.URL, art.Title, content)
	}
	e.Version = own.version
	e.FirstSeen, e.VersionTime = firstSeen, art.VersionTime
	if e.VersionTime.IsZero() {
		e.VersionTime = art.Published
	}
	value, err := e.Encode()
	if err != nil {
		return Item{}, p.refuse(wire.Malformed, err)
	}
	return Item{Record: Record{Key: key(&e), Value: value}, File: p.file, Line: p.line, Warnings: append(warnings, art.Warnings...)}, nil
}

// slugged are the formats whose items have no id or no date of their first
// version: a slug and a day stand for it.
var slugged = map[string]bool{"iptc7901": true, "anpa1312": true, "digitalwires": true}

// goesOn reports whether an item says that it is a version of a story.
func goesOn(a *wire.Article) bool {
	return a.Format == "digitalwires" || a.Lead > 0 || len(a.Signals) > 0 || a.Status == wire.Withheld || a.Status == wire.Withdrawn
}

// format is the one named, or what the item looks like. What begins like JSON
// must be JSON: a broken article is not to go out as somebody's plain text.
func (s *Source) format(data []byte, p place) (string, *Refusal) {
	if s.Format != "" && s.Format != "auto" {
		return s.Format, nil
	}
	format := wire.Sniff(data)
	t := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n")
	if format == "text" && !p.text && len(t) > 0 && (t[0] == '{' || t[0] == '[') {
		var v json.RawMessage
		var syntax *json.SyntaxError
		if err := json.Unmarshal(t, &v); errors.As(err, &syntax) {
			return "", p.refuse(wire.Malformed, fmt.Errorf("JSON syntax error at byte %d", syntax.Offset))
		}
		return "", p.refuse(wire.UnsupportedFormat, errors.New("JSON is neither an article (title, body) nor an envelope"))
	}
	if format == "" {
		return "", p.refuse(wire.UnsupportedFormat, errors.New("no known format of articles: name it with --format"))
	}
	return format, nil
}

// isPassed reports that the error is wire's word for an item that is no
// article and no fault.
func isPassed(err error) bool {
	var w *wire.Error
	return errors.As(err, &w) && w.Drop()
}

// envelope checks one that the input holds and passes it on byte for byte.
func (s *Source) envelope(data []byte, p place) (Item, *Refusal) {
	e, err := wire.DecodeEnvelope(data)
	if err != nil {
		return Item{}, p.refuse(wire.Decode, err)
	}
	if int64(len(e.Data)) > s.limit() {
		return Item{}, p.refuse(wire.TooLarge, fmt.Errorf("payload of %d bytes, limit %d", len(e.Data), s.limit()))
	}
	art, err := wire.Parse(e, wire.Options{})
	if err != nil && !isPassed(err) {
		return Item{}, p.refuse(wire.Malformed, err)
	}
	it := Item{Record: Record{Key: key(e), Value: bytes.TrimSpace(data)}, File: p.file, Line: p.line}
	if art != nil {
		it.Warnings = art.Warnings
	}
	return it, nil
}

// key is the record's key: equal for all versions of an item.
func key(e *wire.Envelope) []byte { return []byte(e.SourceID + "/" + e.ItemID) }

// isEnvelope reports whether a JSON object says it is an envelope, of whatever
// version.
func isEnvelope(data []byte) bool {
	if bytes.HasPrefix(data, []byte(`{"schema":"dateline.`)) {
		return true // as Encode writes it
	}
	if !bytes.Contains(data, []byte(`"schema"`)) {
		return false
	}
	var o struct {
		Schema any `json:"schema"`
	}
	if json.Unmarshal(data, &o) != nil {
		return false
	}
	name, _ := o.Schema.(string)
	return len(name) > len("dateline.") && name[:len("dateline.")] == "dateline."
}

// identity is what an item says of itself.
type identity struct {
	id      string
	version int64
}

// identityOf reads item_id, or id, and version of a native article. All may be
// absent; a number serves as an id too.
func identityOf(data []byte) (identity, error) {
	if !bytes.Contains(data, []byte(`id"`)) && !bytes.Contains(data, []byte(`"version"`)) {
		return identity{}, nil
	}
	var o struct {
		ItemID  json.RawMessage `json:"item_id"`
		ID      json.RawMessage `json:"id"`
		Version *int64          `json:"version"`
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if err := json.Unmarshal(data, &o); err != nil {
		return identity{}, errors.New(`field "version" is not a whole number`) // wire has read the rest
	}
	var own identity
	if o.Version != nil {
		own.version = *o.Version
	}
	raw := o.ItemID
	if raw == nil {
		raw = o.ID
	}
	switch {
	case raw == nil || string(raw) == "null":
	case raw[0] == '"':
		if err := json.Unmarshal(raw, &own.id); err != nil {
			return identity{}, errors.New("item_id is not a string")
		}
	case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		own.id = string(raw)
	default:
		return identity{}, errors.New("item_id is neither a string nor a number")
	}
	return own, nil
}
