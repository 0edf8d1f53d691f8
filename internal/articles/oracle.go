package articles

import (
	"iter"

	"dateline/pipeline/wire"
)

// Stored is what must be found of an item in the end.
type Stored struct {
	SourceID, ItemID string
	Version          int64
	Status           string // wire's: usable, embargoed, withheld or withdrawn
}

// Expectation is what must be found after all of some records were handled.
type Expectation struct {
	Records int
	Items   map[string]Stored // by Key
	Dead    map[string]int    // dead letters by wire's reason
	Count   map[Outcome]int   // records by outcome
}

// Expect folds records in their order. Whatever the order in which a worker
// writes them, Items and Dead must hold in the end, and every record must have
// been counted once.
func Expect(records iter.Seq[Article]) Expectation {
	x := Expectation{Items: make(map[string]Stored), Dead: make(map[string]int), Count: make(map[Outcome]int)}
	for a := range records {
		x.Records++
		x.Count[a.Want.Outcome]++
		switch a.Want.Outcome {
		case Dead:
			x.Dead[a.Want.Reason]++
		case Indexed, Tombstone:
			x.Items[Key(a)] = Stored{a.SourceID, a.ItemID, a.Want.Version, a.Want.Status}
		}
	}
	return x
}

// Visible counts the items a reader finds: stored and neither withheld nor
// withdrawn, nor under an embargo.
func (x Expectation) Visible() int {
	n := 0
	for _, s := range x.Items {
		if s.Status == wire.Usable {
			n++
		}
	}
	return n
}
