package poll

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dateline/feed"
)

// Feed is one feed to ask.
type Feed struct {
	URL      string
	Title    string // as the list says
	Site     string // home page
	FullText bool   // fetch each item's page
	NoRobots bool   // ask although robots.txt forbids it: the publisher has agreed
	Source   feed.Source
}

// List is a list of feeds as an OPML file holds it. Attributes beyond OPML's
// own (source, language, timezone, outlet, fullText, ignoreRobots) are ours;
// readers of OPML pass over them.
type List []Feed

// opml is the file's form. Folders nest.
type opml struct {
	XMLName xml.Name  `xml:"opml"`
	Version string    `xml:"version,attr"`
	Title   string    `xml:"head>title"`
	Body    []outline `xml:"body>outline"`
}

type outline struct {
	Type     string    `xml:"type,attr,omitempty"`
	Text     string    `xml:"text,attr,omitempty"`
	Title    string    `xml:"title,attr,omitempty"`
	URL      string    `xml:"xmlUrl,attr,omitempty"`
	Site     string    `xml:"htmlUrl,attr,omitempty"`
	Source   string    `xml:"source,attr,omitempty"`
	Language string    `xml:"language,attr,omitempty"`
	TimeZone string    `xml:"timezone,attr,omitempty"`
	Outlet   string    `xml:"outlet,attr,omitempty"`
	FullText string    `xml:"fullText,attr,omitempty"`
	NoRobots string    `xml:"ignoreRobots,attr,omitempty"`
	Inner    []outline `xml:"outline"`
}

// maxFolders bounds how deep the folders of an OPML file nest.
const maxFolders = 32

// ReadList reads an OPML file. Feeds without a source get one made of their
// host. A feed that is listed twice counts once.
func ReadList(path string) (List, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var doc opml
	if err := xml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s: not OPML: %w", path, err)
	}
	var list List
	if err := list.take(doc.Body, 0); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list, nil
}

func (l *List) take(in []outline, depth int) error {
	if depth > maxFolders {
		return fmt.Errorf("folders nest deeper than %d", maxFolders)
	}
	for _, o := range in {
		if o.URL != "" {
			f := Feed{URL: strings.TrimSpace(o.URL), Title: o.Title, Site: o.Site, FullText: o.FullText == "true", NoRobots: o.NoRobots == "true",
				Source: feed.Source{ID: o.Source, Language: o.Language, Timezone: o.TimeZone, Outlet: o.Outlet}}
			if f.Title == "" {
				f.Title = o.Text
			}
			if _, err := l.Add(f); err != nil {
				return err
			}
		}
		if err := l.take(o.Inner, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// Add adds a feed; false if its URL is there.
func (l *List) Add(f Feed) (bool, error) {
	u, err := url.Parse(f.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return false, fmt.Errorf("feed %q: want an http or https URL", f.URL)
	}
	if f.Source.ID == "" {
		f.Source.ID = SourceID(u)
	}
	if err := f.Source.Check(); err != nil {
		return false, fmt.Errorf("feed %s: %w", f.URL, err)
	}
	if slices.ContainsFunc(*l, func(have Feed) bool { return have.URL == f.URL }) {
		return false, nil
	}
	*l = append(*l, f)
	return true, nil
}

// SourceID makes a source's id of a host: feeds.harbour-ledger.example gives
// harbour-ledger-example.
func SourceID(u *url.URL) string {
	id := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, domain(u))
	return strings.Trim(id[:min(len(id), 64)], "-")
}

// Write puts the list into an OPML file, whole or not at all.
func (l List) Write(path string) error {
	doc := opml{Version: "2.0", Title: "Feeds of Dateline"}
	for _, f := range l {
		o := outline{Type: "rss", Text: f.Title, URL: f.URL, Site: f.Site, Source: f.Source.ID, Language: f.Source.Language, TimeZone: f.Source.Timezone, Outlet: f.Source.Outlet}
		if o.Text == "" {
			o.Text = f.URL
		}
		if f.FullText {
			o.FullText = "true"
		}
		if f.NoRobots {
			o.NoRobots = "true"
		}
		doc.Body = append(doc.Body, o)
	}
	data, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	data = append([]byte(xml.Header), append(data, '\n')...)
	if err := os.WriteFile(path+".tmp", data, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

// ReadListIfAny is ReadList, and an empty list for a file that is not there.
func ReadListIfAny(path string) (List, error) {
	l, err := ReadList(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return l, err
}
