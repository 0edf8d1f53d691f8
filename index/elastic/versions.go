package elastic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"dateline/index"
)

// Versions reads the stored version of each id in real time, so also of
// documents that are not searchable yet. What is not there, or whose index is
// not there, is -1.
func (s *Store) Versions(ctx context.Context, name string, ids []string) ([]int64, error) {
	versions := make([]int64, len(ids))
	if len(ids) == 0 {
		return versions, nil
	}
	if err := s.greet(ctx); err != nil {
		return nil, err
	}
	body, err := json.Marshal(map[string][]string{"ids": ids})
	if err != nil {
		return nil, err
	}
	path := "/" + url.PathEscape(name) + "/_mget?_source=false&realtime=true&filter_path=docs._id,docs.found,docs._version,docs.error.type"
	status, answer, err := s.do(ctx, http.MethodPost, path, body)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, failure("read versions in "+name, status, answer)
	}
	var got struct {
		Docs []struct {
			ID      string `json:"_id"`
			Found   bool   `json:"found"`
			Version int64  `json:"_version"`
			Error   *struct {
				Type string `json:"type"`
			} `json:"error"`
		} `json:"docs"`
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		return nil, fmt.Errorf("read versions in %s: %w", name, err)
	}
	if len(got.Docs) != len(ids) {
		return nil, fmt.Errorf("read versions in %s: %d of %d documents answered", name, len(got.Docs), len(ids))
	}
	for i, d := range got.Docs {
		switch {
		case d.ID != ids[i]:
			return nil, fmt.Errorf("read versions in %s: answer %d is for another document", name, i+1)
		case d.Error != nil && d.Error.Type != "index_not_found_exception":
			return nil, &StatusError{What: "read versions in " + name, Status: status, Type: d.Error.Type}
		case d.Found:
			versions[i] = d.Version
		default:
			versions[i] = -1
		}
	}
	return versions, nil
}

// HasEvents reports whether there is an index of events, open or closed. The
// cluster's health names indices to a key that may only monitor.
func (s *Store) HasEvents(ctx context.Context) (bool, error) {
	path := "/_cluster/health/" + url.PathEscape(s.shape.Pattern(index.Event)) + "?level=indices&timeout=1s&filter_path=status,indices.*.status"
	status, answer, err := s.do(ctx, http.MethodGet, path, nil)
	if err != nil {
		return false, err
	}
	if status != http.StatusOK {
		return false, failure("look for indices of events", status, answer)
	}
	var got struct {
		Status  string                     `json:"status"`
		Indices map[string]json.RawMessage `json:"indices"`
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		return false, fmt.Errorf("look for indices of events: %w", err)
	}
	if got.Status == "" {
		return false, errors.New("look for indices of events: the answer is not a cluster's health")
	}
	return len(got.Indices) > 0, nil
}

// Get reads one visible article by id.
func (s *Store) Get(ctx context.Context, id string) (json.RawMessage, error) {
	a, err := s.find(ctx, index.Article, getBody(id))
	if err != nil || len(a.Hits) == 0 {
		return nil, err
	}
	return a.Hits[0].Source, nil
}
