package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"dateline/config"
)

// newConfigCommand is "dateline config": what the settings are, what they
// mean, and whether a file of them is right. Nothing here opens a connection;
// "dateline check" does.
func newConfigCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show, explain and check the settings",
		Example: `  dateline config example > dateline.yaml
  dateline config check --config dateline.yaml
  dateline config print --config dateline.yaml --json`,
		// Runnable, so that cobra refuses an unknown subcommand.
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newConfigPrint(),
		newConfigCheck(),
		newConfigText("reference", "Explain every setting, as Markdown", config.Reference),
		newConfigText("example", "Write a file with every setting and its default", config.Example),
	)
	return cmd
}

// configFile is a file to look at without starting anything.
type configFile struct {
	path      string
	ignoreEnv bool
}

func (f *configFile) flags(cmd *cobra.Command) {
	configFlag(cmd, &f.path)
	cmd.Flags().BoolVar(&f.ignoreEnv, "ignore-env", false, "take every ${NAME} as set, where the secrets are not at hand")
}

func (f *configFile) load() (*config.Config, error) {
	env := os.LookupEnv
	if f.ignoreEnv {
		env = func(string) (string, bool) { return "ignored", true }
	}
	return config.Load(f.path, env)
}

func newConfigPrint() *cobra.Command {
	var file configFile
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "print",
		Short: "Show the settings in effect, secrets as ***",
		Long: `Show every setting in effect: the file's, and the defaults for what it leaves
out. Secrets that are set show as ***. Without a file these are the defaults.`,
		Example: `  dateline config print --config dateline.yaml
  dateline config print --config dateline.yaml --json | jq .worker.bulk`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := file.load()
			if err != nil {
				return err
			}
			write := config.Print
			if asJSON {
				write = config.PrintJSON
			}
			return write(cmd.OutOrStdout(), c)
		},
	}
	file.flags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON instead of YAML")
	return cmd
}

func newConfigCheck() *cobra.Command {
	var file configFile
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check a configuration file without connecting to anything",
		Long: `Check a configuration file: keys, types, bounds, and settings that contradict
each other. Every problem is listed with its line and what to do. No server is
asked; "dateline check" follows the settings to the brokers and the cluster.`,
		Example: `  dateline config check --config dateline.yaml
  dateline config check --config dateline.yaml --ignore-env   # in a build, without the secrets`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file.path == "" {
				return usageError{errors.New("no file to check: name it with --config FILE")}
			}
			_, err := file.load()
			var problems config.Problems
			if errors.As(err, &problems) {
				// Nothing before the first place, so that editors can jump to it.
				fmt.Fprintln(cmd.ErrOrStderr(), problems)
				return errReported
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is valid\n", file.path)
			return err
		},
	}
	file.flags(cmd)
	return cmd
}

// newConfigText is a subcommand that writes a generated page.
func newConfigText(use, short string, text func() string) *cobra.Command {
	return &cobra.Command{
		Use:     use,
		Short:   short,
		Example: "  dateline config " + use,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := io.WriteString(cmd.OutOrStdout(), text())
			return err
		},
	}
}
