// Package score measures the byline stage on sets of byline strings and pages
// with known authors. It is used by tests and by the score command; nothing in
// the pipeline imports it.
//
// A row is exact if the set of names equals the gold set after NFC and case
// folding. Gold that names an agency, a desk or an outlet instead of a person
// is met by the agency, desk or outlet that was read; Report counts exact rows
// with and without that.
package score
