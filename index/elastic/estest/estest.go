// Package estest is a stand-in for the few parts of Elasticsearch that the
// worker's write path talks to, for the failures that a real server cannot be
// made to have at will: an answer cut short, an ack that is lost after the
// documents were stored, a 413 of a proxy, a storm of 429.
//
// What it stores it stores honestly: external versions, indices that must
// exist, documents that must fit the mapping. Tests with a real server compare
// the two, answer by answer. It knows no search, no templates and no security;
// questions are tested on real stores alone.
package estest

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"dateline/index"
)

// Server is one stand-in. All methods may be called at any time from any
// goroutine.
type Server struct {
	URL string

	http *httptest.Server

	mu       sync.Mutex // guards all below
	indices  map[string]map[string]stored
	script   []Behaviour
	always   Behaviour
	maxBytes int
	down     bool
	bulks    []Bulk
}

type stored struct {
	version int64
	source  []byte
}

// Bulk is one bulk request that arrived.
type Bulk struct {
	Bytes     int // uncompressed
	Actions   int
	IDs       []string
	Behaviour string // what answered it
	Status    int    // 0 if the connection was cut
}

// New starts a server that ends with the test. It is empty, up and behaves
// like a healthy one.
func New(t testing.TB) *Server {
	s := &Server{indices: map[string]map[string]stored{}, always: Healthy()}
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL
	t.Cleanup(s.http.Close)
	return s
}

// Next makes the coming bulks behave, one each, in order. After them the
// server behaves as Always says.
func (s *Server) Next(bs ...Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = append(s.script, bs...)
}

// Always makes every bulk behave for which Next says nothing.
func (s *Server) Always(b Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.always = b
}

// MaxBytes makes requests larger than n bytes as sent a 413; 0 is no bound.
func (s *Server) MaxBytes(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.maxBytes = n
}

// SetDown makes every connection end without an answer, or ends that.
func (s *Server) SetDown(down bool) {
	s.mu.Lock()
	s.down = down
	s.mu.Unlock()
	if down {
		s.http.CloseClientConnections()
	}
}

// DeleteIndex forgets an index and its documents.
func (s *Server) DeleteIndex(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.indices, name)
}

// Get returns the version and the source of a document.
func (s *Server) Get(name, id string) (version int64, source []byte, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.indices[name][id]
	return d.version, d.source, ok
}

// Len is how many documents of a kind there are, tombstones included.
func (s *Server) Len(k index.Kind) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for name, docs := range s.indices {
		if kind(name) == k {
			n += len(docs)
		}
	}
	return n
}

// Each calls f with every document. f must not call the server.
func (s *Server) Each(f func(index, id string, version int64, source []byte)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, docs := range s.indices {
		for id, d := range docs {
			f(name, id, d.version, d.source)
		}
	}
}

// Bulks lists the bulk requests so far.
func (s *Server) Bulks() []Bulk {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.bulks)
}

func kind(name string) index.Kind {
	if strings.Contains(name, "-events-") {
		return index.Event
	}
	return index.Article
}

// ServeHTTP answers like a node.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	down := s.down
	s.mu.Unlock()
	if down {
		cut(w)
		return
	}
	w.Header().Set("X-Elastic-Product", "Elasticsearch")
	w.Header().Set("Content-Type", "application/json")
	name := strings.TrimPrefix(r.URL.Path, "/")
	switch {
	case r.URL.Path == "/_cluster/health":
		write(w, http.StatusOK, `{"status":"green"}`)
	case strings.HasPrefix(r.URL.Path, "/_cluster/health/"):
		s.health(w, strings.TrimPrefix(r.URL.Path, "/_cluster/health/"))
	case r.URL.Path == "/_bulk" && r.Method == http.MethodPost:
		s.bulk(w, r)
	case strings.HasSuffix(r.URL.Path, "/_mget"):
		s.mget(w, r, strings.TrimSuffix(name, "/_mget"))
	case strings.HasSuffix(r.URL.Path, "/_refresh"):
		write(w, http.StatusOK, `{}`)
	case r.Method == http.MethodPut && name != "" && !strings.Contains(name, "/") && name[0] != '_':
		s.create(w, name)
	default:
		write(w, http.StatusBadRequest, failure("illegal_argument_exception", "estest does not know this request", 400))
	}
}

// cut ends the connection without another byte.
func cut(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.Close() // that is the failure asked for
	}
}

func write(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body) // a client that has gone needs no answer
}

func failure(kind, reason string, status int) string {
	b, err := json.Marshal(map[string]any{"error": map[string]any{"type": kind, "reason": reason}, "status": status})
	if err != nil {
		panic(err) // strings and a number
	}
	return string(b)
}

func (s *Server) create(w http.ResponseWriter, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.indices[name] != nil {
		write(w, http.StatusBadRequest, failure("resource_already_exists_exception", "index ["+name+"] already exists", 400))
		return
	}
	s.indices[name] = map[string]stored{}
	write(w, http.StatusOK, `{"acknowledged":true}`)
}

// health names the indices of a pattern that ends in a star.
func (s *Server) health(w http.ResponseWriter, pattern string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	indices := map[string]any{}
	for name := range s.indices {
		if strings.HasPrefix(name, strings.TrimSuffix(pattern, "*")) {
			indices[name] = map[string]string{"status": "green"}
		}
	}
	answer := map[string]any{"status": "green"}
	if len(indices) > 0 { // filter_path leaves out what is empty
		answer["indices"] = indices
	}
	b, err := json.Marshal(answer)
	if err != nil {
		panic(err) // strings
	}
	write(w, http.StatusOK, string(b))
}

func (s *Server) mget(w http.ResponseWriter, r *http.Request, name string) {
	var q struct {
		IDs []string `json:"ids"`
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		write(w, http.StatusBadRequest, failure("parsing_exception", err.Error(), 400))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	docs := make([]any, len(q.IDs))
	for i, id := range q.IDs {
		d, ok := s.indices[name][id]
		switch {
		case s.always.closed != "" && strings.Contains(name, s.always.closed):
			docs[i] = map[string]any{"_id": id, "error": map[string]any{"type": "index_closed_exception"}}
		case s.indices[name] == nil:
			docs[i] = map[string]any{"_id": id, "error": map[string]any{"type": "index_not_found_exception"}}
		case ok:
			docs[i] = map[string]any{"_id": id, "found": true, "_version": d.version}
		default:
			docs[i] = map[string]any{"_id": id, "found": false}
		}
	}
	b, err := json.Marshal(map[string]any{"docs": docs})
	if err != nil {
		panic(err) // strings and numbers
	}
	write(w, http.StatusOK, string(b))
}

// body reads a request, unpacked if need be. sent is how long it was on the
// wire.
func body(r *http.Request) (b []byte, sent int, err error) {
	raw, err := io.ReadAll(r.Body)
	if err != nil || r.Header.Get("Content-Encoding") != "gzip" {
		return raw, len(raw), err
	}
	z, err := gzip.NewReader(strings.NewReader(string(raw)))
	if err != nil {
		return nil, len(raw), err
	}
	b, err = io.ReadAll(z)
	return b, len(raw), err
}
