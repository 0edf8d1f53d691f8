package score

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"dateline/pipeline/byline"
	"dateline/pipeline/wire"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/unicode/norm"
)

// String is a byline string with its persons.
type String struct {
	Raw     string   `json:"raw"`
	Persons []string `json:"persons"`
}

// Page is a news page with its authors.
type Page struct {
	ID        string   `json:"id"`
	Publisher string   `json:"publisher"`
	URL       string   `json:"url"`
	Authors   []string `json:"authors"`
	HTML      string   `json:"html"`
}

// Load reads JSON lines, compressed with zstd if the path ends in .zst.
func Load[T any](path string) ([]T, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("byline set: %w", err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".zst") {
		z, err := zstd.NewReader(f)
		if err != nil {
			return nil, fmt.Errorf("byline set %s: %w", path, err)
		}
		defer z.Close()
		r = z
	}
	var out []T
	d := json.NewDecoder(bufio.NewReaderSize(r, 1<<20))
	for {
		var row T
		if err := d.Decode(&row); err == io.EOF {
			return out, nil
		} else if err != nil {
			return nil, fmt.Errorf("byline set %s, row %d: %w", path, len(out)+1, err)
		}
		out = append(out, row)
	}
}

// Report counts one set.
type Report struct {
	Rows       int
	Exact      int // names equal gold
	Loose      int // or agency, desk and outlet do, where no person was found
	Empty      int // rows whose gold is empty
	EmptyRight int // and nothing was invented
}

// String is the report on one line.
func (r Report) String() string {
	return fmt.Sprintf("exact %d/%d (%.1f %%), with agencies %d (%.1f %%), empty right %d/%d",
		r.Exact, r.Rows, 100*float64(r.Exact)/float64(max(r.Rows, 1)), r.Loose, 100*float64(r.Loose)/float64(max(r.Rows, 1)), r.EmptyRight, r.Empty)
}

// Add counts one row and reports whether it is exact and whether it is right
// with agencies.
func (r *Report) Add(gold []string, b *byline.Byline) (exact, loose bool) {
	persons := Persons(b)
	exact = slices.Equal(Names(persons), Names(gold))
	loose = exact
	if !exact && len(persons) == 0 {
		loose = slices.Equal(Names(others(b)), Names(canonical(gold)))
	}
	r.Rows++
	if exact {
		r.Exact++
	}
	if loose {
		r.Loose++
	}
	if len(gold) == 0 {
		r.Empty++
		if exact {
			r.EmptyRight++
		}
	}
	return exact, loose
}

// Names is the sorted set of names after NFC and case folding.
func Names(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, strings.ToLower(norm.NFC.String(strings.Join(strings.Fields(n), " "))))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Persons are the names of the authors that are persons.
func Persons(b *byline.Byline) (out []string) {
	for _, p := range b.Authors {
		if p.Kind == "person" {
			out = append(out, p.Name)
		}
	}
	return out
}

// others are the agencies, desks and outlet of a byline without a person.
func others(b *byline.Byline) (out []string) {
	out = append(out, b.Agency...)
	for _, p := range b.Authors {
		out = append(out, p.Name)
	}
	if b.Outlet != "" {
		out = append(out, b.Outlet)
	}
	return out
}

// canonical replaces agencies by their codes.
func canonical(gold []string) (out []string) {
	for _, g := range gold {
		b := byline.Read(byline.Input{Lines: []string{g}}).Byline
		if len(Persons(&b)) == 0 && len(b.Agency) == 1 {
			g = b.Agency[0]
		}
		out = append(out, g)
	}
	return out
}

// ReadPage reads a page the way the pipeline does.
func ReadPage(p *Page) (*wire.Article, byline.Byline, error) {
	a, err := wire.Parse(&wire.Envelope{SourceID: "score", ItemID: p.ID, Format: "html", Data: []byte(p.HTML), URL: p.URL}, wire.Options{})
	if err != nil {
		return nil, byline.Byline{}, fmt.Errorf("page %s: %w", p.ID, err)
	}
	res := byline.Read(byline.Input{Lines: a.Byline, From: a.BylineFrom, Credits: a.Credits, Body: a.Body, Dateline: a.Dateline, Authors: a.Authors, Marked: a.Marked, Outlet: a.Outlet, Published: a.Published})
	b := res.Byline
	if b.Outlet == a.Outlet { // the source's own name, not read from a byline
		b.Outlet = ""
	}
	return a, b, nil
}

// ReadString reads a byline string.
func ReadString(s *String) byline.Byline {
	return byline.Read(byline.Input{Lines: []string{s.Raw}}).Byline
}
