// Package wire turns an envelope, the record of the raw topic, into an
// Article: title, body and byline lines as the other stages read them, with
// the item's identity, version and place in its life.
//
// The calls come in this order: DecodeEnvelope reads the record's value, Parse
// reads the payload with the parser of its format. Producers build an Envelope
// and call Encode. ID is the id of an item in the index.
//
// A body is kept byte for byte wherever the format holds plain text (article,
// text, ninjs body_text): spans found later point into exactly what was sent.
// Where the format holds markup the body is the text of its paragraphs, one a
// line, joined by line feeds.
//
// The formats are those of Formats: the native article and plain text; RSS,
// Atom, JSON Feed and HTML pages, read with libraries; ninjs 1 to 3, NewsML-G2
// and 1.2, NITF, digitalwires and AP Media JSON, read with small parsers of our
// own, as the standard library's take the stage's whole budget; IPTC 7901 and
// ANPA 1312, learned from samples. Sniff tells them apart. Version, status,
// signals, embargo and take are read from each that has them.
//
// One envelope in, one article out:
//
//	{"schema":"dateline.raw.v1","source_id":"harbour-desk","item_id":"42","format":"text",
//	 "payload":"Ferry leaves\nBy Ann Lee\nGDYNIA, Poland — Nobody was hurt."}
//
// gives the title "Ferry leaves", the byline line "By Ann Lee" and the body
// "GDYNIA, Poland — Nobody was hurt.".
//
// What an envelope or a payload can do wrong ends as an *Error with one of the
// Reason constants. NotArticle is no fault: the item is a picture, a package, a
// planning or event item, and is counted and dropped. An Error never quotes
// the article.
//
// Notes that are not for publication never leave this package: no field of
// Article carries them. Status, signals, embargo and correction notes are read
// from every format that has them; a withheld or withdrawn article carries no
// text at all.
//
// The package is pure: no clock, no network, no state. Every parser is linear
// in the payload, which is at most MaxPayload bytes.
//
// Limits. A date without a zone is read in the article's, the envelope's or
// the source's zone, else in UTC. Years outside 1800 to 2099 are treated as
// absent, with a warning on the article. The language is what the source says;
// none is guessed. Kills and holds that name another item (dpa's) are given as
// Ref and not matched here. Bodies of marked-up formats hold no tables' layout.
package wire
