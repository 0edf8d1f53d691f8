package score

import (
	_ "embed" // gold/second.jsonl
	"errors"
	"io/fs"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"dateline/pipeline/name"
	"dateline/pipeline/text"
)

const dataDir = "../../../../shared/data"

//go:embed gold/second.jsonl
var secondLines []byte

// doc builds a document of gold tokens; a word "[KIND" opens a name and a "]"
// at the end of a word closes it.
func doc(t *testing.T, s string) Doc {
	t.Helper()
	b, d := &Builder{}, Doc{Cut: true}
	inside := false
	for w := range strings.FieldsSeq(s) {
		if rest, ok := strings.CutPrefix(w, "["); ok {
			n := Name{}
			if err := n.Kind.UnmarshalText([]byte(rest)); err != nil {
				t.Fatal(err)
			}
			d.Names, inside = append(d.Names, n), false
			continue
		}
		word := strings.TrimSuffix(w, "]")
		span := b.Add(word)
		if n := len(d.Names); n > 0 {
			if k := &d.Names[n-1]; !inside && k.Span.Empty() {
				k.Span, inside = span, true
			} else if inside {
				k.Span.End = span.End
			}
		}
		if word != w {
			inside = false
		}
	}
	d.Tok = b.Tokens()
	return d
}

// surfaces are the names of a document as "surface/KIND".
func surfaces(d *Doc) string {
	var out []string
	for _, n := range d.Names {
		out = append(out, n.Span.Of(d.Tok.Text)+"/"+n.Kind.String())
	}
	return strings.Join(out, " ")
}

func TestScoreStrips(t *testing.T) {
	d := doc(t, "[LOC The Hague 's] court met the [ORG United Nations] in [GPE Riga]")
	at := func(s string, k text.Kind) Name {
		i := strings.Index(d.Tok.Text, s)
		return Name{Span: text.Span{Start: i, End: i + len(s)}, Kind: k}
	}
	var s Score
	s.Add(&d, []Name{at("Hague", text.GPE), at("court", text.PER), at("the United Nations", text.ORG), at("Rig", text.GPE)})
	if m := s.Micro(); m != (Tally{Found: 4, Gold: 3, Both: 3}) {
		t.Errorf("tally %+v", m)
	}
	if s.Places != 2 || s.Right != 1 {
		t.Errorf("%d of %d kinds of places right, want 1 of 2", s.Right, s.Places)
	}
	// Text that is not cut by its set is compared to the byte.
	d.Cut = false
	s = Score{}
	s.Add(&d, []Name{at("Rig", text.GPE), at("United Nations", text.LOC)})
	if m := s.Micro(); m != (Tally{Found: 2, Gold: 3}) {
		t.Errorf("raw text: tally %+v", m)
	}
}

func TestCalibrationError(t *testing.T) {
	d := doc(t, "[PER Jane Roe] met [PER Liina Saar]")
	right := d.Names[0]
	right.Confidence = 0.8
	wrong := Name{Span: text.Span{Start: 9, End: 12}, Kind: text.PER, Confidence: 0.4}
	var s Score
	s.Add(&d, []Name{right, wrong})
	if e := s.CalibrationError(); math.Abs(e-30) > 0.01 { // (0.2 + 0.4) / 2
		t.Errorf("calibration error %.2f, want 30", e)
	}
}

func TestReadConll(t *testing.T) {
	const in = "-DOC- one\nJane B-PER\nRoe I-PER\nmet O\nReuters B-ORG\nToday I-LOC\n\nRiga B-LOC\nRiga B-LOC\n-DOC- two\nA\tB-XYZ\n"
	docs, err := ReadConll(strings.NewReader(in), "x")
	if err != nil {
		t.Fatal(err)
	}
	if len(docs) != 2 || docs[0].ID != "one" || surfaces(&docs[0]) != "Jane Roe/PER Reuters/ORG Today/LOC Riga/LOC Riga/LOC" || len(docs[1].Names) != 0 {
		t.Errorf("%d documents, %q", len(docs), surfaces(&docs[0]))
	}
	if n := len(docs[0].Tok.Sent); n != 2 {
		t.Errorf("%d sentences, want 2", n)
	}
	if _, err := ReadConll(strings.NewReader("-DOC- one\nalone\n"), "x"); err == nil || !strings.Contains(err.Error(), "x:2") {
		t.Errorf("error %v", err)
	}
}

// TestNamesOfGUM gives mentions of every kind; names stay.
func TestNamesOfGUM(t *testing.T) {
	for _, c := range []struct{ words, kind, want string }{
		{"President Liina Saar", "person", "Liina Saar"},
		{"the president", "person", ""},
		{"the Bank of Estonia 's", "organization", "Bank of Estonia"},
		{"a group of Estonians", "person", ""},
		{"He", "person", ""},
		{"Preston , Victoria", "place", "Preston"},
		{"Mecca 's Grand Mosque", "place", "Grand Mosque"},
		{"Jane Roe of the Council", "person", "Jane Roe"},
		{"the Iraqis", "person", ""},
		{"Davis", "person", "Davis"},
		{"The", "person", ""},
		{"Director", "person", ""},
		{"Route 66", "place", "Route 66"},
	} {
		words := strings.Fields("met " + c.words)
		got := ""
		for _, m := range names(words, []mention{{1, len(words), c.kind}}) {
			got += strings.Join(words[m.first:m.last], " ")
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.words, got, c.want)
		}
	}
}

func TestReadGUM(t *testing.T) {
	const in = "#FORMAT=WebAnno TSV 3.2\n\n#Text=Liina Saar left France\n" +
		"1-1\t0-5\tLiina\tperson[1]\n1-2\t6-10\tSaar\tperson[1]\n1-3\t11-15\tleft\t_\n1-4\t16-22\tFrance\torganization\n\n" +
		"#Text=Reuters wrote\n2-1\t23-30\tReuters\torganization[2]|event[3]\n2-2\t31-36\twrote\tevent[3]\n"
	d, err := ReadGUM(strings.NewReader(in), "x")
	if err != nil {
		t.Fatal(err)
	}
	if got := surfaces(&d); got != "Liina Saar/PER France/LOC Reuters/ORG" {
		t.Errorf("got %q", got)
	}
	if len(d.Tok.Sent) != 2 {
		t.Errorf("%d sentences, want 2", len(d.Tok.Sent))
	}
	if _, err := ReadGUM(strings.NewReader("1-1\tx\n"), "x"); err == nil {
		t.Error("a line of two columns is accepted")
	}
}

// TestGold checks the gold by itself: form, order, and the second pass.
func TestGold(t *testing.T) {
	gold, err := readAnnotations(goldLines)
	if err != nil {
		t.Fatal(err)
	}
	second, err := readAnnotations(secondLines)
	if err != nil {
		t.Fatal(err)
	}
	if len(gold) != 100 || len(second) != 20 {
		t.Errorf("%d articles, %d of them twice, want 100 and 20", len(gold), len(second))
	}
	byID := map[string]map[triple]bool{}
	for _, a := range gold {
		if byID[a.ID] != nil {
			t.Errorf("article %s twice", a.ID)
		}
		byID[a.ID] = map[triple]bool{}
		end := 0
		for _, n := range a.Names {
			if n.Span.Start < end || n.Span.Empty() || n.Span.End > a.Bytes {
				t.Errorf("article %s: name at %v after byte %d of %d", a.ID, n.Span, end, a.Bytes)
			}
			end = n.Span.End
			byID[a.ID][n] = true
		}
	}
	var agree Tally
	for _, a := range second {
		first := byID[a.ID]
		agree.Found += len(a.Names)
		agree.Gold += len(first)
		for _, n := range a.Names {
			if first[n] {
				agree.Both++
			}
		}
	}
	if agree.F1() < 98 || agree.Gold < 500 {
		t.Errorf("agreement of the two passes %v on %d names", agree, agree.Gold)
	}
}

// loaded are the sets but the test set, read once; a test that asks for them is
// skipped where there are none.
var loaded = sync.OnceValues(func() ([]Set, error) { return Load(dataDir, false) })

func tuningSets(t *testing.T) []Set {
	t.Helper()
	sets, err := loaded()
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("needs the development data: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return sets
}

// TestGoldResolves looks at the annotated names in their articles.
func TestGoldResolves(t *testing.T) {
	for _, set := range tuningSets(t) {
		if set.Name != Own {
			continue
		}
		for i := range set.Docs {
			for _, n := range set.Docs[i].Names {
				w := n.Span.Of(set.Docs[i].Tok.Text)
				if !utf8.ValidString(w) || strings.TrimSpace(w) != w || strings.HasPrefix(strings.ToLower(w), "the ") || strings.ToLower(w) == w && w[0] > '9' {
					t.Errorf("article %s: %q at %v is no name", set.Docs[i].ID, w, n.Span)
				}
			}
		}
	}
}

func TestJoinGoldRefuses(t *testing.T) {
	const gold = `{"id":"a","bytes":3,"e":[[0,3,"GPE"]]}` + "\n"
	for name, c := range map[string]struct{ gold, articles, want string }{
		"missing":       {gold, `{"id":"b","text":"Oxo"}`, "1 of 1"},
		"other text":    {gold, `{"id":"a","text":"Oxox"}`, "4 bytes"},
		"past the end":  {strings.Replace(gold, "0,3", "0,4", 1), `{"id":"a","text":"Oxo"}`, "name at"},
		"unknown kind":  {strings.Replace(gold, "GPE", "XYZ", 1), "", "line 1"},
		"broken line":   {gold, `{"id":"a","text":`, "line 1"},
		"no annotation": {"x", "", "line 1"},
	} {
		if _, err := joinGold([]byte(c.gold), strings.NewReader(c.articles)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	docs, err := joinGold([]byte(gold), strings.NewReader(`{"id":"b","text":""}`+"\n"+`{ "id" : "a", "text":"Oxo"}`))
	if err != nil || surfaces(&docs[0]) != "Oxo/GPE" {
		t.Errorf("%v, %v", docs, err)
	}
}

// TestScores is the gate: the built-in model scores what the scoreboard and the
// model card say.
func TestScores(t *testing.T) {
	sets := tuningSets(t)
	card, err := os.ReadFile("../MODEL_CARD.md")
	if err != nil {
		t.Fatal(err)
	}
	board, err := os.ReadFile("../../../docs/scoreboard.md")
	if err != nil {
		t.Fatal(err)
	}
	tag := Dateline(name.New())
	for i := range sets {
		s := Run(sets[i].Docs, tag)
		if e := s.CalibrationError(); sets[i].Name == Own && e > 5 {
			t.Errorf("%s: confidence is off by %.1f points", Own, e)
		}
		for _, in := range []struct {
			file, system string
			text         []byte
		}{{"docs/scoreboard.md", "Dateline", board}, {"MODEL_CARD.md", "all rules", card}} {
			row := regexp.MustCompile(regexp.QuoteMeta("| "+sets[i].Name+" | "+in.system+" | ") + `([0-9.]+)`).FindSubmatch(in.text)
			if row == nil {
				t.Errorf("%s has no row for %s", in.file, sets[i].Name)
				continue
			}
			want, err := strconv.ParseFloat(string(row[1]), 64)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Micro().F1(); math.Abs(got-want) > 0.3 {
				t.Errorf("%s: F1 %.2f, %s says %.2f", sets[i].Name, got, in.file, want)
			}
		}
	}
}
