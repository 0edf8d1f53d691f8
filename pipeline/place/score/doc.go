// Package score compares the places that package place finds with annotated
// texts, by the rules that the field's evaluations use.
//
// A name found matches an annotated one if the lower-cased strings are equal
// and the middles of the two spans are less than ten characters apart (the rule
// of the EUPEG platform). It is right if the two points are within 161 km; the
// second column also counts an equal geonameid as right, whatever the distance,
// because the label points of countries differ by a thousand kilometres between
// sources.
//
// TR-News and GeoWebNews are read in their published XML. Their texts are not
// part of this repository; the caller names the files. Fit weights on one set
// and report on the other.
package score
