package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"dateline/config"
	"dateline/internal/articles"
	"dateline/internal/bench"
	"dateline/internal/kafkad"
	"dateline/pipeline/wire"
)

// benchOptions are the flags of dateline bench.
type benchOptions struct {
	articles   int
	file       string
	workers    int
	brokers    []string
	addresses  []string
	counts     []int
	engineOnly bool
	json       bool
	compare    string
	budget     string
	rounds     int
	share      float64
}

func newBenchCommand() *cobra.Command {
	var o benchOptions
	var path string
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure speed on this machine",
		Long: `Measure the stages alone (bench stages, no server) or the whole way from Kafka
into Elasticsearch (bench engine) on generated articles, or on your own: a file
of records, one JSON object a line, .zst allowed. bench growth shows how costs
grow with an article, a file of corrections, a dedup window and an index.

bench engine makes topics and indices of its own and removes them again. It
compares a raw replay of bulk requests, the worker with its stages off and on,
and the obvious program: a kafka-go Reader in front of an esutil.BulkIndexer.
Only numbers of one run compare.`,
		Example: `  dateline bench stages
  dateline bench engine --brokers 127.0.0.1:9092 --elasticsearch http://127.0.0.1:9200
  dateline bench engine --file articles.jsonl.zst --articles 20000 --json
  dateline bench stages --json > before.json; …; dateline bench stages --compare before.json
  dateline bench scale --workers 1,2,4
  dateline bench growth length actors`,
	}
	p := cmd.PersistentFlags()
	p.IntVar(&o.articles, "articles", 10000, "how many articles")
	p.StringVar(&o.file, "file", "", "take the articles from `FILE` instead of making them up")
	p.BoolVar(&o.json, "json", false, "write JSON")
	p.StringVar(&o.compare, "compare", "", "show each figure beside that of an earlier run, its --json in `FILE`")
	engine := &cobra.Command{
		Use: "engine", Short: "Kafka to Elasticsearch, against a raw bulk replay and the obvious program", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := o.config(path)
			if err != nil {
				return err
			}
			return onServers(&o, cmd, c, benchEngineColumns, bench.Run)
		},
	}
	scale := &cobra.Command{
		Use: "scale", Short: "The engine with several workers in one group, and the time of a rebalance", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := o.config(path)
			if err != nil {
				return err
			}
			if slices.Equal(o.brokers, []string{"embedded"}) {
				broker, err := kafkad.Start(kafkad.Options{Topics: kafkad.Topics(c.Kafka)})
				if err != nil {
					return err
				}
				defer broker.Close()
				c.Kafka.Brokers = broker.Addrs()
			}
			return onServers(&o, cmd, c, benchScaleColumns, o.scale)
		},
	}
	latency := &cobra.Command{
		Use: "latency", Short: "From Kafka to the article's ack, at a part of the fastest rate", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := o.config(path)
			if err != nil {
				return err
			}
			if o.share <= 0 || o.share > 1 {
				return usageError{fmt.Errorf("--share %g: more than 0 and at most 1", o.share)}
			}
			return onServers(&o, cmd, c, benchLatencyColumns, o.latency)
		},
	}
	latency.Flags().Float64Var(&o.share, "share", 0.5, "of the fastest rate, more than 0 and at most 1")
	for _, c := range []*cobra.Command{engine, scale, latency} {
		configFlag(c, &path)
		c.Flags().StringSliceVar(&o.brokers, "brokers", nil, "Kafka `HOST:PORT`, overrides kafka.brokers")
		c.Flags().StringSliceVar(&o.addresses, "elasticsearch", nil, "Elasticsearch `URL`, overrides elasticsearch.addresses")
	}
	scale.Flags().Lookup("brokers").Usage = "Kafka `HOST:PORT`, overrides kafka.brokers; embedded: a broker in this process"
	scale.Flags().IntSliceVar(&o.counts, "workers", []int{1, 2, 4}, "numbers of workers to try")
	engine.Flags().BoolVar(&o.engineOnly, "no-stages", false, "leave the rows with all stages out")
	engine.Flags().IntVar(&o.workers, "workers", 1, "workers in the engine's runs")
	stages := &cobra.Command{
		Use: "stages", Short: "The stages alone, on one core, without any server", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.stages(cmd) },
	}
	stages.Flags().IntVar(&o.rounds, "rounds", 1, "read the articles so often; of every sixteen the least time counts, and the collector's mean")
	stages.Flags().StringVar(&o.budget, "budget", "", "fail if a stage allocates more than in `FILE`, an earlier --json of the same articles")
	cmd.AddCommand(stages, engine, scale, latency, newBenchGrowthCommand(&o), newBenchStartCommand(&o))
	return cmd
}

// config is the file's, with the servers of the flags.
func (o *benchOptions) config(path string) (*config.Config, error) {
	c, err := loadConfig(path)
	if err != nil {
		return nil, err
	}
	if len(o.brokers) > 0 {
		c.Kafka.Brokers = o.brokers
	}
	if len(o.addresses) > 0 {
		c.Elasticsearch.Addresses = o.addresses
	}
	return c, nil
}

// values are the raw records to measure with.
func (o *benchOptions) values() ([][]byte, error) {
	if o.articles < 1 {
		return nil, usageError{errors.New("--articles: at least 1")}
	}
	if o.file != "" {
		return readValues(o.file, o.articles)
	}
	var out [][]byte
	for a := range (articles.Mix{Seed: 1, Records: o.articles}).Articles() {
		out = append(out, a.Envelope())
	}
	return out, nil
}

// readValues reads records from a file: envelopes as they are, native articles
// in an envelope, and objects with title, text, date and url as corpora have
// them.
func readValues(name string, max int) ([][]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".zst") {
		z, err := zstd.NewReader(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		defer z.Close()
		r = z
	}
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 1<<20), maxLine)
	var out [][]byte
	for line := 1; s.Scan() && len(out) < max; line++ {
		v, err := corpusValue(s.Bytes(), line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, line, err)
		}
		out = append(out, v)
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no articles", name)
	}
	return out, nil
}

func corpusValue(line []byte, n int) ([]byte, error) {
	if isEnvelope(line) {
		return append([]byte(nil), line...), nil
	}
	var d struct {
		Title, Text, Body, Date, Published, URL string
		Authors                                 any // a list, or one text
	}
	if err := json.Unmarshal(line, &d); err != nil {
		return nil, err
	}
	if one, ok := d.Authors.(string); ok {
		d.Authors = []string{one}
	}
	payload, err := json.Marshal(map[string]any{"title": d.Title, "body": firstOf(d.Body, d.Text), "published": firstOf(d.Published, d.Date), "url": d.URL, "authors": d.Authors})
	if err != nil {
		return nil, err
	}
	e := wire.Envelope{SourceID: "corpus", ItemID: fmt.Sprintf("line-%d", n), Version: 1, Format: "article", Data: payload}
	return e.Encode()
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// onServers runs a measurement of the way through Kafka and Elasticsearch and
// writes its rows.
func onServers[R any](o *benchOptions, cmd *cobra.Command, c *config.Config, columns []benchColumn, measure func(context.Context, bench.Options) ([]R, error)) error {
	values, err := o.values()
	if err != nil {
		return err
	}
	rows, err := measure(cmd.Context(), bench.Options{Config: c, Values: values, Workers: o.workers, Engine: o.engineOnly, Log: zap.NewNop(), Progress: benchProgress(cmd)})
	if err != nil {
		return err
	}
	return o.write(cmd.OutOrStdout(), rows, columns)
}

// benchProgress tells the terminal what is being measured.
func benchProgress(cmd *cobra.Command) func(what string) {
	return func(what string) { fmt.Fprintln(cmd.ErrOrStderr(), what, "…") }
}

func (o *benchOptions) scale(ctx context.Context, b bench.Options) ([]bench.ScaleRow, error) {
	return bench.Scale(ctx, b, o.counts)
}

func (o *benchOptions) latency(ctx context.Context, b bench.Options) ([]bench.LatencyRow, error) {
	return bench.Latency(ctx, b, o.share)
}

func (o *benchOptions) stages(cmd *cobra.Command) error {
	values, err := o.values()
	if err != nil {
		return err
	}
	if o.rounds < 1 {
		return usageError{fmt.Errorf("--rounds %d: at least 1", o.rounds)}
	}
	rows, err := bench.Stages(values, o.rounds)
	if err != nil {
		return err
	}
	if err := o.write(cmd.OutOrStdout(), rows, benchStageColumns); err != nil || o.budget == "" {
		return err
	}
	return overBudget(o.budget, rows)
}
