package embedded

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/geo"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/numeric"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Columns hold the values of one field for all documents of a segment, side by
// side in memory: to sort by, to count, to compare with bounds. A segment never
// changes, so its columns are made from its inverted index at the first
// question that needs them, and live as long as it does.

// absent stands for a document without a number.
const absent = math.MinInt64

// numbers is a column of one number a document.
type numbers struct{ values []int64 }

// keywords is a column of any number of values a document: those of document n
// are terms[ords[start[n]]] … terms[ords[start[n+1]-1]].
type keywords struct {
	terms []string
	start []uint32
	ords  []uint32
}

// vocabulary is the terms of a field in their order, with the number of
// documents of each.
type vocabulary struct {
	terms []string
	docs  []uint32
}

// columns keeps the columns of the segments in use. The zero value is ready.
type columns struct {
	mu     sync.Mutex // guards all below and what the columns hold
	made   map[columnKey]*column
	bytes  int64  // of all that are made
	asked  uint64 // how often one was asked for
	budget int64  // 0 for columnBudget
}

type columnKey struct {
	segment uint64
	field   string
}

// column is one of the three kinds; once makes it.
type column struct {
	once       sync.Once
	numbers    numbers
	keywords   keywords
	vocabulary vocabulary
	err        error
	bytes      int64  // of memory, 0 before it is made
	last       uint64 // which asking was the last for it
}

// columnBudget bounds the memory of all columns. What was asked for longest ago
// is forgotten beyond it, and made anew when it is asked for again: slow, never wrong.
const columnBudget = 1 << 30

// keep forgets the columns of segments that are gone.
func (c *columns) keep(segs []*scorch.SegmentSnapshot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.made) == 0 {
		return
	}
	live := make(map[uint64]bool, len(segs))
	for _, s := range segs {
		live[s.Id()] = true
	}
	for k, col := range c.made {
		if !live[k.segment] {
			c.forget(k, col)
		}
	}
}

func (c *columns) forget(k columnKey, col *column) {
	c.bytes -= col.bytes
	delete(c.made, k)
}

// shrink makes room when there is more than the budget: a quarter of it, so that the
// next columns do not each look for some.
func (c *columns) shrink() {
	budget := cmp.Or(c.budget, columnBudget)
	if c.bytes <= budget {
		return
	}
	for _, k := range slices.SortedFunc(maps.Keys(c.made), func(a, b columnKey) int { return cmp.Compare(c.made[a].last, c.made[b].last) }) {
		if c.bytes <= budget-budget/4 {
			return
		}
		c.forget(k, c.made[k])
	}
}

// size is the memory of a column in bytes.
func (c *column) size() int64 {
	n := 8*len(c.numbers.values) + 4*(len(c.keywords.start)+len(c.keywords.ords)+len(c.vocabulary.docs))
	for _, terms := range [][]string{c.keywords.terms, c.vocabulary.terms} {
		for _, t := range terms {
			n += len(t) + 16
		}
	}
	return int64(n)
}

// of returns a segment's column of a field, made by fill at the first call.
func (c *columns) of(seg *scorch.SegmentSnapshot, field string, fill func(*column) error) (*column, error) {
	key := columnKey{seg.Id(), field}
	c.mu.Lock()
	if c.made == nil {
		c.made = map[columnKey]*column{}
	}
	col := c.made[key]
	if col == nil {
		c.shrink()
		col = new(column)
		c.made[key] = col
	}
	c.asked++
	col.last = c.asked
	c.mu.Unlock()
	col.once.Do(func() {
		fresh := new(column)
		col.err = fill(fresh)
		c.mu.Lock()
		defer c.mu.Unlock()
		col.numbers, col.keywords, col.vocabulary = fresh.numbers, fresh.keywords, fresh.vocabulary
		if c.made[key] == col {
			col.bytes = fresh.size()
			c.bytes += col.bytes
		}
	})
	return col, col.err
}

// numbers is the column of a number field of segment i.
func (v *view) numbers(i int, field string) (*numbers, error) {
	seg := v.segs[i]
	col, err := v.store.columns.of(seg, field, func(c *column) error {
		values := make([]int64, seg.Segment().Count())
		for n := range values {
			values[n] = absent
		}
		c.numbers.values = values
		return exactTerms(seg.Segment(), field, func(x int64, list segment.PostingsList) error {
			ms := int64(numeric.Int64ToFloat64(x))
			return eachPosting(list, func(n uint32) { values[n] = ms })
		})
	})
	if err != nil {
		return nil, err
	}
	return &col.numbers, nil
}

// exactTerms calls fn with each number that a field holds at full precision;
// bleve keeps coarser ones beside them.
func exactTerms(seg segment.Segment, field string, fn func(x int64, list segment.PostingsList) error) error {
	dict, err := seg.Dictionary(field)
	if err != nil {
		return err
	}
	it := dict.AutomatonIterator(nil, []byte{numeric.ShiftStartInt64}, []byte{numeric.ShiftStartInt64 + 1})
	var list segment.PostingsList
	for {
		e, err := it.Next()
		if err != nil || e == nil {
			return err
		}
		x, err := numeric.PrefixCoded(e.Term).Int64()
		if err != nil {
			return err
		}
		if list, err = dict.PostingsList([]byte(e.Term), nil, list); err != nil {
			return err
		}
		if err := fn(x, list); err != nil {
			return err
		}
	}
}

func eachPosting(list segment.PostingsList, fn func(n uint32)) error {
	it := list.Iterator(false, false, false, nil)
	if o, ok := it.(segment.OptimizablePostingsIterator); ok {
		if n, one := o.DocNum1Hit(); one {
			fn(uint32(n))
			return nil
		}
	}
	for {
		p, err := it.Next()
		if err != nil || p == nil {
			return err
		}
		fn(uint32(p.Number()))
	}
}

// keywords is the column of a keyword field of segment i.
func (v *view) keywords(i int, field string) (*keywords, error) {
	seg := v.segs[i]
	col, err := v.store.columns.of(seg, field, func(c *column) (err error) {
		c.keywords, err = invert(seg.Segment(), field)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &col.keywords, nil
}

// vocabulary is the terms of a field of segment i.
func (v *view) vocabulary(i int, field string) (*vocabulary, error) {
	seg := v.segs[i]
	col, err := v.store.columns.of(seg, field, func(c *column) error {
		dict, err := seg.Segment().Dictionary(field)
		if err != nil {
			return err
		}
		for it := dict.AutomatonIterator(nil, nil, nil); ; {
			e, err := it.Next()
			if err != nil || e == nil {
				return err
			}
			c.vocabulary.terms, c.vocabulary.docs = append(c.vocabulary.terms, e.Term), append(c.vocabulary.docs, uint32(e.Count))
		}
	})
	if err != nil {
		return nil, err
	}
	return &col.vocabulary, nil
}

// invert turns postings, documents by term, into terms by document.
func invert(seg segment.Segment, field string) (keywords, error) {
	var k keywords
	dict, err := seg.Dictionary(field)
	if err != nil {
		return k, err
	}
	var found, until []uint32 // the documents of all terms, and where those of each end
	it := dict.AutomatonIterator(nil, nil, nil)
	var list segment.PostingsList
	k.start = make([]uint32, seg.Count()+1)
	for {
		e, err := it.Next()
		if err != nil {
			return k, err
		}
		if e == nil {
			break
		}
		if list, err = dict.PostingsList([]byte(e.Term), nil, list); err != nil {
			return k, err
		}
		err = eachPosting(list, func(n uint32) {
			found = append(found, n)
			k.start[n+1]++
		})
		if err != nil {
			return k, err
		}
		k.terms, until = append(k.terms, e.Term), append(until, uint32(len(found)))
	}
	for n := range k.start[1:] {
		k.start[n+1] += k.start[n]
	}
	k.ords = make([]uint32, len(found))
	next := append([]uint32(nil), k.start...)
	at := uint32(0)
	for ord, end := range until {
		for ; at < end; at++ {
			n := found[at]
			k.ords[next[n]] = uint32(ord)
			next[n]++
		}
	}
	return k, nil
}

// box are documents with a point inside bounds, in degrees; one with west > east
// crosses the date line.
type box struct {
	field                    string
	west, south, east, north float64
}

func (b box) in(v *view, i int) (*roaring.Bitmap, error) {
	out := roaring.New()
	err := exactTerms(v.segs[i].Segment(), b.field, func(x int64, list segment.PostingsList) error {
		lon, lat := geo.MortonUnhashLon(uint64(x)), geo.MortonUnhashLat(uint64(x))
		inside := lon >= b.west && lon <= b.east
		if b.west > b.east {
			inside = lon >= b.west || lon <= b.east
		}
		if !inside || lat < b.south || lat > b.north {
			return nil
		}
		return addPostings(out, list)
	})
	return out, err
}
