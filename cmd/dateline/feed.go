package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"

	"dateline/config"
	"dateline/feed"
	"dateline/pipeline/wire"
)

// feedOptions are the flags of "dateline feed".
type feedOptions struct {
	brokers       []string
	topic, listen string
	source        feed.Source
	watch, json   bool
}

func newFeedCommand() *cobra.Command {
	var path string
	var o feedOptions
	cmd := &cobra.Command{
		Use:   "feed [FILE|DIR|-]…",
		Short: "Put articles from files and folders on the raw topic",
		Long: `Read articles from files, folders and standard input (-) and put each on the
raw topic, with acks=all.

JSON Lines (.jsonl, .ndjson) hold one native article or one dateline.raw.v1
envelope a line; any other file is one article; both may be gzipped (.gz). An
article has at most 4 MiB. What cannot be sent is named with file, line and
reason, the rest goes on, and the exit code is 1.

An article is known by its item_id or id, else its URL without tracking
parameters, else its title and content; the same article sent again is a new
version, or dropped as a redelivery.

With --watch, the folders (or feed.folders of the configuration) are watched
until the program is stopped: a file is moved to done/ once Kafka has it, or to
bad/ beside a .reason file. Health and metrics answer at feed.listen.`,
		Example: `  dateline feed articles.jsonl.gz --source desk
  dateline feed cable.txt --source desk --timezone Europe/Tallinn
  zcat export.jsonl.gz | dateline feed - --source desk --json
  dateline feed --watch /var/spool/wire --source wire-desk
  dateline feed --watch --config dateline.yaml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			if err := o.over(cmd, c); err != nil {
				return err
			}
			if o.watch {
				return o.watchFolders(cmd, c, args)
			}
			return o.send(cmd, c, args)
		},
	}
	configFlag(cmd, &path)
	f := cmd.Flags()
	f.StringVar(&o.source.ID, "source", "", "`ID` of the source of articles that are no envelopes: a to z, 0 to 9 and -")
	f.StringVar(&o.source.Format, "format", "auto", "`FORMAT` of the articles: auto, "+strings.Join(wire.Formats(), ", "))
	f.StringVar(&o.source.Timezone, "timezone", "", "IANA `ZONE` of times without one")
	f.StringVar(&o.source.Language, "language", "", "`LANGUAGE` of articles that name none, as en or pt-BR")
	f.StringVar(&o.source.Outlet, "outlet", "", "outlet `NAME` for articles that name none")
	f.StringSliceVar(&o.brokers, "brokers", nil, "Kafka `HOST:PORT`, overrides kafka.brokers")
	f.StringVar(&o.topic, "topic", "", "`TOPIC` to write to, overrides kafka.topic")
	f.BoolVar(&o.watch, "watch", false, "watch folders until stopped")
	f.StringVar(&o.listen, "listen", "", "health and metrics `HOST:PORT` of --watch, overrides feed.listen")
	f.BoolVar(&o.json, "json", false, "write the summary as JSON")
	return cmd
}

// over lays the flags over the configuration and checks both.
func (o *feedOptions) over(cmd *cobra.Command, c *config.Config) error {
	changed := cmd.Flags().Changed
	if changed("brokers") {
		c.Kafka.Brokers = o.brokers
	}
	if changed("topic") {
		c.Kafka.Topic = o.topic
	}
	if changed("listen") {
		c.Feed.Listen = o.listen
	}
	if err := c.Validate(); err != nil {
		return err
	}
	o.source.MaxBytes = int64(c.Feed.MaxBytes)
	o.source = withConfig(o.source, c)
	if err := o.source.Check(); err != nil {
		return usageError{fmt.Errorf("--%w", err)}
	}
	return nil
}

// withConfig fills what the flags leave open with what the configuration says
// of the source.
func withConfig(s feed.Source, c *config.Config) feed.Source {
	for _, known := range c.Sources {
		if known.ID == s.ID && s.ID != "" {
			s.Timezone = cmp.Or(s.Timezone, known.Timezone)
			s.Language = cmp.Or(s.Language, known.Language)
			s.Outlet = cmp.Or(s.Outlet, known.Outlet)
		}
	}
	return s
}

// feedResult is what --json writes.
type feedResult struct {
	Topic string `json:"topic"`
	feed.Summary
	Refusals []feedRefusal `json:"refusals"` // the first maxRefusals
}

type feedRefusal struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Reason string `json:"reason"`
	Error  string `json:"error"`
}

// maxRefusals bounds the list that --json holds in memory; Refused counts all.
const maxRefusals = 1000

// send puts files on the topic once.
func (o *feedOptions) send(cmd *cobra.Command, c *config.Config, paths []string) error {
	if len(paths) == 0 {
		return usageError{errors.New("no input: name files or folders, or - for standard input")}
	}
	bar := newProgress(cmd.ErrOrStderr(), paths)
	p, err := feed.NewProducer(c.Kafka, feed.ProducerOptions{OnRetry: bar.waiting(c.Kafka.Brokers)})
	if err != nil {
		return err
	}
	defer p.Close()
	result := feedResult{Topic: p.Topic(), Refusals: []feedRefusal{}}
	result.Summary, err = feed.Send(cmd.Context(), p, o.source, paths, cmd.InOrStdin(), feed.Hooks{
		Read: bar.add,
		Warned: func(it feed.Item) {
			bar.say("%s: sent, but %s", fileLine(it.File, it.Line), strings.Join(it.Warnings, "; "))
		},
		Refused: func(r *feed.Refusal) {
			bar.say("%v", r)
			if len(result.Refusals) < maxRefusals {
				result.Refusals = append(result.Refusals, feedRefusal{r.File, r.Line, r.Reason, r.Err.Error()})
			}
		},
	})
	bar.done()
	if werr := result.write(cmd.OutOrStdout(), o.json); werr != nil && err == nil {
		err = werr
	}
	if err != nil {
		return fmt.Errorf("feed stopped: %w", err)
	}
	if result.Refused > 0 {
		return errReported
	}
	return nil
}

func (r *feedResult) write(w io.Writer, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	_, err := fmt.Fprintf(w, "sent %d articles (%s) of %d files to %s in %.1f s; refused %d\n",
		r.Sent, size(r.Bytes), r.Files, r.Topic, r.Seconds, r.Refused)
	return err
}

// fileLine is file:line, or the file.
func fileLine(file string, line int) string {
	if line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, line)
}

// size is a number of bytes for people.
func size(n int64) string {
	switch {
	case n >= 10e6:
		return fmt.Sprintf("%d MB", n/1e6)
	case n >= 10e3:
		return fmt.Sprintf("%d kB", n/1e3)
	}
	return fmt.Sprintf("%d B", n)
}

// progressAfter is how long a run may take before it shows a bar.
const progressAfter = 2 * time.Second

// waitNoteEvery is how often a wait for Kafka is told.
const waitNoteEvery = 10 * time.Second

// progress is a bar on a terminal, and where messages go around it.
type progress struct {
	w     io.Writer
	total int64
	show  bool
	start time.Time

	mu       sync.Mutex // of all below: retries come from other goroutines
	read     int64
	bar      *progressbar.ProgressBar
	lastNote time.Time
}

func newProgress(w io.Writer, paths []string) *progress {
	b := &progress{w: w, start: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		b.show, b.total = true, feed.TotalSize(paths)
	}
	return b
}

// add counts bytes read.
func (b *progress) add(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.read += int64(n)
	if !b.show || time.Since(b.start) < progressAfter {
		return
	}
	if b.bar == nil {
		b.bar = progressbar.NewOptions64(b.total, progressbar.OptionSetWriter(b.w), progressbar.OptionSetDescription("feeding"),
			progressbar.OptionShowBytes(true), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetWidth(30))
	}
	b.bar.Set64(b.read)
}

// say writes a line above the bar.
func (b *progress) say(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bar != nil {
		b.bar.Clear()
	}
	fmt.Fprintf(b.w, format+"\n", args...)
}

// waiting tells, now and then, that Kafka is being waited for.
func (b *progress) waiting(brokers []string) func(error, time.Duration) {
	return func(err error, _ time.Duration) {
		b.mu.Lock()
		quiet := time.Since(b.lastNote) < waitNoteEvery
		if !quiet {
			b.lastNote = time.Now()
		}
		b.mu.Unlock()
		if !quiet {
			b.say("waiting for Kafka at %s: %v", strings.Join(brokers, ","), err)
		}
	}
}

func (b *progress) done() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bar != nil {
		b.bar.Clear()
		b.bar = nil
	}
	b.show = false
}

// watchFolders watches until the program is stopped.
func (o *feedOptions) watchFolders(cmd *cobra.Command, c *config.Config, dirs []string) error {
	folders, err := o.folders(c, dirs)
	if err != nil {
		return err
	}
	log, _, err := newLogger(c.Log)
	if err != nil {
		return err
	}
	defer log.Sync()
	log = log.Named("feed")
	p, err := feed.NewProducer(c.Kafka, feed.ProducerOptions{OnRetry: func(err error, wait time.Duration) {
		log.Warn("kafka does not take records; trying again", zap.Error(err), zap.Duration("wait", wait))
	}})
	if err != nil {
		return err
	}
	defer p.Close()
	listener, err := net.Listen("tcp", c.Feed.Listen)
	if err != nil {
		return fmt.Errorf("feed.listen: %w", err)
	}
	watchers := make([]*feed.Watcher, len(folders))
	for i, f := range folders {
		watchers[i] = feed.NewWatcher(f, p, log)
		log.Info("watching", zap.String("folder", f.Path), zap.String("source", f.Source.ID), zap.String("topic", p.Topic()))
	}
	log.Info("listening", zap.String("address", listener.Addr().String()))
	g, ctx := errgroup.WithContext(cmd.Context())
	server := &http.Server{Handler: feed.Handler(p, watchers), ReadHeaderTimeout: 5 * time.Second}
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
		if server.Shutdown(grace) != nil { // a scrape that hangs
			return server.Close()
		}
		return nil
	})
	for _, w := range watchers {
		g.Go(func() error { return w.Run(ctx) })
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
	if len(folders) == 0 {
		return nil, usageError{errors.New("no folder to watch: name one, or set feed.folders in the configuration")}
	}
	for i := range folders {
		folders[i].Poll, folders[i].Settle = c.Feed.Poll, c.Feed.SettleTime
		if err := folders[i].Source.Check(); err != nil {
			return nil, fmt.Errorf("folder %s: %w", folders[i].Path, err)
		}
	}
	return folders, nil
}
