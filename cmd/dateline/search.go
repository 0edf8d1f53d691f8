package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"dateline/config"
	"dateline/index"
	"dateline/search"
)

// searchTimeout bounds one question.
const searchTimeout = 30 * time.Second

// searchOptions are the flags of dateline search that are no parameters of
// the question.
type searchOptions struct {
	event  bool
	copies bool
	json   bool
	facets bool
	store  string
	dir    string
}

// searchFlags are the parameters of a question that have a flag of the same
// meaning: the flag's name, the parameter's and the help.
var searchFlags = []struct {
	flag, param, help string
	many              bool
}{
	{"actor", "actor", "a person or organisation, `NAME` or id; again for another one", true},
	{"place", "place", "a place and everything inside it, `NAME` or id; again for another one", true},
	{"on", "on", "when the event happened: a `DATE` like 2025-03-01, 2025-03, yesterday", false},
	{"from", "from", "the event happened on or after this `DATE`; 7d is a week ago", false},
	{"to", "to", "the event happened on or before this `DATE`", false},
	{"published-from", "published_from", "published on or after this `DATE`", false},
	{"published-to", "published_to", "published on or before this `DATE`", false},
	{"source", "source", "`ID` of a source; again for another one", true},
	{"outlet", "outlet", "`NAME` of an outlet; again for another one", true},
	{"author", "author", "`NAME` of an author; again for another one", true},
	{"story", "story", "`ID` of a story: all that printed it, copies too, in time order", false},
	{"modality", "modality", "asserted, planned, denied, hypothetical or reported: events only", true},
	{"sort", "sort", "`ORDER`: relevance, published, event_date, received; a minus puts the latest first", false},
	{"limit", "limit", "how many results, at most serve.max_page_size", false},
	{"offset", "offset", "how many results to pass over", false},
}

func newSearchCommand() *cobra.Command {
	var o searchOptions
	var path string
	v := url.Values{}
	cmd := &cobra.Command{
		Use:   "search [WORDS…]",
		Short: "Ask who, where and when from the terminal",
		Long: `Ask the index. Words are looked for in title and text; quotes make a phrase, a
minus leaves a word out (put -- before a word that begins with one). With
--event the answer is events: actor, place and date then stand together in one.

On a terminal the answer is a table, in a pipe one result a line with tabs
between the columns, with --json one document a line.`,
		Example: `  dateline search ferry --place Estonia --from 2025-03-01
  dateline search --event --actor "Harold Brandt" --place "Addis Ababa" --on 2025-04-03
  dateline search '"power cable"' --published-from 7d --facets
  dateline search --story 1f7a0c4e9b2d6835a1c07e44d92b3f60
  dateline search --place UA --json -- cable -ferry | jq -r .title`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			if o.store != "" {
				c.Store = o.store
			}
			if o.dir != "" {
				c.Store, c.Embedded.Dir = "embedded", o.dir
			}
			if err := c.Validate(); err != nil {
				return err
			}
			q, err := o.question(v, args, c.Serve)
			if err != nil {
				return err
			}
			return o.run(cmd.Context(), cmd.OutOrStdout(), c, q)
		},
	}
	configFlag(cmd, &path)
	f := cmd.Flags()
	for _, s := range searchFlags {
		f.Var(&parameter{v, s.param, s.many}, s.flag, s.help)
	}
	f.BoolVar(&o.copies, "copies", false, "show copies too, which are hidden and counted otherwise")
	f.BoolVar(&o.event, "event", false, "answer with events instead of articles")
	f.BoolVar(&o.json, "json", false, "write documents as JSON, one a line")
	f.BoolVar(&o.facets, "facets", false, "count people, places, outlets … of the whole answer too")
	f.StringVar(&o.store, "store", "", "elasticsearch or embedded, overrides store")
	f.StringVar(&o.dir, "dir", "", "`FOLDER` of an embedded index, as --store embedded with embedded.dir")
	return cmd
}

// parameter is a flag that is a parameter of the question.
type parameter struct {
	v    url.Values
	name string
	many bool
}

func (p *parameter) String() string { return "" }
func (p *parameter) Type() string   { return "text" }

func (p *parameter) Set(s string) error {
	if !p.many && len(p.v[p.name]) > 0 {
		return errors.New("given twice")
	}
	p.v[p.name] = append(p.v[p.name], s)
	return nil
}

// question reads the flags and words as the page reads an address. What is
// wrong with them is said of the flags.
func (o *searchOptions) question(v url.Values, words []string, serve config.Serve) (*index.Query, error) {
	v.Set("q", strings.Join(words, " "))
	if o.event {
		v.Set("target", "event")
	}
	if story := v.Get("story") != ""; o.copies || story {
		v.Set("copies", "true")
		if story && v.Get("sort") == "" {
			v.Set("sort", "published")
		}
	}
	zone := time.Local
	q, err := search.Rules{Now: time.Now(), Zone: zone, PageSize: serve.PageSize, MaxPageSize: serve.MaxPageSize}.Parse(v)
	var wrong search.ParamErrors
	if errors.As(err, &wrong) {
		var says []string
		for _, w := range wrong {
			says = append(says, flagOf(w.Param)+": "+w.Problem+hint(w.Hint))
		}
		return nil, usageError{errors.New(strings.Join(says, "\n"))}
	}
	return q, err
}

// flagOf is a parameter as the command line has it.
func flagOf(param string) string {
	for _, s := range searchFlags {
		if s.param == param {
			return "--" + s.flag
		}
	}
	if param == "q" {
		return "words"
	}
	return param
}

func hint(s string) string {
	if s == "" {
		return ""
	}
	return "; " + s
}

// searchFacets are what --facets counts.
var searchFacets = []string{"person", "organization", "place.country", "place.path", "outlet", "authors", "event_date.month"}

func (o *searchOptions) run(ctx context.Context, out io.Writer, c *config.Config, q *index.Query) error {
	store, err := openStore(c)
	if err != nil {
		return err
	}
	defer store.Close()
	if o.facets {
		q.Facets = searchFacets
	}
	ctx, cancel := context.WithTimeout(ctx, searchTimeout)
	defer cancel()
	a, err := store.Search(ctx, q)
	if err != nil {
		return fmt.Errorf("%s: %w", storeName(c), err)
	}
	if o.json {
		return printJSON(out, a)
	}
	rows, err := search.Rows(q, a)
	if err != nil {
		return err
	}
	copies, err := search.HiddenCopies(ctx, store.Search, q, a)
	if err != nil {
		return fmt.Errorf("%s: copies: %w", storeName(c), err)
	}
	for i := range rows {
		rows[i].Copies = copies[rows[i].ID]
	}
	width := terminalWidth(out)
	if width == 0 {
		return printPlain(out, rows, a)
	}
	return printTable(out, rows, q, a, width)
}

// terminalWidth is the width of the terminal that out is, or 0.
func terminalWidth(out io.Writer) int {
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
		return w
	}
	return 80
}

// printJSON writes the documents as they are stored, one a line, and the
// counts, if there are any, as one object more.
func printJSON(out io.Writer, a *index.Answer) error {
	for _, h := range a.Hits {
		if _, err := fmt.Fprintf(out, "%s\n", h.Source); err != nil {
			return err
		}
	}
	if a.Facets == nil {
		return nil
	}
	return json.NewEncoder(out).Encode(struct {
		Total  int64                     `json:"total"`
		Facets map[string][]index.Bucket `json:"facets"`
	}{a.Total, a.Facets})
}

// printPlain writes one result a line, for other programs.
func printPlain(out io.Writer, rows []search.Row, a *index.Answer) error {
	for _, r := range rows {
		cells := []string{r.When, published(r), strings.Join(r.Who, "; "), strings.Join(r.Where, "; "), r.What, r.Outlet, r.ID, strconv.FormatInt(r.Copies, 10)}
		for i := range cells {
			cells[i] = printable(cells[i])
		}
		if _, err := fmt.Fprintln(out, strings.Join(cells, "\t")); err != nil {
			return err
		}
	}
	return printFacets(out, a)
}

func published(r search.Row) string {
	if r.Published.IsZero() {
		return ""
	}
	return r.Published.Format(time.RFC3339)
}

func printFacets(out io.Writer, a *index.Answer) error {
	names := make([]string, 0, len(a.Facets))
	for name := range a.Facets {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, b := range a.Facets[name] {
			label := b.Label
			if label == "" || label == b.Value {
				label = b.Value
			} else {
				label += " (" + b.Value + ")"
			}
			if _, err := fmt.Fprintf(out, "%s\t%d\t%s\n", name, b.Count, printable(label)); err != nil {
				return err
			}
		}
	}
	return nil
}
