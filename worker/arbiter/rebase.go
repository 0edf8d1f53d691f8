package arbiter

import (
	"context"
	"fmt"
	"time"

	"dateline/pipeline/dedup"
)

// Rebase appends a record at which every fold starts again from an offset, the
// log's first if it is negative. It returns where the record stands and the
// offset.
func Rebase(ctx context.Context, l Log, p dedup.Params, from int64) (at, start int64, err error) {
	if err := l.Check(ctx); err != nil {
		return 0, 0, err
	}
	first, next, err := l.Bounds(ctx)
	if err != nil {
		return 0, 0, err
	}
	if from < 0 {
		from = first
	}
	if from < first || from > next {
		return 0, 0, fmt.Errorf("%w: %d, it has %d to %d", ErrRange, from, first, next)
	}
	r := dedup.Record{Kind: dedup.KindRebase, At: time.Now().UnixMilli(), Key: newUUID(), Revision: from, Params: &p}
	b, err := r.AppendBinary(nil)
	if err != nil {
		return 0, 0, err
	}
	at, _, err = l.Append(ctx, [][]byte{b})
	return at, from, err
}
