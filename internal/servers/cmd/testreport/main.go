// Testreport reads the output of `go test -json` and prints what a person
// wants of it: the line of each package as it comes, the whole output of what
// failed, the reason of each skipped test, and a summary of what ran.
//
//	go test -json ./... | testreport
//
// It exits with 1 if anything failed, if no test ran, or if the input breaks
// off; with 0 otherwise.
package main

import (
	"fmt"
	"os"
)

func main() {
	r := newReport(os.Stdout)
	if err := r.read(os.Stdin); err != nil {
		fmt.Fprintf(os.Stderr, "testreport: %v\n", err)
		os.Exit(1)
	}
	if !r.summary() {
		os.Exit(1)
	}
}
