// Package name finds the names in an article: people, organisations, places,
// facilities, groups of people, events and works, each as a span of bytes with
// a type and a confidence.
//
// One Tagger serves all goroutines; each goroutine keeps one Scratch. Tag
// appends to the slice it is given, in text order, spans that do not overlap:
//
//	President Liina Saar told the BBC in Tallinn that Estonian ships
//	          PER             ORG    GPE         NORP
//
// A span is the longest name, without a leading "the", titles, a trailing
// possessive or quotation marks. "City, State" is two spans. SCHEME.md says
// what belongs to which type, MODEL_CARD.md what the model was trained on and
// how well it does.
//
// # How
//
// Only a word with a capital letter, or a particle before one, can begin a
// name, and only "of", "the", commas and the like can stand between two such
// words. The stretches of words where a name can stand are decoded one by one:
// features of the word, its neighbours, its run of capitals, of what the rest of
// the article says of it and of what thousands of news articles made of it go
// through a small network (one hidden layer, whole numbers, no allocation) and
// Viterbi finds the best tags. Everything
// outside the stretches has one possible tag, so this is exactly what decoding
// whole sentences would give. Then the article is looked at as a whole: a
// string takes the type of its surest mention, a surname that of the full name,
// initials that of the name they stand behind, and word lists settle countries,
// demonyms, kinds of places and what is no name.
//
// The model is trained by the program in train (see its package comment), on
// labels of public-domain and news texts made by a larger teacher model. It is
// built into the program.
//
// # Limits
//
// English only. Names in lower case are not found, unless the whole text is
// written so; then places and groups that the word lists know are. A name of
// more than 120 words is not found either. Confidence is calibrated against the teacher's labels, not
// people's; for a name whose type the article or the lists changed it is that
// of the weaker reading. GPE, LOC and FAC are one type to the model and are
// told apart by word lists and head words ("Gulf of", "Airport"); what they do
// not know counts as GPE unless WithPlaces says otherwise. Organisations
// without a telling word in their name and names of works are often missed or
// mistyped, and names far from the news of 2012 to 2020 are found less
// reliably. A Scratch holds about 3 MB.
package name
