package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/index/elastic"
	"dateline/internal/broker"
	"dateline/worker"
)

// Topics other than those of raw articles keep their records longer: dead
// letters until someone has looked, fingerprints for the dedup window.
const (
	deadLetterRetention  = 30 * 24 * time.Hour
	fingerprintRetention = 9 * 24 * time.Hour
)

func newSetupCommand() *cobra.Command {
	var path, only, kibanaURL, kibanaSpace string
	var dryRun, asJSON bool
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "Create topics, index templates and aliases",
		Long: `Create what Dateline needs and is not there yet: the Kafka topics, and in
Elasticsearch the templates and aliases. Run it before the first worker and
after each upgrade; running it again changes nothing. It refuses to put an
older release over a newer one. Topics that exist are left as they are; where
they are not fit for Dateline it says so.

The templates have two forms. Elasticsearch normally has English stemming and
accent folding, and gets the full form; a cluster without them gets the plain
one. Setup says which.

With --kibana the data views, saved searches, map and dashboards are imported
into Kibana as well, over those of an earlier import; Kibana is sent the
credentials of Elasticsearch.

It needs the right to create topics, and the cluster privileges monitor and
manage_index_templates with manage on the indices of elasticsearch.prefix.`,
		Example: `  dateline setup --config dateline.yaml
  dateline setup --dry-run
  dateline setup --only store --json
  dateline setup --kibana https://kibana.example.net:5601 --kibana-space newsroom`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if only != "" && only != "topics" && only != "store" {
				return usageError{fmt.Errorf("--only %s: want topics or store", only)}
			}
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			r, err := setup(cmd.Context(), c, only, dryRun)
			if err == nil && kibanaURL != "" {
				r.Kibana, err = setupKibana(cmd.Context(), c, kibanaURL, kibanaSpace, dryRun)
			}
			if r != nil {
				err = errors.Join(err, r.write(cmd.OutOrStdout(), asJSON))
			}
			return err
		},
	}
	configFlag(cmd, &path)
	f := cmd.Flags()
	f.BoolVar(&dryRun, "dry-run", false, "say what would be done and do nothing")
	f.BoolVar(&asJSON, "json", false, "report as JSON; with --dry-run it has the bodies of all requests")
	f.StringVar(&only, "only", "", "set up `PART` alone: topics or store")
	f.StringVar(&kibanaURL, "kibana", "", "import the dashboards into the Kibana at `URL`")
	f.StringVar(&kibanaSpace, "kibana-space", "", "the Kibana `SPACE` to import into (default: the default space)")
	return cmd
}

// setupReport is what setup did, or would do.
type setupReport struct {
	DryRun bool           `json:"dry_run"`
	Topics []topicStep    `json:"topics,omitempty"`
	Store  []elastic.Step `json:"store,omitempty"`
	Kibana *kibanaStep    `json:"kibana,omitempty"`
}

// topicStep is one topic.
type topicStep struct {
	Topic       string            `json:"topic"`
	State       string            `json:"state"` // created or unchanged
	Partitions  int               `json:"partitions"`
	Replication int               `json:"replication,omitempty"`
	Config      map[string]string `json:"config,omitempty"`
	Warnings    []string          `json:"warnings,omitempty"`
}

func setup(ctx context.Context, c *config.Config, only string, dryRun bool) (*setupReport, error) {
	r := &setupReport{DryRun: dryRun}
	if only != "store" {
		steps, err := setupTopics(ctx, c.Kafka, dryRun)
		r.Topics = steps
		if err != nil {
			return r, err
		}
	}
	if only != "topics" {
		steps, err := setupStore(ctx, c, dryRun)
		r.Store = steps
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

func setupStore(ctx context.Context, c *config.Config, dryRun bool) (steps []elastic.Step, err error) {
	store, err := openStore(c)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	es, ok := store.(*elastic.Store)
	if !ok {
		lines, err := store.Setup(ctx)
		for _, l := range lines {
			steps = append(steps, elastic.Step{Object: storeName(c), State: l})
		}
		return steps, err
	}
	plan, err := es.Plan(ctx)
	if err != nil || dryRun {
		return plan, err
	}
	done, err := es.Apply(ctx, plan)
	return plan[:len(done)], err
}

// topics are those that Dateline uses. With three copies or more, two brokers
// must have a record before it counts as written.
func topics(k config.Kafka) []topicStep {
	make := func(name string, partitions, maxBytes int, keep time.Duration, more ...string) topicStep {
		t := topicStep{Topic: name, Partitions: partitions, Replication: k.Replication, Config: map[string]string{
			"cleanup.policy":    "delete", // a compacted topic would lose versions
			"retention.ms":      strconv.FormatInt(keep.Milliseconds(), 10),
			"max.message.bytes": strconv.Itoa(maxBytes),
		}}
		if k.Replication >= 3 {
			t.Config["min.insync.replicas"] = "2"
		}
		for i := 0; i+1 < len(more); i += 2 {
			t.Config[more[i]] = more[i+1]
		}
		return t
	}
	return []topicStep{
		make(k.Topic, k.Partitions, broker.MaxRecord, k.Retention),
		make(k.BackfillTopic, k.Partitions, broker.MaxRecord, k.Retention),
		make(k.DLQTopic, 1, broker.MaxDeadLetter, max(k.Retention, deadLetterRetention)),
		// One partition is one order, in which every worker reads the same
		// verdicts; the broker's stamp is their clock.
		make(k.FingerprintTopic, 1, 1<<20, max(k.Retention, fingerprintRetention),
			"message.timestamp.type", "LogAppendTime", "unclean.leader.election.enable", "false"),
		make(worker.BackfillFingerprints(k), 1, 1<<20, max(k.Retention, fingerprintRetention),
			"message.timestamp.type", "LogAppendTime", "unclean.leader.election.enable", "false"),
	}
}

// setupTopics creates the topics that are not there and looks at the others.
func setupTopics(ctx context.Context, k config.Kafka, dryRun bool) ([]topicStep, error) {
	b, err := broker.New(k)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	admin := b.Kafka(30 * time.Second)
	want := topics(k)
	have, brokers, err := existing(ctx, admin, want)
	if err != nil {
		return nil, fmt.Errorf("topics on %v: %w", k.Brokers, err)
	}
	if len(have) < len(want) && brokers < k.Replication {
		return nil, fmt.Errorf("kafka.replication is %d, and there are only %d brokers", k.Replication, brokers)
	}
	var steps []topicStep
	// A dry run asks nothing: kafka-go waits for topics to appear after every
	// such request, also after one that only validates.
	req := &kafka.CreateTopicsRequest{}
	for _, w := range want {
		if h, ok := have[w.Topic]; ok {
			steps = append(steps, compare(h, w))
			continue
		}
		w.State = "created"
		steps = append(steps, w)
		t := kafka.TopicConfig{Topic: w.Topic, NumPartitions: w.Partitions, ReplicationFactor: w.Replication}
		for name, value := range w.Config {
			t.ConfigEntries = append(t.ConfigEntries, kafka.ConfigEntry{ConfigName: name, ConfigValue: value})
		}
		req.Topics = append(req.Topics, t)
	}
	if len(req.Topics) == 0 || dryRun {
		return steps, nil
	}
	res, err := admin.CreateTopics(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("create topics: %w", err)
	}
	var errs []error
	for i := range steps {
		s := &steps[i]
		err := res.Errors[s.Topic]
		switch {
		case errors.Is(err, kafka.TopicAlreadyExists): // by another setup, a moment ago
			s.State = "unchanged"
		case err != nil:
			s.State = "failed"
			errs = append(errs, fmt.Errorf("topic %s: %w", s.Topic, err))
		}
	}
	return steps, errors.Join(errs...)
}

// existing reads the topics that are there, with the settings we care about,
// and the number of brokers.
func existing(ctx context.Context, admin *kafka.Client, want []topicStep) (have map[string]topicStep, brokers int, err error) {
	var names []string
	for _, w := range want {
		names = append(names, w.Topic)
	}
	meta, err := admin.Metadata(ctx, &kafka.MetadataRequest{Topics: names})
	if err != nil {
		return nil, 0, err
	}
	have = map[string]topicStep{}
	var describe kafka.DescribeConfigsRequest
	for _, t := range meta.Topics {
		switch {
		case t.Error == nil:
			h := topicStep{Topic: t.Name, State: "unchanged", Partitions: len(t.Partitions), Config: map[string]string{}}
			if len(t.Partitions) > 0 {
				h.Replication = len(t.Partitions[0].Replicas)
			}
			have[t.Name] = h
			describe.Resources = append(describe.Resources, kafka.DescribeConfigRequestResource{
				ResourceType: kafka.ResourceTypeTopic, ResourceName: t.Name, ConfigNames: []string{"cleanup.policy", "max.message.bytes"},
			})
		case !errors.Is(t.Error, kafka.UnknownTopicOrPartition):
			return nil, 0, fmt.Errorf("topic %s: %w", t.Name, t.Error)
		}
	}
	if len(describe.Resources) == 0 {
		return have, len(meta.Brokers), nil
	}
	res, err := admin.DescribeConfigs(ctx, &describe)
	if err != nil {
		return nil, 0, err
	}
	for _, r := range res.Resources {
		if r.Error != nil {
			continue // not allowed to look: then there is nothing to warn of
		}
		for _, e := range r.ConfigEntries {
			have[r.ResourceName].Config[e.ConfigName] = e.ConfigValue
		}
	}
	return have, len(meta.Brokers), nil
}

// compare warns where a topic that exists is not fit.
func compare(have, want topicStep) topicStep {
	warn := func(format string, args ...any) { have.Warnings = append(have.Warnings, fmt.Sprintf(format, args...)) }
	if p := have.Config["cleanup.policy"]; p != "" && p != "delete" {
		warn("cleanup.policy is %s: want delete, or articles are lost", p)
	}
	if text := have.Config["max.message.bytes"]; text != "" {
		n, err := strconv.Atoi(text)
		need, _ := strconv.Atoi(want.Config["max.message.bytes"])
		if err == nil && n < need {
			warn("max.message.bytes is %d: want %d, or large records are refused", n, need)
		}
	}
	if want.Partitions == 1 && have.Partitions != 1 && want.Config["message.timestamp.type"] != "" {
		warn("%d partitions: want exactly 1, or there is no one order of verdicts", have.Partitions)
	}
	return have
}

// write prints the report.
func (r *setupReport) write(w io.Writer, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	for _, t := range r.Topics {
		line := fmt.Sprintf("topic %s: %s", t.Topic, r.say(t.State))
		if t.State == "created" {
			keep, _ := strconv.ParseInt(t.Config["retention.ms"], 10, 64)
			line += fmt.Sprintf(" (partitions %d, copies %d, kept %g days)", t.Partitions, t.Replication, float64(keep)/86400e3)
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
		for _, warning := range t.Warnings {
			if _, err := fmt.Fprintln(w, "  warning:", warning); err != nil {
				return err
			}
		}
	}
	for _, s := range r.Store {
		if s.Body != nil {
			s.State = r.say(s.State)
		}
		if _, err := fmt.Fprintln(w, s); err != nil {
			return err
		}
	}
	if k := r.Kibana; k != nil {
		_, err := fmt.Fprintf(w, "kibana at %s: %d objects %s\n", k.URL, k.Objects, r.say(k.State))
		return err
	}
	return nil
}

// say puts a state into the form of the run.
func (r *setupReport) say(state string) string {
	if r.DryRun && state != "unchanged" {
		return "would be " + state
	}
	return state
}
