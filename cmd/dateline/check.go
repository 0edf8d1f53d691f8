package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/internal/diagnosis"
)

func newCheckCommand() *cobra.Command {
	var path string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Find the first broken hop between the settings and the data",
		Long: `Follow the settings hop by hop: the file, this process, then names, connections,
encryption, credentials, rights, topics, cluster, templates and aliases. Each hop
is said to be good or broken; the first broken one on each side comes with what
it is and what to do. Nothing is written anywhere.`,
		Example: `  dateline check --config dateline.yaml
  dateline check --config dateline.yaml --json | jq '.[] | select(.ok == false)'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(path)
			var hops []diagnosis.Hop
			if err != nil {
				hops = fileHops(path, err)
			} else {
				hops = diagnosis.Run(cmd.Context(), diagnosis.Options{Config: c, Document: documentOptions(c), Product: programVersion()})
			}
			if asJSON {
				err = writeJSON(cmd.OutOrStdout(), hops)
			} else {
				err = printHops(cmd.OutOrStdout(), hops)
			}
			if err != nil {
				return err
			}
			if diagnosis.Broken(hops) {
				return errReported
			}
			return nil
		},
	}
	configFlag(cmd, &path)
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return cmd
}

// fileHops are one for each problem of the configuration file. Nothing else is
// tried: half of what it would say would come from that file.
func fileHops(path string, err error) (hops []diagnosis.Hop) {
	var problems config.Problems
	if !errors.As(err, &problems) {
		return []diagnosis.Hop{{Side: "file", Name: path, Fault: diagnosis.File, Error: err.Error(), Hint: "name a configuration file that this user may read; dateline config example writes one"}}
	}
	for _, p := range problems {
		hops = append(hops, diagnosis.Hop{Side: "file", Name: fmt.Sprintf("%s:%d", path, p.Line), Fault: diagnosis.Configuration, Error: p.Text, Hint: p.Hint})
	}
	return hops
}

func printHops(w io.Writer, hops []diagnosis.Hop) error {
	p := &printer{w: w}
	for _, h := range hops {
		mark := "ok    "
		if !h.OK {
			mark = "BROKEN"
		}
		extra := ""
		if h.Note != "" {
			extra = " (" + h.Note + ")"
		}
		p.line("%s  %-7s %s%s", mark, h.Side, printable(h.Name), printable(extra))
		if !h.OK {
			p.line("        %s: %s", h.Fault, printable(h.Error))
			p.line("        %s", printable(h.Hint))
		}
	}
	return p.err
}
