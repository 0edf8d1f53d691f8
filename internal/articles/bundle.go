package articles

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"dateline/pipeline/wire"
)

//go:embed data/*.txt
var data embed.FS

// header is the part of a bundled file between the lines of dashes. Times are
// RFC 3339. Where the format is article, published is first_seen and updated is
// version_time unless both are equal.
type header struct {
	Redelivers  string   `yaml:"redelivers"` // the name of another file: send its envelope again
	SourceID    string   `yaml:"source_id"`
	ItemID      string   `yaml:"item_id"`
	Version     int64    `yaml:"version"`
	VersionTime string   `yaml:"version_time"`
	FirstSeen   string   `yaml:"first_seen"`
	ReceivedAt  string   `yaml:"received_at"`
	Format      string   `yaml:"format"` // article or text
	URL         string   `yaml:"url"`
	Status      string   `yaml:"status"`
	Signals     []string `yaml:"signals"`
	Embargo     string   `yaml:"embargo"`
	Outlet      string   `yaml:"outlet"`
	Language    string   `yaml:"language"`
	Timezone    string   `yaml:"timezone"`
	Title       string   `yaml:"title"`
	Byline      string   `yaml:"byline"`
	Authors     []string `yaml:"authors"`
	Credits     []string `yaml:"credits"`
	Want        Outcome  `yaml:"want"` // empty: indexed
}

// native is the payload of the format article.
type native struct {
	Title     string   `json:"title,omitempty"`
	Body      string   `json:"body,omitempty"`
	Byline    string   `json:"byline,omitempty"`
	Published string   `json:"published,omitempty"`
	Updated   string   `json:"updated,omitempty"`
	Timezone  string   `json:"timezone,omitempty"`
	URL       string   `json:"url,omitempty"`
	Outlet    string   `json:"outlet,omitempty"`
	Language  string   `json:"language,omitempty"`
	Authors   []string `json:"authors,omitempty"`
	Credits   []string `json:"credits,omitempty"`
}

// All gives the bundled articles in the order of their delivery.
func All() []Article {
	all, err := bundle()
	if err != nil {
		panic(err) // the embedded files are at fault; the tests load them
	}
	return append([]Article(nil), all...)
}

var bundle = sync.OnceValues(func() ([]Article, error) { return load(data) })

// load reads the files of data/ in the order of their names.
func load(fsys fs.FS) ([]Article, error) {
	names, err := fs.Glob(fsys, "data/*.txt")
	if err != nil {
		return nil, err
	}
	byName := make(map[string]Article, len(names))
	all := make([]Article, 0, len(names))
	for _, name := range names {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		stem := strings.TrimSuffix(path.Base(name), ".txt")
		a, err := parse(stem, b, byName)
		if err != nil {
			return nil, fmt.Errorf("bundled article %s: %w", stem, err)
		}
		byName[stem] = a
		all = append(all, a)
	}
	return all, nil
}

// parse reads one file. earlier holds the files before it.
func parse(name string, b []byte, earlier map[string]Article) (Article, error) {
	front, body, ok := strings.Cut(strings.TrimPrefix(string(b), "---\n"), "---\n")
	if !ok || !bytes.HasPrefix(b, []byte("---\n")) {
		return Article{}, fmt.Errorf("header is not enclosed in lines of ---")
	}
	var h header
	if err := yaml.UnmarshalWithOptions([]byte(front), &h, yaml.Strict()); err != nil {
		return Article{}, fmt.Errorf("header: %w", err)
	}
	if h.Redelivers != "" {
		a, ok := earlier[h.Redelivers]
		if !ok {
			return Article{}, fmt.Errorf("redelivers %q, which does not come before it", h.Redelivers)
		}
		a.Name, a.Want = name, Want{Outcome: Duplicate, Version: a.Version}
		return a, nil
	}
	env, err := h.envelope(strings.TrimSuffix(body, "\n"))
	if err != nil {
		return Article{}, err
	}
	a := Article{Name: name, SourceID: h.SourceID, ItemID: h.ItemID, Version: h.Version, env: env}
	if a.Want, err = h.want(); err != nil {
		return Article{}, err
	}
	a.raw, err = env.Encode()
	return a, err
}

// envelope builds the record's value around the text.
func (h *header) envelope(text string) (*wire.Envelope, error) {
	e := &wire.Envelope{
		SourceID: h.SourceID, ItemID: h.ItemID, Version: h.Version, Format: h.Format, URL: h.URL,
		Hints: wire.Hints{Status: h.Status, Signal: h.Signals, Embargo: h.Embargo},
	}
	for _, t := range []struct {
		name string
		in   string
		out  *time.Time
	}{{"version_time", h.VersionTime, &e.VersionTime}, {"first_seen", h.FirstSeen, &e.FirstSeen}, {"received_at", h.ReceivedAt, &e.ReceivedAt}} {
		v, err := time.Parse(time.RFC3339, t.in)
		if err != nil {
			return nil, fmt.Errorf("header field %s: %w", t.name, err)
		}
		*t.out = v
	}
	switch h.Format {
	case "text":
		if h.Title != "" || h.Byline != "" || h.Authors != nil || h.Credits != nil {
			return nil, fmt.Errorf("header has title, byline, authors or credits, which format text has in its text")
		}
		e.Data = []byte(text)
		e.Hints.Published, e.Hints.TZ, e.Hints.Outlet, e.Hints.Language = h.FirstSeen, h.Timezone, h.Outlet, h.Language
	case "article":
		n := native{
			Title: h.Title, Body: text, Byline: h.Byline, Published: h.FirstSeen, Timezone: h.Timezone,
			URL: h.URL, Outlet: h.Outlet, Language: h.Language, Authors: h.Authors, Credits: h.Credits,
		}
		if h.VersionTime != h.FirstSeen {
			n.Updated = h.VersionTime
		}
		var err error
		if e.Data, err = n.encode(); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("header field format is %q, want article or text", h.Format)
	}
	return e, nil
}

// encode writes the payload without escaping < and &.
func (n *native) encode() ([]byte, error) {
	var out bytes.Buffer
	out.Grow(len(n.Body) + len(n.Body)/16 + 512)
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(n); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// want is what must become of the record.
func (h *header) want() (Want, error) {
	w := Want{Outcome: h.Want, Version: h.Version, Status: wire.Usable}
	if h.Embargo != "" {
		w.Status = wire.Embargoed
	}
	switch h.Want {
	case "":
		w.Outcome = Indexed
	case Stale:
		w.Status = ""
	case Tombstone:
		w.Status = h.Status
	default:
		return Want{}, fmt.Errorf("header field want is %q, want stale, tombstone or nothing", h.Want)
	}
	return w, nil
}
