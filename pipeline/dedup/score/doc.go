// Package score measures how well pipeline/dedup finds copies, on a stream of
// reprints that it makes itself from dated wire stories.
//
// ReadBase reads the stories, Simulator draws outlets with their boilerplate,
// Stream makes one stream: each story once, some of them reprinted by up to 90
// outlets within a day, cut, edited, with a new lead, with more text. Templates
// adds yesterday's stories with today's figures, which are no copies. Everything
// is drawn from a seed; Digest tells whether two programs made the same stream.
//
// Fold runs the design on a stream; MinHash and SimHash run what others use on
// the same stream, so that a table compares like with like. Result counts pairs
// and clusters.
//
// Seeds 11 to 15 are for tuning, 101 to 105 for accepting.
package score
