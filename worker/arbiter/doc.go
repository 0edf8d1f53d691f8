// Package arbiter takes the verdicts of pipeline/dedup from a log that all
// workers share.
//
// A worker appends the fingerprints of its articles to the log, folds the log
// in the order of its offsets, its own records among everybody's, and takes the
// verdict of each of its records when the fold has passed it. Every worker folds
// the same log, so all agree, whoever appended first, after any crash:
//
//	a, err := arbiter.New(arbiter.Options{Log: log, Dir: "checkpoints"})
//	err = a.Start(ctx)                  // catches up; then join the group
//	go a.Run(ctx)                       // folds until ctx ends
//	verdicts, err := a.Decide(ctx, records)
//
// An append that was lost or done twice does no harm: the later record is a
// redelivery and carries the first one's verdict.
//
// The log is an interface: a Kafka topic of one partition, or a slice in
// memory. A gap in it, other verdicts than another worker's, or a log that
// begins after the state's last record stop the arbiter for good; nothing is
// decided from the middle of a log.
package arbiter
