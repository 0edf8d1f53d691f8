package poll

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"dateline/feed"
)

// Bounds of what is remembered of a feed's items.
const (
	rememberFor = 30 * 24 * time.Hour // after an item has left its feed
	rememberMax = 10_000              // items, the latest
)

// State is what is known of one feed: the content of its state file.
type State struct {
	URL          string           `json:"url"`
	ETag         string           `json:"etag,omitempty"`          // as the server wrote it
	LastModified string           `json:"last_modified,omitempty"` // as the server wrote it
	Full         time.Time        `json:"full,omitzero"`           // last request without validators
	Asked        time.Time        `json:"asked,omitzero"`          // last request
	Next         time.Time        `json:"next,omitzero"`           // not before
	Interval     time.Duration    `json:"interval_ns,omitempty"`
	Failures     float64          `json:"failures,omitempty"` // in a row, weighed
	LastError    string           `json:"last_error,omitempty"`
	Dormant      bool             `json:"dormant,omitempty"`
	ByURL        bool             `json:"by_url,omitempty"`   // its guids change at every build
	MovedTo      string           `json:"moved_to,omitempty"` // by permanent redirects
	Last         time.Time        `json:"last,omitzero"`      // when an item was new or changed
	Sent         int64            `json:"sent,omitempty"`     // items put on the topic
	Items        map[string]*Seen `json:"items,omitempty"`    // by guid, else by what stands for it
}

// Seen is an item that was sent.
type Seen struct {
	ID        string    `json:"id"` // item id in its envelopes
	Hash      string    `json:"hash"`
	URL       string    `json:"url,omitempty"`       // hash of the clean URL
	Title     string    `json:"title,omitempty"`     // hash of the title in lower case
	Published int64     `json:"published,omitempty"` // as the feed said first, Unix seconds
	First     time.Time `json:"first"`               // first_seen of its envelopes
	Version   time.Time `json:"version"`             // of the version sent last
	Last      time.Time `json:"last"`                // last in the feed
	Tries     int       `json:"tries,omitempty"`     // of its page, which did not come
}

// stateName is the name of a feed's state file: readable to nobody, but the
// same for the same URL, and safe on every file system.
func stateName(url string) string {
	sum := sha256.Sum256([]byte(url))
	return hex.EncodeToString(sum[:12]) + ".json"
}

// ReadState reads the state of a feed, fresh if there is none. A file that
// cannot be read as one is put aside and costs a re-send, not the feed.
func ReadState(dir, url string) (*State, error) {
	s := &State{URL: url, Items: make(map[string]*Seen)}
	path := filepath.Join(dir, stateName(url))
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("state of feed %s: %w", url, err)
	}
	if err := json.Unmarshal(data, s); err != nil || s.URL != url {
		if err := os.Rename(path, path+".broken"); err != nil {
			return nil, fmt.Errorf("state of feed %s: %w", url, err)
		}
		return &State{URL: url, Items: make(map[string]*Seen)}, nil
	}
	if s.Items == nil {
		s.Items = make(map[string]*Seen)
	}
	for k, seen := range s.Items {
		if seen == nil {
			delete(s.Items, k)
		}
	}
	return s, nil
}

// peek is ReadState for who only looks: it puts nothing aside.
func peek(dir, url string) (*State, error) {
	s := &State{}
	data, err := os.ReadFile(filepath.Join(dir, stateName(url)))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("state of feed %s: %w", url, err)
	}
	if err := json.Unmarshal(data, s); err != nil {
		return nil, fmt.Errorf("state of feed %s: %s: %w", url, stateName(url), err)
	}
	return s, nil
}

// silent reports whether the feed is quiet for much longer than usual.
func (s *State) silent(now time.Time) bool { return feed.RhythmOf(s.arrivals(), now).Silent }

// write puts the state into its file, whole or not at all.
func (s *State) write(dir string) error {
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, stateName(s.URL))
	if err := os.WriteFile(path+".tmp", data, 0o644); err != nil {
		return fmt.Errorf("state of feed %s: %w", s.URL, err)
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		return fmt.Errorf("state of feed %s: %w", s.URL, err)
	}
	return nil
}

// forget drops what has left the feed long ago.
func (s *State) forget(now time.Time) {
	for k, seen := range s.Items {
		if now.Sub(seen.Last) > rememberFor {
			delete(s.Items, k)
		}
	}
	if len(s.Items) <= rememberMax {
		return
	}
	keys := make([]string, 0, len(s.Items))
	for k := range s.Items {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return s.Items[a].Last.Compare(s.Items[b].Last) })
	for _, k := range keys[:len(keys)-rememberMax] {
		delete(s.Items, k)
	}
}

// arrivals are the times at which the feed's items came, oldest first.
func (s *State) arrivals() []time.Time {
	at := make([]time.Time, 0, len(s.Items))
	for _, seen := range s.Items {
		at = append(at, seen.First)
	}
	slices.SortFunc(at, time.Time.Compare)
	return at
}
