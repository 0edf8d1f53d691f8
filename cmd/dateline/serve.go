package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"dateline/config"
	"dateline/index"
	"dateline/index/embedded"
	"dateline/search"
)

// serveGrace is how long open requests may take once serve is told to stop.
const serveGrace = 10 * time.Second

func newServeCommand() *cobra.Command {
	var path, listen, store, dir, zone string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the web page and the API",
		Long: `Serve the web page and the JSON API over Elasticsearch or an embedded index.
With serve.token in the configuration, callers must send it as a bearer token;
a browser asks for it as a password. SIGTERM lets open requests end.`,
		Example: `  dateline serve --config dateline.yaml
  dateline serve --store embedded --listen 127.0.0.1:8600
  curl 'http://127.0.0.1:8600/api/events?actor=Harold+Brandt&place=Ethiopia&on=2025-04'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			if listen != "" {
				c.Serve.Listen = listen
			}
			if err := useStore(c, store, dir); err != nil {
				return err
			}
			where, err := time.LoadLocation(zone)
			if err != nil {
				return usageError{fmt.Errorf("--timezone %q: not an IANA time zone like Europe/Tallinn", zone)}
			}
			return runServe(cmd.Context(), c, where)
		},
	}
	configFlag(cmd, &path)
	f := cmd.Flags()
	f.StringVar(&listen, "listen", "", "`HOST:PORT`, overrides serve.listen")
	f.StringVar(&store, "store", "", "elasticsearch or embedded, overrides store")
	f.StringVar(&dir, "dir", "", "`FOLDER` of an embedded index, as --store embedded with embedded.dir")
	f.StringVar(&zone, "timezone", "UTC", "IANA time `ZONE` of times on the page and of “today”")
	return cmd
}

func runServe(ctx context.Context, c *config.Config, zone *time.Location) error {
	log, _, err := newLogger(c.Log)
	if err != nil {
		return err
	}
	defer log.Sync()
	store, err := openStore(c)
	if err != nil {
		return err
	}
	defer store.Close()
	l, err := net.Listen("tcp", c.Serve.Listen)
	if err != nil {
		return fmt.Errorf("serve.listen: %w", err)
	}
	log = log.Named("serve")
	log.Info("serving", zap.String("url", "http://"+l.Addr().String()+"/"), zap.String("store", storeName(c)), zap.Bool("token", c.Serve.Token != ""))
	if c.Serve.Token == "" && !loopback(l.Addr()) {
		log.Warn("whoever can reach this address can read every article: set serve.token, or listen on 127.0.0.1")
	}
	return servePage(ctx, l, store, search.Options{Version: programVersion(), Zone: zone, Token: string(c.Serve.Token),
		PageSize: c.Serve.PageSize, MaxPageSize: c.Serve.MaxPageSize, Log: log})
}

func loopback(a net.Addr) bool {
	t, ok := a.(*net.TCPAddr)
	return ok && t.IP.IsLoopback()
}

// visit asks for the start page once. The first questions to an embedded index
// read the columns of all its segments, a second's work in one of 100,000
// articles, which so is done before anybody comes. What goes wrong, the next
// visitor sees.
func visit(ctx context.Context, a net.Addr, token string) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+a.String()+"/", nil)
	if err != nil {
		return
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	c := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if answer, err := c.Do(r); err == nil {
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
}

// servePage serves on l until ctx ends, then lets open requests end.
func servePage(ctx context.Context, l net.Listener, store index.Store, o search.Options) error {
	s := search.NewServer(store, o)
	failed := make(chan error, 1) // one value, from the one goroutine, which ends when the server is closed
	go func() { failed <- s.Serve(l) }()
	if _, ok := store.(*embedded.Store); ok {
		go visit(ctx, l.Addr(), o.Token)
	}
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), serveGrace)
	defer cancel()
	err := s.Shutdown(grace)
	if err != nil {
		err = errors.Join(fmt.Errorf("serve: requests did not end within %s: %w", serveGrace, err), s.Close())
	}
	if e := <-failed; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}
