// Package score compares names with annotated ones and prints the table of
// docs/scoreboard.md.
//
// A set is a list of documents whose names are known. Sets of gold tokens (the
// Worldwide Newswire, GUM) are read as those tokens, so that no tokeniser is
// judged with the tagger: a name found is widened to the tokens it touches. The
// project's own gold (gold/README.md) is read as raw text and compared byte for
// byte.
//
// On both sides a leading "the" and a trailing possessive are taken off, and
// GPE, LOC and FAC count as one type, LOC: most sets do not tell them apart. F1
// is over PER, ORG and LOC, all names of a set counted together (micro
// average).
package score
