package worker

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/segmentio/kafka-go"
	"go.uber.org/zap"

	"dateline/config"
	"dateline/internal/broker"
	"dateline/internal/tracing"
)

// group takes part in the consumer group: it joins, reads what it is assigned,
// commits what is settled, and on revocation drains, commits and fences, in
// that order.
type group struct {
	client  *broker.Client
	cfg     config.Kafka
	limits  config.Worker
	log     *zap.Logger
	ledger  *Ledger
	budget  *Budget
	holds   *holds
	yield   *yield          // nil in a live worker
	tracer  *tracing.Tracer // nil without tracing
	records chan<- *Record
	// flush sends what the batcher holds at once; outage says that waiting
	// for the store is pointless.
	flush  func()
	outage func() bool
	dealer dealer

	mu      sync.Mutex
	rings   []*Ring // of the current generation; guarded by mu
	joined  bool    // guarded by mu
	commits int     // consecutive failed commits; guarded by mu
}

// dealer divides the partitions among the group's members, in the one member
// that the coordinator made the leader, and remembers how many there were. Whoever
// counts them when the generation starts (as kafka-go does) and compares with that
// never notices those that were added while the group was formed.
type dealer struct {
	kafka.GroupBalancer
	dealt atomic.Int64 // one more than the partitions of the last deal; 0 if it was seen to, or never dealt
}

// AssignGroups implements [kafka.GroupBalancer].
func (d *dealer) AssignGroups(members []kafka.GroupMember, partitions []kafka.Partition) kafka.GroupMemberAssignments {
	d.dealt.Store(int64(len(partitions)) + 1)
	return d.GroupBalancer.AssignGroups(members, partitions)
}

// commitAlarm is after how many failed commits in a row the log says so as an
// error: one failure is repeated at the next tick.
const commitAlarm = 5

// drainPoll is how often a draining generation is looked at.
const drainPoll = 5 * time.Millisecond

// run joins generation after generation until ctx ends, then leaves the group.
func (g *group) run(ctx context.Context) error {
	cg, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{
		ID: g.cfg.Group, Brokers: g.cfg.Brokers, Dialer: g.client.Dialer, Topics: []string{g.cfg.Topic},
		GroupBalancers:    []kafka.GroupBalancer{&g.dealer},
		HeartbeatInterval: g.cfg.HeartbeatInterval, SessionTimeout: g.cfg.SessionTimeout,
		RebalanceTimeout: g.cfg.RebalanceTimeout, JoinGroupBackoff: g.cfg.JoinBackoff,
		StartOffset: kafka.FirstOffset, Timeout: g.cfg.CommitTimeout,
	})
	if err != nil {
		return err
	}
	// Close leaves the group: it ends the generation, waits for its function
	// (drain, commit, fence) and says goodbye to the coordinator.
	closed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(closed)
		if err := cg.Close(); err != nil {
			g.log.Warn("group was not left cleanly", zap.Error(err))
		}
	})
	var graves sync.WaitGroup
	defer graves.Wait()
	member := ""
	var said time.Time // when a failure was last told
	for {
		gen, err := cg.Next(ctx)
		switch {
		case ctx.Err() != nil:
			if stop() { // cannot happen: ctx has ended
				cg.Close()
			} else {
				<-closed
			}
			return nil
		case errors.Is(err, kafka.ErrGroupClosed):
			return err
		case err != nil:
			// A broker bounce gives a dozen of these in three seconds. Next
			// must be called again, or the group stands still.
			g.setJoined(false)
			if now := time.Now(); now.Sub(said) >= joinSaid {
				g.log.Warn("group is joined again", zap.Error(err))
				said = now
			}
			if member != "" && !errors.Is(err, kafka.RebalanceInProgress) { // then it stays a member
				lost := member
				graves.Go(func() { g.bury(ctx, lost) })
				member = ""
			}
			continue
		}
		member = gen.MemberID
		gen.Start(func(ctx context.Context) { g.generation(ctx, gen) })
		if n := g.dealer.dealt.Swap(0); n > 0 {
			gen.Start(func(ctx context.Context) { g.watch(ctx, int(n-1)) })
		}
	}
}

// joinSaid is the least time between two messages that the group is joined again:
// while the broker is away every try fails at once.
const joinSaid = 5 * time.Second

// buryEvery is how often a goodbye is tried that the broker does not hear.
const buryEvery = 500 * time.Millisecond

// bury takes a member out of the group that the library has given up. It says
// goodbye itself, once, in vain if the broker is away: which then, when it is
// back, waits a whole session for that member before it lets the new one in.
func (g *group) bury(ctx context.Context, member string) {
	c := g.client.Kafka(g.cfg.CommitTimeout)
	for ctx.Err() == nil {
		try, cancel := context.WithTimeout(ctx, g.cfg.CommitTimeout)
		r, err := c.LeaveGroup(try, &kafka.LeaveGroupRequest{GroupID: g.cfg.Group, Members: []kafka.LeaveGroupRequestMember{{ID: member}}})
		cancel()
		if err == nil {
			err = r.Error
			for _, m := range r.Members {
				err = errors.Join(err, m.Error)
			}
		}
		g.log.Debug("a lost member leaves the group", zap.String("member", member), zap.Error(err))
		if err == nil || errors.Is(err, kafka.UnknownMemberId) {
			return
		}
		sleep(ctx, buryEvery)
	}
}

func (g *group) setJoined(on bool) {
	g.mu.Lock()
	g.joined = on
	if !on {
		g.rings = nil
	}
	g.mu.Unlock()
}

// left notes that a generation has ended, unless another one is there already:
// a function that is started after its generation's end runs beside the next.
func (g *group) left(rings []*Ring) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.rings) != len(rings) || len(rings) > 0 && g.rings[0] != rings[0] {
		return
	}
	g.joined, g.rings = false, nil
}

// state is whether the group is joined, and its rings.
func (g *group) state() (joined bool, rings []*Ring) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.joined, g.rings
}

// generation owns all fetchers of one generation and its commits. It is the
// only function that the generation runs beside kafka-go's own heartbeat, which
// stops with ctx: draining, commit and all must end inside the session.
func (g *group) generation(ctx context.Context, gen *kafka.Generation) {
	log := g.log.With(zap.Int32("generation", gen.ID))
	var rings []*Ring
	var fetchers sync.WaitGroup
	for topic, parts := range gen.Assignments {
		for _, p := range parts {
			committed := p.Offset
			if committed < 0 {
				committed = -1
			}
			r := NewRing(g.ledger, topic, p.ID, committed)
			rings = append(rings, r)
			f := &fetcher{client: g.client, cfg: g.cfg, limits: g.limits, ledger: g.ledger, budget: g.budget, holds: g.holds, yield: g.yield, tracer: g.tracer,
				ring: r, out: g.records, log: g.log.Named("fetch").With(zap.String("topic", topic), zap.Int("partition", p.ID))}
			fetchers.Go(func() { f.run(ctx, p.Offset) })
		}
	}
	log.Info("generation starts", zap.Int("partitions", len(rings)))
	g.mu.Lock()
	g.joined, g.rings, g.commits = true, rings, 0
	g.mu.Unlock()

	g.commitLoop(ctx, gen, rings)
	g.revoke(log, gen, rings, &fetchers)
	g.left(rings)
}

// watch looks whether the topic still has as many partitions as were dealt. Its
// return ends the generation, and as only the leader watches, for all members:
// they join again, and all partitions are dealt anew.
func (g *group) watch(ctx context.Context, dealt int) {
	for sleep(ctx, g.cfg.MetadataInterval) {
		try, cancel := context.WithTimeout(ctx, g.cfg.CommitTimeout)
		n, err := g.client.Partitions(try, g.cfg.Topic)
		cancel()
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			g.log.Debug("partitions are counted again", zap.Error(err))
		case n != dealt:
			g.log.Info("the topic's partitions are dealt anew", zap.String("topic", g.cfg.Topic), zap.Int("dealt", dealt), zap.Int("found", n))
			return
		}
	}
}

// commitLoop commits at each interval, or as soon as enough was settled.
func (g *group) commitLoop(ctx context.Context, gen *kafka.Generation, rings []*Ring) {
	tick := time.NewTicker(g.cfg.CommitInterval)
	defer tick.Stop()
	// A look ten times an interval is cheap and keeps the number of offsets
	// at risk of redelivery near commit_every.
	often := time.NewTicker(max(g.cfg.CommitInterval/10, time.Millisecond))
	defer often.Stop()
	var settled int64
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-often.C:
			n := progress(rings)
			if n-settled < int64(g.cfg.CommitEvery) {
				continue
			}
		}
		settled = progress(rings)
		g.commit(gen, rings)
	}
}

func progress(rings []*Ring) (n int64) {
	for _, r := range rings {
		n += r.State().Progress
	}
	return n
}

// commit writes what may be committed, one request per topic, only upwards and
// only through the generation that delivered the records: a broker checks the
// member and its generation but never who owns a partition.
func (g *group) commit(gen *kafka.Generation, rings []*Ring) {
	type want struct {
		ring   *Ring
		offset int64
	}
	topics := make(map[string][]want)
	for _, r := range rings {
		if o, ok := r.Committable(); ok {
			topics[r.Topic] = append(topics[r.Topic], want{r, o})
		}
	}
	for topic, ws := range topics {
		offsets := make(map[int]int64, len(ws))
		for _, w := range ws {
			offsets[w.ring.Partition] = w.offset
		}
		err := gen.CommitOffsets(map[string]map[int]int64{topic: offsets})
		g.mu.Lock()
		if err != nil {
			g.commits++
		} else {
			g.commits = 0
		}
		failed := g.commits
		g.mu.Unlock()
		if err != nil {
			level := zap.WarnLevel
			if failed >= commitAlarm {
				level = zap.ErrorLevel
			}
			g.log.Log(level, "offsets were not committed; they are repeated", zap.String("topic", topic), zap.Int("failures", failed), zap.Error(err))
			continue
		}
		for _, w := range ws {
			w.ring.Committed(w.offset)
		}
	}
}

// revoke ends a generation: flush and wait for what is in flight, commit, and
// fence the rest, which the next owner reads again. Nothing settles after the
// fence, and nothing is settled without being counted.
func (g *group) revoke(log *zap.Logger, gen *kafka.Generation, rings []*Ring, fetchers *sync.WaitGroup) {
	start := time.Now()
	fetchers.Wait()
	g.flush()
	deadline := start.Add(g.cfg.DrainTimeout)
	for !idle(rings) && time.Now().Before(deadline) && !g.outage() {
		time.Sleep(drainPoll)
	}
	g.commit(gen, rings)
	var records int
	for _, r := range rings {
		n, bytes := r.Fence()
		g.budget.Give(bytes)
		records += n
	}
	// What was settled between the commit and the fence is committed too, or the
	// next owner would do it again. The fence has frozen the rings, and the
	// generation lasts until this function returns.
	g.commit(gen, rings)
	g.holds.release()
	log.Info("generation ends", zap.Int("abandoned", records), zap.Duration("drained_in", time.Since(start)))
}

func idle(rings []*Ring) bool {
	for _, r := range rings {
		if !r.Idle() {
			return false
		}
	}
	return true
}
