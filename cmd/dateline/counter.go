package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// counter is a bar on a terminal for work that is counted in records. It shows
// once the work has taken two seconds, and never where output is piped. One
// goroutine uses it.
type counter struct {
	w     io.Writer
	what  string
	total int64
	n     int64
	start time.Time
	bar   *progressbar.ProgressBar
	on    bool
}

func newCounter(w io.Writer, what string, total int64) *counter {
	f, ok := w.(*os.File)
	return &counter{w: w, what: what, total: total, start: time.Now(), on: ok && term.IsTerminal(int(f.Fd()))}
}

func (c *counter) add(n int) {
	c.n += int64(n)
	if !c.on || c.n%64 != 0 || time.Since(c.start) < progressAfter {
		return
	}
	if c.bar == nil {
		c.bar = progressbar.NewOptions64(c.total, progressbar.OptionSetWriter(c.w), progressbar.OptionSetDescription(c.what),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30))
	}
	c.bar.Set64(c.n)
}

// done takes the bar away.
func (c *counter) done() {
	if c.bar != nil {
		c.bar.Clear()
	}
	c.on = false
}
