// Package score measures what package event says of a clause, the type of its
// event, who acts and who is acted on, against labels made by hand.
//
// The labels are labels.tsv: offsets into articles of the development data,
// which are not part of this repository. Articles are drawn by the hash of
// their id (Draw), of each the first sentences (Sentences), and each sentence
// was read and all its events labelled, before anybody looked at what the
// program makes of it. A third of the articles is held out: nobody reads the
// errors there.
package score
