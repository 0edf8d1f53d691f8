package search

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"go.uber.org/zap"

	"dateline/index"
)

// httpError is an answer other than the one that was asked for.
type httpError struct {
	status int
	text   string // for the person who asked
	hint   string
	params ParamErrors
}

func (e *httpError) Error() string { return e.text }

// explain turns an error into what the asker may know of it. What went wrong
// inside is for the log alone: a store's error may quote addresses or text.
func explain(err error) *httpError {
	var h *httpError
	var p ParamErrors
	switch {
	case errors.As(err, &h):
		return h
	case errors.As(err, &p):
		return &httpError{http.StatusBadRequest, p.Error(), p.Hint(), p}
	case errors.Is(err, index.ErrQuery):
		return &httpError{http.StatusBadRequest, err.Error(), "", nil}
	case errors.Is(err, errBusy):
		return &httpError{http.StatusServiceUnavailable, "too many questions at once", "ask again in a moment", nil}
	case errors.Is(err, context.DeadlineExceeded):
		return &httpError{http.StatusGatewayTimeout, "the index did not answer in time", "ask a narrower question, or the same again in a moment", nil}
	}
	return &httpError{http.StatusBadGateway, "the index cannot be asked", "try again in a moment; if it stays so, the log of dateline serve says why", nil}
}

// fail answers with an error: JSON under /api/, a page elsewhere.
func (s *site) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(r.Context().Err(), context.Canceled) {
		return // the asker is gone
	}
	h := explain(err)
	if h.status >= 500 {
		s.log.Warn("question failed", zap.String("path", r.URL.Path), zap.Int("status", h.status), zap.Error(err))
	}
	if h.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "2")
	}
	w.Header().Set("Cache-Control", "no-store")
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		s.errorPage(w, r, h)
		return
	}
	body := struct {
		Error     string   `json:"error"`
		Hint      string   `json:"hint"`
		Parameter []string `json:"parameters,omitempty"`
	}{Error: h.text, Hint: h.hint}
	for _, p := range h.params {
		body.Parameter = append(body.Parameter, p.Param)
	}
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(h.status)
	if r.Method != http.MethodHead {
		_ = json.NewEncoder(w).Encode(body) // a reader that went away
	}
}
