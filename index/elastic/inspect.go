package elastic

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"dateline/index"
)

// ErrSetup says that setup has not been run on the cluster, or not since the
// program was upgraded.
var ErrSetup = errors.New("run dateline setup")

// TLS is how the store speaks TLS: whom it trusts.
func (s *Store) TLS() *tls.Config { return s.pool.TLSClientConfig.Clone() }

// Privileges are what a worker, a search or a check needs, on the cluster and
// on the indices of the prefix. Setup needs more.
var (
	clusterPrivileges = []string{"monitor"}
	indexPrivileges   = []string{"read", "index", "create_index"}
)

// MissingPrivileges asks which of the privileges that a worker needs the key
// or user lacks. secured is false if the cluster's security is off.
func (s *Store) MissingPrivileges(ctx context.Context) (missing []string, secured bool, err error) {
	patterns := []string{s.shape.Pattern(index.Article), s.shape.Pattern(index.Event)}
	body, err := json.Marshal(map[string]any{
		"cluster": clusterPrivileges,
		"index":   []any{map[string]any{"names": patterns, "privileges": indexPrivileges}},
	})
	if err != nil {
		return nil, false, err
	}
	status, answer, err := s.do(ctx, http.MethodPost, "/_security/user/_has_privileges", body)
	if err != nil {
		return nil, false, err
	}
	switch status {
	case http.StatusOK:
	case http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusInternalServerError:
		return nil, false, nil // without security there is no such page
	default:
		return nil, false, failure("ask for privileges", status, answer)
	}
	var got struct {
		Cluster map[string]bool            `json:"cluster"`
		Index   map[string]map[string]bool `json:"index"`
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		return nil, false, fmt.Errorf("ask for privileges: %w", err)
	}
	for _, p := range clusterPrivileges {
		if !got.Cluster[p] {
			missing = append(missing, p+" on the cluster")
		}
	}
	for _, pattern := range patterns {
		for _, p := range indexPrivileges {
			if !got.Index[pattern][p] {
				missing = append(missing, p+" on "+pattern)
			}
		}
	}
	return missing, true, nil
}

// Node is one node of the cluster.
type Node struct {
	Name     string
	Version  string
	MaxBytes int64 // largest request it takes; 0 if it does not say
}

// Major is the first number of the version, 0 if it has none.
func (n Node) Major() int {
	major, _, _ := strings.Cut(n.Version, ".")
	v, err := strconv.Atoi(major)
	if err != nil {
		return 0
	}
	return v
}

// Nodes reads version and limits of every node that takes requests.
func (s *Store) Nodes(ctx context.Context) ([]Node, error) {
	status, answer, err := s.do(ctx, http.MethodGet, "/_nodes/http?filter_path=nodes.*.name,nodes.*.version,nodes.*.http.max_content_length_in_bytes", nil)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, failure("read nodes", status, answer)
	}
	var got struct {
		Nodes map[string]struct {
			Name    string `json:"name"`
			Version string `json:"version"`
			HTTP    struct {
				Max int64 `json:"max_content_length_in_bytes"`
			} `json:"http"`
		} `json:"nodes"`
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		return nil, fmt.Errorf("read nodes: %w", err)
	}
	var nodes []Node
	for _, n := range got.Nodes {
		nodes = append(nodes, Node{n.Name, n.Version, n.HTTP.Max})
	}
	return nodes, nil
}

// AliasesTaken are those names of aliases that an index has. An alias of that
// name cannot be made then, and no index from the templates either.
func (s *Store) AliasesTaken(ctx context.Context) (taken []string, err error) {
	for _, name := range s.aliases() {
		status, answer, err := s.do(ctx, http.MethodGet, "/"+url.PathEscape(name)+"/_alias", nil)
		if err != nil {
			return nil, err
		}
		if status == http.StatusNotFound {
			continue
		}
		if status != http.StatusOK {
			return nil, failure("read alias "+name, status, answer)
		}
		var indices map[string]json.RawMessage
		if err := json.Unmarshal(answer, &indices); err != nil {
			return nil, fmt.Errorf("read alias %s: %w", name, err)
		}
		if _, ok := indices[name]; ok {
			taken = append(taken, name)
		}
	}
	return taken, nil
}

// aliases are the names of all aliases, in order.
func (s *Store) aliases() (names []string) {
	for _, k := range []index.Kind{index.Article, index.Event} {
		for name := range s.shape.Aliases(k) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Blocked are the indices that take no writes, each with its block.
func (s *Store) Blocked(ctx context.Context) (blocked []string, err error) {
	path := "/" + s.shape.Pattern(index.Article) + "," + s.shape.Pattern(index.Event) + "/_settings?filter_path=*.settings.index.blocks"
	status, answer, err := s.do(ctx, http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, failure("read blocks", status, answer)
	}
	var got map[string]struct {
		Settings struct {
			Index struct {
				Blocks map[string]string `json:"blocks"`
			} `json:"index"`
		} `json:"settings"`
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		return nil, fmt.Errorf("read blocks: %w", err)
	}
	for name, x := range got {
		for block, on := range x.Settings.Index.Blocks {
			if on == "true" && (block == "write" || block == "read_only" || block == "read_only_allow_delete") {
				blocked = append(blocked, name+" ("+block+")")
			}
		}
	}
	slices.Sort(blocked)
	return blocked, nil
}
