package worker

import (
	"time"

	"github.com/segmentio/kafka-go"

	"dateline/internal/tracing"
	"dateline/pipeline/dedup"
	"dateline/worker/deadletter"
)

// Record is one Kafka message in the worker's hands: the raw bytes, which stay
// until it is settled, and where it came from. Whoever holds a record settles
// it exactly once, through settle.
type Record struct {
	kafka.Message
	ring    *Ring
	budget  *Budget
	seq     uint64
	bytes   int64
	fetched time.Time
	judged  *dedup.Record // key and revision of what a verdict was asked for; else nil
	// span is that of the whole way, part that of the part it is on; both are
	// nil if the record is not traced. Whoever has the record in hand uses them.
	span, part *tracing.Span
}

// next ends the part of the way that the record is on and begins another.
func (r *Record) next(part string) {
	r.part.End()
	r.part = r.span.Part(part)
}

// recordOverhead is what a record costs beside its bytes: the structs, slices
// and headers that hold it (estimate).
const recordOverhead = 256

// size is what a message is charged to the budget, in bytes.
func size(m *kafka.Message) int64 {
	n := len(m.Key) + len(m.Value) + recordOverhead
	for _, h := range m.Headers {
		n += len(h.Key) + len(h.Value)
	}
	return int64(n)
}

// settle ends the record's life. Afterwards its bytes are given back.
func (r *Record) settle(f Fate) {
	r.part.End()
	r.span.Say("dateline.outcome", f.String())
	r.span.End()
	if n, ok := r.ring.Done(r.seq, f); ok {
		r.budget.Give(n)
	}
}

// abandoned reports whether the record's generation has ended: nobody may send
// it on any more.
func (r *Record) abandoned() bool { return r.ring.Fenced() }

// place is where a record stands in Kafka.
func place(r *Record) deadletter.Origin {
	return deadletter.Origin{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset}
}
