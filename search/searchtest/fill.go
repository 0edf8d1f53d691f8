// Package searchtest fills a store with articles, so that what asks it can be
// tested on real readings without a worker. It writes as a worker does, one
// article after the other: fold, stages, article, then its events.
package searchtest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"

	"dateline/index"
	"dateline/internal/articles"
	"dateline/pipeline"
	"dateline/pipeline/dedup"
	"dateline/pipeline/gazetteer"
)

var areas = sync.OnceValue(func() func(string) string { return index.AreaNames(gazetteer.Default()) })

// Options keep sixteen events of an article and know the names of all areas.
func Options() index.Options {
	return index.Options{Slots: index.MaxSlots, PlaceName: areas()}
}

// Bundle fills a store with the bundled articles.
func Bundle(ctx context.Context, s index.Store) error {
	return Fill(ctx, s, slices.Values(articles.All()))
}

// batch is how many articles are written at once.
const batch = 200

// Fill reads records and writes what they say. Records that are to become dead
// letters are passed over; any other that cannot be read is an error.
func Fill(ctx context.Context, s index.Store, records iter.Seq[articles.Article]) error {
	p, err := pipeline.New(pipeline.Options{Version: "test"})
	if err != nil {
		return err
	}
	fold, scratch := new(dedup.State), new(pipeline.Scratch)
	var docs []*pipeline.Document
	offset := int64(0)
	for a := range records {
		art, err := p.Read(a.Envelope(), scratch)
		if err != nil {
			if a.Want.Outcome == articles.Dead {
				continue
			}
			return fmt.Errorf("article %s: %w", a.Name, err)
		}
		v := fold.Apply(offset, p.Fingerprint(art))
		offset++
		if v.Verdict == dedup.Stale || v.Verdict == dedup.Redelivery {
			continue
		}
		if docs = append(docs, p.Enrich(art, &v, scratch)); len(docs) == batch {
			if err := Write(ctx, s, docs...); err != nil {
				return err
			}
			docs = docs[:0]
		}
	}
	return Write(ctx, s, docs...)
}

// Write stores documents and then their events, as the outcomes say.
func Write(ctx context.Context, s index.Store, docs ...*pipeline.Document) error {
	var actions []index.Action
	for _, d := range docs {
		a, err := index.ArticleAction(d, Options())
		if err != nil {
			return fmt.Errorf("document %s: %w", d.ID, err)
		}
		actions = append(actions, a)
	}
	outcomes, err := store(ctx, s, actions)
	if err != nil {
		return err
	}
	actions = actions[:0]
	for i, d := range docs {
		slots, err := index.EventSlots(d, Options(), outcomes[i].Result, index.MaxRevision<<10)
		if err != nil {
			return fmt.Errorf("events of %s: %w", d.ID, err)
		}
		actions = append(actions, slots...)
	}
	_, err = store(ctx, s, actions)
	return err
}

func store(ctx context.Context, s index.Store, actions []index.Action) ([]index.Outcome, error) {
	if len(actions) == 0 {
		return nil, nil
	}
	r := s.Bulk(ctx, actions)
	if r.Request != index.OK {
		return nil, fmt.Errorf("bulk: %w", r.Err)
	}
	for i, o := range r.Outcomes {
		if !o.Result.Stored() {
			return nil, fmt.Errorf("document %s: %s %s", actions[i].ID, o.Reason, o.Detail)
		}
	}
	return r.Outcomes, s.Refresh(ctx)
}
