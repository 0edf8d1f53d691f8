package score

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dateline/pipeline/text"
)

//go:embed labels.tsv
var labelsText string

// Label is one event of a sentence, or a sentence that was read if it has no
// Trigger.
type Label struct {
	Set, Article string
	Sentence     text.Span
	Trigger      []text.Span // any of them names the event
	Types        []string    // any of them is right; "-" is no class
	Source       []text.Span // names of who acts
	Target       []text.Span // names of who is acted on
}

// Typed reports whether the event is of a class.
func (l *Label) Typed() bool { return len(l.Types) > 0 && !slices.Equal(l.Types, []string{"-"}) }

// Labels are the labels, in the order of the articles.
func Labels() ([]Label, error) {
	var out []Label
	for n, line := range strings.Split(labelsText, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		l, err := parse(strings.Split(line, "\t"))
		if err != nil {
			return nil, fmt.Errorf("labels.tsv:%d: %w", n+1, err)
		}
		out = append(out, l)
	}
	return out, nil
}

func parse(f []string) (l Label, err error) {
	if len(f) != 3 && len(f) != 7 {
		return l, fmt.Errorf("%d columns, want 3 or 7", len(f))
	}
	l.Set, l.Article = f[0], f[1]
	s, err := spans(f[2])
	if err != nil || len(s) != 1 {
		return l, fmt.Errorf("sentence %q", f[2])
	}
	l.Sentence = s[0]
	if len(f) == 3 {
		return l, nil
	}
	l.Types = strings.Split(f[4], "/")
	for i, p := range []*[]text.Span{&l.Trigger, &l.Source, &l.Target} {
		if *p, err = spans(f[[3]int{3, 5, 6}[i]]); err != nil {
			return l, err
		}
	}
	if len(l.Trigger) == 0 {
		return l, fmt.Errorf("no trigger")
	}
	return l, nil
}

func spans(s string) (out []text.Span, err error) {
	if s == "" {
		return nil, nil
	}
	for _, p := range strings.Split(s, ";") {
		a, b, ok := strings.Cut(p, "-")
		start, err1 := strconv.Atoi(a)
		end, err2 := strconv.Atoi(b)
		if !ok || err1 != nil || err2 != nil || start >= end {
			return nil, fmt.Errorf("span %q", p)
		}
		out = append(out, text.Span{Start: start, End: end})
	}
	return out, nil
}
