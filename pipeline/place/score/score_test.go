package score

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/name"
	"dateline/pipeline/place"
	"dateline/pipeline/text"
)

const shared = "../../../../shared/data/geo/"

const trNews = `<articles><article docid="1"><title> Été </title><text><![CDATA[Été à Paris, Texas and Kyiv.]]></text><toponyms>
<toponym><phrase>Paris</phrase><start>6</start><end>11</end><gaztag geonameid="4717560"><name>Paris</name><fcode>PPLA2</fcode><lat>33.66</lat><lon>-95.55</lon><country geonameid="6252001">United States</country></gaztag></toponym>
<toponym><phrase>Kyiv</phrase><start>23</start><end>27</end></toponym></toponyms></article></articles>`

const gwn = `<articles><article file="0"><title>A</title><text>Finns left Kyiv.</text><toponyms>
<toponym><extractedName>Finns</extractedName><type>Demonym</type><start>0</start><end>5</end></toponym>
<toponym><extractedName>Kyiv</extractedName><type>Literal</type><start>11</start><end>15</end><geonamesID>703448</geonamesID><latitude>50.45</latitude><longitude>30.52</longitude></toponym>
</toponyms></article></articles>`

func TestRead(t *testing.T) {
	docs, err := ReadTRNews(strings.NewReader(trNews))
	if err != nil || len(docs) != 1 || len(docs[0].Gold) != 1 || docs[0].Title != "Été" {
		t.Fatalf("TR-News: %+v %v", docs, err)
	}
	g := docs[0].Gold[0]
	if docs[0].Text[g.Start:g.End] != "Paris" || g.GeoNames != 4717560 || g.Lat != 33.66 || g.Country != "United States" {
		t.Errorf("toponym %+v", g)
	}
	if docs, err = ReadGWN(strings.NewReader(gwn)); err != nil || len(docs) != 1 || len(docs[0].Gold) != 1 {
		t.Fatalf("GWN: %+v %v", docs, err)
	}
	if g := docs[0].Gold[0]; docs[0].Text[g.Start:g.End] != "Kyiv" || !g.Literal {
		t.Errorf("toponym %+v", g)
	}
	for _, read := range []func(io.Reader) ([]Doc, error){ReadTRNews, ReadGWN} {
		if _, err := read(strings.NewReader("<articles><article>")); err == nil {
			t.Error("half a file is read without an error")
		}
	}
}

func TestCompare(t *testing.T) {
	gold := []Toponym{
		{Text: "Paris", Start: 0, End: 5, Lat: 48.85, Lon: 2.35, GeoNames: 1, Country: "France"},
		{Text: "Russia", Start: 30, End: 36, Lat: 60, Lon: 100, GeoNames: 2},
		{Text: "Lyon", Start: 60, End: 64, Lat: 45.7, Lon: 4.8},
		{Text: "Nice", Start: 80, End: 84, Lat: 43.7, Lon: 7.3},
	}
	got := []Toponym{
		{Text: "paris", Start: 4, End: 9, Lat: 48, Lon: 2, Resolved: true, Country: "France"}, // shifted by 4, near
		{Text: "Russia", Start: 30, End: 36, Lat: 55, Lon: 80, GeoNames: 2, Resolved: true},   // far, same id
		{Text: "Lyon", Start: 75, End: 79, Lat: 45.7, Lon: 4.8, Resolved: true},               // too far in the text
		{Text: "Nice", Start: 80, End: 84},                                                    // not resolved
		{Text: "Oslo", Start: 90, End: 94, Resolved: true},
	}
	s := Compare(gazetteer.Default(), gold, got)
	want := Scores{Gold: 4, Found: 5, Matched: 3, Near: 1, NearID: 2, Country: 1, WithCountry: 1}
	if s != want {
		t.Fatalf("scores %+v, want %+v", s, want)
	}
	if s.Precision() != .6 || s.Recall() != .75 || s.F1() != 6./9 || s.EndToEnd() != 2./9 || s.AccuracyMatched() != 1./3 || s.AccuracyAll() != .25 {
		t.Errorf("rates of %+v", s)
	}
	var sum Scores
	sum.Add(s)
	sum.Add(s)
	if sum.Gold != 8 || sum.Country != 2 || (Scores{}).F1() != 0 {
		t.Errorf("sum %+v", sum)
	}
}

func TestFit(t *testing.T) {
	docs, err := ReadTRNews(strings.NewReader(trNews))
	if err != nil {
		t.Fatal(err)
	}
	bad := place.Fitted
	bad.Qualifier = 1.2 // too weak: Paris is in France
	if a := accuracy(docs, &bad); a != 0 {
		t.Fatalf("accuracy with a weak qualifier %v", a)
	}
	good := Fit(docs, bad, 3)
	if a := accuracy(docs, &good); a != 1 {
		t.Errorf("accuracy after fitting %v", a)
	}
}

// tagger is the name stage with the gazetteer, as package pipeline wires it.
func tagger() Tag {
	t := name.New()
	var s name.Scratch
	return func(a *text.Tokens) []text.Mention { return t.Tag(nil, text.Body, a, &s) }
}

// Row prints a set's scores as the table of docs has them.
func row(name string, t Total) string {
	return fmt.Sprintf("%-8s names P %.3f R %.3f F1 %.3f · end to end F1 %.3f · right of matched %.3f | spans given: right of all %.3f (id %.3f), of found %.3f | ceiling %.3f (id %.3f)",
		name, t.Tagged.Precision(), t.Tagged.Recall(), t.Tagged.F1(), t.Tagged.EndToEnd(), t.Tagged.AccuracyMatched(),
		t.Given.AccuracyAll(), ratio(t.Given.NearID, t.Given.Gold), t.Given.AccuracyMatched(), ratio(t.Ceiling.Candidate, t.Ceiling.Gold), ratio(t.Ceiling.CandidateID, t.Ceiling.Gold))
}

// The gates of the development sets: what the choice among readings must reach
// with the spans given, which no other stage can spoil.
func TestDevelopmentSets(t *testing.T) {
	for _, s := range []struct {
		name, file string
		read       func(io.Reader) ([]Doc, error)
		names      int
		gate       float64
	}{{"TR-News", "TR-News.xml", ReadTRNews, 1274, .82}, {"GWN", "GWN.xml", ReadGWN, 2599, .76}} {
		f, err := os.Open(shared + s.file)
		if err != nil {
			t.Skipf("the development set is not there: %v", err)
		}
		docs, err := s.read(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		total := NewRunner(tagger(), nil).Set(docs, NoMetonyms)
		t.Log(row(s.name, total))
		if total.Given.Gold != s.names {
			t.Errorf("%s: %d names with a point, want %d", s.name, total.Given.Gold, s.names)
		}
		if a := total.Given.AccuracyAll(); a < s.gate {
			t.Errorf("%s: %.3f of the names have the right point, the gate is %.2f", s.name, a, s.gate)
		}
	}
}
