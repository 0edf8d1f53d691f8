package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"syscall"
	"time"

	"dateline/pipeline"
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/name"
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// ownMode is the first argument when this program runs as a peer.
const ownMode = "own"

// serveOwn is this project's side of the protocol.
func serveOwn(finds, file string, in io.Reader, out io.Writer) error {
	read, version, err := reader(finds)
	if err != nil {
		return err
	}
	as, err := readArticles(file)
	if err != nil {
		return err
	}
	first := ready{Version: version}
	for i := range as[:min(len(as), warmUp)] {
		if _, err := read(&as[i]); err != nil {
			return fmt.Errorf("article %d: %w", i+1, err)
		}
		if i == 0 {
			first.StartCPU = processTime().Seconds()
		}
	}
	answers := json.NewEncoder(out)
	if err := answers.Encode(first); err != nil {
		return err
	}
	s := bufio.NewScanner(in)
	for s.Scan() {
		r := round{Articles: len(as)}
		start := processTime()
		for i := range as {
			n, err := read(&as[i])
			if err != nil {
				return fmt.Errorf("article %d: %w", i+1, err)
			}
			r.Found += n
		}
		r.CPU = (processTime() - start).Seconds()
		if err := answers.Encode(r); err != nil {
			return err
		}
	}
	return s.Err()
}

// reader is what finds things in an article and says how many, ready to read.
func reader(finds string) (read func(*article) (int, error), version string, err error) {
	var words text.Vocabulary
	tokens := text.Tokens{Vocabulary: &words}
	switch finds {
	case findsNames:
		var s name.Scratch
		var found []text.Mention
		t := name.New()
		return func(a *article) (int, error) {
			words.Renew()
			tokens.Reset(a.text)
			found = t.Tag(found[:0], text.Body, &tokens, &s)
			return len(found), nil
		}, "names " + t.Version(), nil
	case findsDates:
		var s timex.Scratch
		var found []timex.Date
		return func(a *article) (int, error) {
			day, err := time.Parse(time.DateOnly, a.day)
			if err != nil {
				return 0, err
			}
			words.Renew()
			tokens.Reset(a.text)
			found = timex.Resolve(found[:0], nil, &tokens, timex.Anchor{Published: day}, &s)
			return len(found), nil
		}, "dates " + timex.Version, nil
	case findsAll:
		var s pipeline.Scratch
		p, err := pipeline.New(pipeline.Options{})
		return func(a *article) (int, error) {
			w, err := p.Read([]byte(a.text), &s)
			if err != nil {
				return 0, err
			}
			return len(p.Enrich(w, nil, &s).Events), nil
		}, "gazetteer " + gazetteer.Default().Version(), err
	}
	return nil, "", fmt.Errorf("%s %s: finds %s, %s or %s", ownMode, finds, findsNames, findsDates, findsAll)
}

// processTime is the processor time of this process so far, user and system.
func processTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it cannot fail for RUSAGE_SELF
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
