package index

import (
	"context"
	"encoding/json"
	"time"
)

// Kind says what an action writes.
type Kind uint8

// What documents are. A tombstone is a document of its kind without text.
const (
	Article Kind = iota
	Event
)

// Action writes one document with an external version: a store keeps it only
// if it holds no version that is equal or higher.
type Action struct {
	Kind    Kind
	Index   string // a pure function of the document: dateline-articles-2025.05
	ID      string
	Version int64
	Source  []byte // the document, one line of JSON
}

// Result says what became of one action.
type Result uint8

// The results of an action. The zero value is Unknown, which is resent, so a
// result that nobody set cannot lose a document.
const (
	Unknown Result = iota // not known to be stored: send again, it is idempotent
	Created               // stored, first version under this id
	Updated               // stored, replaced a lower version
	Stale                 // not stored: the same or a newer version is there
	Dead                  // will never be stored as it is: dead letter, Reason says why
	Held                  // refused by configuration (401, 403, index missing): hold and page
)

// Stored reports whether the document, or a newer one, is safely in the store.
func (r Result) Stored() bool { return r == Created || r == Updated || r == Stale }

// Outcome is the answer for one action.
type Outcome struct {
	Result Result
	Status int    // HTTP status of the item, 0 if none
	Reason string // for Dead and Held: mapping, too_large, bad_request, es_<status>, …
	Detail string // the server's error, at most 256 bytes on a rune boundary; may quote the text: never log it
}

// Request says what became of one bulk request as a whole.
type Request uint8

// The results of a request. OK means that Outcomes speak for each action.
const (
	Failed   Request = iota // timeout, reset, 429, 5xx, unreadable answer: nothing is known, send all again
	OK                      // answered item by item
	TooLarge                // 413: halve it
	Bad                     // 400 for the whole request: bisect it
	Refused                 // 401, 403, 404 for the whole request: hold and page
)

// Response is what a store says of a bulk: always exactly one outcome per
// action, in order.
type Response struct {
	Request  Request
	Status   int // HTTP status, 0 if there was no answer
	Err      error
	Outcomes []Outcome
	Pushback bool // the server asked for less: 429, 503, or more than 20 % of items 429
	Took     time.Duration
	Bytes    int
}

// Store is where documents are kept and asked for. Implementations are safe
// for use by many goroutines.
type Store interface {
	// Setup creates what the store needs (templates, aliases, folders). It is
	// idempotent and refuses a downgrade. The report says what it did.
	Setup(ctx context.Context) ([]string, error)
	// Bulk sends the actions as one request and waits for the answer. It does
	// not retry. Indices that are named but absent are created first.
	Bulk(ctx context.Context, actions []Action) Response
	// Versions reads the stored external version of each id in an index, in
	// real time; -1 if there is none. An error with a method Refused that
	// returns true will stay until somebody mends its cause.
	Versions(ctx context.Context, index string, ids []string) ([]int64, error)
	// HasEvents reports whether there is an index of events, in real time. If
	// there is none, no event document can be there.
	HasEvents(ctx context.Context) (bool, error)
	// Health returns nil if the store would take writes now.
	Health(ctx context.Context) error
	// Refresh makes everything that was acknowledged searchable.
	Refresh(ctx context.Context) error
	// Search answers a query.
	Search(ctx context.Context, q *Query) (*Answer, error)
	// Get reads one visible article document by id; nil if there is none.
	Get(ctx context.Context, id string) (json.RawMessage, error)
	// Close releases the store. It is called once.
	Close() error
}

// Target says what a query returns.
type Target uint8

// Articles are the default; copies are hidden unless asked for. Events answer
// questions about actor, place and date together.
const (
	Articles Target = iota
	Events
)

// Query is a question of who, where and when. Empty fields ask nothing. All
// given fields must hold.
type Query struct {
	Target   Target
	Words    string              // full text over title and body; quotes make phrases, a leading minus excludes
	Actors   []string            // each an actor id, or a name matched to actor names and aliases; all must be there
	Known    map[string][]string // ids of the actors that a name of Actors may stand for, see ActorIDs: they are found under any spelling
	Places   []string            // each a place id (gn:…, UA, UA.05, r:…) or a name; everything inside it counts
	From     time.Time           // event date on or after this day; zero is open
	To       time.Time           // event date before this instant; zero is open
	PubFrom  time.Time           // publication, the same way
	PubTo    time.Time
	Sources  []string
	Outlets  []string
	Authors  []string
	Story    string
	Stories  []string // any of them
	Modality []string // events only
	Roles    []string // each a code (GOV, MIL, …) that somebody there has, or "actor id|code" for one actor; all must be there
	Box      *Box     // a town or facility of the text lies in it
	IDs      []string
	Copies   bool      // include hidden copies
	Now      time.Time // embargoes that end after this are hidden; never zero

	After     string // Hit.After of the last hit seen, under the same Sort: what comes behind it; Offset is 0 then
	Sort      string // "", "relevance", "published", "event_date", "-published", …; default relevance with words, else newest first
	Offset    int
	Limit     int      // 0 asks for counts alone
	Facets    []string // fields to count: actor.id, person, organization, place.country, place.path, outlet, authors, source.id, modality, event_date.month …
	FacetSize int      // values per facet, default 10
	Days      bool     // count the days of the timeline (event_date.day)
	Highlight bool
}

// Box are bounds on the earth in degrees. West may be above East: then the box
// crosses the date line.
type Box struct{ West, South, East, North float64 }

// Answer is the reply to a query.
type Answer struct {
	Total             int64
	TotalIsLowerBound bool
	Hits              []Hit
	Facets            map[string][]Bucket
	Days              []Bucket // the days with documents, 2025-05-18, in their order
	Took              time.Duration
}

// Hit is one document found. Source is the stored document: an article
// (pipeline.Document with flat copies) or an event document.
type Hit struct {
	ID         string
	Score      float64
	Source     json.RawMessage
	Highlights map[string][]string // field to fragments with \x02 and \x03 around matches
	After      string              // the hit's place in the order, for Query.After; of meaning to its store alone
}

// Bucket counts one value of a facet.
type Bucket struct {
	Value string `json:"value"`
	Label string `json:"label,omitempty"` // for ids: a name
	Count int64  `json:"count"`
}
