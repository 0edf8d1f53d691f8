package main

import (
	"encoding/json"
	"strings"
	"testing"

	"dateline/config"
	"dateline/index"
	"dateline/internal/articles"
	"dateline/pipeline"
)

// What is stored is enough to read an article again: the same who, where and
// when come of it.
func TestExplainReadsTheSameFromTheStore(t *testing.T) {
	c := config.Default()
	p, err := newPipeline(c, pipeline.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var s pipeline.Scratch
	read := 0
	for _, a := range articles.All() {
		w, err := p.Read(a.Envelope(), &s)
		if err != nil {
			continue
		}
		d := p.Enrich(w, nil, &s)
		if d.Body == "" {
			continue
		}
		act, err := index.ArticleAction(d, documentOptions(c))
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if err := explainStored(&out, c, json.RawMessage(act.Source), "", false, false); err != nil {
			t.Fatalf("%s: %v", a.Name, err)
		}
		read++
		if !strings.Contains(out.String(), "reads the same actors, places, authors and event date") {
			t.Errorf("%s:\n%s", a.Name, out.String())
		}
		for _, x := range d.Actors {
			if !strings.Contains(out.String(), x.Name) {
				t.Errorf("%s: no word of %s", a.Name, x.Name)
			}
		}
	}
	if read < 20 {
		t.Errorf("only %d articles were compared", read)
	}
}

func TestExplainSaysWhatDiffers(t *testing.T) {
	raw := `{"id":"x","status":"usable","source":{"id":"d","item_id":"1","format":"text"},"title":"Ferry talks",
		"body":"TALLINN, Estonia (AP) — Officials met in Tallinn on Monday.","published":"2025-05-19T14:03:00Z","authors":["Ann Lee"],
		"pipeline":{"version":"v0.1.0","data":{}}}`
	var out strings.Builder
	if err := explainStored(&out, config.Default(), json.RawMessage(raw), "", false, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"authors: stored Ann Lee", "places: stored -", "Tallinn", "release v0.1.0"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}
