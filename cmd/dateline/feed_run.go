package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"dateline/config"
	"dateline/feed"
	"dateline/feed/poll"
)

// Times of the running feed.
const (
	alarmEvery = time.Minute     // the look for silent sources
	listEvery  = 5 * time.Second // the look whether the list of feeds has changed
)

// intake is everything that brings articles in, with what it runs on.
type intake struct {
	c        *config.Config
	log      *zap.Logger
	producer *feed.Producer
	known    *feed.Known
	ways     []feed.Way
	runs     []func(context.Context) error // one a way
}

// run takes articles until the program is stopped.
func (o *feedOptions) run(cmd *cobra.Command, c *config.Config, dirs []string) error {
	folders, err := o.folders(c, dirs)
	if err != nil {
		return err
	}
	list, err := poll.ReadListIfAny(c.Feed.FeedsFile)
	if err != nil {
		return err
	}
	if len(folders)+len(c.Feed.Captures)+len(list) == 0 && c.Feed.Token == "" {
		return usageError{errors.New("nothing to do: name a folder, set feed.folders, feed.captures or feed.token in the configuration, or add feeds with dateline feed add")}
	}
	log, _, err := newLogger(c.Log)
	if err != nil {
		return err
	}
	defer log.Sync()
	in := &intake{c: c, log: log.Named("feed")}
	if in.producer, err = feed.NewProducer(c.Kafka, feed.ProducerOptions{OnRetry: func(err error, wait time.Duration) {
		in.log.Warn("kafka does not take records; trying again", zap.Error(err), zap.Duration("wait", wait))
	}}); err != nil {
		return err
	}
	defer in.producer.Close()
	if err := os.MkdirAll(c.Feed.StateDir, 0o755); err != nil {
		return fmt.Errorf("feed.state_dir: %w", err)
	}
	lock, err := feed.LockFolder(c.Feed.StateDir)
	if err != nil {
		return fmt.Errorf("feed.state_dir: %w", err)
	}
	defer lock.Close()
	if in.known, err = feed.OpenKnown(filepath.Join(c.Feed.StateDir, "known.jsonl"), time.Now()); err != nil {
		return err
	}
	defer in.known.Close()
	in.folders(folders)
	if err := in.captures(); err != nil {
		return err
	}
	in.push(o.source)
	if err := in.feeds(list); err != nil {
		return err
	}
	return in.serve(cmd.Context())
}

func (in *intake) add(w feed.Way, run func(context.Context) error) {
	in.ways, in.runs = append(in.ways, w), append(in.runs, run)
}

func (in *intake) folders(list []feed.Folder) {
	for _, f := range list {
		f.Source.Known = in.known
		w := feed.NewWatcher(f, in.producer, in.log)
		in.add(w, w.Run)
		in.log.Info("watching", zap.String("folder", f.Path), zap.String("source", f.Source.ID), zap.String("topic", in.producer.Topic()))
	}
}

func (in *intake) captures() error {
	for _, f := range in.c.Feed.Captures {
		s := withConfig(feed.Source{ID: f.Source, Format: f.Format, Timezone: f.Timezone, MaxBytes: int64(in.c.Feed.MaxBytes), Known: in.known}, in.c)
		if err := s.Check(); err != nil {
			return fmt.Errorf("capture %s: %w", f.Path, err)
		}
		w := feed.NewCapture(feed.CaptureFile{Path: f.Path, Source: s, Dir: in.c.Feed.StateDir}, in.producer, in.log)
		in.add(w, w.Run)
		in.log.Info("following", zap.String("capture", f.Path), zap.String("source", f.Source), zap.String("topic", in.producer.Topic()))
	}
	return nil
}

// push takes articles of the sources that are configured, or of any if none is.
func (in *intake) push(flags feed.Source) {
	if in.c.Feed.Token == "" {
		return
	}
	known := make(map[string]bool)
	for _, s := range in.c.Sources {
		known[s.ID] = true
	}
	in.ways = append(in.ways, feed.NewPush(in.producer, string(in.c.Feed.Token), func(id string) (feed.Source, bool) {
		s := withConfig(feed.Source{ID: id, Timezone: flags.Timezone, Language: flags.Language, Outlet: flags.Outlet,
			MaxBytes: int64(in.c.Feed.MaxBytes), Known: in.known}, in.c)
		return s, len(known) == 0 || known[id]
	}))
}

// feeds polls the list, and what it becomes.
func (in *intake) feeds(list poll.List) error {
	p, err := poll.New(poll.Options{Dir: feedStates(in.c), Agent: agent(in.c), MinInterval: in.c.Feed.MinInterval,
		Limits: poll.Limits{AllowPrivate: in.c.Feed.AllowPrivate}}, in.producer, in.log)
	if err != nil {
		return err
	}
	if len(list) > 0 && in.c.Feed.Contact == "" {
		in.log.Warn("feed.contact is empty: publishers cannot tell who asks for their feeds")
	}
	in.log.Info("polling", zap.Int("feeds", len(list)), zap.String("list", in.c.Feed.FeedsFile))
	in.add(p, func(ctx context.Context) error {
		lists := make(chan poll.List) // Run takes each, or ctx ends
		go in.follow(ctx, lists)
		return p.Run(ctx, in.configured(list), lists)
	})
	return nil
}

// configured fills in what the configuration says of the sources of feeds.
func (in *intake) configured(list poll.List) poll.List {
	for i := range list {
		list[i].Source = withConfig(list[i].Source, in.c)
		list[i].Source.MaxBytes = int64(in.c.Feed.MaxBytes)
	}
	return list
}

// follow reads the list of feeds whenever it changes; it ends with ctx.
func (in *intake) follow(ctx context.Context, lists chan<- poll.List) {
	stamp := func() (at time.Time) {
		if info, err := os.Stat(in.c.Feed.FeedsFile); err == nil {
			at = info.ModTime()
		}
		return at
	}
	tick := time.NewTicker(listEvery)
	defer tick.Stop()
	for seen := stamp(); ; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		now := stamp()
		if now.Equal(seen) {
			continue
		}
		list, err := poll.ReadListIfAny(in.c.Feed.FeedsFile)
		if err != nil {
			in.log.Error("list of feeds is unreadable; the one before holds", zap.Error(err))
			continue
		}
		seen = now
		in.log.Info("list of feeds has changed", zap.Int("feeds", len(list)))
		select {
		case lists <- in.configured(list):
		case <-ctx.Done():
			return
		}
	}
}

// serve runs all ways and the listener until ctx ends or one of them cannot go
// on.
func (in *intake) serve(ctx context.Context) error {
	listener, err := net.Listen("tcp", in.c.Feed.Listen)
	if err != nil {
		return fmt.Errorf("feed.listen: %w", err)
	}
	in.log.Info("listening", zap.String("address", listener.Addr().String()), zap.Bool("push", (in.c.Feed.Token != "")))
	g, ctx := errgroup.WithContext(ctx)
	server := &http.Server{Handler: feed.Handler(in.producer, in.ways...), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 2 * time.Minute,
		WriteTimeout: 5 * time.Minute, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10}
	g.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("feed.listen: %w", err)
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if server.Shutdown(grace) != nil { // a scrape or a push that hangs
			return server.Close()
		}
		return nil
	})
	g.Go(func() error { feed.Alarm(ctx, alarmEvery, in.log, in.ways...); return nil })
	for _, run := range in.runs {
		g.Go(func() error { return run(ctx) })
	}
	return g.Wait()
}

// folders are those of the command line, else those of the configuration.
func (o *feedOptions) folders(c *config.Config, dirs []string) ([]feed.Folder, error) {
	var folders []feed.Folder
	for _, d := range dirs {
		info, err := os.Stat(d)
		switch {
		case d == "-":
			return nil, usageError{errors.New("standard input cannot be watched: leave --watch out")}
		case err != nil:
			return nil, err
		case !info.IsDir():
			return nil, usageError{fmt.Errorf("%s is a file: --watch takes folders", d)}
		case o.source.ID == "":
			return nil, usageError{errors.New("no source: name it with --source")}
		}
		folders = append(folders, feed.Folder{Path: d, Source: o.source})
	}
	if len(dirs) == 0 {
		for _, f := range c.Feed.Folders {
			s := feed.Source{ID: f.Source, Format: f.Format, Timezone: f.Timezone, MaxBytes: int64(c.Feed.MaxBytes)}
			folders = append(folders, feed.Folder{Path: f.Path, Source: withConfig(s, c)})
		}
	}
	for i := range folders {
		folders[i].Poll, folders[i].Settle = c.Feed.Poll, c.Feed.SettleTime
		if err := folders[i].Source.Check(); err != nil {
			return nil, fmt.Errorf("folder %s: %w", folders[i].Path, err)
		}
	}
	return folders, nil
}
