package search

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"dateline/pipeline"
	"dateline/pipeline/dedup"
	"dateline/pipeline/wire"
)

// A story that three outlets printed: lists show what is no copy, and count the
// copies.
func TestHiddenCopies(t *testing.T) {
	store := open(t)
	at := clock().Add(-48 * time.Hour)
	var docs []*pipeline.Document
	for i := range 4 {
		published := at.Add(time.Duration(i) * time.Hour)
		d := &pipeline.Document{ID: wire.ID("story", fmt.Sprint(i)), Status: wire.Usable, Revision: 1, Version: 1, Published: &published, FirstSeen: &published,
			Title: fmt.Sprintf("Dredger %d aground", i), Body: "A dredger ran aground.", Outlet: fmt.Sprint("Post ", i%3), Source: pipeline.Source{ID: "story", ItemID: fmt.Sprint(i)}}
		d.Dedup = &dedup.Verdict{Verdict: dedup.Original, Story: wire.ID("story", "0")}
		if i > 0 {
			d.Dedup = &dedup.Verdict{Verdict: dedup.Copy, Story: wire.ID("story", "0"), DuplicateOf: wire.ID("story", "0"), Relation: dedup.Cut, Containment: .5, Hidden: i < 3}
		}
		docs = append(docs, d)
	}
	write(t, store, docs...)
	h := Handler(store, Options{Now: clock})
	var list struct {
		Hits []struct {
			ID     string
			Copies int64
		}
	}
	if err := json.Unmarshal(get(t, h, "/api/articles?q=dredger&sort=published").Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Hits) != 2 || list.Hits[0].ID != docs[0].ID || list.Hits[0].Copies != 2 || list.Hits[1].Copies != 2 {
		t.Errorf("list: %+v", list)
	}
}
