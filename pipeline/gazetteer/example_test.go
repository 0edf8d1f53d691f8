package gazetteer_test

import (
	"fmt"
	"strings"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/text"
)

func ExampleGazetteer_Match() {
	var a text.Tokens
	a.Reset("Finnish officials flew from Helsinki to the U.S.-led talks in Kunda, Estonia.")
	g := gazetteer.Default()
	for _, m := range g.Match(nil, &a) {
		best := g.Alias(m, 0)
		fmt.Println(m.Span().Of(a.Text), g.ID(best.Ref), g.Name(best.Ref), best.Form)
	}
	// The larger of the towns called Kunda stands first: choosing by the text is
	// the work of package place.

	// Output:
	// Finnish FI Finland adjective
	// Helsinki gn:658225 Helsinki official
	// U.S. US United States abbreviation
	// Kunda gn:1265632 Kunda official
	// Estonia EE Estonia official
}

func ExampleGazetteer_Path() {
	g := gazetteer.Default()
	m, _ := g.Find("Bakhmut")
	fmt.Println(strings.Join(g.Path(nil, g.Alias(m, 0).Ref, new(text.Arena)), " "))
	// Output:
	// r:europe r:eastern-europe r:donbas UA UA.05 a2:UA.05.1402 gn:713174
}
