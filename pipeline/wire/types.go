package wire

import "time"

// Statuses of an article's life.
const (
	Usable    = "usable"
	Withheld  = "withheld"  // hidden until a higher revision releases it
	Withdrawn = "withdrawn" // killed for good
	Embargoed = "embargoed" // indexed, hidden until Embargo
)

// Article is one version of one item, decoded from its envelope: what the
// stages read. Title and Body are kept byte for byte.
type Article struct {
	SourceID       string
	ItemID         string
	TransmissionID string
	Version        int   // the source's integer version; 0 if the format has none
	Revision       int64 // what orders versions of the item: Version, or VersionTime in ms
	VersionTime    time.Time
	Format         string // the format that was read, never empty

	Status         string    // usable, withheld, withdrawn or embargoed
	Signals        []string  // lower case: update, correction, repeat, take, substitute, kill, hold and what else the source says
	Embargo        time.Time // zero if none
	CorrectionNote string
	Reason         string // why it is withheld or withdrawn: our words, none of the article's

	FirstSeen      time.Time // decides the index month; zero if unknown
	Received       time.Time
	Published      time.Time
	PublishedBasis string // source, feed or received
	Updated        time.Time
	TimeZone       string // IANA id of the source or the article; may be empty

	Language    string // BCP 47, empty if unknown
	Title       string
	Body        string
	Description string
	Slug        string
	Urgency     int
	Subjects    []string
	URL         string
	FeedURL     string
	Outlet      string // structured outlet name, evidence for the byline stage

	Byline      []string // raw byline lines, in order
	BylineFrom  string   // where they came from: "text.line", "article.byline", …
	Authors     []string // structured author names, evidence
	Marked      []string // of a page: what else it marks as byline or author, best first; evidence
	Credits     []string // raw credit lines
	Dateline    string   // structured dateline, evidence
	PayloadHash [16]byte // xxh3-128 of the payload bytes as received
	RawSHA256   [32]byte // SHA-256 of the payload bytes as received

	OwnID    string      // the id that the payload itself gives, for producers to make item ids of; may be empty
	Contacts []Contact   // who wrote and edited, from notes that are otherwise not for publication
	Ref      string      // transmission id, a zero byte and slug, lower case: what kills and holds of other items refer to; empty without the id
	Target   string      // the Ref of another item that this kill or hold is about, from the first of Refers, without slug if it names none; empty if it is about itself
	Refers   []Reference // other items that this one kills, holds, releases or corrects
	Lead     int         // 2 for "2nd Ld", "UPDATE 2": number of the lead or writethru; else 0
	Take     int         // 2, 3, … for the later takes of a long story; else 0
	StoryKey string      // what the takes of one story share; empty if unknown

	// Warnings say what in the item was unreadable or out of bounds and is
	// treated as absent. They name fields, never quote text.
	Warnings []string
}

// Contact is one person or desk of an item's contact notes: never a number or
// address.
type Contact struct {
	Name  string
	Role  string // reporting, editing or photo
	Place string
	Desk  bool // a desk, not a person: "Newsdesk", or a name without place
}
