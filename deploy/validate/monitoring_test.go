package validate

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"sigs.k8s.io/yaml"
)

// known are the metrics of Dateline, from the page that is generated from
// their registry, and the few of Prometheus' own that we use.
func known(t *testing.T) map[string]bool {
	t.Helper()
	page := "../../docs/metrics.md"
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{"up": true, "process_resident_memory_bytes": true}
	for _, n := range regexp.MustCompile("`(dateline_[a-z_]+)").FindAllStringSubmatch(string(b), -1) {
		names[n[1]] = true
		for _, part := range []string{"_bucket", "_count", "_sum"} {
			names[n[1]+part] = true
		}
	}
	if len(names) < 20 {
		t.Fatalf("%s names only %d metrics", page, len(names))
	}
	return names
}

// check parses an expression and finds metrics that nobody exports.
func check(t *testing.T, where, expr string, names map[string]bool) {
	t.Helper()
	e, err := parser.ParseExpr(strings.ReplaceAll(expr, "$__rate_interval", "1m"))
	if err != nil {
		t.Errorf("%s: %v", where, err)
		return
	}
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		if v, ok := n.(*parser.VectorSelector); ok && !names[v.Name] {
			t.Errorf("%s: nothing exports %s", where, v.Name)
		}
		return nil
	})
}

func TestAlerts(t *testing.T) {
	b, err := os.ReadFile("../prometheus/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	groups, errs := rulefmt.Parse(b, false, model.UTF8Validation)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	names := known(t)
	seen := 0
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			seen++
			check(t, r.Alert, r.Expr, names)
			if !slices.Contains([]string{"warning", "critical"}, r.Labels["severity"]) || r.Annotations["summary"] == "" {
				t.Errorf("%s: labels %v, annotations %v", r.Alert, r.Labels, r.Annotations)
			}
		}
	}
	if seen < 8 {
		t.Errorf("only %d alerts", seen)
	}
}

func TestDashboard(t *testing.T) {
	b, err := os.ReadFile("../grafana/dashboards/dateline.json")
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		UID, Title string
		Panels     []struct {
			ID      int
			Title   string
			GridPos struct{ X, Y, W, H int }
			Targets []struct{ RefID, Expr string }
		}
	}
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	if d.UID == "" || d.Title == "" || len(d.Panels) < 10 {
		t.Fatalf("dashboard %q with %d panels", d.Title, len(d.Panels))
	}
	names := known(t)
	for i, p := range d.Panels {
		for _, q := range d.Panels[:i] {
			if p.ID == q.ID {
				t.Errorf("%s and %s have one id", p.Title, q.Title)
			}
			a, b := p.GridPos, q.GridPos
			if a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
				t.Errorf("%s lies on %s", p.Title, q.Title)
			}
		}
		if p.GridPos.X+p.GridPos.W > 24 || len(p.Targets) == 0 {
			t.Errorf("%s: place %+v, %d targets", p.Title, p.GridPos, len(p.Targets))
		}
		for _, target := range p.Targets {
			check(t, p.Title, target.Expr, names)
		}
	}
}

// The alerts' job names are those of the scrape configuration, whose files
// and services exist.
func TestScrapeConfiguration(t *testing.T) {
	b, err := os.ReadFile("../prometheus/prometheus.yml")
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		RuleFiles []string `json:"rule_files"`
		Scrape    []struct {
			Job string `json:"job_name"`
			DNS []struct {
				Names []string
				Type  string
				Port  int
			} `json:"dns_sd_configs"`
			Static []struct{ Targets []string } `json:"static_configs"`
		} `json:"scrape_configs"`
	}
	if err := yaml.Unmarshal(b, &c); err != nil {
		t.Fatal(err)
	}
	services := project(t).Services
	for _, s := range c.Scrape {
		for _, d := range s.DNS {
			if _, ok := services[d.Names[0]]; !ok || d.Port != 9600 {
				t.Errorf("%s scrapes %v:%d", s.Job, d.Names, d.Port)
			}
		}
		for _, st := range s.Static {
			host, port, _ := strings.Cut(st.Targets[0], ":")
			if _, ok := services[host]; !ok || port != "9601" {
				t.Errorf("%s scrapes %v", s.Job, st.Targets)
			}
		}
	}
	alerts, err := os.ReadFile("../prometheus/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, job := range regexp.MustCompile(`job="([^"]+)"`).FindAllStringSubmatch(string(alerts), -1) {
		if !strings.Contains(string(b), "job_name: "+job[1]) {
			t.Errorf("no job %s is scraped", job[1])
		}
	}
	if len(c.RuleFiles) != 1 || c.RuleFiles[0] != "/etc/prometheus/alerts.yaml" {
		t.Errorf("rule files %v", c.RuleFiles)
	}
}
