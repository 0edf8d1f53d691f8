// Package deadletter is the format of the dead-letter topic, read and written
// in one place.
//
// A letter is a record of the raw topic, byte for byte, with headers that say
// where it came from and why it died. A replay sends the original to the
// backfill topic with two headers more, Origin and Attempt, and leaves a
// receipt in the dead-letter topic, so that a later run knows what has been
// sent. A record that dies again keeps its first origin and counts attempts.
//
//	letter   key, value, headers of the original + dateline-reason, -stage, -topic, …
//	receipt  no value; dateline-receipt and the letter's place and attempt
//	replay   key, value, headers of the original + dateline-origin, dateline-attempt
//
// Book folds a topic of letters and receipts into one entry for each origin.
package deadletter
