package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"dateline/pipeline/name/score"
	"dateline/pipeline/text"
)

type buffer struct{ bytes.Buffer }

func (*buffer) Close() error { return nil }

// Gold tokens travel to the script; raw text goes without.
func TestAsk(t *testing.T) {
	cut := score.Builder{}
	cut.Add("Élan")
	cut.Add("won")
	cut.End()
	cut.Add("Riga")
	raw := new(text.Tokens)
	raw.Reset("Riga won")
	var b buffer
	if err := ask(&b, []score.Doc{{Tok: cut.Tokens(), Cut: true}, {Tok: raw}}); err != nil {
		t.Fatal(err)
	}
	want := `{"text":"Élan won\nRiga","tokens":[[0,5],[6,9],[10,14]],"first":[0,2]}` + "\n" + `{"text":"Riga won","tokens":null,"first":null}` + "\n"
	if b.String() != want {
		t.Errorf("asked\n%swant\n%s", b.String(), want)
	}
}

func TestAnswers(t *testing.T) {
	names, cpu, err := answers(strings.NewReader(`{"model":"x"}` + "\n" + `{"names":[[0,5,"ORG"],[10,14,"GPE"]],"cpu":0.25}` + "\n" + `{"names":[],"cpu":0.5}`))
	if err != nil || len(names) != 2 || len(names[0]) != 2 || cpu != 750*time.Millisecond {
		t.Fatalf("%v, %v of CPU, %v", names, cpu, err)
	}
	if n := names[0][1]; n.Span != (text.Span{Start: 10, End: 14}) || n.Kind != text.GPE {
		t.Errorf("name %+v", n)
	}
	for _, bad := range []string{`{"names":[[0,5,"XYZ"]]}`, `{"names":[["a",5,"ORG"]]}`, `{`} {
		if _, _, err := answers(strings.NewReader(bad)); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}

// A system that ends early is an error, not a bad score.
func TestOtherFails(t *testing.T) {
	if _, _, err := other("/no/such/python", "x", nil); err == nil {
		t.Error("an interpreter that does not exist is accepted")
	}
	if _, _, err := other("true", "x", []score.Doc{{Tok: new(text.Tokens)}}); err == nil {
		t.Error("no answers are accepted")
	}
}
