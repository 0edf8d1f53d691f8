package embedded

import (
	"errors"
	"fmt"
	"testing"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// Columns beyond the budget go by when they were asked for last, and what is asked
// for all the time is made once.
func TestColumnsAreForgotten(t *testing.T) {
	const values = 10
	c := columns{budget: 20 * 8 * values}
	seg := new(scorch.SegmentSnapshot)
	made := map[string]int{}
	ask := func(field string) {
		t.Helper()
		col, err := c.of(seg, field, func(col *column) error {
			made[field]++
			col.numbers.values = make([]int64, values)
			col.numbers.values[0] = int64(len(field))
			return nil
		})
		if err != nil || len(col.numbers.values) != values || col.numbers.values[0] != int64(len(field)) {
			t.Fatalf("%s: %+v, %v", field, col, err)
		}
		if c.bytes > c.budget+8*values {
			t.Fatalf("columns take %d bytes of %d", c.bytes, c.budget)
		}
	}
	for i := range 100 {
		ask("published")
		ask(fmt.Sprint("rare", i))
	}
	if made["published"] != 1 {
		t.Errorf("a column that is asked for all the time was made %d times", made["published"])
	}
	for i := 99; i > 90; i-- {
		ask(fmt.Sprint("rare", i))
	}
	if ask("rare0"); made["rare0"] != 2 || made["rare99"] != 1 {
		t.Errorf("the oldest was made %d times, the newest %d times", made["rare0"], made["rare99"])
	}
	kept := int64(0)
	for _, col := range c.made {
		kept += col.bytes
	}
	if kept != c.bytes {
		t.Errorf("columns of %d bytes are counted as %d", kept, c.bytes)
	}
	if c.keep(nil); c.bytes != 0 {
		t.Errorf("without segments %d bytes are left", c.bytes)
	}
	broken := errors.New("broken segment")
	if _, err := c.of(seg, "published", func(*column) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("a column that cannot be made: %v", err)
	}
}
