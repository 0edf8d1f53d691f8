package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/pipeline"
	"dateline/pipeline/wire"
)

func newExplainCommand() *cobra.Command {
	var path, store, dir, overrides string
	var asJSON, stored bool
	cmd := &cobra.Command{
		Use:   "explain ID",
		Short: "Say how a stored article was read, span by span",
		Long: `Fetch an article from the store, run the stages on its text again, and print
what they read and why, span by span, as "dateline enrich --explain" does. Where
this release reads something else than what is stored, it says what. Nothing is
written.

IDs are those of "dateline search" and of the web page. An article that is
withdrawn, or under an embargo that still runs, is not shown.`,
		Example: `  dateline explain 3f2a9c0d1e4b5a69788796a5b4c3d2e1
  dateline explain 3f2a9c0d1e4b5a69788796a5b4c3d2e1 --stored | jq .actors
  dateline explain 3f2a9c0d1e4b5a69788796a5b4c3d2e1 --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			if err := useStore(c, store, dir); err != nil {
				return err
			}
			raw, err := fetchArticle(cmd.Context(), c, args[0])
			if err != nil {
				return err
			}
			return explainStored(cmd.OutOrStdout(), c, raw, overrides, stored, asJSON)
		},
	}
	configFlag(cmd, &path)
	f := cmd.Flags()
	f.StringVar(&store, "store", "", "elasticsearch or embedded, overrides store")
	f.StringVar(&dir, "dir", "", "`FOLDER` of an embedded index, as --store embedded with embedded.dir")
	f.StringVar(&overrides, "overrides", "", "`FILE` of corrections, to see what it would change")
	cmd.MarkFlagFilename("overrides", "ndjson")
	f.BoolVar(&stored, "stored", false, "print the document as it is stored, as JSON")
	f.BoolVar(&asJSON, "json", false, "print what the stages read now, as JSON")
	cmd.MarkFlagsMutuallyExclusive("stored", "json")
	return cmd
}

func fetchArticle(ctx context.Context, c *config.Config, id string) (json.RawMessage, error) {
	s, err := openStore(c)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(ctx, searchTimeout)
	defer cancel()
	raw, err := s.Get(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", storeName(c), err)
	}
	if raw == nil {
		return nil, fmt.Errorf("%s has no visible article %q; dateline search shows ids", storeName(c), id)
	}
	return raw, nil
}

func explainStored(w io.Writer, c *config.Config, raw json.RawMessage, overrides string, asStored, asJSON bool) error {
	if asStored {
		return writeJSON(w, raw)
	}
	var old pipeline.Document
	if err := json.Unmarshal(raw, &old); err != nil {
		return fmt.Errorf("stored article: %w", err)
	}
	if overrides != "" {
		c.Worker.Overrides = overrides
	}
	p, err := newPipeline(c, pipeline.Options{Explain: !asJSON})
	if err != nil {
		return err
	}
	d := p.Enrich(storedArticle(&old), nil, new(pipeline.Scratch))
	d.Dedup = old.Dedup // not of the text alone
	if asJSON {
		return writeJSON(w, d)
	}
	if err := explain(w, d); err != nil {
		return err
	}
	d.Unsure = nil // kept for the explanation alone
	for i := range d.Places {
		d.Places[i].Rivals = nil
	}
	return compareReadings(w, &old, d)
}

// storedArticle is what the stages were given, as far as the document kept it.
func storedArticle(d *pipeline.Document) *wire.Article {
	a := &wire.Article{SourceID: d.Source.ID, ItemID: d.Source.ItemID, Version: d.Version, Revision: d.Revision, Format: d.Source.Format,
		Status: d.Status, Signals: d.Signals, CorrectionNote: d.CorrectionNote, Reason: d.Reason, PublishedBasis: d.PublishedBasis,
		Language: d.Language, Title: d.Title, Body: d.Body, Description: d.Description, Slug: d.Slug, Urgency: d.Urgency, Subjects: d.Subjects,
		URL: d.Source.URL, FeedURL: d.Source.FeedURL, Outlet: d.Outlet}
	for _, t := range []struct {
		from *time.Time
		to   *time.Time
	}{{d.Embargo, &a.Embargo}, {d.Published, &a.Published}, {d.Updated, &a.Updated}, {d.Received, &a.Received}, {d.FirstSeen, &a.FirstSeen}} {
		if t.from != nil {
			*t.to = *t.from
		}
	}
	if b := d.Byline; b != nil {
		a.Byline, a.BylineFrom = b.Raw, b.Source
	}
	for _, c := range d.Credits {
		if !c.InBody {
			a.Credits = append(a.Credits, c.Raw)
		}
	}
	if l := d.Dateline; l != nil && l.Span.End == 0 { // not read from the body
		a.Dateline = l.Raw
	}
	return a
}

// compareReadings says where this release reads something else than what is
// stored.
func compareReadings(w io.Writer, old, now *pipeline.Document) error {
	p := &printer{w: w}
	p.line("Stored")
	p.line("  read by release %s, gazetteer %s, names %s, dates %s", orNone(old.Pipeline.Version), orNone(old.Pipeline.Data.Gazetteer),
		orNone(old.Pipeline.Data.Names), orNone(old.Pipeline.Data.Dates))
	same := true
	for _, f := range []struct {
		what     string
		old, now []string
	}{
		{"actors", actorNames(old), actorNames(now)},
		{"places", placeNames(old), placeNames(now)},
		{"authors", old.Authors, now.Authors},
		{"event date", []string{mainDate(old)}, []string{mainDate(now)}},
	} {
		if len(f.old)+len(f.now) == 0 || reflect.DeepEqual(f.old, f.now) {
			continue
		}
		same = false
		p.line("  %s: stored %s", f.what, list(f.old))
		p.line("  %s  now    %s", strings.Repeat(" ", len(f.what)), list(f.now))
	}
	if same {
		p.line("  this release reads the same actors, places, authors and event date")
	}
	return p.err
}

func actorNames(d *pipeline.Document) (out []string) {
	for _, a := range d.Actors {
		out = append(out, a.Name)
	}
	return out
}

func placeNames(d *pipeline.Document) (out []string) {
	for _, x := range d.Places {
		out = append(out, x.Name)
	}
	return out
}

func mainDate(d *pipeline.Document) string {
	if d.Main == nil {
		return "none"
	}
	return interval(&d.Main.Date)
}
