package estest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"dateline/index"
)

// Behaviour is how one bulk request is answered.
type Behaviour struct {
	name   string
	delay  time.Duration
	status int  // whole answer, 0: item by item
	before bool // cut the connection before anything is stored
	after  bool // cut the connection after everything is stored
	keep   int  // bytes of the answer that are sent, -1: all
	items  int  // items that are answered, -1: all
	swap   bool // answer in another order
	bare   bool // leave the items' status out
	text   string
	item   func(i int, id string) int // status by which an item is refused, 0: none
	closed string                     // part of the names of indices that are closed; empty: none
}

func behaviour(name string) Behaviour { return Behaviour{name: name, keep: -1, items: -1} }

// Healthy answers like a healthy server.
func Healthy() Behaviour { return behaviour("healthy") }

// Slow answers like a healthy server after a while.
func Slow(d time.Duration) Behaviour {
	b := behaviour("slow")
	b.delay = d
	return b
}

// Status refuses the request as a whole with a status; nothing is stored.
func Status(code int) Behaviour {
	b := behaviour(fmt.Sprint("status ", code))
	b.status = code
	return b
}

// Reset cuts the connection before anything is stored.
func Reset() Behaviour {
	b := behaviour("reset")
	b.before = true
	return b
}

// LostAck stores everything and cuts the connection instead of an answer.
func LostAck() Behaviour {
	b := behaviour("lost ack")
	b.after = true
	return b
}

// Truncated stores everything and sends the first n bytes of the answer.
func Truncated(n int) Behaviour {
	b := behaviour("truncated")
	b.keep = n
	return b
}

// Short stores everything and answers the first n items alone, as if those
// were all.
func Short(n int) Behaviour {
	b := behaviour("short")
	b.items = n
	return b
}

// Swapped stores everything and answers the items in reverse order.
func Swapped() Behaviour {
	b := behaviour("swapped")
	b.swap = true
	return b
}

// NoStatus stores everything and leaves out the statuses.
func NoStatus() Behaviour {
	b := behaviour("no status")
	b.bare = true
	return b
}

// Text stores everything and answers 200 with a text that is not JSON, as a
// proxy's error page.
func Text(s string) Behaviour {
	b := behaviour("text")
	b.text = s
	return b
}

// Items refuses single items: f returns a status by which item i of the
// request is refused, or 0 to store it.
func Items(f func(i int, id string) int) Behaviour {
	b := behaviour("items")
	b.item = f
	return b
}

// Closed answers for indices whose name holds a text as if they were closed.
func Closed(name string) Behaviour {
	b := behaviour("closed")
	b.closed = name
	return b
}

// operation is one action of a request.
type operation struct {
	Index       string `json:"_index"`
	ID          string `json:"_id"`
	Version     *int64 `json:"version"`
	VersionType string `json:"version_type"`
	source      []byte
}

// result is one answered item.
type result struct {
	Index  string         `json:"_index"`
	ID     string         `json:"_id"`
	Result string         `json:"result,omitempty"`
	Status int            `json:"status,omitempty"`
	Error  map[string]any `json:"error,omitempty"`
}

func (s *Server) bulk(w http.ResponseWriter, r *http.Request) {
	b, sent, err := body(r)
	if err != nil {
		cut(w) // the client went away, or sent what is not gzip
		return
	}
	s.mu.Lock()
	be := s.always
	if len(s.script) > 0 {
		be, s.script = s.script[0], s.script[1:]
	}
	if s.maxBytes > 0 && sent > s.maxBytes {
		be = Status(http.StatusRequestEntityTooLarge)
	}
	s.mu.Unlock()
	if be.delay > 0 {
		select {
		case <-time.After(be.delay):
		case <-r.Context().Done():
			return
		}
	}
	ops, err := parse(b)
	log := Bulk{Bytes: len(b), Actions: len(ops), Behaviour: be.name, Status: http.StatusOK}
	for _, op := range ops {
		log.IDs = append(log.IDs, op.ID)
	}
	switch {
	case be.before:
		log.Status = 0
	case be.status != 0:
		log.Status = be.status
	case err != nil:
		log.Status = http.StatusBadRequest
	}
	var items []any
	s.mu.Lock()
	s.bulks = append(s.bulks, log)
	if log.Status == http.StatusOK {
		for i, op := range ops {
			items = append(items, map[string]any{"index": s.apply(i, op, be)})
		}
	}
	s.mu.Unlock()
	switch {
	case be.before, be.after:
		cut(w)
	case be.status != 0:
		write(w, be.status, failure(exception(be.status), "estest was told to", be.status))
	case err != nil:
		write(w, http.StatusBadRequest, failure("illegal_argument_exception", err.Error(), 400))
	default:
		answer(w, be, items)
	}
}

// answer writes the items, as wrong as the behaviour wants them.
func answer(w http.ResponseWriter, be Behaviour, items []any) {
	if be.items >= 0 {
		items = items[:min(be.items, len(items))]
	}
	if be.swap {
		for i, j := 0, len(items)-1; i < j; i, j = i+1, j-1 {
			items[i], items[j] = items[j], items[i]
		}
	}
	out, err := json.Marshal(map[string]any{"errors": false, "took": 1, "items": items})
	if err != nil {
		panic(err) // strings and numbers
	}
	if be.text != "" {
		out = []byte(be.text)
	}
	if be.keep >= 0 && be.keep < len(out) {
		// The header promises all of it; net/http cuts the connection when a
		// handler returns with less.
		w.Header().Set("Content-Length", fmt.Sprint(len(out)))
		out = out[:be.keep]
	}
	write(w, http.StatusOK, string(out))
}

// parse reads the lines of a request. As in a server, one broken meta line, or
// one id of more than 512 bytes, refuses the whole.
func parse(b []byte) ([]operation, error) {
	if len(b) == 0 || b[len(b)-1] != '\n' {
		return nil, errors.New("the bulk request must be terminated by a newline [\\n]")
	}
	lines := bytes.Split(b[:len(b)-1], []byte("\n"))
	if len(lines)%2 != 0 {
		return nil, errors.New("a document without its action, or an action without its document")
	}
	var ops []operation
	for i := 0; i < len(lines); i += 2 {
		var meta struct {
			Index *operation `json:"index"`
		}
		if err := json.Unmarshal(lines[i], &meta); err != nil || meta.Index == nil {
			return nil, fmt.Errorf("malformed action line [%d]: %v", i+1, err)
		}
		op := *meta.Index
		if len(op.ID) > 512 {
			return nil, fmt.Errorf("id is too long, must be no longer than 512 bytes but was: %d", len(op.ID))
		}
		op.source = lines[i+1]
		ops = append(ops, op)
	}
	return ops, nil
}

// apply stores one document, or says why not, as a shard does.
func (s *Server) apply(i int, op operation, be Behaviour) result {
	res := result{Index: op.Index, ID: op.ID}
	refuse := func(status int, kind, reason string) result {
		res.Status, res.Error = status, map[string]any{"type": kind, "reason": reason}
		return res
	}
	if be.item != nil {
		if status := be.item(i, op.ID); status != 0 {
			return refuse(status, exception(status), "estest was told to")
		}
	}
	if be.closed != "" && strings.Contains(op.Index, be.closed) {
		return refuse(http.StatusBadRequest, "index_closed_exception", "closed")
	}
	docs := s.indices[op.Index]
	if docs == nil {
		return refuse(http.StatusNotFound, "index_not_found_exception", "no such index ["+op.Index+"]")
	}
	if err := index.Visit(kind(op.Index), op.source, func(string, index.Type, []byte) error { return nil }); err != nil {
		return refuse(http.StatusBadRequest, "document_parsing_exception", err.Error())
	}
	old, exists := docs[op.ID]
	version := old.version + 1
	if op.VersionType == "external" && op.Version != nil {
		version = *op.Version
		if exists && old.version >= version {
			return refuse(http.StatusConflict, "version_conflict_engine_exception",
				fmt.Sprintf("[%s]: version conflict, current version [%d] is higher or equal to the one provided [%d]", op.ID, old.version, version))
		}
	}
	docs[op.ID] = stored{version, bytes.Clone(op.source)}
	res.Status, res.Result = http.StatusCreated, "created"
	if exists {
		res.Status, res.Result = http.StatusOK, "updated"
	}
	if be.bare {
		res.Status = 0
	}
	return res
}

// exception is a name that Elasticsearch gives to a status.
func exception(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "document_parsing_exception"
	case http.StatusUnauthorized, http.StatusForbidden:
		return "security_exception"
	case http.StatusNotFound:
		return "index_not_found_exception"
	case http.StatusConflict:
		return "version_conflict_engine_exception"
	case http.StatusTooManyRequests:
		return "es_rejected_execution_exception"
	case http.StatusServiceUnavailable:
		return "unavailable_shards_exception"
	}
	return "exception"
}
