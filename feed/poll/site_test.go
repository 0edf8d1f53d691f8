package poll

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"dateline/config"
	"dateline/feed"
	"dateline/pipeline/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const topic = "news.raw"

var morning = time.Date(2025, 3, 10, 8, 0, 0, 0, time.UTC)

// site is a feed server that behaves as its script says.
type site struct {
	*httptest.Server
	mu     sync.Mutex
	answer http.HandlerFunc
	robots string
	asked  []*http.Request // but for robots.txt
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		answer, robots := s.answer, s.robots
		if r.URL.Path != "/robots.txt" {
			s.asked = append(s.asked, r)
		}
		s.mu.Unlock()
		switch {
		case r.URL.Path != "/robots.txt":
			answer(w, r)
		case robots == "":
			http.NotFound(w, r)
		default:
			io.WriteString(w, robots)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// says sets what the site answers from now on.
func (s *site) says(h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = h
}

// serves sets a document.
func (s *site) serves(doc string, header ...string) {
	s.says(func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		io.WriteString(w, doc)
	})
}

func (s *site) requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// bench is a poller on a clock of its own, one feed, and a broker.
type bench struct {
	t       *testing.T
	p       *Poller
	r       *run
	s       *State
	now     time.Time
	brokers []string
}

func newBench(t *testing.T, f Feed, limits Limits) *bench {
	t.Helper()
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, topic))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	k := config.Default().Kafka
	k.Brokers, k.Topic = c.ListenAddrs(), topic
	producer, err := feed.NewProducer(k, feed.ProducerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(producer.Close)
	limits.AllowPrivate, limits.HostDelay = true, time.Nanosecond
	p, err := New(Options{Dir: t.TempDir(), Agent: "dateline-test/1 (+https://desk.example/bot)", Limits: limits}, producer, zaptest.NewLogger(t, zaptest.Level(zap.DPanicLevel)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.fetch.close)
	if f.Source.ID == "" {
		f.Source.ID = "ledger"
	}
	b := &bench{t: t, p: p, now: morning, brokers: k.Brokers,
		r: &run{feed: f, polls: make(map[string]int64), reported: make(map[string]bool), tries: make(map[string]int)}}
	p.now = func() time.Time { return b.now }
	b.restart()
	return b
}

// restart forgets what is not on the disk, as a killed process does.
func (b *bench) restart() {
	b.t.Helper()
	s, err := ReadState(b.p.opt.Dir, b.r.feed.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	b.s = s
}

// poll asks once, when the feed is due, and gives the keys on the topic since
// the time before.
func (b *bench) poll() {
	b.t.Helper()
	if b.s.Next.After(b.now) {
		b.now = b.s.Next
	}
	if err := b.p.visit(b.t.Context(), b.r, b.s); err != nil {
		b.t.Fatal(err)
	}
}

// polls asks for that long.
func (b *bench) polls(d time.Duration) (n int) {
	b.t.Helper()
	for end := b.now.Add(d); b.s.Next.Before(end); n++ {
		b.poll()
	}
	return n
}

// stored reads the topic: the envelopes, in order.
func (b *bench) stored() (out []*wire.Envelope) {
	b.t.Helper()
	conn, err := kafka.DialLeader(context.Background(), "tcp", b.brokers[0], topic, 0)
	if err != nil {
		b.t.Fatal(err)
	}
	defer conn.Close()
	last, err := conn.ReadLastOffset()
	if err != nil {
		b.t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	for next := int64(0); next < last; {
		batch := conn.ReadBatchWith(kafka.ReadBatchConfig{MinBytes: 1, MaxBytes: 32 << 20, MaxWait: 100 * time.Millisecond})
		for {
			m, err := batch.ReadMessage()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					b.t.Fatal(err)
				}
				break
			}
			e, err := wire.DecodeEnvelope(m.Value)
			if err != nil {
				b.t.Fatal(err)
			}
			if string(m.Key) != e.SourceID+"/"+e.ItemID {
				b.t.Errorf("key %s of item %s", m.Key, e.ItemID)
			}
			out = append(out, e)
		}
		next = batch.Offset()
		batch.Close()
	}
	return out
}

// sent is the topic as the worker reads it: "item title" for each record.
func (b *bench) sent() (out []string) {
	b.t.Helper()
	for _, e := range b.stored() {
		a, err := wire.Parse(e, wire.Options{})
		if err != nil {
			b.t.Fatalf("%s: %v", e.ItemID, err)
		}
		out = append(out, e.ItemID+" "+a.Title)
	}
	return out
}

// rssItem is an item with a guid, a link and a date of n hours before morning.
func rssItem(guid, link, title, text string, n int) string {
	g := ""
	if guid != "" {
		g = "<guid isPermaLink=\"false\">" + guid + "</guid>"
	}
	return fmt.Sprintf("<item>%s<link>%s</link><title>%s</title><description>%s</description><dc:creator>Ann Lee</dc:creator><pubDate>%s</pubDate></item>\n",
		g, link, title, text, morning.Add(-time.Duration(n)*time.Hour).Format(time.RFC1123Z))
}

func rss(items ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harbour Ledger</title><language>en-gb</language>
` + strings.Join(items, "") + `</channel></rss>`
}

// ferries are three items.
func ferries() []string {
	return []string{
		rssItem("hl-1", "https://ledger.example/1?utm_source=rss", "Ferry leaves", "It sailed at noon.", 3),
		rssItem("hl-2", "https://ledger.example/2", "Ferry returns", "It came back at night.", 2),
		rssItem("hl-3", "https://ledger.example/3", "Ferry rests", "It lies at its berth.", 1),
	}
}

func mustParse(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
