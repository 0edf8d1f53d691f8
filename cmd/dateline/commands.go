package main

import "github.com/spf13/cobra"

// commands are all subcommands, in the order of the help.
func commands() []*cobra.Command {
	return []*cobra.Command{
		newDemoCommand(),
		newWorkerCommand(),
		newFeedCommand(),
		newEnrichCommand(),
		newSearchCommand(),
		newExplainCommand(),
		newActorsCommand(),
		newServeCommand(),
		newSetupCommand(),
		newCheckCommand(),
		newReadyCommand(),
		newDLQCommand(),
		newReplayCommand(),
		newDedupCommand(),
		newTopCommand(),
		newTailCommand(),
		newDiffCommand(),
		newKibanaCommand(),
		newBenchCommand(),
		newScoreCommand(),
		newConfigCommand(),
	}
}
