// Package embedded keeps documents in a folder on disk, without a server: an
// [index.Store] over bleve. It is the store of the demo and of small archives
// on one machine.
//
// It does what the Elasticsearch store does: documents that do not fit the
// mapping are refused, external versions decide, tombstones hide, an embargo
// ends by the clock of the question, words are matched in their other forms
// and without accents. index/indextest runs the same tests on both.
//
// Order of calls: Open, then everything else from any goroutine, then Close.
// Bulk returns when the batch is on disk; what was acknowledged is there again
// after kill -9. A bulk of two documents, of which one was stored before,
// answers with
//
//	Request OK, Outcomes [Created 201] [Stale 409]
//
// # Limits
//
// One process at a time: a second one gets [ErrLocked]. One writer at a time:
// bulks wait for each other, so large ones are faster than many. Documents are
// never removed, only replaced. Geographic fields are stored but cannot be
// asked for. Facets read every match; with hundreds of thousands of matches
// that takes long. Highlights are made by analysing the texts of a page of
// hits again, which takes about a millisecond for each. The names of facet
// values may still be those of a replaced version until segments merge.
package embedded
