package dedup

import (
	"encoding/hex"
	"time"
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

// The relations of a copy to its story's first document.
const (
	Same    = "same"    // the same text
	Cut     = "cut"     // a part of it
	Expands = "expands" // more than it
)

// Verdict is what the fold of the log says of one version of one item. Its
// tagged fields stand in the document; a redelivery's are those of its first
// delivery, so that both write the same bytes.
type Verdict struct {
	Verdict       string  `json:"verdict"` // original copy derived update correction stale redelivery kill
	DuplicateOf   string  `json:"duplicate_of,omitempty"`
	DerivedFrom   string  `json:"derived_from,omitempty"`
	Story         string  `json:"story"`              // id of the story's first document
	Relation      string  `json:"relation,omitempty"` // same, cut, expands; copies only
	Containment   float64 `json:"containment"`        // shared part of the smaller text, two decimals
	Hidden        bool    `json:"hidden"`
	HeadWithdrawn bool    `json:"head_withdrawn,omitempty"` // the story's first document was withdrawn before this copy came
	First         string  `json:"first,omitempty"`          // of a redelivery: the verdict of the first delivery
	Epoch         string  `json:"epoch,omitempty"`          // uuid of the log's epoch, 32 hex digits
	Offset        int64   `json:"offset"`                   // where in the log the verdict was taken

	// Repeat says that a redelivery is another item that its own source marked
	// as a repeat of DuplicateOf: it is counted and never written.
	Repeat bool `json:"-"`
	// Held says that a hold covers this version: it is written as withheld, at
	// HeldRevision.
	Held         bool  `json:"-"`
	HeldRevision int64 `json:"-"`
	// Strike is another document that this kill or hold is about.
	Strike Strike `json:"-"`
}

// Strike is a document that a kill or hold of another item replaces by a
// tombstone.
type Strike struct {
	ID       string // empty for none
	Status   string // withdrawn or withheld
	Revision int64  // of a hold; a withdrawal is above all revisions
	month    uint16
}

// FirstSeen is a time in the month of the struck document's first sight, which
// names its index; zero if it has none.
func (s Strike) FirstSeen() time.Time {
	if s.month == 0 {
		return time.Time{}
	}
	return time.Date(int(s.month)/12, time.Month(s.month%12+1), 1, 0, 0, 0, 0, time.UTC)
}

// Stored is the verdict as it stands in the document: a redelivery is what its
// first delivery was, as the one that came first may never have been written.
func (v Verdict) Stored() Verdict {
	if v.Verdict == Redelivery && v.First != "" {
		v.Verdict, v.First = v.First, ""
	}
	return v
}

// call is a verdict in a byte, as rows keep it.
type call uint8

const (
	callNone call = iota
	callOriginal
	callCopy
	callDerived
	callUpdate
	callCorrected
	callStale
	callRedelivery
	callKill
)

var callNames = [...]string{"", Original, Copy, Derived, Update, Corrected, Stale, Redelivery, Kill}

type relation uint8

const (
	relNone relation = iota
	relSame
	relCut
	relExpands
)

var relationNames = [...]string{"", Same, Cut, Expands}

// decision is a verdict before it is put into words. It is comparable, and
// what the digest is taken of.
type decision struct {
	call, first call
	relation    relation
	percent     uint8
	hidden      bool
	withdrawn   bool // head withdrawn
	repeat      bool
	held        bool
	heldAt      int64
	offset      int64
	story       [16]byte
	copyOf      [16]byte // zero for none
	derived     [16]byte
	strike      [16]byte
	strikeMonth uint16
	strikeHold  bool
	strikeAt    int64
}

func id(k [16]byte) string {
	if k == ([16]byte{}) {
		return ""
	}
	return hex.EncodeToString(k[:])
}

func (d *decision) verdict(epoch string) Verdict {
	v := Verdict{
		Verdict: callNames[d.call], First: callNames[d.first], DuplicateOf: id(d.copyOf), DerivedFrom: id(d.derived),
		Relation: relationNames[d.relation], Containment: float64(d.percent) / 100, Hidden: d.hidden, HeadWithdrawn: d.withdrawn,
		Epoch: epoch, Offset: d.offset, Repeat: d.repeat, Held: d.held, HeldRevision: d.heldAt,
	}
	if d.call != callNone {
		v.Story = hex.EncodeToString(d.story[:])
	}
	if d.strike != ([16]byte{}) {
		v.Strike = Strike{ID: id(d.strike), Status: "withdrawn", Revision: d.strikeAt, month: d.strikeMonth}
		if d.strikeHold {
			v.Strike.Status = "withheld"
		}
	}
	return v
}
