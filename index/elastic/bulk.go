package elastic

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"dateline/index"
	"dateline/index/elastic/reply"
)

// bulkPath asks only for what classify reads. Documents are not quoted back in
// parse errors: those would end up in logs of the cluster and of proxies.
const bulkPath = "/_bulk?filter_path=items.*._id,items.*.status,items.*.result,items.*.error.type,items.*.error.reason&include_source_on_error=false"

// Bulk sends the actions as one request and says what became of each. It
// creates the indices that are not there yet. A nil or empty slice is OK
// without a request.
func (s *Store) Bulk(ctx context.Context, actions []index.Action) (r index.Response) {
	start := time.Now()
	defer func() { r.Took = time.Since(start) }()
	if len(actions) == 0 {
		return index.Response{Request: index.OK}
	}
	ids := make([]string, len(actions))
	for i := range actions {
		ids[i] = actions[i].ID
	}
	if err := s.greet(ctx); err != nil {
		return refusal(ids, err)
	}
	if err := s.createMissing(ctx, actions); err != nil {
		return refusal(ids, err)
	}
	body := newBody(actions)
	status, answer, err := s.sendBulk(ctx, body)
	r = reply.Classify(ids, status, answer, err)
	r.Bytes = int(body.size)
	s.settle(actions, &r)
	return r
}

// sendBulk does not keep buffers from one bulk to the next: when a server
// answers before it has read the request, the transport may still be reading
// the body after the answer is there.
func (s *Store) sendBulk(ctx context.Context, b *body) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	req, err := s.bulkRequest(ctx, b)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/x-ndjson")
	return s.send(req)
}

// bulkRequest has the body in a form that the transport can send anew, which it
// does by itself if a connection turns out to be closed before the first byte.
func (s *Store) bulkRequest(ctx context.Context, b *body) (*http.Request, error) {
	if s.gzip {
		wire, err := gzipped(b)
		if err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, bulkPath, bytes.NewReader(wire))
		if err == nil {
			req.Header.Set("Content-Encoding", "gzip")
		}
		return req, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, bulkPath, b.reader())
	if err == nil {
		req.ContentLength = b.size
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(b.reader()), nil }
	}
	return req, err
}

// refusal is the response to a bulk that was not sent. What the cluster
// refused for good is a hold, everything else a failure to be tried again.
func refusal(ids []string, err error) index.Response {
	r := index.Response{Err: err, Outcomes: make([]index.Outcome, len(ids))}
	if e, ok := err.(*StatusError); ok {
		r.Status = e.Status
		r.Pushback = e.Status == http.StatusTooManyRequests || e.Status == http.StatusServiceUnavailable
		if e.Refused() {
			r.Request = index.Refused
		}
	}
	return r
}

// createMissing creates each index of the actions that this store has not seen
// yet. "Already exists" is success. The lock is not held meanwhile: two
// workers or goroutines may both try, and one is told that it exists.
func (s *Store) createMissing(ctx context.Context, actions []index.Action) error {
	var missing []string
	s.mu.Lock()
	last := ""
	for i := range actions {
		name := actions[i].Index
		if name != last && (s.known[name] == unseen || s.known[name] == gone) && !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
		last = name
	}
	s.mu.Unlock()
	for _, name := range missing {
		if err := s.create(ctx, name); err != nil {
			return err
		}
		s.mu.Lock()
		if s.known[name] == gone {
			s.known[name] = again
		} else {
			s.known[name] = there
		}
		s.mu.Unlock()
	}
	return nil
}

// create makes one index from the template, see index.Guard.
func (s *Store) create(ctx context.Context, name string) error {
	status, body, err := s.do(ctx, http.MethodPut, "/"+url.PathEscape(name)+"?wait_for_active_shards=0", index.Guard())
	if err != nil {
		return err
	}
	if status == http.StatusOK {
		return nil
	}
	e := failure("create index "+name, status, body)
	switch {
	case e.Type == "resource_already_exists_exception":
		return nil
	case e.Type == "mapper_parsing_exception":
		e.Reason = "its template is not there: run dateline setup"
	}
	return e
}

// settle looks for indices that were deleted under us. The first 404 of an
// index becomes another try, for which the next bulk creates it again. If that
// does not help either, its actions are held: someone forbids it.
func (s *Store) settle(actions []index.Action, r *index.Response) {
	if r.Request != index.OK {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	lost := map[string]bool{}
	for i := range r.Outcomes {
		o, name := &r.Outcomes[i], actions[i].Index
		switch {
		case o.Result.Stored():
			if s.known[name] == again {
				s.known[name] = there
			}
		case o.Status == http.StatusNotFound:
			if s.known[name] != again || lost[name] {
				o.Result, o.Reason = index.Unknown, ""
				lost[name] = true
			}
			s.known[name] = gone
		}
	}
}
