// Package timex finds the time expressions of a news article and resolves each
// to a half-open interval of civil time.
//
// # What it does
//
// A lexer walks the tokens of the article once and keeps only the words that
// dates are made of. An automaton, compiled by gen.go from rules.txt, finds
// the longest expressions among them. Each becomes a small compositional form,
// never a string, and is resolved in two passes: first what stands alone or
// hangs on the day of publication, then what hangs on another date of the text
// ("the following day", "the previous night").
//
// "Nordic leaders met on Sunday", published on Monday 2025-03-10 in Tallinn,
// gives the date
//
//	text "Sunday", [2025-03-09, 2025-03-10), granularity day, precision exact,
//	basis relative, method weekday, timex 2025-03-09
//
// A date that cannot be resolved says so: its precision is unknown and it has
// no interval. Nothing falls back to the day of publication unmarked, and
// nothing reads the clock.
//
// # What it does not
//
// English only. Years 1 to 9999; before our era there is a value but no
// interval. The tense of a sentence is read from closed word lists, not from a
// parse: a present tense that means the future ("they meet Monday") is read as
// the past. Days are civil days: a clock time is written in the words of the
// article, and its zone is not applied. A company's fiscal year is taken for
// the calendar year and marked. "The quarter" is the last quarter named, or the
// last that was over. Islamic feasts follow the tabular calendar and may be a
// day off; Diwali, Lunar New Year and Super Tuesday are known for 2000 to 2030.
// Numeric dates with two-digit years fall into 1950 to 2049.
//
// A Narrative hangs on its own dates, in the order of the text; a flashback
// takes what follows with it until the next year is named.
//
// # Rules
//
// words.txt and rules.txt are the grammar; every rule has an example and a
// counter-example, which run as tests. After a change run go generate.
// Package score measures the result against annotated texts.
//
// # Memory
//
// A Scratch belongs to one goroutine. Dates share one string per article with
// each other and their Text with the article; they do not point into the
// Scratch.
package timex

//go:generate go run gen.go
