package poll

import (
	"errors"
	"fmt"
	"mime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"dateline/feed"
	"dateline/pipeline/wire"
)

// flapWindow is how far back an item counts as seen when guids change.
const flapWindow = 7 * 24 * time.Hour

// entry is one item of a document.
type entry struct {
	guid      string // "" if the item has none, or only its URL
	url       string // clean; "" if none
	title     string // hash of the title in lower case, "" if none
	hash      string // of what makes a version
	published time.Time
	updated   time.Time
	article   *wire.Article
	raw       []byte
}

// hash16 is a hash for the state file.
func hash16(s string) string {
	if s == "" {
		return ""
	}
	return strconv.FormatUint(xxh3.HashString(s), 36)
}

// entries reads the items of a document; what cannot be read is refused, one
// by one.
func entries(d *document, e wire.Envelope) (list []entry, refused []error) {
	seen := make(map[string]bool)
	twice := make(map[string]bool)
	for i := range d.items {
		e.Data = d.record(i)
		a, err := wire.Parse(&e, wire.Options{})
		if err != nil {
			refused = append(refused, fmt.Errorf("item %d: %w", i+1, err))
			continue
		}
		n := entry{url: feed.CleanURL(a.URL), article: a, raw: e.Data, published: a.Published, updated: a.Updated}
		if a.PublishedBasis == "received" {
			n.published = time.Time{}
		}
		if a.OwnID != a.URL {
			n.guid = a.OwnID
		}
		if n.guid != "" {
			twice[n.guid] = seen[n.guid]
			seen[n.guid] = true
		}
		n.title = hash16(strings.Join(strings.Fields(strings.ToLower(a.Title)), " "))
		n.hash = hash16(strings.Join(append([]string{a.Title, a.Description, a.Body, n.url}, a.Authors...), "\x00"))
		list = append(list, n)
	}
	for i := range list { // one guid for several items names none of them
		if g := list[i].guid; g != "" && twice[g] {
			list[i].guid = g + "|" + list[i].url
		}
	}
	return list, refused
}

// change is an item to be sent.
type change struct {
	entry entry
	key   string // in State.Items
	seen  Seen   // as it stands once the item is sent
	fresh bool   // no version was sent before
}

// changes compares the items with what is known; s learns which of the known
// ones are still there. Oldest first.
func (s *State) changes(list []entry, now time.Time) (out []change, switched bool) {
	byURL, byTitle := s.index(now)
	if !s.ByURL && flaps(s, list, byURL, byTitle) {
		s.ByURL, switched = true, true
	}
	for _, n := range list {
		key, seen := s.find(n, byURL, byTitle)
		if seen != nil && reused(n, seen) { // the guid of another item
			key = n.guid + "|" + n.url
			seen = s.Items[key]
		}
		if seen == nil {
			out = append(out, change{entry: n, key: key, seen: n.first(key, now), fresh: true})
			continue
		}
		seen.Last = now
		if seen.Hash == n.hash {
			continue
		}
		next := *seen
		next.Hash, next.URL, next.Title, next.Version = n.hash, hash16(n.url), n.title, now
		if n.updated.After(seen.Version) && !n.updated.After(now) {
			next.Version = n.updated
		}
		out = append(out, change{entry: n, key: key, seen: next})
	}
	slices.SortStableFunc(out, func(a, b change) int { return a.seen.Version.Compare(b.seen.Version) })
	return once(out), switched
}

// once drops a second item of the same key, which says the same.
func once(list []change) []change {
	keys := make(map[string]bool, len(list))
	return slices.DeleteFunc(list, func(c change) bool {
		again := keys[c.key]
		keys[c.key] = true
		return again
	})
}

// index finds the items known of late by URL and by title.
func (s *State) index(now time.Time) (byURL, byTitle map[string]string) {
	byURL, byTitle = make(map[string]string), make(map[string]string)
	later := func(m map[string]string, hash, key string) {
		if old, ok := m[hash]; hash != "" && (!ok || s.Items[key].Last.After(s.Items[old].Last) || s.Items[key].Last.Equal(s.Items[old].Last) && key < old) {
			m[hash] = key
		}
	}
	for key, seen := range s.Items {
		if s.ByURL || now.Sub(seen.Last) <= flapWindow {
			later(byURL, seen.URL, key)
			later(byTitle, seen.Title, key)
		}
	}
	return byURL, byTitle
}

// flaps reports whether the feed makes up guids: most are new, but most of the
// items are those it had, word for word.
func flaps(s *State, list []entry, byURL, byTitle map[string]string) bool {
	fresh, familiar := 0, 0
	for _, n := range list {
		if n.guid == "" || s.Items[n.guid] != nil {
			continue
		}
		fresh++
		key, ok := byURL[hash16(n.url)]
		if !ok {
			key, ok = byTitle[n.title]
		}
		if ok && (s.Items[key].Hash == n.hash || s.Items[key].URL == hash16(n.url) && s.Items[key].Title == n.title) {
			familiar++
		}
	}
	return 2*fresh > len(list) && 2*familiar > len(list)
}

// find gives the key of an item and what is known of it.
func (s *State) find(n entry, byURL, byTitle map[string]string) (string, *Seen) {
	if n.guid != "" && !s.ByURL {
		return n.guid, s.Items[n.guid]
	}
	own := n.url
	if own == "" {
		own = feed.ItemID("", n.article.Title, n.article.Body)
	}
	if seen := s.Items[own]; seen != nil {
		return own, seen
	}
	if !s.ByURL {
		return own, nil
	}
	if key, ok := byURL[hash16(n.url)]; ok {
		return key, s.Items[key]
	}
	if key, ok := byTitle[n.title]; ok && n.url == "" {
		return key, s.Items[key]
	}
	return own, nil
}

// reused reports that a feed gave the guid of one item to another: link, title
// and date are all different. Headlines and links do change with an update;
// the date of publication does not with them.
func reused(n entry, seen *Seen) bool {
	return n.guid != "" && seen.URL != "" && seen.URL != hash16(n.url) && seen.Title != n.title &&
		seen.Published != 0 && !n.published.IsZero() && seen.Published != n.published.Unix()
}

// first is what is known of an item at its first sight.
func (n *entry) first(key string, now time.Time) Seen {
	seen := Seen{ID: wire.ItemID(key), Hash: n.hash, URL: hash16(n.url), Title: n.title, First: now, Version: now, Last: now}
	if !n.published.IsZero() {
		seen.Published = n.published.Unix()
		if n.published.Before(now) {
			seen.First, seen.Version = n.published, n.published
		}
	}
	if n.updated.After(seen.Version) && !n.updated.After(now) {
		seen.Version = n.updated
	}
	return seen
}

// envelope is what all items of an answer share.
func envelope(f *Feed, d *document, a *answer, now time.Time) wire.Envelope {
	e := wire.Envelope{
		SourceID: f.Source.ID, ReceivedAt: now.Truncate(time.Millisecond), Format: d.format,
		ContentType: a.header.Get("Content-Type"), FeedURL: f.URL,
		HTTP:  &wire.HTTP{ETag: a.header.Get("ETag"), LastModified: a.header.Get("Last-Modified"), Status: a.status},
		Hints: wire.Hints{TZ: f.Source.Timezone, Language: f.Source.Language, Outlet: f.Source.Outlet},
	}
	if _, params, err := mime.ParseMediaType(e.ContentType); err == nil {
		e.Charset = params["charset"]
	}
	if d.utf8 {
		e.Charset = "utf-8"
	}
	return e
}

// record is the record of a change.
func (c *change) record(e wire.Envelope) (feed.Record, error) {
	e.Data, e.ItemID, e.URL = c.entry.raw, c.seen.ID, c.entry.article.URL
	e.FirstSeen, e.VersionTime = c.seen.First, c.seen.Version.Truncate(time.Millisecond)
	value, err := e.Encode()
	if err != nil {
		return feed.Record{}, err
	}
	return feed.Record{Key: []byte(e.SourceID + "/" + e.ItemID), Value: value}, nil
}

// page is the record of a change whose page was fetched: the page's bytes, with
// the feed's word for the dates.
func (c *change) page(e wire.Envelope, a *answer) (feed.Record, error) {
	if len(a.body) > wire.MaxPayload {
		return feed.Record{}, errors.New("page is too large")
	}
	date := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	e.Format, e.ContentType, e.Charset = "html", a.header.Get("Content-Type"), ""
	if _, params, err := mime.ParseMediaType(e.ContentType); err == nil {
		e.Charset = params["charset"]
	}
	e.HTTP = &wire.HTTP{ETag: a.header.Get("ETag"), LastModified: a.header.Get("Last-Modified"), Status: a.status}
	e.Hints.Published, e.Hints.Updated = date(c.entry.published), date(c.entry.updated)
	page := *c
	page.entry.raw = a.body
	if _, err := wire.Parse(&wire.Envelope{SourceID: e.SourceID, Format: "html", ContentType: e.ContentType, Charset: e.Charset, Data: a.body, ReceivedAt: e.ReceivedAt}, wire.Options{}); err != nil {
		return feed.Record{}, err
	}
	return page.record(e)
}
