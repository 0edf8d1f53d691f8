// Package search is where people and programs ask who, where and when: it
// reads questions, and answers them as JSON and as a web page over any
// index.Store.
//
// Rules.Parse turns the parameters of an address, or the flags of a command,
// into an index.Query; Rules.Values turns a query back into parameters that
// mean the same to everybody and tomorrow, so that every page can be shared.
// Handler is the whole site:
//
//	GET /                      the page: results, timeline, map, filters with counts
//	GET /article/{id}          one article with all that was read in it
//	GET /actor/{id}            one actor: roles over time, who with, where, when
//	GET /story/{id}            one story: its articles and outlets in time
//	GET /feed                  a question as an Atom feed
//	GET /api/articles          articles as JSON
//	GET /api/events            events as JSON: actor, place and date in one event
//	GET /api/facets            counts alone
//	GET /api/timeline          counts by day of the event
//	GET /api/map               counts by town, with coordinates
//	GET /api/export.csv        an answer as a table
//	GET /api/export.jsonl      an answer as documents, one a line
//	GET /api/articles/{id}     one document
//	GET /api/actors/{id}       one actor
//	GET /api/stories/{id}      one story
//	GET /api/health            whether the store answers
//	GET /api/openapi.json      the description of all this
//
// A question
//
//	q=ferry+-strike&place=Estonia&from=2025-03&to=2025-03
//
// asks for articles with the word ferry and without the word strike, of Estonia
// or anything inside it, on an event that lies at least partly in March 2025.
// The same can be typed into the one box: ferry -strike place:Estonia
// on:2025-03.
//
// The page's own box goes further: what is typed there is read first, and names
// that the gazetteer or the index knows become parameters.
//
// The page is HTML, one style sheet, one small script and an outline of the
// world, all in the binary. It works without the script and asks no other host
// for anything.
//
// What it does not do: the page goes no deeper than index.Window results (the
// API does); facets of people and organisations count and filter by full name,
// so that two people of one name are one; there are no accounts, only one token
// for all.
package search
