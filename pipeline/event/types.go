package event

import (
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// Event is one thing that happened, or will, or is said to: the actors, places
// and date that stand together in one clause or sentence.
type Event struct {
	ID         string      `json:"id"` // position among the article's events: e0, e1, …
	Sentence   string      `json:"sentence"`
	Field      text.Field  `json:"field"`
	Span       text.Span   `json:"span"` // the sentence, in Field
	Actors     []string    `json:"actors"`
	Places     []string    `json:"places"`
	Date       *timex.Date `json:"date,omitempty"`
	Trigger    string      `json:"trigger,omitempty"`
	At         text.Span   `json:"-"` // of Trigger, in Field
	Type       string      `json:"type,omitempty"`
	Source     []string    `json:"source,omitempty"` // actor ids that act
	Target     []string    `json:"target,omitempty"` // actor ids acted on
	Modality   string      `json:"modality"`         // asserted planned denied hypothetical reported
	Confidence float32     `json:"confidence"`
}
