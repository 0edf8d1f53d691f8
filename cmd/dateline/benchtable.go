package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"dateline/internal/bench"
)

// Slack of a budget: a share of the figure, and an allocation or a kilobyte
// for what a map or a pool decides by chance.
const (
	budgetShare = 0.05
	budgetSlack = 1
)

// overBudget says which stages allocate more than they may. It looks at counts
// alone, which a busy machine does not change, and never at time.
func overBudget(path string, rows []bench.StageRow) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("--budget: %w", err)
	}
	var budget []bench.StageRow
	if err := json.Unmarshal(data, &budget); err != nil {
		return fmt.Errorf("--budget %s: want what --json wrote: %w", path, err)
	}
	allowed := map[string]bench.StageRow{}
	for _, r := range budget {
		allowed[r.Name] = r
	}
	var errs []error
	for _, r := range rows {
		b, ok := allowed[r.Name]
		if !ok {
			errs = append(errs, fmt.Errorf("%s: %s has no budget for it", path, r.Name))
			continue
		}
		for _, c := range []struct {
			what     string
			got, may float64
		}{{"allocations", r.Allocs, b.Allocs}, {"kB", r.KB, b.KB}} {
			if c.got > c.may*(1+budgetShare)+budgetSlack {
				errs = append(errs, fmt.Errorf("up to and with %s: %.1f %s an article, the budget is %.1f", r.Name, c.got, c.what, c.may))
			}
		}
	}
	return errors.Join(errs...)
}

// benchColumn is one column of a table of measurements.
type benchColumn struct {
	title  string
	key    string // of the row's JSON
	format string // of the number; "" for a text
	unit   string
	scale  float64 // the number is multiplied by it; 0 is 1
	plain  bool    // a count that is no measurement: it has no comparison
}

// benchTable is rows of measurements, beside those of an earlier run.
type benchTable struct {
	columns []benchColumn
	earlier map[string]map[string]any // by name
}

// write prints rows, a slice of structs with a name, as JSON or as a table.
func (o *benchOptions) write(w io.Writer, rows any, columns []benchColumn) error {
	if o.json {
		return json.NewEncoder(w).Encode(rows)
	}
	t := benchTable{columns: columns}
	if o.compare != "" {
		data, err := readEarlier(o.compare)
		if err != nil {
			return err
		}
		before, err := benchRows(data)
		if err != nil {
			return notEarlier(o.compare, err)
		}
		t.earlier = map[string]map[string]any{}
		for _, r := range before {
			t.earlier[fmt.Sprint(r["name"])] = r
		}
	}
	data, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	now, err := benchRows(data)
	if err != nil {
		return err
	}
	return t.print(w, now)
}

// readEarlier reads the file of --compare.
func readEarlier(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--compare: %w", err)
	}
	return data, nil
}

func notEarlier(path string, err error) error {
	return fmt.Errorf("--compare %s: want what --json wrote: %w", path, err)
}

func benchRows(data []byte) (rows []map[string]any, err error) {
	return rows, json.Unmarshal(data, &rows)
}

func (t *benchTable) print(w io.Writer, rows []map[string]any) error {
	out := tabwriter.NewWriter(w, 0, 4, 2, ' ', tabwriter.AlignRight)
	for _, c := range t.columns {
		fmt.Fprintf(out, "%s\t", c.title)
	}
	fmt.Fprintln(out)
	for _, r := range rows {
		for _, c := range t.columns {
			fmt.Fprintf(out, "%s\t", t.cell(c, r))
		}
		fmt.Fprintln(out)
	}
	return out.Flush()
}

// cell is a figure and, where the earlier run has it too, its ratio to that.
func (t *benchTable) cell(c benchColumn, row map[string]any) string {
	if c.format == "" {
		return fmt.Sprint(row[c.key])
	}
	v, ok := row[c.key].(float64)
	if !ok || v == 0 && !c.plain {
		return ""
	}
	scale := c.scale
	if scale == 0 {
		scale = 1
	}
	s := fmt.Sprintf(c.format, v*scale) + c.unit
	before, ok := t.earlier[fmt.Sprint(row["name"])][c.key].(float64)
	if !ok || before == 0 || c.plain {
		return s
	}
	return s + fmt.Sprintf(" (×%.2f)", v/before)
}

var benchEngineColumns = []benchColumn{
	{title: "what", key: "name"},
	{title: "articles", key: "docs", format: "%.0f", plain: true},
	{title: "events", key: "events", format: "%.0f", plain: true},
	{title: "articles/s", key: "docs_per_s", format: "%.0f"},
	{title: "MB/s", key: "mb_per_s", format: "%.1f"},
	{title: "of raw", key: "of_raw", format: "%.1f", unit: " %", scale: 100},
	{title: "server ms/article", key: "server_cpu_ms", format: "%.3f"},
	{title: "client ms/article", key: "client_cpu_ms", format: "%.3f"},
	{title: "RSS MB", key: "rss_mb", format: "%.0f"},
}

var benchScaleColumns = append(append([]benchColumn{}, benchEngineColumns[0], benchEngineColumns[1], benchEngineColumns[3], benchEngineColumns[4]),
	benchEngineColumns[6], benchEngineColumns[7], benchEngineColumns[8],
	benchColumn{title: "join s", key: "join_s", format: "%.2f"}, benchColumn{title: "leave s", key: "leave_s", format: "%.2f"})

var benchLatencyColumns = []benchColumn{
	{title: "worker", key: "name"},
	{title: "articles", key: "docs", format: "%.0f", plain: true},
	{title: "fastest/s", key: "max_docs_per_s", format: "%.0f"},
	{title: "fed/s", key: "docs_per_s", format: "%.0f"},
	{title: "p50 ms", key: "p50_ms", format: "%.0f"},
	{title: "p99 ms", key: "p99_ms", format: "%.0f"},
}

var benchStageColumns = []benchColumn{
	{title: "up to and with", key: "name"},
	{title: "articles", key: "docs", format: "%.0f", plain: true},
	{title: "articles/s", key: "docs_per_s", format: "%.0f"},
	{title: "MB/s", key: "mb_per_s", format: "%.1f"},
	{title: "ms/article", key: "ms_per_doc", format: "%.4f"},
	{title: "allocs/article", key: "allocs_per_doc", format: "%.0f"},
	{title: "kB/article", key: "kb_per_doc", format: "%.1f"},
	{title: "GC %", key: "gc_percent", format: "%.1f"},
}

var benchGrowthColumns = []benchColumn{
	{title: "found", key: "found", format: "%.0f", plain: true},
	{title: "raw kB", key: "raw_kb", format: "%.1f", plain: true},
	{title: "total s", key: "total_s", format: "%.3g"},
	{title: "ms/article", key: "cpu_ms", format: "%.4g"},
	{title: "µs/kB", key: "us_per_kb", format: "%.1f"},
	{title: "MB/s", key: "mb_per_s", format: "%.1f"},
	{title: "allocs", key: "allocs", format: "%.3g"},
	{title: "kB allocated", key: "kb", format: "%.4g"},
	{title: "MB held", key: "held_mb", format: "%.3g"},
	{title: "rows", key: "rows", format: "%.0f", plain: true},
	{title: "B/row", key: "held_b", format: "%.0f"},
	{title: "MB on disk", key: "disk_mb", format: "%.0f"},
	{title: "p50 ms", key: "p50_ms", format: "%.1f"},
	{title: "p99 ms", key: "p99_ms", format: "%.1f"},
	{title: "CPU ms", key: "ask_ms", format: "%.1f"},
}
