package deadletter

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
)

// Prefix begins the name of every header that Dateline adds to a record.
const Prefix = "dateline-"

// Names of headers, after Prefix.
const (
	headReason    = "reason"
	headStage     = "stage"
	headAttempt   = "attempt"
	headStatus    = "status"
	headKind      = "error-type"
	headDetail    = "error-detail"
	headTopic     = "topic"
	headPartition = "partition"
	headOffset    = "offset"
	headTime      = "timestamp"
	headDocID     = "doc-id"
	headWorker    = "worker"
	headEpoch     = "epoch"
	headReceipt   = "receipt"
	headOrigin    = "origin"
)

// Origin is the place in Kafka where a record was first read.
type Origin struct {
	Topic     string `json:"topic"`
	Partition int    `json:"partition"`
	Offset    int64  `json:"offset"`
}

// String is TOPIC/PARTITION/OFFSET, which ParseOrigin reads.
func (o Origin) String() string { return fmt.Sprintf("%s/%d/%d", o.Topic, o.Partition, o.Offset) }

// ParseOrigin reads TOPIC/PARTITION/OFFSET.
func ParseOrigin(s string) (Origin, error) {
	parts := strings.Split(s, "/")
	if len(parts) == 3 && parts[0] != "" {
		p, perr := strconv.Atoi(parts[1])
		off, oerr := strconv.ParseInt(parts[2], 10, 64)
		if perr == nil && oerr == nil && p >= 0 && off >= 0 {
			return Origin{parts[0], p, off}, nil
		}
	}
	return Origin{}, fmt.Errorf("%q is not TOPIC/PARTITION/OFFSET, for example news.raw/3/1200", s)
}

// Letter is one dead letter: why and where a record died, and the record.
type Letter struct {
	Origin
	Reason  string    `json:"reason"` // mapping, too_large, decode, stage_wire, panic_place, …
	Stage   string    `json:"stage,omitempty"`
	Attempt int       `json:"attempt"` // 1 for the first death, one more after each replay
	Status  int       `json:"status,omitempty"`
	Kind    string    `json:"error_type,omitempty"`
	Detail  string    `json:"error_detail,omitempty"` // at most 256 bytes; may quote the server or the text
	Time    time.Time `json:"timestamp,omitzero"`     // of the original record
	DocID   string    `json:"doc_id,omitempty"`
	Worker  string    `json:"worker,omitempty"`
	Epoch   int       `json:"epoch"`

	In      int            `json:"letter_partition"` // of the dead-letter topic
	At      int64          `json:"letter_offset"`
	Died    time.Time      `json:"died,omitzero"`
	Key     []byte         `json:"-"`
	Value   []byte         `json:"-"`
	Headers []kafka.Header `json:"-"` // the original's
}

// AddHeaders appends the letter's headers to those of its record.
func (l *Letter) AddHeaders(h []kafka.Header) []kafka.Header {
	add := func(name, value string) {
		if value != "" {
			h = append(h, kafka.Header{Key: Prefix + name, Value: []byte(value)})
		}
	}
	add(headReason, l.Reason)
	add(headStage, l.Stage)
	add(headAttempt, strconv.Itoa(max(1, l.Attempt)))
	if l.Status != 0 {
		add(headStatus, strconv.Itoa(l.Status))
	}
	add(headKind, l.Kind)
	add(headDetail, l.Detail)
	add(headTopic, l.Topic)
	add(headPartition, strconv.Itoa(l.Partition))
	add(headOffset, strconv.FormatInt(l.Offset, 10))
	add(headTime, l.Time.UTC().Format(time.RFC3339Nano))
	add(headDocID, l.DocID)
	add(headWorker, l.Worker)
	add(headEpoch, strconv.Itoa(l.Epoch))
	return h
}

// Parse reads a record of the dead-letter topic. It is not ok if the record is
// no letter: something else wrote to the topic, or it is a receipt.
//
// A record may have had headers of these names before it died, whoever put
// them there; only what stands from the last dateline-reason on is the letter's.
func Parse(m *kafka.Message) (l *Letter, ok bool) {
	first := -1
	for i, h := range m.Headers {
		if h.Key == Prefix+headReason {
			first = i
		}
	}
	if first < 0 {
		return nil, false
	}
	l = &Letter{In: m.Partition, At: m.Offset, Died: m.Time.UTC(), Key: m.Key, Value: m.Value, Headers: m.Headers[:first]}
	if !l.read(m.Headers[first:]) || l.Topic == "" {
		return nil, false
	}
	return l, true
}

func (l *Letter) read(headers []kafka.Header) bool {
	good := true
	number := func(s string, bits int) int64 {
		n, err := strconv.ParseInt(s, 10, bits)
		if err != nil || n < 0 {
			good = false
		}
		return n
	}
	for _, h := range headers {
		name, ours := strings.CutPrefix(h.Key, Prefix)
		if !ours {
			continue
		}
		switch v := string(h.Value); name {
		case headReason:
			l.Reason = v
		case headStage:
			l.Stage = v
		case headAttempt:
			l.Attempt = int(number(v, 31))
		case headStatus:
			l.Status = int(number(v, 31))
		case headKind:
			l.Kind = v
		case headDetail:
			l.Detail = v
		case headTopic:
			l.Topic = v
		case headPartition:
			l.Partition = int(number(v, 32))
		case headOffset:
			l.Offset = number(v, 64)
		case headTime:
			t, err := time.Parse(time.RFC3339Nano, v)
			good = good && err == nil
			l.Time = t
		case headDocID:
			l.DocID = v
		case headWorker:
			l.Worker = v
		case headEpoch:
			l.Epoch = int(number(v, 31))
		}
	}
	return good
}

// Replay is the record that gives the letter another try: the original, and
// where it came from. Its time is left to the producer, because retention goes
// by it.
func (l *Letter) Replay() kafka.Message {
	return kafka.Message{Key: l.Key, Value: l.Value, Headers: Returning(l.Headers, l.Origin, max(1, l.Attempt)+1)}
}

// Returning adds to a record's headers what Returned finds again.
func Returning(h []kafka.Header, from Origin, attempt int) []kafka.Header {
	out := make([]kafka.Header, 0, len(h)+2)
	return append(append(out, h...),
		kafka.Header{Key: Prefix + headOrigin, Value: []byte(from.String())},
		kafka.Header{Key: Prefix + headAttempt, Value: []byte(strconv.Itoa(attempt))})
}

// Returned finds out where a record of the backfill topic came from. One that
// came from elsewhere than a replay is its own origin, at its first attempt.
func Returned(m *kafka.Message) (from Origin, attempt int, original []kafka.Header) {
	n := len(m.Headers)
	if n >= 2 && m.Headers[n-2].Key == Prefix+headOrigin && m.Headers[n-1].Key == Prefix+headAttempt {
		o, err := ParseOrigin(string(m.Headers[n-2].Value))
		a, aerr := strconv.Atoi(string(m.Headers[n-1].Value))
		if err == nil && aerr == nil && a > 0 {
			return o, a, m.Headers[:n-2]
		}
	}
	return Origin{m.Topic, m.Partition, m.Offset}, 1, m.Headers
}

// Receipt is a record for the dead-letter topic that says the letter was sent
// to another topic.
func (l *Letter) Receipt(to string) kafka.Message {
	return kafka.Message{Key: l.Key, Headers: []kafka.Header{
		{Key: Prefix + headReceipt, Value: []byte(to)},
		{Key: Prefix + headOrigin, Value: []byte(l.Origin.String())},
		{Key: Prefix + headAttempt, Value: []byte(strconv.Itoa(max(1, l.Attempt)))},
	}}
}

// receipt reads a receipt.
func receipt(m *kafka.Message) (from Origin, attempt int, to string, ok bool) {
	if len(m.Headers) != 3 || m.Headers[0].Key != Prefix+headReceipt || len(m.Value) > 0 {
		return Origin{}, 0, "", false
	}
	from, attempt, _ = Returned(&kafka.Message{Headers: m.Headers[1:]})
	return from, attempt, string(m.Headers[0].Value), from.Topic != ""
}
