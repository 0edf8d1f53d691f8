package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"dateline/internal/bench"
)

func newBenchGrowthCommand(o *benchOptions) *cobra.Command {
	var most bench.GrowthOptions
	var about strings.Builder
	for _, name := range bench.CurveNames() {
		fmt.Fprintf(&about, "  %-10s %s\n", name, bench.AboutCurve(name))
	}
	cmd := &cobra.Command{
		Use: "growth [CURVE…]", Short: "How costs grow with an article, corrections, a dedup window and an index",
		Long: `Measure how costs grow. Curves:

` + about.String() + `
Without names, all of them. An exponent says how a figure has grown since the line
before it: 1 is linear, 0 is not at all, 2 is the square. What grows faster than
it should is named below the table. Texts are of generated articles or of --file;
the index always holds generated ones.`,
		Example: `  dateline bench growth
  dateline bench growth length actors
  dateline bench growth dedup --window 1000000
  dateline bench growth index --articles 100000
  dateline bench growth --json > growth.json`,
		Args:      cobra.ArbitraryArgs,
		ValidArgs: bench.CurveNames(),
		RunE: func(cmd *cobra.Command, names []string) error {
			if most.Articles < 1 || most.Window < 1 {
				return usageError{errors.New("--articles and --window: at least 1")}
			}
			texts := *o
			texts.articles = growthTexts
			var err error
			if most.Values, err = texts.values(); err != nil {
				return err
			}
			most.Progress = benchProgress(cmd)
			curves, err := bench.Growth(cmd.Context(), most, names...)
			var unknown bench.UnknownCurveError
			if errors.As(err, &unknown) {
				return usageError{err}
			}
			if err != nil {
				return err
			}
			return o.writeGrowth(cmd.OutOrStdout(), curves)
		},
	}
	cmd.Flags().IntVar(&most.Articles, "articles", 20_000, "of the largest index; 200,000 take 35 minutes and 12 GB of disk, 19 while it merges")
	cmd.Flags().IntVar(&most.Window, "window", 1_000_000, "articles of the largest dedup window, 350 bytes each; 5,000,000 take some minutes")
	return cmd
}

// growthTexts are the articles whose texts the curves are made of: more than the
// longest article takes.
const growthTexts = 2000

// writeGrowth prints curves as JSON, or a table of each with what grows too
// fast below it.
func (o *benchOptions) writeGrowth(w io.Writer, curves []bench.Curve) error {
	if o.json {
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		return e.Encode(curves)
	}
	earlier, err := o.earlierGrowth()
	if err != nil {
		return err
	}
	for i := range curves {
		c := &curves[i]
		rows, err := growthRows(c)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s: %s\n", c.Name, c.Title)
		t := benchTable{columns: growthColumns(c, rows), earlier: earlier}
		if err := t.print(w, rows); err != nil {
			return err
		}
		steps := c.Superlinear()
		for _, s := range steps {
			fmt.Fprintf(w, "%s: exponent %.2f from %.0f to %.0f %s, more than %s\n", s.Cost.Title, s.Exponent, s.From, s.To, c.Unit, growthWord(s.Cost.Most))
		}
		if len(steps) == 0 {
			fmt.Fprintln(w, "no step grows faster than it should")
		}
		fmt.Fprintln(w)
	}
	return nil
}

func growthWord(exponent float64) string {
	if exponent == 0 {
		return "constant"
	}
	return "linear"
}

// earlierGrowth are the points of the run to compare with, by name.
func (o *benchOptions) earlierGrowth() (map[string]map[string]any, error) {
	if o.compare == "" {
		return nil, nil
	}
	data, err := readEarlier(o.compare)
	if err != nil {
		return nil, err
	}
	var curves []bench.Curve
	if err := json.Unmarshal(data, &curves); err != nil {
		return nil, notEarlier(o.compare, err)
	}
	all := map[string]map[string]any{}
	for i := range curves {
		rows, err := growthRows(&curves[i])
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			all[fmt.Sprint(r["name"])] = r
		}
	}
	return all, nil
}

// growthRows are the points of a curve, with each exponent under the key of its
// figure and exponentOf.
func growthRows(c *bench.Curve) ([]map[string]any, error) {
	data, err := json.Marshal(c.Points)
	if err != nil {
		return nil, err
	}
	rows, err := benchRows(data)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		for key, e := range c.Points[i].Exponents {
			rows[i][key+exponentOf] = e
		}
	}
	return rows, nil
}

const exponentOf = " exponent"

// growthColumns are x and the figures that some point has, each with its
// exponent if it is fitted.
func growthColumns(c *bench.Curve, rows []map[string]any) []benchColumn {
	columns := []benchColumn{{title: c.Unit, key: "x", format: "%.0f", plain: true}}
	fitted := map[string]bool{}
	for _, k := range c.Costs {
		fitted[k.Key] = true
	}
	for _, k := range benchGrowthColumns {
		if !hasFigure(rows, k.key) {
			continue
		}
		columns = append(columns, k)
		if fitted[k.key] {
			columns = append(columns, benchColumn{title: "exp.", key: k.key + exponentOf, format: "%.2f", plain: true})
		}
	}
	return columns
}

func hasFigure(rows []map[string]any, key string) bool {
	for _, r := range rows {
		if v, ok := r[key].(float64); ok && v != 0 {
			return true
		}
	}
	return false
}
