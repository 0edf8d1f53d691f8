package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/worker"
)

// workersFlags name running workers to talk to.
type workersFlags struct {
	config    string
	addresses []string
}

func (f *workersFlags) add(cmd *cobra.Command) {
	configFlag(cmd, &f.config)
	cmd.Flags().StringSliceVarP(&f.addresses, "worker", "w", nil, "`HOST:PORT` of a worker, as worker.listen of its configuration; again for another one")
}

// open is the configuration and a client for each worker: those of the flag,
// else the one that the configuration describes.
func (f *workersFlags) open() (*config.Config, []*remote, error) {
	c, err := loadConfig(f.config)
	if err != nil {
		return nil, nil, err
	}
	addresses := f.addresses
	if len(addresses) == 0 {
		addresses = []string{reachable(c.Worker.Listen)}
	}
	var all []*remote
	for _, a := range addresses {
		a = strings.TrimSuffix(strings.TrimPrefix(a, "http://"), "/")
		if _, _, err := net.SplitHostPort(a); err != nil {
			return nil, nil, usageError{fmt.Errorf("--worker %s: write HOST:PORT, for example 127.0.0.1:9600", a)}
		}
		all = append(all, &remote{address: a, token: string(c.Worker.Token), client: &http.Client{Timeout: remoteTimeout}})
	}
	return c, all, nil
}

// reachable is an address to call for one to listen on: every interface
// includes the loopback one.
func reachable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// Bounds of a conversation with a worker. A park order may take 25 s.
const (
	remoteTimeout = 30 * time.Second
	remoteAnswer  = 16 << 20 // bytes
)

// remote is a running worker.
type remote struct {
	address string
	token   string
	client  *http.Client
}

func (r *remote) do(ctx context.Context, method, path string) (status int, body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+r.address+path, nil)
	if err != nil {
		return 0, nil, err
	}
	if r.token != "" && method != http.MethodGet {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	res, err := r.client.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("worker at %s: %w; is it running, and is worker.listen reachable from here?", r.address, err)
	}
	defer res.Body.Close()
	body, err = io.ReadAll(io.LimitReader(res.Body, remoteAnswer))
	return res.StatusCode, body, err
}

// status reads /statusz.
func (r *remote) status(ctx context.Context) (*worker.Status, error) {
	code, body, err := r.do(ctx, http.MethodGet, "/statusz")
	if err != nil {
		return nil, err
	}
	var s worker.Status
	if err := json.Unmarshal(body, &s); err != nil || code != http.StatusOK {
		return nil, fmt.Errorf("worker at %s: /statusz answers %d and no status; does something else listen there?", r.address, code)
	}
	return &s, nil
}

// park orders the worker to move a record in flight to the dead-letter topic.
// It says what the worker answered.
func (r *remote) park(ctx context.Context, place string) (code int, message string, err error) {
	code, body, err := r.do(ctx, http.MethodPost, "/park?record="+url.QueryEscape(place))
	if err != nil {
		return 0, "", err
	}
	var answer struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.Message == "" {
		return code, "", fmt.Errorf("worker at %s: answers %d to a park order; does something else listen there?", r.address, code)
	}
	return code, answer.Message, nil
}
