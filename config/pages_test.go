package config

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// TestReference keeps the committed page equal to the table.
func TestReference(t *testing.T) {
	golden(t, "../docs/configuration.md", Reference())
	var visit func(n *node)
	visit = func(n *node) {
		for _, c := range n.children {
			if !strings.Contains(Reference(), "# "+c.key+"\n") {
				t.Errorf("no heading for %s", c.key)
			}
			visit(c)
		}
	}
	visit(root)
}

// TestExample keeps the committed file equal to the table, and the file to
// the defaults.
func TestExample(t *testing.T) {
	golden(t, "dateline.example.yaml", Example())
	c, err := Parse("dateline.example.yaml", []byte(Example()), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(c, Default()) {
		t.Errorf("the example file says\n%+v, not the defaults\n%+v", c, Default())
	}
	for i, line := range strings.Split(Example(), "\n") {
		comment := strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(line, "#"), " "), "#")
		if comment && len([]rune(line)) > 80 {
			t.Errorf("line %d: a comment longer than 80 characters", i+1)
		}
	}
}

// TestExampleUncommented removes the bare # of every key, as the head of the
// file says one may: every placeholder must be a good value of a known key.
func TestExampleUncommented(t *testing.T) {
	env := func(string) (string, bool) { return "from-environment", true }
	_, err := Parse("uncommented", []byte(uncomment(Example())), env)
	// What is left are the pairs that exclude each other, and the switches
	// that the placeholders need.
	var got []string
	if problems, ok := err.(Problems); ok {
		for _, p := range problems {
			got = append(got, p.Key)
		}
	}
	want := []string{
		"kafka.tls.ca_file", "kafka.tls.cert_file", "kafka.sasl.username", "kafka.sasl.password",
		"elasticsearch.api_key", "elasticsearch.ca_file", "elasticsearch.ca_file", "elasticsearch.certificate_fingerprint",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("problems of %v, want %v: %v", got, want, err)
	}
}

// uncomment removes the first # of each line that then is not a comment.
func uncomment(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if rest, off := strings.CutPrefix(line, "#"); off && !strings.HasPrefix(rest, " ") || strings.HasPrefix(line, "#  ") {
			lines[i] = rest
		}
	}
	return strings.Join(lines, "\n")
}

// TestPrintJSON holds that JSON says what YAML says.
func TestPrintJSON(t *testing.T) {
	c, err := Parse("t", []byte("serve: {token: s3cr3t}\nsources:\n- {id: a, name: \"<a> & \\\"b\\\"\"}\n- {id: b}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	var asJSON, asYAML bytes.Buffer
	if err := PrintJSON(&asJSON, c); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(asJSON.Bytes()) || strings.Contains(asJSON.String(), "s3cr3t") || strings.Contains(asJSON.String(), `\u003c`) {
		t.Fatalf("bad JSON:\n%s", asJSON.String())
	}
	if err := Print(&asYAML, c); err != nil {
		t.Fatal(err)
	}
	// JSON is YAML.
	fromJSON, err := Parse("json", asJSON.Bytes(), nil)
	if err != nil {
		t.Fatal(err)
	}
	fromYAML, err := Parse("yaml", asYAML.Bytes(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(fromJSON, fromYAML) || fromJSON.Sources[0].Name != `<a> & "b"` {
		t.Errorf("JSON says\n%+v, YAML\n%+v", fromJSON, fromYAML)
	}
}
