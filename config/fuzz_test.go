package config

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// FuzzParse: no panic; a Config or Problems; places inside the file, sorted;
// no secret shown; the same answer twice; and what is accepted is valid and
// survives printing.
func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*/*.yaml")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(Example()))
	f.Add([]byte("\uFEFFlog: {level: debug}\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("fuzz.yaml", data, testEnv)
		again, errAgain := Parse("fuzz.yaml", data, testEnv)
		if !reflect.DeepEqual(c, again) || !reflect.DeepEqual(err, errAgain) {
			t.Fatalf("two answers: %v, %v", err, errAgain)
		}
		if (c == nil) == (err == nil) {
			t.Fatalf("Parse = %v, %v", c, err)
		}
		if err != nil {
			checkProblems(t, data, err)
			return
		}
		if err := c.Validate(); err != nil {
			t.Fatalf("Parse accepts what Validate refuses: %v", err)
		}
		var out bytes.Buffer
		if err := Print(&out, c); err != nil {
			t.Fatal(err)
		}
		printed, err := Parse("printed.yaml", out.Bytes(), nil)
		if err != nil {
			t.Fatalf("what Print wrote does not parse: %v\n%s", err, out.String())
		}
		maskSecrets(c)
		if !reflect.DeepEqual(printed, c) {
			t.Fatalf("printed and parsed again:\n%+v, want\n%+v", printed, c)
		}
	})
}

// FuzzText: any text that Validate takes is printed so that it reads back as
// the same text, in a list and on its own, in YAML and in JSON.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", " a", "a ", "a: b", "a #b", "- a", "[a]", "{a", "'", `"\`, "true", "NO", "~", "0x1f", "1e3", ".inf", "2001-01-01", "%a", "@a", "`", "&a", "*a", "!a", "|", ">", "?", "<<", "=", "é\u2028\u00a0\ufeff", "${X", "\xff", "\u0085", "a\tb", "1:30", "a:", ":a", "C:\\x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.Contains(s, "${") {
			return // refused in a file, for good reason
		}
		c := Default()
		c.Embedded.Dir = s
		c.Sources = []Source{{ID: "a", Name: s, Outlet: s, Revision: "counter"}}
		c.Feed.Folders, c.Feed.Captures = []Folder{{Path: s, Source: "a"}}, []Capture{{Path: s, Source: "a"}}
		if c.Validate() != nil {
			return
		}
		defaults := c.Elasticsearch.Addresses
		c.Elasticsearch.Addresses = []string{"http://127.0.0.1/" + s, "http://127.0.0.1:9200"}
		if c.Validate() != nil {
			c.Elasticsearch.Addresses = defaults
		}
		for name, print := range map[string]func(io.Writer, *Config) error{"YAML": Print, "JSON": PrintJSON} {
			var out bytes.Buffer
			if err := print(&out, c); err != nil {
				t.Fatal(err)
			}
			again, err := Parse("printed", out.Bytes(), nil)
			if err != nil {
				t.Fatalf("%s of %q does not parse: %v", name, s, err)
			}
			if !reflect.DeepEqual(again, c) {
				t.Fatalf("%s of %q reads %+v", name, s, again.Sources[0])
			}
		}
	})
}

func checkProblems(t *testing.T, data []byte, err error) {
	t.Helper()
	var problems Problems
	if !errors.As(err, &problems) || len(problems) == 0 {
		t.Fatalf("not Problems: %v", err)
	}
	if strings.Contains(err.Error(), "s3cr3t-value") && !bytes.Contains(data, []byte("s3cr3t-value")) {
		t.Fatalf("a secret is shown: %v", err)
	}
	// goccy/go-yaml counts \r, \n and \r\n as line ends.
	lines := 1 + bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r"))
	for _, p := range problems {
		if p.Text == "" || p.Hint == "" || p.Line > lines || p.Line < 0 || p.Column < 0 {
			t.Fatalf("bad problem in %d lines: %#v", lines, p)
		}
	}
	if !slices.IsSortedFunc(problems, func(a, b Problem) int { return a.Line - b.Line }) {
		t.Fatalf("not sorted: %v", err)
	}
}
