// Package byline reads who wrote an article, who contributed, who
// photographed, for whom, and from where: byline lines, structured author
// names, the tail ("Ann Lee in Duluth contributed to this report"), the
// dateline that opens the first paragraph, and photo credits.
//
// Read is the only entry point. One line of an invented paper,
//
//	Mari Tamm, Jukka Laine and Peter O'Rourke The Baltic Courier
//
// gives three authors, each with its span in the line, and the outlet "The
// Baltic Courier", which no table knows: a name is complete after two or three
// words, and "The" starts something else.
//
// All sources go through one grammar; a structured field is evidence, not
// truth. When in doubt there is no author: an agency, an outlet, a desk or a
// word of the page is never one. What was read keeps its raw form and span;
// only Name has capitals restored.
//
// The grammar serves Latin-script bylines with the connectors of English,
// German, French, Spanish, Portuguese, Italian, Dutch, the Nordic languages,
// Polish and Estonian, and the short forms of Chinese, Japanese and Korean
// ones. Tails are read in English and, for the "Reporting by" shape, in any
// language that uses it; datelines know the months of 14 languages.
//
// Limits. Names of one word are authors only where the source itself says that
// they are persons. An unknown outlet of two words after a name of three
// ("Ann Lee Harbour Wharf") is cut after the second word. Surnames in capitals
// with particles ("DE LA CRUZ") get the particles of their most common form.
// A dateline without agency needs capitals or a region ("TULSA, Okla. —").
package byline
