package worker

import (
	"slices"
	"time"

	"dateline/worker/arbiter"
)

// Status is the worker's state at one moment, as /statusz shows it. It holds
// no setting that is a secret, and no text of an article.
type Status struct {
	Worker     string            `json:"worker"`
	Version    string            `json:"version,omitempty"`
	Started    time.Time         `json:"started"`
	Now        time.Time         `json:"now"`
	Topic      string            `json:"topic"`
	Group      string            `json:"group"`
	Ready      bool              `json:"ready"`
	Reasons    []string          `json:"reasons,omitempty"` // why it is not ready
	Records    map[string]int64  `json:"records"`           // by fate, with consumed, in_flight, late_acks and gap
	Lag        int64             `json:"lag"`               // of all partitions
	Partitions []PartitionStatus `json:"partitions"`
	Holds      []Hold            `json:"holds,omitempty"`
	Bulk       BulkStatus        `json:"bulk"`
	Backfill   *BackfillStatus   `json:"backfill,omitempty"`
	Reload     *ReloadStatus     `json:"reload,omitempty"` // the last one; absent before the first
	Budget     int64             `json:"budget_bytes"`
	Verdicts   *arbiter.Status   `json:"verdicts,omitempty"` // of the fingerprint log; absent without the stage dedup
}

// PartitionStatus is one assigned partition.
type PartitionStatus struct {
	State
	Lag     int64 `json:"lag"`
	Stalled bool  `json:"stalled"`
}

// BulkStatus is the state of the way into the store.
type BulkStatus struct {
	Limit    int  `json:"limit"`
	InFlight int  `json:"in_flight"`
	Waiting  int  `json:"waiting"`
	Outage   bool `json:"outage"`
}

// Status is a copy of the worker's state.
func (w *Worker) Status() Status {
	s := Status{Worker: w.name, Version: w.version, Started: w.started, Now: time.Now(), Topic: w.cfg.Kafka.Topic, Group: w.cfg.Kafka.Group,
		Reasons: w.Ready(), Holds: w.holds.list(), Backfill: w.group.yield.status(), Reload: w.reload.Load(), Budget: w.budget.Used(), Partitions: []PartitionStatus{}}
	s.Ready = len(s.Reasons) == 0
	c := w.ledger.Counts()
	s.Records = map[string]int64{"consumed": c.Consumed, "abandoned": c.Abandoned, "in_flight": c.InFlight, "late_acks": c.Late, "gap": c.Gap}
	for f, n := range c.Settled {
		s.Records[Fate(f).String()] = n
	}
	stalled := w.health.stalledNow()
	_, rings := w.group.state()
	for _, r := range rings {
		p := PartitionStatus{State: r.State()}
		p.Lag, p.Stalled = p.State.Lag(), slices.Contains(stalled, partitionName(p.Topic, p.Partition))
		s.Lag += p.Lag
		s.Partitions = append(s.Partitions, p)
	}
	slices.SortFunc(s.Partitions, func(a, b PartitionStatus) int { return a.Partition - b.Partition })
	if w.desk != nil {
		v := w.desk.arbiter.Status()
		s.Verdicts = &v
	}
	s.Bulk.Limit, s.Bulk.InFlight = w.limit.state()
	s.Bulk.Waiting, s.Bulk.Outage = w.batch.waiting(), w.limit.outage()
	return s
}
