// Command dateline reads raw news articles from Kafka, finds who, where and
// when in them, and answers questions about it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// version is set by the build: -ldflags "-X main.version=v1.2.3".
var version = ""

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// usageError is a command line that makes no sense: exit code 2.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// errReported ends a command with exit code 1 without another word: it has
// already said what failed.
var errReported = errors.New("failed")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// A second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:]))
}

// run executes a command line and returns the exit code.
func run(ctx context.Context, args []string) int {
	root := newRootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errReported):
		return exitFailed
	}
	fmt.Fprintln(os.Stderr, "dateline:", err)
	if isUsage(err) {
		fmt.Fprintln(os.Stderr, "dateline COMMAND --help shows the flags and examples.")
		return exitUsage
	}
	return exitFailed
}

// isUsage reports whether the command line itself was wrong. Cobra has no type
// for an unknown command.
func isUsage(err error) bool {
	var u usageError
	return errors.As(err, &u) || strings.HasPrefix(err.Error(), "unknown command")
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "dateline",
		Short: "Who, where and when, from raw news",
		Long: `Dateline reads raw news articles from Kafka, removes repeats, reads bylines,
finds people, organisations and places, dates the events, and indexes the
result, so that you can ask who, where and when.

Start with: dateline demo`,
		Example: `  dateline demo
  dateline enrich article.txt --published 2025-03-10T15:30:00Z
  dateline worker --config dateline.yaml
  dateline search ferry --place Estonia --from 2025-03-01`,
		Version:       programVersion(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(commands()...)
	markUsage(root)
	return root
}

// markUsage makes every complaint about arguments a usage error.
func markUsage(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usageError{err}
			}
			return nil
		}
	}
	for _, c := range cmd.Commands() {
		markUsage(c)
	}
}

// programVersion is what the build says, or what Go recorded of the module.
func programVersion() string {
	if version != "" {
		return version
	}
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" && b.Main.Version != "(devel)" {
		return b.Main.Version
	}
	return "dev"
}
