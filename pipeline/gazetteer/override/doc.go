// Package override reads the analysts' corrections to people, bodies and
// places: one JSON object a line, each with who decided it, why and when.
//
//	{"op":"alias","surface":"Bibi","id":"per:il:benjamin-netanyahu","by":"kl","reason":"nickname","at":"2025-03-01"}
//	{"op":"merge","id":"p:jane-q-doe","into":"p:jane-doe","by":"kl","reason":"one person","at":"2025-03-01"}
//	{"op":"split","id":"p:john-smith","into":"p:john-smith-leeds","when":{"country":"GB"},"by":"kl","reason":"two men","at":"2025-03-01"}
//	{"op":"block","surface":"Reading","as":"place","when":{"source":"books"},"by":"kl","reason":"book pages","at":"2025-03-01"}
//	{"op":"place","surface":"Springfield","id":"gn:4250542","when":{"source":"sj-r"},"by":"kl","reason":"local paper","at":"2025-03-01"}
//	{"op":"kind","surface":"Geneva","kind":"metonym","when":{"source":"trade"},"by":"kl","reason":"the talks","at":"2025-03-01"}
//	{"op":"role","id":"p:jane-doe","text":"mayor","code":"GOV","country":"GB","from":"2024-05-03","by":"kl","reason":"elected","at":"2025-03-01"}
//	{"op":"add","id":"org:cable-board","name":"Cable Board","type":"organization","country":"EE","aliases":["KN"],"by":"kl","reason":"new","at":"2025-03-01"}
//	{"op":"add","id":"pl:camp-nord","name":"Camp Nord","type":"place","country":"EE","lat":59.1,"lon":25.2,"feature":"FAC","by":"kl","reason":"new","at":"2025-03-01"}
//
// alias gives a surface form to an actor; merge replaces an id by another
// wherever it comes out; split does so in some articles only; block keeps a
// surface form from being an actor, a place or both; place fixes the record of
// a surface form and kind its job; role gives an actor an office for the
// half-open term from–to; add makes an actor or a place that the gazetteer does
// not hold. Surfaces compare folded: case, accents, dots and hyphens do not
// count.
//
// "when" narrows alias, split, block, place and kind to articles of a source,
// to those that name a country (ISO code) or an actor (with_actor: an id, as it
// is without corrections), or to those published on the days [from,to). Of two
// operations on one surface the one with a "when" that holds wins.
//
// What an operation says beats the document, the document beats the gazetteer,
// and the gazetteer beats what is made from a name.
//
// A file is taken whole or not at all: an unknown operation or field, an
// unknown id, a missing reason, half a line, a circle of merges or two
// operations that contradict each other are errors with file and line.
package override
