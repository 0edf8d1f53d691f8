package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// A peer is started with the file of articles (articles.go), loads what it
// needs, reads some articles to warm up, and says so in a line of JSON. For each
// line on its standard input it reads all articles once and answers with a line.
// It ends with its input. Standard error is for its own messages.

// ready is the first line: what runs, and the processor time of the whole
// process from its start until it had read the first article.
type ready struct {
	Version  string  `json:"version"`
	StartCPU float64 `json:"start_cpu_s"`
}

// round is the answer to a line: articles read, names, dates or events found in
// them, and the processor time of the whole process for it.
type round struct {
	Articles int     `json:"articles"`
	Found    int     `json:"found"`
	CPU      float64 `json:"cpu_s"`
}

func (r *ready) check() error {
	if r.Version == "" || r.StartCPU <= 0 {
		return fmt.Errorf("start %+v: no version, or no time", *r)
	}
	return nil
}

func (r *round) check(articles int) error {
	switch {
	case r.Articles != articles:
		return fmt.Errorf("%d articles read, want %d", r.Articles, articles)
	case r.Found <= 0:
		return errors.New("nothing found")
	case r.CPU <= 0:
		return fmt.Errorf("%g s of processor time", r.CPU)
	}
	return nil
}

// decode reads one line into v. A field that v has not is an error: the line is
// not what it should be.
func decode(r *bufio.Reader, v any) error {
	line, err := r.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return fmt.Errorf("answer of more than %d bytes", r.Size())
	case errors.Is(err, io.EOF):
		return errNoAnswer
	case err != nil:
		return err
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	err = d.Decode(v)
	if err == nil && d.More() {
		err = errors.New("more than one value")
	}
	if err != nil {
		return fmt.Errorf("answer %.200q: %w", line, err)
	}
	return nil
}

// errNoAnswer is a peer that ended: its last words say why.
var errNoAnswer = errors.New("it ended without an answer")

// process is a peer that runs.
type process struct {
	peer     peer
	articles int
	ready    ready

	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	said lastWords // read only after Wait
}

func start(ctx context.Context, w *workshop, p peer) (*process, error) {
	cmd, err := p.command(ctx, w)
	if err != nil {
		return nil, err
	}
	x := &process{peer: p, articles: w.articles, cmd: cmd}
	cmd.Stderr = &x.said
	if x.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	x.out = bufio.NewReader(out)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if err := x.answer(&x.ready); err != nil {
		return nil, err
	}
	if err := x.ready.check(); err != nil {
		x.kill()
		return nil, err
	}
	return x, nil
}

func (x *process) round() (r round, err error) {
	if _, err := io.WriteString(x.in, "round\n"); err != nil {
		return r, x.ended(err)
	}
	if err := x.answer(&r); err != nil {
		return r, err
	}
	return r, r.check(x.articles)
}

// answer waits for a line, though not for ever: the slowest peers take a third
// of a second for an article. A peer that gives none is ended.
func (x *process) answer(v any) error {
	patience := 5*time.Minute + time.Duration(x.articles)*5*time.Second
	late := time.AfterFunc(patience, func() { x.cmd.Process.Kill() })
	err := decode(x.out, v)
	if !late.Stop() {
		err = fmt.Errorf("no answer within %v", patience)
	}
	if err != nil {
		return x.ended(err)
	}
	return nil
}

// ended stops a peer that failed and adds its last words to the error.
func (x *process) ended(err error) error {
	x.kill()
	return x.said.after(err)
}

func (x *process) kill() {
	x.cmd.Process.Kill()
	x.cmd.Wait() // killed, or ended by itself: the error says no more
}

// close ends a peer in order.
func (x *process) close() error {
	x.in.Close()
	if x.cmd.ProcessState != nil {
		return nil // it has failed, and that was said
	}
	if err := x.cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w", x.peer.name, x.said.after(err))
	}
	return nil
}

// lastWords keeps the end of what is written.
type lastWords struct{ b []byte }

const mostWords = 2000

func (l *lastWords) Write(b []byte) (int, error) {
	l.b = append(l.b, b...)
	if n := len(l.b); n > 2*mostWords {
		l.b = append(l.b[:0], l.b[n-mostWords:]...)
	}
	return len(b), nil
}

// after adds the words to an error, if there are any.
func (l *lastWords) after(err error) error {
	if said := l.String(); said != "" {
		return fmt.Errorf("%w; its last words:\n%s", err, said)
	}
	return err
}

func (l *lastWords) String() string {
	return strings.ToValidUTF8(strings.TrimSpace(string(l.b[max(0, len(l.b)-mostWords):])), "")
}
