package byline

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// shared is where development data lies, if at all.
func shared(parts ...string) string {
	return filepath.Join(append([]string{"..", "..", "..", "shared", "data"}, parts...)...)
}

// nameSet is the sorted set of names after NFC and case folding.
func nameSet(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, strings.ToLower(norm.NFC.String(strings.Join(strings.Fields(n), " "))))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// authorNames are the names of the authors that are persons.
func authorNames(b Byline) []string {
	var out []string
	for _, p := range b.Authors {
		if p.Kind == "person" {
			out = append(out, p.Name)
		}
	}
	return out
}

// TestStringsDev reads the development set of byline strings and counts those
// whose set of names is exactly right.
func TestStringsDev(t *testing.T) {
	f, err := os.Open(shared("byline", "strings-dev.jsonl"))
	if err != nil {
		t.Skipf("development data absent: %v", err)
	}
	defer f.Close()
	exact, all := 0, 0
	for lines := bufio.NewScanner(f); lines.Scan(); all++ {
		var row struct {
			Raw     string
			Persons []string
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		got := authorNames(Read(Input{Lines: []string{row.Raw}}).Byline)
		if slices.Equal(nameSet(got), nameSet(row.Persons)) {
			exact++
		} else {
			t.Logf("%q: %q, want %q", row.Raw, got, row.Persons)
		}
	}
	t.Logf("exact %d of %d", exact, all)
	if exact < 22 {
		t.Errorf("exact %d of %d, want 22", exact, all)
	}
}
