package wire

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// seen is what a golden file holds of an article.
type seen struct {
	Error       string      `json:",omitempty"`
	OwnID       string      `json:",omitempty"`
	Transmitted string      `json:",omitempty"`
	Version     int         `json:",omitempty"`
	Revision    int64       `json:",omitempty"`
	Status      string      `json:",omitempty"`
	Signals     []string    `json:",omitempty"`
	Embargo     string      `json:",omitempty"`
	Correction  string      `json:",omitempty"`
	Reason      string      `json:",omitempty"`
	Refers      []Reference `json:",omitempty"`
	Lead        int         `json:",omitempty"`
	StoryKey    string      `json:",omitempty"`
	Take        int         `json:",omitempty"`
	Published   string      `json:",omitempty"`
	Basis       string      `json:",omitempty"`
	Updated     string      `json:",omitempty"`
	Zone        string      `json:",omitempty"`
	Language    string      `json:",omitempty"`
	Title       string      `json:",omitempty"`
	Description string      `json:",omitempty"`
	Slug        string      `json:",omitempty"`
	Urgency     int         `json:",omitempty"`
	Subjects    []string    `json:",omitempty"`
	URL         string      `json:",omitempty"`
	Outlet      string      `json:",omitempty"`
	Byline      []string    `json:",omitempty"`
	From        string      `json:",omitempty"`
	Authors     []string    `json:",omitempty"`
	Marked      []string    `json:",omitempty"`
	Credits     []string    `json:",omitempty"`
	Dateline    string      `json:",omitempty"`
	Contacts    []Contact   `json:",omitempty"`
	Warnings    []string    `json:",omitempty"`
	Body        []string    `json:",omitempty"` // line by line
}

func seenOf(a *Article, err error) seen {
	if err != nil {
		return seen{Error: err.Error()}
	}
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.RFC3339)
	}
	s := seen{Reason: a.Reason, Refers: a.Refers, Lead: a.Lead, Take: a.Take, StoryKey: a.StoryKey, OwnID: a.OwnID, Transmitted: a.TransmissionID, Version: a.Version, Revision: a.Revision, Status: a.Status, Signals: a.Signals, Embargo: at(a.Embargo),
		Correction: a.CorrectionNote, Published: at(a.Published), Basis: a.PublishedBasis, Updated: at(a.Updated), Zone: a.TimeZone, Language: a.Language, Title: a.Title,
		Description: a.Description, Slug: a.Slug, Urgency: a.Urgency, Subjects: a.Subjects, URL: a.URL, Outlet: a.Outlet, Byline: a.Byline, From: a.BylineFrom,
		Authors: a.Authors, Marked: a.Marked, Credits: a.Credits, Dateline: a.Dateline, Contacts: a.Contacts, Warnings: a.Warnings}
	if a.Body != "" {
		s.Body = strings.Split(a.Body, "\n")
	}
	return s
}

// TestItems reads every item in testdata/items, FORMAT.NAME.EXT, and compares
// the article with the golden file beside it. All of them are sniffed too, and
// none may carry a telephone number: the numbers stand in notes that are not
// for publication.
func TestItems(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "items", "*.*.*"))
	if err != nil {
		t.Fatal(err)
	}
	formats := make(map[string]bool)
	golden := 0
	for _, file := range files {
		if strings.HasSuffix(file, ".golden.json") {
			golden++
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			format, _, _ := strings.Cut(filepath.Base(file), ".")
			if strings.HasPrefix(filepath.Base(file), "newsml-1.2.") {
				format = "newsml-1.2"
			}
			formats[format] = true
			if got := Sniff(data); got != format {
				t.Errorf("sniffed %q", got)
			}
			a, err := Parse(envelopeOf(format, string(data)), Options{})
			got, _ := json.MarshalIndent(seenOf(a, err), "", " ")
			if strings.Contains(string(got), "555 01") || strings.Contains(string(got), "555-01") {
				t.Errorf("a telephone number is in the article: %s", got)
			}
			path := file + ".golden.json"
			if *update {
				if err := os.WriteFile(path, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(bytes.TrimSpace(got), bytes.TrimSpace(want)) {
				t.Errorf("got %s\nwant %s", got, want)
			}
		})
	}
	for _, f := range Formats() {
		if !formats[f] {
			t.Errorf("format %s has no item in testdata", f)
		}
	}
	if len(files) != 2*golden {
		t.Errorf("%d items, %d golden files", len(files)-golden, golden)
	}
}
