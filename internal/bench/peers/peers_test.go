package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// What a peer may answer, and what it may not.
func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		line string
		v    interface{ check() error }
		err  string // part of the error; empty: none
	}{
		"start":             {`{"version":"x 1","start_cpu_s":1.5}`, new(ready), ""},
		"round":             {`{"articles":3,"found":7,"cpu_s":0.25}`, &ofThree{}, ""},
		"no version":        {`{"start_cpu_s":1.5}`, new(ready), "no version"},
		"no time":           {`{"version":"x 1"}`, new(ready), "no time"},
		"too few articles":  {`{"articles":2,"found":7,"cpu_s":0.25}`, &ofThree{}, "2 articles read, want 3"},
		"too many articles": {`{"articles":4,"found":7,"cpu_s":0.25}`, &ofThree{}, "4 articles read, want 3"},
		"found nothing":     {`{"articles":3,"found":0,"cpu_s":0.25}`, &ofThree{}, "nothing found"},
		"took no time":      {`{"articles":3,"found":7}`, &ofThree{}, "0 s of processor time"},
		"a message":         {`Loading model…`, new(ready), "answer \"Loading"},
		"the other answer":  {`{"articles":3,"found":7,"cpu_s":0.25}`, new(ready), "unknown field"},
		"a number in words": {`{"articles":3,"found":"many","cpu_s":0.25}`, &ofThree{}, "cannot unmarshal"},
		"two in a line":     {`{"version":"x 1","start_cpu_s":1.5} {}`, new(ready), "more than one value"},
		"nothing":           {``, new(ready), "answer"},
		"endless":           {strings.Repeat("x", 5000), new(ready), "more than 4096 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			v := any(c.v)
			if r, ok := c.v.(*ofThree); ok {
				v = &r.round
			}
			err := decode(bufio.NewReader(strings.NewReader(c.line+"\n")), v)
			if err == nil {
				err = c.v.check()
			}
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("error %v, want %q", err, c.err)
			}
		})
	}
	if err := decode(bufio.NewReader(strings.NewReader(`{"version":`)), new(ready)); err != errNoAnswer {
		t.Errorf("half a line: error %v", err)
	}
}

// ofThree is the round of a peer that had three articles.
type ofThree struct{ round }

func (r *ofThree) check() error { return r.round.check(3) }

// script is a peer that is a shell script.
func script(name, finds, body string) peer {
	return peer{name: name, title: name, finds: finds, needs: "It needs " + name, command: func(ctx context.Context, w *workshop) (*exec.Cmd, error) {
		return exec.CommandContext(ctx, "sh", "-c", body), nil
	}}
}

const hello = `echo '{"version":"x 1","start_cpu_s":1.5}'; `

func TestMeasure(t *testing.T) {
	w := &workshop{articles: 4}
	ps, err := startAll(t.Context(), w, []peer{
		script("Dateline", findsDates, hello+`for c in 0.006 0.004; do read x; echo "{\"articles\":4,\"found\":9,\"cpu_s\":$c}"; done; read x`),
		script("other", findsDates, hello+`for c in 2 3; do read x; echo "{\"articles\":4,\"found\":8,\"cpu_s\":$c}"; done; read x`),
	})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := measure(ps, 2, 4_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range ps {
		if err := p.close(); err != nil && !strings.Contains(err.Error(), "exit status 1") { // of read, at the end of its input
			t.Error(err)
		}
	}
	if r := rows[0]; r.MS != 1 || r.KBPerS != 1000 || !slices.Equal(r.Rounds, []float64{1.5, 1}) || r.Found != 9 || r.Articles != 4 || r.StartS != 1.5 || r.Times != 0 {
		t.Errorf("row %+v", r)
	}
	if r := rows[1]; r.MS != 500 || r.KBPerS != 2 || r.Times != 500 || r.Version != "x 1" {
		t.Errorf("row %+v", r)
	}
	var b bytes.Buffer
	if err := writeTable(&b, rows[1:]); err != nil || !strings.HasSuffix(b.String(), " | 1.50 | 500 |\n") {
		t.Errorf("table\n%s%v", b.String(), err)
	}
}

func TestPeerFails(t *testing.T) {
	for name, c := range map[string]struct{ body, err string }{
		"at once":          {`echo no such model >&2; exit 3`, "it ended without an answer; its last words:\nno such model"},
		"in a round":       {hello + `read x; echo out of memory >&2; exit 1`, "other, round 1: it ended without an answer; its last words:\nout of memory"},
		"before a round":   {hello + `exec <&-; exit 0`, "round 1: "},
		"other work":       {hello + `for n in 8 7; do read x; echo "{\"articles\":1,\"found\":$n,\"cpu_s\":1}"; done; read x`, "round 2: 7 found, and 8 in the round before"},
		"not all articles": {hello + `read x; echo '{"articles":0,"found":1,"cpu_s":1}'; read x`, "round 1: 0 articles read, want 1"},
	} {
		t.Run(name, func(t *testing.T) {
			ps, err := startAll(t.Context(), &workshop{articles: 1}, []peer{script("other", findsDates, c.body)})
			if err == nil {
				_, err = measure(ps, 2, 1000)
				for _, p := range ps {
					p.close()
				}
			}
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("error %v, want %q", err, c.err)
			}
		})
	}
}

// All that is missing is said at once, with what to install and how to go on
// without; what runs already is ended.
func TestMissing(t *testing.T) {
	w := &workshop{articles: 1, python: "/no/such/python"}
	ps, err := startAll(t.Context(), w, []peer{script("runs", findsDates, hello+`read x`), script("fails", findsDates, `exit 1`), peers[1]})
	if err == nil || ps != nil {
		t.Fatalf("%v, %v", ps, err)
	}
	for _, want := range []string{"fails does not run: ", "It needs fails; or leave it out: -without fails", "/no/such/python", "venv/bin/pip install 'spacy", "-without spacy-sm"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "runs does") {
		t.Errorf("named without reason:\n%v", err)
	}
}

func TestChoose(t *testing.T) {
	all := []peer{{name: "a"}, {name: "b"}, {name: "c"}}
	for _, c := range []struct{ only, without, want, err string }{
		{"", "", "a b c", ""},
		{"c,a", "", "a c", ""},
		{"", "b", "a c", ""},
		{"a,b", "b", "a", ""},
		{"d", "", "", `-only d: unknown peer "d"; there are a, b, c`},
		{"", "a,", "", `unknown peer ""`},
		{"a", "a", "", "leave no peer"},
	} {
		got, err := choose(all, c.only, c.without)
		if s := strings.Join(names(got), " "); s != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("only %q without %q: %q, %v", c.only, c.without, s, err)
		}
	}
}

func TestArticles(t *testing.T) {
	name := filepath.Join(t.TempDir(), "texts")
	want := []article{{"2025-03-10", "Élan 12\nwon.\n"}, {"2025-03-11", "2025-03-12 4\nRiga"}}
	if err := writeArticles(name, want); err != nil {
		t.Fatal(err)
	}
	got, err := readArticles(name)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("read %q, %v", got, err)
	}
	for _, bad := range []string{"2025-03-10\n", "2025-03-10 x\n", "2025-03-10 -1\n", "2025-03-10 99999999999\n", "2025-03-10 4\nRig", "2025-03-10 3\nRiga"} {
		if err := os.WriteFile(name, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := readArticles(name); err == nil {
			t.Errorf("%q is read as %q", bad, got)
		}
	}
}

const collection = `{"id":"a1","title":"Ferry stops","text":"Mara Ilves said in Tallinn on Monday that the ferry stopped on March 3.","date":"2025-03-10","url":"http://example.org/1","authors":"Jon Tamm"}
{"id":"a2","title":"No day","text":"Nobody knows when.","date":""}
{"id":"a3","title":"Ferry sails","text":"The ferry sailed to Helsinki yesterday, Jon Tamm of Saar Shipping said.","date":"2025-03-11"}
`

// data is a folder of development data with a collection of its own.
func data(t *testing.T, lines string) string {
	t.Helper()
	dir := t.TempDir()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if err := os.Mkdir(filepath.Join(dir, "news"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "news", "articles.jsonl.zst"), z.EncodeAll([]byte(lines), nil), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// The project's own peers read the collection, each for what it finds.
func TestOwn(t *testing.T) {
	w, err := newWorkshop(options{data: data(t, collection), articles: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	if w.articles != 2 || w.bytes != 142 {
		t.Errorf("%d articles, %d bytes", w.articles, w.bytes)
	}
	for finds, file := range map[string]string{findsNames: w.texts, findsDates: w.texts, findsAll: w.records} {
		var out bytes.Buffer
		if err := serveOwn(finds, file, strings.NewReader("round\nround\n"), &out); err != nil {
			t.Fatalf("%s: %v", finds, err)
		}
		b := bufio.NewReader(&out)
		var first ready
		var r row
		if err := decode(b, &first); err != nil || first.check() != nil {
			t.Errorf("%s: %+v, %v", finds, first, err)
		}
		for range 2 {
			var x round
			if err := decode(b, &x); err != nil || x.check(2) != nil {
				t.Fatalf("%s: %+v, %v", finds, x, err)
			}
			if err := r.add(x); err != nil {
				t.Errorf("%s: %v", finds, err)
			}
		}
		if least := map[string]int{findsNames: 5, findsDates: 3, findsAll: 1}[finds]; r.Found < least {
			t.Errorf("%s: %d found, want %d", finds, r.Found, least)
		}
	}
	if err := serveOwn("weather", w.texts, strings.NewReader(""), new(bytes.Buffer)); err == nil {
		t.Error("an unknown thing to find is accepted")
	}
	if err := serveOwn(findsAll, w.texts, strings.NewReader(""), new(bytes.Buffer)); err == nil {
		t.Error("texts are read as records")
	}
}

func TestNews(t *testing.T) {
	for lines, want := range map[string]string{
		collection:              "2 articles with a day and a text, want 3",
		collection + "{\"id\":": ":4: ",
	} {
		if _, err := newWorkshop(options{data: data(t, lines), articles: 3}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if _, err := newWorkshop(options{data: t.TempDir(), articles: 1}); err == nil {
		t.Error("no data is accepted")
	}
}

func TestPom(t *testing.T) {
	var p struct {
		Groups      []string `xml:"dependencies>dependency>groupId"`
		Versions    []string `xml:"dependencies>dependency>version"`
		Classifiers []string `xml:"dependencies>dependency>classifier"`
	}
	if err := xml.Unmarshal(suTime.pom(), &p); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.Groups, []string{"edu.stanford.nlp", "edu.stanford.nlp"}) || !slices.Equal(p.Versions, []string{"4.5.10", "4.5.10"}) || !slices.Equal(p.Classifiers, []string{"models"}) {
		t.Errorf("%+v", p)
	}
}

// The two settings that slow new builds of numpy down do not reach spaCy, and
// everything else does.
func TestSpaCyEnvironment(t *testing.T) {
	t.Setenv("OPENBLAS_CORETYPE", "Haswell")
	t.Setenv("OPENBLAS_L2_SIZE", "512")
	t.Setenv("PEERS_TEST", "stays")
	cmd, err := spaCy("m")(t.Context(), &workshop{python: "python"})
	if err != nil {
		t.Fatal(err)
	}
	env := strings.Join(cmd.Env, "\n")
	if strings.Contains(env, "OPENBLAS_CORETYPE=") || strings.Contains(env, "OPENBLAS_L2_SIZE=") || !strings.Contains(env, "PEERS_TEST=stays") || !strings.Contains(env, "OPENBLAS_NUM_THREADS=1") {
		t.Errorf("environment\n%s", env)
	}
}

// What reads records gets records, and what reads texts gets texts.
func TestOwnCommand(t *testing.T) {
	for finds, file := range map[string]string{findsNames: "T", findsDates: "T", findsAll: "R"} {
		cmd, err := own(finds)(t.Context(), &workshop{texts: "T", records: "R"})
		if err != nil || !slices.Equal(cmd.Args[1:], []string{ownMode, finds, file}) || !slices.Contains(cmd.Env, "GOMAXPROCS=1") {
			t.Errorf("%s: %v, %v", finds, cmd, err)
		}
	}
}

func TestLastWords(t *testing.T) {
	var l lastWords
	for range 5000 {
		l.Write([]byte("words é "))
	}
	l.Write([]byte("the last\n"))
	if s := l.String(); len(s) > mostWords || !strings.HasSuffix(s, "é the last") || cap(l.b) > 5*mostWords {
		t.Errorf("%d bytes of %d kept, %q", len(s), cap(l.b), s[len(s)-20:])
	}
}
