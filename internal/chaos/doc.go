// Package chaos proves what the worker promises: it runs real workers, as
// processes of their own, between a real Kafka and a real Elasticsearch, breaks
// things under load, and accounts for every record afterwards.
//
//	producer ──► Kafka ──► TCP proxy ──► workers ──► Front ──► Elasticsearch
//	   │                                                            │
//	   └────────────► Oracle ◄── committed offsets, dead letters, documents
//
// The TCP proxy stands before the broker, which tells clients the proxy's
// address, and blocks or cuts connections. Front is an HTTP proxy before
// Elasticsearch that refuses, loses, cuts short or delays bulks which the real
// server has or has not carried out. The oracle goes round both.
//
// # The oracle
//
// Every record carries its number in a header, and its number says what must
// become of it. What the broker acknowledged must be found in the topic. Again
// and again while a scenario runs, every offset that was newly committed is
// checked: its document must be stored at its version or a higher one, or its
// letter must lie in the dead-letter topic. Committed offsets never fall. At
// the end, over all indices: exactly the expected ids, each once, at the
// highest version produced, with that version's text and its events in their
// slots, nothing but tombstones of that version in the others; exactly the
// expected dead letters by source position, with their reason and their bytes.
//
// With verdicts on repeats a record may be dropped because a newer version of
// its item stands in the log of fingerprints, before that one is stored. The
// oracle then looks at the newer one.
//
// # Size
//
// The engine is what is on trial, so the generated articles are small and the
// workers run the cheapest stage alone (worker.stages: [byline]); the scenario
// "all stages" runs everything on articles of real length. The short run, a few
// hundred records a scenario, is part of make test; make chaos runs more
// records, seeds and kills, and writes artifacts/chaos.json and chaos.md.
package chaos
