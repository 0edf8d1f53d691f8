// Package articles holds news that Dateline can be tried and tested on: a
// bundle of about eighty records written for it, and a generator for as many as
// a test or a benchmark wants.
//
// The bundle (All) is one file per record in data/, in the order of delivery:
// a header between two lines of three dashes, which becomes the envelope, then
// the text. People, outlets and events are invented, places are real, agencies
// appear where the shape of a credit or dateline asks for their name. A few
// running stories interlock over the spring of 2025, so that questions like
// "whom did Harold Brandt meet in Addis Ababa, and when" have an answer:
// Questions lists some with the articles that answer them. Among the records
// are versions, a correction, a hold, a kill, an embargo, reprints by other
// outlets, a redelivery and a version that arrives late.
//
// The generator (Generate, Mix) composes reports of 0.5 to 12 kB, 3.6 kB in
// the mean, from lists of words. They read like news for a sentence and like
// nonsense for a page. It is deterministic and reads no clock.
//
// Every record says in its Want what must become of it, so tests and
// benchmarks have an oracle: Expect folds records into the documents, dead
// letters and rests that must be found afterwards.
//
// What it does not do: near copies are in the bundle only (the generator's
// articles do not resemble one another), and generated names are drawn from
// lists, so one may by chance be a living person's.
//
// One file of the bundle
//
//	---
//	source_id: meridian-wire
//	item_id: mpa-20250308-estlink
//	version: 1
//	…
//	---
//	TALLINN (MPA) — The Estlink 2 power cable between Estonia and Finland …
//
// gives Article{Name: "014-cable-v1", SourceID: "meridian-wire", …} and, from
// Envelope, the value of a record on the raw topic:
//
//	{"schema":"dateline.raw.v1","source_id":"meridian-wire",…,"payload":"{\"title\":\"ALERT …"}
package articles
