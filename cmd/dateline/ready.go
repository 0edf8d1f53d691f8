package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

// readyTimeout bounds the question: container runtimes ask every few seconds.
const readyTimeout = 4 * time.Second

func newReadyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "ready URL",
		Short: "Ask a running process whether it is ready",
		Long: `Ask the address of a worker, feed or serve process and end with exit code 0 if
it answers with success, otherwise with 1 and what it said. Made for the health
checks of containers without a shell or curl.`,
		Example: `  dateline ready http://127.0.0.1:9600/readyz       # worker
  dateline ready http://127.0.0.1:9601/readyz       # feed
  dateline ready http://127.0.0.1:8600/api/health   # serve`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return ready(cmd.Context(), args[0]) },
	}
}

func ready(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return usageError{err}
	}
	if req.URL.Host == "" {
		return usageError{fmt.Errorf("%q: want an address like http://127.0.0.1:9600/readyz", url)}
	}
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := transport.RoundTrip(req) // no redirects: those of a login page are no health
	if err != nil {
		return err
	}
	defer res.Body.Close()
	said, err := io.ReadAll(io.LimitReader(res.Body, 512))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return errors.New(res.Status + ": " + string(bytes.TrimSpace(said)))
	}
	return nil
}
