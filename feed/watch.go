package feed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// Names inside a watched folder.
const (
	doneDir      = "done"
	badDir       = "bad"
	lockName     = ".dateline-feed.lock"
	reasonSuffix = ".reason"
)

// ErrOwned is returned by Watcher.Run if another process watches the folder.
var ErrOwned = errors.New("folder is watched by another process")

// giveUp is how long a file may be incomplete before it goes to bad/.
const giveUp = 10 * time.Minute

// Folder is a folder that other programs put article files into.
type Folder struct {
	Path   string
	Source Source
	Poll   time.Duration // how often it is listed; 0: 2 s
	Settle time.Duration // how long a file must stay unchanged before it is read
	GiveUp time.Duration // how long it may be incomplete; 0: ten minutes
}

// Watcher sends what appears in a folder. Files are taken by time of change,
// then by name. A file is moved only after Kafka has acknowledged all of it, to
// done/; one with items that were refused goes to bad/, beside a .reason file
// that lists them (its other items are sent). While Kafka is away, files wait.
type Watcher struct {
	folder   Folder
	producer *Producer
	log      *zap.Logger

	files map[string]*watched // what was seen last; of Run alone

	pulse                Pulse
	sent, refused, moved atomic.Int64
	oldest               atomic.Int64 // mtime of the oldest waiting file, ns; 0: none
	failing              atomic.Bool

	afterProduce func() // tests: between the acknowledgement and the first move
}

// OldestFileAge is how long the file that waits longest has been in the folder,
// by its time of change; 0 if none waits.
func (w *Watcher) OldestFileAge(now time.Time) time.Duration {
	ns := w.oldest.Load()
	if ns == 0 {
		return 0
	}
	return max(0, now.Sub(time.Unix(0, ns)))
}

// watched is what is known of a file in the folder.
type watched struct {
	name  string
	size  int64
	mtime time.Time
	since time.Time // when size and mtime were first seen so
	tried bool      // read in this state and found unfinished

	reason string // of its refusals; "" if there are none
	stay   string // where it should be but could not be moved; "" if nowhere
}

// outcome is what became of one file of a batch.
type outcome struct {
	file     *watched
	sent     int
	refusals []*Refusal
}

// NewWatcher prepares a watcher; Run does the work.
func NewWatcher(f Folder, p *Producer, log *zap.Logger) *Watcher {
	if f.Poll <= 0 {
		f.Poll = 2 * time.Second
	}
	if f.GiveUp <= 0 {
		f.GiveUp = giveUp
	}
	return &Watcher{folder: f, producer: p, log: log, files: make(map[string]*watched)}
}

// Run watches until ctx ends, then returns nil. It returns an error if the
// folder cannot be watched at all. Trouble with Kafka or the file system is
// logged and tried again.
func (w *Watcher) Run(ctx context.Context) error {
	for _, dir := range []string{doneDir, badDir} {
		if err := os.Mkdir(filepath.Join(w.folder.Path, dir), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("folder %s: %w", w.folder.Path, err)
		}
	}
	lock, err := LockFolder(w.folder.Path)
	if err != nil {
		return err
	}
	defer lock.Close()
	tick := time.NewTicker(w.folder.Poll)
	defer tick.Stop()
	for {
		err := w.pass(ctx)
		if ctx.Err() != nil {
			return nil
		}
		w.failing.Store(err != nil)
		if err != nil {
			w.log.Error("folder pass failed; files wait", zap.String("folder", w.folder.Path), zap.Error(err))
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// pass lists the folder once and sends what is complete.
func (w *Watcher) pass(ctx context.Context) error {
	ready, err := w.list(time.Now())
	if err != nil {
		return err
	}
	var (
		batch    []Item
		owner    []*outcome // of each item
		finished []*outcome // read to their end, to be moved with the next flush
		size     int
	)
	flush := func() error {
		bad, err := store(ctx, w.producer, batch)
		if err != nil {
			return err
		}
		for i := range batch {
			if j := slices.IndexFunc(bad, func(r *Refusal) bool { return r.File == batch[i].File && r.Line == batch[i].Line }); j >= 0 {
				owner[i].refusals = append(owner[i].refusals, bad[j])
			} else {
				owner[i].sent++
				w.sent.Add(1)
				w.pulse.Beat(time.Now())
			}
		}
		if w.afterProduce != nil && len(batch) > 0 {
			w.afterProduce()
		}
		for _, o := range finished {
			w.settle(o)
		}
		batch, owner, finished, size = batch[:0], owner[:0], finished[:0], 0
		return nil
	}
	for _, f := range ready {
		if f.stay != "" { // sent already
			w.move(f, f.stay)
			continue
		}
		o := &outcome{file: f}
		for it, refusal := range w.folder.Source.ReadFile(filepath.Join(w.folder.Path, f.name), nil) {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if refusal != nil {
				o.refusals = append(o.refusals, refusal)
				continue
			}
			batch, owner = append(batch, *it), append(owner, o)
			if size += it.Record.size(); len(batch) >= batchRecords || size >= batchBytes {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		finished = append(finished, o)
	}
	if len(finished) == 0 {
		return nil
	}
	err = flush()
	w.measure()
	return err
}

// list looks at the folder and gives the files to be read now, in order.
func (w *Watcher) list(now time.Time) ([]*watched, error) {
	entries, err := os.ReadDir(w.folder.Path)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]*watched, len(entries))
	var ready []*watched
	for _, e := range entries {
		if !e.Type().IsRegular() || ignored(e.Name()) {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // its owner took it away
		}
		if err != nil {
			return nil, err
		}
		f := w.files[e.Name()]
		if f == nil || f.size != info.Size() || !f.mtime.Equal(info.ModTime()) {
			f = &watched{name: e.Name(), size: info.Size(), mtime: info.ModTime(), since: now}
		}
		seen[f.name] = f
		if age := now.Sub(f.since); age >= w.folder.Settle && (!f.tried || age >= w.folder.GiveUp) {
			ready = append(ready, f)
		}
	}
	w.files = seen
	w.measure()
	slices.SortFunc(ready, func(a, b *watched) int {
		return cmp.Or(a.mtime.Compare(b.mtime), strings.Compare(a.name, b.name))
	})
	return ready, nil
}

// measure finds the file that waits longest.
func (w *Watcher) measure() {
	var oldest int64
	for _, f := range w.files {
		if ns := f.mtime.UnixNano(); oldest == 0 || ns < oldest {
			oldest = ns
		}
	}
	w.oldest.Store(oldest)
}

// settle moves a file whose items are acknowledged or refused.
func (w *Watcher) settle(o *outcome) {
	f := o.file
	if len(o.refusals) == 0 {
		w.move(f, doneDir)
		return
	}
	last := o.refusals[len(o.refusals)-1]
	if errors.Is(last.Err, fs.ErrNotExist) {
		return // its owner took it away
	}
	if last.Reason == Unfinished && time.Since(f.since) < w.folder.GiveUp {
		f.tried = true // until it changes
		return
	}
	w.refused.Add(int64(len(o.refusals)))
	for _, r := range o.refusals {
		w.log.Warn("item refused", zap.String("file", f.name), zap.Int("line", r.Line), zap.String("reason", r.Reason))
	}
	f.reason = o.reason()
	w.move(f, badDir)
}

// reason is the text of the .reason file.
func (o *outcome) reason() string {
	var b strings.Builder
	for _, r := range o.refusals {
		named := *r
		named.File = o.file.name
		fmt.Fprintln(&b, named.Error())
	}
	if o.sent > 0 {
		fmt.Fprintf(&b, "the other %d articles of this file are sent; sending them again does no harm\n", o.sent)
	}
	return b.String()
}

// move puts a file into done/ or bad/. If that fails the file stays where it
// is, is not sent again, and is moved with a later pass. A file that has
// changed since it was read is left to be read again.
func (w *Watcher) move(f *watched, dir string) {
	from := filepath.Join(w.folder.Path, f.name)
	info, err := os.Lstat(from)
	if errors.Is(err, fs.ErrNotExist) || err == nil && (info.Size() != f.size || !info.ModTime().Equal(f.mtime)) {
		return
	}
	if err == nil {
		err = f.moveTo(from, filepath.Join(w.folder.Path, dir, f.name))
	}
	if err != nil {
		if f.stay == "" {
			w.log.Error("file dealt with but not moved; it will not be sent again while this process runs",
				zap.String("file", from), zap.String("to", dir), zap.Error(err))
		}
		f.stay = dir
		return
	}
	w.moved.Add(1)
	delete(w.files, f.name)
}

// moveTo renames the file, to a name with a number behind it if that is taken,
// after writing its reason beside it.
func (f *watched) moveTo(from, to string) error {
	to, err := free(to)
	if err != nil {
		return err
	}
	if f.reason != "" {
		if err := os.WriteFile(to+reasonSuffix, []byte(f.reason), 0o644); err != nil {
			return err
		}
	}
	return os.Rename(from, to)
}

// free is the path, or the path with a number behind it if it is taken.
func free(path string) (string, error) {
	for n := 0; ; n++ {
		name := path
		if n > 0 {
			name += "." + strconv.Itoa(n)
		}
		_, err := os.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) {
			return name, nil
		}
		if err != nil {
			return "", err
		}
	}
}
