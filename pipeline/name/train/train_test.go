package main

import (
	"crypto/sha256"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"dateline/pipeline/name/internal/model"
	"dateline/pipeline/name/score"
	"dateline/pipeline/text"
)

// mini reads testdata/mini.txt: names in brackets, their class first.
func mini(t testing.TB) []*doc {
	t.Helper()
	b, err := os.ReadFile("testdata/mini.txt")
	if err != nil {
		t.Fatal(err)
	}
	var docs []*doc
	for line := range strings.Lines(string(b)) {
		d, in := &doc{corpus: "mini"}, -1
		bd := &score.Builder{}
		var c model.Class
		for _, w := range strings.Fields(line) {
			if w[0] == '[' {
				var ok bool
				if c, ok = model.ParseClass(w[1:]); !ok {
					t.Fatalf("class %q", w)
				}
				in = bd.Len()
				continue
			}
			word := strings.TrimSuffix(w, "]")
			bd.Add(word)
			if word != w {
				d.spans = append(d.spans, span{in, bd.Len(), c, true})
			}
		}
		d.tok = bd.Tokens()
		d.label(0)
		docs = append(docs, d)
	}
	return docs
}

func trainMini(t testing.TB) []byte {
	t.Helper()
	_, blob := miniNetwork(t)
	return blob
}

func miniNetwork(t testing.TB) (*network, []byte) {
	t.Helper()
	docs := mini(t)
	parts := &model.Parts{Buckets: 1}
	blob, _ := parts.Encode()
	m, err := model.Load(string(blob))
	if err != nil {
		t.Fatal(err)
	}
	n := newNetwork(model.NewReader(m), docs, 1)
	rng := rand.New(rand.NewPCG(1, 4))
	for e := range 30 {
		n.rate = 0.05
		n.epoch(docs, rng, e >= 25)
	}
	n.average()
	n.parts(parts)
	blob, _ = parts.Encode()
	return n, blob
}

// TestTrainingRepeats trains twice on a small corpus: the file is the same,
// and on the processor that the model was trained on it is this one.
func TestTrainingRepeats(t *testing.T) {
	first := trainMini(t)
	if !slices.Equal(first, trainMini(t)) {
		t.Fatal("two trainings on the same corpus differ")
	}
	const want = "c0b322d62b943eddc34199f41d46a9aa89120b2492f7c31f23d5702dd99295c4"
	if got := fmt.Sprintf("%x", sha256.Sum256(first)); got != want && runtime.GOARCH == "amd64" {
		t.Errorf("SHA-256 of the trained file is %s, want %s", got, want)
	}
	m, err := model.Load(string(first))
	if err != nil {
		t.Fatal(err)
	}
	if f := agreement(mini(t), tagger(model.NewTagger(m), 0)).F1(); f < 90 {
		t.Errorf("F1 on its own training corpus is %.1f", f)
	}
}

// The gradient of the loss by a score is the difference of the marginals;
// compared with the loss at two close points.
func TestLatticeGradient(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	allow := []model.Set{anyTag, justO | tagsOf(model.ORG), anyTag}
	gold := []model.Set{1 << model.B(model.ORG), anyTag & allow[1], 1<<model.I(model.ORG) | justO}
	score := make([]tvec, 3)
	var trans [tags][tags]float64
	for a := range tags {
		for b := range tags {
			if b == 0 || b&1 == 1 || a == b || a == b-1 {
				trans[a][b] = math.Exp(r.NormFloat64())
			}
		}
	}
	for i := range score {
		for b := range score[i] {
			score[i][b] = float32(r.NormFloat64())
		}
	}
	var x, y lattice
	loss := func() float64 {
		x.run(score, allow, &trans)
		y.run(score, gold, &trans)
		return x.logZ - y.logZ
	}
	const h = 1.0 / 256
	for i := range score {
		for b := range score[i] {
			loss()
			got := x.p[i][b] - y.p[i][b]
			was := score[i][b]
			score[i][b] = was + h
			up := loss()
			score[i][b] = was - h
			down := loss()
			score[i][b] = was
			if want := (up - down) / (2 * h); math.Abs(got-want) > 1e-3 {
				t.Errorf("token %d tag %d: gradient %.5f, by difference %.5f", i, b, got, want)
			}
		}
	}
}

func TestManifest(t *testing.T) {
	m, err := readManifest()
	if err != nil {
		t.Fatal(err)
	}
	uses := map[string]int{}
	for _, s := range m.Sets {
		uses[s.Use]++
		if s.Use == "train" && strings.Contains(s.Licence, "none stated") {
			t.Errorf("set %q trains without a licence", s.Name)
		}
	}
	if uses["train"] == 0 || uses["score"] == 0 || uses["cluster"] == 0 {
		t.Errorf("uses %v", uses)
	}
	good := manifestJSON
	defer func() { manifestJSON = good }()
	for name, edit := range map[string]func(string) string{
		"a set that may not train": func(s string) string { return strings.Replace(s, `"use": "score"`, `"use": "train"`, 1) },
		"no licence": func(s string) string {
			return strings.Replace(s, `"licence": "none stated`, `"licence": "", "x": "`, 1)
		},
		"an unknown use": func(s string) string { return strings.Replace(s, `"use": "score"`, `"use": "teach"`, 1) },
	} {
		manifestJSON = []byte(edit(string(good)))
		if _, err := readManifest(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestReadNewsMasks(t *testing.T) {
	const s = "Jane Roe of Paris-based Aérocorp left Riga."
	o := &offsets{}
	for _, e := range []struct {
		start, end float64
		label      string
		prob       float64
	}{{0, 8, "PER", 0.9}, {12, 17, "LOC", 0.9}, {24, 32, "ORG", 0.2}, {38, 41, "LOC", 0.9}} {
		o.Spans = append(o.Spans, [4]jsonSpanPart{{n: e.start}, {n: e.end}, {s: e.label}, {n: e.prob}})
	}
	d := newsDoc(s, o, 0.5)
	var got []string
	for _, x := range d.spans {
		got = append(got, fmt.Sprint(d.tok.Slice(x.first, x.last), " ", x.class, " ", x.sure))
	}
	want := []string{"Jane Roe PER true", "Paris-based LOC true", "Aérocorp ORG false", "Riga LOC false"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestHeadlinesKeepOffsets(t *testing.T) {
	d := &doc{tok: &text.Tokens{}}
	d.tok.Reset(strings.Repeat("Élan met Liina Saar’s envoy of the Ölfond in a town. ", 200))
	before := strings.ToLower(d.tok.Text)
	n := len(d.tok.Tok)
	text := d.tok.Text
	d.headlines(rand.New(rand.NewPCG(1, 1)))
	if d.tok.Text == text || strings.ToLower(d.tok.Text) != before || len(d.tok.Tok) != n {
		t.Error("more than the case changed, or nothing")
	}
}

// Whole numbers cost next to nothing against the weights as trained.
func TestRounding(t *testing.T) {
	n, blob := miniNetwork(t)
	m, err := model.Load(string(blob))
	if err != nil {
		t.Fatal(err)
	}
	docs := mini(t)
	float, rounded := agreement(docs, n.tagger()), agreement(docs, tagger(model.NewTagger(m), 0))
	if float.F1() < 90 || math.Abs(float.F1()-rounded.F1()) > 0.2 {
		t.Errorf("F1 %v as trained, %v rounded", float, rounded)
	}
}

// Pruning keeps the features that move most, and what is kept scores as before.
func TestPrune(t *testing.T) {
	n, _ := miniNetwork(t)
	all := len(n.keys)
	n.prune(all / 2)
	if len(n.keys) != all/2 || len(n.id) != all/2 {
		t.Fatalf("%d of %d features kept", len(n.keys), all)
	}
	if f := agreement(mini(t), n.tagger()).F1(); f < 90 {
		t.Errorf("F1 %.1f with half of the features", f)
	}
}

func TestGrams(t *testing.T) {
	make := func(s string) *doc {
		d := &doc{tok: &text.Tokens{}}
		d.tok.Reset(s)
		return d
	}
	const thirteen = "one two three four five six seven eight nine ten eleven twelve thirteen"
	g := grams{}
	g.add(make(thirteen + " fourteen fifteen"))
	docs := []*doc{make("zero " + thirteen + " more"), make("zero one two three"), make("two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen")}
	if kept := g.drop(docs, 1); len(kept) != 1 || kept[0] != docs[1] {
		t.Errorf("%d documents kept", len(kept))
	}
	if kept := g.drop(docs, 2); len(kept) != 2 || kept[0] != docs[0] {
		t.Errorf("%d documents kept that share fewer than two stretches", len(kept))
	}
}

// TestMine finds what several articles say of names and words.
func TestMine(t *testing.T) {
	m := newMined()
	bd := &score.Builder{}
	for _, w := range strings.Fields("yesterday Acme Works hired Jane Roe of Riga") {
		bd.Add(w)
	}
	d := &doc{tok: bd.Tokens(), spans: []span{{1, 3, model.ORG, true}, {4, 6, model.PER, true}, {7, 8, model.LOC, false}}}
	for range minedDocs {
		m.add(d)
	}
	l := &model.Lists{}
	if n := m.listNames(l); n != 1 { // Jane Roe stands in too few articles, Riga is unsure
		t.Errorf("%d names listed", n)
	}
	if n := m.listWords(l); n != 4 { // Acme, Works, Jane, Roe
		t.Errorf("%d words listed", n)
	}
	if h := m.words["works"]; h.n[span{0, 2, model.ORG, true}.column(1)] != minedDocs || h.docs != minedDocs {
		t.Errorf("habit of works: %v", h)
	}
}

func TestLeftOut(t *testing.T) {
	m, err := readManifest()
	if err != nil {
		t.Fatal(err)
	}
	out := 0
	for i := range m.Sets {
		x := &m.Sets[i]
		if x.Use == "train" && strings.Contains(x.Licence, "BY-SA") != x.leftOut([]string{"by-sa"}) {
			t.Errorf("-without by-sa and set %q (%s)", x.Name, x.Licence)
		}
		if x.leftOut([]string{"by-sa"}) {
			out++
		}
	}
	if out == 0 {
		t.Error("-without by-sa leaves nothing out")
	}
	if _, err := m.lists(".."); err != nil {
		t.Error(err)
	}
}
