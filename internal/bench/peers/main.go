package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// options are the flags.
type options struct {
	data     string
	articles int
	rounds   int
	python   string
	only     string
	without  string
	json     bool
}

func main() {
	if len(os.Args) == 4 && os.Args[1] == ownMode {
		exit(serveOwn(os.Args[2], os.Args[3], os.Stdin, os.Stdout))
		return
	}
	var o options
	flag.IntVar(&o.articles, "articles", 200, "how many articles")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each reads them all; the least time counts")
	flag.StringVar(&o.python, "python", "python3", "interpreter with spaCy and its models")
	flag.StringVar(&o.only, "only", "", "measure these peers alone, with commas between: "+strings.Join(names(peers), ", "))
	flag.StringVar(&o.without, "without", "", "leave these peers out, with commas between")
	flag.BoolVar(&o.json, "json", false, "write JSON")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: peers [flags] DATA\nDATA is the folder of development data; its news are read.")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	o.data = flag.Arg(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exit(run(ctx, o, os.Stdout))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, out io.Writer) (err error) {
	if o.rounds < 1 || o.articles < 1 {
		return errors.New("-rounds and -articles: at least 1")
	}
	chosen, err := choose(peers, o.only, o.without)
	if err != nil {
		return err
	}
	w, err := newWorkshop(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	processes, err := startAll(ctx, w, chosen)
	if err != nil {
		return err
	}
	defer func() {
		for _, p := range processes {
			err = errors.Join(err, p.close())
		}
		if ctx.Err() != nil {
			err = ctx.Err() // all have been stopped: nothing more to say
		}
	}()
	rows, err := measure(processes, o.rounds, w.bytes)
	if err != nil {
		return err
	}
	if o.json {
		return writeJSON(out, rows)
	}
	return writeTable(out, rows)
}

// choose are the peers that the flags leave. An unknown name is an error, and so
// is nobody left.
func choose(all []peer, only, without string) ([]peer, error) {
	cut := func(flag, list string) ([]string, error) {
		if list == "" {
			return nil, nil
		}
		chosen := strings.Split(list, ",")
		for _, n := range chosen {
			if !slices.Contains(names(all), n) {
				return nil, fmt.Errorf("-%s %s: unknown peer %q; there are %s", flag, list, n, strings.Join(names(all), ", "))
			}
		}
		return chosen, nil
	}
	yes, err := cut("only", only)
	if err != nil {
		return nil, err
	}
	no, err := cut("without", without)
	if err != nil {
		return nil, err
	}
	var out []peer
	for _, p := range all {
		if (yes == nil || slices.Contains(yes, p.name)) && !slices.Contains(no, p.name) {
			out = append(out, p)
		}
	}
	if out == nil {
		return nil, errors.New("-only and -without leave no peer")
	}
	return out, nil
}

// startAll starts one peer after the other, so that none pays for another's
// start. It names all that cannot run, not the first alone.
func startAll(ctx context.Context, w *workshop, chosen []peer) (ps []*process, err error) {
	for _, p := range chosen {
		fmt.Fprintln(os.Stderr, "starting", p.name, "…")
		x, e := start(ctx, w, p)
		if e != nil {
			err = errors.Join(err, fmt.Errorf("%s does not run: %w\n%s; or leave it out: -without %s", p.name, e, p.needs, p.name))
			continue
		}
		ps = append(ps, x)
	}
	if err != nil {
		for _, p := range ps {
			p.kill()
		}
		return nil, err
	}
	return ps, nil
}

// measure lets the peers read in turns.
func measure(ps []*process, rounds, bytes int) ([]row, error) {
	rows := make([]row, len(ps))
	for n := range rounds {
		for i, p := range ps {
			fmt.Fprintf(os.Stderr, "round %d of %d: %s …\n", n+1, rounds, p.peer.name)
			r, err := p.round()
			if err != nil {
				return nil, fmt.Errorf("%s, round %d: %w", p.peer.name, n+1, err)
			}
			if err := rows[i].add(r); err != nil {
				return nil, fmt.Errorf("%s, round %d: %w", p.peer.name, n+1, err)
			}
		}
	}
	for i, p := range ps {
		rows[i].finish(p, bytes)
	}
	against(rows)
	return rows, nil
}
