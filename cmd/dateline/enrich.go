package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dateline/pipeline"
	"dateline/pipeline/dedup"
	"dateline/pipeline/wire"
)

// enrichOptions are the flags of dateline enrich.
type enrichOptions struct {
	format    string
	source    string
	published string
	timezone  string
	outlet    string
	language  string
	mentions  bool
	dedup     bool
	explain   bool
	pretty    bool
	overrides string
}

func newEnrichCommand() *cobra.Command {
	var o enrichOptions
	var path string
	cmd := &cobra.Command{
		Use:   "enrich [FILE…]",
		Short: "Turn articles into documents, without any server",
		Long: `Read articles from files or standard input and print one document a line, as
JSON. No server is needed.

A file is one article (.txt, .json and whatever --format names), or one record
a line (.jsonl, .ndjson): an envelope, or a native article object. Standard
input is read as lines if its first line is a whole JSON object, else as one
article. An article that cannot be read is reported with its file and line, and
the rest goes on; the exit code is then 1.`,
		Example: `  dateline enrich cable.txt --published 2025-03-10T15:30:00Z --timezone Europe/Tallinn
  dateline enrich --explain article.json
  dateline enrich --explain --overrides overrides.ndjson article.json
  zcat wire.jsonl.gz | dateline enrich --dedup > documents.jsonl
  dateline enrich cable.txt --published 2025-03-10T15:30:00Z | jq '.actors[].name'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			if err := o.check(); err != nil {
				return usageError{err}
			}
			if o.overrides != "" {
				c.Worker.Overrides = o.overrides
			}
			p, err := newPipeline(c, pipeline.Options{Mentions: o.mentions, Explain: o.explain})
			if err != nil {
				return err
			}
			e := &enricher{o: o, p: p, out: bufio.NewWriterSize(cmd.OutOrStdout(), 1<<16), complain: cmd.ErrOrStderr()}
			return e.run(cmd.Context(), args, cmd.InOrStdin())
		},
	}
	configFlag(cmd, &path)
	f := cmd.Flags()
	f.StringVar(&o.format, "format", "auto", "format `NAME` of the payload: auto, "+strings.Join(wire.Formats(), ", "))
	f.StringVar(&o.source, "source", "local", "source `ID` for input that is no envelope")
	f.StringVar(&o.published, "published", "", "publication `TIME` (RFC 3339) for input that has none")
	f.StringVar(&o.timezone, "timezone", "", "IANA time `ZONE` of the source, for relative dates")
	f.StringVar(&o.outlet, "outlet", "", "outlet `NAME` for input that has none")
	f.StringVar(&o.language, "language", "", "language `TAG` for input that has none")
	f.BoolVar(&o.mentions, "mentions", false, "add every name mention as names[]")
	f.BoolVar(&o.dedup, "dedup", false, "fold the input in its order and fill dedup")
	f.BoolVar(&o.explain, "explain", false, "print an account for people instead of JSON")
	f.StringVar(&o.overrides, "overrides", "", "`FILE` of corrections to actors and places, overrides worker.overrides")
	cmd.MarkFlagFilename("overrides", "ndjson")
	f.BoolVar(&o.pretty, "pretty", false, "indent the JSON")
	cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(append([]string{"auto"}, wire.Formats()...), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (o *enrichOptions) check() error {
	if o.published != "" {
		if _, err := time.Parse(time.RFC3339, o.published); err != nil {
			return fmt.Errorf("--published %q: write it like 2025-03-10T15:30:00Z", o.published)
		}
	}
	if o.timezone != "" {
		if _, err := time.LoadLocation(o.timezone); err != nil {
			return fmt.Errorf("--timezone %q: not an IANA time zone like Europe/Tallinn", o.timezone)
		}
	}
	if o.format != "auto" {
		for _, f := range wire.Formats() {
			if f == o.format {
				return nil
			}
		}
		return fmt.Errorf("--format %q: one of auto, %s", o.format, strings.Join(wire.Formats(), ", "))
	}
	return nil
}

// enricher turns inputs into documents.
type enricher struct {
	o        enrichOptions
	p        *pipeline.Pipeline
	s        pipeline.Scratch
	fold     *dedup.State
	offset   int64
	out      *bufio.Writer
	complain io.Writer
	bad      int
}

// maxLine bounds one line of input, in bytes: an envelope of the largest
// payload in base64, and some room.
const maxLine = wire.MaxPayload*4/3 + 1<<16

func (e *enricher) run(ctx context.Context, files []string, stdin io.Reader) error {
	if e.o.dedup {
		// The clock is the articles' own, in whatever steps they come.
		p := dedup.DefaultParams()
		p.Free = 1
		e.fold = dedup.NewState(p)
	}
	if len(files) == 0 {
		files = []string{"-"}
	}
	for _, f := range files {
		if err := e.file(ctx, f, stdin); err != nil {
			return err
		}
	}
	if err := e.out.Flush(); err != nil {
		return err
	}
	if e.bad > 0 {
		fmt.Fprintf(e.complain, "dateline: %d of the inputs could not be read\n", e.bad)
		return errReported
	}
	return nil
}

// file reads one file. Its error is one of writing; what cannot be read is
// reported and counted.
func (e *enricher) file(ctx context.Context, name string, stdin io.Reader) error {
	in, label := stdin, "standard input"
	if name != "-" {
		label = name
		f, err := os.Open(name)
		if err != nil {
			e.refuse(label, 0, err)
			return nil
		}
		defer f.Close()
		in = f
	}
	r := bufio.NewReaderSize(in, 1<<16)
	if e.lines(name, r) {
		return e.records(ctx, label, r)
	}
	data, err := io.ReadAll(io.LimitReader(r, maxLine+1))
	if err != nil {
		e.refuse(label, 0, err)
		return nil
	}
	return e.one(label, 0, data)
}

// errNoObject refuses a line of a file of records: taken for plain text it would
// become an article of one title, and hide that the file is broken.
var errNoObject = errors.New("line is no JSON object: want an envelope or a native article")

// errBrokenJSON refuses what starts like a JSON object and is none.
var errBrokenJSON = errors.New("malformed: starts like a JSON object and is none; say --format text if it is an article")

// lines reports whether the input holds one record a line.
func (e *enricher) lines(name string, r *bufio.Reader) bool {
	switch filepath.Ext(name) {
	case ".jsonl", ".ndjson":
		return true
	case ".txt", ".json", ".xml", ".html", ".htm":
		return false
	}
	if e.o.format != "auto" && e.o.format != "article" {
		return false
	}
	head, _ := r.Peek(1 << 16)
	line, _, whole := bytes.Cut(head, []byte("\n"))
	line = bytes.TrimSpace(line)
	return whole && len(line) > 0 && line[0] == '{' && json.Valid(line)
}

// records reads one record a line.
func (e *enricher) records(ctx context.Context, label string, r *bufio.Reader) error {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 1<<16), maxLine)
	n := 0
	for s.Scan() {
		n++
		if ctx.Err() != nil {
			return ctx.Err()
		}
		line := bytes.TrimSpace(s.Bytes())
		if len(line) == 0 {
			continue
		}
		if line[0] != '{' {
			e.refuse(label, n, errNoObject)
			continue
		}
		if err := e.one(label, n, bytes.Clone(s.Bytes())); err != nil {
			return err
		}
	}
	if err := s.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			err = fmt.Errorf("line is longer than %d bytes; the rest of the file is not read", maxLine)
		}
		e.refuse(label, n+1, err)
	}
	return nil
}

// one turns one input into a document.
func (e *enricher) one(label string, line int, data []byte) error {
	env, err := e.envelope(label, line, data)
	if err == nil {
		var a *wire.Article
		if a, err = e.p.Parse(env, &e.s); err == nil {
			return e.write(e.p.Enrich(a, e.verdict(a), &e.s))
		}
	}
	e.refuse(label, line, err)
	return nil
}

// envelope is the input itself, if it is one, or an envelope around it.
func (e *enricher) envelope(label string, line int, data []byte) (*wire.Envelope, error) {
	if isEnvelope(data) {
		return wire.DecodeEnvelope(data)
	}
	if t := bytes.TrimSpace(data); e.o.format == "auto" && len(t) > 0 && t[0] == '{' && !json.Valid(t) {
		// As plain text it would become an article, and hide that the input
		// was cut off.
		return nil, errBrokenJSON
	}
	if len(data) > wire.MaxPayload {
		return nil, fmt.Errorf("%s: %d bytes, at most %d are read", wire.TooLarge, len(data), wire.MaxPayload)
	}
	id := label
	if line > 0 {
		id = fmt.Sprintf("%s:%d", label, line)
	}
	env := &wire.Envelope{SourceID: e.o.source, ItemID: wire.ItemID(id), Data: data,
		Hints: wire.Hints{Published: e.o.published, TZ: e.o.timezone, Outlet: e.o.outlet, Language: e.o.language}}
	if e.o.format != "auto" {
		env.Format = e.o.format
	}
	return env, nil
}

// isEnvelope reports whether the input says that it is an envelope. What says
// so and is none is an error, not an article.
func isEnvelope(data []byte) bool {
	data = bytes.TrimSpace(data)
	if len(data) == 0 || data[0] != '{' {
		return false
	}
	var probe struct {
		Schema  *json.RawMessage `json:"schema"`
		Payload *json.RawMessage `json:"payload"`
		Base64  *json.RawMessage `json:"payload_b64"`
	}
	return json.Unmarshal(data, &probe) == nil && (probe.Schema != nil || probe.Payload != nil || probe.Base64 != nil)
}

// verdict folds the article into what came before it.
func (e *enricher) verdict(a *wire.Article) *dedup.Verdict {
	if e.fold == nil {
		return nil
	}
	r := e.p.Fingerprint(a)
	r.At = r.Published
	v := e.fold.Apply(e.offset, r)
	e.offset++
	return &v
}

func (e *enricher) write(d *pipeline.Document) error {
	if e.o.explain {
		return explain(e.out, d)
	}
	enc := json.NewEncoder(e.out)
	enc.SetEscapeHTML(false)
	if e.o.pretty {
		enc.SetIndent("", "  ")
	}
	return enc.Encode(d)
}

// refuse reports an input that became no document.
func (e *enricher) refuse(label string, line int, err error) {
	e.bad++
	e.out.Flush()
	at := label
	if line > 0 {
		at = fmt.Sprintf("%s:%d", label, line)
	}
	var w *wire.Error
	if errors.As(err, &w) {
		fmt.Fprintf(e.complain, "dateline: %s: %s\n", at, w)
		return
	}
	fmt.Fprintf(e.complain, "dateline: %s: %v\n", at, err)
}
