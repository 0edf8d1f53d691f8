package bench

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// few are curves of few points, on the code that all points run.
func few() GrowthOptions {
	return GrowthOptions{Values: generated(60), Length: 3000, Actors: 10, Rows: 300, Window: 2500, Articles: 40,
		Round: 5000, Enough: time.Millisecond, Asked: 2, Progress: func(string) {}}
}

func TestGrowth(t *testing.T) {
	curves, err := Growth(context.Background(), few())
	if err != nil {
		t.Fatal(err)
	}
	sizes := map[string][]float64{
		"length": {100, 300, 1000, 3000}, "actors": {1, 3, 10}, "overrides": {0, 100, 300}, "dedup": {1000, 2500}, "index": {40},
	}
	if len(curves) != len(sizes) {
		t.Fatalf("%d curves", len(curves))
	}
	seen := map[string]bool{}
	for _, c := range curves {
		var x []float64
		for i := range c.Points {
			p := &c.Points[i]
			x = append(x, p.X)
			if seen[p.Name] || !strings.HasPrefix(p.Name, c.Name+" ") {
				t.Errorf("point %q", p.Name)
			}
			seen[p.Name] = true
			for _, k := range c.Costs {
				if k.of(p) < 0 || math.IsNaN(k.of(p)) {
					t.Errorf("%s: %s is %g", p.Name, k.Key, k.of(p))
				}
				if k.of(p) == 0 && k.Key != "held_mb" {
					t.Errorf("%s: no %s", p.Name, k.Key)
				}
				if _, ok := p.Exponents[k.Key]; ok != (i > 0 && k.of(p) > 0 && c.Points[i-1].X > 0 && k.of(&c.Points[i-1]) > 0) {
					t.Errorf("%s: exponent of %s: %v", p.Name, k.Key, ok)
				}
			}
		}
		if !slices.Equal(x, sizes[c.Name]) {
			t.Errorf("%s has the sizes %v, want %v", c.Name, x, sizes[c.Name])
		}
		last := c.Points[len(c.Points)-1]
		switch c.Name {
		case "length":
			if last.RawKB < 3 || last.RawKB > 4 || last.Allocs < 20 || last.KB < 2*c.Points[0].KB {
				t.Errorf("an article of 3 kB: %+v after %+v", last, c.Points[0])
			}
		case "actors":
			if last.Found != 10 || c.Points[0].Found != 1 {
				t.Errorf("%g and %g actors found, want 1 and 10", c.Points[0].Found, last.Found)
			}
		case "overrides":
			if last.HeldMB <= 0 || last.Allocs < 5 {
				t.Errorf("300 rows: %+v", last)
			}
		case "dedup":
			if last.Rows != 2500 || last.PerItem < 100 {
				t.Errorf("2,500 articles: %+v", last)
			}
		case "index":
			if last.P99 < last.P50 || last.DiskMB < 0.1 {
				t.Errorf("40 articles: %+v", last)
			}
		}
	}
}

func TestGrowthNames(t *testing.T) {
	curves, err := Growth(context.Background(), few(), "dedup")
	if err != nil || len(curves) != 1 || curves[0].Name != "dedup" {
		t.Fatalf("%v, %v", curves, err)
	}
	data, err := json.Marshal(curves[0])
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Name, Unit string
		Costs      []struct{ Key, Title, Unit string }
		Points     []map[string]any
	}
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	for _, k := range c.Costs {
		if _, ok := c.Points[0][k.Key].(float64); !ok || k.Title == "" || k.Unit == "" {
			t.Errorf("cost %+v: no such figure in %v", k, c.Points[0])
		}
	}
	var unknown UnknownCurveError
	if _, err := Growth(context.Background(), few(), "dedup", "widths"); !errors.As(err, &unknown) || unknown.Name != "widths" || !strings.Contains(err.Error(), "length, actors") {
		t.Errorf("an unknown curve: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Growth(ctx, few(), "length"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestExponent(t *testing.T) {
	for _, c := range []struct {
		x0, y0, x1, y1, want float64
		ok                   bool
	}{
		{10, 5, 100, 50, 1, true}, {10, 5, 100, 5, 0, true}, {10, 5, 20, 20, 2, true}, {100, 8, 1000, 4, -0.30103, true},
		{0, 5, 10, 5, 0, false}, {10, 0, 20, 5, 0, false}, {10, 5, 20, 0, 0, false}, {10, 5, 10, 6, 0, false},
	} {
		if e, ok := Exponent(c.x0, c.y0, c.x1, c.y1); ok != c.ok || math.Abs(e-c.want) > 1e-5 {
			t.Errorf("from %g, %g to %g, %g: %g, %v", c.x0, c.y0, c.x1, c.y1, e, ok)
		}
	}
}

func TestSuperlinear(t *testing.T) {
	c := Curve{Costs: []Cost{
		{Key: "square", Most: 1, of: func(p *Point) float64 { return p.X * p.X }},
		{Key: "linear", Most: 1, of: func(p *Point) float64 { return 3 * p.X }},
		{Key: "steady", Most: 0, of: func(p *Point) float64 { return p.X }},
		{Key: "late", Most: 1, of: func(p *Point) float64 { return max(100*p.X, p.X*p.X) }},
	}, Points: []Point{{X: 10}, {X: 100}, {X: 1000}}}
	c.fit()
	var got []string
	for _, s := range c.Superlinear() {
		got = append(got, s.Cost.Key)
		if s.To != 10*s.From || s.Cost.Key == "late" && s.From != 100 || math.Abs(s.Exponent-1) > 1.001 {
			t.Errorf("%+v", s)
		}
	}
	if want := []string{"square", "square", "steady", "steady", "late"}; !slices.Equal(got, want) {
		t.Errorf("too fast: %v, want %v", got, want)
	}
}

func TestInvented(t *testing.T) {
	seen := map[string]int{}
	for i := range 160_000 {
		name := invented(i)
		if j, ok := seen[name]; ok {
			t.Fatalf("%s is the name of %d and of %d", name, j, i)
		}
		seen[name] = i
	}
}
