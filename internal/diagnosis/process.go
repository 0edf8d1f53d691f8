package diagnosis

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"syscall"

	"dateline/config"
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
)

// process looks at what the worker needs of this machine.
func (w *walk) process(c *config.Config) {
	w.begin("process")
	w.step("worker.memory "+c.Worker.Memory.String(), func(context.Context) error {
		limit := debug.SetMemoryLimit(-1)
		if limit == math.MaxInt64 || int64(c.Worker.Memory) <= limit/2 {
			return nil
		}
		return fault(Memory, fmt.Errorf("worker.memory is %s, more than half of GOMEMLIMIT (%d bytes)", c.Worker.Memory, limit),
			"records in flight are not all that a worker holds: lower worker.memory or raise GOMEMLIMIT")
	})
	if path := c.Worker.Overrides; path != "" {
		w.step("worker.overrides "+path, func(context.Context) error {
			if _, err := override.Load(path, gazetteer.Default()); err != nil {
				return fault(File, err, "mend the line that is named: the file is taken whole or not at all")
			}
			return nil
		})
	}
	w.step("worker.listen "+c.Worker.Listen, func(ctx context.Context) error { return listen(ctx, c.Worker.Listen) })
}

// listen tries to take the address. A worker that runs already has it, which
// is as it should be.
func listen(ctx context.Context, address string) error {
	l, err := net.Listen("tcp", address)
	switch {
	case err == nil:
		return l.Close()
	case errors.Is(err, syscall.EADDRINUSE) && isWorker(ctx, address):
		return note("a worker runs there")
	case errors.Is(err, syscall.EADDRINUSE):
		return fault(PortTaken, err, "another program listens there: choose another port in worker.listen, or 0 for any free one")
	case errors.Is(err, syscall.EACCES):
		return fault(PortTaken, err, "ports below 1024 need a privilege: choose a higher one in worker.listen")
	}
	return fault(Configuration, err, "worker.listen must be an address of this machine")
}

func isWorker(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, connectPatience)
	defer cancel()
	if strings.HasPrefix(address, ":") || strings.HasPrefix(address, "0.0.0.0:") {
		_, port, _ := net.SplitHostPort(address)
		address = net.JoinHostPort("127.0.0.1", port)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/metrics", nil)
	if err != nil {
		return false
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	return strings.Contains(string(body), "dateline_consumed_records_total")
}
