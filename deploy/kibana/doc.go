// Package kibana holds Dateline's saved objects for Kibana: data views, saved
// searches, charts, a map and three dashboards. Each object is a file in
// objects/, with the texts that Kibana keeps as JSON in JSON written out as
// JSON, so that a change can be read; NDJSON assembles them into the file that
// Kibana imports.
//
// Lint finds what Kibana would only show as a broken panel: it compares every
// object with the others and with the mapping of package index. Queries turns
// every chart, map and saved search into the request that Kibana would send,
// so that a test can run it on a cluster.
//
// What it does not do: start Kibana. The format follows the exports of Kibana
// 8.19; every object names migration versions of 8.9 or older, which newer
// releases bring up to date when they import it.
//
//	objects, err := kibana.Pack()
//	defects := kibana.Lint(objects)          // none
//	file, err := kibana.NDJSON(objects, "dateline")
package kibana
