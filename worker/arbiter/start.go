package arbiter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"dateline/pipeline/dedup"
)

// errThere ends a read that has what it wanted.
var errThere = errors.New("there")

// Start catches up with the log, from the newest checkpoint that fits it, else
// from its beginning, else from the last record that asks for a fresh start. It
// begins a log that is empty. The consumer group is joined only afterwards.
func (a *Arbiter) Start(ctx context.Context) error {
	if err := a.o.Log.Check(ctx); err != nil {
		return err
	}
	first, next, err := a.o.Log.Bounds(ctx)
	if err != nil {
		return err
	}
	a.saved = a.o.Now()
	if a.state = a.restore(ctx, first, next); a.state == nil {
		if a.state, err = a.fresh(ctx, first, next); err != nil {
			return err
		}
	}
	begin, told := a.o.Now(), a.o.Now()
	from := a.state.Next()
	if from < next {
		err = a.o.Log.Read(ctx, from, next, func(offset int64, r []byte) error {
			if offset%4096 == 0 && a.o.Now().Sub(told) > 5*time.Second {
				told = a.o.Now()
				a.log.Info("fingerprint log is folded", zap.Int64("offset", offset), zap.Int64("log_end", next), zap.Int64("percent", 100*(offset-from)/(next-from)))
			}
			return a.step(ctx, offset, r)
		})
		if err != nil {
			return err
		}
	}
	a.mu.Lock()
	a.next, a.digest = a.state.Next(), a.state.Digest()
	a.mu.Unlock()
	a.look()
	a.log.Info("fingerprint log is folded to its end", zap.Int64("from", from), zap.Int64("next", a.state.Next()), zap.Int("items", a.state.Len()),
		zap.Duration("took", a.o.Now().Sub(begin)))
	return a.begin(ctx)
}

// begin writes the first record of this process: the parameters, if the log has
// none, because it is empty or began with bytes of somebody else; else a digest.
// Its answer tells the log's time.
func (a *Arbiter) begin(ctx context.Context) error {
	r := a.mark.record()
	if a.state.EpochID() == ([16]byte{}) {
		r = dedup.Record{Kind: dedup.KindEpoch, Key: newUUID(), Params: &a.o.Params}
	}
	a.own.Lock()
	defer a.own.Unlock()
	_, err := a.append(ctx, []dedup.Record{r})
	return err
}

// fresh is the state to fold from without a checkpoint.
func (a *Arbiter) fresh(ctx context.Context, first, next int64) (*dedup.State, error) {
	if first == 0 {
		return new(dedup.State), nil
	}
	// The last record that asks for a fresh start and whose start is there.
	var last dedup.Record
	at := int64(-1)
	err := a.o.Log.Read(ctx, first, next, func(offset int64, b []byte) error {
		if r, ok := rebase(b); ok && r.Revision >= first {
			last, at = r, offset
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case at < 0:
		return nil, fmt.Errorf("%w: it begins at %d, there is no checkpoint that fits it, and no REBASE record; copy a checkpoint of another worker (GET /dedup/checkpoint) into worker.dedup.dir, or run dateline dedup rebase",
			ErrNoStart, first)
	}
	return a.rebuild(ctx, last, at)
}

// rebase reads a REBASE record.
func rebase(b []byte) (dedup.Record, bool) {
	if len(b) < 2 || b[1] != dedup.KindRebase {
		return dedup.Record{}, false
	}
	r, err := dedup.DecodeRecord(b)
	return r, err == nil
}

// rebuild folds what a REBASE record at an offset asks for. The record itself
// is folded next.
func (a *Arbiter) rebuild(ctx context.Context, r dedup.Record, offset int64) (*dedup.State, error) {
	a.log.Info("state is folded anew", zap.Int64("from", r.Revision), zap.Int64("to", offset))
	s := dedup.Rebased(r)
	if r.Revision >= offset {
		return s, nil
	}
	err := a.o.Log.Read(ctx, r.Revision, offset, func(o int64, b []byte) error {
		_, err := s.Fold(o, b)
		if errors.Is(err, dedup.ErrDiverged) {
			return nil // digests before belong to another fold
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rebase at %d from %d: %w", offset, r.Revision, err)
	}
	return s, nil
}

// restore is the newest checkpoint that fits the log: its last record is there,
// with the same bytes, and what follows it too.
func (a *Arbiter) restore(ctx context.Context, first, next int64) *dedup.State {
	for _, c := range a.checkpoints() {
		s, err := readCheckpoint(c.path)
		if err == nil {
			err = a.fits(ctx, s, first, next)
		}
		if err == nil {
			a.log.Info("checkpoint is taken", zap.String("file", c.path), zap.Int64("next", s.Next()), zap.Int("items", s.Len()))
			return s
		}
		if ctx.Err() != nil {
			return nil
		}
		a.log.Warn("checkpoint is not used", zap.String("file", c.path), zap.Error(err))
	}
	return nil
}

func (a *Arbiter) fits(ctx context.Context, s *dedup.State, first, next int64) error {
	last := s.Next() - 1
	if last < first || last >= next {
		return fmt.Errorf("%w: its last record is %d, the log has %d to %d", dedup.ErrCheckpoint, last, first, next)
	}
	var hash uint64
	err := a.o.Log.Read(ctx, last, last+1, func(offset int64, b []byte) error {
		if offset != last {
			return fmt.Errorf("%w: record %d is gone", dedup.ErrCheckpoint, last)
		}
		hash = dedup.RecordHash(b)
		return errThere
	})
	if err != nil && !errors.Is(err, errThere) {
		return err
	}
	if hash != s.LastRecord() {
		return fmt.Errorf("%w: record %d is another one: the log was made anew", dedup.ErrCheckpoint, last)
	}
	return nil
}
