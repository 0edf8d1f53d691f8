package feed

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"dateline/pipeline/wire"
)

// Control bytes of IPTC 7901 and ANPA 1312.
const (
	soh = 0x01
	etx = 0x03
	eot = 0x04
	syn = 0x16
)

// Bounds of following a capture.
const (
	captureChunk = 1 << 20          // bytes read before what is complete is stored
	captureIdle  = 10 * time.Second // after which a text that has ended counts as complete without EOT
)

// CaptureFile is a file that a receiver of a serial line appends to: messages of
// IPTC 7901 or ANPA 1312, from SOH to EOT, one behind the other.
type CaptureFile struct {
	Path   string
	Source Source
	Dir    string        // of its checkpoint and of messages that were refused
	Poll   time.Duration // how often it is looked at; 0: 1 s
	Idle   time.Duration // 0: 10 s
	GiveUp time.Duration // how long a message may be without its end; 0: ten minutes
}

// position is a byte of a capture: what a checkpoint holds.
type position struct {
	Inode  uint64 `json:"inode"`
	Offset int64  `json:"offset"`
}

// Capture follows a capture file: it sends each message once it is complete and
// notes how far it has come after Kafka has acknowledged. It follows the file
// when it is rotated (renamed and made anew, or cut to nothing); a message that
// the rotation cuts is put together again. A crash sends the messages since the
// last checkpoint again. Messages that are refused are kept in bad/ of its
// folder, beside a .reason file.
type Capture struct {
	file     CaptureFile
	producer *Producer
	log      *zap.Logger

	open  *os.File
	inode uint64    // of open
	next  int64     // offset in open of what is read next
	buf   []byte    // read and not yet part of a message
	at    position  // of buf[0]
	carry int       // bytes of buf that stand in the file before open
	grown time.Time // when buf last grew

	pulse         Pulse
	sent, refused atomic.Int64
	failing       atomic.Bool
}

// NewCapture prepares to follow a file; Run does the work.
func NewCapture(f CaptureFile, p *Producer, log *zap.Logger) *Capture {
	f.Poll = cmp.Or(f.Poll, time.Second)
	f.Idle = cmp.Or(f.Idle, captureIdle)
	f.GiveUp = cmp.Or(f.GiveUp, giveUp)
	sum := sha256.Sum256([]byte(f.Path))
	f.Dir = filepath.Join(f.Dir, "capture-"+hex.EncodeToString(sum[:6]))
	return &Capture{file: f, producer: p, log: log}
}

// Run follows the file until ctx ends, then returns nil. It returns an error if
// it cannot note how far it has come. A file that is not there is waited for.
func (c *Capture) Run(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Join(c.file.Dir, badDir), 0o755); err != nil {
		return fmt.Errorf("capture %s: %w", c.file.Path, err)
	}
	lock, err := LockFolder(c.file.Dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := c.resume(); err != nil {
		return err
	}
	defer func() {
		if c.open != nil {
			c.open.Close()
		}
	}()
	tick := time.NewTicker(c.file.Poll)
	defer tick.Stop()
	for {
		more, err := c.pass(ctx)
		if ctx.Err() != nil {
			return nil
		}
		c.failing.Store(err != nil)
		if err != nil {
			c.log.Error("capture failed; its messages wait", zap.String("capture", c.file.Path), zap.Error(err))
		}
		if more && err == nil {
			continue
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// resume reads the checkpoint.
func (c *Capture) resume() error {
	data, err := os.ReadFile(filepath.Join(c.file.Dir, "checkpoint.json"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("capture %s: %w", c.file.Path, err)
	}
	if json.Unmarshal(data, &c.at) != nil {
		c.log.Error("checkpoint is unreadable: the capture is sent again from its start", zap.String("capture", c.file.Path))
		c.at = position{}
	}
	return nil
}

// checkpoint notes c.at.
func (c *Capture) checkpoint() error {
	path := filepath.Join(c.file.Dir, "checkpoint.json")
	data, err := json.Marshal(c.at)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".tmp", data, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

// pass reads on and sends what is complete; more says that there is more to
// read at once.
func (c *Capture) pass(ctx context.Context) (more bool, err error) {
	if c.open == nil {
		if err := c.reopen(); err != nil || c.open == nil {
			return false, err
		}
	}
	part := make([]byte, captureChunk)
	n, err := c.open.ReadAt(part, c.next)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	if n > 0 {
		c.next += int64(n)
		c.buf = append(c.buf, part[:n]...)
		c.grown = time.Now()
	}
	if err := c.flush(ctx, n == 0 && time.Since(c.grown) >= c.file.Idle); err != nil {
		return false, err
	}
	if n > 0 {
		return n == len(part), nil
	}
	return c.rotated()
}

// reopen opens the file that the checkpoint is in: the capture itself, or the
// one it was renamed to.
func (c *Capture) reopen() error {
	chain, err := c.chain()
	if err != nil || len(chain) == 0 {
		return err
	}
	i := slices.IndexFunc(chain, func(p string) bool { return inodeOf(p) == c.at.Inode })
	if c.at.Inode == 0 { // the first time: what was captured before is old
		i = len(chain) - 1
	}
	if i < 0 {
		c.log.Error("the file of the checkpoint is gone: what was not read of it is lost", zap.String("capture", c.file.Path), zap.Int64("offset", c.at.Offset))
		i, c.at = 0, position{}
	}
	return c.start(chain[i], c.at.Offset)
}

// start reads path from the offset on, with nothing carried over.
func (c *Capture) start(path string, offset int64) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return err
	}
	if info.Size() < offset {
		offset = 0 // cut while nobody looked
	}
	c.open, c.inode, c.next = f, inodeOfInfo(info), offset
	c.at, c.carry, c.buf, c.grown = position{c.inode, offset}, 0, nil, time.Now()
	return nil
}

// chain lists the capture and what it was renamed to, oldest first.
func (c *Capture) chain() ([]string, error) {
	entries, err := os.ReadDir(filepath.Dir(c.file.Path))
	if err != nil {
		return nil, err
	}
	type piece struct {
		path string
		at   time.Time
	}
	var pieces []piece
	base := filepath.Base(c.file.Path)
	for _, e := range entries {
		if !e.Type().IsRegular() || !strings.HasPrefix(e.Name(), base) || strings.HasSuffix(e.Name(), ".gz") {
			continue
		}
		if info, err := e.Info(); err == nil {
			pieces = append(pieces, piece{filepath.Join(filepath.Dir(c.file.Path), e.Name()), info.ModTime()})
		}
	}
	slices.SortFunc(pieces, func(a, b piece) int {
		if own := a.path == c.file.Path; own != (b.path == c.file.Path) { // the capture itself is the latest
			if own {
				return 1
			}
			return -1
		}
		return a.at.Compare(b.at)
	})
	var out []string
	for _, p := range pieces {
		out = append(out, p.path)
	}
	return out, nil
}

// rotated looks, at the end of the open file, whether it goes on in another.
func (c *Capture) rotated() (more bool, err error) {
	info, err := c.open.Stat()
	if err != nil {
		return false, err
	}
	if info.Size() < c.next { // cut to nothing: what was unfinished has no end
		if err := c.lose("the file was cut in the middle of a message"); err != nil {
			return false, err
		}
		c.next, c.at, c.carry = 0, position{c.inode, 0}, 0
		return true, c.checkpoint()
	}
	chain, err := c.chain()
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(chain, func(p string) bool { return inodeOf(p) == c.inode })
	if i == len(chain)-1 || len(chain) == 0 {
		return false, nil
	}
	if info.Size() > c.next {
		return true, nil // written to between the last read and the renaming
	}
	next, err := os.Open(chain[i+1])
	if err != nil {
		return false, err
	}
	info, err = next.Stat()
	if err != nil {
		next.Close()
		return false, err
	}
	c.open.Close()
	c.open, c.inode, c.next, c.carry = next, inodeOfInfo(info), 0, len(c.buf)
	if c.carry == 0 {
		c.at = position{c.inode, 0}
		return true, c.checkpoint()
	}
	return true, nil
}

// flush sends the complete messages of the buffer and notes how far it came.
func (c *Capture) flush(ctx context.Context, idle bool) error {
	at := time.Now()
	if info, err := c.open.Stat(); err == nil && info.ModTime().Before(at) {
		at = info.ModTime()
	}
	var items []Item
	used := 0
	for {
		skip, message := nextMessage(c.buf[used:], idle)
		if message == nil {
			used += skip
			break
		}
		it, refusal := c.item(message, at)
		if refusal != nil {
			if err := c.keep(message, used+skip, refusal); err != nil {
				return err
			}
		} else {
			it.Line = len(items) + 1
			items = append(items, it)
		}
		used += skip + len(message)
	}
	if rest := c.buf[used:]; len(rest) > wire.MaxPayload || len(rest) > 0 && bytes.IndexByte(rest, soh) >= 0 && time.Since(c.grown) >= c.file.GiveUp {
		if err := c.keep(rest, used, &Refusal{File: c.file.Path, Reason: Unfinished, Err: errors.New("message without an end")}); err != nil {
			return err
		}
		used = len(c.buf)
	}
	if used == 0 {
		return nil
	}
	if err := c.store(ctx, items); err != nil {
		return err
	}
	c.consume(used)
	return c.checkpoint()
}

// item makes the record of a message.
func (c *Capture) item(message []byte, at time.Time) (Item, *Refusal) {
	p := place{file: c.file.Path, base: filepath.Base(c.file.Path), at: at}
	if f := c.file.Source.Format; f == "" || f == "auto" {
		if f = wire.Sniff(message); f != "iptc7901" && f != "anpa1312" {
			return Item{}, p.refuse(wire.UnsupportedFormat, errors.New("message is neither IPTC 7901 nor ANPA 1312"))
		}
	}
	return c.file.Source.item(message, p)
}

// store stores the items; what the broker refuses is kept.
func (c *Capture) store(ctx context.Context, items []Item) error {
	if len(items) == 0 {
		return nil
	}
	bad, err := store(ctx, c.producer, items)
	if err != nil {
		return err
	}
	for _, r := range bad {
		if err := c.keep(items[r.Line-1].Record.Value, r.Line, r); err != nil {
			return err
		}
	}
	for range len(items) - len(bad) {
		c.sent.Add(1)
		c.pulse.Beat(time.Now())
	}
	return nil
}

// consume drops the first n bytes of the buffer.
func (c *Capture) consume(n int) {
	c.buf = append([]byte(nil), c.buf[n:]...)
	if n < c.carry {
		c.carry -= n
		c.at.Offset += int64(n)
		return
	}
	c.carry = 0
	c.at = position{c.inode, c.next - int64(len(c.buf))}
}

// lose puts aside what the buffer holds of a message that will not end.
func (c *Capture) lose(why string) error {
	if len(bytes.Trim(c.buf, "\x16\x00 \r\n")) == 0 {
		c.buf = nil
		return nil
	}
	err := c.keep(c.buf, 0, &Refusal{File: c.file.Path, Reason: Unfinished, Err: errors.New(why)})
	if err == nil {
		c.buf = nil
	}
	return err
}

// keep writes a refused message, and why, to bad/. offset tells messages of
// one buffer apart.
func (c *Capture) keep(message []byte, offset int, r *Refusal) error {
	c.refused.Add(1)
	c.log.Warn("message refused", zap.String("capture", c.file.Path), zap.String("reason", r.Reason), zap.Int("bytes", len(message)))
	path, err := free(filepath.Join(c.file.Dir, badDir, fmt.Sprintf("%d-%d", c.at.Inode, c.at.Offset+int64(offset))))
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+reasonSuffix, []byte(r.Error()+"\n"), 0o644); err != nil {
		return err
	}
	return os.WriteFile(path, message, 0o644)
}

// nextMessage finds the first message of b: from SOH, with the SYN before it,
// through EOT, or up to the next SOH. Without either it is complete when the
// line is idle and the text has ended (ETX). skip is what stands before it, or,
// if message is nil, what can be dropped: fill and noise of the line.
func nextMessage(b []byte, idle bool) (skip int, message []byte) {
	start := bytes.IndexByte(b, soh)
	if start < 0 {
		for skip = len(b); skip > 0 && b[skip-1] == syn && len(b)-skip < 4; skip-- { // of a message to come
		}
		return skip, nil
	}
	end := -1
	for i := start + 1; i < len(b) && end < 0; i++ {
		switch b[i] {
		case eot:
			end = i + 1
		case soh:
			for end = i; end > start && b[end-1] == syn; end-- {
			}
		}
	}
	if end < 0 && idle && bytes.IndexByte(b[start:], etx) >= 0 {
		end = len(b)
	}
	for n := 0; start > 0 && b[start-1] == syn && n < 4; n++ {
		start--
	}
	if end < 0 {
		return start, nil
	}
	return start, b[start:end]
}

// Collect writes the capture's numbers.
func (c *Capture) Collect(ch chan<- prometheus.Metric) {
	at := []string{c.file.Source.ID, "capture", c.file.Path}
	Count(ch, at[0], at[1], at[2], c.sent.Load(), c.refused.Load())
	ch <- flag(failingDesc, c.failing.Load(), at...)
}

// Rhythms gives how the capture's messages come.
func (c *Capture) Rhythms(now time.Time) []SourceRhythm {
	return []SourceRhythm{{Source: c.file.Source.ID, Way: "capture", Where: c.file.Path, Last: c.pulse.Last(), Rhythm: c.pulse.Rhythm(now)}}
}

// Err says that the last look at the file failed.
func (c *Capture) Err() error {
	if c.failing.Load() {
		return fmt.Errorf("capture %s: failed; see the log", c.file.Path)
	}
	return nil
}
