// Package index says what a document looks like in a store and what a store
// must be able to do: index names, ids, external versions, the mapping and the
// templates, the JSON of articles and events, and the Store interface with its
// queries. The stores themselves are index/elastic and index/embedded; both
// pass the one suite of index/indextest.
//
// # Documents
//
// [ArticleAction] writes everything that a pipeline.Document holds and, beside
// the structured arrays, flat copies of who, where and when: actor.id,
// place.path, event_date.range and so on. Questions ask the flat fields alone;
// the arrays are kept for readers and not indexed.
//
// Each event is a document of its own with the same flat fields, holding only
// that event's values. "This actor, in this country, on that day, in one
// event" is then one plain query. Events of an article stand in slots 00 to 15
// with the article's version, see [EventSlots].
//
//	article {"title":"Mayor opens bridge", "actor":{"id":["p:marta-olsson"]}, "place":{"path":["US","US.MN","gn:5024719"]}, …}
//	  id 5f…e1, index dateline-articles-2025.05, version 1747735440000*1024+3
//	event   {"article":"5f…e1", "sentence":"Mayor Marta Olsson opened …", "actor":{…}, "place":{…}, "event_date":{…}, …}
//	  id 5f…e1-00, index dateline-events-2025.05, the same version
//
// # Rules that nothing may break
//
// The same document gives the same action, byte for byte. An index name never
// depends on a clock. A version stays below 2^53. A withdrawn article has the
// highest version there is. Title and body come back as they went in, or the
// document is refused: spans point into them.
//
// # Limits
//
// date_range answers "possibly then": an event dated to a year meets every day
// of it. The names of provinces and countries come from [Options.PlaceName];
// without it only ids find them. Values of more than 1,024 characters can be
// read but not found. Geographic queries and nested arrays are not offered;
// place.point is mapped for maps in Kibana.
package index
