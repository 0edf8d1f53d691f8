package deadletter

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Filter chooses entries. All of its conditions must hold.
type Filter []condition

type condition struct {
	field string
	op    string
	value string
}

// fields are what a filter can ask about, each with its value as text.
var fields = map[string]func(*Entry) string{
	"reason":     func(e *Entry) string { return e.Reason },
	"stage":      func(e *Entry) string { return e.Stage },
	"status":     func(e *Entry) string { return strconv.Itoa(e.Status) },
	"error-type": func(e *Entry) string { return e.Kind },
	"detail":     func(e *Entry) string { return e.Detail },
	"topic":      func(e *Entry) string { return e.Topic },
	"partition":  func(e *Entry) string { return strconv.Itoa(e.Partition) },
	"offset":     func(e *Entry) string { return strconv.FormatInt(e.Offset, 10) },
	"doc-id":     func(e *Entry) string { return e.DocID },
	"worker":     func(e *Entry) string { return e.Worker },
	"attempt":    func(e *Entry) string { return strconv.Itoa(max(1, e.Attempt)) },
	"epoch":      func(e *Entry) string { return strconv.Itoa(e.Epoch) },
	"state":      (*Entry).State,
	"died":       func(e *Entry) string { return e.Died.Format(time.RFC3339Nano) },
}

// numbers and times are the fields that have an order.
var (
	numbers = []string{"status", "partition", "offset", "attempt", "epoch"}
	times   = []string{"died"}
)

// Fields names what a filter can ask about.
func Fields() []string {
	var names []string
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// operators, longest first.
var operators = []string{"!=", ">=", "<=", "=", "<", ">"}

// ParseFilter reads conditions such as reason=mapping, stage!=wire,
// worker=desk-*, attempt<3, died>=2026-03-01T00:00:00Z. With = and != a * in
// the value stands for any text without a slash.
func ParseFilter(conditions []string) (Filter, error) {
	var f Filter
	for _, text := range conditions {
		c, err := parseCondition(text)
		if err != nil {
			return nil, fmt.Errorf("filter %q: %w", text, err)
		}
		f = append(f, c)
	}
	return f, nil
}

func parseCondition(text string) (c condition, err error) {
	at := strings.IndexAny(text, "!<>=")
	if at < 0 {
		return c, fmt.Errorf("no operator: write FIELD=VALUE, with = != < <= > or >=")
	}
	c.field = strings.TrimSpace(text[:at])
	for _, op := range operators {
		if rest, ok := strings.CutPrefix(text[at:], op); ok {
			c.op, c.value = op, strings.TrimSpace(rest)
			break
		}
	}
	if _, ok := fields[c.field]; !ok {
		return c, fmt.Errorf("no field %q: there are %s", c.field, strings.Join(Fields(), ", "))
	}
	switch {
	case c.op == "":
		return c, fmt.Errorf("no operator: write FIELD=VALUE, with = != < <= > or >=")
	case c.op == "=" || c.op == "!=":
		if _, err := path.Match(c.value, ""); err != nil {
			return c, fmt.Errorf("bad pattern %q", c.value)
		}
	case slices.Contains(numbers, c.field):
		if _, err := strconv.ParseInt(c.value, 10, 64); err != nil {
			return c, fmt.Errorf("%q is not a whole number", c.value)
		}
	case slices.Contains(times, c.field):
		if _, err := time.Parse(time.RFC3339, c.value); err != nil {
			return c, fmt.Errorf("%q is not a time such as 2026-03-01T00:00:00Z", c.value)
		}
	default:
		return c, fmt.Errorf("%s has no order: use = or !=", c.field)
	}
	return c, nil
}

// Match reports whether all conditions hold for e.
func (f Filter) Match(e *Entry) bool {
	for _, c := range f {
		if !c.match(e) {
			return false
		}
	}
	return true
}

func (c condition) match(e *Entry) bool {
	have := fields[c.field](e)
	if c.op == "=" || c.op == "!=" {
		ok, _ := path.Match(c.value, have)
		return (ok || have == c.value) == (c.op == "=")
	}
	order := 0
	if slices.Contains(times, c.field) {
		want, _ := time.Parse(time.RFC3339, c.value)
		order = e.Died.Compare(want)
	} else {
		x, _ := strconv.ParseInt(have, 10, 64)
		y, _ := strconv.ParseInt(c.value, 10, 64)
		order = cmp.Compare(x, y)
	}
	switch c.op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}
