package index

import (
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "rewrite docs/fields.md")

// Every field is described, every description has its field, and the page says
// what they say.
func TestFieldReference(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range fieldPaths() {
		seen[p] = true
		if about[p] == "" {
			t.Errorf("%s is not described in describe.go", p)
		}
	}
	for p := range about {
		if !seen[p] {
			t.Errorf("%s is described in describe.go, and is not a field", p)
		}
	}
	const page = "../docs/fields.md"
	if *update {
		if err := os.WriteFile(page, []byte(FieldReference()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != FieldReference() {
		t.Error("docs/fields.md is not what the mapping says: run go test ./index -update")
	}
}
