package embedded

import (
	"cmp"
	"container/heap"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/search/query"

	"dateline/index"
)

// place is where a document stands in an order: by key, of equal ones by id.
type place struct {
	seg int
	doc uint32
	key float64 // milliseconds or a score; NaN: the document has none and comes last
	id  string  // read when a tie needs it, and of every document kept
}

// cursor writes a place so that the page after it can be asked for.
func (p *place) cursor() string {
	key := "-"
	if !math.IsNaN(p.key) {
		key = strconv.FormatFloat(p.key, 'g', -1, 64)
	}
	return key + " " + p.id
}

func parseCursor(s string) (*place, error) {
	key, id, ok := strings.Cut(s, " ")
	p := &place{key: math.NaN(), id: id}
	if ok && key != "-" {
		var err error
		if p.key, err = strconv.ParseFloat(key, 64); err != nil {
			ok = false
		}
	}
	if !ok || id == "" {
		return nil, fmt.Errorf("%w: after: no place in an order of this index", index.ErrQuery)
	}
	return p, nil
}

// top keeps the first documents of an order, the last of them on top of its
// heap.
type top struct {
	view   *view
	field  string // empty: by score
	down   bool
	after  *place // only documents behind it count
	offset int
	most   int
	kept   []place
}

func newTop(v *view, q *index.Query, field string, down bool) (*top, error) {
	t := &top{view: v, field: field, down: down, offset: q.Offset, most: q.Offset + q.Limit}
	if q.Limit == 0 {
		t.most = 0
	}
	if q.After != "" {
		var err error
		if t.after, err = parseCursor(q.After); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// before compares two places.
func (t *top) before(a, b *place) int {
	noA, noB := math.IsNaN(a.key), math.IsNaN(b.key)
	switch {
	case noA != noB && noB:
		return -1
	case noA != noB:
		return 1
	case !noA && a.key != b.key:
		if t.down {
			return cmp.Compare(b.key, a.key)
		}
		return cmp.Compare(a.key, b.key)
	}
	return strings.Compare(t.idOf(a), t.idOf(b))
}

// idOf reads a document's id. One that cannot be read has none, and reading
// the document says why.
func (t *top) idOf(p *place) string {
	if p.id == "" {
		b, err := t.view.segs[p.seg].DocID(uint64(p.doc))
		if err != nil {
			return ""
		}
		_, p.id, _ = strings.Cut(string(b), "/")
	}
	return p.id
}

func (t *top) Len() int           { return len(t.kept) }
func (t *top) Less(i, j int) bool { return t.before(&t.kept[i], &t.kept[j]) > 0 }
func (t *top) Swap(i, j int)      { t.kept[i], t.kept[j] = t.kept[j], t.kept[i] }
func (t *top) Push(x interface{}) { t.kept = append(t.kept, x.(place)) }
func (t *top) Pop() interface{} {
	last := t.kept[len(t.kept)-1]
	t.kept = t.kept[:len(t.kept)-1]
	return last
}

// see keeps a document if it is one of the first.
func (t *top) see(p place) {
	switch {
	case t.after != nil && t.before(&p, t.after) <= 0:
	case len(t.kept) < t.most:
		heap.Push(t, p)
	case t.most > 0 && t.before(&p, &t.kept[0]) < 0:
		t.kept[0] = p
		heap.Fix(t, 0)
	}
}

// page are the documents from offset on, in their order.
func (t *top) page() []place {
	slices.SortFunc(t.kept, func(a, b place) int { return t.before(&a, &b) })
	page := t.kept[min(t.offset, len(t.kept)):]
	for i := range page {
		t.idOf(&page[i])
	}
	return page
}

// byNumber sees all documents of a set, in the order of a field.
func (t *top) byNumber(set docs, field string) error {
	if t.most == 0 {
		return nil
	}
	for i, b := range set {
		values := []int64(nil)
		if field != "" && !b.IsEmpty() {
			c, err := t.view.numbers(i, field)
			if err != nil {
				return err
			}
			values = c.values
		}
		for it := b.Iterator(); it.HasNext(); {
			p := place{seg: i, doc: it.Next()}
			switch {
			case values == nil: // by relevance, but no word was asked for: all are equal
			case values[p.doc] == absent:
				p.key = math.NaN()
			default:
				p.key = float64(values[p.doc])
			}
			t.see(p)
		}
	}
	return nil
}

// byScore sees the documents of a set that the words find, and returns those.
func (t *top) byScore(set docs, wanted query.Query) (docs, error) {
	found := make(docs, len(set))
	for i := range found {
		found[i] = roaring.New()
	}
	err := t.view.each(wanted, "", func(i int, n uint32, score float64) {
		if set[i].Contains(n) {
			found[i].Add(n)
			t.see(place{seg: i, doc: n, key: score})
		}
	})
	return found, err
}
