package dedup

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/zeebo/xxh3"
)

const (
	keepKillDays = 90 // a kill outlives the raw topic's retention, so a replay brings nothing back
	dayMillis    = int64(24 * time.Hour / time.Millisecond)
	maxStep      = int64(time.Hour / time.Millisecond)

	// DigestEvery is how many offsets lie between the digests that the log's
	// writers compare.
	DigestEvery = 100_000
	keptDigests = 4
)

// ErrGap refuses a record that does not follow the last one: the verdicts
// behind a gap would hang on what is missing.
var ErrGap = errors.New("dedup log has a gap")

// ErrDiverged says that another fold of the same log came to other verdicts:
// one of the two has a fault, and nothing may be written until it is found.
var ErrDiverged = errors.New("dedup folds disagree")

// State is the fold of the log. The zero value is the fold of nothing with the
// default parameters, ready to use. It belongs to one goroutine.
type State struct {
	params   Params
	epoch    [16]byte
	base     int64 // offset at which the epoch was written; -1 before the first
	started  bool
	next     int64  // offset of the next record
	last     uint64 // hash of the last record's bytes, which tells logs apart
	clock    int64  // milliseconds
	day      int64  // of the clock: the newest segment
	digest   uint64
	digests  []digestAt // newest last
	switched string
	err      error

	segments []*segment // oldest first
	nextRow  uint32
	rows     int

	kills    map[[16]byte]kill
	strikes  map[[16]byte]strike // by the kill or hold that struck
	holds    map[[16]byte]hold   // by the item that is held
	refKills map[uint64]int64    // key of a reference, see targets -> day on which it is forgotten
	refHolds map[uint64]hold

	counts Counts
	scan   scan
	found  []uint32
}

type digestAt struct {
	offset int64
	digest uint64
}

// kill is a withdrawn item.
type kill struct {
	expiry  int64 // day
	offset  int64
	payload uint32
	story   [16]byte
}

// strike is the other document that a kill or hold was about.
type strike struct {
	expiry   int64
	key      [16]byte
	month    uint16
	hold     bool
	revision int64
}

type hold struct {
	expiry   int64
	revision int64
}

// Counts are how often something happened that no verdict shows.
type Counts struct {
	Stubs   int64 // equal bodies of one outlet under different titles: error pages
	Ties    int64 // other bytes at an equal revision
	Repeats int64 // items that their source marked as repeats
	Guarded int64 // matches that the template guard refused
	Skipped int64 // records that could not be read
}

// NewState is the fold of nothing with the given parameters, for a log that
// brings none.
func NewState(p Params) *State {
	s := new(State)
	s.start()
	s.params = p
	return s
}

// Rebased is the state at whose fold a REBASE record asks for the log to be
// folded again: from offset r.Revision up to the record, and then the record
// itself.
func Rebased(r Record) *State {
	s := NewState(*r.Params)
	s.epoch, s.base = r.Key, r.Revision
	return s
}

func (s *State) start() {
	s.started, s.params, s.base = true, DefaultParams(), -1
	s.kills, s.strikes, s.holds = make(map[[16]byte]kill), make(map[[16]byte]strike), make(map[[16]byte]hold)
	s.refKills, s.refHolds = make(map[uint64]int64), make(map[uint64]hold)
}

// Fold folds the bytes of the record at an offset. Bytes that are no record
// give no verdict; all folds skip them alike. The error is ErrGap, before which
// nothing is folded, or ErrDiverged.
func (s *State) Fold(offset int64, record []byte) (Verdict, error) {
	if s.started && s.next != 0 && offset != s.next {
		return Verdict{}, fmt.Errorf("%w: offset %d follows %d", ErrGap, offset, s.next-1)
	}
	var v Verdict
	r, err := DecodeRecord(record)
	if err != nil {
		s.skip(offset, record)
	} else {
		v = s.Apply(offset, r)
	}
	s.last = RecordHash(record)
	return v, s.err
}

// Apply folds one record and gives its verdict, which is zero for records that
// control the fold. Offsets only rise; they enter the digest.
func (s *State) Apply(offset int64, r Record) Verdict {
	if !s.started {
		s.start()
	}
	s.chore()
	s.tick(r.At)
	d := decision{offset: offset}
	if r.Kind == KindArticle {
		d = s.article(offset, &r)
		s.limit()
	} else {
		s.control(offset, &r)
	}
	s.note(offset, &d)
	return d.verdict(s.Epoch())
}

// skip passes over bytes that are no record.
func (s *State) skip(offset int64, record []byte) {
	if !s.started {
		s.start()
	}
	s.counts.Skipped++
	s.digest ^= xxh3.Hash(record)
	s.note(offset, &decision{offset: offset})
}

func (s *State) control(offset int64, r *Record) {
	switch r.Kind {
	case KindEpoch:
		// Two workers that find a log empty both begin it: the first counts.
		if r.Revision != s.base {
			s.params, s.epoch, s.base = *r.Params, r.Key, r.Revision
		}
	case KindRebase:
		s.digest, s.digests = xxh3.HashString(fmt.Sprintf("rebase %d %d", offset, r.Revision)), nil
	case KindSwitch:
		s.switched = r.Topic
	case KindVoid:
		if p := s.find(r.Key); p.ok() && p.row().revision == r.Revision {
			s.mark(p, func(x *row) { x.flags |= isVoid })
		}
	case KindDigest:
		for _, d := range s.digests {
			if d.offset == r.Revision && d.digest != r.Title && r.Key == s.epoch && s.epoch != ([16]byte{}) {
				s.err = fmt.Errorf("%w: at offset %d this one has %016x, the log says %016x", ErrDiverged, d.offset, d.digest, r.Title)
			}
		}
	}
}

// tick moves the clock: never back, and by at most an hour a record unless the
// log's clock is free.
func (s *State) tick(at int64) {
	switch {
	case at <= s.clock:
		return
	case s.clock == 0 || s.params.Free != 0:
		s.clock = at
	default:
		s.clock = min(at, s.clock+maxStep)
	}
	if day := s.clock / dayMillis; day != s.day {
		s.day = day
		s.turn()
	}
}

// note chains the decision into the digest.
func (s *State) note(offset int64, d *decision) {
	var b [144]byte
	le := binary.LittleEndian
	le.PutUint64(b[0:], s.digest)
	le.PutUint64(b[8:], uint64(offset))
	b[16], b[17], b[18], b[19] = byte(d.call), byte(d.first), byte(d.relation), d.percent
	for i, on := range []bool{d.hidden, d.withdrawn, d.repeat, d.held, d.strikeHold} {
		if on {
			b[20] |= 1 << i
		}
	}
	le.PutUint16(b[22:], d.strikeMonth)
	le.PutUint64(b[24:], uint64(d.offset))
	le.PutUint64(b[32:], uint64(d.heldAt))
	le.PutUint64(b[40:], uint64(d.strikeAt))
	copy(b[48:], d.story[:])
	copy(b[64:], d.copyOf[:])
	copy(b[80:], d.derived[:])
	copy(b[96:], d.strike[:])
	s.digest = xxh3.Hash(b[:])
	s.next = offset + 1
	if offset%DigestEvery == 0 {
		if len(s.digests) == keptDigests {
			s.digests = append(s.digests[:0], s.digests[1:]...)
		}
		s.digests = append(s.digests, digestAt{offset, s.digest})
	}
}

// Digest is a hash of all verdicts so far: two folds of one log agree in it.
func (s *State) Digest() uint64 { return s.digest }

// LastDigest is the newest digest at a multiple of DigestEvery, and its offset;
// false if there is none. It is what a writer puts into a DIGEST record.
func (s *State) LastDigest() (offset int64, digest uint64, ok bool) {
	if len(s.digests) == 0 {
		return 0, 0, false
	}
	d := s.digests[len(s.digests)-1]
	return d.offset, d.digest, true
}

// Len is how many items the state remembers, in all their rows.
func (s *State) Len() int { return s.rows }

// Next is the offset of the record that it folds next, 0 before the first.
func (s *State) Next() int64 { return s.next }

// LastRecord is the xxh3 hash of the bytes of the record at Next()-1.
func (s *State) LastRecord() uint64 { return s.last }

// Clock is the log's time.
func (s *State) Clock() time.Time { return time.UnixMilli(s.clock).UTC() }

// Epoch is the uuid of the epoch in 32 hex digits, empty before the first.
func (s *State) Epoch() string {
	if s.epoch == ([16]byte{}) {
		return ""
	}
	return hex.EncodeToString(s.epoch[:])
}

// EpochID is the uuid of the epoch, zero before the first.
func (s *State) EpochID() [16]byte { return s.epoch }

// Params are the parameters in force.
func (s *State) Params() Params {
	if !s.started {
		return DefaultParams()
	}
	return s.params
}

// Switched is the topic of the log that goes on where this one ends; empty if
// this one does not end.
func (s *State) Switched() string { return s.switched }

// Counts are how often something happened that no verdict shows.
func (s *State) Counts() Counts { return s.counts }

// Bytes is what the state takes in memory, without the few items in maps.
func (s *State) Bytes() (n int) {
	for _, g := range s.segments {
		for _, c := range g.chunks {
			n += cap(c) * rowSize
		}
		for _, t := range g.tables() {
			n += t.bytes()
		}
		n += 64 * (len(g.stories) + len(g.derived) + len(g.embargos)) // an entry of a Go map, about
	}
	return n
}

// RecordHash is the hash of a record's bytes that LastRecord compares with.
func RecordHash(record []byte) uint64 { return xxh3.Hash(record) }
