// Package worker reads raw articles from Kafka, runs the stages on them and
// writes the documents into a store, at least once from Kafka and with the
// effect of exactly once in the index.
//
//	fetchers -> stages (pool) -> batcher -> bulk slots -> outcome -> Ring.Done -> commit
//	             dead letters -> DLQ topic (acks=all) -----------------^
//
// # Guarantees
//
// An offset is committed only when every record before it is settled: stored,
// refused by the store because the same or a newer version is there, dropped
// by a stage on purpose, or written to the dead-letter topic with all replicas
// acknowledging. Writes carry the article's own id and an external version, so
// a record that is delivered twice changes nothing the second time.
//
// An outage is a wait: there is no number of attempts after which a record is
// given up. A fault of configuration (credentials, roles, a missing index)
// holds the worker, visibly, and loses nothing either. One bad article leaves
// by itself, with its reason and its original bytes.
//
// # Rebalance and stop
//
// When its generation ends the worker stops asking, drains what is in flight,
// commits, and fences the rest, in that order. Kafka-go sends no heartbeats
// while a generation drains, so drain_timeout plus commit_timeout must stay
// below session and rebalance timeout; config checks it.
//
// # Memory
//
// Raw bytes are charged to one budget from delivery until the record is
// settled, because a dead letter needs them. Every channel is bounded and
// every wait ends upstream at the fetchers, which then leave the records in
// Kafka.
//
// # Not here
//
// The worker creates no topics and no templates: setup does. It does not
// order versions: external versions make writes commutative. Verdicts on
// copies come from the fingerprint log through worker/arbiter.
package worker
