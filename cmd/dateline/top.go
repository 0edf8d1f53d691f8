package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"dateline/worker"
)

func newTopCommand() *cobra.Command {
	var f workersFlags
	var o top
	cmd := &cobra.Command{
		Use:   "top",
		Short: "Watch running workers: rates, lag, holds, partitions",
		Long: `Show what running workers do, again and again until Ctrl-C: records a second,
what became of them, lag by partition, and why a worker is not ready. Where the
output is no terminal, or with --once or --json, it is shown once.

Workers answer on worker.listen, by default 127.0.0.1:9600. Nothing is asked of
Kafka or the store.`,
		Example: `  dateline top
  dateline top --worker 10.0.0.5:9600 --worker 10.0.0.6:9600
  dateline top --once --json | jq '.[].status.lag'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.interval < 100*time.Millisecond {
				return usageError{fmt.Errorf("--interval %s: want 100ms or more", o.interval)}
			}
			var err error
			if _, o.workers, err = f.open(); err != nil {
				return err
			}
			return o.run(cmd.Context(), cmd.OutOrStdout())
		},
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&o.once, "once", false, "show it once and end")
	cmd.Flags().BoolVar(&o.json, "json", false, "write JSON, once")
	cmd.Flags().DurationVarP(&o.interval, "interval", "i", 2*time.Second, "`TIME` between two looks")
	return cmd
}

// top is one run.
type top struct {
	workers    []*remote
	once, json bool
	interval   time.Duration
	before     map[string]*worker.Status // by address, of the last look
}

// look is what one worker answered.
type look struct {
	Address string         `json:"address"`
	Error   string         `json:"error,omitempty"`
	Status  *worker.Status `json:"status,omitempty"`
}

func (o *top) run(ctx context.Context, w io.Writer) error {
	f, ok := w.(*os.File)
	screen := ok && term.IsTerminal(int(f.Fd())) && !o.once && !o.json
	for {
		looks := o.look(ctx)
		if ctx.Err() != nil && screen {
			return nil
		}
		if o.json {
			if err := writeJSON(w, looks); err != nil {
				return err
			}
		} else if err := o.show(w, screen, looks); err != nil {
			return err
		}
		if !screen {
			return allSilent(looks)
		}
		o.before = make(map[string]*worker.Status)
		for _, l := range looks {
			o.before[l.Address] = l.Status
		}
		select {
		case <-time.After(o.interval):
		case <-ctx.Done():
			return nil
		}
	}
}

// allSilent is an error if no worker answered at all.
func allSilent(looks []look) error {
	for _, l := range looks {
		if l.Status != nil {
			return nil
		}
	}
	return errReported
}

// topPatience bounds one look: a worker that takes longer is shown as silent.
const topPatience = 5 * time.Second

func (o *top) look(ctx context.Context) []look {
	ctx, cancel := context.WithTimeout(ctx, topPatience)
	defer cancel()
	looks := make([]look, len(o.workers))
	var all sync.WaitGroup
	for i, w := range o.workers {
		all.Go(func() {
			looks[i].Address = w.address
			s, err := w.status(ctx)
			if err != nil {
				looks[i].Error = err.Error()
				return
			}
			looks[i].Status = s
		})
	}
	all.Wait()
	return looks
}

// clear moves the cursor home and clears what is below.
const clearScreen = "\x1b[H\x1b[J"

func (o *top) show(w io.Writer, screen bool, looks []look) error {
	var b strings.Builder
	if screen {
		b.WriteString(clearScreen)
		fmt.Fprintf(&b, "dateline top · %s · %s · Ctrl-C ends\n\n", plural(len(looks), "worker"), time.Now().Format(time.TimeOnly))
	}
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "WORKER\tREADY\tREAD/S\tINDEXED\tSTALE\tFILTERED\tDEAD\tIN FLIGHT\tLAG\tBULKS\tUP\t")
	for _, l := range looks {
		s := l.Status
		if s == nil {
			fmt.Fprintf(t, "%s\tsilent\t\t\t\t\t\t\t\t\t\t\n", l.Address)
			continue
		}
		ready := "yes"
		if !s.Ready {
			ready = "NO"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d/%d\t%s\t\n", printable(s.Worker), ready, o.rate(l), s.Records["indexed"], s.Records["stale"],
			s.Records["filtered"], s.Records["dead"], s.Records["in_flight"], s.Lag, s.Bulk.InFlight, s.Bulk.Limit, age(s.Now.Sub(s.Started)))
	}
	t.Flush()
	for _, l := range looks {
		o.reasons(&b, l)
	}
	partitions(&b, looks)
	_, err := io.WriteString(w, b.String())
	return err
}

// rate is how many records a second were read since the last look.
func (o *top) rate(l look) string {
	was := o.before[l.Address]
	if was == nil || was.Worker != l.Status.Worker || !l.Status.Now.After(was.Now) {
		return "-"
	}
	n := float64(l.Status.Records["consumed"] - was.Records["consumed"])
	return fmt.Sprintf("%.1f", n/l.Status.Now.Sub(was.Now).Seconds())
}

func (o *top) reasons(b *strings.Builder, l look) {
	if l.Error != "" {
		fmt.Fprintf(b, "  %s\n", printable(l.Error))
		return
	}
	for _, r := range l.Status.Reasons {
		fmt.Fprintf(b, "  %s: %s\n", printable(l.Status.Worker), printable(r))
	}
	if y := l.Status.Backfill; y != nil && y.Paused {
		fmt.Fprintf(b, "  %s: backfill pauses: %s\n", printable(l.Status.Worker), printable(y.Reason))
	}
	if l.Status.Bulk.Outage {
		fmt.Fprintf(b, "  %s: the store does not answer; one bulk at a time probes it\n", printable(l.Status.Worker))
	}
}

func partitions(b *strings.Builder, looks []look) {
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\nPARTITION\tCOMMITTED\tLOG END\tLAG\tIN FLIGHT\tOLDEST\tWORKER\t")
	n := 0
	for _, l := range looks {
		if l.Status == nil {
			continue
		}
		for _, p := range l.Status.Partitions {
			n++
			oldest, state := "-", ""
			if p.InFlight > 0 {
				oldest = age(time.Duration(p.Oldest * float64(time.Second)))
			}
			if p.Stalled {
				state = " STALLED"
			}
			fmt.Fprintf(t, "%s/%d\t%s\t%d\t%d\t%d\t%s\t%s%s\t\n", printable(p.Topic), p.Partition, offset(p.Committed), p.HighWater, p.Lag, p.InFlight, oldest,
				printable(l.Status.Worker), state)
		}
	}
	if n > 0 {
		t.Flush()
	}
}

// offset is a committed offset, or a dash where there is none.
func offset(n int64) string {
	if n < 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

// age is a duration for a narrow column: 350ms, 42s, 3m10s, 5h02m, 3d4h.
func age(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%dms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0fs", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	case d < 24*time.Hour:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%dd%dh", int(d.Hours())/24, int(d.Hours())%24)
}
