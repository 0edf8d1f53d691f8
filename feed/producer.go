package feed

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	"dateline/config"
	"dateline/internal/broker"
)

// Bounds of a request. A batch of chunkBytes fits a topic that has kept the
// default max.message.bytes of 1 MiB, with room for the headers of its
// records; a larger record goes alone.
const (
	chunkBytes     = 900 << 10
	chunkRecords   = 1000
	recordOverhead = 64 // bytes; lengths and deltas of a record take less
	requestTimeout = 30 * time.Second
)

// Waits between attempts: twice as long each time, up to the cap, with equal
// jitter. A longer cap would only make the end of an outage be noticed later.
const (
	firstWait = 100 * time.Millisecond
	longWait  = 2 * time.Second
)

// missingGrace is how long an unknown topic is taken for one just created. The
// client's view of the cluster is up to 5 s old.
const missingGrace = 6 * time.Second

// ErrNoTopic is returned by Produce when the topic does not exist. Nothing was
// stored; the operator creates it with "dateline setup".
var ErrNoTopic = errors.New("topic does not exist")

// Record is one record for the topic. A nil key goes to any partition.
type Record struct {
	Key     []byte
	Value   []byte
	Headers []kafka.Header
	Time    time.Time // zero: now
}

// size is roughly what the record takes in a batch.
func (r *Record) size() int {
	n := len(r.Key) + len(r.Value) + recordOverhead
	for _, h := range r.Headers {
		n += len(h.Key) + len(h.Value) + 10
	}
	return n
}

// ProducerOptions are what a Producer does differently from its configuration.
type ProducerOptions struct {
	Topic       string // empty: kafka.topic
	Uncompress  bool   // send batches as they are instead of as zstd
	OnRetry     func(err error, wait time.Duration)
	missingTime time.Duration // tests: instead of missingGrace
}

// Producer stores records with acks=all. It is safe for concurrent use; of
// each partition one request is on its way at a time, so records of one key
// are stored in the order in which they were handed in. Close it.
type Producer struct {
	client *broker.Client
	kafka  *kafka.Client
	topic  string
	opt    ProducerOptions

	mu    sync.Mutex
	lanes map[int]chan struct{} // by partition; holding its one token is leave to send
	found bool                  // the topic was seen once
}

// NewProducer prepares a producer; it does not connect.
func NewProducer(c config.Kafka, opt ProducerOptions) (*Producer, error) {
	client, err := broker.New(c)
	if err != nil {
		return nil, err
	}
	if opt.Topic == "" {
		opt.Topic = c.Topic
	}
	if opt.missingTime == 0 {
		opt.missingTime = missingGrace
	}
	return &Producer{
		client: client, kafka: client.Kafka(requestTimeout), topic: opt.Topic, opt: opt,
		lanes: make(map[int]chan struct{}),
	}, nil
}

// Topic is where the records go.
func (p *Producer) Topic() string { return p.topic }

// Close drops the connections.
func (p *Producer) Close() { p.client.Close() }

// Ping asks whether a broker answers and the topic is there. The answer may be
// 5 s old.
func (p *Producer) Ping(ctx context.Context) error {
	m, err := p.kafka.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{p.topic}})
	if err != nil {
		return err
	}
	for _, t := range m.Topics {
		if t.Name == p.topic {
			return t.Error
		}
	}
	return kafka.UnknownTopicOrPartition
}

// PartialError says which records the broker refuses for what they are: too
// large or malformed. All others are stored. Asking again will not help.
type PartialError struct {
	Records int
	Failed  map[int]error // by index into the slice handed to Produce
}

// Error counts the records and gives the cause of the first.
func (e *PartialError) Error() string {
	first := -1
	for i := range e.Failed {
		if first < 0 || i < first {
			first = i
		}
	}
	return fmt.Sprintf("%d of %d records not stored; record %d: %v", len(e.Failed), e.Records, first, e.Failed[first])
}

// Unwrap gives the causes.
func (e *PartialError) Unwrap() []error {
	errs := make([]error, 0, len(e.Failed))
	for _, err := range e.Failed {
		errs = append(errs, err)
	}
	return errs
}

// Produce stores the records and returns when the brokers have acknowledged
// every one with acks=all. Transient errors are retried for as long as ctx
// lives; a retry after a lost answer may store a record twice. The error is a
// *PartialError if single records were refused; anything else means that no
// further record can be stored (no topic, no permission, ctx ended) and leaves
// open which of these are.
func (p *Producer) Produce(ctx context.Context, records []Record) error {
	if len(records) == 0 {
		return nil
	}
	partitions, err := p.partitions(ctx)
	if err != nil {
		return err
	}
	lots := make(map[int][]int) // partition -> indices of records, in order
	var balance kafka.Murmur2Balancer
	for i := range records {
		n := balance.Balance(kafka.Message{Key: records[i].Key}, partitions...)
		lots[n] = append(lots[n], i)
	}
	var (
		wg      sync.WaitGroup
		mu      sync.Mutex
		fatal   error
		refused = make(map[int]error)
	)
	for partition, lot := range lots {
		wg.Go(func() {
			bad, err := p.send(ctx, partition, records, lot)
			mu.Lock()
			defer mu.Unlock()
			for i, err := range bad {
				refused[i] = err
			}
			if fatal == nil {
				fatal = err
			}
		})
	}
	wg.Wait()
	switch {
	case fatal != nil:
		return fatal
	case len(refused) > 0:
		return &PartialError{Records: len(records), Failed: refused}
	}
	return nil
}

// partitions lists the topic's partitions, waiting for a broker if need be.
// The answer comes from the client's view of the cluster, which it renews.
func (p *Producer) partitions(ctx context.Context) ([]int, error) {
	var ids []int
	missing := time.Now().Add(p.opt.missingTime)
	err := p.retry(ctx, func() error {
		m, err := p.kafka.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{p.topic}})
		if err != nil {
			return fmt.Errorf("metadata of topic %s: %w", p.topic, err)
		}
		ids = ids[:0]
		for _, t := range m.Topics {
			if t.Name != p.topic {
				continue
			}
			if t.Error != nil {
				return p.topicError(t.Error, missing)
			}
			for _, n := range t.Partitions {
				ids = append(ids, n.ID)
			}
		}
		if len(ids) == 0 {
			return p.topicError(kafka.UnknownTopicOrPartition, missing)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(ids) // Java's producers number them so
	p.mu.Lock()
	p.found = true
	p.mu.Unlock()
	return ids, nil
}

// topicError ends the wait for a topic that was never there.
func (p *Producer) topicError(err error, missing time.Time) error {
	p.mu.Lock()
	found := p.found
	p.mu.Unlock()
	if errors.Is(err, kafka.UnknownTopicOrPartition) && !found && time.Now().After(missing) {
		return final{fmt.Errorf("topic %s: %w: create it with dateline setup", p.topic, ErrNoTopic)}
	}
	return fmt.Errorf("topic %s: %w", p.topic, err)
}

// lane is the partition's token.
func (p *Producer) lane(partition int) chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	l, ok := p.lanes[partition]
	if !ok {
		l = make(chan struct{}, 1) // holds one token; whoever put it in takes it out
		p.lanes[partition] = l
	}
	return l
}

// send stores the records of one partition, chunk by chunk.
func (p *Producer) send(ctx context.Context, partition int, records []Record, lot []int) (refused map[int]error, err error) {
	lane := p.lane(partition)
	select {
	case lane <- struct{}{}:
		defer func() { <-lane }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	refused = make(map[int]error)
	for len(lot) > 0 {
		n, size := 0, 0
		for n < len(lot) && n < chunkRecords {
			size += records[lot[n]].size()
			if n > 0 && size > chunkBytes {
				break
			}
			n++
		}
		if err := p.chunk(ctx, partition, records, lot[:n], refused); err != nil {
			return refused, err
		}
		lot = lot[n:]
	}
	return refused, nil
}

// chunk stores records that go in one request. A chunk that is too large is
// halved until only the record that is too large is left.
func (p *Producer) chunk(ctx context.Context, partition int, records []Record, lot []int, refused map[int]error) error {
	var single map[int]error
	err := p.retry(ctx, func() error {
		single = nil
		res, err := p.kafka.Produce(ctx, p.request(partition, records, lot))
		if err != nil {
			return err
		}
		if res.Error != nil {
			single = res.RecordErrors
		}
		return res.Error
	})
	var f final
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &f):
		return err
	case errors.Is(err, kafka.MessageSizeTooLarge) || errors.Is(err, kafka.RecordListTooLarge) || errors.Is(err, kafka.InvalidRecord):
	default:
		return fmt.Errorf("partition %d of topic %s: %w", partition, p.topic, f.error)
	}
	if len(lot) == 1 {
		refused[lot[0]] = f.error
		return nil
	}
	if len(single) > 0 { // the broker names the culprits and stores none
		var rest []int
		for n, i := range lot {
			if cause, bad := single[n]; bad {
				refused[i] = fmt.Errorf("%w: %w", f.error, cause)
			} else {
				rest = append(rest, i)
			}
		}
		if len(rest) == 0 {
			return nil
		}
		if len(rest) < len(lot) {
			return p.chunk(ctx, partition, records, rest, refused)
		}
	}
	half := len(lot) / 2
	if err := p.chunk(ctx, partition, records, lot[:half], refused); err != nil {
		return err
	}
	return p.chunk(ctx, partition, records, lot[half:], refused)
}

// request builds a request anew: a sent one has been read out.
func (p *Producer) request(partition int, records []Record, lot []int) *kafka.ProduceRequest {
	batch := make([]kafka.Record, len(lot))
	now := time.Now()
	for n, i := range lot {
		r := &records[i]
		batch[n] = kafka.Record{Time: r.Time, Value: kafka.NewBytes(r.Value), Headers: r.Headers}
		if r.Key != nil {
			batch[n].Key = kafka.NewBytes(r.Key)
		}
		if r.Time.IsZero() {
			batch[n].Time = now
		}
	}
	q := &kafka.ProduceRequest{
		Topic: p.topic, Partition: partition, RequiredAcks: kafka.RequireAll,
		Compression: kafka.Zstd, Records: kafka.NewRecordReader(batch...),
	}
	if p.opt.Uncompress {
		q.Compression = 0
	}
	return q
}

// final marks an error that asking again does not mend.
type final struct{ error }

func (f final) Unwrap() error { return f.error }

// retry calls f until it succeeds, fails for good (final) or ctx ends.
func (p *Producer) retry(ctx context.Context, f func() error) error {
	for wait := firstWait; ; wait = min(2*wait, longWait) {
		err := f()
		if ctx.Err() != nil && err != nil {
			return context.Cause(ctx)
		}
		if err == nil || errors.As(err, new(final)) {
			return err
		}
		if !transient(err) {
			return final{err}
		}
		pause := wait/2 + rand.N(wait/2)
		if p.opt.OnRetry != nil {
			p.opt.OnRetry(err, pause)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// transient tells what may pass: a broker's own word for it, and everything
// that happens to connections other than a certificate that is not trusted.
func transient(err error) bool {
	var code kafka.Error
	if errors.As(err, &code) {
		return code.Temporary()
	}
	var cert *tls.CertificateVerificationError
	var name x509.HostnameError
	var authority x509.UnknownAuthorityError
	return !errors.As(err, &cert) && !errors.As(err, &name) && !errors.As(err, &authority)
}
