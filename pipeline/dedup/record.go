package dedup

import (
	"encoding/binary"
	"errors"
	"fmt"
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

// The kinds of records. All but KindArticle control the fold.
const (
	KindArticle uint8 = iota
	KindEpoch         // Key: uuid, Params: the parameters from here on
	KindRebase        // Revision: offset; the state here is the fold of the log from there, begun with Params and Key
	KindSwitch        // Topic: the log that goes on from here
	KindVoid          // Key and Revision: the version that became a dead letter
	KindDigest        // Revision: offset, Title: digest at it, Key: uuid of the epoch
	kinds
)

// Record is an article as the log holds it: what a verdict depends on, without
// a word of text. Times are milliseconds since 1970, 0 for none. Records of
// other kinds use At and the fields that their kind names.
type Record struct {
	Kind      uint8
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
	Ref       uint64   // what notices call the item, see reference; 0 for none
	Target    uint64   // the Ref of the item that a kill or hold is about; 0 for itself
	Story     uint64   // hash of what the takes of a story share; 0 for none
	Take      uint16
	Month     uint16 // of first sight, year*12+month-1: with Key it finds the document; 0 for none
	Embargo   int64
	Tokens    uint32   // words of the body
	Samples   []uint64 // in order, each once; 40 bits each, see sampler
	Params    *Params
	Topic     string
}

// Sizes of an encoded record in bytes.
const (
	recordVersion = 3
	controlSize   = 44
	headerSize    = 144
	sampleSize    = 5
	maxSamples    = 4096
	maxTopic      = 249 // of a Kafka topic's name
)

// ErrRecord is the error of every record that cannot be read. A fold skips
// such records; all workers skip the same ones.
var ErrRecord = errors.New("dedup record malformed")

// AppendBinary appends the record: little endian, a version byte, then the
// fields in an order of their own (see DecodeRecord).
func (r *Record) AppendBinary(b []byte) ([]byte, error) {
	le := binary.LittleEndian
	switch {
	case r.Kind >= kinds:
		return b, fmt.Errorf("dedup record: kind %d is not known", r.Kind)
	case (r.Kind == KindEpoch || r.Kind == KindRebase) && r.Params == nil:
		return b, errors.New("dedup record: no parameters")
	case len(r.Topic) > maxTopic:
		return b, fmt.Errorf("dedup record: topic of %d bytes, limit %d", len(r.Topic), maxTopic)
	case len(r.Samples) > maxSamples:
		return b, fmt.Errorf("dedup record: %d samples, limit %d", len(r.Samples), maxSamples)
	}
	b = append(b, recordVersion, r.Kind, r.Status, r.Signals)
	b = le.AppendUint64(b, uint64(r.At))
	b = append(b, r.Key[:]...)
	b = le.AppendUint64(b, uint64(r.Revision))
	b = le.AppendUint64(b, r.Title)
	switch r.Kind {
	case KindArticle:
	case KindEpoch, KindRebase:
		return r.Params.append(b), nil
	case KindSwitch:
		return append(b, r.Topic...), nil
	default:
		return b, nil
	}
	b = le.AppendUint64(b, uint64(r.Published))
	b = append(b, r.Payload[:]...)
	b = append(b, r.Body[:]...)
	for _, x := range []uint64{r.Source, r.Outlet, r.Ref, r.Target, r.Story} {
		b = le.AppendUint64(b, x)
	}
	b = le.AppendUint16(b, r.Take)
	b = le.AppendUint16(b, r.Month)
	b = le.AppendUint64(b, uint64(r.Embargo))
	b = le.AppendUint32(b, r.Tokens)
	b = le.AppendUint32(b, uint32(len(r.Samples)))
	for _, s := range r.Samples {
		b = append(b, byte(s), byte(s>>8), byte(s>>16), byte(s>>24), byte(s>>32))
	}
	return b, nil
}

// DecodeRecord reads what AppendBinary wrote. Another version, an unknown
// kind, a length that does not fit, samples out of order or parameters out of
// bounds give ErrRecord.
func DecodeRecord(b []byte) (Record, error) {
	var r Record
	if len(b) < controlSize {
		return r, fmt.Errorf("%w: %d bytes, want %d or more", ErrRecord, len(b), controlSize)
	}
	if b[0] != recordVersion {
		return r, fmt.Errorf("%w: version %d, want %d", ErrRecord, b[0], recordVersion)
	}
	le := binary.LittleEndian
	r.Kind, r.Status, r.Signals = b[1], b[2], b[3]
	r.At = int64(le.Uint64(b[4:]))
	copy(r.Key[:], b[12:])
	r.Revision, r.Title = int64(le.Uint64(b[28:])), le.Uint64(b[36:])
	if r.Kind == KindArticle {
		return r, r.decodeArticle(b)
	}
	return r, r.decodeControl(b[controlSize:])
}

func (r *Record) decodeControl(rest []byte) error {
	switch {
	case r.Kind >= kinds:
		return fmt.Errorf("%w: kind %d is not known", ErrRecord, r.Kind)
	case r.Kind == KindEpoch || r.Kind == KindRebase:
		p, err := decodeParams(rest)
		r.Params = p
		return err
	case r.Kind == KindSwitch:
		if len(rest) == 0 || len(rest) > maxTopic {
			return fmt.Errorf("%w: topic of %d bytes", ErrRecord, len(rest))
		}
		r.Topic = string(rest)
	case len(rest) != 0:
		return fmt.Errorf("%w: %d bytes behind a record of kind %d", ErrRecord, len(rest), r.Kind)
	}
	return nil
}

func (r *Record) decodeArticle(b []byte) error {
	if len(b) < headerSize {
		return fmt.Errorf("%w: %d bytes, want %d or more", ErrRecord, len(b), headerSize)
	}
	le := binary.LittleEndian
	r.Published = int64(le.Uint64(b[44:]))
	copy(r.Payload[:], b[52:])
	copy(r.Body[:], b[68:])
	for i, x := range []*uint64{&r.Source, &r.Outlet, &r.Ref, &r.Target, &r.Story} {
		*x = le.Uint64(b[84+8*i:])
	}
	r.Take, r.Month = le.Uint16(b[124:]), le.Uint16(b[126:])
	r.Embargo = int64(le.Uint64(b[128:]))
	r.Tokens = le.Uint32(b[136:])
	n := int(le.Uint32(b[140:]))
	if n > maxSamples || len(b) != headerSize+n*sampleSize {
		return fmt.Errorf("%w: %d bytes for %d samples", ErrRecord, len(b), n)
	}
	if n == 0 {
		return nil
	}
	r.Samples = make([]uint64, n)
	for i := range r.Samples {
		s := b[headerSize+i*sampleSize:]
		r.Samples[i] = uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32
		if i > 0 && r.Samples[i]>>1 <= r.Samples[i-1]>>1 {
			return fmt.Errorf("%w: samples out of order", ErrRecord)
		}
	}
	return nil
}
