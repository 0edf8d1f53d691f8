//go:build baseline

package bench

import (
	"bytes"
	"context"
	"fmt"
	"sync/atomic"
	"time"

	elasticsearch "github.com/elastic/go-elasticsearch/v8"
	"github.com/elastic/go-elasticsearch/v8/esutil"
	"github.com/segmentio/kafka-go"

	"dateline/index"
	"dateline/pipeline"
)

// The obvious program reads this many messages, or for this long, before it
// indexes them and commits: its batch is its only way to commit after the ack.
const (
	baselineBatch = 1000
	baselineWait  = 100 * time.Millisecond
)

// baseline measures the program that one writes first: a group Reader, the
// documented BulkIndexer, and, to be correct, a commit after every document of
// the batch was acknowledged.
func (b *bench) baseline(ctx context.Context, name string) (Row, error) {
	c := b.config(name)
	s, opt, err := b.store(ctx, c)
	if err != nil {
		return Row{}, err
	}
	defer b.remove(c)
	defer s.Close()
	es, err := elasticsearch.NewBaseClient(elasticsearch.Config{Addresses: c.Elasticsearch.Addresses, Username: c.Elasticsearch.Username,
		Password: string(c.Elasticsearch.Password), APIKey: string(c.Elasticsearch.APIKey), DisableRetry: true})
	if err != nil {
		return Row{}, err
	}
	p, err := pipeline.New(pipeline.Options{Stages: []string{}})
	if err != nil {
		return Row{}, err
	}
	r := kafka.NewReader(kafka.ReaderConfig{Brokers: c.Kafka.Brokers, GroupID: c.Kafka.Group, Topic: c.Kafka.Topic, Dialer: b.brk.Dialer,
		MinBytes: 1, MaxBytes: int(c.Kafka.FetchBytes), MaxWait: c.Kafka.MaxWait, StartOffset: kafka.FirstOffset})
	defer r.Close()
	m, err := b.meter(ctx)
	if err != nil {
		return Row{}, err
	}
	var scratch pipeline.Scratch
	for done := 0; done < len(b.o.Values); {
		batch, err := readBatch(ctx, r)
		if err != nil {
			return Row{}, err
		}
		if done == 0 && len(batch) > 0 {
			m.start = time.Now()
		}
		if len(batch) == 0 {
			continue
		}
		articles := make([]pipeline.Judged, len(batch))
		for i, msg := range batch {
			if articles[i].Article, err = p.Read(msg.Value, &scratch); err != nil {
				return Row{}, err
			}
		}
		actions := make([]index.Action, len(batch))
		for i, d := range p.EnrichAll(nil, articles, &scratch) {
			// The same decoder and encoder as the worker's: what is compared
			// is the engine, not JSON libraries.
			if actions[i], err = index.ArticleAction(d, opt); err != nil {
				return Row{}, err
			}
		}
		if err := bulkIndex(ctx, es, actions); err != nil {
			return Row{}, err
		}
		if err := r.CommitMessages(ctx, batch...); err != nil {
			return Row{}, err
		}
		done += len(batch)
	}
	return m.row(ctx, len(b.o.Values), 0)
}

func readBatch(ctx context.Context, r *kafka.Reader) ([]kafka.Message, error) {
	wait, cancel := context.WithTimeout(ctx, baselineWait)
	defer cancel()
	var batch []kafka.Message
	for len(batch) < baselineBatch {
		m, err := r.FetchMessage(wait)
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if wait.Err() != nil {
				return batch, nil
			}
			return nil, err
		}
		batch = append(batch, m)
	}
	return batch, nil
}

// bulkIndex indexes a batch and returns when every document was acknowledged.
func bulkIndex(ctx context.Context, es *elasticsearch.BaseClient, actions []index.Action) error {
	bi, err := esutil.NewBulkIndexer(esutil.BulkIndexerConfig{Client: es, NumWorkers: 2, FlushBytes: 2 << 20})
	if err != nil {
		return err
	}
	var ok atomic.Int64
	for _, a := range actions {
		version := a.Version
		err := bi.Add(ctx, esutil.BulkIndexerItem{Action: "index", Index: a.Index, DocumentID: a.ID, Version: &version, VersionType: "external",
			Body:      bytes.NewReader(a.Source),
			OnSuccess: func(context.Context, esutil.BulkIndexerItem, esutil.BulkIndexerResponseItem) { ok.Add(1) }})
		if err != nil {
			return err
		}
	}
	if err := bi.Close(ctx); err != nil {
		return err
	}
	if n := ok.Load(); n != int64(len(actions)) {
		return fmt.Errorf("%d of %d documents were acknowledged", n, len(actions))
	}
	return nil
}
