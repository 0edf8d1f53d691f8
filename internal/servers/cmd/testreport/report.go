package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"sort"
	"strings"
)

// event is one line of `go test -json`, as `go doc test2json` describes it.
// Package is empty for build-output and build-fail, which have ImportPath.
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Output     string
	Elapsed    float64 // seconds, with pass, fail and skip
}

// report gathers events. Tests and subtests count alike.
type report struct {
	out      io.Writer
	output   map[string]map[string][]string // package, test ("" is the package itself): lines not printed yet
	open     map[string]bool                // packages that have begun and not ended
	passed   int
	failed   int
	skipped  []string // "package test: reason"
	broken   []string // packages that failed, or did not build
	packages map[string]float64
}

func newReport(out io.Writer) *report {
	return &report{
		out: out, output: map[string]map[string][]string{},
		open: map[string]bool{}, packages: map[string]float64{},
	}
}

// read takes events up to the end of the input. A line that is none is
// printed as it is: the go command reports some errors so.
func (r *report) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			var e event
			if line[0] == '{' && json.Unmarshal([]byte(line), &e) == nil && e.Action != "" {
				r.add(e)
			} else {
				fmt.Fprint(r.out, line)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (r *report) add(e event) {
	switch e.Action {
	case "start":
		r.open[e.Package] = true
	case "output":
		r.keep(e)
	case "build-output":
		fmt.Fprint(r.out, e.Output)
	case "build-fail":
		r.broken = append(r.broken, e.ImportPath+" (does not build)")
	case "pass", "fail", "skip":
		if e.Test == "" {
			r.endPackage(e)
		} else {
			r.endTest(e)
		}
	}
}

// keep holds output back until it is known whether it is wanted. The line
// that go test prints for a package is printed at once.
func (r *report) keep(e event) {
	if e.Test == "" && verdictLine(e.Output) {
		fmt.Fprint(r.out, e.Output)
		return
	}
	if r.output[e.Package] == nil {
		r.output[e.Package] = map[string][]string{}
	}
	r.output[e.Package][e.Test] = append(r.output[e.Package][e.Test], e.Output)
}

func verdictLine(line string) bool {
	return strings.HasPrefix(line, "ok  \t") || strings.HasPrefix(line, "FAIL\t") || strings.HasPrefix(line, "?   \t")
}

func (r *report) endTest(e event) {
	lines := r.output[e.Package][e.Test]
	delete(r.output[e.Package], e.Test)
	switch e.Action {
	case "pass":
		r.passed++
	case "skip":
		r.skipped = append(r.skipped, e.Package+" "+e.Test+": "+reason(lines))
	case "fail":
		r.failed++
		r.print(lines)
	}
}

// reason is what a test said when it skipped itself: its last line that is
// not go test's own.
func reason(lines []string) string {
	for _, l := range slices.Backward(lines) {
		l = strings.TrimSpace(l)
		if l != "" && !strings.HasPrefix(l, "---") && !strings.HasPrefix(l, "===") {
			return l
		}
	}
	return "no reason given"
}

// endPackage prints, of a package that failed, what belongs to no finished
// test: the end of a panic, a data race, a timeout, a TestMain.
func (r *report) endPackage(e event) {
	delete(r.open, e.Package)
	if e.Action != "skip" { // skip is a package without tests
		r.packages[e.Package] = e.Elapsed
	}
	if e.Action == "fail" {
		r.broken = append(r.broken, e.Package)
		for _, test := range slices.Sorted(maps.Keys(r.output[e.Package])) {
			r.print(r.output[e.Package][test])
		}
	}
	delete(r.output, e.Package)
}

func (r *report) print(lines []string) {
	for _, l := range lines {
		if l != "PASS\n" && l != "FAIL\n" && !strings.HasPrefix(l, "=== RUN") {
			fmt.Fprint(r.out, l)
		}
	}
}

// summary prints what ran and says whether all is well.
func (r *report) summary() bool {
	for _, s := range r.skipped {
		fmt.Fprintf(r.out, "skipped: %s\n", s)
	}
	for _, p := range slices.Sorted(maps.Keys(r.open)) {
		r.broken = append(r.broken, p+" (did not end)")
	}
	for _, p := range r.broken {
		fmt.Fprintf(r.out, "failed: %s\n", p)
	}
	fmt.Fprintf(r.out, "%d packages; slowest: %s\n", len(r.packages), r.slowest(5))
	fmt.Fprintf(r.out, "%d passed, %d failed, %d skipped\n", r.passed, r.failed, len(r.skipped))
	if r.passed+r.failed == 0 {
		fmt.Fprintln(r.out, "no test ran")
		return false
	}
	return r.failed == 0 && len(r.broken) == 0
}

func (r *report) slowest(n int) string {
	names := slices.Collect(maps.Keys(r.packages))
	sort.Slice(names, func(i, j int) bool {
		a, b := names[i], names[j]
		if r.packages[a] != r.packages[b] {
			return r.packages[a] > r.packages[b]
		}
		return a < b
	})
	var parts []string
	for _, name := range names[:min(n, len(names))] {
		parts = append(parts, fmt.Sprintf("%s %.1f s", name, r.packages[name]))
	}
	return strings.Join(parts, ", ")
}
