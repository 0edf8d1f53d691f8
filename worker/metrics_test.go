package worker

import (
	"slices"
	"strings"
	"testing"

	"github.com/segmentio/kafka-go"

	describe "dateline/internal/metrics"
)

// What a scrape shows is what the page of metrics says: names, types, labels.
func TestScrapeIsAsDescribed(t *testing.T) {
	b, s := newBench(t, 2), &memory{}
	list, err := describe.Of(Collectors()...)
	if err != nil {
		t.Fatal(err)
	}
	described := make(map[string]describe.Metric)
	for _, m := range list {
		if described[m.Name].Name != "" || m.Help == "" || !strings.HasPrefix(m.Name, "dateline_") {
			t.Errorf("%+v is described twice, without help, or with another prefix", m)
		}
		described[m.Name] = m
	}
	b.send("news.raw.backfill", kafka.Message{Value: envelope("a", 1)}, kafka.Message{Value: []byte("junk")})
	w := b.backfill(s, newPlain(t))
	until(t, "both records", func() bool { c := w.Counts(); return c.Settled[Indexed] == 1 && c.Settled[Dead] == 1 })
	families, err := w.metrics.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	shown := make(map[string]bool)
	for _, f := range families {
		if !strings.HasPrefix(f.GetName(), "dateline_") {
			continue
		}
		shown[f.GetName()] = true
		d, ok := described[f.GetName()]
		if !ok {
			t.Errorf("%s is shown and not described", f.GetName())
			continue
		}
		var labels []string
		for _, l := range f.GetMetric()[0].GetLabel() {
			labels = append(labels, l.GetName())
		}
		want := slices.Sorted(slices.Values(d.Labels))
		if kind := strings.ToLower(f.GetType().String()); kind != d.Type || f.GetHelp() != d.Help || !slices.Equal(labels, want) {
			t.Errorf("%s is a %s with labels %v, described as %+v", f.GetName(), kind, labels, d)
		}
	}
	// One with labels is shown once there was an occasion.
	for name, d := range described {
		if !shown[name] && len(d.Labels) == 0 {
			t.Errorf("%s is described and not shown", name)
		}
	}
}
