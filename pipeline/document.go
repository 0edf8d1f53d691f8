package pipeline

import (
	"time"

	"dateline/pipeline/actor"
	"dateline/pipeline/byline"
	"dateline/pipeline/dedup"
	"dateline/pipeline/event"
	"dateline/pipeline/place"
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// Document is one article as read: what enrich prints and the index stores.
// Spans are half-open byte ranges into the UTF-8 of the named field.
type Document struct {
	ID             string     `json:"id"` // 32 hex digits, from source and item id
	Source         Source     `json:"source"`
	Version        int        `json:"version"`
	Revision       int64      `json:"revision"`
	Status         string     `json:"status"` // usable withheld withdrawn embargoed
	Signals        []string   `json:"signals,omitempty"`
	CorrectionNote string     `json:"correction_note,omitempty"`
	Reason         string     `json:"reason,omitempty"` // of a withdrawal
	Embargo        *time.Time `json:"embargo,omitempty"`

	Published      *time.Time `json:"published,omitempty"`
	Updated        *time.Time `json:"updated,omitempty"`
	Received       *time.Time `json:"received,omitempty"`
	FirstSeen      *time.Time `json:"first_seen,omitempty"`
	PublishedBasis string     `json:"published_basis,omitempty"` // source feed received

	Language      string   `json:"language,omitempty"`       // BCP 47; und: in none that the stages serve
	LanguageBasis string   `json:"language_basis,omitempty"` // source, or text: identified
	Title         string   `json:"title,omitempty"`
	Body          string   `json:"body,omitempty"`
	Description   string   `json:"description,omitempty"`
	Slug          string   `json:"slug,omitempty"`
	Urgency       int      `json:"urgency,omitempty"`
	Subjects      []string `json:"subjects,omitempty"`
	WordCount     int      `json:"word_count"`

	Byline   *byline.Byline   `json:"byline,omitempty"`
	Authors  []string         `json:"authors,omitempty"` // flat copies for aggregations
	Outlet   string           `json:"outlet,omitempty"`
	Agency   []string         `json:"agency,omitempty"`
	Dateline *Dateline        `json:"dateline,omitempty"`
	Credits  []byline.Credit  `json:"credits,omitempty"`
	Names    []text.Mention   `json:"names,omitempty"` // only with enrich --mentions
	Actors   []actor.Actor    `json:"actors,omitempty"`
	Cited    []string         `json:"cited,omitempty"` // ids of outlets and agencies that the text quotes; no actors of the story
	Places   []place.Place    `json:"places,omitempty"`
	Unsure   []place.Place    `json:"unresolved_places,omitempty"` // only with Options.Explain: names of places whose record is not known
	Focus    *place.Focus     `json:"focus,omitempty"`
	Dates    []timex.Date     `json:"dates,omitempty"`
	Main     *timex.EventDate `json:"event_date,omitempty"`
	Events   []event.Event    `json:"events,omitempty"`
	Dedup    *dedup.Verdict   `json:"dedup,omitempty"`
	Pipeline Provenance       `json:"pipeline"`
}

// Source says where an article came from.
type Source struct {
	ID      string `json:"id"`
	ItemID  string `json:"item_id"`
	Name    string `json:"name,omitempty"`
	URL     string `json:"url,omitempty"`
	FeedURL string `json:"feed_url,omitempty"`
	Format  string `json:"format"`
}

// Dateline is the dateline with its places resolved to ids.
type Dateline struct {
	Raw    string    `json:"raw"`
	Places []string  `json:"places,omitempty"` // place ids
	Date   string    `json:"date,omitempty"`   // 2006-01-02
	Agency string    `json:"agency,omitempty"`
	Span   text.Span `json:"span"`
}

// Provenance names the program and the data a document was made with.
type Provenance struct {
	Version string   `json:"version"`
	Data    Data     `json:"data"`
	Skipped []string `json:"skipped,omitempty"` // stages that do not serve the article's language
}

// Data names the versions of the data files.
type Data struct {
	Gazetteer string `json:"gazetteer"`
	Names     string `json:"names"`
	Dates     string `json:"dates"`
	Overrides string `json:"overrides,omitempty"` // of the analysts' corrections
}
