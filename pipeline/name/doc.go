// Package name finds the names in an article: people, organisations, places,
// facilities, groups of people, events and works, each as a span of bytes with
// a type and a confidence.
//
// One Tagger serves all goroutines; each goroutine keeps one Scratch. Tag
// appends to the slice it is given, in text order, spans that do not overlap:
//
//	President Liina Saar told the BBC in Tallinn that Estonian ships
//	          PER             ORG    GPE         NORP
//
// A span is the longest name, without a leading "the", titles, a trailing
// possessive or quotation marks. "City, State" is two spans. SCHEME.md says
// what belongs to which type.
//
// # How
//
// Only a run of tokens that starts with a capital letter (or a particle before
// one) can be a name. Runs are cut at titles, function words and the calendar;
// what is left is typed by what is inside (the head of an institution, a given
// name, a country), by what stands beside it (a title, a verb of speech, a
// preposition of place) and by the rest of the article: a surname takes the
// type of the full name, a word that the article also writes in lower case is
// not believed at the start of a sentence.
//
// # Limits
//
// English only. Names in lower case are not found. In text without lower-case
// letters, and in headlines in title case, only names that the word lists
// know are found. Organisations without a telling head word are often typed
// as something else. Names of works are mostly missed. Confidence is a rule's
// rank between 0 and 1, not a probability.
package name
