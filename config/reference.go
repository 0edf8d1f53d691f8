package config

import (
	"reflect"
	"strings"
)

// Reference is the page docs/configuration.md: every key with its type,
// default, bounds, what it does and what too much of it costs.
func Reference() string {
	var b strings.Builder
	b.WriteString(referenceHead)
	for _, c := range root.children {
		referenceNode(&b, c, "##")
	}
	return b.String()
}

const referenceHead = `# Configuration

<!-- Generated from config/spec.go: go test ./config -run TestReference -update -->

One YAML file holds every setting of every command; each reads the part it
needs. All settings have a default, so the file holds only what differs, and
an absent file is an empty one.

    dateline config example > dateline.yaml     # every key with its default, to edit
    dateline config check --config dateline.yaml
    dateline config print --config dateline.yaml # what is in effect, secrets as ***

- Keys are strict: an unknown or repeated one, a value of the wrong type or out
  of bounds, and settings that contradict each other stop the start. All
  problems are listed at once, each as ` + "`file:line:column: problem; what to do`" + `.
- A duration is a number with a unit: ` + "`500ms`, `30s`, `5m`, `168h`, `1h30m`" + `.
- A size is a number with a unit: ` + "`B`; `kB`, `MB`, `GB` (thousands); `KiB`, `MiB`, `GiB`" + `
  (1024s). A number alone counts bytes.
- A secret may take its value, or part of it, from the environment:
  ` + "`api_key: ${DATELINE_ES_API_KEY}`" + `. A variable that is missing or empty stops the
  start. Other settings do not take variables.
- YAML anchors, aliases and tags are not read. A file may have 1 MiB.

`

func referenceNode(b *strings.Builder, n *node, level string) {
	b.WriteString(level + " " + n.key + "\n\n")
	if n.kind != kindGroup {
		b.WriteString(facts(n) + "\n\n")
	}
	b.WriteString(strings.Join(wrap(paragraph(n), 80), "\n") + "\n\n")
	if n.example != "" {
		b.WriteString("Example: `" + n.name + ": " + exampleText(n) + "`\n\n")
	}
	for _, c := range n.children {
		referenceNode(b, c, "###")
	}
}

// facts is the line of type, default and bounds.
func facts(n *node) string {
	what := n.kind.String()
	switch {
	case n.form != nil && n.kind == kindTexts:
		what = "list of " + n.form.name
	case n.form != nil:
		what = n.form.name
	case n.enum != nil && n.kind == kindTexts:
		what = "list of `" + strings.Join(n.enum, "`, `") + "`"
	case n.enum != nil:
		what = "one of `" + strings.Join(n.enum, "`, `") + "`"
	}
	s := "Type: " + what
	switch {
	case n.def != "":
		s += " · default: `" + defaultText(n) + "`"
	case n.required:
		s += " · required"
	default:
		s += " · default: none"
	}
	if n.bounded() {
		s += " · bounds: " + n.bounds()
	}
	if n.live {
		s += " · taken on SIGHUP"
	}
	return s
}

// paragraph joins what a key does with what too much of it costs.
func paragraph(n *node) string {
	if n.cost == "" {
		return n.doc
	}
	return n.doc + " " + n.cost
}

// defaultText is the default as the file would have it.
func defaultText(n *node) string {
	v := reflect.New(n.typ).Elem()
	if complaint, _ := n.set(v, n.def); complaint != "" {
		panic("config: default of " + n.key + ": " + complaint)
	}
	switch n.kind {
	case kindTexts:
		return yamlList(v.Interface().([]string))
	case kindText:
		return yamlText(n.def)
	}
	return n.def
}

func exampleText(n *node) string {
	if n.kind == kindSecret {
		return n.example // ${NAME} needs no quotes
	}
	return yamlText(n.example)
}

// Example is the file config/dateline.example.yaml: every key with its
// default and what it does. Keys without a default are commented out, with a
// value for example; so the file says the same as an empty one.
func Example() string {
	var b strings.Builder
	b.WriteString(exampleHead)
	for _, c := range root.children {
		b.WriteByte('\n')
		exampleNode(&b, c, "", "")
	}
	return b.String()
}

const exampleHead = `# Dateline: every setting with its default. Keep what you change and delete the
# rest. A key behind a bare # has no default; its value is an example, and
# removing the # sets it. What too much of a setting costs stands in
# docs/configuration.md and in the output of: dateline config reference
`

// exampleNode writes n. off is "#" inside of what is commented out as a whole.
func exampleNode(b *strings.Builder, n *node, off, indent string) {
	comment(b, n, off+indent)
	switch {
	case n.kind == kindGroup:
		b.WriteString(off + indent + n.name + ":\n")
		for i, c := range n.children {
			if i > 0 {
				b.WriteByte('\n')
			}
			exampleNode(b, c, off, indent+"  ")
		}
	case n.kind == kindGroups:
		// The dash stands alone, so that the first key's comment has a place.
		b.WriteString("#" + indent + n.name + ":\n#" + indent + "  -\n")
		for _, c := range n.children {
			exampleNode(b, c, "#", indent+"    ")
		}
	case n.def == "":
		b.WriteString("#" + indent + n.name + ": " + exampleText(n) + "\n")
	default:
		b.WriteString(off + indent + n.name + ": " + defaultText(n) + "\n")
	}
}

// comment writes what a key does, its choices and its bounds.
func comment(b *strings.Builder, n *node, indent string) {
	text := n.doc
	if n.enum != nil && n.kind == kindText {
		text += " One of " + alternatives(n.enum) + "."
	}
	if n.bounded() {
		text += " Bounds: " + n.bounds() + "."
	}
	for _, line := range wrap(text, 78-len(indent)) {
		b.WriteString(indent + "# " + line + "\n")
	}
}

// wrap breaks text into lines of at most width characters where words allow.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case len([]rune(line))+1+len([]rune(word)) > width:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}
