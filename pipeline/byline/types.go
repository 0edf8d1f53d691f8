package byline

import "dateline/pipeline/text"

// Byline is who wrote an article, for whom. Names are as a reader would write
// them; raw forms and spans say where they were read.
type Byline struct {
	Raw          []string      `json:"raw"`              // the byline lines as received
	Source       string        `json:"source,omitempty"` // where the winning lines came from: "text.line", "article.byline", …
	Authors      []Person      `json:"authors"`
	Contributors []Contributor `json:"contributors,omitempty"`
	Editors      []Contributor `json:"editors,omitempty"`
	Outlet       string        `json:"outlet,omitempty"`
	Agency       []string      `json:"agency,omitempty"`
	SpecialTo    string        `json:"special_to,omitempty"`
	SignOff      string        `json:"sign_off,omitempty"` // unexpanded initials, "mli/tok"
	Others       int           `json:"others,omitempty"`   // "and 2 others"
}

// Person is one author. Span points into the raw lines joined by a newline.
type Person struct {
	Name        string    `json:"name"` // case restored, NFC
	Raw         string    `json:"raw"`
	Span        text.Span `json:"span"`
	Given       string    `json:"given,omitempty"`
	Family      string    `json:"family,omitempty"`
	Suffix      string    `json:"suffix,omitempty"`
	Kind        string    `json:"kind"` // person, staff or initials
	Roles       []string  `json:"roles,omitempty"`
	Affiliation string    `json:"affiliation,omitempty"`
	Outlet      string    `json:"outlet,omitempty"`
	JobTitle    string    `json:"job_title,omitempty"`
	Location    string    `json:"location,omitempty"`
	Email       string    `json:"email,omitempty"`
	Handle      string    `json:"handle,omitempty"`
	Confidence  float32   `json:"confidence"`
}

// Contributor is someone named in a tail: "Ann Lee in Duluth contributed to
// this report". Span points into the body.
type Contributor struct {
	Name     string    `json:"name"`
	Roles    []string  `json:"roles"`
	Location string    `json:"location,omitempty"`
	Span     text.Span `json:"span"`
}

// Dateline is the place, date and agency that open a story's first paragraph.
// Span points into the body and covers everything up to the first word of the
// story, so the story starts at Span.End.
type Dateline struct {
	Raw           string      `json:"raw"`
	Places        []string    `json:"places"`         // place phrases as printed, "DULUTH, Minn."
	Date          string      `json:"date,omitempty"` // 2006-01-02
	DatePrecision string      `json:"date_precision,omitempty"`
	YearInferred  bool        `json:"year_inferred,omitempty"`
	Agency        string      `json:"agency,omitempty"`
	Span          text.Span   `json:"span"`
	PlaceSpans    []text.Span `json:"place_spans,omitempty"` // one per place, into the body
}

// Credit is a photo or graphics credit. Span points into the credit lines
// joined by a newline, or into the body if InBody is set.
type Credit struct {
	Kind   string    `json:"kind"` // photo, graphic or video
	Person string    `json:"person,omitempty"`
	Agency []string  `json:"agency,omitempty"`
	Raw    string    `json:"raw"`
	Span   text.Span `json:"span"`
	InBody bool      `json:"in_body,omitempty"`
}

// Result is everything the stage reads from one article.
type Result struct {
	Byline   Byline
	Dateline *Dateline // nil if the body has none
	Credits  []Credit
	// Zones are the parts of the body that are byline, dateline, credit or
	// tail: names in them are not actors of the story. Sorted, disjoint.
	Zones []text.Span
}
