package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"golang.org/x/term"

	"dateline/config"
	"dateline/feed"
	"dateline/index"
	"dateline/index/embedded"
	"dateline/internal/articles"
	"dateline/internal/kafkad"
	"dateline/pipeline"
	"dateline/search"
	"dateline/worker"
)

func newDemoCommand() *cobra.Command {
	var o demo
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "See it work: one process, no servers to install",
		Long: `Run everything in one process: an embedded broker that speaks Kafka's protocol,
the real worker, an embedded index on disk and the web page. The bundled
articles (invented people, real places) are streamed through it, and three
questions of who, where and when are answered here.`,
		Example: `  dateline demo
  dateline demo --exit          # end after the questions
  dateline demo --dir ./trial   # keep the data; the next demo there goes on with it`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.out = cmd.OutOrStdout()
			return o.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.exit, "exit", false, "end with 0 after the questions instead of serving the page")
	f.StringVar(&o.dir, "dir", "", "keep broker and index in this `FOLDER` (default: a temporary one)")
	f.StringVar(&o.listen, "listen", "127.0.0.1:8600", "`HOST:PORT` of the page; a free port is taken if it is in use")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "show the worker's log")
	return cmd
}

// demo is one run of dateline demo.
type demo struct {
	exit    bool
	verbose bool
	dir     string
	listen  string
	out     io.Writer
}

func (o *demo) run(ctx context.Context) (err error) {
	begin := time.Now()
	if o.dir == "" {
		if o.dir, err = os.MkdirTemp("", "dateline-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(o.dir)
	}
	c := config.Default()
	c.Store, c.Embedded.Dir = "embedded", filepath.Join(o.dir, "index")
	c.Worker.Listen = "127.0.0.1:0"
	c.Worker.Dedup.Dir = filepath.Join(o.dir, "checkpoints")
	c.Kafka.JoinBackoff, c.Kafka.MaxWait = 100*time.Millisecond, 50*time.Millisecond

	broker, err := kafkad.Start(kafkad.Options{Dir: filepath.Join(o.dir, "broker"), Topics: kafkad.Topics(c.Kafka)})
	if err != nil {
		return err
	}
	defer broker.Close()
	c.Kafka.Brokers = broker.Addrs()
	store, err := embedded.Open(c.Embedded.Dir)
	if err != nil {
		return err
	}
	defer store.Close()

	stop, settled, err := o.startWorker(ctx, c, store)
	if err != nil {
		return err
	}
	defer stop()
	sent, err := o.stream(ctx, c, settled)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.out, "%d records through Kafka's protocol, the worker and the index in %.1f s\n\n", sent, time.Since(begin).Seconds())
	if err := o.ask(ctx, store); err != nil {
		return err
	}
	if o.exit {
		return nil
	}
	return o.serve(ctx, store)
}

// startWorker runs the real worker until stop is called.
func (o *demo) startWorker(ctx context.Context, c *config.Config, store index.Store) (stop func(), settled *atomic.Int64, err error) {
	log := zap.NewNop()
	if o.verbose {
		if log, _, err = newLogger(c.Log); err != nil {
			return nil, nil, err
		}
	}
	stages, err := newPipeline(c, pipeline.Options{})
	if err != nil {
		return nil, nil, err
	}
	settled = new(atomic.Int64)
	w, err := worker.New(worker.Options{Config: c, Stages: stages, Fingerprint: fingerprint(c, stages), Store: store, Index: documentOptions(c), Log: log,
		OnProgress: func(n worker.Counts) { settled.Store(n.Consumed - n.InFlight - n.Abandoned) }})
	if err != nil {
		return nil, nil, err
	}
	inner, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- w.Run(inner) }()
	return func() {
		cancel()
		<-done
	}, settled, nil
}

// stream sends the bundled articles into Kafka and waits until the worker has
// settled them all. Records that an earlier run in the same folder sent are
// sent again; the index makes that harmless.
func (o *demo) stream(ctx context.Context, c *config.Config, settled *atomic.Int64) (int, error) {
	p, err := feed.NewProducer(c.Kafka, feed.ProducerOptions{})
	if err != nil {
		return 0, err
	}
	defer p.Close()
	all := articles.All()
	bar := o.bar(len(all))
	records := make([]feed.Record, len(all))
	for i, a := range all {
		records[i] = feed.Record{Key: []byte(articles.Key(a)), Value: a.Envelope()}
	}
	if err := p.Produce(ctx, records); err != nil {
		return 0, fmt.Errorf("demo articles: %w", err)
	}
	patience := time.NewTimer(time.Minute)
	defer patience.Stop()
	for settled.Load() < int64(len(all)) {
		bar.Set64(settled.Load())
		select {
		case <-time.After(20 * time.Millisecond):
		case <-patience.C:
			return 0, fmt.Errorf("only %d of %d articles were handled within a minute; run with --verbose to see why", settled.Load(), len(all))
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	bar.Finish()
	return len(all), nil
}

func (o *demo) bar(n int) *progressbar.ProgressBar {
	if f, ok := o.out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return progressbar.NewOptions(n, progressbar.OptionSetWriter(f), progressbar.OptionSetDescription("articles"),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30))
	}
	return progressbar.DefaultSilent(int64(n))
}

// sampleQuestions is how many of the bundle's questions the demo asks.
const sampleQuestions = 3

// ask answers the sample questions, each of who, where and when in one event.
func (o *demo) ask(ctx context.Context, store index.Store) error {
	for _, q := range articles.Questions()[:sampleQuestions] {
		a, err := store.Search(ctx, &index.Query{Target: index.Events, Actors: []string{q.Actor}, Places: []string{q.Place},
			From: q.From, To: q.To, Now: time.Now(), Limit: 3})
		if err != nil {
			return fmt.Errorf("question %q: %w", q.Text, err)
		}
		fmt.Fprintf(o.out, "%s\n  dateline search --event --actor %q --place %q --from %s --to %s\n", q.Text, q.Actor, q.Place,
			q.From.Format(time.DateOnly), q.To.AddDate(0, 0, -1).Format(time.DateOnly)) // --to includes its day
		if len(a.Hits) == 0 {
			return fmt.Errorf("question %q has no answer", q.Text)
		}
		for _, h := range a.Hits {
			line, err := answerLine(h)
			if err != nil {
				return err
			}
			fmt.Fprintf(o.out, "  → %s\n", line)
		}
		fmt.Fprintln(o.out)
	}
	return nil
}

// serve shows the page until ctx ends.
func (o *demo) serve(ctx context.Context, store index.Store) error {
	l, err := net.Listen("tcp", o.listen)
	if err != nil {
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return fmt.Errorf("page: %w", err)
		}
	}
	s := search.NewServer(store, search.Options{Version: programVersion()})
	stop := context.AfterFunc(ctx, func() { s.Close() })
	defer stop()
	fmt.Fprintf(o.out, "The page is at http://%s/  (Ctrl-C ends)\n", l.Addr())
	if err := s.Serve(l); err != nil && ctx.Err() == nil && err != http.ErrServerClosed {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}
