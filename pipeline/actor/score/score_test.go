package score

import (
	"errors"
	"io/fs"
	"math"
	"strings"
	"testing"

	"dateline/pipeline/actor"
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/text"
)

const shared = "../../../../shared/data"

const tsv = `#FORMAT=WebAnno TSV 3.2
#Text=Ann Lee saw her . Lee left .
1-1	0-3	Ann	person[1]	new[1]	s	_	cf1[1]	ana	1-4[2_1]	
1-2	4-7	Lee	person[1]	new[1]	s	_	cf1[1]	_	_	
1-3	8-11	saw	_	_	_	_	_	_	_	
1-4	12-15	her	person[2]	giv[2]	s	_	cf1[2]	coref	2-1[3_2]	
1-5	16-17	.	_	_	_	_	_	_	_	
2-1	18-21	Lee	person[3]	giv[3]	s	_	cf1[3]	_	_	
2-2	22-26	left	_	_	_	_	_	_	_	
`

func TestRead(t *testing.T) {
	d, err := Read(strings.NewReader(tsv))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Names) != 2 || d.Names[0].Span.Of(d.Text) != "Ann Lee" || d.Names[1].Span.Of(d.Text) != "Lee" {
		t.Fatalf("names %+v in %q", d.Names, d.Text)
	}
	if d.Names[0].Entity != d.Names[1].Entity {
		t.Errorf("the chain over the pronoun is broken: %+v", d.Names)
	}
	if got := Answer(actor.New(gazetteer.Default()), &d); got[0] != got[1] {
		t.Errorf("answer %v", got)
	}
	if got := Exact(&d); got[0] == got[1] {
		t.Errorf("exact strings %v", got)
	}
	if _, err := Read(strings.NewReader("1-1\tx\tAnn\ta\tb\tc\td\te\tf\tg\n")); err == nil {
		t.Error("broken offsets are read without an error")
	}
}

func TestBCubed(t *testing.T) {
	n := func(e ...int) (out []Name) {
		for i, v := range e {
			out = append(out, Name{Span: text.Span{Start: i, End: i + 1}, Entity: v})
		}
		return out
	}
	for _, c := range []struct {
		gold    []Name
		got     []int
		p, r, f float64
	}{
		{n(1, 1, 2), []int{5, 5, 6}, 1, 1, 1},
		{n(1, 1, 2), []int{5, 5, 5}, (2./3 + 2./3 + 1./3) / 3, 1, 2 * (5. / 9) / (1 + 5./9)},
		{n(1, 1), []int{5, 6}, 1, .5, 2. / 3},
		{nil, nil, 0, 0, 0},
	} {
		s := BCubed(c.gold, c.got)
		m := math.Max(1, float64(s.Mentions))
		if math.Abs(s.Precision/m-c.p) > 1e-9 || math.Abs(s.Recall/m-c.r) > 1e-9 || math.Abs(s.F1()-c.f) > 1e-9 {
			t.Errorf("%v %v: %+v F %v", c.gold, c.got, s, s.F1())
		}
	}
}

// The news and interview texts of GUM; the gate is that of the design.
func TestDevelopmentSet(t *testing.T) {
	c, err := ScoreClusters(shared)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the development set is not there: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d texts, %d mentions: B-cubed F1 %.3f, equal strings %.3f", c.Texts, c.Ours.Mentions, c.Ours.F1(), c.Exact.F1())
	if c.Ours.F1() < .94 {
		t.Errorf("B-cubed F1 %.3f, the gate is .94", c.Ours.F1())
	}
}
