package embedded

import (
	"context"
	"errors"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// view is the index at one moment, while one question is asked of it. Documents
// are told by segment and number, so that a set of them is one bitmap a
// segment.
//
// Questions are answered here and not by bleve's own collector, which reads the
// doc values of every document found, field by field, for sorting and for each
// facet. What bleve does well, phrases and their scores, it still does
// (matching).
type view struct {
	ctx   context.Context
	store *Store
	snap  *scorch.IndexSnapshot
	segs  []*scorch.SegmentSnapshot
	first []uint64 // the number in the whole index of each segment's first document

	asked map[query.Query]docs // what bleve has answered already
}

// errClosed says that the store was closed while or before it was asked.
var errClosed = errors.New("embedded index: closed")

// view opens a view, which must be closed.
func (s *Store) view(ctx context.Context) (*view, error) {
	adv, err := s.idx.Advanced()
	if err != nil {
		return nil, err
	}
	rd, err := adv.Reader()
	if err != nil {
		return nil, err
	}
	snap, ok := rd.(*scorch.IndexSnapshot)
	if !ok || snap == nil {
		return nil, errClosed
	}
	v := &view{ctx: ctx, store: s, snap: snap, segs: snap.Segments()}
	n := uint64(0)
	for _, seg := range v.segs {
		v.first = append(v.first, n)
		n += seg.Segment().Count()
	}
	s.columns.keep(v.segs)
	return v, nil
}

func (v *view) close() { _ = v.snap.Close() } // only lets go of the snapshot

// docs is a set of documents: one bitmap for each segment of a view. The
// bitmaps belong to the set alone.
type docs []*roaring.Bitmap

func (d docs) count() (n int64) {
	for _, b := range d {
		n += int64(b.GetCardinality())
	}
	return n
}

// condition is what a document meets or not.
type condition interface {
	// in returns the documents of segment i that meet it, deleted ones too. The
	// bitmap is the caller's.
	in(v *view, i int) (*roaring.Bitmap, error)
}

// terms are documents with any of the values in a field.
type terms struct {
	field  string
	values []string
}

func term(field, value string) condition { return terms{field, []string{value}} }

func (t terms) in(v *view, i int) (*roaring.Bitmap, error) {
	dict, err := v.segs[i].Segment().Dictionary(t.field)
	if err != nil {
		return nil, err
	}
	out := roaring.New()
	var list segment.PostingsList
	for _, value := range t.values {
		if list, err = dict.PostingsList([]byte(value), nil, list); err != nil {
			return nil, err
		}
		if err := addPostings(out, list); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// addPostings adds the documents of a postings list to a bitmap.
func addPostings(to *roaring.Bitmap, list segment.PostingsList) error {
	if list == nil || list.Count() == 0 {
		return nil
	}
	it := list.Iterator(false, false, false, nil)
	if o, ok := it.(segment.OptimizablePostingsIterator); ok {
		if n, one := o.DocNum1Hit(); one {
			to.Add(uint32(n))
			return nil
		}
		if b := o.ActualBitmap(); b != nil {
			to.Or(b)
			return nil
		}
	}
	for {
		p, err := it.Next()
		if err != nil || p == nil {
			return err
		}
		to.Add(uint32(p.Number()))
	}
}

// within are documents whose number in a field lies in [min, max].
type within struct {
	field    string
	min, max int64
}

func (w within) in(v *view, i int) (*roaring.Bitmap, error) {
	c, err := v.numbers(i, w.field)
	if err != nil {
		return nil, err
	}
	out := roaring.New()
	for n, x := range c.values {
		if x != absent && x >= w.min && x <= w.max {
			out.Add(uint32(n))
		}
	}
	return out, nil
}

// every are documents that meet all conditions, either those that meet one,
// except those that do not meet it.
type (
	every  []condition
	either []condition
	except struct{ condition }
)

func (a every) in(v *view, i int) (*roaring.Bitmap, error) {
	var out *roaring.Bitmap
	for _, c := range a {
		if err := v.ctx.Err(); err != nil {
			return nil, err
		}
		n, negative := c.(except)
		if negative {
			c = n.condition
		}
		b, err := c.in(v, i)
		if err != nil {
			return nil, err
		}
		switch {
		case out == nil && negative:
			if out, err = (except{c}).in(v, i); err != nil {
				return nil, err
			}
		case out == nil:
			out = b
		case negative:
			out.AndNot(b)
		default:
			out.And(b)
		}
		if out.IsEmpty() {
			return out, nil
		}
	}
	return out, nil
}

func (a either) in(v *view, i int) (*roaring.Bitmap, error) {
	out := roaring.New()
	for _, c := range a {
		b, err := c.in(v, i)
		if err != nil {
			return nil, err
		}
		out.Or(b)
	}
	return out, nil
}

func (n except) in(v *view, i int) (*roaring.Bitmap, error) {
	b, err := n.condition.in(v, i)
	if err != nil {
		return nil, err
	}
	b.Flip(0, v.segs[i].Segment().Count())
	return b, nil
}

// none meets nothing.
type none struct{}

func (none) in(*view, int) (*roaring.Bitmap, error) { return roaring.New(), nil }

// matching are the documents that bleve finds, for what needs positions.
type matching struct{ query.Query }

func (m matching) in(v *view, i int) (*roaring.Bitmap, error) {
	all, err := v.found(m.Query)
	if err != nil {
		return nil, err
	}
	return all[i].Clone(), nil
}

// found asks bleve once for all segments; a question asks it for one segment
// after the other.
func (v *view) found(q query.Query) (docs, error) {
	if v.asked[q] != nil {
		return v.asked[q], nil
	}
	out := make(docs, len(v.segs))
	for i := range out {
		out[i] = roaring.New()
	}
	err := v.each(q, "none", func(i int, n uint32, _ float64) { out[i].Add(n) })
	if err != nil {
		return nil, err
	}
	if v.asked == nil {
		v.asked = map[query.Query]docs{}
	}
	v.asked[q] = out
	return out, nil
}

// each calls fn with every document that bleve finds: segment, number, score.
func (v *view) each(q query.Query, scoring string, fn func(i int, n uint32, score float64)) error {
	s, err := q.Searcher(v.ctx, v.snap, emptyMapping, search.SearcherOptions{Score: scoring})
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	defer func() { _ = s.Close() }() // only lets go of readers
	ctx := &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(s.DocumentMatchPoolSize()+1, 0), IndexReader: v.snap}
	seg := 0
	for n := 0; ; n++ {
		if n%4096 == 0 && v.ctx.Err() != nil {
			return v.ctx.Err()
		}
		m, err := s.Next(ctx)
		if err != nil || m == nil {
			return err
		}
		at := m.IndexInternalID.Value()
		for seg+1 < len(v.first) && at >= v.first[seg+1] { // documents come in their order
			seg++
		}
		fn(seg, uint32(at-v.first[seg]), m.Score)
		ctx.DocumentMatchPool.Put(m)
	}
}

var emptyMapping = mapping.NewIndexMapping()

// meet returns the documents that meet a condition and are not deleted.
func (v *view) meet(c condition) (docs, error) {
	out := make(docs, len(v.segs))
	for i, seg := range v.segs {
		b, err := c.in(v, i)
		if err != nil {
			return nil, err
		}
		if gone := seg.Deleted(); gone != nil {
			b.AndNot(gone)
		}
		out[i] = b
	}
	return out, nil
}
