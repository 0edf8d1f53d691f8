package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// row is one line of an overlay file.
type row struct {
	file string
	line int
	f    []string
}

func (r row) errorf(format string, a ...any) error {
	return fmt.Errorf("overlay/%s:%d: %w", r.file, r.line, fmt.Errorf(format, a...))
}

// readRows reads a file of columns separated by "|".
func readRows(dir, name string, columns int) ([]row, error) {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	var out []row
	n := 0
	for l := range strings.Lines(string(b)) {
		n++
		if l = strings.TrimRight(l, "\n"); l == "" || l[0] == '#' {
			continue
		}
		r := row{file: name, line: n, f: strings.Split(l, "|")}
		if len(r.f) != columns {
			return nil, r.errorf("%d columns, want %d", len(r.f), columns)
		}
		for i := range r.f {
			r.f[i] = strings.TrimSpace(r.f[i])
		}
		out = append(out, r)
	}
	return out, nil
}

// name is one surface form with its case marks.
type name struct {
	text        string
	upper, weak bool
}

// names splits a list at ";" and reads the marks "!" (capitals only) and "~"
// (weak) behind each.
func names(list string) (out []name) {
	for w := range strings.SplitSeq(list, ";") {
		n := name{text: strings.TrimSpace(w)}
		for n.text != "" {
			if t, ok := strings.CutSuffix(n.text, "!"); ok {
				n.text, n.upper = t, true
			} else if t, ok := strings.CutSuffix(n.text, "~"); ok {
				n.text, n.weak = t, true
			} else {
				break
			}
		}
		if n.text != "" {
			out = append(out, n)
		}
	}
	return out
}

func degrees(r row, lat, lon string) (a, b float64, err error) {
	a, err = strconv.ParseFloat(lat, 64)
	if err == nil {
		b, err = strconv.ParseFloat(lon, 64)
	}
	if err != nil || a < -90 || a > 90 || b < -180 || b > 180 {
		return 0, 0, r.errorf("point %s %s: want degrees", lat, lon)
	}
	return a, b, nil
}
