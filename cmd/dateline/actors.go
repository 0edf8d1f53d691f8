package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/index"
	"dateline/pipeline/gazetteer"
)

func newActorsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "actors",
		Short: "Look after the people and bodies that the gazetteer does not hold",
	}
	cmd.AddCommand(newCandidatesCommand())
	return cmd
}

// candidatesOptions are the flags of dateline actors candidates.
type candidatesOptions struct {
	limit      int
	least      int64
	json       bool
	operations bool
	by         string
}

// mostCounted is how many ids the store counts, actors of the gazetteer among
// them.
const mostCounted = 10_000

func newCandidatesCommand() *cobra.Command {
	var path, store, dir string
	o := candidatesOptions{}
	cmd := &cobra.Command{
		Use:   "candidates",
		Short: "List the provisional actors that most articles name",
		Long: `List the people (p:…) and organisations (o:…) that the gazetteer does not hold
and most articles name: the first to add to it, or to merge with another id.
Names that may be one person's in two spellings, or somebody's whom the
gazetteer knows, are pointed out.

--operations prints corrections for the file of overrides instead: a merge
where another spelling is known, else an add. Read them before you use them.`,
		Example: `  dateline actors candidates
  dateline actors candidates --min 20 --json | jq -r .id
  dateline actors candidates --limit 20 --operations --by kl >> overrides.ndjson`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.limit < 1 || o.limit > mostCounted {
				return usageError{fmt.Errorf("--limit %d: 1 to %d", o.limit, mostCounted)}
			}
			if o.operations && o.by == "" {
				return usageError{fmt.Errorf("--operations: say with --by who decides")}
			}
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			if err := useStore(c, store, dir); err != nil {
				return err
			}
			l, err := countProvisional(cmd.Context(), c, &o)
			if err != nil {
				return err
			}
			return o.print(cmd.OutOrStdout(), l)
		},
	}
	configFlag(cmd, &path)
	f := cmd.Flags()
	f.StringVar(&store, "store", "", "elasticsearch or embedded, overrides store")
	f.StringVar(&dir, "dir", "", "`FOLDER` of an embedded index, as --store embedded with embedded.dir")
	f.IntVar(&o.limit, "limit", 50, "candidates shown")
	f.Int64Var(&o.least, "min", 2, "least `ARTICLES` that name a candidate")
	f.BoolVar(&o.json, "json", false, "one JSON object a line")
	f.BoolVar(&o.operations, "operations", false, "print corrections for the file of overrides")
	f.StringVar(&o.by, "by", "", "who decides, for --operations")
	cmd.MarkFlagsMutuallyExclusive("json", "operations")
	return cmd
}

// provisional is an actor that articles name and the gazetteer does not hold.
type provisional struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Articles int64    `json:"articles"`
	Like     []string `json:"like,omitempty"` // ids that may be the same actor's, the likeliest first
}

// countProvisional asks the store for the commonest provisional actors.
func countProvisional(ctx context.Context, c *config.Config, o *candidatesOptions) ([]provisional, error) {
	s, err := openStore(c)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(ctx, searchTimeout)
	defer cancel()
	a, err := s.Search(ctx, &index.Query{Now: time.Now(), Facets: []string{"actor.id"}, FacetSize: mostCounted})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", storeName(c), err)
	}
	return candidates(a.Facets["actor.id"], o), nil
}

// candidates are the provisional actors among the counts, the commonest first.
func candidates(counts []index.Bucket, o *candidatesOptions) (l []provisional) {
	known := index.ActorIDs(gazetteer.Default())
	bones := map[string][]provisional{} // people by what the spellings of a name share
	for _, b := range counts {
		kind, rest, _ := strings.Cut(b.Value, ":")
		if kind != "p" && kind != "o" {
			continue
		}
		c := provisional{ID: b.Value, Name: b.Label, Articles: b.Count}
		if c.Name == "" {
			c.Name = strings.ReplaceAll(rest, "-", " ")
		}
		for _, id := range known(c.Name) {
			if strings.HasPrefix(id, "per:") == (kind == "p") {
				c.Like = append(c.Like, id)
			}
		}
		if k := gazetteer.Skeleton(strings.ReplaceAll(rest, "-", " ")); kind == "p" && k != "" {
			bones[k] = append(bones[k], c)
		}
		if c.Articles >= o.least {
			l = append(l, c)
		}
	}
	slices.SortStableFunc(l, func(a, b provisional) int {
		return cmp.Or(cmp.Compare(b.Articles, a.Articles), cmp.Compare(a.ID, b.ID))
	})
	l = l[:min(len(l), o.limit)]
	for i := range l {
		c := &l[i]
		for _, t := range bones[gazetteer.Skeleton(strings.ReplaceAll(strings.TrimPrefix(c.ID, "p:"), "-", " "))] {
			if t.ID != c.ID && strings.HasPrefix(c.ID, "p:") {
				c.Like = append(c.Like, t.ID)
			}
		}
	}
	return l
}

func (o *candidatesOptions) print(w io.Writer, l []provisional) error {
	out := bufio.NewWriter(w)
	switch enc := json.NewEncoder(out); {
	case o.json:
		for i := range l {
			if err := enc.Encode(&l[i]); err != nil {
				return err
			}
		}
	case o.operations:
		at := time.Now().UTC().Format(time.DateOnly)
		merged := map[string]bool{}
		for i := range l {
			if op := operation(&l[i], merged, o.by, at); op != nil {
				if err := enc.Encode(op); err != nil {
					return err
				}
			}
		}
	default:
		t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		for _, c := range l {
			fmt.Fprintf(t, "%d\t%s\t%s\t%s\n", c.Articles, printable(c.Name), printable(c.ID), printable(strings.Join(c.Like, " ")))
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return out.Flush()
}

// operation is the correction that a candidate asks for: a merge into what is
// like it, else an add and the merge of its provisional id; nil if another one
// was merged into it.
func operation(c *provisional, merged map[string]bool, by, at string) map[string]any {
	if merged[c.ID] {
		return nil
	}
	reason := fmt.Sprintf("%d articles name %s", c.Articles, c.Name)
	if len(c.Like) > 0 && !merged[c.Like[0]] {
		merged[c.ID], merged[c.Like[0]] = true, true
		return map[string]any{"op": "merge", "id": c.ID, "into": c.Like[0], "by": by, "at": at, "reason": reason + ", another spelling"}
	}
	typ, prefix := "person", "per:"
	if strings.HasPrefix(c.ID, "o:") {
		typ, prefix = "organization", "org:"
	}
	return map[string]any{"op": "add", "id": prefix + c.ID[2:], "name": c.Name, "type": typ, "by": by, "at": at, "reason": reason}
}
