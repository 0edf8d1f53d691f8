package timex_test

import (
	"fmt"
	"time"

	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

func ExampleResolve() {
	tallinn := time.FixedZone("Europe/Tallinn", 2*60*60)
	anchor := timex.Anchor{Published: time.Date(2025, 3, 10, 15, 30, 0, 0, time.UTC), Zone: tallinn}
	var body text.Tokens
	body.Reset("Ships idled near the cable overnight Sunday into Monday; the first cut, on Feb. 11, took three weeks to repair.")
	for _, d := range timex.Resolve(nil, nil, &body, anchor, &timex.Scratch{}) {
		fmt.Printf("%s: [%s, %s) %s %s\n", d.Text, d.Start, d.End, d.Precision, d.Timex)
	}
	// Output:
	// overnight Sunday into Monday: [2025-03-09T18:00, 2025-03-10T06:00) approximate 2025-03-09TNI
	// Feb. 11: [2025-02-11, 2025-02-12) exact 2025-02-11
	// three weeks: [, ) unknown P3W
}
