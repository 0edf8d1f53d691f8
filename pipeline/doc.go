// Package pipeline turns a raw record into a Document: it runs the stages, in
// order, on values. It is pure: no network, no clock, no logger, no globals
// that change. The same record gives the same document on any machine at any
// time, which is what makes a replay, a test and dateline enrich possible.
//
//	envelope -> wire -> Article -> byline, name, place, actor, timex, event -> Document
//
// Read decodes; Enrich runs the stages, and EnrichAll runs each on several
// articles before the next, which is faster. A Scratch holds the memory that one
// goroutine reuses. Bad input is an error of Read, with a reason; Enrich cannot
// fail. A stage that panics is a bug: the worker turns it into a dead letter
// that names the stage.
package pipeline
