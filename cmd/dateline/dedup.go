package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/internal/broker"
	"dateline/worker"
)

func newDedupCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dedup",
		Short: "Mend the fingerprint log",
		Args:  cobra.NoArgs,
	}
	cmd.AddCommand(newRebaseCommand())
	return cmd
}

func newRebaseCommand() *cobra.Command {
	var path string
	var from int64
	cmd := &cobra.Command{
		Use:   "rebase",
		Short: "Start the fold of the fingerprint log again",
		Long: `Write a record into the fingerprint topic at which every worker folds the topic
anew, from an offset that is still there. It is needed when no worker has a
checkpoint left that fits the topic, and the topic's first records have gone
with its retention: then no worker can start.

Verdicts taken before stand. Stories that began before the offset are new ones
from now on, and withdrawals before it are forgotten by the fold; the index
still refuses later versions of withdrawn items.`,
		Example: `  dateline dedup rebase --config dateline.yaml
  dateline dedup rebase --from 120000`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			return rebase(cmd.Context(), cmd.OutOrStdout(), c, from)
		},
	}
	configFlag(cmd, &path)
	cmd.Flags().Int64Var(&from, "from", -1, "`OFFSET` to fold from; the topic's first one if not given")
	return cmd
}

func rebase(ctx context.Context, out io.Writer, c *config.Config, from int64) error {
	b, err := broker.New(c.Kafka)
	if err != nil {
		return err
	}
	defer b.Close()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	at, from, err := worker.Rebase(ctx, c, b, from)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "topic %s: at offset %d every worker folds it anew from %d\n", c.Kafka.FingerprintTopic, at, from)
	return err
}
