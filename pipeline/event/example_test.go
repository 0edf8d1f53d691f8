package event_test

import (
	"fmt"
	"time"

	"dateline/pipeline/event"
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

func Example() {
	var body text.Tokens
	body.Reset("Korpi's office said that a summit would be held in Turku on April 4.")
	anchor := timex.Anchor{Published: time.Date(2025, 3, 10, 15, 30, 0, 0, time.UTC)}
	in := event.Input{
		Body:   &body,
		Actors: []event.Actor{{ID: "p:korpi", Span: text.Span{Start: 0, End: 5}}},
		Places: []event.Place{{ID: "gn:633679", Span: text.Span{Start: 51, End: 56}, Kind: "event"}},
		Anchor: anchor,
	}
	in.Dates = timex.Resolve(nil, nil, &body, anchor, &timex.Scratch{})
	for _, e := range event.Find(in) {
		fmt.Println(e.ID, e.Actors, e.Places, e.Trigger, e.Type, e.Modality, e.Date.Start)
	}
	// Output:
	// e1 [] [gn:633679] held CONSULT planned 2025-04-04
	// e0 [p:korpi] [] said STATEMENT asserted 2025-03-04
}
