package config

import (
	"encoding/json"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// Print writes every setting in effect as YAML that Parse reads again, with
// "***" for each secret that is set.
func Print(w io.Writer, c *Config) error {
	var b strings.Builder
	printGroup(&b, root, reflect.ValueOf(c).Elem(), "")
	_, err := io.WriteString(w, b.String())
	return err
}

func printGroup(b *strings.Builder, n *node, v reflect.Value, indent string) {
	for _, c := range n.children {
		f := v.Field(c.index)
		b.WriteString(indent + c.name + ":")
		switch {
		case c.kind == kindGroup:
			b.WriteByte('\n')
			printGroup(b, c, f, indent+"  ")
		case c.kind == kindGroups && f.Len() > 0:
			b.WriteByte('\n')
			for i := range f.Len() {
				var entry strings.Builder
				printGroup(&entry, c, f.Index(i), indent+"    ")
				b.WriteString(indent + "  - " + strings.TrimLeft(entry.String(), " "))
			}
		case c.kind == kindGroups:
			b.WriteString(" []\n")
		case c.kind == kindTexts:
			b.WriteString(" " + yamlList(f.Interface().([]string)) + "\n")
		case c.kind == kindText || c.kind == kindSecret:
			b.WriteString(" " + yamlText(c.show(f)) + "\n")
		default:
			b.WriteString(" " + c.show(f) + "\n")
		}
	}
}

// PrintJSON writes what Print writes as one JSON object. Durations and sizes
// are strings in the notation of the file.
func PrintJSON(w io.Writer, c *Config) error {
	var b strings.Builder
	jsonGroup(&b, root, reflect.ValueOf(c).Elem(), "\n")
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

// jsonGroup keeps the order of Config, which a map would lose. indent starts
// with the line feed.
func jsonGroup(b *strings.Builder, n *node, v reflect.Value, indent string) {
	b.WriteByte('{')
	for i, c := range n.children {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(indent + "  " + strconv.Quote(c.name) + ": ")
		jsonValue(b, c, v.Field(c.index), indent+"  ")
	}
	b.WriteString(indent + "}")
}

func jsonValue(b *strings.Builder, n *node, v reflect.Value, indent string) {
	switch n.kind {
	case kindGroup:
		jsonGroup(b, n, v, indent)
	case kindGroups:
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(indent + "  ")
			jsonGroup(b, n, v.Index(i), indent+"  ")
		}
		if v.Len() > 0 {
			b.WriteString(indent)
		}
		b.WriteByte(']')
	case kindTexts:
		texts := make([]string, v.Len())
		for i := range texts {
			texts[i] = jsonText(v.Index(i).String())
		}
		b.WriteString("[" + strings.Join(texts, ", ") + "]")
	case kindBool, kindInt:
		b.WriteString(n.show(v))
	default:
		b.WriteString(jsonText(n.show(v)))
	}
}

func jsonText(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func yamlList(texts []string) string {
	quoted := make([]string, len(texts))
	for i, s := range texts {
		quoted[i] = yamlText(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// plainText is text that YAML reads back as the same string without quotes,
// in a list in brackets too.
var plainText = regexp.MustCompile(`^[A-Za-z/_][A-Za-z0-9/_.-]*(:[A-Za-z0-9/_.-]+)*$|^[0-9.]+:[0-9]+$`)

// yamlText writes s as a YAML string. A JSON string is one.
func yamlText(s string) string {
	switch strings.ToLower(s) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		// on and off are texts in YAML 1.2 but not for every reader.
		return strconv.Quote(s)
	}
	if plainText.MatchString(s) {
		return s
	}
	return jsonText(s)
}
