package main

import (
	"bytes"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"dateline/internal/bench"
)

func newBenchStartCommand(o *benchOptions) *cobra.Command {
	var rounds int
	cmd := &cobra.Command{
		Use: "start", Short: "From the start of the program to its first article, and the memory of a run", Args: cobra.NoArgs,
		Long: `Start this program anew, by turns: to say its version; to enrich one article; to
enrich --articles of them on one processor. Times are from start to exit, memory is
the highest resident size.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if rounds < 1 {
				return usageError{errors.New("--rounds: at least 1")}
			}
			values, err := o.values()
			if err != nil {
				return err
			}
			program, err := os.Executable()
			if err != nil {
				return err
			}
			rows, err := bench.Start(cmd.Context(), program, rounds, []bench.StartCase{
				{Name: "version", Args: []string{"--version"}},
				{Name: "one article", Args: []string{"enrich"}, Input: lines(values[:1])},
				{Name: "all articles", Args: []string{"enrich"}, Input: lines(values)},
			}, benchProgress(cmd))
			if err != nil {
				return err
			}
			return o.write(cmd.OutOrStdout(), rows, benchStartColumns)
		},
	}
	cmd.Flags().IntVar(&rounds, "rounds", 10, "how often each is started")
	return cmd
}

func lines(values [][]byte) []byte { return append(bytes.Join(values, []byte("\n")), '\n') }

var benchStartColumns = []benchColumn{
	{title: "started for", key: "name"},
	{title: "runs", key: "runs", format: "%.0f", plain: true},
	{title: "least ms", key: "least_ms", format: "%.1f"},
	{title: "median ms", key: "median_ms", format: "%.1f"},
	{title: "CPU ms", key: "cpu_ms", format: "%.1f"},
	{title: "RSS MB", key: "rss_mb", format: "%.0f"},
}
