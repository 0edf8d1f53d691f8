package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"dateline/config"

	"dateline/feed/poll"
)

// newFeedAdd is "dateline feed add".
func newFeedAdd() *cobra.Command {
	var path string
	var f poll.Feed
	cmd := &cobra.Command{
		Use:   "add URL",
		Short: "Add a feed to the list that is polled",
		Long: `Add an RSS, Atom or JSON feed to the list (feed.feeds_file, an OPML file). A
running "dateline feed --watch" asks it within seconds. The source is made of
the host if it is not named; all feeds of one publisher should share one.`,
		Example: `  dateline feed add https://www.example.net/rss --source example --language en
  dateline feed add https://www.example.net/atom --full-text`,
		Args: exactArgs(1, "name the URL of the feed"),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.URL = args[0]
			return changeFeeds(cmd, path, poll.List{f})
		},
	}
	configFlag(cmd, &path)
	fl := cmd.Flags()
	fl.StringVar(&f.Source.ID, "source", "", "`ID` of the source: a to z, 0 to 9 and -; default: made of the host")
	fl.StringVar(&f.Title, "title", "", "`NAME` to show to people")
	fl.StringVar(&f.Source.Language, "language", "", "`LANGUAGE` of items that name none")
	fl.StringVar(&f.Source.Timezone, "timezone", "", "IANA `ZONE` of times without one")
	fl.StringVar(&f.Source.Outlet, "outlet", "", "outlet `NAME` of items that name none")
	fl.BoolVar(&f.FullText, "full-text", false, "fetch each item's page, where the feed has only a summary")
	fl.BoolVar(&f.NoRobots, "ignore-robots", false, "ask although robots.txt forbids it: the publisher has agreed")
	return cmd
}

// newFeedImport is "dateline feed import".
func newFeedImport() *cobra.Command {
	var path, source string
	cmd := &cobra.Command{
		Use:     "import FILE.opml",
		Short:   "Add the feeds of an OPML file, as feed readers export it",
		Example: `  dateline feed import subscriptions.opml`,
		Args:    exactArgs(1, "name the OPML file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			list, err := poll.ReadList(args[0])
			if err != nil {
				return err
			}
			if source != "" {
				for i := range list {
					list[i].Source.ID = source
				}
			}
			return changeFeeds(cmd, path, list)
		},
	}
	configFlag(cmd, &path)
	cmd.Flags().StringVar(&source, "source", "", "`ID` of the source of all of them; default: made of each host")
	return cmd
}

// exactArgs is cobra.ExactArgs with a word on what is missing.
func exactArgs(n int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != n {
			return usageError{errors.New(what)}
		}
		return nil
	}
}

// changeFeeds adds feeds to the list.
func changeFeeds(cmd *cobra.Command, path string, more poll.List) error {
	c, list, err := feeds(path)
	if err != nil {
		return err
	}
	added := 0
	for _, f := range more {
		ok, err := list.Add(f)
		if err != nil {
			return usageError{err}
		}
		if ok {
			added++
		}
	}
	if added > 0 {
		if err := list.Write(c.Feed.FeedsFile); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "added %d of %d feeds to %s, which lists %d\n", added, len(more), c.Feed.FeedsFile, len(list))
	return err
}

// feeds reads the configuration and its list of feeds.
func feeds(path string) (*config.Config, poll.List, error) {
	c, err := loadConfig(path)
	if err != nil {
		return nil, nil, err
	}
	list, err := poll.ReadListIfAny(c.Feed.FeedsFile)
	return c, list, err
}

// newFeedList is "dateline feed list".
func newFeedList() *cobra.Command {
	var path string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the feeds and how each fares",
		Example: `  dateline feed list
  dateline feed list --json | jq '.[] | select(.state != "ok")'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, list, err := feeds(path)
			if err != nil {
				return err
			}
			now := time.Now()
			rows, err := poll.Standings(feedStates(c), list, now)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(cmd.OutOrStdout(), rows)
			}
			if len(rows) == 0 {
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s lists no feeds; dateline feed add URL adds one\n", c.Feed.FeedsFile)
				return err
			}
			return printFeeds(cmd.OutOrStdout(), rows, now)
		},
	}
	configFlag(cmd, &path)
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return cmd
}

// printFeeds writes the table, what needs attention first.
func printFeeds(w io.Writer, rows []poll.Standing, now time.Time) error {
	order := []string{"dormant", "failing", "silent", "new", "ok"}
	slices.SortStableFunc(rows, func(a, b poll.Standing) int { return slices.Index(order, a.State) - slices.Index(order, b.State) })
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "STATE\tSOURCE\tITEMS\tLAST ITEM\tNEXT\tFEED")
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%s\t%s\n", r.State, r.Source, r.Sent, ago(r.Last, now), ahead(r.Next, now), r.URL)
		if r.Error != "" {
			fmt.Fprintf(t, "\t\t\t\t\t  %s\n", r.Error)
		}
	}
	return t.Flush()
}

// ago is a time before now for people.
func ago(t, now time.Time) string {
	if t.IsZero() {
		return "none"
	}
	return about(now.Sub(t)) + " ago"
}

// ahead is a time after now for people.
func ahead(t, now time.Time) string {
	if !t.After(now) {
		return "now"
	}
	return "in " + about(t.Sub(now))
}

func about(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d d", int(d.Hours()/24))
}

// checkAtOnce is how many feeds are looked at at a time.
const checkAtOnce = 16

// newFeedCheck is "dateline feed check".
func newFeedCheck() *cobra.Command {
	var path string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check [URL…]",
		Short: "Look at feeds now: can they be asked and read?",
		Long: `Ask each feed once (those of the list, or the URLs given), read it, and say what
is wrong. Nothing is sent to Kafka and nothing noted. The exit code is 1 if a
feed cannot be used.`,
		Example: `  dateline feed check
  dateline feed check https://www.example.net/rss`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, list, err := feeds(path)
			if err != nil {
				return err
			}
			if len(args) > 0 {
				if list, err = named(list, args); err != nil {
					return usageError{err}
				}
			}
			if len(list) == 0 {
				return usageError{fmt.Errorf("%s lists no feeds: name a URL", c.Feed.FeedsFile)}
			}
			return checkFeeds(cmd, c, list, asJSON)
		},
	}
	configFlag(cmd, &path)
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return cmd
}

// named gives the feeds of these URLs, as the list has them or as they are.
func named(list poll.List, urls []string) (poll.List, error) {
	var out poll.List
	for _, u := range urls {
		f := poll.Feed{URL: u}
		if i := slices.IndexFunc(list, func(have poll.Feed) bool { return have.URL == u }); i >= 0 {
			f = list[i]
		}
		if _, err := out.Add(f); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func checkFeeds(cmd *cobra.Command, c *config.Config, list poll.List, asJSON bool) error {
	checker := poll.NewChecker(agent(c), poll.Limits{AllowPrivate: c.Feed.AllowPrivate})
	defer checker.Close()
	reports := make([]poll.Report, len(list))
	bar := newSteps(cmd.ErrOrStderr(), "checking", len(list))
	g, ctx := errgroup.WithContext(cmd.Context())
	g.SetLimit(checkAtOnce)
	for i, f := range list {
		g.Go(func() (err error) {
			reports[i], err = checker.Check(ctx, f)
			bar.add(1)
			return err
		})
	}
	err := g.Wait()
	bar.done()
	if err != nil {
		return err
	}
	failed := false
	for _, r := range reports {
		failed = failed || r.Error != ""
	}
	if asJSON {
		err = writeJSON(cmd.OutOrStdout(), reports)
	} else {
		err = printReports(cmd.OutOrStdout(), reports)
	}
	if err == nil && failed {
		return errReported
	}
	return err
}

func printReports(w io.Writer, reports []poll.Report) error {
	var b strings.Builder
	for _, r := range reports {
		if r.Error != "" {
			fmt.Fprintf(&b, "FAILED  %s\n        %s\n", r.URL, r.Error)
		} else {
			newest := "no dates"
			if !r.Newest.IsZero() {
				newest = "newest of " + r.Newest.UTC().Format("2 January 2006 15:04 UTC")
			}
			fmt.Fprintf(&b, "ok      %s\n        %s, %d items, %s\n", r.URL, r.Format, r.Items, newest)
		}
		for _, m := range r.Warnings {
			fmt.Fprintf(&b, "        note: %s\n", m)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// feedStates is the folder of the feeds' state files.
func feedStates(c *config.Config) string { return filepath.Join(c.Feed.StateDir, "feeds") }

// agent is what feed servers see of us.
func agent(c *config.Config) string {
	name := "dateline/" + programVersion()
	if c.Feed.Contact != "" {
		name += " (+" + c.Feed.Contact + ")"
	}
	return name
}
