package main

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"dateline/worker/deadletter"
)

func newDLQPark() *cobra.Command {
	var f workersFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "park TOPIC/PARTITION/OFFSET",
		Short: "Move a record that holds its worker to the dead letters",
		Long: `Move one record that a running worker holds to the dead-letter topic, with the
reason operator. /readyz and dateline top name the record of a hold. The order
goes to the worker that has the record in flight: name all workers with
--worker, those that do not have it decline. It takes the workers' token,
worker.token of the configuration.

The record is not lost: dateline dlq replay sends it again.`,
		Example: `  dateline dlq park news.raw/3/1200 --config dateline.yaml
  dateline dlq park news.raw/3/1200 --worker 10.0.0.5:9600 --worker 10.0.0.6:9600`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := deadletter.ParseOrigin(args[0]); err != nil {
				return usageError{err}
			}
			_, workers, err := f.open()
			if err != nil {
				return err
			}
			r, err := parkAt(cmd, workers, args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(cmd.OutOrStdout(), r)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n", r.Worker, r.Message)
			return err
		},
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return cmd
}

// parkResult is the answer of the worker that had the record.
type parkResult struct {
	Worker  string `json:"worker"`
	Record  string `json:"record"`
	Settled bool   `json:"settled"` // false: on its way to the dead-letter topic
	Message string `json:"message"`
}

// parkAt asks worker after worker until one has the record.
func parkAt(cmd *cobra.Command, workers []*remote, place string) (*parkResult, error) {
	var errs []error
	for _, w := range workers {
		code, message, err := w.park(cmd.Context(), place)
		switch {
		case err != nil:
			errs = append(errs, err)
		case code == http.StatusOK || code == http.StatusAccepted:
			return &parkResult{w.address, place, code == http.StatusOK, message}, nil
		default:
			errs = append(errs, fmt.Errorf("worker at %s: %s", w.address, message))
		}
	}
	return nil, errors.Join(errs...)
}
