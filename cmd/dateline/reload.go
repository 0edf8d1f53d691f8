package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"go.uber.org/zap"

	"dateline/config"
	"dateline/pipeline/gazetteer/override"
	"dateline/worker"
)

// reloader takes new settings into a running worker. All of them are taken, or
// none: a file that is wrong in one place changes nothing.
type reloader struct {
	path   string               // of the configuration, empty if there is none
	over   func(*config.Config) // lays the flags over it, as at the start
	now    *config.Config       // in force
	level  zap.AtomicLevel
	log    *zap.Logger
	worker *worker.Worker
	// corrections are read from their file again at each reload.
	corrections *override.Live
}

// hangups hears SIGHUP, which would end the process otherwise.
func hangups() (heard <-chan os.Signal, stop func()) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	return hup, func() { signal.Stop(hup) }
}

// run reloads at each hangup until ctx ends.
func (r *reloader) run(ctx context.Context, hup <-chan os.Signal) {
	for {
		select {
		case <-hup:
			r.reload()
		case <-ctx.Done():
			return
		}
	}
}

func (r *reloader) reload() {
	err := r.take()
	r.worker.NoteReload(err)
	if err != nil {
		r.log.Error("new settings are refused, the old ones stay", zap.String("file", r.path), zap.Error(err))
	}
}

// take reads, checks and puts in force, in this order.
func (r *reloader) take() error {
	fresh, err := loadConfig(r.path)
	if err != nil {
		return err
	}
	r.over(fresh)
	if err := fresh.Validate(); err != nil {
		return err
	}
	level, err := zap.ParseAtomicLevel(fresh.Log.Level)
	if err != nil {
		return fmt.Errorf("log.level: %w", err)
	}
	corrections, err := loadOverrides(fresh)
	if err != nil {
		return err
	}
	live, fixed := config.Changed(r.now, fresh)
	next := *r.now
	config.TakeLive(&next, fresh)
	r.level.SetLevel(level.Level())
	r.corrections.Use(corrections)
	r.worker.Reload(next.Worker)
	r.now = &next
	r.log.Info("settings are reloaded", zap.String("file", r.path), zap.Strings("changed", live), zap.String("corrections", corrections.Version()))
	if len(fixed) > 0 {
		r.log.Warn("some changes need a restart and are not in force", zap.String("settings", strings.Join(fixed, ", ")))
	}
	return nil
}
