package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Problem is one thing wrong with a configuration: what, where, and what to do.
type Problem struct {
	File         string // "" when the configuration came from no file
	Line, Column int    // from 1, in characters; 0 when the key is not in the file
	Key          string // the key it is about, "kafka.brokers[1]"; "" for bad YAML
	Text         string // what is wrong, with the key
	Hint         string // what to do
}

// Error gives "file:line:column: text; hint", which editors can jump to.
func (p Problem) Error() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File + ":")
	}
	if p.Line > 0 {
		fmt.Fprintf(&b, "%d:%d:", p.Line, p.Column)
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	b.WriteString(p.Text)
	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}
	return b.String()
}

// Problems is everything wrong with a configuration, in the order of the
// file. Parse, Load and Validate return it as their error; errors.As finds it
// and each Problem in it.
type Problems []Problem

// Error gives one problem a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives errors.Is and errors.As each problem.
func (ps Problems) Unwrap() []error {
	errs := make([]error, len(ps))
	for i, p := range ps {
		errs[i] = p
	}
	return errs
}

// asError names the file, sorts by place and returns a nil error for no
// problems.
func (ps Problems) asError(file string) error {
	if len(ps) == 0 {
		return nil
	}
	for i := range ps {
		ps[i].File = file
	}
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return ps
}

// login is the name and password that somebody put into a URL.
var login = regexp.MustCompile(`://.*@`)

// quote shows a value of the file in a message, without the login of a URL,
// and cut so that a pasted page does not fill the terminal. Never call it with
// a secret.
func quote(s string) string {
	const most = 80
	s = login.ReplaceAllString(s, "://***@")
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
