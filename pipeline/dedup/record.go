package dedup

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/zeebo/xxh3"
	"golang.org/x/net/publicsuffix"
)

// Status bits of a Record.
const (
	Withheld uint8 = 1 << iota
	Withdrawn
	Embargoed
)

// Signal bits of a Record.
const (
	Correction uint8 = 1 << iota
	Repeat
	Substitute
)

// Record is an article as the log holds it: what a verdict depends on, without
// a word of text. Times are milliseconds since 1970, 0 for none.
type Record struct {
	Kind      uint8 // KindArticle
	Status    uint8
	Signals   uint8
	At        int64 // the appender's clock; moves the fold's clock
	Published int64
	Key       [16]byte // the bytes behind the document's id
	Revision  int64
	Payload   [16]byte // hash of the payload as received
	Body      [16]byte // hash of the body's normalised words
	Title     uint64   // hash of the title's normalised words
	Source    uint64   // hash of the source's id
	Outlet    uint64   // hash of the outlet's domain, else Source
	Ref       uint64   // hash of source, transmission id and slug; 0 for none
	Story     uint64   // hash of what the takes of a story share; 0 for none
	Take      uint16
	Embargo   int64
	Tokens    uint32   // words of the body
	Samples   []uint64 // text samples, 40 bits each; none yet
}

// KindArticle is the kind of an article's record. Other kinds control the fold.
const KindArticle uint8 = 0

// Sizes of an encoded record in bytes.
const (
	recordVersion = 1
	headerSize    = 134
	sampleSize    = 5
	maxSamples    = 4096
)

// ErrRecord is the error of every record that cannot be read. A fold skips
// such records; all workers skip the same ones.
var ErrRecord = errors.New("dedup record malformed")

// AppendBinary appends the record: little endian, in the order of the fields,
// after a version byte.
func (r *Record) AppendBinary(b []byte) ([]byte, error) {
	if len(r.Samples) > maxSamples {
		return b, fmt.Errorf("dedup record: %d samples, limit %d", len(r.Samples), maxSamples)
	}
	le := binary.LittleEndian
	b = append(b, recordVersion, r.Kind, r.Status, r.Signals)
	b = le.AppendUint64(b, uint64(r.At))
	b = le.AppendUint64(b, uint64(r.Published))
	b = append(b, r.Key[:]...)
	b = le.AppendUint64(b, uint64(r.Revision))
	b = append(b, r.Payload[:]...)
	b = append(b, r.Body[:]...)
	b = le.AppendUint64(b, r.Title)
	b = le.AppendUint64(b, r.Source)
	b = le.AppendUint64(b, r.Outlet)
	b = le.AppendUint64(b, r.Ref)
	b = le.AppendUint64(b, r.Story)
	b = le.AppendUint16(b, r.Take)
	b = le.AppendUint64(b, uint64(r.Embargo))
	b = le.AppendUint32(b, r.Tokens)
	b = le.AppendUint32(b, uint32(len(r.Samples)))
	for _, s := range r.Samples {
		b = append(b, byte(s), byte(s>>8), byte(s>>16), byte(s>>24), byte(s>>32))
	}
	return b, nil
}

// DecodeRecord reads what AppendBinary wrote. Another version, a length that
// does not fit or trailing bytes give ErrRecord.
func DecodeRecord(b []byte) (Record, error) {
	var r Record
	if len(b) < headerSize {
		return r, fmt.Errorf("%w: %d bytes, want %d or more", ErrRecord, len(b), headerSize)
	}
	if b[0] != recordVersion {
		return r, fmt.Errorf("%w: version %d, want %d", ErrRecord, b[0], recordVersion)
	}
	le := binary.LittleEndian
	r.Kind, r.Status, r.Signals = b[1], b[2], b[3]
	r.At, r.Published = int64(le.Uint64(b[4:])), int64(le.Uint64(b[12:]))
	copy(r.Key[:], b[20:])
	r.Revision = int64(le.Uint64(b[36:]))
	copy(r.Payload[:], b[44:])
	copy(r.Body[:], b[60:])
	r.Title, r.Source, r.Outlet = le.Uint64(b[76:]), le.Uint64(b[84:]), le.Uint64(b[92:])
	r.Ref, r.Story = le.Uint64(b[100:]), le.Uint64(b[108:])
	r.Take = le.Uint16(b[116:])
	r.Embargo = int64(le.Uint64(b[118:]))
	r.Tokens = le.Uint32(b[126:])
	n := int(le.Uint32(b[130:]))
	if n > maxSamples || len(b) != headerSize+n*sampleSize {
		return r, fmt.Errorf("%w: %d bytes for %d samples", ErrRecord, len(b), n)
	}
	if n > 0 {
		r.Samples = make([]uint64, n)
		for i := range r.Samples {
			s := b[headerSize+i*sampleSize:]
			r.Samples[i] = uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32
		}
	}
	return r, nil
}

// Input is what a fingerprint is taken of.
type Input struct {
	Key            [16]byte // of source and item id
	SourceID       string
	TransmissionID string
	Slug           string
	StoryKey       string
	Take           int
	Revision       int64
	Payload        [16]byte // hash of the payload as received, so that a new parser makes no new versions
	Status         string   // usable, withheld, withdrawn or embargoed
	Signals        []string
	Published      time.Time
	Embargo        time.Time
	Title, Body    string
	URL            string
}

// Fingerprint makes the record of an article. At is left to the appender.
func Fingerprint(in Input) Record {
	r := Record{
		Kind: KindArticle, Key: in.Key, Revision: in.Revision, Payload: in.Payload,
		Published: millis(in.Published), Embargo: millis(in.Embargo),
		Source: xxh3.HashString(in.SourceID),
	}
	switch in.Status {
	case "withheld":
		r.Status = Withheld
	case "withdrawn":
		r.Status = Withdrawn
	case "embargoed":
		r.Status = Embargoed
	}
	for _, s := range in.Signals {
		switch s {
		case "correction", "corrected", "refile":
			r.Signals |= Correction
		case "repeat":
			r.Signals |= Repeat
		case "substitute":
			r.Signals |= Substitute
		}
	}
	r.Outlet = r.Source
	if d := domain(in.URL); d != "" {
		r.Outlet = xxh3.HashString(d)
	}
	if in.TransmissionID != "" {
		r.Ref = xxh3.HashString(in.SourceID + "\x00" + in.TransmissionID + "\x00" + in.Slug)
	}
	if in.StoryKey != "" {
		r.Story = xxh3.HashString(in.SourceID + "\x00" + in.StoryKey)
		r.Take = uint16(max(0, min(in.Take, 1<<16-1)))
	}
	words := make([]byte, 0, len(in.Body)+len(in.Title)/8+64)
	words, _ = normalise(words, in.Title)
	r.Title = xxh3.Hash(words)
	n := 0
	words, n = normalise(words[:0], in.Body)
	r.Body = xxh3.Hash128(words).Bytes()
	r.Tokens = uint32(n)
	return r
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// domain is the registered domain of a URL, empty if it has none.
func domain(raw string) string {
	if raw == "" {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if d, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return d
	}
	return host
}
