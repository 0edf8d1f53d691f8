package poll

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"time"

	"go.uber.org/zap"

	"dateline/feed"
	"dateline/pipeline/wire"
)

// Producer stores records with acks=all: a *feed.Producer.
type Producer interface {
	Produce(ctx context.Context, records []feed.Record) error
}

// Options shape a Poller.
type Options struct {
	Dir         string        // of the state files
	Agent       string        // User-Agent: a name and how to reach who runs it
	MinInterval time.Duration // 0: MinInterval
	Parallel    int           // feeds asked at a time; 0: 16
	Limits      Limits
}

// pageTries is how often an item's page is asked for, poll by poll, before the
// item goes out as the feed has it.
const pageTries = 2

// Poller asks feeds.
type Poller struct {
	opt      Options
	producer Producer
	fetch    *fetcher
	log      *zap.Logger
	slots    chan struct{} // a token per feed being asked

	now  func() time.Time // tests
	mu   sync.Mutex       // of all below
	rand *rand.Rand
	runs map[string]*run // by URL
}

// run is one feed being asked again and again.
type run struct {
	feed   Feed
	cancel context.CancelFunc
	done   chan struct{}

	tries map[string]int // of pages that did not come, by key; of the loop alone

	state    State // a copy, without items
	rhythm   []time.Time
	polls    map[string]int64 // by result
	sent     int64
	refused  int64
	changed  int64           // of those sent: versions of known items
	reported map[string]bool // refusals told
}

// New prepares a poller, and the folder of its state.
func New(o Options, p Producer, log *zap.Logger) (*Poller, error) {
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("state of feeds: %w", err)
	}
	if o.MinInterval <= 0 {
		o.MinInterval = MinInterval
	}
	if o.Parallel <= 0 {
		o.Parallel = 16
	}
	return &Poller{opt: o, producer: p, fetch: newFetcher(o.Limits, o.Agent), log: log, slots: make(chan struct{}, o.Parallel),
		now: time.Now, rand: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())), runs: make(map[string]*run)}, nil
}

// Run asks the feeds of the list until ctx ends, then returns nil. lists, which
// may be nil, gives a new list whenever the list changes.
func (p *Poller) Run(ctx context.Context, list List, lists <-chan List) error {
	lock, err := feed.LockFolder(p.opt.Dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	defer p.fetch.close()
	p.follow(ctx, list)
	for {
		select {
		case list, ok := <-lists:
			if !ok {
				lists = nil
				continue
			}
			p.follow(ctx, list)
		case <-ctx.Done():
			p.follow(ctx, nil)
			return nil
		}
	}
}

// follow starts what is new in the list and stops what has left it.
func (p *Poller) follow(ctx context.Context, list List) {
	want := make(map[string]Feed, len(list))
	for _, f := range list {
		want[f.URL] = f
	}
	p.mu.Lock()
	var gone []*run
	for u, r := range p.runs {
		if f, ok := want[u]; ok && f == r.feed {
			delete(want, u)
			continue
		}
		gone = append(gone, r)
		delete(p.runs, u)
	}
	p.mu.Unlock()
	for _, r := range gone {
		r.cancel()
		<-r.done
	}
	for u, f := range want {
		if ctx.Err() != nil {
			return
		}
		inner, cancel := context.WithCancel(ctx)
		r := &run{feed: f, cancel: cancel, done: make(chan struct{}), polls: make(map[string]int64), reported: make(map[string]bool), tries: make(map[string]int)}
		p.mu.Lock()
		p.runs[u] = r
		p.mu.Unlock()
		go func() { // ends with its context; follow waits for it
			defer close(r.done)
			p.loop(inner, r)
		}()
	}
}

// loop asks one feed whenever it is due.
func (p *Poller) loop(ctx context.Context, r *run) {
	for ctx.Err() == nil {
		err := p.follows(ctx, r)
		if ctx.Err() != nil {
			return
		}
		// The items may be stored, the state is not: read it and ask again.
		p.log.Error("feed waits", zap.String("feed", r.feed.URL), zap.Error(err), zap.Duration("wait", troubleWait))
		sleep(ctx, troubleWait)
	}
}

// troubleWait is the pause after trouble with Kafka or the disk, which is no
// fault of the feed.
const troubleWait = 30 * time.Second

// follows asks from the state in the file on; it ends with trouble or with ctx.
func (p *Poller) follows(ctx context.Context, r *run) error {
	s, err := ReadState(p.opt.Dir, r.feed.URL)
	if err != nil {
		return err
	}
	p.publish(r, s)
	for {
		if !sleep(ctx, s.Next.Sub(p.now())) {
			return context.Cause(ctx)
		}
		select {
		case p.slots <- struct{}{}:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		err := p.visit(ctx, r, s)
		<-p.slots
		if err != nil {
			return err
		}
	}
}

// sleep waits; false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// visit asks the feed once, sends what is new and writes the state. The error
// is one of Kafka, the disk or ctx; then s is to be read anew.
func (p *Poller) visit(ctx context.Context, r *run, s *State) error {
	now := p.now()
	s.Asked = now
	a, err := p.ask(ctx, r, s, now)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	result := "unchanged"
	if err == nil && a.status == http.StatusOK {
		result = "read"
		err = p.take(ctx, r, s, a, now)
	} else if err == nil {
		s.Interval = interval(s.Interval, p.opt.MinInterval, 0, 0, 0, wants(a.header, 0, now))
	}
	var f *Failure
	switch {
	case errors.As(err, &f):
		result = "failed"
		p.failed(r, s, f, now)
	case err != nil:
		return err
	default:
		s.Failures, s.LastError, s.Dormant = 0, "", false
		s.Next = now.Add(p.jittered(s.Interval))
	}
	s.forget(now)
	if err := s.write(p.opt.Dir); err != nil {
		return err
	}
	p.mu.Lock()
	r.polls[result]++
	p.mu.Unlock()
	p.publish(r, s)
	return nil
}

func (p *Poller) jittered(d time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return after(d, p.rand)
}

// ask makes the request: a conditional one, but once a day, as some servers
// say "unchanged" wrongly.
func (p *Poller) ask(ctx context.Context, r *run, s *State, now time.Time) (*answer, error) {
	at := r.feed.URL
	if s.MovedTo != "" {
		at = s.MovedTo
	}
	if !r.feed.NoRobots {
		if err := p.fetch.allowed(ctx, at, now); err != nil {
			return nil, err
		}
	}
	head := http.Header{"Accept": {"application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"}}
	full := now.Sub(s.Full) >= fullEvery || s.ETag == "" && s.LastModified == ""
	if !full {
		if s.ETag != "" {
			head["If-None-Match"] = []string{s.ETag}
		}
		if s.LastModified != "" {
			head["If-Modified-Since"] = []string{s.LastModified}
		}
	}
	a, err := p.fetch.get(ctx, at, head, now)
	if err != nil {
		if s.MovedTo != "" && ctx.Err() == nil {
			s.MovedTo = "" // the next request goes where the list says
		}
		return a, err
	}
	if full && a.status == http.StatusNotModified {
		s.ETag, s.LastModified = "", ""
		return nil, &Failure{Weight: soft, Status: a.status, Err: errors.New("server answers 304 to a request without conditions")}
	}
	if full {
		s.Full = now
	}
	if a.moved != "" && a.status == http.StatusOK {
		s.MovedTo = a.moved
	}
	return a, nil
}

// take sends what is new in an answer. A *Failure says that the answer is no
// feed.
func (p *Poller) take(ctx context.Context, r *run, s *State, a *answer, now time.Time) error {
	d, err := split(a.body)
	if err != nil {
		s.ETag, s.LastModified, s.MovedTo = "", "", ""
		return &Failure{Weight: hard, Status: a.status, Err: err}
	}
	e := envelope(&r.feed, d, a, now)
	list, refused := entries(d, e)
	p.refuse(r, refused)
	if len(list) == 0 && len(d.items) > 0 {
		s.ETag, s.LastModified, s.MovedTo = "", "", ""
		return &Failure{Weight: hard, Status: a.status, Err: fmt.Errorf("none of %d items can be read: %w", len(d.items), refused[0])}
	}
	changed, switched := s.changes(list, now)
	if switched {
		p.log.Warn("feed gives its items new guids at every build; they are known by URL from now on", zap.String("feed", r.feed.URL))
	}
	waiting, err := p.send(ctx, r, s, e, changed, now)
	if err != nil {
		return err
	}
	// Validators of an answer that was not taken whole would hide the rest.
	s.ETag, s.LastModified = "", ""
	if !d.broken && !waiting {
		s.ETag, s.LastModified = a.header.Get("ETag"), a.header.Get("Last-Modified")
	}
	dates := make([]time.Time, 0, len(list))
	for _, n := range list {
		dates = append(dates, n.published)
	}
	s.Interval = interval(s.Interval, p.opt.MinInterval, len(list), len(changed), span(dates), wants(a.header, d.ttl, now))
	return nil
}

// send puts the changes on the topic and notes them. waiting says that pages of
// items did not come, which are to be asked for again.
func (p *Poller) send(ctx context.Context, r *run, s *State, e wire.Envelope, list []change, now time.Time) (waiting bool, err error) {
	var records []feed.Record
	var sent []change
	for _, c := range list {
		rec, later, err := p.record(ctx, r, s, e, c, now)
		switch {
		case ctx.Err() != nil:
			return false, context.Cause(ctx)
		case later:
			waiting = true
			continue
		case err != nil:
			p.refuse(r, []error{err})
			continue
		}
		records, sent = append(records, rec), append(sent, c)
	}
	err = p.producer.Produce(ctx, records)
	var partial *feed.PartialError
	if errors.As(err, &partial) {
		for _, cause := range partial.Failed {
			p.refuse(r, []error{cause})
		}
	} else if err != nil {
		return false, err
	}
	for i, c := range sent {
		seen := c.seen
		s.Items[c.key] = &seen
		if partial == nil || partial.Failed[i] == nil {
			s.Sent++
			s.Last = now
			p.mu.Lock()
			r.sent++
			if !c.fresh {
				r.changed++
			}
			p.mu.Unlock()
		}
	}
	return waiting, nil
}

// record is the record of a change: the item as the feed has it, or its page if
// that is asked for and comes. later says that the page did not come yet.
func (p *Poller) record(ctx context.Context, r *run, s *State, e wire.Envelope, c change, now time.Time) (rec feed.Record, later bool, err error) {
	if r.feed.FullText && c.entry.url != "" {
		a, err := p.page(ctx, r, c.entry.article.URL, now)
		if err == nil {
			if rec, err := c.page(e, a); err == nil {
				return rec, false, nil
			}
		}
		var f *Failure
		if errors.As(err, &f) && f.Weight < hard && !f.Robots && s.Items[c.key] == nil {
			if r.tries[c.key]++; r.tries[c.key] < pageTries {
				return rec, true, nil
			}
		}
		delete(r.tries, c.key)
	}
	rec, err = c.record(e)
	return rec, false, err
}

func (p *Poller) page(ctx context.Context, r *run, at string, now time.Time) (*answer, error) {
	if !r.feed.NoRobots {
		if err := p.fetch.allowed(ctx, at, now); err != nil {
			return nil, err
		}
	}
	return p.fetch.get(ctx, at, nil, now)
}

// refuse counts and tells what cannot be sent; the same thing once.
func (p *Poller) refuse(r *run, errs []error) {
	for _, err := range errs {
		p.mu.Lock()
		told := r.reported[err.Error()]
		if !told {
			r.refused++
		}
		r.reported[err.Error()] = true
		p.mu.Unlock()
		if !told {
			p.log.Warn("item refused", zap.String("feed", r.feed.URL), zap.Error(err))
		}
	}
}

// failed notes a failure and decides when to ask again.
func (p *Poller) failed(r *run, s *State, f *Failure, now time.Time) {
	s.Failures += f.Weight
	s.LastError = f.Error()
	was := s.Dormant
	s.Dormant = s.Dormant || f.Gone || s.Failures >= dormantAt
	every := s.Interval
	if every == 0 {
		every = StartInterval
	}
	wait := max(p.jittered(backoff(clamp(every, p.opt.MinInterval), s.Failures, s.Dormant)), f.Wait)
	if f.Status == http.StatusTooManyRequests {
		p.mu.Lock()
		wait += time.Duration(p.rand.Int64N(int64(time.Hour)))
		p.mu.Unlock()
	}
	s.Next = now.Add(wait)
	log := p.log.Warn
	if s.Dormant && !was {
		log = p.log.Error
	}
	log("feed failed", zap.String("feed", r.feed.URL), zap.String("source", r.feed.Source.ID), zap.Error(f), zap.Float64("failures", s.Failures),
		zap.Bool("dormant", s.Dormant), zap.Time("next", s.Next))
}

// publish copies what metrics show.
func (p *Poller) publish(r *run, s *State) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r.rhythm = s.arrivals()
	r.state = *s
	r.state.Items = nil
}
