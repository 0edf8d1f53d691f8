package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/segmentio/kafka-go"
	"go.uber.org/zap"
)

// A loss is seen when the last good probe is too old: within probeFresh. A
// return is seen by the first probe that begins after it: within probeEvery and
// as long as an answer takes. Both stay below five seconds.
const (
	probeEvery   = time.Second     // between the beginnings of two probes of one thing
	probeTimeout = 3 * time.Second // of one probe
	probeFresh   = 4 * time.Second // a good probe older than this counts no more
)

// health says whether the worker lives and whether it can work.
type health struct {
	w *Worker

	mu      sync.Mutex
	store   time.Time // last good probe
	dlq     time.Time
	errs    map[string]string // last error by dependency
	stalled []string
	seen    map[string]seen // per partition, for the stall watchdog
}

type seen struct {
	progress int64
	at       time.Time
	tried    time.Time // when its connection was last opened again
}

// run probes until ctx ends. A probe begins each second whether or not those
// before it have come back: one that hangs in a connection to what has gone must
// not keep its return from being seen, nor that of the others.
func (h *health) run(ctx context.Context) {
	var probes sync.WaitGroup
	defer probes.Wait()
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		probes.Go(func() { h.probe(ctx, "store", &h.store, h.w.store.Health) })
		probes.Go(func() { h.probe(ctx, "dead_letter_topic", &h.dlq, h.topic) })
		probes.Go(func() { h.ends(ctx) })
		h.watch()
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (h *health) probe(ctx context.Context, what string, good *time.Time, ask func(context.Context) error) {
	begin := time.Now()
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	h.note(what, good, begin, ask(ctx))
}

// topic asks the leader of the dead-letter topic for the topic's end. Its
// metadata would not do: the client answers those out of what it remembers,
// for seconds after the brokers have gone.
func (h *health) topic(ctx context.Context) error {
	name := h.w.cfg.Kafka.DLQTopic
	l, err := h.w.kafka.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{name: {kafka.LastOffsetOf(0)}}})
	if err == nil {
		for _, p := range l.Topics[name] {
			err = errors.Join(err, p.Error)
		}
	}
	if errors.Is(err, kafka.UnknownTopicOrPartition) {
		err = fmt.Errorf("topic %s: %w; dateline setup creates it", name, err)
	}
	return err
}

// ends asks where the logs of this worker's partitions end, so that the lag is
// true while nothing can be fetched: in an outage fetchers wait with full hands.
func (h *health) ends(ctx context.Context) {
	_, rings := h.w.group.state()
	if len(rings) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	want := make(map[string][]kafka.OffsetRequest)
	for _, r := range rings {
		want[r.Topic] = append(want[r.Topic], kafka.LastOffsetOf(r.Partition))
	}
	l, err := h.w.kafka.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: want})
	if err != nil {
		h.w.log.Debug("log ends were not read", zap.Error(err))
		return
	}
	for _, r := range rings {
		for _, p := range l.Topics[r.Topic] {
			if p.Partition == r.Partition && p.Error == nil {
				r.SetHighWater(p.LastOffset)
			}
		}
	}
}

// note takes in what a probe found that began at a time.
func (h *health) note(what string, good *time.Time, begin time.Time, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case err == nil:
		*good = time.Now()
		delete(h.errs, what)
		return
	case begin.Before(*good): // a later one has had an answer
		return
	}
	if _, known := h.errs[what]; !known {
		h.w.log.Warn("probe failed", zap.String("of", what), zap.Error(err))
	}
	h.errs[what] = clip(err.Error())
}

// watch finds partitions that have records and do not move, though nothing
// holds the worker and store and brokers answer.
func (h *health) watch() {
	_, rings := h.w.group.state()
	held := h.w.holds.any()
	if b := h.w.group.yield.status(); b != nil && b.Paused {
		held = true
	}
	now := time.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	// What does not answer is named as that, and nothing is stalled by itself.
	held = held || now.Sub(h.store) > probeFresh || now.Sub(h.dlq) > probeFresh
	h.stalled = h.stalled[:0]
	fresh := make(map[string]seen, len(rings))
	for _, r := range rings {
		s := r.State()
		key := partitionName(s.Topic, s.Partition)
		was, ok := h.seen[key]
		if !ok || was.progress != s.Progress || s.Lag() == 0 || held {
			was = seen{progress: s.Progress, at: now}
		}
		fresh[key] = was
		if now.Sub(was.at) < h.w.limits.get().StallAfter {
			continue
		}
		h.stalled = append(h.stalled, key)
		if since := now.Sub(was.tried); since >= h.w.limits.get().StallAfter {
			h.w.log.Error("partition has records and nothing of it settles; its connection is opened again",
				zap.String("partition", key), zap.Int64("lag", s.Lag()), zap.Int64("first_unsettled", s.First))
			was.tried = now
			fresh[key] = was
			r.Reconnect()
		}
	}
	h.seen = fresh
}

func partitionName(topic string, partition int) string { return fmt.Sprintf("%s/%d", topic, partition) }

// stalledNow names the partitions that do not move.
func (h *health) stalledNow() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.stalled)
}

// Ready is why the worker is not ready; empty if it is.
func (w *Worker) Ready() []string {
	h := &w.health
	joined, _ := w.group.state()
	h.mu.Lock()
	defer h.mu.Unlock()
	var why []string
	if !joined {
		why = append(why, "consumer group is not joined")
	}
	for _, d := range []struct {
		name string
		good time.Time
	}{{"store", h.store}, {"dead_letter_topic", h.dlq}} {
		if time.Since(d.good) > probeFresh {
			why = append(why, strings.TrimSpace(d.name+" does not answer "+h.errs[d.name]))
		}
	}
	for _, x := range w.holds.list() {
		why = append(why, "held: "+x.String())
	}
	for _, p := range h.stalled {
		why = append(why, "partition "+p+" is stalled")
	}
	return why
}

// handler serves /livez, /readyz, /statusz and /metrics, which change nothing,
// and /park, which asks for a token.
func (w *Worker) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprintln(rw, "ok") })
	mux.HandleFunc("GET /readyz", func(rw http.ResponseWriter, _ *http.Request) {
		why := w.Ready()
		if len(why) > 0 {
			rw.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprintln(rw, strings.Join(why, "\n"))
			return
		}
		fmt.Fprintln(rw, "ok")
	})
	mux.HandleFunc("GET /dedup/checkpoint", w.checkpoint)
	mux.HandleFunc("GET /statusz", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		e := json.NewEncoder(rw)
		e.SetIndent("", "  ")
		e.Encode(w.Status())
	})
	mux.HandleFunc("POST /park", w.park)
	mux.Handle("GET /metrics", promhttp.HandlerFor(w.metrics.registry, promhttp.HandlerOpts{}))
	return mux
}

// serve answers on the listener until ctx ends.
func (w *Worker) serve(ctx context.Context, l net.Listener) {
	s := &http.Server{Handler: w.handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10}
	stop := context.AfterFunc(ctx, func() { s.Close() })
	defer stop()
	s.Serve(l)
}
