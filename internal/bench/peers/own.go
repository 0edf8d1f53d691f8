package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
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
	if len(as) > 0 {
		if _, err := read(as[:1]); err != nil {
			return err
		}
		first.StartCPU = processTime().Seconds()
		if _, err := read(as[1:max(1, min(len(as), warmUp))]); err != nil {
			return err
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
		if r.Found, err = read(as); err != nil {
			return err
		}
		r.CPU = (processTime() - start).Seconds()
		if err := answers.Encode(r); err != nil {
			return err
		}
	}
	return s.Err()
}

// reader is what finds things in articles and says how many, ready to read.
func reader(finds string) (read func([]article) (int, error), version string, err error) {
	var words text.Vocabulary
	tokens := text.Tokens{Vocabulary: &words}
	switch finds {
	case findsNames:
		var s name.Scratch
		var found []text.Mention
		t := name.New()
		return each(func(a *article) (int, error) {
			words.Renew()
			tokens.Reset(a.text)
			found = t.Tag(found[:0], text.Body, &tokens, &s)
			return len(found), nil
		}), "names " + t.Version(), nil
	case findsDates:
		var s timex.Scratch
		var found []timex.Date
		return each(func(a *article) (int, error) {
			day, err := time.Parse(time.DateOnly, a.day)
			if err != nil {
				return 0, err
			}
			words.Renew()
			tokens.Reset(a.text)
			found = timex.Resolve(found[:0], nil, &tokens, timex.Anchor{Published: day}, &s)
			return len(found), nil
		}), "dates " + timex.Version, nil
	case findsAll:
		var s pipeline.Scratch
		p, err := pipeline.New(pipeline.Options{})
		return func(as []article) (found int, err error) {
			var group []pipeline.Judged
			var docs []*pipeline.Document
			n := 0
			for part := range slices.Chunk(as, pipeline.Together) {
				group = group[:0]
				for i := range part {
					w, err := p.Read([]byte(part[i].text), &s)
					if err != nil {
						return 0, fmt.Errorf("article %d: %w", n+i+1, err)
					}
					group = append(group, pipeline.Judged{Article: w})
				}
				n += len(part)
				docs = p.EnrichAll(docs[:0], group, &s)
				for _, d := range docs {
					found += len(d.Events)
				}
			}
			return found, nil
		}, "gazetteer " + gazetteer.Default().Version(), err
	}
	return nil, "", fmt.Errorf("%s %s: finds %s, %s or %s", ownMode, finds, findsNames, findsDates, findsAll)
}

// each reads articles one after the other.
func each(read func(*article) (int, error)) func([]article) (int, error) {
	return func(as []article) (found int, err error) {
		for i := range as {
			n, err := read(&as[i])
			if err != nil {
				return 0, fmt.Errorf("article %d: %w", i+1, err)
			}
			found += n
		}
		return found, nil
	}
}

// processTime is the processor time of this process so far, user and system.
func processTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it cannot fail for RUSAGE_SELF
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
