package worker

import (
	"sync"
	"time"
)

// Fate is how a record was settled.
type Fate uint8

// The fates of a record. Every record that a fetcher delivered ends in exactly
// one of them, or is abandoned when its generation ends.
const (
	Indexed  Fate = iota // stored, with its events
	Stale                // the store holds the same or a newer version
	Filtered             // dropped by a stage, on purpose
	Dead                 // written to the dead-letter topic, all replicas acknowledging
	fates
)

var fateNames = [fates]string{"indexed", "stale", "filtered", "dead"}

// String is the word used in logs and metrics.
func (f Fate) String() string { return fateNames[f] }

// Counts are the terms of the conservation law, in records:
//
//	Consumed = Indexed + Stale + Filtered + Dead + Abandoned + InFlight
//
// They are changed together under the ledger's lock, so the law holds at every
// instant. Late acknowledgements, for records already abandoned, stand apart.
type Counts struct {
	Consumed      int64
	Settled       [fates]int64
	Abandoned     int64
	InFlight      int64
	InFlightBytes int64
	Late          int64
	Gap           int64 // records that retention removed before they were read
}

// Balanced reports whether the conservation law holds.
func (c Counts) Balanced() bool {
	sum := c.Abandoned + c.InFlight
	for _, n := range c.Settled {
		sum += n
	}
	return sum == c.Consumed
}

// Ledger counts what became of every record and holds the lock of all rings.
// One lock is enough: it is taken twice a record, for nanoseconds.
type Ledger struct {
	mu     sync.Mutex
	counts Counts
}

// Counts is a consistent copy.
func (l *Ledger) Counts() Counts {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts
}

// slot is one delivered record in a ring.
type slot struct {
	offset  int64
	bytes   int64
	since   time.Time
	settled bool
}

// Ring holds the records of one partition that were delivered and are not yet
// committed, in delivery order, for one generation. The offset that may be
// committed is one past the last record before the first unsettled one. No
// offset is ever computed from another, so gaps in the log (compaction,
// transactions, trimming) cannot stall it.
type Ring struct {
	Topic     string
	Partition int

	ledger *Ledger // its lock guards everything below

	slots []slot // circular; len is a power of two
	head  uint64 // sequence of the oldest slot
	tail  uint64 // sequence of the next slot

	next      int64 // may be committed: all before it is settled; -1 before the first record
	committed int64 // last offset that the broker acknowledged; -1 if none
	position  int64 // next offset to fetch
	highWater int64 // log end, as of the last fetch
	bytes     int64 // raw bytes held
	fenced    bool
	progress  int64  // settled records since the start, for the stall watchdog
	interrupt func() // ends the fetcher's connection; nil if there is none
}

// NewRing is an empty ring. committed is the group's committed offset, or -1.
func NewRing(l *Ledger, topic string, partition int, committed int64) *Ring {
	return &Ring{Topic: topic, Partition: partition, ledger: l, slots: make([]slot, 64), next: committed, committed: committed, position: committed}
}

// Track takes in a delivered record and returns its sequence in the ring. It
// returns false after Fence: the record is not this generation's any more.
func (r *Ring) Track(offset, bytes int64) (seq uint64, ok bool) {
	now := time.Now()
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	if r.fenced {
		return 0, false
	}
	if r.tail-r.head == uint64(len(r.slots)) {
		r.grow()
	}
	seq = r.tail
	r.slots[seq&uint64(len(r.slots)-1)] = slot{offset: offset, bytes: bytes, since: now}
	r.tail++
	r.bytes += bytes
	r.position = offset + 1
	c := &r.ledger.counts
	c.Consumed++
	c.InFlight++
	c.InFlightBytes += bytes
	return seq, true
}

func (r *Ring) grow() {
	bigger := make([]slot, 2*len(r.slots))
	for s := r.head; s < r.tail; s++ {
		bigger[s&uint64(len(bigger)-1)] = r.slots[s&uint64(len(r.slots)-1)]
	}
	r.slots = bigger
}

// Done settles a record. It returns the bytes it held, or false if the record
// was abandoned before: a late acknowledgement, which is only counted. Each
// sequence is settled once; a second call panics, because it means that two
// owners believed in one record.
func (r *Ring) Done(seq uint64, f Fate) (bytes int64, ok bool) {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	c := &r.ledger.counts
	if r.fenced {
		c.Late++
		return 0, false
	}
	s := &r.slots[seq&uint64(len(r.slots)-1)]
	if seq < r.head || seq >= r.tail || s.settled {
		panic("ring: record settled twice")
	}
	s.settled = true
	c.Settled[f]++
	c.InFlight--
	c.InFlightBytes -= s.bytes
	r.bytes -= s.bytes
	r.progress++
	for r.head < r.tail && r.slots[r.head&uint64(len(r.slots)-1)].settled {
		r.next = r.slots[r.head&uint64(len(r.slots)-1)].offset + 1
		r.head++
	}
	return s.bytes, true
}

// Abandon takes back the newest record, which could not be passed on because
// its generation is ending. It must not keep the drain waiting.
func (r *Ring) Abandon(seq uint64) (bytes int64) {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	if r.fenced {
		return 0
	}
	if seq != r.tail-1 || r.tail == r.head {
		panic("ring: only the newest record can be taken back")
	}
	r.tail--
	bytes = r.slots[r.tail&uint64(len(r.slots)-1)].bytes
	r.bytes -= bytes
	c := &r.ledger.counts
	c.Abandoned++
	c.InFlight--
	c.InFlightBytes -= bytes
	return bytes
}

// Skip tells the ring that the log holds nothing up to next, which lets the
// commit step over offsets that are missing at the end of a batch. It has an
// effect only while no record is in flight.
func (r *Ring) Skip(next int64) {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	if !r.fenced && next > r.position {
		r.position = next
		if r.head == r.tail && r.next >= 0 && next > r.next {
			r.next = next
		}
	}
}

// Committable is the offset to commit; false if nothing new was settled.
func (r *Ring) Committable() (offset int64, ok bool) {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	return r.next, r.next > r.committed
}

// Committed records that the broker acknowledged the commit.
func (r *Ring) Committed(offset int64) {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	if offset > r.committed {
		r.committed = offset
	}
}

// Fence ends the ring: what is unsettled becomes abandoned and will be read
// again by the partition's next owner. It returns how many records and bytes.
func (r *Ring) Fence() (records int, bytes int64) {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	if r.fenced {
		return 0, 0
	}
	r.fenced = true
	for s := r.head; s < r.tail; s++ {
		if !r.slots[s&uint64(len(r.slots)-1)].settled {
			records++
		}
	}
	bytes = r.bytes
	c := &r.ledger.counts
	c.Abandoned += int64(records)
	c.InFlight -= int64(records)
	c.InFlightBytes -= bytes
	r.slots, r.bytes = nil, 0
	return records, bytes
}

// State is a copy of the ring's numbers.
type State struct {
	Topic     string `json:"topic"`
	Partition int    `json:"partition"`
	Position  int64  `json:"position"`
	HighWater int64  `json:"log_end"`
	Committed int64  `json:"committed"`
	First     int64  `json:"first_unsettled"` // offset of the oldest unsettled record, -1 if none
	InFlight  int64  `json:"in_flight"`
	Bytes     int64  `json:"in_flight_bytes"`
	Progress  int64  `json:"settled"`
	// Oldest is for how long the oldest unsettled record is in flight, in
	// seconds; 0 if none is.
	Oldest float64 `json:"oldest_seconds"`
	Fenced bool    `json:"-"`
}

// Lag is how many offsets lie between the log's end and the committed offset.
func (s State) Lag() int64 {
	if s.Committed < 0 {
		return max(0, s.HighWater)
	}
	return max(0, s.HighWater-s.Committed)
}

// State is a consistent copy of the ring's numbers.
func (r *Ring) State() State {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	s := State{Topic: r.Topic, Partition: r.Partition, Position: r.position, HighWater: r.highWater,
		Committed: r.committed, First: -1, Bytes: r.bytes, Progress: r.progress, Fenced: r.fenced}
	if r.fenced {
		return s
	}
	s.InFlight = int64(r.tail - r.head)
	if r.head < r.tail {
		oldest := &r.slots[r.head&uint64(len(r.slots)-1)]
		s.First, s.Oldest = oldest.offset, time.Since(oldest.since).Seconds()
	}
	return s
}

// Holds reports whether the record at offset is in flight.
func (r *Ring) Holds(offset int64) bool {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	if r.fenced {
		return false
	}
	for s := r.head; s < r.tail; s++ {
		if x := &r.slots[s&uint64(len(r.slots)-1)]; x.offset == offset {
			return !x.settled
		}
	}
	return false
}

// SetHighWater notes the log end that a fetch reported.
func (r *Ring) SetHighWater(n int64) {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	if n > r.highWater {
		r.highWater = n
	}
}

// connected notes how to end the connection that the partition is read on; nil
// when it has ended.
func (r *Ring) connected(interrupt func()) {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	r.interrupt = interrupt
}

// Reconnect ends the connection that the partition is read on, if there is
// one. The fetcher opens another and reads on where it was.
func (r *Ring) Reconnect() {
	r.ledger.mu.Lock()
	f := r.interrupt
	r.ledger.mu.Unlock()
	if f != nil {
		f()
	}
}

// Idle reports whether no record is in flight.
func (r *Ring) Idle() bool {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	return r.fenced || r.head == r.tail
}

// Fenced reports whether the ring was ended.
func (r *Ring) Fenced() bool {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	return r.fenced
}

// gap counts records that retention removed before they were read.
func (l *Ledger) gap(n int64) {
	l.mu.Lock()
	l.counts.Gap += n
	l.mu.Unlock()
}
