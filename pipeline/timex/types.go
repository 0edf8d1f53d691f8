package timex

import (
	"time"

	"dateline/pipeline/text"
)

// Date is one time expression of the text, resolved to a half-open interval.
type Date struct {
	Text        string     `json:"text"`
	Field       text.Field `json:"field"`
	Span        text.Span  `json:"span"`
	Start       string     `json:"start,omitempty"`   // 2025-05-18, or 2025-05-18T18:00 if finer than a day; inclusive
	End         string     `json:"end,omitempty"`     // exclusive
	Instant     string     `json:"instant,omitempty"` // UTC, RFC 3339; only of a clock time whose zone is known
	Granularity string     `json:"granularity"`       // minute hour daypart day weekend week month quarter season year decade century
	Precision   string     `json:"precision"`         // exact range on_or_before on_or_after approximate unknown
	Basis       string     `json:"basis"`             // explicit relative inferred publication
	Method      string     `json:"method,omitempty"`
	Timex       string     `json:"timex,omitempty"`  // TIMEX3 value
	Mod         string     `json:"mod,omitempty"`    // TIMEX3 mod
	Type        string     `json:"type"`             // DATE TIME DURATION SET
	Role        string     `json:"role"`             // main event background future reported
	Anchor      string     `json:"anchor,omitempty"` // what it hangs on: an ISO date
	Rule        string     `json:"rule,omitempty"`
	Flags       []string   `json:"flags,omitempty"` // approxStart approxEnd openStart openEnd rolling recurring vague fiscal conflict quoted presentRef
	Confidence  float32    `json:"confidence"`

	// Extent is the TIMEX3 extent: Span without a leading since or until.
	Extent text.Span `json:"-"`
}

// EventDate is when the article's main event happened.
type EventDate struct {
	Date
	Source  string `json:"source,omitempty"` // scored, lead, dateline, publication, absent
	LagDays int    `json:"lag_days"`         // publication day less event day
	// Day is the timeline day: the interval's start, or its last day for
	// on_or_before; empty if unknown.
	Day string `json:"day,omitempty"`
}

// Anchor is what relative dates are read against.
type Anchor struct {
	Published time.Time      // first publication; zero if unknown
	Zone      *time.Location // zone of the dateline place or the source; nil is UTC
	Dateline  string         // 2006-01-02 of the dateline, or empty
	Narrative bool           // anchor on the last explicit date in the text instead
	Received  bool           // Published is only the time of receipt: cap confidence
	DateOrder string         // mdy (default), dmy or ymd for all-numeric dates
	Southern  bool           // seasons of the southern hemisphere
}
