// Package dedup says of each version of each item what it is to the ones
// before it: the first of its story, a new version, a correction, a repeat, a
// late arrival, a kill.
//
// Fingerprint turns an article into a Record of fixed size without its text.
// Records stand in one log, in one order; State folds that log, and the
// Verdict of a record is a pure function of the log up to it. So every worker
// that folds the log gives the same answer, after a crash, a rebalance or a
// replay too.
//
//	offset 0  item A, revision 1            original   story A
//	offset 1  item A, revision 1, same bytes redelivery (of an original)
//	offset 2  item A, revision 3            update     story A
//	offset 3  item A, revision 2            stale
//	offset 4  item A, withdrawn             kill
//	offset 5  item A, revision 9            stale: nothing revives a killed item
//
// Ids and versions decide before text. State reads no clock and no
// configuration: time is what the records carry, and it moves forward by at
// most an hour a record, so one wrong stamp does no harm. An item is forgotten
// seven days after its last version, a kill after ninety.
//
// Then the text decides: an item that shares a quarter of its sampled 5-grams
// with a story is a copy of it. Kills and holds may name another item by its
// transmission number, before or after it comes.
package dedup
