package dedup

import (
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/zeebo/xxh3"
)

// The verdicts.
const (
	Original   = "original"
	Copy       = "copy"
	Derived    = "derived"
	Update     = "update"
	Corrected  = "correction"
	Stale      = "stale"
	Redelivery = "redelivery"
	Kill       = "kill"
)

// How long the fold remembers, in days of its own clock. A kill outlives the
// raw topic's retention, so a replay does not bring a killed item back.
const (
	keepDays     = 7
	keepKillDays = 90
	dayMillis    = int64(24 * time.Hour / time.Millisecond)
	maxStep      = int64(time.Hour / time.Millisecond)
)

// State is the fold of the log. The zero value is the fold of nothing, ready
// to use. It belongs to one goroutine.
type State struct {
	// Free lets the clock follow every record at once instead of by at most
	// an hour: for a backfill, whose records come in order of publication.
	// It is set before the first record and never changed.
	Free bool

	items  map[[16]byte]item
	expiry map[int64][][16]byte // day -> items that may be forgotten on it
	clock  int64                // milliseconds
	day    int64
	digest uint64
}

// item is the newest version of one item.
type item struct {
	revision int64
	payload  [16]byte
	verdict  Verdict // of that version
	day      int64   // when it may be forgotten
	killed   bool
}

// Apply folds one record and gives its verdict. Offsets only rise; they enter
// the digest.
func (s *State) Apply(offset int64, r Record) Verdict {
	if s.items == nil {
		s.items, s.expiry = make(map[[16]byte]item), make(map[int64][][16]byte)
	}
	s.tick(r.At)
	v := s.verdict(offset, &r)
	s.note(offset, v)
	return v
}

// verdict decides in the order: redelivery, kill, stale, new version, content.
func (s *State) verdict(offset int64, r *Record) Verdict {
	old, known := s.items[r.Key]
	withdrawn := r.Status&Withdrawn != 0
	if known && old.payload == r.Payload && (old.revision == r.Revision || old.killed && withdrawn) {
		v := old.verdict
		v.First, v.Verdict = v.Verdict, Redelivery
		return v
	}
	id := hex.EncodeToString(r.Key[:])
	switch {
	case withdrawn:
		v := Verdict{Verdict: Kill, Story: id}
		if known {
			v = old.verdict
			v.Verdict = Kill
		}
		s.keep(r, v, true)
		return v
	case known && (old.killed || r.Revision <= old.revision):
		v := old.verdict
		v.Verdict = Stale
		return v
	case known:
		v := old.verdict
		v.Verdict = Update
		if r.Signals&Correction != 0 {
			v.Verdict = Corrected
		}
		s.keep(r, v, false)
		return v
	}
	v := s.content(offset, id, r)
	s.keep(r, v, false)
	return v
}

// content judges an item that is new by its text.
func (s *State) content(_ int64, id string, _ *Record) Verdict {
	return Verdict{Verdict: Original, Story: id}
}

// keep remembers the record as its item's newest.
func (s *State) keep(r *Record, v Verdict, killed bool) {
	days := int64(keepDays)
	if killed {
		days = keepKillDays
	}
	it := item{revision: r.Revision, payload: r.Payload, verdict: v, day: s.day + days, killed: killed}
	if old, ok := s.items[r.Key]; !ok || old.day != it.day {
		s.expiry[it.day] = append(s.expiry[it.day], r.Key)
	}
	s.items[r.Key] = it
}

// tick moves the clock: never back, and by at most an hour a record unless the
// state is free. Then it forgets what is due.
func (s *State) tick(at int64) {
	switch {
	case at <= s.clock:
		return
	case s.clock == 0 || s.Free:
		s.clock = at
	default:
		s.clock = min(at, s.clock+maxStep)
	}
	if day := s.clock / dayMillis; day != s.day {
		s.day = day
		s.forget()
	}
}

// forget drops the items whose day has come. Which are dropped hangs on the
// day alone, so the order of a map's keys decides nothing.
func (s *State) forget() {
	for day, keys := range s.expiry {
		if day > s.day {
			continue
		}
		for _, k := range keys {
			if s.items[k].day == day {
				delete(s.items, k)
			}
		}
		delete(s.expiry, day)
	}
}

// note chains the verdict into the digest.
func (s *State) note(offset int64, v Verdict) {
	b := make([]byte, 0, 128)
	b = binary.LittleEndian.AppendUint64(b, s.digest)
	b = binary.LittleEndian.AppendUint64(b, uint64(offset))
	for _, f := range []string{v.Verdict, v.First, v.Story, v.DuplicateOf, v.DerivedFrom} {
		b = append(append(b, f...), 0)
	}
	s.digest = xxh3.Hash(b)
}

// Digest is a hash of all verdicts so far: two folds of one log agree in it.
func (s *State) Digest() uint64 { return s.digest }

// Len is how many items the state remembers.
func (s *State) Len() int { return len(s.items) }

// Stored is the verdict as it stands in the document: a redelivery is what its
// first delivery was, as the one that came first may never have been written.
func (v Verdict) Stored() Verdict {
	if v.Verdict == Redelivery && v.First != "" {
		v.Verdict, v.First = v.First, ""
	}
	return v
}
