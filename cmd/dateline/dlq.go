package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/internal/broker"
	"dateline/worker/deadletter"
)

// newDLQCommand is "dateline dlq": look at dead letters and give them another
// try.
func newDLQCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dlq",
		Short: "Look at dead letters, and send them again",
		Long: `A record that can never be indexed goes to the dead-letter topic, byte for
byte, with the reason in its headers. These commands list and show dead letters,
and send the originals to the backfill topic once the cause is mended. A worker
started with --backfill reads them there.`,
		Example: `  dateline dlq ls
  dateline dlq ls --by reason
  dateline dlq show news.raw/3/1200
  dateline dlq replay --filter reason=mapping`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newDLQList(), newDLQShow(), newDLQReplay(), newDLQPark())
	return cmd
}

// letterFlags choose dead letters.
type letterFlags struct {
	config  string
	filters []string
	since   string
	json    bool
}

func (f *letterFlags) add(cmd *cobra.Command) {
	configFlag(cmd, &f.config)
	fl := cmd.Flags()
	fl.StringArrayVarP(&f.filters, "filter", "f", nil,
		"only letters with `FIELD=VALUE`, also != < <= > >=; again for a further condition. Fields: "+strings.Join(deadletter.Fields(), ", "))
	fl.StringVar(&f.since, "since", "", "only letters written at or after this `TIME`: a day, a time, or 36h or 7d ago")
	fl.BoolVar(&f.json, "json", false, "write JSON")
	cmd.RegisterFlagCompletionFunc("filter", completeFilter)
}

// completeFilter offers the fields of a filter.
func completeFilter(_ *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, name := range deadletter.Fields() {
		out = append(out, name+"=")
	}
	return out, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}

// letters is the dead-letter topic as it was at one moment.
type letters struct {
	cfg    *config.Config
	client *broker.Client
	ranges []broker.Range
	filter deadletter.Filter
}

// open reads the flags and asks how far the topic goes.
func (f *letterFlags) open(ctx context.Context) (*letters, error) {
	filter, err := deadletter.ParseFilter(f.filters)
	if err != nil {
		return nil, usageError{err}
	}
	var since time.Time
	if f.since != "" {
		if since, err = parseMoment(f.since, time.Now()); err != nil {
			return nil, usageError{fmt.Errorf("--since: %w", err)}
		}
	}
	c, err := loadConfig(f.config)
	if err != nil {
		return nil, err
	}
	client, err := broker.New(c.Kafka)
	if err != nil {
		return nil, err
	}
	ranges, err := client.Ranges(ctx, c.Kafka.DLQTopic, since)
	if err != nil {
		client.Close()
		return nil, fmt.Errorf("dead letters: %w; dateline check finds the broken hop", err)
	}
	return &letters{cfg: c, client: client, ranges: ranges, filter: filter}, nil
}

func (l *letters) close() { l.client.Close() }

// each reads the topic, with a bar on w while it takes long.
func (l *letters) each(ctx context.Context, w io.Writer, f func(kafka.Message) error) error {
	return readRanges(ctx, w, l.client, l.cfg.Kafka.DLQTopic, l.ranges, f)
}

// readRanges reads parts of a topic one after the other, with a bar on w.
func readRanges(ctx context.Context, w io.Writer, c *broker.Client, topic string, ranges []broker.Range, f func(kafka.Message) error) error {
	var total int64
	for _, r := range ranges {
		total += r.Len()
	}
	bar := newCounter(w, "reading "+topic, total)
	defer bar.done()
	for _, r := range ranges {
		if err := c.Read(ctx, topic, r, func(m kafka.Message) error {
			bar.add(1)
			return f(m)
		}); err != nil {
			return err
		}
	}
	return nil
}

// book folds the topic, without the records themselves.
func (l *letters) book(ctx context.Context, w io.Writer) (*deadletter.Book, error) {
	b := &deadletter.Book{}
	err := l.each(ctx, w, func(m kafka.Message) error {
		b.Add(&m)
		return nil
	})
	return b, err
}

func newDLQList() *cobra.Command {
	var f letterFlags
	var by string
	cmd := &cobra.Command{
		Use:     "ls",
		Aliases: []string{"list"},
		Short:   "List dead letters, one line for each original record",
		Long: `List dead letters. A record that died twice, before and after a replay, is one
line with its last reason. The state is open until the letter was replayed, and
open again if the record has died since.`,
		Example: `  dateline dlq ls
  dateline dlq ls --filter reason=mapping --filter state=open
  dateline dlq ls --filter 'reason=es_*' --since 7d --json
  dateline dlq ls --by reason`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := f.open(cmd.Context())
			if err != nil {
				return err
			}
			defer l.close()
			b, err := l.book(cmd.Context(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			entries := b.Entries(l.filter.Match)
			if by != "" {
				return countBy(cmd.OutOrStdout(), entries, by, f.json)
			}
			return listLetters(cmd.OutOrStdout(), entries, b.Strange, f.json)
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&by, "by", "", "count letters by this `FIELD` instead of listing them")
	cmd.RegisterFlagCompletionFunc("by", cobra.FixedCompletions(deadletter.Fields(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func listLetters(w io.Writer, entries []*deadletter.Entry, strange int, asJSON bool) error {
	if asJSON {
		return writeJSON(w, append([]*deadletter.Entry{}, entries...))
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if len(entries) > 0 {
		fmt.Fprintln(t, "ORIGIN\tREASON\tSTAGE\tTYPE\tSTATUS\tATTEMPT\tDIED\tSTATE")
	}
	open := 0
	for _, e := range entries {
		if e.Open() {
			open++
		}
		status := ""
		if e.Status != 0 {
			status = fmt.Sprint(e.Status)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n", printable(e.Origin.String()), printable(e.Reason), printable(e.Stage), printable(e.Kind),
			status, max(1, e.Attempt), e.Died.Format(time.DateTime), e.State())
	}
	fmt.Fprintf(t, "%s, %d open\n", plural(len(entries), "dead letter"), open)
	if strange > 0 {
		fmt.Fprintf(t, "%s in the topic not written by Dateline\n", plural(strange, "record"))
	}
	return t.Flush()
}

// plural is "1 record" or "3 records".
func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

func countBy(w io.Writer, entries []*deadletter.Entry, field string, asJSON bool) error {
	counts, err := deadletter.CountBy(entries, field)
	if err != nil {
		return usageError{fmt.Errorf("--by: %w", err)}
	}
	if asJSON {
		return writeJSON(w, counts)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s\tLETTERS\tOPEN\n", strings.ToUpper(field))
	for _, c := range counts {
		fmt.Fprintf(t, "%s\t%d\t%d\n", orNone(printable(c.Value)), c.Letters, c.Open)
	}
	return t.Flush()
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func newDLQShow() *cobra.Command {
	var f letterFlags
	var raw bool
	cmd := &cobra.Command{
		Use:   "show TOPIC/PARTITION/OFFSET",
		Short: "Show one dead letter with all its headers and its record",
		Long: `Show the dead letter of the record that was read at TOPIC/PARTITION/OFFSET, as
"dateline dlq ls" names it. --raw writes the original value alone, byte for byte.`,
		Example: `  dateline dlq show news.raw/3/1200
  dateline dlq show news.raw/3/1200 --raw > record.json
  dateline dlq show news.raw/3/1200 --json | jq .error_detail`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := deadletter.ParseOrigin(args[0])
			if err != nil {
				return usageError{err}
			}
			l, err := f.open(cmd.Context())
			if err != nil {
				return err
			}
			defer l.close()
			e, err := l.find(cmd.Context(), cmd.ErrOrStderr(), o)
			if err != nil {
				return err
			}
			switch out := cmd.OutOrStdout(); {
			case raw:
				_, err = out.Write(e.Value)
				return err
			case f.json:
				return writeJSON(out, shownLetter(e))
			default:
				return showLetter(out, e)
			}
		},
	}
	configFlag(cmd, &f.config)
	cmd.Flags().BoolVar(&f.json, "json", false, "write JSON")
	cmd.Flags().BoolVar(&raw, "raw", false, "write the original value and nothing else")
	return cmd
}

// find reads the topic and keeps what it says of one origin.
func (l *letters) find(ctx context.Context, w io.Writer, o deadletter.Origin) (*deadletter.Entry, error) {
	b := &deadletter.Book{KeepValues: true}
	err := l.each(ctx, w, func(m kafka.Message) error {
		if deadletter.About(&m) == o {
			b.Add(&m)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if e := b.Find(o); e != nil {
		return e, nil
	}
	return nil, fmt.Errorf("no dead letter of %s in topic %s; dateline dlq ls lists them", o, l.cfg.Kafka.DLQTopic)
}

// letterView is a letter with its record, for --json.
type letterView struct {
	*deadletter.Entry
	State   string            `json:"state"`
	Key     string            `json:"key"`
	Headers map[string]string `json:"headers"`
	Value   string            `json:"value"`
}

func shownLetter(e *deadletter.Entry) letterView {
	v := letterView{Entry: e, State: e.State(), Key: string(e.Key), Headers: map[string]string{}, Value: string(e.Value)}
	for _, h := range e.Headers {
		v.Headers[h.Key] = string(h.Value)
	}
	return v
}

// showBytes is how much of a record is shown.
const showBytes = 4 << 10

func showLetter(w io.Writer, e *deadletter.Entry) error {
	p := &printer{w: w}
	p.line("%s", printable(e.Origin.String()))
	p.line("  %s · stage %s · attempt %d · died %s · %s", printable(e.Reason), orNone(printable(e.Stage)), max(1, e.Attempt), e.Died.Format(time.RFC3339), e.State())
	for _, f := range []struct{ name, value string }{
		{"error type", e.Kind}, {"detail", e.Detail}, {"document", e.DocID}, {"worker", e.Worker}, {"replayed to", e.SentTo},
	} {
		if f.value != "" {
			p.line("  %s: %s", f.name, printable(f.value))
		}
	}
	if e.Status != 0 {
		p.line("  status: %d", e.Status)
	}
	p.line("  epoch: %d", e.Epoch)
	p.line("  recorded: %s", e.Time.Format(time.RFC3339))
	p.line("Key")
	p.line("  %s", printable(string(e.Key)))
	p.head("Headers", len(e.Headers))
	for _, h := range e.Headers {
		p.line("  %s: %s", printable(h.Key), printable(string(h.Value)))
	}
	p.line("Value (%s)", size(int64(len(e.Value))))
	text := e.Value
	if len(text) > showBytes {
		text = text[:showBytes]
	}
	p.line("%s", printable(string(text)))
	if len(text) < len(e.Value) {
		p.line("  … --raw writes all of it")
	}
	return p.err
}
