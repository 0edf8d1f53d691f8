package index

import (
	"errors"
	"fmt"
	"time"

	"dateline/pipeline"
	"dateline/pipeline/wire"
)

// Period says how many documents share an index: those of a month, of a year,
// or all.
type Period string

// The periods. Changing the period of a cluster makes new names for old
// documents, so a worker refuses to start when the template says another one.
const (
	Monthly Period = "month"
	Yearly  Period = "year"
	Single  Period = "single"
)

// Bounds of what makes a version. A revision takes 43 bits and an epoch 10, so
// that a version stays below 2^53 and survives every JSON parser; milliseconds
// since 1970 fit into 43 bits until the year 2248.
const (
	MaxRevision = 1<<43 - 1 // the revision of a withdrawal: nothing is newer
	MaxEpoch    = 1<<10 - 1
)

// MaxSlots is how many events of one article the index holds.
const MaxSlots = 16

// DefaultPrefix opens every index, alias and template name.
const DefaultPrefix = "dateline"

// Options are the settings that shape documents and their names. All workers
// of one cluster must agree on them. The zero value is ready for use.
type Options struct {
	Prefix string // of index names; empty is DefaultPrefix
	Period Period // empty is Monthly
	Epoch  int    // enrichment release, 0 to MaxEpoch: a higher one replaces documents of the same revision
	Slots  int    // events kept per article, 0 (none) to MaxSlots

	// PlaceName returns the display name of a gazetteer id (gn:703448, UA,
	// UA.12, r:europe) or nothing. It makes an article about a town findable by
	// the names of its province and country. It must be pure. Nil: only the
	// names that the document itself holds.
	PlaceName func(id string) string
}

func (o Options) prefix() string {
	if o.Prefix == "" {
		return DefaultPrefix
	}
	return o.Prefix
}

func (o Options) slots() int { return min(max(o.Slots, 0), MaxSlots) }

// IndexName is the index of a document of kind k whose item was first seen at
// t: dateline-articles-2025.05. The month is that of UTC. A nil time, or one
// outside the years 1990 to 2099, goes to dateline-articles-undated, so that a
// broken clock at a source cannot make an index for every month of history.
// The name never depends on a clock or on when an article was modified, so all
// versions of an item meet in one index.
func IndexName(k Kind, t *time.Time, o Options) string {
	return string(appendIndexName(nil, k, t, o))
}

func appendIndexName(b []byte, k Kind, t *time.Time, o Options) []byte {
	name := append(b, o.prefix()...)
	if k == Event {
		name = append(name, "-events-"...)
	} else {
		name = append(name, "-articles-"...)
	}
	switch {
	case o.Period == Single:
		name = append(name, "all"...)
	case t == nil || t.UTC().Year() < 1990 || t.UTC().Year() > 2099:
		name = append(name, "undated"...)
	case o.Period == Yearly:
		name = t.UTC().AppendFormat(name, "2006")
	default:
		name = t.UTC().AppendFormat(name, "2006.01")
	}
	return name
}

// ErrIdentity says that a document cannot be given an id or a version: what
// numbered it is broken. The document is a dead letter.
var ErrIdentity = errors.New("identity")

// Version is the external version of a document: revision * 1024 + epoch. A
// withdrawn article has the highest revision there is, whatever its own says,
// so that no later version revives it.
func Version(status string, revision int64, epoch int) (int64, error) {
	if epoch < 0 || epoch > MaxEpoch {
		return 0, fmt.Errorf("%w: epoch %d: want 0 to %d", ErrIdentity, epoch, MaxEpoch)
	}
	if status == wire.Withdrawn {
		return MaxRevision*(MaxEpoch+1) + int64(epoch), nil
	}
	if revision < 0 || revision >= MaxRevision {
		return 0, fmt.Errorf("%w: revision %d: want 0 to %d", ErrIdentity, revision, int64(MaxRevision-1))
	}
	return revision*(MaxEpoch+1) + int64(epoch), nil
}

// EventID is the id of event slot s, 0 to MaxSlots-1, of an article: the
// article's id, a hyphen and two digits.
func EventID(article string, s int) string { return string(appendEventID(nil, article, s)) }

func appendEventID(b []byte, article string, s int) []byte {
	return append(append(b, article...), '-', byte('0'+s/10), byte('0'+s%10))
}

const eventIDSize = 32 + len("-00")

// checkID accepts 32 lower-case hex digits.
func checkID(id string) error {
	if len(id) == 32 {
		ok := true
		for i := 0; i < len(id); i++ {
			c := id[i]
			ok = ok && (c >= '0' && c <= '9' || c >= 'a' && c <= 'f')
		}
		if ok {
			return nil
		}
	}
	return fmt.Errorf("%w: document id of %d bytes: want 32 hex digits", ErrIdentity, len(id))
}

// target gives the name, id and version that all actions of a document share.
func (e *encoder) target(k Kind, d *pipeline.Document, o Options) (Action, error) {
	if err := checkID(d.ID); err != nil {
		return Action{}, err
	}
	v, err := Version(d.Status, d.Revision, o.Epoch)
	if err != nil {
		return Action{}, err
	}
	return Action{Kind: k, Index: e.indexName(k, d.FirstSeen, o), ID: d.ID, Version: v}, nil
}

// indexName is IndexName. The name given last is kept: articles come by day.
func (e *encoder) indexName(k Kind, t *time.Time, o Options) string {
	var buf [64]byte
	name := appendIndexName(buf[:0], k, t, o)
	last := &e.names[min(k, Event)]
	if *last != string(name) {
		*last = string(name)
	}
	return *last
}
