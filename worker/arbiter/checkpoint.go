package arbiter

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"go.uber.org/zap"

	"dateline/pipeline/dedup"
)

const (
	checkpointEnd  = ".checkpoint"
	keptFiles      = 3
	checkpointBuff = 1 << 20
)

type checkpointFile struct {
	path string
	next int64
}

// checkpoints are the files of this log, newest first.
func (a *Arbiter) checkpoints() []checkpointFile {
	if a.o.Dir == "" {
		return nil
	}
	entries, err := os.ReadDir(a.o.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		a.log.Warn("folder of checkpoints cannot be read", zap.Error(err))
	}
	var out []checkpointFile
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), checkpointEnd)
		if !ok {
			continue
		}
		name, ok = strings.CutPrefix(name, a.o.Name+"-")
		next, err := strconv.ParseInt(name, 10, 64)
		if ok && err == nil {
			out = append(out, checkpointFile{filepath.Join(a.o.Dir, e.Name()), next})
		}
	}
	slices.SortFunc(out, func(x, y checkpointFile) int { return cmp.Compare(y.next, x.next) })
	return out
}

// Checkpoint is the path of the newest checkpoint; empty if there is none.
func (a *Arbiter) Checkpoint() string {
	if c := a.checkpoints(); len(c) > 0 {
		return c[0].path
	}
	return ""
}

func readCheckpoint(path string) (*dedup.State, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return dedup.ReadState(bufio.NewReaderSize(f, checkpointBuff), info.Size())
}

// save writes a checkpoint and keeps the newest few. A checkpoint that cannot be
// written costs a longer start, nothing else. The fold stands still meanwhile.
func (a *Arbiter) save() {
	a.saved = a.o.Now()
	if a.o.Dir == "" || a.state == nil || a.state.Next() == 0 {
		return
	}
	have := a.checkpoints()
	if len(have) > 0 && have[0].next == a.state.Next() {
		return
	}
	path := filepath.Join(a.o.Dir, fmt.Sprintf("%s-%d%s", a.o.Name, a.state.Next(), checkpointEnd))
	n, err := a.write(path)
	if err != nil {
		a.log.Warn("checkpoint was not written", zap.Error(err))
		return
	}
	a.mu.Lock()
	a.seen.Saved = a.saved
	a.mu.Unlock()
	a.log.Info("checkpoint is written", zap.String("file", path), zap.Int64("bytes", n), zap.Duration("took", a.o.Now().Sub(a.saved)))
	for i, c := range a.checkpoints() {
		// What lies beyond ours belongs to a log that was made anew, or to a
		// worker that is ahead.
		if i >= keptFiles && c.path != path {
			os.Remove(c.path)
		}
	}
}

// write writes beside and renames, so that no half checkpoint is ever found.
func (a *Arbiter) write(path string) (n int64, err error) {
	if err := os.MkdirAll(a.o.Dir, 0o755); err != nil {
		return 0, err
	}
	f, err := os.CreateTemp(a.o.Dir, ".writing-*")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	w := bufio.NewWriterSize(f, checkpointBuff)
	if n, err = a.state.WriteTo(w); err != nil {
		return n, err
	}
	if err = errors.Join(w.Flush(), f.Sync(), f.Close()); err != nil {
		return n, err
	}
	return n, os.Rename(f.Name(), path)
}
