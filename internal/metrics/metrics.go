// Package metrics describes Prometheus collectors for people: the page of all
// metrics is made from what is registered, so that it cannot be wrong.
package metrics

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
)

// Metric is one family.
type Metric struct {
	Name   string
	Type   string // counter, gauge or histogram
	Help   string
	Labels []string
}

// Of describes what collectors collect, by name. A collector of constant
// metrics does not say their types: those that end in _total are counters, the
// others gauges, and a test holds a scrape against that.
func Of(collectors ...prometheus.Collector) ([]Metric, error) {
	var out []Metric
	for _, c := range collectors {
		kind := ""
		switch c.(type) {
		case prometheus.Histogram, *prometheus.HistogramVec:
			kind = "histogram"
		case prometheus.Counter, *prometheus.CounterVec:
			kind = "counter"
		}
		ch := make(chan *prometheus.Desc)
		go func() {
			c.Describe(ch)
			close(ch)
		}()
		for d := range ch {
			m, err := parse(d.String())
			if err != nil {
				return nil, err
			}
			switch {
			case kind != "":
				m.Type = kind
			case strings.HasSuffix(m.Name, "_total"):
				m.Type = "counter"
			default:
				m.Type = "gauge"
			}
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b Metric) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// described is how a description prints itself, which is the only way to its
// parts.
var described = regexp.MustCompile(`^Desc\{fqName: "([^"]+)", help: "((?:[^"\\]|\\.)*)"(?:, unit: "[^"]*")?, constLabels: \{\}, variableLabels: \{([^}]*)\}\}$`)

func parse(desc string) (Metric, error) {
	m := described.FindStringSubmatch(desc)
	if m == nil {
		return Metric{}, fmt.Errorf("not a description: %s", desc)
	}
	out := Metric{Name: m[1], Help: strings.ReplaceAll(m[2], `\"`, `"`)}
	for _, l := range strings.Split(m[3], ",") {
		if l != "" {
			out.Labels = append(out.Labels, l)
		}
	}
	return out, nil
}

// Group is the metrics of one process.
type Group struct {
	Title   string
	Metrics []Metric
}

// Page writes groups as Markdown.
func Page(groups []Group) string {
	var b strings.Builder
	for _, g := range groups {
		fmt.Fprintf(&b, "## %s\n\n| metric | type | labels | what |\n|---|---|---|---|\n", g.Title)
		for _, m := range g.Metrics {
			labels := ""
			for i, l := range m.Labels {
				if i > 0 {
					labels += ", "
				}
				labels += "`" + l + "`"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", m.Name, m.Type, labels, strings.ReplaceAll(m.Help, "|", `\|`))
		}
		b.WriteString("\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}
