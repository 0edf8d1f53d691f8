package place_test

import (
	"fmt"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/place"
	"dateline/pipeline/text"
)

func Example() {
	var body text.Tokens
	body.Reset("KYIV, Ukraine (AP) - Shelling hit homes in Bakhmut on Monday, the Kremlin said.")
	in := place.Input{Body: &body, Dateline: []place.Dateline{{Text: "KYIV, Ukraine", Span: text.Span{Start: 0, End: 13}}}}
	r := place.New(gazetteer.Default()).Link(&in)
	for _, p := range r.Places {
		fmt.Println(p.ID, p.Name, p.Country, p.Kinds)
	}
	fmt.Println(r.Focus.Country, r.TimeZone)
	// Output:
	// gn:703448 Kyiv UA [dateline]
	// UA Ukraine UA [dateline]
	// gn:713174 Bakhmut UA [event]
	// gn:524901 Moscow RU [metonym]
	// UA Europe/Kyiv
}
