// Package elastic keeps documents in Elasticsearch 8.19 and 9.x: an
// [index.Store] over the low-level client of go-elasticsearch.
//
// Writing is one synchronous _bulk per call, without retries: [Store.Bulk]
// answers with exactly one outcome per action, decided by status codes alone,
// and the worker decides what to send again. Documents carry external
// versions, so sending twice does no harm. Before the first write to an index
// the store creates it, with a request that only succeeds where the template
// of [Store.Setup] is in force; a cluster without templates therefore refuses
// instead of guessing a mapping.
//
// Order of calls: New, Setup (once per release, by an operator; a worker calls
// Verify instead), then Bulk, Versions, Search and Get in any order from any
// goroutine, then Close.
//
// A bulk of three documents, of which one was stored before and one does not
// fit the mapping, answers with
//
//	Request OK, Outcomes [Created 201] [Stale 409] [Dead 400 mapping]
//
// # Language
//
// Templates have two forms, see [index.Form]. Setup asks the cluster whether
// it has the stemmer and asciifolding filters, which every normal
// Elasticsearch does, and says which form it chose.
//
// # Limits
//
// Changing the analysis of an existing index takes a new index; setup adds
// fields and replaces aliases in place, nothing else. A template that someone
// edited by hand and left its _meta.hash as it was is not repaired. ILM, data
// streams and snapshots are left to the operator. Searches go at most
// [index.Window] deep and count exactly up to 100,000. Without the privilege
// to read templates, [Store.Verify] cannot compare the period.
package elastic
