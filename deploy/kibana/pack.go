package kibana

import (
	"bufio"
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed objects/*.json
var files embed.FS

// Object is one saved object. In Attributes the texts of texts are JSON values.
type Object struct {
	File       string         `json:"-"` // where it was read: a file, or a line of an export
	Type       string         `json:"type"`
	ID         string         `json:"id"`
	Attributes map[string]any `json:"attributes"`
	References []Reference    `json:"references"`
	CoreVer    string         `json:"coreMigrationVersion,omitempty"`
	TypeVer    string         `json:"typeMigrationVersion,omitempty"`
}

// Reference is how an object names another: Name stands in the attributes.
type Reference struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
}

// Key names the object for people: "lens dateline-events-actors".
func (o *Object) Key() string { return o.Type + " " + o.ID }

// Title is what Kibana shows; of a data view, its name.
func (o *Object) Title() string {
	if name := str(o.Attributes, "name"); name != "" {
		return name
	}
	return str(o.Attributes, "title")
}

// texts are the attributes that Kibana stores as JSON in a text.
var texts = map[string]bool{
	"panelsJSON": true, "optionsJSON": true, "searchSourceJSON": true, "layerListJSON": true, "mapStateJSON": true,
	"uiStateJSON": true, "fieldFormatMap": true, "fieldAttrs": true, "runtimeFieldMap": true,
}

// kinds is the order of import: what others refer to comes first.
var kinds = []string{"index-pattern", "search", "lens", "map", "dashboard"}

// Pack reads the objects of this release in the order of import.
func Pack() ([]Object, error) { return Read(files, "objects") }

// Read reads the files of a folder, one object each, in the order of import.
func Read(fsys fs.FS, dir string) ([]Object, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: no object in it", dir)
	}
	var objects []Object
	for _, name := range names {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		o, err := decode(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		o.File = name
		objects = append(objects, o)
	}
	slices.SortStableFunc(objects, func(a, b Object) int {
		return cmp.Or(cmp.Compare(rank(a.Type), rank(b.Type)), cmp.Compare(a.ID, b.ID))
	})
	return objects, nil
}

// rank is the place of a type in the order of import; unknown types come last.
func rank(kind string) int {
	if i := slices.Index(kinds, kind); i >= 0 {
		return i
	}
	return len(kinds)
}

// maxLine is the longest object of an export; a dashboard has some 10 kB.
const maxLine = 4 << 20

// ReadNDJSON reads an export of Kibana, in the order of its lines. The line of
// counts at its end is passed over.
func ReadNDJSON(name string, r io.Reader) ([]Object, error) {
	var objects []Object
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 || bytes.Contains(line, []byte(`"exportedCount"`)) {
			continue
		}
		o, err := decode(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		o.File = fmt.Sprintf("%s:%d", name, n)
		objects = append(objects, o)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return objects, nil
}

// decode reads one object, whether its texts are texts or JSON already.
func decode(b []byte) (o Object, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(&o); err != nil {
		return o, err
	}
	if d.More() {
		return o, fmt.Errorf("more than one object")
	}
	if o.Type == "" || o.ID == "" || o.Attributes == nil {
		return o, fmt.Errorf("a saved object has type, id and attributes")
	}
	return o, unfold(o.Attributes)
}

// unfold replaces texts that hold JSON by what they hold, at any depth.
func unfold(v any) error {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if s, ok := x.(string); ok && texts[k] {
				var inner any
				if err := json.Unmarshal([]byte(s), &inner); err != nil {
					return fmt.Errorf("%s: %w", k, err)
				}
				v[k] = inner
			}
			if err := unfold(v[k]); err != nil {
				return err
			}
		}
	case []any:
		for _, x := range v {
			if err := unfold(x); err != nil {
				return err
			}
		}
	}
	return nil
}

// fold is the reverse of unfold, on a copy.
func fold(v any) (any, error) {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			x, err := fold(x)
			if err != nil {
				return nil, err
			}
			if _, isText := x.(string); texts[k] && !isText {
				b, err := json.Marshal(x)
				if err != nil {
					return nil, err
				}
				x = string(b)
			}
			out[k] = x
		}
		return out, nil
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			x, err := fold(x)
			if err != nil {
				return nil, err
			}
			out[i] = x
		}
		return out, nil
	}
	return v, nil
}

// Prefix is the prefix of index names that the objects are written with.
const Prefix = "dateline"

// NDJSON is the file that Kibana imports: one object a line, in the order
// given, and the counts of an export at the end. Data views read the indices
// and aliases of the prefix.
func NDJSON(objects []Object, prefix string) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	for _, o := range objects {
		attributes, err := fold(o.Attributes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.Key(), err)
		}
		o.Attributes = attributes.(map[string]any)
		if o.Type == "index-pattern" {
			o.Attributes["title"] = withPrefix(str(o.Attributes, "title"), prefix)
		}
		if o.References == nil {
			o.References = []Reference{}
		}
		if err := enc.Encode(o); err != nil {
			return nil, fmt.Errorf("%s: %w", o.Key(), err)
		}
	}
	counts := map[string]any{"exportedCount": len(objects), "missingRefCount": 0, "missingReferences": []any{},
		"excludedObjectsCount": 0, "excludedObjects": []any{}}
	if err := enc.Encode(counts); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func withPrefix(title, prefix string) string {
	rest, ok := strings.CutPrefix(title, Prefix+"-")
	if !ok {
		return title
	}
	return prefix + "-" + rest
}
