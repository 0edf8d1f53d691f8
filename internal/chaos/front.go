//go:build unix

package chaos

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Fault is what becomes of one bulk request on its way. The zero value passes.
type Fault struct {
	Status   int           // answer with it; the server never sees the request
	Reset    bool          // cut the connection before the server sees it
	Lost     bool          // the server carries it out, its answer is lost
	Cut      bool          // the server carries it out, half of its answer arrives
	Items    float64       // this share of the items is answered 429 and not carried out
	Above    int           // answer 413 if the body is larger, in bytes; 0: no bound
	Delay    time.Duration // before anything else
	Everyone bool          // Status and Reset meet every request, not bulks alone
}

// Front is an HTTP proxy before Elasticsearch that breaks bulks. Its methods
// may be called at any time from any goroutine.
type Front struct {
	target   string
	server   *http.Server
	listener net.Listener
	client   *http.Client

	mu    sync.Mutex
	next  func(r *rand.Rand) Fault // nil passes; guarded by mu
	rand  *rand.Rand               // guarded by mu
	conns map[net.Conn]bool        // guarded by mu

	Docs     atomic.Int64 // writes that came in bulks, repeated ones too
	Bulks    atomic.Int64
	Requests atomic.Int64
	Faulted  atomic.Int64 // bulks that did not pass
}

// NewFront listens on a free loopback port before target, an URL.
func NewFront(target string) (*Front, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &Front{target: target, listener: l, conns: make(map[net.Conn]bool),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}}
	f.server = &http.Server{Handler: f, ConnState: f.state}
	go func() { _ = f.server.Serve(l) }() // Close ends it
	return f, nil
}

// URL is what clients call.
func (f *Front) URL() string { return "http://" + f.listener.Addr().String() }

// Set says what becomes of the bulks to come; nil: they pass. f is asked for
// each, with random numbers of this seed.
func (f *Front) Set(seed int64, next func(r *rand.Rand) Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next, f.rand = next, rand.New(rand.NewPCG(uint64(seed), 3))
}

// Always is Set for one and the same fault.
func (f *Front) Always(x Fault) { f.Set(0, func(*rand.Rand) Fault { return x }) }

// Pass ends all faults.
func (f *Front) Pass() { f.Set(0, nil) }

// Cut resets all open connections.
func (f *Front) Cut() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.conns {
		reset(c)
	}
}

// Close ends the proxy and its connections.
func (f *Front) Close() error {
	err := f.server.Close()
	f.client.CloseIdleConnections()
	return err
}

func (f *Front) state(c net.Conn, s http.ConnState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch s {
	case http.StateNew:
		f.conns[c] = true
	case http.StateClosed, http.StateHijacked:
		delete(f.conns, c)
	}
}

func (f *Front) fault() Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.next == nil {
		return Fault{}
	}
	return f.next(f.rand)
}

// ServeHTTP passes a request on, or not.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		hangUp(w) // the client was killed
		return
	}
	f.Requests.Add(1)
	x := f.fault()
	bulk := r.URL.Path == "/_bulk"
	if bulk {
		f.Bulks.Add(1)
		f.Docs.Add(int64(bytes.Count(body, []byte("\n")) / 2))
	} else if !x.Everyone {
		x = Fault{}
	}
	if x.Delay > 0 {
		time.Sleep(x.Delay)
	}
	if x.Above > 0 && len(body) > x.Above {
		x.Status = http.StatusRequestEntityTooLarge
	}
	if bulk && (x.Status != 0 || x.Reset || x.Lost || x.Cut || x.Items > 0) {
		f.Faulted.Add(1)
	}
	switch {
	case x.Reset:
		hangUp(w)
	case x.Status != 0:
		w.Header().Set("X-Elastic-Product", "Elasticsearch")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(x.Status)
		fmt.Fprintf(w, `{"error":{"type":"front","reason":"told to"},"status":%d}`, x.Status)
	case bulk && x.Items > 0:
		f.some(w, r, body, x.Items)
	default:
		f.pass(w, r, body, x)
	}
}

// forward asks the server.
func (f *Front) forward(r *http.Request, body []byte) (int, http.Header, []byte, error) {
	req, err := http.NewRequestWithContext(r.Context(), r.Method, f.target+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	req.Header = r.Header.Clone()
	res, err := f.client.Do(req)
	if err != nil {
		return 0, nil, nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	return res.StatusCode, res.Header, answer, err
}

func (f *Front) pass(w http.ResponseWriter, r *http.Request, body []byte, x Fault) {
	status, header, answer, err := f.forward(r, body)
	if err != nil || x.Lost {
		hangUp(w)
		return
	}
	for k, v := range header {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(answer)))
	w.WriteHeader(status)
	if x.Cut {
		answer = answer[:len(answer)/2] // net/http cuts the connection then
	}
	_, _ = w.Write(answer) // a client that was killed needs none
}

// some carries out a part of a bulk and answers the rest with 429, in place.
func (f *Front) some(w http.ResponseWriter, r *http.Request, body []byte, share float64) {
	lines := bytes.SplitAfter(body, []byte("\n"))
	f.mu.Lock()
	var kept []byte
	refused := make([]bool, len(lines)/2)
	for i := range refused {
		if refused[i] = f.rand != nil && f.rand.Float64() < share; !refused[i] {
			kept = append(append(kept, lines[2*i]...), lines[2*i+1]...)
		}
	}
	f.mu.Unlock()
	var answer struct {
		Items []json.RawMessage `json:"items"`
	}
	var header http.Header
	if len(kept) > 0 {
		status, h, b, err := f.forward(r, kept)
		if err != nil || status != http.StatusOK || json.Unmarshal(b, &answer) != nil {
			hangUp(w)
			return
		}
		header = h
	}
	var items []json.RawMessage
	for i, no := range refused {
		if !no {
			items, answer.Items = append(items, answer.Items[0]), answer.Items[1:]
			continue
		}
		var meta map[string]struct {
			ID string `json:"_id"`
		}
		if err := json.Unmarshal(lines[2*i], &meta); err != nil {
			hangUp(w)
			return
		}
		item, err := json.Marshal(map[string]any{"index": map[string]any{"_id": meta["index"].ID, "status": 429,
			"error": map[string]string{"type": "es_rejected_execution_exception", "reason": "told to"}}})
		if err != nil {
			panic(err) // strings and a number
		}
		items = append(items, item)
	}
	out, err := json.Marshal(map[string]any{"items": items})
	if err != nil {
		panic(err) // messages that were read as JSON
	}
	for k, v := range header {
		w.Header()[k] = v
	}
	w.Header().Set("X-Elastic-Product", "Elasticsearch")
	w.Header().Set("Content-Type", "application/json")
	w.Header().Del("Content-Encoding")
	w.Header().Set("Content-Length", fmt.Sprint(len(out)))
	_, _ = w.Write(out)
}

// hangUp ends a request with a reset instead of an answer.
func hangUp(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		reset(conn)
	}
}

func reset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	_ = c.Close()
}
