// Command plot draws the curves of dateline bench growth --json as one picture:
// a row for each curve, a panel for the costs of one unit, both axes
// logarithmic, so that a power of x is a straight line and linear growth runs
// beside the dashed one.
//
//	go run . ../../../docs/growth.json ../../../docs/growth.svg
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/color"
	"math"
	"os"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// curve is what the picture needs of a curve; see bench.Curve.
type curve struct {
	Name, Title, X, Unit string
	Costs                []cost
	Points               []map[string]any
}

type cost struct {
	Key, Title, Unit string
	Most             float64
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: plot GROWTH.json PICTURE.svg")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "plot:", err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	svg, err := picture(data)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return os.WriteFile(to, svg, 0o644)
}

// Sizes of the picture.
const (
	panelWidth  vg.Length = 290
	panelHeight vg.Length = 200
	heading     vg.Length = 26 // above the panels of a curve
	footing     vg.Length = 24
)

// picture draws curves; the same ones give the same bytes.
func picture(data []byte) ([]byte, error) {
	var curves []curve
	if err := json.Unmarshal(data, &curves); err != nil {
		return nil, err
	}
	if len(curves) == 0 {
		return nil, fmt.Errorf("no curves")
	}
	plot.DefaultFont = font.Font{Typeface: "Liberation", Variant: "Sans"}
	rows := make([][]*plot.Plot, len(curves))
	columns := 1
	for i := range curves {
		var err error
		if rows[i], err = curves[i].panels(); err != nil {
			return nil, fmt.Errorf("curve %s: %w", curves[i].Name, err)
		}
		columns = max(columns, len(rows[i]))
	}
	width, height := vg.Length(columns)*panelWidth, vg.Length(len(rows))*(panelHeight+heading)+footing
	canvas := vgsvg.New(width, height)
	all := draw.New(canvas)
	all.SetColor(color.White)
	all.Fill(all.Rectangle.Path())
	top := height
	for i, panels := range rows {
		label(all, vg.Point{X: 8, Y: top - heading + 8}, 13, curves[i].Name+": "+curves[i].Title)
		top -= heading
		for k, p := range panels {
			left := vg.Length(k) * panelWidth
			p.Draw(draw.Crop(all, left+4, left+panelWidth-width-12, top-panelHeight, top-height))
		}
		top -= panelHeight
	}
	label(all, vg.Point{X: 8, Y: 8}, 11, "Both axes are logarithmic. Dashed: how a cost may grow, linearly or not at all, drawn through its last point.")
	var out bytes.Buffer
	if _, err := canvas.WriteTo(&out); err != nil {
		return nil, err
	}
	return bytes.ReplaceAll(out.Bytes(), []byte("font-family:Liberation Sans;"), []byte("font-family:'Liberation Sans',Arial,Helvetica,sans-serif;")), nil
}

func label(c draw.Canvas, at vg.Point, size vg.Length, s string) {
	f := plot.DefaultFont
	f.Size = size
	c.FillText(draw.TextStyle{Color: ink, Font: f, Handler: plot.DefaultTextHandler, XAlign: text.XLeft, YAlign: text.YBottom}, at, s)
}

var (
	ink    = color.RGBA{0x22, 0x22, 0x22, 0xff}
	faint  = color.RGBA{0xdd, 0xdd, 0xdd, 0xff}
	dashed = color.RGBA{0x88, 0x88, 0x88, 0xff}
	inks   = []color.RGBA{{0x1f, 0x5f, 0xa8, 0xff}, {0xc4, 0x4e, 0x1a, 0xff}, {0x2f, 0x85, 0x3b, 0xff}, {0x7a, 0x3d, 0x96, 0xff}}
)

// panels has one panel for the costs of each unit. Those of one panel are called
// alike up to a comma.
func (c *curve) panels() ([]*plot.Plot, error) {
	var panels []*plot.Plot
	done := map[string]bool{}
	for _, k := range c.Costs {
		if done[k.Unit] {
			continue
		}
		done[k.Unit] = true
		var same []cost
		for _, l := range c.Costs {
			if l.Unit == k.Unit {
				same = append(same, l)
			}
		}
		p, err := c.panel(same)
		if err != nil {
			return nil, err
		}
		panels = append(panels, p)
	}
	return panels, nil
}

func (c *curve) panel(costs []cost) (*plot.Plot, error) {
	p := plot.New()
	p.BackgroundColor = color.White
	shared, _, _ := strings.Cut(costs[0].Title, ", ")
	p.Title.Text = shared
	p.Title.TextStyle.Font.Size = 11
	p.X.Label.Text, p.Y.Label.Text = c.X, costs[0].Unit
	if c.Unit == "B" {
		p.X.Label.Text += ", B"
	}
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Scale, a.Tick.Marker = plot.LogScale{}, decades{}
		a.Label.TextStyle.Font.Size, a.Tick.Label.Font.Size = 10, 9
		a.Label.TextStyle.Color, a.Tick.Label.Color, a.Color, a.Tick.Color = ink, ink, dashed, dashed
		a.Padding = 0
	}
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = faint, faint
	p.Add(grid)
	p.Legend.Top, p.Legend.Left = true, true
	p.Legend.TextStyle.Font.Size, p.Legend.Padding, p.Legend.XOffs = 9, 2, 4
	bounds := newBox()
	for i, k := range costs {
		xy := c.series(k)
		if len(xy) == 0 {
			return nil, fmt.Errorf("no point has %s", k.Key)
		}
		bounds.add(xy)
		line, dots, err := plotter.NewLinePoints(xy)
		if err != nil {
			return nil, err
		}
		line.Color, line.Width = inks[i%len(inks)], 1.5
		dots.Color, dots.Radius, dots.Shape = inks[i%len(inks)], 2.2, draw.CircleGlyph{}
		p.Add(line, dots)
		if len(costs) > 1 {
			p.Legend.Add(strings.TrimPrefix(k.Title, shared+", "), line)
		}
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = bounds.decades()
	may, err := plotter.NewLine(reference(c.series(costs[0]), costs[0].Most, p.Y.Min))
	if err != nil {
		return nil, err
	}
	may.Color, may.Width, may.Dashes = dashed, 1, []vg.Length{4, 3}
	p.Add(may)
	if len(costs) > 1 { // room for the legend
		p.Y.Max *= 10
	}
	return p, nil
}

// series are the points that have the cost; a logarithm has no 0.
func (c *curve) series(k cost) (xy plotter.XYs) {
	for _, p := range c.Points {
		x, _ := p["x"].(float64)
		y, _ := p[k.Key].(float64)
		if x > 0 && y > 0 {
			xy = append(xy, plotter.XY{X: x, Y: y})
		}
	}
	return xy
}

// reference is growth by an exponent that ends at the last point, from where it
// enters the panel.
func reference(xy plotter.XYs, exponent, bottom float64) plotter.XYs {
	first, last := xy[0], xy[len(xy)-1]
	at := func(x float64) float64 { return last.Y * math.Pow(x/last.X, exponent) }
	if at(first.X) < bottom {
		first.X = last.X * math.Pow(bottom/last.Y, 1/exponent)
	}
	return plotter.XYs{{X: first.X, Y: at(first.X)}, last}
}

// box is what a panel has to hold.
type box struct{ x0, x1, y0, y1 float64 }

func newBox() *box { return &box{math.Inf(1), 0, math.Inf(1), 0} }

func (b *box) add(xy plotter.XYs) {
	for _, p := range xy {
		b.x0, b.x1, b.y0, b.y1 = min(b.x0, p.X), max(b.x1, p.X), min(b.y0, p.Y), max(b.y1, p.Y)
	}
}

// decades widens the box: a little to both sides, and upward and downward to
// full powers of ten.
func (b *box) decades() (x0, x1, y0, y1 float64) {
	y0, y1 = math.Pow(10, math.Floor(math.Log10(b.y0))), math.Pow(10, math.Ceil(math.Log10(b.y1)))
	if y0 == y1 {
		y1 *= 10
	}
	return b.x0 / 1.3, b.x1 * 1.3, y0, y1
}

// decades are ticks at the powers of ten and the numbers between them. Where few
// powers are in sight, 2 and 5 have names too.
type decades struct{}

func (decades) Ticks(from, to float64) (ticks []plot.Tick) {
	close := to/from < 100
	for e := math.Floor(math.Log10(from)); e <= math.Ceil(math.Log10(to)); e++ {
		for k := 1.0; k < 10; k++ {
			v := k * math.Pow(10, e)
			if v < from*(1-1e-9) || v > to*(1+1e-9) {
				continue
			}
			t := plot.Tick{Value: v}
			if k == 1 || close && (k == 2 || k == 5) {
				t.Label = short(v)
			}
			ticks = append(ticks, t)
		}
	}
	return ticks
}

// short names a number of few digits.
func short(v float64) string {
	switch {
	case v >= 1e6:
		return strconv.FormatFloat(v/1e6, 'g', 6, 64) + " M"
	case v >= 1e3:
		return strconv.FormatFloat(v/1e3, 'g', 6, 64) + " k"
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}
