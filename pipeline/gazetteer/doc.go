// Package gazetteer finds the names of places and of public bodies in a text
// and knows what each may stand for: countries, their areas, 235,000 towns,
// regions and seas, demonyms and adjectives, metonyms, organisations.
//
// The data is one file built into the program (gazetteer.bin, see gazetteer.sum
// for its content and _generate for how it is made). It is read where it lies:
// nothing is decoded or copied at the start, and all methods are safe for any
// number of goroutines.
//
//	g := gazetteer.Default()
//	for _, m := range g.Match(nil, tokens) {
//	    best := g.Alias(m, 0)       // the likeliest reading of the name alone
//	    fmt.Println(m.Span(), g.ID(best.Ref), best.Form)
//	}
//
// "Saar met Finnish officials in Tallinn" gives FI (adjective) and gn:588409.
//
// What it does not do: it decides nothing. It returns every reading a name has
// in the data, the likeliest first by population and kind, and whether the name
// is also a common word or a person's name; package place and package actor
// choose. Names in other scripts than Latin are not held. Towns of fewer than
// 500 people are not held, nor streets, rivers and buildings but for the few of
// the overlay. First-level areas have a label point near their middle, second
// level ones that of their seat; countries and regions a label point in whole
// degrees. Who holds which office is known as far as overlay/leaders.txt goes.
// Admin codes are those of GeoNames (UA.05 is Donetsk), never ISO 3166-2.
//
// Contains information from GeoNames, CC BY 4.0, modified; see LICENSE.data and
// NOTICE.
package gazetteer
