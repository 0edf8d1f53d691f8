package elastic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"dateline/index"
)

// ErrNewer says that the cluster was set up by a newer release, whose mapping
// this one does not know. Setup then changes nothing.
var ErrNewer = errors.New("the cluster was set up by a newer release of Dateline")

// ErrPeriod says that the cluster's indices were set up for another period
// than this process is configured for. Writing would put the versions of one
// item into two indices.
var ErrPeriod = errors.New("index period")

// Setup writes the component template, the templates of articles and events
// and, into indices that exist already, fields that are new in this release
// and the aliases' filters. A second run writes nothing.
func (s *Store) Setup(ctx context.Context) ([]string, error) {
	steps, err := s.Plan(ctx)
	if err != nil {
		return nil, err
	}
	return s.Apply(ctx, steps)
}

// Apply takes the steps of Plan and says what was done, also when it stops at
// an error.
func (s *Store) Apply(ctx context.Context, steps []Step) ([]string, error) {
	var report []string
	for _, st := range steps {
		if st.Body != nil {
			status, answer, err := s.do(ctx, st.Method, st.Path, st.Body)
			if err != nil {
				return report, fmt.Errorf("%s: %w", st.Object, err)
			}
			if status != http.StatusOK {
				return report, failure(st.Object, status, answer)
			}
		}
		report = append(report, st.String())
	}
	return report, nil
}

// Step is one thing that Setup does, or has found to be as it should be.
type Step struct {
	Object string          `json:"object"` // "template dateline-articles"
	State  string          `json:"state"`  // what is to become of it: created, updated, unchanged, or a finding
	Method string          `json:"method,omitempty"`
	Path   string          `json:"path,omitempty"`
	Body   json.RawMessage `json:"body,omitempty"` // nil: nothing to write
}

// String is the step for people, after it was done.
func (s Step) String() string { return s.Object + ": " + s.State }

// Plan finds out what Setup has to do, without doing it.
func (s *Store) Plan(ctx context.Context) ([]Step, error) {
	if err := s.greet(ctx); err != nil {
		return nil, err
	}
	form, asked, err := s.probe(ctx)
	if err != nil {
		return nil, err
	}
	shape := s.shape
	shape.Form = form
	why := "the cluster stems English and folds accents"
	if form == index.Plain {
		why = "the cluster lacks the stemmer or asciifolding filter, so words match only as written"
	}
	if !asked {
		why = "this key may not ask; every ordinary cluster has what it takes"
	}
	steps := []Step{{Object: "template form", State: fmt.Sprintf("%s (%s)", form, why)}}
	for _, t := range shape.Templates() {
		st, err := s.planTemplate(ctx, t)
		if err != nil {
			return nil, err
		}
		steps = append(steps, st)
	}
	for _, k := range []index.Kind{index.Article, index.Event} {
		more, err := s.planIndices(ctx, shape, k)
		if err != nil {
			return nil, err
		}
		steps = append(steps, more...)
	}
	return steps, nil
}

// probe asks whether the cluster can do what the full form needs. To ask takes
// the cluster privilege manage, which setup needs for nothing else: without it
// the answer is the full form, unasked.
func (s *Store) probe(ctx context.Context) (form index.Form, asked bool, err error) {
	status, body, err := s.do(ctx, http.MethodPost, "/_analyze", index.Probe())
	switch {
	case err != nil:
		return "", false, err
	case status == http.StatusOK:
		return index.Full, true, nil
	case status == http.StatusBadRequest:
		return index.Plain, true, nil
	case status == http.StatusForbidden:
		return index.Full, false, nil
	}
	return "", false, failure("ask for language analysis", status, body)
}

// stored is the _meta of what setup wrote.
type stored struct {
	Product string       `json:"product"`
	Version string       `json:"version"`
	Schema  int          `json:"schema"`
	Period  index.Period `json:"period"`
	Hash    string       `json:"hash"`
}

// readTemplate finds the _meta of a template; ok is false if it is not there.
func (s *Store) readTemplate(ctx context.Context, path string) (m stored, ok bool, err error) {
	status, body, err := s.do(ctx, http.MethodGet, path, nil)
	if err != nil {
		return m, false, err
	}
	if status == http.StatusNotFound {
		return m, false, nil
	}
	if status != http.StatusOK {
		return m, false, failure("read "+path, status, body)
	}
	type one struct {
		Meta stored `json:"_meta"`
	}
	var got struct {
		Index []struct {
			T one `json:"index_template"`
		} `json:"index_templates"`
		Component []struct {
			T one `json:"component_template"`
		} `json:"component_templates"`
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return m, false, fmt.Errorf("read %s: %w", path, err)
	}
	switch {
	case len(got.Index) == 1:
		return got.Index[0].T.Meta, true, nil
	case len(got.Component) == 1:
		return got.Component[0].T.Meta, true, nil
	}
	return m, false, fmt.Errorf("read %s: %d templates of that name", path, len(got.Index)+len(got.Component))
}

func (s *Store) planTemplate(ctx context.Context, t index.Template) (Step, error) {
	have, ok, err := s.readTemplate(ctx, t.Path)
	if err != nil {
		return Step{}, err
	}
	kind := "template " + t.Name
	if strings.Contains(t.Path, "component") {
		kind = "component " + kind
	}
	put := Step{Object: kind, State: "updated", Method: http.MethodPut, Path: t.Path, Body: t.Body}
	switch {
	case !ok:
		put.State = "created"
		return put, nil
	case have.Product != "dateline":
		return Step{}, fmt.Errorf("%s: there is one that Dateline did not write: choose another elasticsearch.prefix", kind)
	case have.Schema > index.Schema:
		return Step{}, fmt.Errorf("%s has schema %d of release %s, this release writes %d: %w", kind, have.Schema, have.Version, index.Schema, ErrNewer)
	case have.Period != "" && have.Period != s.period():
		return Step{}, s.periodError(have.Period)
	case have.Hash == t.Hash:
		return Step{Object: kind, State: "unchanged"}, nil
	}
	return put, nil
}

func (s *Store) period() index.Period {
	if s.shape.Period == "" {
		return index.Monthly
	}
	return s.shape.Period
}

func (s *Store) periodError(have index.Period) error {
	return fmt.Errorf("%w: the cluster's indices are by %s, elasticsearch.period says %s: set it to %s, or choose another elasticsearch.prefix", ErrPeriod, have, s.period(), have)
}

// Verify returns nil if the cluster was set up for this process: by a release
// that is not newer, with the same period. A worker calls it before its first
// write. A key that may not read templates cannot tell, which is no error:
// index.Guard still refuses an index without a template.
func (s *Store) Verify(ctx context.Context) error {
	if err := s.greet(ctx); err != nil {
		return err
	}
	name := s.shape.ArticlesAlias()
	have, ok, err := s.readTemplate(ctx, "/_index_template/"+name)
	var e *StatusError
	switch {
	case errors.As(err, &e) && e.Status == http.StatusForbidden:
		return nil
	case err != nil:
		return err
	case !ok:
		return fmt.Errorf("template %s is not there: %w", name, ErrSetup)
	case have.Schema > index.Schema:
		return fmt.Errorf("template %s has schema %d, this release writes %d: %w", name, have.Schema, index.Schema, ErrNewer)
	case have.Schema < index.Schema:
		return fmt.Errorf("template %s has schema %d, this release writes %d: %w", name, have.Schema, index.Schema, ErrSetup)
	case have.Period != s.period():
		return s.periodError(have.Period)
	}
	return nil
}

// planIndices brings indices that exist to this release: templates work only
// on those that are created later. New fields can be added in place, aliases
// replaced; analysis cannot change and stays what it was.
func (s *Store) planIndices(ctx context.Context, shape index.Shape, k index.Kind) ([]Step, error) {
	pattern := shape.Pattern(k)
	status, body, err := s.do(ctx, http.MethodGet, "/"+pattern+"?features=aliases,mappings&filter_path=*.aliases,*.mappings._meta", nil)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, failure("read indices "+pattern, status, body)
	}
	var got map[string]struct {
		Aliases map[string]struct {
			Filter json.RawMessage `json:"filter"`
		} `json:"aliases"`
		Mappings struct {
			Meta stored `json:"_meta"`
		} `json:"mappings"`
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return nil, fmt.Errorf("read indices %s: %w", pattern, err)
	}
	names := make([]string, 0, len(got))
	for n := range got {
		names = append(names, n)
	}
	slices.Sort(names)

	var steps []Step
	var actions []any
	for _, n := range names {
		have := got[n]
		if v := have.Mappings.Meta.Schema; v > index.Schema {
			return nil, fmt.Errorf("index %s has schema %d: %w", n, v, ErrNewer)
		} else if v < index.Schema {
			steps = append(steps, Step{
				Object: "mapping of index " + n, State: fmt.Sprintf("updated (schema %d to %d)", v, index.Schema),
				Method: http.MethodPut, Path: "/" + n + "/_mapping", Body: shape.Mappings(k),
			})
		}
		for alias, want := range shape.Aliases(k) {
			a, ok := have.Aliases[alias]
			if ok && sameFilter(a.Filter, want) {
				continue
			}
			add := map[string]any{"index": n, "alias": alias}
			for key, v := range want.(map[string]any) {
				add[key] = v
			}
			actions = append(actions, map[string]any{"add": add})
		}
	}
	if len(actions) > 0 {
		b, err := json.Marshal(map[string]any{"actions": actions})
		if err != nil {
			return nil, err
		}
		steps = append(steps, Step{
			Object: fmt.Sprintf("%d aliases of indices %s", len(actions), pattern), State: "updated", Method: http.MethodPost, Path: "/_aliases", Body: b,
		})
	} else {
		steps = append(steps, Step{Object: fmt.Sprintf("%d indices %s", len(names), pattern), State: "unchanged"})
	}
	return steps, nil
}

// sameFilter compares an alias's filter, as the cluster holds it, with the one
// wanted.
func sameFilter(have json.RawMessage, want any) bool {
	w, err := json.Marshal(want.(map[string]any)["filter"])
	if err != nil || have == nil {
		return false
	}
	return canonical(have) == canonical(w)
}

// canonical is JSON with its keys in order.
func canonical(b []byte) string {
	var v any
	if json.Unmarshal(b, &v) != nil {
		return ""
	}
	out, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(out)
}
