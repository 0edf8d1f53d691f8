package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"dateline/internal/docdiff"
)

// diffIgnored are fields that differ between any two releases.
const diffIgnored = "pipeline"

// maxDocument is the longest line of documents that is read: an article of
// 4 MiB with everything found in it.
const maxDocument = 64 << 20

func newDiffCommand() *cobra.Command {
	var asJSON, fail bool
	var ignore []string
	cmd := &cobra.Command{
		Use:   "diff OLD.jsonl NEW.jsonl",
		Short: "Compare two outputs of enrich, field by field",
		Long: `Compare documents as dateline enrich prints them, paired by id: how many differ,
and for every field in how many documents it changed, was added or removed, with
an example. Before an archive is enriched again this shows what a new release, a
gazetteer or an overrides file will change. OLD is held in memory.`,
		Example: `  dateline-old enrich sample.jsonl > old.jsonl
  dateline enrich sample.jsonl > new.jsonl
  dateline diff old.jsonl new.jsonl
  dateline diff old.jsonl new.jsonl --ignore pipeline,actors[].confidence --json | jq .fields[0]`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c := docdiff.New(ignore...)
			if err := eachLine(args[0], c.Old); err != nil {
				return err
			}
			if err := eachLine(args[1], c.New); err != nil {
				return err
			}
			r := c.Report()
			if err := writeDiff(cmd.OutOrStdout(), r, asJSON); err != nil {
				return err
			}
			if fail && r.Differ+r.OnlyOld+r.OnlyNew > 0 {
				return errReported
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.BoolVar(&asJSON, "json", false, "write JSON")
	f.BoolVar(&fail, "fail", false, "exit code 1 if anything differs")
	f.StringSliceVar(&ignore, "ignore", []string{diffIgnored}, "leave out these `FIELDS` and what is below them")
	return cmd
}

// eachLine calls f with every line of a file that is not blank.
func eachLine(path string, f func([]byte) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxDocument)
	n := 0
	for lines.Scan() {
		n++
		if line := bytes.TrimSpace(lines.Bytes()); len(line) > 0 {
			if err := f(line); err != nil {
				return fmt.Errorf("%s:%d: %w", path, n, err)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s:%d: %w", path, n+1, err)
	}
	return nil
}

func writeDiff(w io.Writer, r docdiff.Report, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d documents differ, %d are the same, %d only in the old set, %d only in the new\n", r.Differ, r.Same, r.OnlyOld, r.OnlyNew)
	if r.Repeated > 0 {
		fmt.Fprintf(&b, "%d documents were given twice\n", r.Repeated)
	}
	if len(r.Fields) > 0 {
		fmt.Fprintf(&b, "\n%8s %8s %8s  %s\n", "changed", "added", "removed", "field, example")
	}
	for _, f := range r.Fields {
		fmt.Fprintf(&b, "%8d %8d %8d  %s\n%28s%s: %q → %q\n", f.Changed, f.Added, f.Removed, f.Path, "", f.Example.ID, f.Example.Old, f.Example.New)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
