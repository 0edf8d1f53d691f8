package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"

	"dateline/internal/broker"
	"dateline/pipeline"
	"dateline/worker/deadletter"
)

func newTailCommand() *cobra.Command {
	var path string
	var o tail
	cmd := &cobra.Command{
		Use:   "tail",
		Short: "Follow articles as they come in, with who, where and when",
		Long: `Follow a topic from its end, or from a time, until Ctrl-C, and show what the
stages read from each article. It belongs to no consumer group and commits
nothing, so it takes no work from the workers. --topic dlq follows dead letters
with their reasons.`,
		Example: `  dateline tail
  dateline tail --from-time 1h --source wire-desk
  dateline tail --topic dlq
  dateline tail --json --count 100 > sample.jsonl`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			topics := map[string]string{"raw": c.Kafka.Topic, "backfill": c.Kafka.BackfillTopic, "dlq": c.Kafka.DLQTopic}
			topic, ok := topics[o.which]
			if !ok {
				return usageError{fmt.Errorf("--topic %s: want raw, backfill or dlq", o.which)}
			}
			since := time.Time{}
			if o.from != "" {
				if since, err = parseMoment(o.from, time.Now()); err != nil {
					return usageError{fmt.Errorf("--from-time: %w", err)}
				}
			}
			if o.stages, err = newPipeline(c, pipeline.Options{}); err != nil {
				return err
			}
			client, err := broker.New(c.Kafka)
			if err != nil {
				return err
			}
			defer client.Close()
			o.out, o.columns = cmd.OutOrStdout(), terminalColumns(cmd.OutOrStdout())
			return o.run(cmd.Context(), client, topic, since)
		},
	}
	configFlag(cmd, &path)
	f := cmd.Flags()
	f.StringVar(&o.which, "topic", "raw", "which `TOPIC` of the configuration: raw, backfill or dlq")
	f.StringVar(&o.from, "from-time", "", "begin with records stamped at or after this `TIME`: a day, a time, or 36h or 7d ago")
	f.StringSliceVar(&o.sources, "source", nil, "only articles of the source `ID`; again for another one")
	f.IntVarP(&o.count, "count", "n", 0, "end after `N` articles")
	f.BoolVar(&o.json, "json", false, "write JSON lines")
	cmd.RegisterFlagCompletionFunc("topic", cobra.FixedCompletions([]cobra.Completion{"raw", "backfill", "dlq"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// terminalColumns is how wide a line may be; 0 where nothing is cut.
func terminalColumns(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil {
			return n
		}
	}
	return 0
}

// tail is one run.
type tail struct {
	which, from string
	sources     []string
	count       int
	json        bool

	stages  *pipeline.Pipeline
	out     io.Writer
	columns int

	mu    sync.Mutex // of out, shown and s: partitions are followed side by side
	shown int
	s     pipeline.Scratch
}

// errEnough ends a tail that has shown what was asked for.
var errEnough = errors.New("enough")

func (o *tail) run(ctx context.Context, c *broker.Client, topic string, since time.Time) error {
	ranges, err := c.Ranges(ctx, topic, since)
	if err != nil {
		return err
	}
	g, inner := errgroup.WithContext(ctx)
	for _, r := range ranges {
		if since.IsZero() {
			r.From = r.To
		}
		r.To = math.MaxInt64
		g.Go(func() error { return c.Read(inner, topic, r, o.one) })
	}
	err = g.Wait()
	if errors.Is(err, errEnough) || ctx.Err() != nil {
		return nil
	}
	return err
}

// tailLine is one record, as --json writes it.
type tailLine struct {
	Origin deadletter.Origin  `json:"origin"`
	Time   time.Time          `json:"time"`
	Source string             `json:"source,omitempty"`
	Item   string             `json:"item,omitempty"`
	ID     string             `json:"id,omitempty"`
	Title  string             `json:"title,omitempty"`
	Status string             `json:"status,omitempty"`
	Who    []string           `json:"who,omitempty"`
	Where  []string           `json:"where,omitempty"`
	When   string             `json:"when,omitempty"`
	Error  string             `json:"error,omitempty"`
	Letter *deadletter.Letter `json:"letter,omitempty"`
}

func (o *tail) one(m kafka.Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.count > 0 && o.shown == o.count {
		return errEnough
	}
	l := o.read(&m)
	if len(o.sources) > 0 && !slices.Contains(o.sources, l.Source) {
		return nil
	}
	if err := o.print(l); err != nil {
		return err
	}
	if o.shown++; o.shown == o.count {
		return errEnough
	}
	return nil
}

// read runs the stages on a record, or reads a dead letter.
func (o *tail) read(m *kafka.Message) (l *tailLine) {
	l = &tailLine{Origin: deadletter.Origin{Topic: m.Topic, Partition: m.Partition, Offset: m.Offset}, Time: m.Time.UTC()}
	value := m.Value
	if letter, ok := deadletter.Parse(m); ok && o.which == "dlq" {
		l.Letter, l.Origin, value = letter, letter.Origin, letter.Value
	}
	defer func() {
		if e := recover(); e != nil {
			l.Error = fmt.Sprintf("stage %s panicked: %v", o.s.Stage(), e)
			o.s.Reset()
		}
	}()
	a, err := o.stages.Read(value, &o.s)
	if err != nil {
		l.Error = err.Error()
		return l
	}
	d := o.stages.Enrich(a, nil, &o.s)
	l.Source, l.Item, l.ID, l.Title, l.Status = d.Source.ID, d.Source.ItemID, d.ID, d.Title, d.Status
	for _, x := range d.Actors {
		l.Who = append(l.Who, x.Name)
	}
	for _, x := range d.Places {
		l.Where = append(l.Where, x.Name)
	}
	if d.Main != nil {
		l.When = d.Main.Date.Start
	}
	return l
}

// tailNames is how many names of a kind a line shows.
const tailNames = 4

func (o *tail) print(l *tailLine) error {
	if o.json {
		e := json.NewEncoder(o.out)
		e.SetEscapeHTML(false)
		return e.Encode(l)
	}
	parts := []string{l.Time.Local().Format(time.TimeOnly), l.Origin.String()}
	if l.Letter != nil {
		parts = append(parts, strings.Join(append([]string{"DEAD", l.Letter.Reason}, strings.Fields(l.Letter.Kind)...), " "))
		if l.Letter.Detail != "" {
			parts = append(parts, l.Letter.Detail)
		}
	} else if l.Error != "" {
		parts = append(parts, "UNREADABLE "+l.Error)
	}
	if l.Source != "" {
		parts = append(parts, l.Source)
	}
	if l.Title != "" {
		parts = append(parts, l.Title)
	}
	for _, f := range []struct {
		mark  string
		names []string
	}{{"who", l.Who}, {"where", l.Where}} {
		if len(f.names) > 0 {
			more := ""
			if n := len(f.names) - tailNames; n > 0 {
				f.names, more = f.names[:tailNames], fmt.Sprintf(" +%d", n)
			}
			parts = append(parts, f.mark+" "+strings.Join(f.names, ", ")+more)
		}
	}
	if l.When != "" {
		parts = append(parts, "when "+l.When)
	}
	line := printable(strings.Join(parts, "  "))
	if o.columns > 0 {
		line = fit(line, max(o.columns, 40))
	}
	_, err := fmt.Fprintln(o.out, line)
	return err
}
