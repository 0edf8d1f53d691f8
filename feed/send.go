package feed

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A batch is handed to the producer when it has this many records or bytes.
// It is spread over the partitions there.
const (
	batchRecords = 1000
	batchBytes   = 4 << 20
)

// Hooks tell what happens while Send works; each may be nil. Send calls them
// itself, one at a time.
type Hooks struct {
	Refused func(*Refusal)
	Warned  func(Item)  // the item is sent, with what its warnings say left out
	Read    func(n int) // bytes taken from files
	Sent    func(n int) // records stored
}

// Summary is what Send did.
type Summary struct {
	Files    int     `json:"files"`    // read, at least in part
	Sent     int     `json:"sent"`     // records that Kafka has acknowledged
	Bytes    int64   `json:"bytes"`    // of the values handed to it
	Warnings int     `json:"warnings"` // items with warnings
	Refused  int     `json:"refused"`  // items that were not sent
	Seconds  float64 `json:"seconds"`
}

// Send puts the articles of files and folders on the topic; "-" is stdin. A
// bad item is refused and the next one read. The error is one that ends the
// whole: no topic, no permission, ctx. Records of items handed to the producer
// before it may be stored and not counted.
func Send(ctx context.Context, p *Producer, s Source, paths []string, stdin io.Reader, h Hooks) (Summary, error) {
	begin := time.Now()
	o := &sender{ctx: ctx, p: p, hooks: h}
	err := o.read(s, paths, stdin)
	if err == nil {
		err = o.flush()
	}
	if waited := o.wait(); err == nil {
		err = waited
	}
	o.sum.Seconds = time.Since(begin).Seconds()
	return o.sum, err
}

// sender reads one batch while the one before it is being stored.
type sender struct {
	ctx   context.Context
	p     *Producer
	hooks Hooks
	sum   Summary

	batch []Item
	size  int
	busy  chan stored // nil: nothing is being stored. Bound 1, one answer each
}

// stored is what became of a batch.
type stored struct {
	items []Item
	bad   []*Refusal
	err   error
}

// read reads all inputs.
func (o *sender) read(s Source, paths []string, stdin io.Reader) error {
	for path, items := range s.inputs(paths, stdin, o.hooks.Read) {
		o.sum.Files++
		for it, refusal := range items {
			if o.ctx.Err() != nil {
				return context.Cause(o.ctx)
			}
			if refusal != nil {
				if refusal.Reason == Unreadable && refusal.File == path && refusal.Line == 0 {
					o.sum.Files--
				}
				o.refuse(refusal)
				continue
			}
			if len(it.Warnings) > 0 {
				o.sum.Warnings++
				if o.hooks.Warned != nil {
					o.hooks.Warned(*it)
				}
			}
			o.batch = append(o.batch, *it)
			if o.size += it.Record.size(); len(o.batch) >= batchRecords || o.size >= batchBytes {
				if err := o.flush(); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// flush waits for the batch before and starts to store this one.
func (o *sender) flush() error {
	if err := o.wait(); err != nil || len(o.batch) == 0 {
		return err
	}
	items, busy := o.batch, make(chan stored, 1)
	o.batch, o.size, o.busy = nil, 0, busy
	go func() { // ends with the answer, or with ctx; wait takes it
		bad, err := store(o.ctx, o.p, items)
		busy <- stored{items, bad, err}
	}()
	return nil
}

// wait takes the answer for the batch that is being stored, if there is one.
func (o *sender) wait() error {
	if o.busy == nil {
		return nil
	}
	s := <-o.busy
	o.busy = nil
	if s.err != nil {
		return s.err
	}
	for i := range s.items {
		o.sum.Bytes += int64(len(s.items[i].Record.Value))
	}
	o.sum.Sent += len(s.items) - len(s.bad)
	if o.hooks.Sent != nil {
		o.hooks.Sent(len(s.items) - len(s.bad))
	}
	for _, r := range s.bad {
		o.refuse(r)
	}
	return nil
}

func (o *sender) refuse(r *Refusal) {
	o.sum.Refused++
	if o.hooks.Refused != nil {
		o.hooks.Refused(r)
	}
}

// store produces a batch; bad are the items that the broker refuses.
func store(ctx context.Context, p *Producer, items []Item) (bad []*Refusal, err error) {
	records := make([]Record, len(items))
	for i := range items {
		records[i] = items[i].Record
	}
	err = p.Produce(ctx, records)
	var partial *PartialError
	if !errors.As(err, &partial) {
		return nil, err
	}
	for i := range items {
		if cause := partial.Failed[i]; cause != nil {
			bad = append(bad, &Refusal{File: items[i].File, Line: items[i].Line, Reason: Broker, Err: cause})
		}
	}
	return bad, nil
}

// inputs gives each input by name with its items.
func (s *Source) inputs(paths []string, stdin io.Reader, read func(int)) iter.Seq2[string, iter.Seq2[*Item, *Refusal]] {
	return func(yield func(string, iter.Seq2[*Item, *Refusal]) bool) {
		for _, path := range paths {
			if path == "-" {
				if !yield("stdin", s.Read("stdin", stdin, time.Now())) {
					return
				}
				continue
			}
			files, err := Files(path)
			if err != nil {
				r := place{file: path}.refuse(Unreadable, err)
				if !yield(path, func(yield func(*Item, *Refusal) bool) { yield(nil, r) }) {
					return
				}
				continue
			}
			for _, f := range files {
				if !yield(f, s.ReadFile(f, read)) {
					return
				}
			}
		}
	}
}

// Files lists the files of a folder and the folders in it, sorted by name, or
// the file itself. Left out are dotfiles, files still being written (.tmp,
// .part, .filepart) and what a Watcher has dealt with (done/ and bad/).
func Files(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var files []string
	err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == path:
			return nil
		case d.IsDir() && (ignored(d.Name()) || d.Name() == doneDir || d.Name() == badDir):
			return filepath.SkipDir
		case !d.Type().IsRegular() || ignored(d.Name()):
			return nil
		}
		files = append(files, name)
		return nil
	})
	slices.Sort(files)
	return files, err
}

// TotalSize is the size of all files under the paths, for a progress bar; what
// cannot be read counts nothing. Negative: it cannot be known (stdin).
func TotalSize(paths []string) int64 {
	var n int64
	for _, path := range paths {
		if path == "-" {
			return -1
		}
		files, err := Files(path)
		if err != nil {
			continue
		}
		for _, f := range files {
			if info, err := os.Stat(f); err == nil {
				n += info.Size()
			}
		}
	}
	return n
}

// ignored tells names that are not, or not yet, articles.
func ignored(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".tmp", ".part", ".filepart":
		return true
	}
	return strings.HasPrefix(name, ".")
}
