package kibana_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dateline/deploy/kibana"
)

func pack(t *testing.T) []kibana.Object {
	t.Helper()
	objects, err := kibana.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func TestPackIsClean(t *testing.T) {
	objects := pack(t)
	for _, d := range kibana.Lint(objects) {
		t.Error(d)
	}
	count := map[string]int{}
	for _, o := range objects {
		count[o.Type]++
	}
	want := map[string]int{"index-pattern": 4, "search": 4, "lens": 22, "map": 1, "dashboard": 3}
	if !reflect.DeepEqual(count, want) {
		t.Errorf("objects %v, want %v", count, want)
	}
}

// find is an object of the pack, to be broken.
func find(t *testing.T, objects []kibana.Object, key string) *kibana.Object {
	t.Helper()
	for i := range objects {
		if objects[i].Key() == key {
			return &objects[i]
		}
	}
	t.Fatalf("no %s in the pack", key)
	return nil
}

func dig(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			v = v.(map[string]any)[p]
		case int:
			v = v.([]any)[p]
		}
	}
	return v
}

// TestEachRuleFindsItsDefect seeds one defect a rule, and others that a rule
// must find too.
func TestEachRuleFindsItsDefect(t *testing.T) {
	const chart, board = "lens dateline-events-actors", "dashboard dateline-newsroom"
	column := func(o *kibana.Object) map[string]any {
		return dig(o.Attributes, "state", "datasourceStates", "formBased", "layers", "main", "columns", "key").(map[string]any)
	}
	for _, c := range []struct {
		rule kibana.Rule
		what string
		seed func(t *testing.T, objects []kibana.Object) []kibana.Object
	}{
		{kibana.Shape, "an attribute is gone", func(t *testing.T, os []kibana.Object) []kibana.Object {
			delete(find(t, os, chart).Attributes, "visualizationType")
			return os
		}},
		{kibana.Shape, "a type nobody knows", func(t *testing.T, os []kibana.Object) []kibana.Object {
			find(t, os, chart).Type = "canvas"
			return os
		}},
		{kibana.IDs, "two objects with one id", func(t *testing.T, os []kibana.Object) []kibana.Object {
			return append(os, *find(t, os, board))
		}},
		{kibana.IDs, "an id of somebody else", func(t *testing.T, os []kibana.Object) []kibana.Object {
			find(t, os, board).ID = "newsroom"
			return os
		}},
		{kibana.References, "a chart is gone", func(t *testing.T, os []kibana.Object) []kibana.Object {
			return slices.DeleteFunc(os, func(o kibana.Object) bool { return o.Key() == chart })
		}},
		{kibana.Names, "a panel names a reference that is not there", func(t *testing.T, os []kibana.Object) []kibana.Object {
			dig(find(t, os, board).Attributes, "panelsJSON", 0).(map[string]any)["panelRefName"] = "panel_99"
			return os
		}},
		{kibana.Fields, "a field that no document has", func(t *testing.T, os []kibana.Object) []kibana.Object {
			column(find(t, os, chart))["sourceField"] = "actor.nickname"
			return os
		}},
		{kibana.Fields, "a field of articles on events", func(t *testing.T, os []kibana.Object) []kibana.Object {
			column(find(t, os, chart))["sourceField"] = "word_count"
			return os
		}},
		{kibana.Aggregates, "buckets of prose", func(t *testing.T, os []kibana.Object) []kibana.Object {
			column(find(t, os, chart))["sourceField"] = "sentence"
			return os
		}},
		{kibana.Versions, "a newer Kibana", func(t *testing.T, os []kibana.Object) []kibana.Object {
			find(t, os, chart).TypeVer = "9.1.0"
			return os
		}},
		{kibana.Versions, "no version", func(t *testing.T, os []kibana.Object) []kibana.Object {
			find(t, os, chart).CoreVer = ""
			return os
		}},
		{kibana.Order, "the dashboard comes first", func(t *testing.T, os []kibana.Object) []kibana.Object {
			slices.Reverse(os)
			return os
		}},
		{kibana.Counts, "a panel on another", func(t *testing.T, os []kibana.Object) []kibana.Object {
			dig(find(t, os, board).Attributes, "panelsJSON", 1, "gridData").(map[string]any)["x"] = 0.0
			return os
		}},
		{kibana.Counts, "a chart on no dashboard", func(t *testing.T, os []kibana.Object) []kibana.Object {
			return slices.DeleteFunc(os, func(o kibana.Object) bool { return o.Type == "dashboard" })
		}},
		{kibana.Counts, "a column outside the order", func(t *testing.T, os []kibana.Object) []kibana.Object {
			layer := dig(find(t, os, chart).Attributes, "state", "datasourceStates", "formBased", "layers", "main").(map[string]any)
			layer["columnOrder"] = layer["columnOrder"].([]any)[:1]
			return os
		}},
	} {
		t.Run(string(c.rule)+": "+c.what, func(t *testing.T) {
			defects := kibana.Lint(c.seed(t, pack(t)))
			if !slices.ContainsFunc(defects, func(d kibana.Defect) bool { return d.Rule == c.rule }) {
				t.Errorf("not found by rule %s; found %v", c.rule, defects)
			}
		})
	}
}

// What does not parse is refused whole, with the file.
func TestReadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{"type":"lens"`:          "x.json",
		`{"type":"lens","id":""}`: "type, id and attributes",
		`{"type":"map","id":"a","attributes":{"layerListJSON":"[{"}}`: "layerListJSON",
		`{"type":"map","id":"a","attributes":{}} {}`:                  "more than one",
	} {
		_, err := kibana.Read(fstest.MapFS{"o/x.json": {Data: []byte(text)}}, "o")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if _, err := kibana.Read(fstest.MapFS{}, "o"); err == nil {
		t.Error("an empty folder is a pack")
	}
}

// The assembled file reads back as the same objects: what Kibana wants as
// texts goes out as texts.
func TestNDJSONRoundTrip(t *testing.T) {
	objects := pack(t)
	file, err := kibana.NDJSON(objects, "dateline")
	if err != nil {
		t.Fatal(err)
	}
	back, err := kibana.ReadNDJSON("export", bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for i := range objects {
		objects[i].File, back[i].File = "", ""
		if objects[i].References == nil {
			objects[i].References = []kibana.Reference{}
		}
	}
	if !reflect.DeepEqual(objects, back) {
		t.Error("the file does not read back as it was")
	}
	lines := bytes.Split(bytes.TrimSpace(file), []byte("\n"))
	if len(lines) != len(objects)+1 {
		t.Fatalf("%d lines for %d objects and the counts", len(lines), len(objects))
	}
	var board struct {
		Attributes struct {
			Panels any `json:"panelsJSON"`
		}
	}
	if err := json.Unmarshal(lines[len(objects)-1], &board); err != nil {
		t.Fatal(err)
	}
	if _, ok := board.Attributes.Panels.(string); !ok {
		t.Errorf("panelsJSON is %T, and Kibana wants a text", board.Attributes.Panels)
	}
}

func TestNDJSONWithAnotherPrefix(t *testing.T) {
	file, err := kibana.NDJSON(pack(t), "desk")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"title":"desk-stories"`, `"title":"desk-articles-*"`, `"title":"desk-events"`} {
		if !bytes.Contains(file, []byte(want)) {
			t.Errorf("no %s", want)
		}
	}
	if bytes.Contains(file, []byte(`"title":"dateline-`)) {
		t.Error("a data view kept the old prefix")
	}
}

// recorder is a Kibana as its API is documented: it keeps what it was sent.
type recorder struct {
	version string
	refuse  string
	seen    []string
	file    []byte
	auth    string
}

func (k *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.seen = append(k.seen, r.Method+" "+r.URL.RequestURI())
	if r.Header.Get("kbn-xsrf") == "" {
		http.Error(w, "Request must contain a kbn-xsrf header.", http.StatusBadRequest)
		return
	}
	k.auth = r.Header.Get("Authorization")
	if strings.HasSuffix(r.URL.Path, "/api/status") {
		io.WriteString(w, `{"version":{"number":"`+k.version+`"}}`)
		return
	}
	f, _, err := r.FormFile("file")
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	k.file, _ = io.ReadAll(f)
	if k.refuse != "" {
		io.WriteString(w, k.refuse)
		return
	}
	io.WriteString(w, `{"success":true,"successCount":34}`)
}

func TestImport(t *testing.T) {
	file, err := kibana.NDJSON(pack(t), "dateline")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, version, refuse, space, wantErr string
		calls                                 []string
	}{
		{name: "whole", version: "8.19.16", calls: []string{"GET /api/status", "POST /api/saved_objects/_import?overwrite=true"}},
		{name: "space", version: "9.1.0", space: "desk", calls: []string{"GET /api/status", "POST /s/desk/api/saved_objects/_import?overwrite=true"}},
		{name: "too old", version: "8.2.1", wantErr: "want 8.9 or newer", calls: []string{"GET /api/status"}},
		{name: "not Kibana", version: "", wantErr: "is this Kibana?", calls: []string{"GET /api/status"}},
		{name: "refused", version: "8.19.0", wantErr: "missing_references",
			refuse: `{"success":false,"successCount":33,"errors":[{"id":"x","type":"lens","error":{"type":"missing_references"}}]}`,
			calls:  []string{"GET /api/status", "POST /api/saved_objects/_import?overwrite=true"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := &recorder{version: c.version, refuse: c.refuse}
			s := httptest.NewServer(k)
			defer s.Close()
			client := kibana.Client{URL: s.URL + "/", Space: c.space, HTTP: s.Client(), Auth: http.Header{"Authorization": {"ApiKey abc"}}}
			got, err := client.Import(context.Background(), file)
			switch {
			case c.wantErr == "" && (err != nil || got.Objects != 34 || got.Version != c.version):
				t.Errorf("%+v, %v", got, err)
			case c.wantErr != "" && (err == nil || !strings.Contains(err.Error(), c.wantErr)):
				t.Errorf("error %v, want %q", err, c.wantErr)
			}
			if !slices.Equal(k.seen, c.calls) {
				t.Errorf("calls %q, want %q", k.seen, c.calls)
			}
			if len(c.calls) == 2 && !bytes.Equal(k.file, file) {
				t.Error("the file arrived changed")
			}
			if k.auth != "ApiKey abc" {
				t.Errorf("authorization %q", k.auth)
			}
		})
	}
}
