package worker

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"dateline/config"
	"dateline/index"
	"dateline/pipeline/wire"
)

// causes are those of the holds, with their indices.
func causes(w *running) string {
	var out []string
	for _, h := range w.holds.list() {
		out = append(out, strings.Trim(h.Cause+" "+h.Index, " "))
	}
	return strings.Join(out, ", ")
}

// dead refuses an action for good.
func dead(index.Action) (index.Outcome, bool) {
	return index.Outcome{Result: index.Dead, Status: 400, Reason: "mapping", Detail: "document_parsing_exception: [word_count]"}, true
}

// TestBreakerHoldsWhenMostDies has a mapping that refuses every document: at
// most the breaker's window becomes dead letters, the rest waits and is stored
// once the mapping is mended.
func TestBreakerHoldsWhenMostDies(t *testing.T) {
	b, s := newBench(t, 2), &memory{item: dead}
	const n = 1200
	b.produce(envelopes(n)...)
	w := b.start(s, newPlain(t))
	until(t, "hold", func() bool { return causes(w) == "breaker" })
	if why := strings.Join(w.Ready(), "\n"); !strings.Contains(why, "of the last 500 documents") || !strings.Contains(why, "news.raw/") {
		t.Errorf("readiness does not say why: %q", why)
	}
	s.change(func() { s.item = nil })
	until(t, "all settled", func() bool { return b.committed() == n })
	until(t, "no hold", func() bool { return causes(w) == "" })
	letters := len(b.letters())
	if letters >= breakerWindow || letters+len(s.articles()) != n {
		t.Errorf("%d letters and %d articles of %d", letters, len(s.articles()), n)
	}
}

// TestBreakerOff lets everything die.
func TestBreakerOff(t *testing.T) {
	b, s := newBench(t, 2), &memory{item: dead}
	b.cfg.Worker.BreakerPercent = 0
	b.produce(envelopes(700)...)
	w := b.start(s, newPlain(t))
	until(t, "all settled", func() bool { return b.committed() == 700 })
	if c := w.Counts(); c.Settled[Dead] != 700 || causes(w) != "" {
		t.Errorf("counts %+v, holds %q", c, causes(w))
	}
}

// TestBreakerHoldsBadBulks has a store that refuses every request as bad, as
// one does that does not know a parameter: after two bulks nothing dies any
// more.
func TestBreakerHoldsBadBulks(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	b.cfg.Worker.Bulk.Docs = 8
	s.fault = func(a []index.Action) (index.Response, bool) { return respond(index.Bad, 400, len(a)) }
	b.produce(envelopes(100)...)
	w := b.start(s, newPlain(t))
	until(t, "hold", func() bool { return causes(w) == "breaker" })
	s.change(func() { s.fault = nil })
	until(t, "all settled", func() bool { return b.committed() == 100 })
	until(t, "no hold", func() bool { return causes(w) == "" })
	if n := len(b.letters()); n > 16 || n+len(s.articles()) != 100 {
		t.Errorf("%d letters and %d articles of 100; two bulks of eight may die before the hold", n, len(s.articles()))
	}
}

// TestBreakerWindow moves the share of dead documents over its bound and back.
func TestBreakerWindow(t *testing.T) {
	b := breaker{percent: 50}
	for i := range breakerWindow - 1 {
		if why := b.died(); why != "" {
			t.Fatalf("opens after %d documents: a window of %d was not seen", i+1, breakerWindow)
		}
	}
	b.stored(breakerWindow)
	for i := range breakerWindow/2 + 1 {
		if why := b.died(); (why != "") != (i == breakerWindow/2) {
			t.Fatalf("%d of the last %d dead: %q", i+1, breakerWindow, why)
		}
	}
	if b.opened() == "" || b.died() == "" || b.bad() == "" {
		t.Error("an open breaker holds nothing")
	}
	if !b.mended() || b.mended() || b.opened() != "" {
		t.Error("it does not close, or closes twice")
	}
	for range 2 {
		if b.bad() != "" {
			t.Error("two bad bulks open it")
		}
	}
	b.stored(1)
	for n := 1; n <= 3; n++ {
		if opens := b.bad() != ""; opens != (n == 3) {
			t.Errorf("bad bulk %d in a row opens it: %t", n, opens)
		}
	}
}

// TestHoldsByIndex: an index that the key may not write holds its own records
// and no others, names itself, and is cleared by itself alone.
func TestHoldsByIndex(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	forbidden := wire.ID("demo", "item-3")
	s.item = func(a index.Action) (index.Outcome, bool) {
		return index.Outcome{Result: index.Held, Status: 403, Reason: "forbidden"}, a.ID == forbidden
	}
	b.produce(envelopes(10)...)
	w := b.start(s, newPlain(t))
	until(t, "hold", func() bool { return strings.HasPrefix(causes(w), "refused dateline-articles-") })
	until(t, "the others", func() bool { return len(s.articles()) == 9 })
	if h := w.holds.list()[0]; h.Record != "news.raw/0/3" || !strings.Contains(h.Detail, "403") {
		t.Errorf("hold %+v", h)
	}
	s.change(func() { s.item = nil })
	until(t, "all settled", func() bool { return b.committed() == 10 })
	if causes(w) != "" {
		t.Errorf("holds %q", causes(w))
	}
}

// TestServerErrorForLong gives up a document that the store answers with 500
// for long while it takes a thousand others, and none before that.
func TestServerErrorForLong(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	b.cfg.Worker.ServerErrorAfter = 300 * time.Millisecond
	broken := wire.ID("demo", "item-0")
	s.item = func(a index.Action) (index.Outcome, bool) {
		return index.Outcome{Result: index.Unknown, Status: 500, Detail: "exception: shard"}, a.ID == broken
	}
	first := envelopes(hopelessOthers + 600) // some may pass before the broken one is first answered
	b.produce(first[:500]...)
	w := b.start(s, newPlain(t))
	until(t, "499 articles", func() bool { return len(s.articles()) == 499 })
	time.Sleep(2 * time.Second) // its time is over, too few others have passed
	if c := w.Counts(); c.Settled[Dead] != 0 || b.committed() != 0 {
		t.Fatalf("given up after %d others: %+v", len(s.articles()), c)
	}
	b.produce(first[500:]...)
	until(t, "all settled", func() bool { return b.committed() == int64(len(first)) })
	l := b.letters()
	if len(l) != 1 || header(l[0], "reason") != "server_error" || header(l[0], "status") != "500" || header(l[0], "doc-id") != broken {
		t.Errorf("letters %v", l)
	}
}

// TestServerErrorWaitsForever is the same with the rule off.
func TestServerErrorWaitsForever(t *testing.T) {
	s := &sender{passed: map[string]int64{"a": 10 * hopelessOthers}}
	u := &unit{broken: time.Now().Add(-time.Hour)}
	u.Index = "a"
	if s.hopeless(u, index.Outcome{Status: 500}) {
		t.Error("given up though the rule is off")
	}
	s.brokenAfter.Store(int64(time.Minute))
	if !s.hopeless(u, index.Outcome{Status: 500}) || s.hopeless(u, index.Outcome{Status: 429}) {
		t.Error("500 for an hour is given up, 429 is not")
	}
}

// TestSilentBulkIsSplit has a proxy that resets every request with one
// document in it: the others are stored, the one is named, and an operator can
// park it.
func TestSilentBulkIsSplit(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	b.cfg.Worker.Token = "order"
	bad := wire.ID("demo", "item-5")
	s.fault = func(as []index.Action) (index.Response, bool) {
		for _, a := range as {
			if a.ID == bad {
				return respond(index.Failed, 0, len(as))
			}
		}
		return index.Response{}, false
	}
	b.produce(envelopes(200)...)
	w := b.start(s, newPlain(t))
	until(t, "the others", func() bool { return len(s.articles()) == 199 })
	until(t, "hold", func() bool { return strings.HasPrefix(causes(w), "no_answer dateline-articles-") })
	h := w.holds.list()[0]
	if h.Record != "news.raw/0/5" {
		t.Errorf("hold %+v", h)
	}
	if status, text := order(t, w, h.Record, "order"); status != http.StatusOK {
		t.Fatalf("park: %d %s", status, text)
	}
	until(t, "all settled", func() bool { return b.committed() == 200 })
	l := b.letters()
	if len(l) != 1 || header(l[0], "reason") != "operator" || header(l[0], "offset") != "5" {
		t.Errorf("letters %v", l)
	}
}

// TestSilentServerIsNotSplit: as long as the server is not well, bulks are
// repeated whole.
func TestSilentServerIsNotSplit(t *testing.T) {
	b, s := newBench(t, 1), &memory{sick: true}
	smallest := 1 << 30
	requests := 0
	s.fault = func(as []index.Action) (index.Response, bool) {
		requests++
		smallest = min(smallest, len(as))
		return respond(index.Failed, 0, len(as))
	}
	b.cfg.Worker.Bulk.Docs = 50
	b.cfg.Worker.Bulk.Linger = time.Second
	b.produce(envelopes(50)...)
	w := b.start(s, newPlain(t))
	until(t, "six requests", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return requests >= 6
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	if smallest != 50 {
		t.Errorf("a bulk of 50 was cut to %d while the server did not answer at all", smallest)
	}
	if causes(w) != "" {
		t.Errorf("holds %q", causes(w))
	}
}

// order sends a park order.
func order(t *testing.T, w *running, record, token string) (status int, text string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, "http://"+w.Addr()+"/park?record="+record, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var b strings.Builder
	if _, err := fmt.Fprint(&b, resp.Header.Get("Content-Type")); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 1024)
	n, _ := resp.Body.Read(buf)
	return resp.StatusCode, b.String() + " " + string(buf[:n])
}

// TestLateEndOfAGeneration: the function of a generation that ended before it
// was started comes to its end beside the next generation, which stays joined.
func TestLateEndOfAGeneration(t *testing.T) {
	var l Ledger
	old, now := []*Ring{NewRing(&l, "t", 0, 0)}, []*Ring{NewRing(&l, "t", 0, 0)}
	g := &group{rings: now, joined: true}
	g.left(old)
	if joined, rings := g.state(); !joined || len(rings) != 1 || rings[0] != now[0] {
		t.Error("the end of an old generation took the new one away")
	}
	g.left(now)
	if joined, rings := g.state(); joined || rings != nil {
		t.Error("a generation that has ended is still joined")
	}
}

func TestPark(t *testing.T) {
	b, s := newBench(t, 1), &memory{}
	s.fault = func(a []index.Action) (index.Response, bool) { return respond(index.Refused, 401, len(a)) }
	b.produce(envelopes(5)...)
	w := b.start(s, newPlain(t))
	until(t, "hold", func() bool { return causes(w) == "refused" })
	ask := func(record, token string, want int) {
		t.Helper()
		if status, text := order(t, w, record, token); status != want {
			t.Errorf("park %s with %q: %d %s, want %d", record, token, status, text, want)
		}
	}
	ask("news.raw/0/2", "", http.StatusForbidden) // no token is configured
	limits := w.cfg.Worker
	limits.Token = "secret"
	w.Reload(limits) // the token is taken while the worker runs
	ask("news.raw/0/2", "", http.StatusUnauthorized)
	ask("news.raw/0/2", "wrong", http.StatusUnauthorized)
	ask("news.raw/0", "secret", http.StatusBadRequest)
	ask("news.raw/0/-1", "secret", http.StatusBadRequest)
	ask("news.raw/1/2", "secret", http.StatusNotFound)
	ask("news.raw/0/99", "secret", http.StatusNotFound)
	if n := len(b.letters()); n != 0 {
		t.Fatalf("%d letters before any order was right", n)
	}
	ask("news.raw/0/2", "secret", http.StatusOK)
	ask("news.raw/0/2", "secret", http.StatusNotFound) // settled
	l := b.letters()
	if len(l) != 1 || header(l[0], "reason") != "operator" || header(l[0], "offset") != "2" {
		t.Fatalf("letters %v", l)
	}
	s.change(func() { s.fault = nil })
	until(t, "all settled", func() bool { return b.committed() == 5 })
	if n := len(s.articles()); n != 4 {
		t.Errorf("%d articles, want 4", n)
	}
}

// TestParkMeetsADeadTopic: the letter cannot be written yet, and the answer
// says so.
func TestParksKnowWhatTheyDid(t *testing.T) {
	var p parks
	r := &Record{}
	r.Topic, r.Partition, r.Offset = "t", 1, 7
	if p.obey(r) {
		t.Error("obeyed without an order")
	}
	p.order(place(r))
	if p.withdraw(place(r)) {
		t.Error("an order that nobody saw was obeyed")
	}
	p.order(place(r))
	if !p.obey(r) || !p.withdraw(place(r)) || p.obey(r) {
		t.Error("an order is obeyed until it is withdrawn")
	}
}

// TestTooLargeIsRemembered has a proxy that refuses bulks above a size: after
// the first one the bulks are small enough, and they grow back when it is gone.
func TestTooLargeIsRemembered(t *testing.T) {
	const allowed = 40_000
	s, refused, largest := &memory{}, 0, 0
	s.fault = func(as []index.Action) (index.Response, bool) {
		n := 0
		for _, a := range as {
			n += len(a.Source) + actionOverhead
		}
		largest = max(largest, n)
		if n > allowed {
			refused++
			return respond(index.TooLarge, 413, len(as))
		}
		return index.Response{}, false
	}
	b := newBench(t, 1)
	b.cfg.Worker.Bulk.Linger = time.Second
	const n = 3000
	b.produce(envelopes(n)...)
	w := b.start(s, newPlain(t))
	until(t, "all settled", func() bool { return b.committed() == n })
	// 3000 envelopes are some 2 MB: without a memory each bulk of 1000 would
	// be refused on every level of halving. With it most pass at once.
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.docs) != n || len(b.letters()) != 0 {
		t.Errorf("%d documents, %d letters", len(s.docs), len(b.letters()))
	}
	if now := w.batch.size.bytes(); now > 2*allowed {
		t.Errorf("bulks of %d bytes are still tried, %d pass", now, allowed)
	}
	t.Logf("%d refused, largest %d, now %d", refused, largest, w.batch.size.bytes())
}

func TestBulkSize(t *testing.T) {
	z := bulkSize{most: 1 << 20}
	z.grow(1 << 20)
	if z.bytes() != 1<<20 {
		t.Error("grew above the configured size")
	}
	z.shrink(100)
	if z.bytes() != sizeLeast {
		t.Errorf("%d: one tiny article is not a size", z.bytes())
	}
	z.shrink(100_000)
	z.grow(10_000) // says nothing about 100,000
	if z.bytes() != 100_000 {
		t.Errorf("%d after a small bulk", z.bytes())
	}
	z.grow(95_000)
	if z.bytes() != 105_000 {
		t.Errorf("%d after a full bulk", z.bytes())
	}
	for range 100 {
		z.grow(1 << 20)
	}
	if z.bytes() != 1<<20 {
		t.Errorf("%d: it never comes back", z.bytes())
	}
}

// TestRetryPace checks that an item that is busy alone waits ever longer, up to
// two seconds, and that nothing gives it up.
func TestRetryPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memory{item: func(index.Action) (index.Outcome, bool) { return index.Outcome{Status: 429}, true }}
		ledger := &Ledger{}
		ring := NewRing(ledger, "t", 0, 0)
		seq, _ := ring.Track(0, 1)
		u := &unit{job: &job{rec: &Record{ring: ring, budget: NewBudget(1), seq: seq}}}
		s := &sender{store: store, limit: newLimiter(1), batch: newBatcher(config.Default().Worker.Bulk, newLimiter(1), 1),
			holds: &holds{}, parks: &parks{}, metrics: newMetrics(), log: zap.NewNop(), docs: 100}
		begin := time.Now()
		for i := range 20 {
			s.request(context.Background(), []*unit{u})
			wait := time.Until(u.due)
			if most := min(retryMax, retryMin<<min(i, 10)); wait < most/2 || wait > most {
				t.Errorf("try %d waits %v, want %v to %v", i, wait, most/2, most)
			}
			time.Sleep(wait)
		}
		if since := time.Since(begin); since < 15*time.Second || ring.Idle() {
			t.Errorf("20 tries in %v, settled %v", since, ring.Idle())
		}
	})
}
