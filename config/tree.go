package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// kind is the type of a key as the file shows it.
type kind int

const (
	kindText kind = iota
	kindSecret
	kindBool
	kindInt
	kindDuration
	kindBytes
	kindTexts  // list of texts
	kindGroup  // keys below it
	kindGroups // list of groups
)

// String is the name of the kind in messages and on the reference page.
func (k kind) String() string {
	return [...]string{"text", "secret", "true or false", "whole number", "duration", "size", "list of texts", "group of settings", "list of groups"}[k]
}

// want is the kind in a sentence: "want a duration".
func (k kind) want() string {
	switch k {
	case kindText, kindSecret:
		return "text"
	case kindBool:
		return k.String()
	case kindTexts:
		return "a list"
	}
	return "a " + k.String()
}

// node is one spec bound to its field of Config.
type node struct {
	spec
	name     string // last part of the key
	kind     kind
	index    int // of the field in its struct
	typ      reflect.Type
	children []*node // of a group, or of each entry of a list of groups
	lo, hi   int64   // min and max as numbers
}

// root is Config itself. Building it panics when specs and Config disagree,
// so that no binary with a key lacking its description can start.
var root = buildTree(reflect.TypeFor[Config](), specs)

func buildTree(t reflect.Type, table []spec) *node {
	byKey := make(map[string]spec, len(table))
	for _, s := range table {
		if _, twice := byKey[s.key]; twice {
			panic("config: two specs for " + s.key)
		}
		byKey[s.key] = s
	}
	n := &node{kind: kindGroup, typ: t, children: bindFields(t, "", byKey)}
	for key := range byKey {
		panic("config: spec without a field: " + key)
	}
	return n
}

// bindFields takes the specs of t's fields out of byKey.
func bindFields(t reflect.Type, prefix string, byKey map[string]spec) []*node {
	var nodes []*node
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("yaml")
		key := prefix + name
		s, ok := byKey[key]
		if !ok || s.doc == "" {
			panic("config: field without a described spec: " + key)
		}
		delete(byKey, key)
		n := &node{spec: s, name: name, index: i, typ: f.Type, kind: kindOf(f.Type)}
		switch n.kind {
		case kindGroup:
			n.children = bindFields(f.Type, key+".", byKey)
		case kindGroups:
			n.children = bindFields(f.Type.Elem(), key+"[].", byKey)
		default:
			n.lo, n.hi = n.bound(s.min), n.bound(s.max)
		}
		nodes = append(nodes, n)
	}
	return nodes
}

func kindOf(t reflect.Type) kind {
	switch {
	case t == reflect.TypeFor[Secret]():
		return kindSecret
	case t == reflect.TypeFor[Duration]():
		return kindDuration
	case t == reflect.TypeFor[Bytes]():
		return kindBytes
	case t == reflect.TypeFor[[]string]():
		return kindTexts
	case t.Kind() == reflect.String:
		return kindText
	case t.Kind() == reflect.Bool:
		return kindBool
	case t.Kind() == reflect.Int:
		return kindInt
	case t.Kind() == reflect.Struct:
		return kindGroup
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		return kindGroups
	}
	panic(fmt.Sprintf("config: no kind for fields of type %s", t))
}

func (n *node) bound(text string) int64 {
	if text == "" {
		return 0
	}
	v := reflect.New(n.typ).Elem()
	if complaint, _ := n.set(v, text); complaint != "" {
		panic("config: bound of " + n.key + ": " + complaint)
	}
	return v.Int()
}

// set writes text, in the notation of the file, into v. It is the one parser
// of single values: defaults, bounds and files all pass here. A list of texts
// takes its default form, separated by ", ".
func (n *node) set(v reflect.Value, text string) (complaint, hint string) {
	switch n.kind {
	case kindText, kindSecret:
		v.SetString(text)
	case kindTexts:
		if text != "" {
			v.Set(reflect.ValueOf(strings.Split(text, ", ")))
		}
	case kindBool:
		if text != "true" && text != "false" {
			return quote(text) + " is neither true nor false", "write true or false"
		}
		v.SetBool(text == "true")
	case kindInt:
		i, err := strconv.ParseInt(text, 10, 64)
		if err != nil && isNumber(strings.TrimPrefix(text, "-")) && !strings.Contains(text, ".") {
			return text + " is out of bounds", "write " + n.bounds()
		}
		if err != nil {
			return quote(text) + " is not a whole number", "write digits only, for example " + n.def
		}
		v.SetInt(i)
	case kindDuration:
		d, complaint, hint := parseDuration(text)
		if complaint != "" {
			return complaint, hint
		}
		v.SetInt(int64(d))
	case kindBytes:
		b, complaint, hint := parseBytes(text)
		if complaint != "" {
			return complaint, hint
		}
		v.SetInt(int64(b))
	default:
		panic("config: set of a " + n.kind.String())
	}
	return "", ""
}

// show is the inverse of set for single values: the value as the file would
// have it, without quotes; a secret is masked.
func (n *node) show(v reflect.Value) string {
	switch n.kind {
	case kindSecret:
		return Secret(v.String()).String()
	case kindBool:
		return strconv.FormatBool(v.Bool())
	case kindInt:
		return strconv.FormatInt(v.Int(), 10)
	case kindDuration:
		return formatDuration(Duration(v.Int()))
	case kindBytes:
		return Bytes(v.Int()).String()
	}
	return v.String()
}

// bounded reports whether the kind has a smallest and a largest value.
func (n *node) bounded() bool {
	return n.kind == kindInt || n.kind == kindDuration || n.kind == kindBytes
}

// bounds is "1 to 1000", with the unit for plain numbers.
func (n *node) bounds() string {
	s := n.min + " to " + n.max
	if n.unit != "" {
		s += " " + n.unit
	}
	return s
}

// child finds the key below n, or nil.
func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// find is the node of a full key of Config that exists.
func (n *node) find(key string) *node {
	for _, name := range strings.Split(key, ".") {
		n = n.child(name)
	}
	return n
}

// sample is a good value, as one would write it.
func (n *node) sample() string {
	text := n.def
	if text == "" {
		text = n.example
	}
	switch {
	case n.kind == kindTexts:
		return "[" + text + "]"
	case text == "":
		return `""`
	case n.kind == kindText || n.kind == kindSecret:
		return strconv.Quote(text)
	}
	return text
}

// setDefaults fills v, a struct, with the defaults of n's children.
func (n *node) setDefaults(v reflect.Value) {
	for _, c := range n.children {
		f := v.Field(c.index)
		switch c.kind {
		case kindGroup:
			c.setDefaults(f)
		case kindGroups:
		default:
			if c.def == "" {
				continue
			}
			if complaint, _ := c.set(f, c.def); complaint != "" {
				panic("config: default of " + c.key + ": " + complaint)
			}
		}
	}
}

// Default returns the settings of an empty file. It is valid.
func Default() *Config {
	c := new(Config)
	root.setDefaults(reflect.ValueOf(c).Elem())
	return c
}
