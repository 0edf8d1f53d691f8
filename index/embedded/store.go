package embedded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"dateline/index"
)

// Store keeps documents in one folder on disk. It is safe for use by many
// goroutines of one process; the folder belongs to that process alone.
type Store struct {
	dir string
	idx bleve.Index

	// write is held from reading the stored versions until the batch is on
	// disk, so that two bulks cannot both think their version is the newest.
	write sync.Mutex

	columns columns
}

var _ index.Store = (*Store)(nil)

// ErrLocked says that another process has the folder open.
var ErrLocked = errors.New("another process has the embedded index open")

// ErrNewer says that the folder was written by a newer release.
var ErrNewer = errors.New("the embedded index was written by a newer release of Dateline")

// ErrOlder says that the folder was written by an older release in a way that
// this one cannot read: remove it and replay the topic.
var ErrOlder = errors.New("the embedded index was written by an older release of Dateline: remove the folder and replay")

// schemaKey holds index.Schema, layoutKey layout, in decimal.
var (
	schemaKey = []byte("dateline.schema")
	layoutKey = []byte("dateline.layout")
)

// layout is the version of what convert makes of a document.
const layout = 2

// Open opens the index in dir, or makes one there. What was acknowledged
// before the process was killed is there again.
func Open(dir string) (*Store, error) {
	path := filepath.Join(dir, "index")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("embedded index: %w", err)
	}
	// The lock waits a moment: a process that has just been killed may still
	// be going away.
	kv := map[string]interface{}{"bolt_timeout": "3s"}
	idx, err := bleve.OpenUsing(path, kv)
	if errors.Is(err, bleve.ErrorIndexPathDoesNotExist) || errors.Is(err, bleve.ErrorIndexMetaMissing) {
		// Meta missing: killed while the folder was made. Nothing was
		// acknowledged yet.
		if err := os.RemoveAll(path); err != nil {
			return nil, fmt.Errorf("embedded index: %w", err)
		}
		idx, err = bleve.NewUsing(path, bleve.NewIndexMapping(), scorch.Name, scorch.Name, kv)
		if err != nil {
			return nil, fmt.Errorf("embedded index in %s: %w", dir, err)
		}
	} else if err != nil {
		if err.Error() == "timeout" { // bbolt's, which it does not wrap
			err = ErrLocked
		}
		return nil, fmt.Errorf("embedded index in %s: %w", dir, err)
	}
	s := &Store{dir: dir, idx: idx}
	if err := s.checkSchema(); err != nil {
		return nil, errors.Join(fmt.Errorf("embedded index in %s: %w", dir, err), idx.Close())
	}
	return s, nil
}

// checkSchema compares what the folder was written by with what this release
// writes. An empty folder may have no marks yet: killed before they were made.
func (s *Store) checkSchema() error {
	for _, mark := range []struct {
		key  []byte
		want int
	}{{schemaKey, index.Schema}, {layoutKey, layout}} {
		b, err := s.idx.GetInternal(mark.key)
		if err != nil {
			return err
		}
		if b == nil {
			if n, err := s.idx.DocCount(); err != nil || n > 0 {
				return errors.Join(err, ErrOlder)
			}
			if err := s.idx.SetInternal(mark.key, []byte(strconv.Itoa(mark.want))); err != nil {
				return err
			}
			continue
		}
		switch v, err := strconv.Atoi(string(b)); {
		case err != nil:
			return fmt.Errorf("%s %q: %w", mark.key, b, err)
		case v > mark.want:
			return fmt.Errorf("%s is %d, this release writes %d: %w", mark.key, v, mark.want, ErrNewer)
		case v < mark.want && string(mark.key) == string(layoutKey):
			return fmt.Errorf("%s is %d, this release writes %d: %w", mark.key, v, mark.want, ErrOlder)
		}
	}
	return nil
}

// Setup has nothing to create: Open did. It reports what there is.
func (s *Store) Setup(context.Context) ([]string, error) {
	n, err := s.idx.DocCount()
	if err != nil {
		return nil, fmt.Errorf("embedded index: %w", err)
	}
	return []string{fmt.Sprintf("embedded index in %s: schema %d, %d documents", s.dir, index.Schema, n)}, nil
}

// Health returns nil while the index is open.
func (s *Store) Health(context.Context) error {
	_, err := s.idx.DocCount()
	return err
}

// Refresh has nothing to do: an acknowledged document can be found.
func (s *Store) Refresh(ctx context.Context) error { return ctx.Err() }

// Close writes what is in memory and lets go of the folder.
func (s *Store) Close() error { return s.idx.Close() }

// key is the id of a document in bleve: as in Elasticsearch, an id is unique
// within its index.
func key(name, id string) string { return name + "/" + id }

// Bulk writes the actions as one batch, which is on disk when it returns. A
// document that does not fit the mapping is Dead, as it would be in a cluster.
func (s *Store) Bulk(ctx context.Context, actions []index.Action) (r index.Response) {
	start := time.Now()
	defer func() { r.Took = time.Since(start) }()
	r = index.Response{Outcomes: make([]index.Outcome, len(actions))}
	if err := ctx.Err(); err != nil {
		r.Err = err
		return r
	}
	docs := make([]*document.Document, len(actions))
	keys := make([]string, len(actions))
	for i := range actions {
		a := &actions[i]
		r.Bytes += len(a.Source)
		keys[i] = key(a.Index, a.ID)
		doc, err := convert(keys[i], a)
		if err != nil {
			r.Outcomes[i] = index.Outcome{Result: index.Dead, Status: 400, Reason: "mapping", Detail: err.Error()}
			continue
		}
		docs[i] = doc
	}
	s.write.Lock()
	defer s.write.Unlock()
	if err := s.apply(actions, keys, docs, r.Outcomes); err != nil {
		clear(r.Outcomes)
		r.Err = err
		return r
	}
	r.Request, r.Status = index.OK, 200
	return r
}

// apply compares versions and writes what is newer.
func (s *Store) apply(actions []index.Action, keys []string, docs []*document.Document, out []index.Outcome) error {
	stored, err := s.versions(keys)
	if err != nil {
		return err
	}
	batch := s.idx.NewBatch()
	for i := range actions {
		if docs[i] == nil {
			continue
		}
		have, ok := stored[keys[i]]
		switch {
		case ok && have >= actions[i].Version:
			out[i] = index.Outcome{Result: index.Stale, Status: 409}
			continue
		case ok:
			out[i] = index.Outcome{Result: index.Updated, Status: 200}
		default:
			out[i] = index.Outcome{Result: index.Created, Status: 201}
		}
		stored[keys[i]] = actions[i].Version // for the same id later in this bulk
		if err := batch.IndexAdvanced(docs[i]); err != nil {
			return err
		}
	}
	if batch.Size() == 0 {
		return nil
	}
	return s.idx.Batch(batch) // returns when it is on disk: "unsafe_batch" is not set
}

// versions reads the stored version of each key that is there.
func (s *Store) versions(keys []string) (map[string]int64, error) {
	found := make(map[string]int64, len(keys))
	adv, err := s.idx.Advanced()
	if err != nil {
		return nil, err
	}
	rd, err := adv.Reader()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rd.Close() }() // only lets go of a snapshot
	ids, err := rd.DocIDReaderOnly(keys)
	if err != nil {
		return nil, err
	}
	defer func() { _ = ids.Close() }()
	dv, err := rd.DocValueReader([]string{fieldVersion})
	if err != nil {
		return nil, err
	}
	for {
		id, err := ids.Next()
		if err != nil || id == nil {
			return found, err
		}
		ext, err := rd.ExternalID(id)
		if err != nil {
			return nil, err
		}
		version := int64(-1)
		err = dv.VisitDocValues(id, func(_ string, term []byte) {
			if v, err := strconv.ParseInt(string(term), 16, 64); err == nil {
				version = v
			}
		})
		if err != nil {
			return nil, err
		}
		if version < 0 {
			return nil, fmt.Errorf("embedded index: a document has no version")
		}
		found[ext] = version
	}
}

// Versions reads the stored version of each id; -1 if there is none.
func (s *Store) Versions(ctx context.Context, name string, ids []string) ([]int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = key(name, id)
	}
	found, err := s.versions(keys)
	if err != nil {
		return nil, err
	}
	versions := make([]int64, len(ids))
	for i, k := range keys {
		if v, ok := found[k]; ok {
			versions[i] = v
		} else {
			versions[i] = -1
		}
	}
	return versions, nil
}

// HasEvents reports whether there are event documents, tombstones included.
func (s *Store) HasEvents(ctx context.Context) (bool, error) {
	q := bleve.NewTermQuery(kindName(index.Event))
	q.SetField(fieldKind)
	r, err := s.idx.SearchInContext(ctx, bleve.NewSearchRequestOptions(q, 0, 0, false))
	if err != nil {
		return false, fmt.Errorf("embedded index: %w", err)
	}
	return r.Total > 0, nil
}

// Get reads one visible article by id.
func (s *Store) Get(ctx context.Context, id string) (json.RawMessage, error) {
	a, err := s.Search(ctx, &index.Query{IDs: []string{id}, Copies: true, Limit: 1, Now: time.Now()})
	if err != nil || len(a.Hits) == 0 {
		return nil, err
	}
	return a.Hits[0].Source, nil
}
