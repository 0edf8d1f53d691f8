package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dateline/pipeline"
	actorscore "dateline/pipeline/actor/score"
	bylinescore "dateline/pipeline/byline/score"
	dedupscore "dateline/pipeline/dedup/score"
	eventscore "dateline/pipeline/event/score"
	"dateline/pipeline/name"
	namescore "dateline/pipeline/name/score"
	placestage "dateline/pipeline/place"
	placescore "dateline/pipeline/place/score"
	"dateline/pipeline/text"
	timexscore "dateline/pipeline/timex/score"
)

// scorers are the parts of the scoreboard, in its order.
var scorers = []struct {
	name, about string
	run         func(w io.Writer, data string) error
}{
	{"bylines", "authors of byline strings and of news pages", scoreBylines},
	{"places", "toponyms of TR-News and GWN, and their points", scorePlaces},
	{"actors", "clusters of people's names, roles, and authors among the actors", scoreActors},
	{"dates", "time expressions, weekdays, months, and the day of the main event", scoreDates},
	{"events", "types of events, who acts and who is acted on", scoreEvents},
	{"names", "spans of people, organisations and places in gold text", scoreNames},
	{"dedup", "copies in a simulated stream of reprints, beside MinHash and SimHash", scoreDedup},
}

// parts are the names of the scorers.
func parts() []string {
	var names []string
	for _, s := range scorers {
		names = append(names, s.name)
	}
	return names
}

func newScoreCommand() *cobra.Command {
	var page, day string
	cmd := &cobra.Command{
		Use:   "score DATA [PART…]",
		Short: "Measure accuracy on development sets",
		Long: `Measure accuracy on the development sets in the folder DATA and print the
scoreboard as Markdown. The sets are not part of Dateline; a part whose set is
not there is left out, and said to be.

With --write FILE the rows, lists and sentences that a run prints replace those of
the page FILE; what the page says beside them, as the rows of other systems, stays.

Parts: ` + strings.Join(parts(), ", ") + `. Without one, all of them.`,
		Example: `  dateline score ../shared/data
  dateline score ../shared/data dates names
  dateline score ../shared/data --write docs/scoreboard.md`,
		Args:      cobra.MinimumNArgs(1),
		ValidArgs: parts(),
		RunE: func(cmd *cobra.Command, args []string) error {
			if page == "" {
				return score(cmd.OutOrStdout(), args[0], args[1:])
			}
			if _, err := time.Parse(time.DateOnly, day); err != nil {
				return usageError{fmt.Errorf("--date %q: want a day like 2025-03-10", day)}
			}
			return writeBoard(cmd.OutOrStdout(), page, day, args[0], args[1:])
		},
	}
	cmd.Flags().StringVar(&page, "write", "", "put the figures into the page `FILE` instead of printing them")
	cmd.Flags().StringVar(&day, "date", time.Now().Format(time.DateOnly), "`DAY` that the page names as that of its last run")
	cmd.Flags().Int64SliceVar(&dedupSeeds, "seeds", dedupscore.AcceptingSeeds, "streams that the part dedup is measured on; 11 to 15 are for tuning")
	return cmd
}

// writeBoard runs the scorers and puts what they print into the page.
func writeBoard(w io.Writer, page, day, data string, only []string) error {
	old, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	var printed strings.Builder
	if err := score(&printed, data, only); err != nil {
		return err
	}
	merged, changed := mergeBoard(string(old), printed.String())
	merged = summarise(merged, day, measured(printed.String()))
	if err := os.WriteFile(page, []byte(dated(merged, day)), 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s: %d rows, lists and sentences changed\n", page, changed)
	return err
}

func score(w io.Writer, data string, only []string) error {
	if _, err := os.Stat(data); err != nil {
		return fmt.Errorf("development data: %w", err)
	}
	want := make(map[string]bool)
	for _, p := range only {
		want[p] = true
	}
	done := 0
	for _, s := range scorers {
		if len(only) > 0 && !want[s.name] {
			continue
		}
		delete(want, s.name)
		fmt.Fprintf(os.Stderr, "dateline: score: %s …\n", s.name)
		fmt.Fprintf(w, "## %s: %s\n\n", s.name, s.about)
		err := s.run(w, data)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			fmt.Fprintf(w, "Left out: %v\n\n", err)
			continue
		case err != nil:
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Fprintln(w)
		done++
	}
	for p := range want { // what no scorer has taken
		return usageError{fmt.Errorf("part %q: one of %s", p, strings.Join(parts(), ", "))}
	}
	if done == 0 {
		return fmt.Errorf("no development set in %s", data)
	}
	return nil
}

// dedupSeeds are the streams of the part dedup.
var dedupSeeds []int64

func scoreDedup(w io.Writer, data string) error {
	return dedupscore.WriteMarkdown(w, data, dedupSeeds, func(what string) { fmt.Fprintln(os.Stderr, "dateline: dedup:", what) })
}

func scoreBylines(w io.Writer, data string) error {
	dir := filepath.Join(data, "byline")
	lines, err := bylinescore.Load[bylinescore.String](filepath.Join(dir, "strings-dev.jsonl"))
	if err != nil {
		return err
	}
	pages, err := bylinescore.Load[bylinescore.Page](filepath.Join(dir, "naeb-dev.jsonl.zst"))
	if err != nil {
		return err
	}
	var ours, naive, read, base bylinescore.Report
	for i := range lines {
		b, n := bylinescore.ReadString(&lines[i]), bylinescore.Naive(lines[i].Raw)
		ours.Add(lines[i].Persons, &b)
		naive.Add(lines[i].Persons, &n)
	}
	for i := range pages {
		// A page that cannot be read has no authors; that is its score.
		_, b, _ := bylinescore.ReadPage(&pages[i])
		read.Add(pages[i].Authors, &b)
		n, _ := bylinescore.Readability(&pages[i])
		base.Add(pages[i].Authors, &n)
	}
	fmt.Fprintf(w, "| set | system | result |\n|---|---|---|\n")
	fmt.Fprintf(w, "| strings-dev | Dateline | %v |\n| strings-dev | naive split | %v |\n", ours, naive)
	_, err = fmt.Fprintf(w, "| naeb-dev pages | Dateline | %v |\n| naeb-dev pages | readability and naive split | %v |\n", read, base)
	return err
}

// fitRounds are the rounds of the coordinate search of the cross-fitted rows.
const fitRounds = 2

func scorePlaces(w io.Writer, data string) error {
	tagger := name.New()
	var s name.Scratch
	tag := func(a *text.Tokens) []text.Mention { return tagger.Tag(nil, text.Body, a, &s) }
	tr, err := toponyms(data, "TR-News.xml", placescore.ReadTRNews)
	if err != nil {
		return err
	}
	gwn, err := toponyms(data, "GWN.xml", placescore.ReadGWN)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "| set | names | toponym F1 | F1@161 km | acc@161 matched | acc@161 all, spans given | or same id | ceiling | or same id | country, spans given |\n|---|---|---|---|---|---|---|---|---|---|\n")
	shipped := placescore.NewRunner(tag, nil)
	onTR, onGWN := placescore.Fit(tr, placestage.Fitted, fitRounds), placescore.Fit(gwn, placestage.Fitted, fitRounds)
	for _, row := range []struct {
		name string
		docs []placescore.Doc
		run  *placescore.Runner
	}{
		{"TR-News, as shipped", tr, shipped}, {"TR-News, fitted on GWN", tr, placescore.NewRunner(tag, &onGWN)},
		{"GWN, as shipped", gwn, shipped}, {"GWN, fitted on TR-News", gwn, placescore.NewRunner(tag, &onTR)},
	} {
		t := row.run.Set(row.docs, placescore.NoMetonyms)
		share := func(a, b int) float64 { return float64(a) / float64(max(b, 1)) }
		country := "-" // GWN names none
		if t.Given.WithCountry > 0 {
			country = fmt.Sprintf("%.3f", share(t.Given.Country, t.Given.WithCountry))
		}
		if _, err := fmt.Fprintf(w, "| %s | %d | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %s |\n", row.name, t.Given.Gold, t.Tagged.F1(), t.Tagged.EndToEnd(), t.Tagged.AccuracyMatched(),
			t.Given.AccuracyAll(), share(t.Given.NearID, t.Given.Gold), share(t.Ceiling.Candidate, t.Ceiling.Gold), share(t.Ceiling.CandidateID, t.Ceiling.Gold), country); err != nil {
			return err
		}
	}
	return nil
}

// toponyms reads a set of annotated places.
func toponyms(data, file string, read func(io.Reader) ([]placescore.Doc, error)) ([]placescore.Doc, error) {
	f, err := os.Open(filepath.Join(data, "geo", file))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	docs, err := read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return docs, nil
}

func scoreActors(w io.Writer, data string) error {
	p, err := pipeline.New(pipeline.Options{Version: programVersion()})
	if err != nil {
		return err
	}
	return actorscore.WriteTable(w, p, data)
}

func scoreDates(w io.Writer, data string) error {
	t, err := timexscore.Run(filepath.Join(data, "dates"))
	if err != nil {
		return err
	}
	if len(t.Rows) == 0 {
		return fmt.Errorf("dates in %s: %w", data, fs.ErrNotExist)
	}
	return t.WriteMarkdown(w)
}

func scoreEvents(w io.Writer, data string) error {
	as, err := eventscore.Run(data)
	if err != nil {
		return err
	}
	if err := eventscore.WriteMarkdown(w, as); err != nil {
		return err
	}
	at, err := eventscore.Attached(data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "\nIncidents of %d stories with two or more exact days: some event has the day of %d of\n%d (%.1f %%), at the incident's place of %d (%.1f %%).\n", at.Stories,
		at.Day.Right, at.Day.All, at.Day.Percent(), at.Place.Right, at.Place.Percent())
	return err
}

func scoreNames(w io.Writer, data string) error {
	sets, err := namescore.Load(data, true)
	if err != nil {
		return err
	}
	if err := namescore.WriteHeader(w); err != nil {
		return err
	}
	return namescore.Write(w, sets, "Dateline", namescore.Dateline(name.New()))
}
