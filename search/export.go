package search

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"dateline/index"
	"dateline/pipeline"
	"dateline/pipeline/timex"
)

// How much one export writes, and how much of it is asked for at once.
const (
	MaxExport     = 10000
	defaultExport = 1000
	exportPage    = 200
)

// apiCSV and apiLines write an answer as a table or as one document a line.
func (s *site) apiCSV(w http.ResponseWriter, r *http.Request) error {
	return s.export(w, r, "text/csv; charset=utf-8; header=present", "csv", writeCSV)
}

func (s *site) apiLines(w http.ResponseWriter, r *http.Request) error {
	return s.export(w, r, "application/x-ndjson; charset=utf-8", "jsonl", writeLines)
}

// export writes an answer page by page, so that neither the index nor this
// program holds it whole. An error once something is written breaks the
// connection: a short file must not look like a whole one.
func (s *site) export(w http.ResponseWriter, r *http.Request, kind, ending string, write func(io.Writer, *index.Query, []index.Hit, bool) error) error {
	v, err := parameters(r)
	if err != nil {
		return err
	}
	rules := s.rules()
	rules.PageSize, rules.MaxPageSize = defaultExport, MaxExport
	q, err := rules.Parse(v)
	if err != nil {
		return err
	}
	left := q.Limit
	q.Facets, q.Highlight, q.Limit = nil, false, min(exportPage, left)
	a, err := s.ask(r.Context(), q)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="dateline-%s.%s"`, rules.Now.In(rules.zone()).Format("2006-01-02"), ending))
	h.Set("Dateline-Total", strconv.FormatInt(a.Total, 10))
	if r.Method == http.MethodHead {
		return nil
	}
	for first := true; ; first = false {
		left -= len(a.Hits)
		if err := write(w, q, a.Hits, first); err != nil {
			panic(http.ErrAbortHandler) // the reader is gone, or a document cannot be read
		}
		if len(a.Hits) < q.Limit || left <= 0 {
			return nil
		}
		q.Offset, q.After, q.Limit = 0, a.Hits[len(a.Hits)-1].After, min(exportPage, left)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), s.o.Timeout) // each page has its time
		stop := context.AfterFunc(r.Context(), func() {
			if r.Context().Err() == context.Canceled {
				cancel()
			}
		})
		a, err = s.ask(ctx, q)
		stop()
		cancel()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
	}
}

func writeLines(w io.Writer, _ *index.Query, hits []index.Hit, _ bool) error {
	var b bytes.Buffer
	for _, h := range hits {
		if err := json.Compact(&b, h.Source); err != nil {
			return err
		}
		b.WriteByte('\n')
	}
	_, err := w.Write(b.Bytes())
	return err
}

// Columns of an export. Lists are joined by "; ".
var (
	articleColumns = []string{"id", "published", "event_start", "event_end", "event_precision", "title", "outlet", "authors", "people", "organizations", "places", "countries", "story", "url"}
	eventColumns   = []string{"id", "article", "published", "event_start", "event_end", "event_precision", "modality", "type", "trigger", "sentence", "actors", "places", "countries", "outlet", "title", "url"}
)

func writeCSV(w io.Writer, q *index.Query, hits []index.Hit, first bool) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true // RFC 4180
	columns, row := articleColumns, articleCells
	if q.Target == index.Events {
		columns, row = eventColumns, eventCells
	}
	if first {
		_ = c.Write(columns) // errors come from Flush
	}
	for i := range hits {
		cells, err := row(&hits[i])
		if err != nil {
			return err
		}
		for j := range cells {
			cells[j] = plainCell(cells[j])
		}
		_ = c.Write(cells)
	}
	c.Flush()
	return c.Error()
}

// plainCell keeps a spreadsheet from running what an article wrote: a cell that
// begins like a formula gets an apostrophe in front.
func plainCell(s string) string {
	s = strings.ReplaceAll(s, "\x00", "")
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func articleCells(h *index.Hit) ([]string, error) {
	d := new(pipeline.Document)
	if err := json.Unmarshal(h.Source, d); err != nil {
		return nil, err
	}
	var flat struct {
		Person, Organization []string
		Story                string
	}
	if err := json.Unmarshal(h.Source, &flat); err != nil {
		return nil, err
	}
	var names, countries []string
	for i := range d.Places {
		p := &d.Places[i]
		if len(p.Kinds) == 1 && p.Kinds[0] == "metonym" {
			continue
		}
		names = appendNew(names, p.Name)
		countries = appendNew(countries, p.Country)
	}
	var main *timex.Date
	if d.Main != nil {
		main = &d.Main.Date
	}
	return append(append([]string{h.ID, instant(d.Published)}, dateCells(main)...), d.Title, d.Outlet, join(d.Authors),
		join(flat.Person), join(flat.Organization), join(names), join(countries), flat.Story, d.Source.URL), nil
}

func eventCells(h *index.Hit) ([]string, error) {
	var e eventRecord
	if err := json.Unmarshal(h.Source, &e); err != nil {
		return nil, err
	}
	var flat struct {
		URL   string
		Place struct{ Country []string }
	}
	if err := json.Unmarshal(h.Source, &flat); err != nil {
		return nil, err
	}
	return append(append([]string{h.ID, e.Article, instant(e.Published)}, dateCells(e.Date)...), e.Modality, e.Type, e.Trigger,
		strings.Join(strings.Fields(e.Sentence), " "), join(namesOf(e.Actor)), join(namesOf(e.Place)), join(flat.Place.Country), e.Outlet, e.Title, flat.URL), nil
}

func namesOf(f flatNames) (names []string) {
	for _, n := range f.named() {
		names = append(names, n.Name)
	}
	return names
}

func dateCells(t *timex.Date) []string {
	if t == nil {
		return []string{"", "", ""}
	}
	return []string{t.Start, t.End, t.Precision}
}

func join(ss []string) string { return strings.Join(ss, "; ") }

func appendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

func instant(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
