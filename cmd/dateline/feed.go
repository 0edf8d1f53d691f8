package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
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
		Short: "Put articles from files, folders, feeds and pushes on the raw topic",
		Long: `Read articles from files, folders and standard input (-) and put each on the
raw topic, with acks=all.

JSON Lines (.jsonl, .ndjson) hold one native article or one dateline.raw.v1
envelope a line; any other file is one article; both may be gzipped (.gz). An
article has at most 4 MiB. What cannot be sent is named with file, line and
reason, the rest goes on, and the exit code is 1.

An article is known by its item_id or id, else its URL without tracking
parameters, else its title and content; the same article sent again is a new
version, or dropped as a redelivery.

With --watch, it goes on until it is stopped: the folders named (or feed.folders
of the configuration) are watched, a file moving to done/ once Kafka has it, or
to bad/ beside a .reason file; feed.captures are followed; the feeds of
feed.feeds_file are polled; articles are taken by HTTP push if feed.token is
set. Health and metrics answer at feed.listen.`,
		Example: `  dateline feed articles.jsonl.gz --source desk
  dateline feed cable.txt --source desk --timezone Europe/Tallinn
  zcat export.jsonl.gz | dateline feed - --source desk --json
  dateline feed --watch /var/spool/wire --source wire-desk
  dateline feed --watch --config dateline.yaml
  dateline feed import subscriptions.opml`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			if err := o.over(cmd, c); err != nil {
				return err
			}
			if o.watch {
				return o.run(cmd, c, args)
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
	f.BoolVar(&o.watch, "watch", false, "go on until stopped: folders, captures, feeds, push")
	f.StringVar(&o.listen, "listen", "", "health and metrics `HOST:PORT` of --watch, overrides feed.listen")
	f.BoolVar(&o.json, "json", false, "write the summary as JSON")
	cmd.AddCommand(newFeedAdd(), newFeedList(), newFeedCheck(), newFeedImport())
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
	steps string // not bytes are counted, but these
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

// newSteps is a bar of so many steps.
func newSteps(w io.Writer, what string, n int) *progress {
	b := &progress{w: w, start: time.Now(), steps: what, total: int64(n)}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		b.show = true
	}
	return b
}

// add counts bytes read, or steps.
func (b *progress) add(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.read += int64(n)
	if !b.show || time.Since(b.start) < progressAfter {
		return
	}
	if b.bar == nil {
		what := b.steps
		if what == "" {
			what = "feeding"
		}
		b.bar = progressbar.NewOptions64(b.total, progressbar.OptionSetWriter(b.w), progressbar.OptionSetDescription(what),
			progressbar.OptionShowBytes(b.steps == ""), progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
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
