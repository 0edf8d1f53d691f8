// Package place finds the places that an article names, decides which record
// of the gazetteer each means, and what job the name does in the text.
//
//	linker := place.New(gazetteer.Default())
//	r := linker.Link(&place.Input{Title: title, Body: body, Mentions: names})
//
// "KYIV, Ukraine (AP) - Shelling hit Bakhmut on Monday, the Kremlin said."
// gives Kyiv (dateline), Ukraine, Bakhmut (event) and Moscow (metonym).
//
// # How
//
// Candidates are all records of a name that its case rule allows. A name that
// the name stage calls a person or an organisation is none; inside a longer
// name it is embedded. "Springfield, Illinois" is two names, and the area
// chooses among the first one's records. All mentions of a name have one sense.
// First every name is scored alone, by people, kind and how usual the name is;
// those far ahead of their rivals become context. Then all are scored again
// with the countries and areas of the context, the distance to it, the dateline
// and the outlet's home. If the first two are too near, the answer is the area
// they share, or none, with the reason.
//
// # Kinds
//
// dateline: in the dateline. metonym: a seat that stands for a body, or a
// capital that speaks or decides. event: a literal name behind a preposition of
// place in a sentence that tells of something done, outside quotations. mention:
// all else, demonyms and adjectives among them.
//
// # Limits
//
// English only. One sense per article is wrong for the rare text that means two
// places by one name. Towns below 500 people, streets, buildings and most rivers
// are not in the data. Confidence orders answers; it is no probability.
package place
