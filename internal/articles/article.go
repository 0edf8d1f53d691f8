package articles

import (
	"time"

	"dateline/pipeline/wire"
)

// Article is one record for the raw topic: one version of one item, or
// something broken that pretends to be one.
type Article struct {
	Name     string // the file's name without .txt, or the number of a generated record
	SourceID string
	ItemID   string
	Version  int64 // 0 if the source counts no versions
	Want     Want
	Fact     Fact // what a generated article's first sentence says; zero for bundled ones

	env *wire.Envelope // nil if the record is no envelope
	raw []byte         // the record's value where env is nil, or its encoded form
}

// Outcome is what must become of a record. Records of one item are handled in
// their order; where a worker handles them together, an Indexed one that a
// later version replaces may end as stale instead. What is stored in the end
// is the same, and is what Expect tells.
type Outcome string

// The outcomes.
const (
	Indexed   Outcome = "indexed"   // stored at Want.Version
	Stale     Outcome = "stale"     // a newer version, or a withdrawal, came before
	Duplicate Outcome = "duplicate" // the same record again: nothing changes
	Tombstone Outcome = "tombstone" // stored without text: withheld or withdrawn
	Dead      Outcome = "dead"      // a dead letter for Want.Reason
)

// Want is what must become of a record.
type Want struct {
	Outcome Outcome
	Version int64
	Status  string // wire's status of what is stored: Indexed and Tombstone only
	Reason  string // wire's reason of the dead letter: Dead only
}

// Fact is who did what where and when in the first sentence of a generated
// article.
type Fact struct {
	Actor   string // full name
	Other   string // full name of whom Actor met
	Place   string // city
	Country string // ISO 3166-1 alpha-2
	Day     time.Time
}

// Key is the record's key on the raw topic: the source's id, a slash, the
// item's id.
func Key(a Article) string { return a.SourceID + "/" + a.ItemID }

// Envelope is the record's value on the raw topic, dateline.raw.v1, or the
// bytes of a malformed record. The caller must not change it.
func (a Article) Envelope() []byte {
	if a.raw != nil || a.env == nil {
		return a.raw
	}
	b, err := a.env.Encode()
	if err != nil {
		panic("article " + a.Name + ": " + err.Error()) // the package's own data is at fault
	}
	return b
}

// Received is when the record arrived at its receiver; zero if the record is
// no envelope.
func (a Article) Received() time.Time {
	if a.env == nil {
		return time.Time{}
	}
	return a.env.ReceivedAt
}

// Payload is the item as its source sent it; nil if the record is no envelope.
// The caller must not change it.
func (a Article) Payload() []byte {
	if a.env == nil {
		return nil
	}
	return a.env.Data
}
