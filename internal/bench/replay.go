package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"

	"dateline/index"
)

// replayConns is how many requests are on the way in a raw replay: two fill
// both cores of a small machine, more gained nothing there.
const replayConns = 2

// replay sends ready bulk bodies as fast as the cluster takes them: the
// ceiling for everything else. It reads no outcome beyond "errors".
func (b *bench) replay(ctx context.Context, name string, stages []string) (Row, error) {
	c := b.config(name)
	s, opt, err := b.store(ctx, c)
	if err != nil {
		return Row{}, err
	}
	defer b.remove(c)
	defer s.Close()
	actions, err := b.documents(stages)
	if err != nil {
		return Row{}, err
	}
	bodies, docs, events := b.bodies(actions, opt)
	actions = nil
	m, err := b.meter(ctx)
	if err != nil {
		return Row{}, err
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, replayConns)
	for i := range replayConns {
		wg.Go(func() {
			for errs[i] == nil {
				k := int(next.Add(1)) - 1
				if k >= len(bodies) {
					return
				}
				errs[i] = b.post(ctx, bodies[k])
			}
		})
	}
	wg.Wait()
	for _, e := range errs {
		if e != nil {
			return Row{}, e
		}
	}
	return m.row(ctx, docs, events)
}

// bodies renders actions as bulk requests of the configured size.
func (b *bench) bodies(actions []index.Action, opt index.Options) (out [][]byte, docs, events int) {
	var buf bytes.Buffer
	n := 0
	flush := func() {
		if n > 0 {
			out = append(out, bytes.Clone(buf.Bytes()))
			buf.Reset()
			n = 0
		}
	}
	for _, a := range actions {
		meta, _ := json.Marshal(map[string]any{"index": map[string]any{
			"_index": index.IndexName(a.Kind, nil, opt), "_id": a.ID, "version": a.Version, "version_type": "external"}})
		buf.Write(meta)
		buf.WriteByte('\n')
		buf.Write(a.Source)
		buf.WriteByte('\n')
		if a.Kind == index.Article {
			docs++
		} else {
			events++
		}
		n++
		if n >= b.o.Config.Worker.Bulk.Docs || buf.Len() >= int(b.o.Config.Worker.Bulk.Bytes) {
			flush()
		}
	}
	flush()
	return out, docs, events
}

func (b *bench) post(ctx context.Context, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.o.Config.Elasticsearch.Addresses[0]+"/_bulk?filter_path=errors", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || !bytes.Contains(data, []byte(`"errors":false`))) {
		err = fmt.Errorf("bulk answered %s %.200s", resp.Status, data)
	}
	return err
}
