// Package reply says what Elasticsearch's answer to a bulk request means. It
// is pure, and apart from the client so that it can be fuzzed without building
// that.
package reply

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"unicode/utf8"

	"dateline/index"
)

// DetailLimit is how many bytes of a server's error are kept: it may quote the
// article.
const DetailLimit = 256

// item is what filter_path leaves of one answered action.
type item struct {
	ID     string `json:"_id"`
	Status int    `json:"status"`
	Result string `json:"result"`
	Error  *struct {
		Type   string `json:"type"`
		Reason string `json:"reason"`
	} `json:"error"`
}

// Classify says what a bulk answer means, by status codes: exception names
// change between versions, and only one is looked at. It is pure. ids are those of the actions in
// order, status and body the answer, err what the transport said instead.
// Unless every action is answered by its own id and a status, the request has
// failed as a whole and all of it is sent again, which does no harm.
func Classify(ids []string, status int, body []byte, err error) index.Response {
	r := index.Response{Status: status, Err: err, Outcomes: make([]index.Outcome, len(ids))}
	if err != nil {
		return r // Failed
	}
	switch {
	case status == http.StatusOK:
	case status == http.StatusRequestEntityTooLarge:
		r.Request, r.Err = index.TooLarge, whole(status, body)
		return r
	case status == http.StatusBadRequest:
		r.Request, r.Err = index.Bad, whole(status, body)
		return r
	case status == http.StatusRequestTimeout, status == http.StatusTooManyRequests, status >= 500:
		r.Pushback = status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable
		r.Err = whole(status, body)
		return r // Failed
	case status >= 300:
		// 401, 403 and 404, and what no cluster answers to a bulk: a redirect, a
		// method or a media type refused. Sending again would not help.
		r.Request, r.Err = index.Refused, whole(status, body)
		return r
	default:
		r.Err = fmt.Errorf("bulk answered with status %d", status)
		return r
	}

	items, err := parse(body, len(ids))
	if err != nil {
		r.Err = err
		return r
	}
	busy := 0
	for i := range items {
		if items[i].ID != ids[i] {
			r.Err = fmt.Errorf("bulk answer %d of %d is for another document", i+1, len(ids))
			clear(r.Outcomes)
			return r
		}
		if items[i].Status == 0 {
			r.Err = fmt.Errorf("bulk answer %d of %d has no status", i+1, len(ids))
			clear(r.Outcomes)
			return r
		}
		if items[i].Status == http.StatusTooManyRequests {
			busy++
		}
		r.Outcomes[i] = outcome(&items[i])
	}
	r.Request = index.OK
	r.Pushback = busy*5 > len(ids)
	return r
}

// parse reads the items of a bulk answer: exactly n, each of them the answer
// to an index operation.
func parse(body []byte, n int) ([]item, error) {
	var answer struct {
		Items []struct {
			Index *item `json:"index"`
		} `json:"items"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("bulk answer of %d bytes: %w", len(body), err)
	}
	if len(answer.Items) != n {
		return nil, fmt.Errorf("bulk answered %d of %d actions", len(answer.Items), n)
	}
	items := make([]item, n)
	for i, it := range answer.Items {
		if it.Index == nil {
			return nil, fmt.Errorf("bulk answer %d of %d is not for an index operation", i+1, n)
		}
		items[i] = *it.Index
	}
	return items, nil
}

// ClosedIndex is the one name of an error that decides anything here. A closed
// index answers 400, as to a document that does not fit, but it is the operator's
// doing, like a block for writes: the document is good. Under another name the
// document would die as mapping, and its letter could be replayed.
const ClosedIndex = "index_closed_exception"

// outcome says what became of one action.
func outcome(it *item) index.Outcome {
	o := index.Outcome{Status: it.Status}
	if it.Error != nil {
		o.Detail = Capped(it.Error.Type + ": " + it.Error.Reason)
	}
	switch s := it.Status; {
	case s == http.StatusCreated, s == http.StatusOK && it.Result == "created":
		o.Result = index.Created
	case s == http.StatusOK:
		o.Result = index.Updated
	case s == http.StatusConflict:
		o.Result = index.Stale
	case s == http.StatusBadRequest && it.Error != nil && it.Error.Type == ClosedIndex:
		o.Result, o.Reason = index.Held, "index_closed"
	case s == http.StatusBadRequest:
		o.Result, o.Reason = index.Dead, "mapping"
	case s == http.StatusUnauthorized, s == http.StatusForbidden:
		o.Result, o.Reason = index.Held, "forbidden"
	case s == http.StatusNotFound:
		o.Result, o.Reason = index.Held, "index_missing"
	case s == http.StatusRequestEntityTooLarge:
		o.Result, o.Reason = index.Dead, "too_large"
	case s == http.StatusRequestTimeout, s == http.StatusTooManyRequests:
	case s >= 400 && s < 500:
		o.Result, o.Reason = index.Dead, "es_"+strconv.Itoa(s)
	}
	return o // everything else is Unknown: this action alone is sent again
}

// whole is the error of a request that was answered as a whole. Only the type
// is kept of a JSON error, since its reason may quote a document.
func whole(status int, body []byte) error {
	var answer struct {
		Error struct {
			Type string `json:"type"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &answer) == nil && answer.Error.Type != "" {
		return fmt.Errorf("bulk answered with status %d: %s", status, Capped(answer.Error.Type))
	}
	return fmt.Errorf("bulk answered with status %d", status)
}

// Capped cuts a server's words to DetailLimit bytes, on a rune boundary.
func Capped(s string) string {
	if len(s) <= DetailLimit {
		return s
	}
	n := DetailLimit
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
