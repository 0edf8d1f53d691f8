package poll

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"dateline/feed"
	"dateline/pipeline/wire"
)

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// TestItems follows a feed through its life: new items once each, oldest first,
// a changed one as a version of itself, moved dates and lost items not at all.
func TestItems(t *testing.T) {
	site := newSite(t)
	b := newBench(t, Feed{URL: site.URL + "/rss", Source: feed.Source{ID: "ledger", Timezone: "Europe/Warsaw"}}, Limits{})
	f := ferries()
	site.serves(rss(f[2], f[0], f[1]), "ETag", `W/"a b"`, "Last-Modified", "around nine")
	b.poll()
	want := []string{"hl-1 Ferry leaves", "hl-2 Ferry returns", "hl-3 Ferry rests"}
	same(t, "first", b.sent(), want)
	e := b.stored()[0]
	if e.Format != "rss" || e.SourceID != "ledger" || e.FeedURL != site.URL+"/rss" || e.HTTP.ETag != `W/"a b"` || e.Hints.TZ != "Europe/Warsaw" ||
		!e.FirstSeen.Equal(morning.Add(-3*time.Hour)) || !e.VersionTime.Equal(e.FirstSeen) || !e.ReceivedAt.Equal(morning) {
		t.Errorf("envelope %+v", e)
	}
	if n := strings.Count(string(e.Data), "<item>"); n != 1 || !strings.Contains(string(e.Data), "Harbour Ledger") || !strings.Contains(string(e.Data), "utm_source") {
		t.Errorf("payload is not one item in its feed as it came: %s", e.Data)
	}

	site.says(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotModified) })
	b.poll()
	if r := site.requests()[1]; r.Header.Get("If-None-Match") != `W/"a b"` || r.Header.Get("If-Modified-Since") != "around nine" || !strings.Contains(r.Header.Get("User-Agent"), "desk.example") {
		t.Errorf("conditions %v", r.Header)
	}
	same(t, "unchanged", b.sent(), want)

	moved := rssItem("hl-1", "https://ledger.example/1?utm_source=other", "Ferry leaves", "It sailed at noon.", 0) // another date, other tracking
	site.serves(rss(moved, rssItem("hl-2", "https://ledger.example/2", "Ferry returns", "It came back at midnight.", 2)))
	b.poll()
	want = append(want, "hl-2 Ferry returns")
	same(t, "changed", b.sent(), want)
	if e := b.stored()[3]; !e.VersionTime.Equal(b.now.Truncate(time.Millisecond)) || !e.FirstSeen.Equal(morning.Add(-2*time.Hour)) {
		t.Errorf("version of %v, first seen %v", e.VersionTime, e.FirstSeen)
	}
	site.serves(rss(f[2])) // back in the feed, as it was
	b.poll()
	same(t, "back", b.sent(), want)
}

// TestKilled reads the state again after each poll of which the state was not
// written: the same records go out again, under the same ids and revisions.
func TestKilled(t *testing.T) {
	site := newSite(t)
	b := newBench(t, Feed{URL: site.URL}, Limits{})
	site.serves(rss(ferries()...))
	b.poll()
	if err := os.Remove(filepath.Join(b.p.opt.Dir, stateName(b.r.feed.URL))); err != nil {
		t.Fatal(err)
	}
	b.restart()
	b.poll()
	all := b.stored()
	if len(all) != 6 {
		t.Fatalf("%d records, want 6", len(all))
	}
	for i := range 3 {
		if all[i].ItemID != all[i+3].ItemID || !all[i].VersionTime.Equal(all[i+3].VersionTime) || string(all[i].Data) != string(all[i+3].Data) {
			t.Errorf("record %d sent again differs", i)
		}
	}
	b.restart()
	b.poll()
	if n := len(b.stored()); n != 6 {
		t.Errorf("%d records after a state that was written, want 6", n)
	}
	if err := os.WriteFile(filepath.Join(b.p.opt.Dir, stateName(b.r.feed.URL)), []byte(`{"url":`), 0o644); err != nil {
		t.Fatal(err)
	}
	b.restart() // a broken file costs a re-send
	b.poll()
	if n := len(b.stored()); n != 9 {
		t.Errorf("%d records after a broken state, want 9", n)
	}
}

// TestFormats cuts the other formats.
func TestFormats(t *testing.T) {
	for name, c := range map[string]struct {
		doc  string
		want []string
	}{
		"atom": {`<feed xmlns="http://www.w3.org/2005/Atom"><title>Ledger</title><entry><id>tag:l,1</id><title>One &amp;amp; all</title><content type="html"><![CDATA[<p>a </entry> b</p>]]></content><updated>2025-03-09T10:00:00Z</updated></entry>
			<!-- <entry> --><entry><id>tag:l,2</id><title>Two</title><link href="https://l.example/2"/><summary>x</summary><updated>2025-03-09T11:00:00Z</updated></entry></feed>`, []string{"tag:l,1 One & all", "tag:l,2 Two"}},
		"rdf": {`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>L</title><items><rdf:Seq><rdf:li resource="y"/></rdf:Seq></items></channel>
			<item rdf:about="y"><title>Old form</title><link>https://l.example/y</link><description>d</description></item></rdf:RDF>`, []string{"https://l.example/y Old form"}},
		"jsonfeed":               {`{"version":"https://jsonfeed.org/version/1.1","title":"L","items":[{"id":"1","content_text":"a b c","title":"J one"},{"id":"2","url":"https://l.example/j2","content_html":"<p>t</p>","title":"J two"}]}`, []string{"1 J one", "2 J two"}},
		"latin":                  {"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><rss><channel><item><guid>g</guid><title>F\xe4hre \x96 zur\xfcck</title></item></channel></rss>", []string{"g Fähre – zurück"}},
		"no id":                  {`<rss><channel><item><title>Only a title</title></item></channel></rss>`, []string{feed.ItemID("", "Only a title", "") + " Only a title"}},
		"self-closing and empty": {`<rss><channel><item/><item><title>T</title><guid>g</guid></item><item></item></channel></rss>`, []string{"g T"}},
	} {
		t.Run(name, func(t *testing.T) {
			site := newSite(t)
			b := newBench(t, Feed{URL: site.URL}, Limits{})
			site.serves(c.doc)
			b.poll()
			same(t, "sent", b.sent(), c.want)
			b.poll()
			same(t, "sent twice", b.sent(), c.want)
		})
	}
	// UTF-16, as some Windows servers send it.
	doc := "<?xml version=\"1.0\" encoding=\"utf-16\"?>" + rss(rssItem("g", "https://l.example/g", "Zażółć", "x", 1))[len(`<?xml version="1.0" encoding="UTF-8"?>`):]
	wide := []byte("\xff\xfe")
	for _, r := range doc {
		wide = append(wide, byte(r), byte(r>>8))
	}
	site := newSite(t)
	b := newBench(t, Feed{URL: site.URL}, Limits{})
	site.serves(string(wide))
	b.poll()
	same(t, "UTF-16", b.sent(), []string{"g Zażółć"})
}

// TestWrongCharset believes the bytes, not the label.
func TestWrongCharset(t *testing.T) {
	site := newSite(t)
	b := newBench(t, Feed{URL: site.URL}, Limits{})
	site.serves(rss(rssItem("g", "https://l.example/g", "Prom wróci o świcie", "Żadnych ofiar.", 1)), "Content-Type", "text/xml; charset=iso-8859-1")
	b.poll()
	same(t, "sent", b.sent(), []string{"g Prom wróci o świcie"})
	if e := b.stored()[0]; e.Charset != "iso-8859-1" {
		t.Errorf("the label was corrected to %q", e.Charset)
	}
}

// TestLyingValidators: an ETag that changes though nothing else does repeats
// nothing; one that stays, with 304 for answer, hides an item for a day at most.
func TestLyingValidators(t *testing.T) {
	site := newSite(t)
	b := newBench(t, Feed{URL: site.URL}, Limits{})
	n := 0
	site.says(func(w http.ResponseWriter, _ *http.Request) {
		n++
		w.Header().Set("ETag", fmt.Sprintf(`"%d"`, n))
		io.WriteString(w, rss(ferries()...))
	})
	if polls := b.polls(48 * time.Hour); polls < 3 {
		t.Errorf("%d polls in two days", polls)
	}
	if got := len(b.stored()); got != 3 {
		t.Errorf("%d records, want 3", got)
	}

	site.says(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"one for all"`)
		if r.Header.Get("If-None-Match") != "" || r.Header.Get("If-Modified-Since") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		io.WriteString(w, rss(rssItem("hl-9", "https://ledger.example/9", "Hidden", "x", 1)))
	})
	from := b.now
	b.polls(26 * time.Hour) // a day and one jitter
	if got := b.sent(); !strings.HasSuffix(got[len(got)-1], "Hidden") {
		t.Errorf("after %v the hidden item is not there: %q", b.now.Sub(from), got)
	}
}

// TestNotModifiedForEver is a server that says 304 whatever it is asked.
func TestNotModifiedForEver(t *testing.T) {
	site := newSite(t)
	b := newBench(t, Feed{URL: site.URL}, Limits{})
	site.says(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	b.poll()
	if b.s.Failures == 0 || !strings.Contains(b.s.LastError, "304") {
		t.Errorf("failures %v, %q", b.s.Failures, b.s.LastError)
	}
	b.polls(72 * time.Hour)
	for _, r := range site.requests() {
		if r.Header.Get("If-None-Match")+r.Header.Get("If-Modified-Since") != "" {
			t.Fatal("asked with conditions it has from nowhere")
		}
	}
	site.serves(rss(ferries()...))
	b.poll()
	if len(b.stored()) != 3 || b.s.Failures != 0 {
		t.Errorf("%d records, %v failures once it is well", len(b.stored()), b.s.Failures)
	}
}

// TestTooManyRequests never asks before the time that the server names.
func TestTooManyRequests(t *testing.T) {
	for _, after := range []string{"7200", morning.Add(2 * time.Hour).Format(http.TimeFormat)} {
		site := newSite(t)
		b := newBench(t, Feed{URL: site.URL}, Limits{})
		site.says(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", after)
			w.WriteHeader(http.StatusTooManyRequests)
		})
		b.poll()
		if wait := b.s.Next.Sub(b.now); wait < 2*time.Hour || wait > 4*time.Hour {
			t.Errorf("Retry-After %s: waits %v", after, wait)
		}
		if b.s.Failures != soft {
			t.Errorf("failures %v", b.s.Failures)
		}
	}
	site := newSite(t)
	b := newBench(t, Feed{URL: site.URL}, Limits{})
	site.says(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "99999999")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	b.poll()
	if wait := b.s.Next.Sub(b.now); wait > 25*time.Hour {
		t.Errorf("a server can put a feed off for %v", wait)
	}
}

// TestUnusableAnswers are failures that cost a bounded time and memory, send
// nothing, keep no validators, and are over when the server is well again.
func TestUnusableAnswers(t *testing.T) {
	var wrote atomic.Int64
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		says   string
		weight float64
	}{
		"redirect loop": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, map[string]string{"/a": "/b"}[r.URL.Path]+"/a"[:2*(len(r.URL.Path)&1)], http.StatusFound)
		}, "too many redirects", hard},
		"endless redirects": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusMovedPermanently)
		}, "too many redirects", hard},
		"slow body": {func(w http.ResponseWriter, r *http.Request) {
			for range 100 {
				io.WriteString(w, "<rss>")
				w.(http.Flusher).Flush()
				select {
				case <-r.Context().Done():
					return
				case <-time.After(50 * time.Millisecond):
				}
			}
		}, "in time", soft},
		"body of 50 MB": {func(w http.ResponseWriter, _ *http.Request) {
			wrote.Store(0)
			for range 50 {
				n, err := w.Write(make([]byte, 1<<20))
				if wrote.Add(int64(n)); err != nil {
					return
				}
			}
		}, "too large", hard},
		"gzip bomb": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
			io.WriteString(z, "<rss>")
			for range 64 {
				z.Write(make([]byte, 1<<20))
			}
			z.Close()
		}, "too large", hard},
		"broken gzip": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, "<rss>")
		}, "EOF", soft},
		"page that says sorry": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"sorry"`)
			io.WriteString(w, "<html><body>Be back soon</body></html>")
		}, "no RSS", hard},
		"nothing": {func(w http.ResponseWriter, _ *http.Request) {}, "no RSS", hard},
		"items that cannot be read": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"deep"`)
			io.WriteString(w, rss("<item>"+strings.Repeat("<a>", 200)+strings.Repeat("</a>", 200)+"</item>"))
		}, "none of 1 items", hard},
		"not found":    {http.NotFound, "404", soft},
		"forbidden":    {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, "403", hard},
		"server error": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, "502", soft},
		"hangs up": {func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := w.(http.Hijacker).Hijack()
			conn.Close()
		}, "EOF", hard},
	} {
		t.Run(name, func(t *testing.T) {
			site := newSite(t)
			b := newBench(t, Feed{URL: site.URL + "/a"}, Limits{Timeout: 400 * time.Millisecond})
			if strings.Contains(name, "MB") || strings.Contains(name, "bomb") {
				b.p.fetch.limits.Timeout = 30 * time.Second
			}
			site.says(c.answer)
			b.poll()
			if !strings.Contains(b.s.LastError, c.says) || b.s.Failures != c.weight || b.s.ETag != "" || len(b.stored()) > 0 {
				t.Errorf("%q, failures %v, etag %q; want %q, %v", b.s.LastError, b.s.Failures, b.s.ETag, c.says, c.weight)
			}
			if n := len(site.requests()); n > 12 {
				t.Errorf("%d requests", n)
			}
			if name == "body of 50 MB" && wrote.Load() > 30<<20 {
				t.Errorf("%d bytes were taken", wrote.Load())
			}
			site.serves(rss(ferries()...))
			b.poll()
			if len(b.stored()) != 3 || b.s.Failures != 0 || b.s.LastError != "" {
				t.Errorf("%d records, failures %v once it is well", len(b.stored()), b.s.Failures)
			}
		})
	}
}

// TestTruncated takes the items that came whole and asks for the rest again.
func TestTruncated(t *testing.T) {
	site := newSite(t)
	b := newBench(t, Feed{URL: site.URL}, Limits{})
	doc := rss(ferries()...)
	site.serves(doc[:strings.LastIndex(doc, "berth")], "ETag", `"cut"`)
	b.poll()
	same(t, "cut", b.sent(), []string{"hl-1 Ferry leaves", "hl-2 Ferry returns"})
	if b.s.ETag != "" {
		t.Error("keeps the validators of half a document")
	}
	site.serves(doc)
	b.poll()
	same(t, "whole", b.sent(), []string{"hl-1 Ferry leaves", "hl-2 Ferry returns", "hl-3 Ferry rests"})
}

// TestGuidReuse: the same guid for several items of a document, and for another
// item later.
func TestGuidReuse(t *testing.T) {
	site := newSite(t)
	b := newBench(t, Feed{URL: site.URL}, Limits{})
	a := rssItem("x", "https://ledger.example/a", "First", "t", 5)
	c := rssItem("x", "https://ledger.example/c", "Second", "t", 4)
	site.serves(rss(a, c))
	b.poll()
	b.poll()
	want := []string{"x|https://ledger.example/a First", "x|https://ledger.example/c Second"}
	same(t, "twice in one document", b.sent(), want)

	site = newSite(t)
	b = newBench(t, Feed{URL: site.URL}, Limits{})
	site.serves(rss(rssItem("top", "https://ledger.example/a", "First", "t", 5)))
	b.poll()
	site.serves(rss(rssItem("top", "https://ledger.example/c", "Second", "u", 1)))
	b.poll()
	b.poll()
	same(t, "for another item", b.sent(), []string{"top First", "top|https://ledger.example/c Second"})
	site.serves(rss(rssItem("top", "https://ledger.example/c-updated", "Second, with more", "u", 1))) // an update: same date
	b.poll()
	if got := b.sent(); len(got) != 3 {
		t.Errorf("an update of link and title: %q", got)
	}
}

// TestNewGuids: a feed that makes up its guids at every build repeats nothing,
// loses nothing, and its items keep their first ids.
func TestNewGuids(t *testing.T) {
	site := newSite(t)
	b := newBench(t, Feed{URL: site.URL}, Limits{})
	n, extra := 0, ""
	site.says(func(w http.ResponseWriter, _ *http.Request) {
		n++
		var items []string
		for i := range 5 {
			items = append(items, rssItem(fmt.Sprintf("build-%d-%d", n, i), fmt.Sprintf("https://ledger.example/%d", i), fmt.Sprint("Item ", i), "t", 9-i))
		}
		io.WriteString(w, rss(append(items, extra)...))
	})
	b.poll()
	first := b.sent()
	b.poll()
	b.poll()
	same(t, "after three builds", b.sent(), first)
	if !b.s.ByURL {
		t.Error("not known by URL")
	}
	extra = rssItem("build-new", "https://ledger.example/new", "News", "t", 0)
	b.poll()
	b.poll()
	same(t, "with a new item", b.sent(), append(first, "https://ledger.example/new News"))
	b.restart()
	b.poll()
	if got := b.sent(); len(got) != 6 {
		t.Errorf("after a restart %q", got)
	}
}

// TestDormant: 410 and thirty failures make a feed wait a week; it comes back.
func TestDormant(t *testing.T) {
	site := newSite(t)
	b := newBench(t, Feed{URL: site.URL}, Limits{})
	site.says(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	b.poll()
	if wait := b.s.Next.Sub(b.now); !b.s.Dormant || wait < 6*24*time.Hour || wait > 8*24*time.Hour {
		t.Errorf("dormant %v, waits %v", b.s.Dormant, wait)
	}
	site.serves(rss(ferries()...))
	b.poll()
	if b.s.Dormant || len(b.stored()) != 3 {
		t.Errorf("dormant %v, %d records after it came back", b.s.Dormant, len(b.stored()))
	}
	site.says(http.NotFound)
	for n := 1; !b.s.Dormant; n++ {
		b.poll()
		if n > 60 {
			t.Fatal("60 soft failures and not dormant")
		}
	}
	if n := len(site.requests()); n != 2+60 {
		t.Errorf("dormant after %d failed requests, want 60 of a half each", n-2)
	}
}

// TestRobots obeys robots.txt, and an operator who has leave.
func TestRobots(t *testing.T) {
	site := newSite(t)
	site.robots = "User-agent: *\nDisallow: /feeds/\nAllow: /feeds/open\n"
	site.serves(rss(ferries()...))
	b := newBench(t, Feed{URL: site.URL + "/feeds/rss"}, Limits{})
	b.poll()
	if len(site.requests()) != 0 || !strings.Contains(b.s.LastError, "robots.txt") {
		t.Errorf("%d requests, %q", len(site.requests()), b.s.LastError)
	}
	for _, f := range []Feed{{URL: site.URL + "/feeds/open"}, {URL: site.URL + "/feeds/rss", NoRobots: true}} {
		b = newBench(t, f, Limits{})
		b.poll()
		if len(b.stored()) != 3 {
			t.Errorf("%s: %d records, %q", f.URL, len(b.stored()), b.s.LastError)
		}
	}
}

// TestPrivate asks no address of the own network.
func TestPrivate(t *testing.T) {
	site := newSite(t)
	site.serves(rss(ferries()...))
	b := newBench(t, Feed{URL: site.URL, NoRobots: true}, Limits{})
	b.p.fetch = newFetcher(Limits{HostDelay: time.Nanosecond}, "dateline-test")
	defer b.p.fetch.close()
	b.poll()
	if len(site.requests()) != 0 || !strings.Contains(b.s.LastError, "not public") {
		t.Errorf("%d requests, %q", len(site.requests()), b.s.LastError)
	}
	refuse := refusePrivate(nil)
	for address, want := range map[string]bool{"127.0.0.1:80": false, "10.1.2.3:80": false, "[::1]:80": false, "[fe80::1]:443": false, "169.254.169.254:80": false,
		"100.64.1.1:80": false, "[::ffff:10.0.0.1]:80": false, "0.0.0.0:80": false, "192.0.2.7:443": true, "[2001:db8::1]:443": true, "nonsense": false} {
		if got := refuse("tcp", address, nil) == nil; got != want {
			t.Errorf("%s: asked %v, want %v", address, got, want)
		}
	}
}

// TestMoved follows a permanent redirect from then on, and forgets it when it
// leads nowhere.
func TestMoved(t *testing.T) {
	site := newSite(t)
	b := newBench(t, Feed{URL: site.URL + "/old"}, Limits{})
	gone := false
	site.says(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/old" && !gone:
			http.Redirect(w, r, "/new", http.StatusMovedPermanently)
		case r.URL.Path == "/new" && gone:
			http.NotFound(w, r)
		default:
			io.WriteString(w, rss(ferries()...))
		}
	})
	b.poll()
	b.poll()
	gone = true
	b.poll()
	b.poll()
	var paths []string
	for _, r := range site.requests() {
		paths = append(paths, r.URL.Path)
	}
	same(t, "paths", paths, []string{"/old", "/new", "/new", "/new", "/old"})
	if len(b.stored()) != 3 {
		t.Errorf("%d records", len(b.stored()))
	}
}

// TestFullText sends pages; an item whose page does not come goes out as the
// feed has it.
func TestFullText(t *testing.T) {
	site := newSite(t)
	b := newBench(t, Feed{URL: site.URL + "/rss", FullText: true}, Limits{})
	site.says(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/rss":
			w.Header().Set("ETag", `"e"`)
			io.WriteString(w, rss(rssItem("1", site.URL+"/one", "One", "Short.", 2), rssItem("2", site.URL+"/two", "Two", "Short.", 1)))
		case "/one":
			io.WriteString(w, "<html><head><title>One</title></head><body><article><h1>One</h1><p>By Ann Lee</p><p>"+strings.Repeat("The ferry sailed at noon with all its cars. ", 20)+"</p></article></body></html>")
		default:
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	b.poll()
	if e := b.stored(); len(e) != 1 || e[0].Format != "html" || e[0].ItemID != "1" || e[0].Hints.Published == "" || b.s.ETag != "" {
		t.Fatalf("%d records, etag %q", len(e), b.s.ETag)
	}
	b.poll()
	b.poll()
	if e := b.stored(); len(e) != 2 || e[1].Format != "rss" || e[1].ItemID != "2" {
		t.Errorf("%d records", len(e))
	}
}

func TestInterval(t *testing.T) {
	for _, c := range []struct {
		what             string
		last             time.Duration
		items, fresh     int
		span, ask, wants time.Duration
	}{
		{"first, all new", 0, 10, 10, 100 * time.Hour, 0, 30 * time.Minute},
		{"mostly known", time.Hour, 10, 2, 100 * time.Hour, 0, 75 * time.Minute},
		{"unchanged", time.Hour, 0, 0, 0, 0, 75 * time.Minute},
		{"a third of what the feed spans", 8 * time.Hour, 10, 1, 9 * time.Hour, 0, 3 * time.Hour},
		{"never under the floor", 15 * time.Minute, 10, 10, time.Minute, 0, 15 * time.Minute},
		{"never over a day", 24 * time.Hour, 0, 0, 0, 0, 24 * time.Hour},
		{"the server's wish", time.Hour, 10, 1, 0, 5 * time.Hour, 5 * time.Hour},
		{"but a day at most", time.Hour, 10, 1, 0, 500 * time.Hour, 24 * time.Hour},
	} {
		if got := interval(c.last, MinInterval, c.items, c.fresh, c.span, c.ask); got != c.wants {
			t.Errorf("%s: %v, want %v", c.what, got, c.wants)
		}
	}
	if got := backoff(time.Hour, 3, false); got != 4*time.Hour {
		t.Errorf("after three failures %v", got)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		if d := after(time.Hour, r); d < 54*time.Minute || d > 66*time.Minute {
			t.Fatalf("jitter %v", d)
		}
	}
	h := http.Header{"Cache-Control": {"public, max-age=7200"}}
	if got := wants(h, 90*time.Minute, morning); got != 2*time.Hour {
		t.Errorf("max-age and ttl: %v", got)
	}
	if got := wants(http.Header{"Expires": {morning.Add(3 * time.Hour).Format(http.TimeFormat)}}, 0, morning); got != 3*time.Hour {
		t.Errorf("Expires: %v", got)
	}
}

// TestHosts holds the limits of a registered domain in the time of a bubble.
func TestHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHosts(2, 5*time.Second)
		begin := time.Now()
		var starts []time.Duration
		busy, most := 0, 0
		done := make(chan struct{}, 6)
		starting := make(chan func(), 6)
		for range 6 {
			go func() {
				release, err := h.acquire(t.Context(), "ledger.example")
				if err != nil {
					t.Error(err)
				}
				starting <- func() { starts = append(starts, time.Since(begin)); busy++; most = max(most, busy) }
				time.Sleep(8 * time.Second)
				starting <- func() { busy-- }
				release()
				done <- struct{}{}
			}()
		}
		go func() {
			if release, err := h.acquire(t.Context(), "other.example"); err != nil || time.Since(begin) != 0 {
				t.Errorf("another domain waits: %v", err)
			} else {
				release()
			}
		}()
		for range 12 {
			(<-starting)()
		}
		for range 6 {
			<-done
		}
		if most != 2 {
			t.Errorf("%d requests at a time, want 2", most)
		}
		for i := 1; i < len(starts); i++ {
			if gap := starts[i] - starts[i-1]; gap < 5*time.Second {
				t.Errorf("starts %v apart", gap)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r1, _ := h.acquire(t.Context(), "third.example")
		if _, err := h.acquire(ctx, "third.example"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waits longer than its context: %v", err)
		}
		r1()
	})
	for raw, want := range map[string]string{"https://feeds.ledger.co.uk/a": "ledger.co.uk", "http://127.0.0.1:80/": "127.0.0.1", "https://Ledger.Example./": "ledger.example"} {
		if got := domain(mustParse(t, raw)); got != want {
			t.Errorf("domain of %s is %s, want %s", raw, got, want)
		}
	}
}

// TestRun follows a list that changes, and keeps the folder to itself.
func TestRun(t *testing.T) {
	one, two := newSite(t), newSite(t)
	one.serves(rss(ferries()...))
	two.serves(rss(rssItem("z", "https://z.example/z", "Other", "t", 1)))
	b := newBench(t, Feed{URL: one.URL}, Limits{})
	b.p.now = time.Now
	ctx, cancel := context.WithCancel(t.Context())
	lists := make(chan List)
	done := make(chan error, 1)
	f := func(u string) Feed { return Feed{URL: u, Source: feed.Source{ID: "ledger"}} }
	go func() { done <- b.p.Run(ctx, List{f(one.URL)}, lists) }()
	until(t, func() bool { return len(b.stored()) == 3 })
	lists <- List{f(one.URL), f(two.URL)}
	until(t, func() bool { return len(b.stored()) == 4 })
	other, err := New(b.p.opt, b.p.producer, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Run(ctx, nil, nil); !errors.Is(err, feed.ErrOwned) {
		t.Errorf("second owner of the state: %v", err)
	}
	lists <- List{f(two.URL)}
	until(t, func() bool { return len(b.p.Rhythms(time.Now())) == 1 })
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func until(t *testing.T, f func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !f(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("does not come")
		}
	}
}

func TestList(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "in.opml")
	os.WriteFile(path, []byte(`<?xml version="1.0"?><opml version="1.0"><head><title>Mine</title></head><body>
		<outline text="Ports"><outline type="rss" text="Harbour Ledger" xmlUrl="https://feeds.ledger.example/rss" htmlUrl="https://ledger.example/"/>
		<outline text="Deeper"><outline title="Gazette" xmlUrl="http://gazette.example/atom" source="gz" fullText="true" language="de"/></outline></outline>
		<outline text="Again" xmlUrl="https://feeds.ledger.example/rss"/></body></opml>`), 0o644)
	list, err := ReadList(path)
	if err != nil {
		t.Fatal(err)
	}
	want := List{{URL: "https://feeds.ledger.example/rss", Title: "Harbour Ledger", Site: "https://ledger.example/", Source: feed.Source{ID: "ledger-example"}},
		{URL: "http://gazette.example/atom", Title: "Gazette", FullText: true, Source: feed.Source{ID: "gz", Language: "de"}}}
	if !slices.Equal(list, want) {
		t.Errorf("got %+v", list)
	}
	out := filepath.Join(dir, "new", "out.opml")
	if err := list.Write(out); err != nil {
		t.Fatal(err)
	}
	if again, err := ReadList(out); err != nil || !slices.Equal(again, want) {
		t.Errorf("written and read: %+v, %v", again, err)
	}
	for name, text := range map[string]string{
		"not XML": "hello", "ftp": `<opml><body><outline xmlUrl="ftp://x.example/"/></body></opml>`, "source": `<opml><body><outline xmlUrl="https://x.example/" source="A B"/></body></opml>`,
		"deep": "<opml><body>" + strings.Repeat("<outline>", 40) + strings.Repeat("</outline>", 40) + "</body></opml>",
	} {
		os.WriteFile(path, []byte(text), 0o644)
		if _, err := ReadList(path); err == nil || !strings.Contains(err.Error(), "in.opml") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzSplit cuts anything: no panic, and each record is cut from the document.
func FuzzSplit(f *testing.F) {
	f.Add([]byte(rss(ferries()...)))
	f.Add([]byte(`<feed><entry><id>1</id></entry></feed>`))
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1","items":[{"id":"1"}]}`))
	f.Add([]byte("<rss><item><![CDATA[</item>"))
	f.Add([]byte("<rss><item><item></item>"))
	f.Add([]byte("\xff\xfe<\x00r\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := split(data)
		if err != nil {
			return
		}
		e := wire.Envelope{SourceID: "s", Format: d.format}
		list, refused := entries(d, e)
		if len(list)+len(refused) != len(d.items) {
			t.Fatalf("%d items, %d read, %d refused", len(d.items), len(list), len(refused))
		}
		s := &State{Items: make(map[string]*Seen)}
		changed, _ := s.changes(list, morning)
		for _, c := range changed {
			seen := c.seen
			s.Items[c.key] = &seen
		}
		if again, _ := s.changes(list, morning.Add(time.Hour)); len(again) > 0 {
			t.Fatalf("%d of %d items are new the second time", len(again), len(list))
		}
	})
}
