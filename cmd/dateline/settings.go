package main

import (
	"fmt"
	"net/url"
	"os"

	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"golang.org/x/term"

	"dateline/config"
	"dateline/index"
	"dateline/index/elastic"
	"dateline/index/embedded"
	"dateline/pipeline"
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
	"dateline/pipeline/wire"
)

// configFlag adds --config to a command.
func configFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVarP(path, "config", "c", os.Getenv("DATELINE_CONFIG"), "configuration `FILE` (or $DATELINE_CONFIG)")
	cmd.MarkFlagFilename("config", "yaml", "yml")
}

// loadConfig reads the file, or gives the defaults where none is named.
func loadConfig(path string) (*config.Config, error) {
	if path == "" {
		return config.Default(), nil
	}
	return config.Load(path, os.LookupEnv)
}

// useStore applies the flags --store and --dir, and checks what they make of the
// configuration.
func useStore(c *config.Config, store, dir string) error {
	if store != "" {
		c.Store = store
	}
	if dir != "" {
		c.Store, c.Embedded.Dir = "embedded", dir
	}
	return c.Validate()
}

// newLogger logs to standard error: readable lines on a terminal, JSON
// elsewhere, unless the configuration says which.
func newLogger(c config.Log) (*zap.Logger, zap.AtomicLevel, error) {
	level, err := zap.ParseAtomicLevel(c.Level)
	if err != nil {
		return nil, level, fmt.Errorf("log.level: %w", err)
	}
	z := zap.NewProductionConfig()
	z.Level = level
	z.EncoderConfig.EncodeTime = zapcore.RFC3339TimeEncoder
	z.EncoderConfig.TimeKey = "time"
	z.DisableStacktrace = true
	if c.Format == "console" || c.Format == "auto" && term.IsTerminal(int(os.Stderr.Fd())) {
		z.Encoding = "console"
		z.EncoderConfig.EncodeLevel = zapcore.CapitalLevelEncoder
		z.EncoderConfig.EncodeTime = zapcore.TimeEncoderOfLayout("15:04:05")
	}
	log, err := z.Build()
	if err != nil {
		return nil, level, fmt.Errorf("log: %w", err)
	}
	return log, level, nil
}

// newPipeline makes the stages as configured; o says what else they keep.
func newPipeline(c *config.Config, o pipeline.Options) (*pipeline.Pipeline, error) {
	p, _, err := newLivePipeline(c, o)
	return p, err
}

// loadOverrides reads the file of corrections; nil if there is none.
func loadOverrides(c *config.Config) (*override.Set, error) {
	if c.Worker.Overrides == "" {
		return nil, nil
	}
	s, err := override.Load(c.Worker.Overrides, gazetteer.Default())
	if err != nil {
		return nil, fmt.Errorf("worker.overrides: %w", err)
	}
	return s, nil
}

// newLivePipeline makes the stages, whose corrections may be replaced while
// they run.
func newLivePipeline(c *config.Config, o pipeline.Options) (*pipeline.Pipeline, *override.Live, error) {
	corrections, err := loadOverrides(c)
	if err != nil {
		return nil, nil, err
	}
	live := new(override.Live)
	live.Use(corrections)
	o.Overrides, o.Stages, o.Version, o.Sources = live, c.Worker.Stages, programVersion(), make(map[string]pipeline.SourceOptions)
	for _, s := range c.Sources {
		o.Sources[s.ID] = pipeline.SourceOptions{Name: s.Name, URL: s.URL, Outlet: s.Outlet, Country: s.Country, Language: s.Language,
			TimeZone: s.Timezone, Scheme: scheme(s.Revision), DateOrder: s.DateOrder}
	}
	p, err := pipeline.New(o)
	return p, live, err
}

// documentOptions shape index names, versions and event slots.
func documentOptions(c *config.Config) index.Options {
	return index.Options{Prefix: c.Elasticsearch.Prefix, Period: index.Period(c.Elasticsearch.Period), Epoch: c.Worker.Epoch, Slots: c.Worker.EventSlots,
		PlaceName: index.AreaNames(gazetteer.Default())}
}

// openStore opens the store that the configuration names.
func openStore(c *config.Config) (index.Store, error) {
	if c.Store == "embedded" {
		return embedded.Open(c.Embedded.Dir)
	}
	return elastic.New(c.Elasticsearch, elastic.Options{Document: documentOptions(c), Product: programVersion(), MaxConns: c.Worker.Bulk.MaxInFlight + 2})
}

// storeName names the store in messages, without credentials.
func storeName(c *config.Config) string {
	if c.Store == "embedded" {
		return "embedded index in " + c.Embedded.Dir
	}
	if u, err := url.Parse(c.Elasticsearch.Addresses[0]); err == nil {
		return "Elasticsearch at " + u.Redacted()
	}
	return "Elasticsearch"
}

// scheme is the order of versions that the configuration names.
func scheme(name string) wire.Scheme {
	if name == "auto" {
		return wire.Auto
	}
	return wire.Scheme(name)
}
