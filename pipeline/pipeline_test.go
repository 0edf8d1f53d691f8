package pipeline_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"dateline/internal/articles"
	"dateline/pipeline"
	"dateline/pipeline/text"
	"dateline/pipeline/wire"
)

func newPipeline(t testing.TB, stages ...string) *pipeline.Pipeline {
	t.Helper()
	p, err := pipeline.New(pipeline.Options{Stages: stages, Mentions: true})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// checkDocument holds what every document must keep: each span lies inside its
// field, on rune borders, and covers exactly the words that it claims.
func checkDocument(t testing.TB, d *pipeline.Document) {
	t.Helper()
	check := func(what string, f text.Field, s text.Span, surface string) {
		t.Helper()
		in := d.Body
		if f == text.Title {
			in = d.Title
		}
		if s.Start < 0 || s.End < s.Start || s.End > len(in) {
			t.Fatalf("%s %q: span %v outside %d bytes", what, surface, s, len(in))
		}
		if s.Of(in) != surface {
			t.Fatalf("%s: span %v covers %q, not %q", what, s, s.Of(in), surface)
		}
		if utf8.ValidString(in) && !utf8.ValidString(surface) {
			t.Fatalf("%s %q cuts a rune", what, surface)
		}
	}
	for _, n := range d.Names {
		check("name", n.Field, n.Span, n.Text)
	}
	for _, a := range d.Actors {
		for _, m := range a.Mentions {
			check("actor", m.Field, m.Span, m.Text)
		}
		for _, r := range a.Roles {
			if r.Basis == "document" {
				check("role", r.Field, r.Span, r.Text)
			}
		}
	}
	for _, p := range d.Places {
		for _, m := range p.Mentions {
			check("place", m.Field, m.Span, m.Text)
		}
	}
	for _, x := range d.Dates {
		check("date", x.Field, x.Span, x.Text)
	}
	for _, e := range d.Events {
		check("event", e.Field, e.Span, e.Sentence)
	}
	if d.Dateline != nil && d.Dateline.Span.End > 0 {
		check("dateline", text.Body, d.Dateline.Span, d.Dateline.Span.Of(d.Body))
	}
}

func TestBundledArticles(t *testing.T) {
	p := newPipeline(t)
	var s pipeline.Scratch
	read := 0
	for _, a := range articles.All() {
		w, err := p.Read(a.Envelope(), &s)
		if err != nil {
			t.Errorf("%s: %v", a.Name, err)
			continue
		}
		read++
		d := p.Enrich(w, nil, &s)
		checkDocument(t, d)
		if d.ID != wire.ID(a.SourceID, a.ItemID) {
			t.Errorf("%s: id %s", a.Name, d.ID)
		}
		if (d.Status == wire.Withheld || d.Status == wire.Withdrawn) && (d.Body != "" || len(d.Actors) > 0) {
			t.Errorf("%s: a tombstone has text", a.Name)
		}
	}
	if read < 60 {
		t.Errorf("%d articles were read", read)
	}
}

// TestSameAnswer reads every article twice: with fresh memory, and with memory
// that has seen all the others. A document depends on its article alone.
func TestSameAnswer(t *testing.T) {
	p := newPipeline(t)
	var used pipeline.Scratch
	for round := range 2 {
		for _, a := range articles.All() {
			var fresh pipeline.Scratch
			w, err := p.Read(a.Envelope(), &used)
			if err != nil {
				t.Fatal(err)
			}
			x, y := p.Enrich(w, nil, &used), p.Enrich(w, nil, &fresh)
			if !reflect.DeepEqual(x, y) {
				one, _ := json.Marshal(x)
				two, _ := json.Marshal(y)
				n := 0
				for n < len(one) && n < len(two) && one[n] == two[n] {
					n++
				}
				t.Fatalf("round %d, %s: the answer depends on what was read before\n%.300s\n%.300s", round, a.Name, one[n:], two[n:])
			}
		}
	}
}

// TestStagesOff checks that a stage that is off leaves nothing behind and that
// the others still run.
func TestStagesOff(t *testing.T) {
	env := articles.All()[0].Envelope()
	var s pipeline.Scratch
	p, err := pipeline.New(pipeline.Options{Stages: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	w, err := p.Read(env, &s)
	if err != nil {
		t.Fatal(err)
	}
	d := p.Enrich(w, nil, &s)
	if d.Title == "" || d.Body == "" || d.Byline != nil || d.Actors != nil || d.Places != nil || d.Dates != nil || d.Events != nil || d.Main != nil {
		t.Errorf("stages off: %+v", d)
	}
	q := newPipeline(t, pipeline.Byline, pipeline.Timex)
	if d := q.Enrich(w, nil, &s); d.Byline == nil || len(d.Dates) == 0 || d.Actors != nil {
		t.Error("byline and timex alone: one is missing, or actors are there")
	}
}

func TestHugeAndStrange(t *testing.T) {
	p := newPipeline(t)
	var s pipeline.Scratch
	for name, body := range map[string]string{
		"10 MB without a space": strings.Repeat("x", 10<<20),
		"digits":                strings.Repeat("1", 1<<20),
		"capitals":              strings.Repeat("ALPHA BRAVO ", 1<<16),
		"dates":                 strings.Repeat("May 3, 9999 ", 1<<14),
		"quotes":                strings.Repeat("\"", 1<<18),
		"new lines":             strings.Repeat("\n", 1<<18),
		"invalid UTF-8":         strings.Repeat("Kyiv \xff\xfe on Monday ", 1<<12),
		"names":                 strings.Repeat("Ann Lee of Oslo met Bo Ek in Riga on Monday. ", 1<<12),
	} {
		t.Run(name, func(t *testing.T) {
			a := &wire.Article{SourceID: "x", ItemID: "y", Status: wire.Usable, Title: "T", Body: body}
			checkDocument(t, p.Enrich(a, nil, &s))
		})
	}
}

func FuzzEnrich(f *testing.F) {
	data, err := os.ReadFile("testdata/cable.txt")
	if err != nil {
		f.Fatal(err)
	}
	f.Add("Title", string(data))
	f.Add("", "OSLO, April 12 (AP) — \"May I?\" said U.S. Sen. Ann Lee, 27, on Feb. 30, 9999.")
	f.Add("\xff", "\x00Kyiv's\u2028Monday")
	p := newPipeline(f)
	var s pipeline.Scratch
	f.Fuzz(func(t *testing.T, title, body string) {
		a := &wire.Article{SourceID: "x", ItemID: "y", Status: wire.Usable, Title: title, Body: body}
		d := p.Enrich(a, nil, &s)
		checkDocument(t, d)
		if _, err := json.Marshal(d); err != nil {
			t.Fatal(err)
		}
		var fresh pipeline.Scratch
		if !reflect.DeepEqual(d, p.Enrich(a, nil, &fresh)) {
			t.Fatal("second answer differs")
		}
		half := *a
		half.Body = body[len(body)/2:]
		if ds := p.EnrichAll(nil, []pipeline.Judged{{Article: &half}, {Article: a}, {Article: &half}}, &s); !reflect.DeepEqual(ds[1], d) || !reflect.DeepEqual(ds[0], ds[2]) {
			t.Fatal("the answer differs in company")
		}
	})
}

// BenchmarkPipeline runs everything from the envelope to the document on
// generated articles of the length of news.
func BenchmarkPipeline(b *testing.B) {
	for _, bb := range []struct {
		name   string
		stages []string
	}{{"all", nil}, {"wire", []string{}}} {
		b.Run(bb.name, func(b *testing.B) {
			p, err := pipeline.New(pipeline.Options{Stages: bb.stages})
			if err != nil {
				b.Fatal(err)
			}
			var values [][]byte
			n := 0
			for a := range (articles.Mix{Seed: 1, Records: 200}).Articles() {
				values = append(values, a.Envelope())
				n += len(a.Envelope())
			}
			var s pipeline.Scratch
			b.SetBytes(int64(n / len(values)))
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				a, err := p.Read(values[i%len(values)], &s)
				if err != nil {
					b.Fatal(err)
				}
				if d := p.Enrich(a, nil, &s); d.ID == "" {
					b.Fatal("no id")
				}
				i++
			}
		})
	}
}
