//go:build unix

package chaos

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"

	"dateline/config"
	"dateline/index"
)

// Scenarios are all ways to break things that real servers can be put through.
// What they cannot be made to do (trimming a log under a reader, moving a
// leader) is tried in process, in package worker.
func Scenarios() []Scenario {
	return []Scenario{
		{Name: "SIGKILL", Mix: plainMix, Partitions: 4, Workers: 4, Size: 2, Faults: kills},
		{Name: "SIGTERM", Mix: plainMix, Partitions: 4, Workers: 2, Faults: terms},
		{Name: "SIGSTOP beyond the session", Mix: plainMix, Partitions: 4, Workers: 2, Faults: zombies},
		{Name: "workers 1-4-2-4", Mix: plainMix, Partitions: 4, Workers: 1, Faults: churn},
		{Name: "broker bounce", Mix: plainMix, Partitions: 4, Workers: 2, Faults: bounce},
		{Name: "network to Kafka cut and blocked", Mix: plainMix, Partitions: 4, Workers: 2, Faults: network},
		{Name: "Kafka gone", Mix: plainMix, Partitions: 4, Workers: 2, Config: patient, Faults: kafkaGone},
		{Name: "partitions 4 to 8", Mix: plainMix, Partitions: 4, Workers: 2, Faults: growth},
		{Name: "429 for 30 % of the items", Mix: plainMix, Partitions: 4, Workers: 2, Faults: someBulks(1, Fault{Items: 0.3})},
		{Name: "429 for everything", Mix: plainMix, Partitions: 4, Workers: 2, Faults: outage(Fault{Status: 429})},
		{Name: "503 and 500 now and then", Mix: plainMix, Partitions: 4, Workers: 2, Faults: someBulks(0.3, Fault{Status: 503}, Fault{Status: 500})},
		{Name: "Elasticsearch gone", Mix: plainMix, Partitions: 4, Workers: 2, Faults: outage(Fault{Reset: true, Everyone: true})},
		{Name: "Elasticsearch killed", Mix: plainMix, Partitions: 4, Workers: 2, Own: true, Faults: elasticKilled},
		{Name: "poison 1 %", Mix: Mix{Poison: 1}, Partitions: 4, Workers: 1},
		{Name: "poison 10 %", Mix: Mix{Poison: 10}, Partitions: 4, Workers: 1},
		{Name: "413 above 64 KiB", Mix: Mix{Poison: 1, Updates: 5}, Partitions: 4, Workers: 1, Faults: someBulks(1, Fault{Above: 64 << 10})},
		{Name: "answers cut short", Mix: plainMix, Partitions: 4, Workers: 2, Faults: someBulks(0.3, Fault{Cut: true})},
		{Name: "acks lost after the write", Mix: plainMix, Partitions: 4, Workers: 2, Faults: someBulks(0.3, Fault{Lost: true})},
		{Name: "401 in mid-run", Mix: plainMix, Partitions: 4, Workers: 2, Faults: outage(Fault{Status: 401, Everyone: true})},
		{Name: "clock skew", Mix: Mix{Poison: 1, Updates: 5, Skew: true}, Partitions: 4, Workers: 1, Faults: kills},
		{Name: "repeats and old revisions", Mix: Mix{Updates: 20, Older: 20, Repeats: 20, Withdrawn: 1}, Partitions: 4, Workers: 2, Faults: kills},
		{Name: "kill before its target", Mix: Mix{Updates: 20, Older: 10, Withdrawn: 20}, Partitions: 4, Workers: 2, Faults: terms},
		{Name: "dead-letter topic unavailable", Mix: Mix{Poison: 10}, Partitions: 4, Workers: 2, Held: true, Faults: deadTopic},
		{Name: "all stages", Mix: Mix{Real: true}, Partitions: 4, Workers: 2, Size: 0.5, Config: everything, Faults: kills},
		{Name: "all at once", Mix: plainMix, Partitions: 4, Workers: 3, Faults: allAtOnce},
	}
}

// everything turns all stages and all event slots on.
func everything(c *config.Config) {
	d := config.Default()
	c.Worker.Stages, c.Worker.EventSlots = d.Worker.Stages, d.Worker.EventSlots
}

// effort is how often a scenario does its worst: by the number of records, so
// that a longer run has more of it.
func (r *Run) effort() int { return max(2, r.Records/r.perFault) }

// loaded makes sure that there is something to lose: if all is committed, more
// is produced.
func (r *Run) loaded(ctx context.Context, round int) error {
	if done, total, err := r.progress(ctx); err != nil || total == 0 || done < total {
		return nil // busy, or the broker is away
	}
	g := &generator{mix: r.Scenario.Mix, seed: r.Seed, r: rand.New(rand.NewPCG(uint64(r.Seed), uint64(100+round))),
		opt: index.Options{Prefix: r.cfg.Elasticsearch.Prefix}, next: (round + 2) << 21}
	g.mix.Real = false
	rs := make([]record, 0, r.perFault)
	for len(rs) < r.perFault {
		x, err := g.record()
		if err != nil {
			return err
		}
		rs = append(rs, x)
	}
	return r.produce(ctx, rs)
}

// kills ends workers at once that have records in their hands, one or several
// together, and starts as many others, again and again. One that has just
// joined, or waits until the group has given up the dead, has nothing to lose
// and is spared.
func kills(ctx context.Context, r *Run) error {
	for i := 0; r.Result.Kills < r.effort(); i++ {
		if err := r.loaded(ctx, i); err != nil {
			return err
		}
		if err := r.Until(ctx, "a worker has records in flight", func(context.Context) bool { return len(r.busy()) > 0 || r.settled(ctx) }); err != nil {
			return err
		}
		if err := r.Sleep(ctx, 0, time.Second); err != nil {
			return err
		}
		victims := r.busy()
		if len(victims) == 0 {
			continue
		}
		r.Rand.Shuffle(len(victims), func(i, j int) { victims[i], victims[j] = victims[j], victims[i] })
		for _, w := range victims[:1+r.Rand.IntN(len(victims))] {
			if err := r.Kill(w); err != nil {
				return err
			}
			if _, err := r.Start(); err != nil {
				return err
			}
		}
	}
	return nil
}

// busy are the workers that have records in flight now.
func (r *Run) busy() (out []*Worker) {
	for _, w := range r.Running() {
		page, err := w.get("/statusz")
		var s struct {
			Records map[string]int64 `json:"records"`
		}
		if err == nil && json.Unmarshal([]byte(page), &s) == nil && s.Records["in_flight"] > 0 {
			out = append(out, w)
		}
	}
	return out
}

// terms stops one of the workers gracefully and starts another, again and
// again.
func terms(ctx context.Context, r *Run) error {
	for i := range r.effort() {
		if err := r.Sleep(ctx, time.Second, 3*time.Second); err != nil {
			return err
		}
		if err := r.loaded(ctx, i); err != nil {
			return err
		}
		if err := r.Stop(r.Any()); err != nil {
			return err
		}
		if _, err := r.Start(); err != nil {
			return err
		}
	}
	return nil
}

// zombies stops a worker in its tracks for longer than its session lasts: when
// it wakes up, its partitions are another's and its commits must count nothing.
func zombies(ctx context.Context, r *Run) error {
	for i := range max(1, r.effort()/4) {
		if err := r.Sleep(ctx, 500*time.Millisecond, 2*time.Second); err != nil {
			return err
		}
		if err := r.loaded(ctx, i); err != nil {
			return err
		}
		w := r.Any()
		if err := w.Pause(); err != nil {
			return err
		}
		err := r.Sleep(ctx, 7*time.Second, 10*time.Second)
		if err := errors.Join(err, w.Resume()); err != nil {
			return err
		}
	}
	return nil
}

// churn runs 1, 4, 2 and 4 workers, each for two seconds, again and again.
func churn(ctx context.Context, r *Run) error {
	for i := range max(1, r.effort()/3) {
		for _, n := range []int{4, 2, 4, 1} {
			if err := r.Sleep(ctx, 2*time.Second, 2*time.Second); err != nil {
				return err
			}
			if err := r.loaded(ctx, 4*i+n); err != nil {
				return err
			}
			for len(r.Running()) < n {
				if _, err := r.Start(); err != nil {
					return err
				}
			}
			for len(r.Running()) > n {
				if err := r.Stop(r.Any()); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// bounce kills the broker and starts it again.
func bounce(ctx context.Context, r *Run) error {
	for i := range max(1, r.effort()/4) {
		if err := r.Sleep(ctx, time.Second, 3*time.Second); err != nil {
			return err
		}
		if err := r.loaded(ctx, i); err != nil {
			return err
		}
		if err := r.Bench.Kafka.Kill(); err != nil {
			return err
		}
		if err := r.Sleep(ctx, 0, 3*time.Second); err != nil {
			return err
		}
		if err := r.Bench.Kafka.Restart(ctx); err != nil {
			return err
		}
	}
	return nil
}

// network resets the workers' connections to the broker, and holds all bytes
// back for longer than a session.
func network(ctx context.Context, r *Run) error {
	for i := range max(2, r.effort()/2) {
		if err := r.Sleep(ctx, time.Second, 2*time.Second); err != nil {
			return err
		}
		if err := r.loaded(ctx, i); err != nil {
			return err
		}
		if i%2 == 0 {
			r.Proxy.Cut()
			continue
		}
		r.Proxy.Block()
		err := r.Sleep(ctx, time.Second, 8*time.Second)
		r.Proxy.Unblock()
		if err != nil {
			return err
		}
	}
	return nil
}

// patient takes the group's default times: a broker that is back waits for
// members that it has not heard of for as long as a session lasts.
func patient(c *config.Config) {
	d := config.Default().Kafka
	c.Kafka.HeartbeatInterval, c.Kafka.SessionTimeout, c.Kafka.RebalanceTimeout = d.HeartbeatInterval, d.SessionTimeout, d.RebalanceTimeout
}

// kafkaGone takes the broker away, by turns by killing it and by holding all
// bytes back, and notes how long the workers take to say so and to be well
// again.
func kafkaGone(ctx context.Context, r *Run) error {
	for i := range max(2, r.effort()/6) {
		if err := r.Until(ctx, "all workers are ready", r.ready(true)); err != nil {
			return err
		}
		if err := r.loaded(ctx, i); err != nil {
			return err
		}
		how, begin := "killed", time.Now()
		if i%2 == 0 {
			if err := r.Bench.Kafka.Kill(); err != nil {
				return err
			}
		} else {
			how = "silent"
			r.Proxy.Block()
		}
		err := r.Until(ctx, "no worker is ready", r.ready(false))
		r.longest(how+", not ready after", time.Since(begin))
		if err == nil { // long enough for the sessions to be broken off
			err = r.Sleep(ctx, 8*time.Second, 15*time.Second)
		}
		if how == "killed" {
			err = errors.Join(err, r.Bench.Kafka.Restart(ctx))
		}
		r.Proxy.Unblock()
		if err != nil {
			return err
		}
		begin = time.Now()
		if err := r.Until(ctx, "all workers are ready again", r.ready(true)); err != nil {
			return err
		}
		r.longest(how+", ready again after", time.Since(begin))
	}
	return nil
}

// growth adds four partitions under load.
func growth(ctx context.Context, r *Run) error {
	if err := r.Committed(ctx, 0.2); err != nil {
		return err
	}
	res, err := r.client.CreatePartitions(ctx, &kafka.CreatePartitionsRequest{Topics: []kafka.TopicPartitionsConfig{{Name: r.cfg.Kafka.Topic, Count: 8}}})
	if err != nil {
		return err
	}
	if err := res.Errors[r.cfg.Kafka.Topic]; err != nil {
		return err
	}
	g := &generator{mix: r.Scenario.Mix, seed: r.Seed, r: r.Rand, opt: index.Options{Prefix: r.cfg.Elasticsearch.Prefix}, next: 1 << 22}
	var rs []record
	for len(rs) < r.Records/2 {
		x, err := g.record()
		if err != nil {
			return err
		}
		rs = append(rs, x)
	}
	return r.produce(ctx, rs)
}

// someBulks breaks a share of the bulks, each in one of the ways given, while
// half of the records go through.
func someBulks(share float64, faults ...Fault) func(context.Context, *Run) error {
	return func(ctx context.Context, r *Run) error {
		r.Front.Set(r.Seed, func(rand *rand.Rand) Fault {
			if rand.Float64() >= share {
				return Fault{}
			}
			return faults[rand.IntN(len(faults))]
		})
		err := r.Committed(ctx, 0.6)
		r.Front.Pass()
		return err
	}
}

// outage breaks every request for a while, and notes how long the workers take
// to say so and to be well again.
func outage(x Fault) func(context.Context, *Run) error {
	return func(ctx context.Context, r *Run) error {
		for i := range max(1, r.effort()/6) {
			if err := r.Until(ctx, "all workers are ready", r.ready(true)); err != nil {
				return err
			}
			if err := r.loaded(ctx, i); err != nil {
				return err
			}
			begin := time.Now()
			r.Front.Always(x)
			r.Front.Cut()
			if x.Everyone {
				if err := r.Until(ctx, "no worker is ready", r.ready(false)); err != nil {
					return err
				}
				r.longest("not ready after", time.Since(begin))
			}
			if err := sleep(ctx, 5*time.Second); err != nil { // after that the pace has settled
				return err
			}
			bulks, from := r.Front.Bulks.Load(), time.Now()
			if err := r.Sleep(ctx, 3*time.Second, 6*time.Second); err != nil {
				return err
			}
			pace := float64(r.Front.Bulks.Load()-bulks) / time.Since(from).Seconds() / float64(r.Scenario.Workers)
			r.Note("bulks/s per worker in the outage", "%.2f", pace)
			r.Front.Pass()
			begin = time.Now()
			if err := r.Until(ctx, "all workers are ready again", r.ready(true)); err != nil {
				return err
			}
			r.longest("ready again after", time.Since(begin))
		}
		return nil
	}
}

// ready is true when every worker is ready, or none is.
func (r *Run) ready(want bool) func(context.Context) bool {
	return func(context.Context) bool {
		ws := r.Running()
		for _, w := range ws {
			if (w.ready() == nil) != want {
				return false
			}
		}
		return len(ws) > 0
	}
}

// longest notes a time if it is the longest of its kind.
func (r *Run) longest(key string, d time.Duration) {
	if old, err := time.ParseDuration(r.Result.Notes[key]); err != nil || d > old {
		r.Note(key, "%v", d.Round(10*time.Millisecond))
	}
}

// elasticKilled kills the node and starts it again.
func elasticKilled(ctx context.Context, r *Run) error {
	if err := r.Committed(ctx, 0.2); err != nil {
		return err
	}
	if err := r.Elastic.Kill(); err != nil {
		return err
	}
	r.Front.Cut()
	return r.Elastic.Restart(ctx)
}

// deadTopic makes the dead-letter topic refuse every letter for a while.
func deadTopic(ctx context.Context, r *Run) error {
	set := func(bytes string) error {
		res, err := r.client.IncrementalAlterConfigs(ctx, &kafka.IncrementalAlterConfigsRequest{Resources: []kafka.IncrementalAlterConfigsRequestResource{{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: r.cfg.Kafka.DLQTopic,
			Configs: []kafka.IncrementalAlterConfigsRequestConfig{{Name: "max.message.bytes", Value: bytes, ConfigOperation: kafka.ConfigOperationSet}}}}})
		if err != nil {
			return err
		}
		return res.Resources[0].Error
	}
	if err := set("1"); err != nil {
		return err
	}
	err := r.Until(ctx, "a worker holds", func(context.Context) bool {
		for _, w := range r.Running() {
			if err := w.ready(); err != nil && strings.Contains(err.Error(), "held: dead_letter") {
				return true
			}
		}
		return false
	})
	if err == nil {
		err = r.Sleep(ctx, time.Second, 3*time.Second)
	}
	if err := errors.Join(err, set("6356992")); err != nil {
		return err
	}
	return r.Until(ctx, "the workers are ready again", r.ready(true))
}

// allAtOnce breaks a part of everything while workers are killed and the
// network is cut.
func allAtOnce(ctx context.Context, r *Run) error {
	r.Front.Set(r.Seed, func(rand *rand.Rand) Fault {
		if rand.IntN(3) > 0 {
			return Fault{}
		}
		return []Fault{{Status: http.StatusTooManyRequests}, {Status: 502}, {Reset: true}, {Lost: true}, {Cut: true}, {Items: 0.5},
			{Above: 100 << 10}, {Delay: 500 * time.Millisecond}, {Status: 403}}[rand.IntN(9)]
	})
	defer r.Front.Pass()
	for i := range r.effort() {
		if err := r.Sleep(ctx, time.Second, 3*time.Second); err != nil {
			return err
		}
		if err := r.loaded(ctx, i); err != nil {
			return err
		}
		var err error
		switch r.Rand.IntN(4) {
		case 0, 1:
			if ws := r.busy(); len(ws) > 0 {
				if err = r.Kill(ws[0]); err == nil {
					_, err = r.Start()
				}
			}
		case 2:
			if err = r.Stop(r.Any()); err == nil {
				_, err = r.Start()
			}
		case 3:
			r.Proxy.Cut()
			r.Front.Cut()
		}
		if err != nil {
			return fmt.Errorf("round %d: %w", i, err)
		}
	}
	return nil
}
