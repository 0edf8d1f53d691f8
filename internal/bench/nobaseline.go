//go:build !baseline

package bench

import "context"

// baseline is not in this build: esutil links the whole Elasticsearch client,
// 20 MB that nobody needs to run Dateline. Build with the tag baseline.
func (b *bench) baseline(context.Context, string) (Row, error) { return Row{}, errNoBaseline }
