package search

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"dateline/index"
)

// Ask answers a question, as index.Store.Search does.
type Ask func(context.Context, *index.Query) (*index.Answer, error)

// HiddenCopies counts, for each article of an answer by its id, the copies of
// its story that lists leave out. An answer that has the copies, or events, has
// none.
func HiddenCopies(ctx context.Context, ask Ask, q *index.Query, a *index.Answer) (map[string]int64, error) {
	if q.Copies || q.Target != index.Articles || len(a.Hits) == 0 {
		return nil, nil
	}
	story := make(map[string]string, len(a.Hits))
	var stories []string
	for _, h := range a.Hits {
		var d struct {
			Story string `json:"story"`
		}
		if err := json.Unmarshal(h.Source, &d); err != nil {
			return nil, fmt.Errorf("article %s: %w", h.ID, err)
		}
		story[h.ID] = d.Story
		if !slices.Contains(stories, d.Story) {
			stories = append(stories, d.Story)
		}
	}
	hidden := make(map[string]int64)
	for _, all := range []bool{true, false} {
		n, err := ask(ctx, &index.Query{Stories: stories, Copies: all, Now: q.Now, Facets: []string{"story"}, FacetSize: len(stories)})
		if err != nil {
			return nil, err
		}
		for _, b := range n.Facets["story"] {
			if all {
				hidden[b.Value] += b.Count
			} else {
				hidden[b.Value] -= b.Count
			}
		}
	}
	out := make(map[string]int64)
	for id, s := range story {
		if n := hidden[s]; n > 0 {
			out[id] = n
		}
	}
	return out, nil
}
