package pipeline_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"dateline/internal/articles"
	"dateline/pipeline"
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
)

// corrections is a set that changes some of the bundled articles: an operation
// of every kind, for actors and places that they have.
func corrections(t *testing.T, docs []*pipeline.Document) *override.Set {
	t.Helper()
	var b strings.Builder
	seen := map[string]bool{}
	put := func(op string) {
		if !seen[op] {
			seen[op] = true
			b.WriteString(op + `,"by":"t","reason":"t","at":"2025-01-01"}` + "\n")
		}
	}
	persons, towns := 0, 0
	for _, d := range docs {
		for _, a := range d.Actors {
			if !strings.HasPrefix(a.ID, "p:") || persons > 24 {
				continue
			}
			persons++
			switch persons % 5 {
			case 0:
				put(`{"op":"merge","id":"` + a.ID + `","into":"p:somebody-else"`)
			case 1:
				put(`{"op":"split","id":"` + a.ID + `","into":"` + a.ID + `-two","when":{"source":"` + d.Source.ID + `"}`)
			case 2:
				put(`{"op":"role","id":"` + a.ID + `","text":"witness","code":"CVL"`)
			case 3:
				put(`{"op":"block","surface":"` + a.Name + `","as":"actor"`)
			case 4:
				put(`{"op":"alias","surface":"` + a.Name + `","id":"org:new-board","when":{"from":"2000-01-01"}`)
			}
		}
		for _, p := range d.Places {
			if strings.HasPrefix(p.ID, "gn:") && towns < 12 {
				if towns++; towns%2 == 0 {
					put(`{"op":"place","surface":"` + p.Mentions[0].Text + `","id":"pl:new-town"`)
				} else {
					put(`{"op":"kind","surface":"` + p.Mentions[0].Text + `","kind":"mention","when":{"country":"` + p.Country + `"}`)
				}
			}
		}
	}
	put(`{"op":"add","id":"org:new-board","name":"New Board","type":"organization"`)
	put(`{"op":"add","id":"pl:new-town","name":"New Town of Nowhere","type":"place","country":"EE","lat":59,"lon":26,"feature":"PPL"`)
	set, err := override.Parse("corrections", strings.NewReader(b.String()), gazetteer.Default())
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Correct, then ingest gives the same bytes as ingest, correct, then replay: on
// memory that has read everything without the corrections, and in any order.
func TestReplayEquality(t *testing.T) {
	var live override.Live
	p, err := pipeline.New(pipeline.Options{Overrides: &live})
	if err != nil {
		t.Fatal(err)
	}
	read := func(s *pipeline.Scratch, envelope []byte) *pipeline.Document {
		a, err := p.Read(envelope, s)
		if err != nil {
			return nil
		}
		return p.Enrich(a, nil, s)
	}
	all := articles.All()
	var used pipeline.Scratch
	var before []*pipeline.Document
	for _, a := range all {
		if d := read(&used, a.Envelope()); d != nil {
			before = append(before, d)
		}
	}
	plain, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	live.Use(corrections(t, before))
	changed, n := 0, 0
	for i := range all {
		env := all[len(all)-1-i].Envelope()
		var fresh pipeline.Scratch
		ingested, replayed := read(&fresh, env), read(&used, env)
		if ingested == nil {
			continue
		}
		one, _ := json.Marshal(ingested)
		two, _ := json.Marshal(replayed)
		if !bytes.Equal(one, two) {
			t.Fatalf("%s differs\n%s\n%s", all[len(all)-1-i].Name, one, two)
		}
		if n++; ingested.Body != "" {
			checkDocument(t, ingested)
			if ingested.Pipeline.Data.Overrides != live.Set().Version() {
				t.Fatalf("version %q", ingested.Pipeline.Data.Overrides)
			}
		}
		old, _ := json.Marshal(before[len(before)-n])
		if !bytes.Equal(bytes.ReplaceAll(one, []byte(`,"overrides":"`+live.Set().Version()+`"`), nil), old) {
			changed++
		}
	}
	if changed < 10 {
		t.Errorf("the corrections changed %d of %d documents", changed, n)
	}
	live.Use(nil)
	var after []*pipeline.Document
	for _, a := range all {
		if d := read(&used, a.Envelope()); d != nil {
			after = append(after, d)
		}
	}
	if again, _ := json.Marshal(after); !bytes.Equal(plain, again) {
		t.Error("without the corrections the documents are not what they were")
	}
}
