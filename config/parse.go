package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds on a file, so that a wrong path (a log, a disk image) or a hostile
// file costs neither memory nor time. 1 MiB holds some 5,000 sources; the
// deepest key lies 4 levels down; outside of lists there are about 100 keys.
const (
	maxFile  = 1 << 20
	maxDepth = 32
	maxKeys  = 1000
)

// Load reads and checks the file at path. An empty path means that there is
// no file: the defaults. env looks a variable up, as os.LookupEnv does; nil
// has none. The error is a Problems when the file could be read.
func Load(path string, env func(string) (string, bool)) (*Config, error) {
	if path == "" {
		return Default(), nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("configuration file: %w; write a first one with: dateline config example > %s", err, path)
	}
	if err != nil {
		return nil, fmt.Errorf("configuration file: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("configuration file: %w", err)
	}
	return Parse(path, data, env)
}

// Parse reads and checks a configuration. name stands for the file in
// problems. What the data leaves out keeps its default. The error is a
// Problems with everything that is wrong; only bad YAML hides what follows it.
func Parse(name string, data []byte, env func(string) (string, bool)) (*Config, error) {
	c := Default()
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	body, problem := parseYAML(data)
	if problem != nil {
		return nil, Problems{*problem}.asError(name)
	}
	d := &decoder{checker: newChecker(), env: env, lines: strings.Split(string(data), "\n")}
	if body != nil {
		d.value(root, body, reflect.ValueOf(c).Elem(), "")
	}
	d.check(c)
	if err := d.problems.asError(name); err != nil {
		return nil, err
	}
	return c, nil
}

// parseYAML returns the one document's body, nil if there is nothing in it.
func parseYAML(data []byte) (body ast.Node, problem *Problem) {
	if len(data) > maxFile {
		return nil, &Problem{Text: "the file is larger than 1MiB", Hint: "check the path: a configuration has a few kilobytes"}
	}
	if at := badByte(data); at >= 0 {
		line := 1 + bytes.Count(data[:at], []byte("\n"))
		column := 1 + utf8.RuneCount(data[bytes.LastIndexByte(data[:at], '\n')+1:at])
		return nil, &Problem{Line: line, Column: column, Text: "the file is not UTF-8 text", Hint: "save it as UTF-8"}
	}
	// The parser is made for friendly files and may panic on others.
	defer func() {
		if r := recover(); r != nil {
			body, problem = nil, &Problem{Text: "the file is not valid YAML", Hint: "compare it with: dateline config example"}
		}
	}()
	tokens := lexer.Tokenize(string(data))
	if problem := excess(tokens); problem != nil {
		return nil, problem
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxProblem(err)
	}
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil:
		case body != nil:
			p := placeOf(doc.Body)
			return nil, &Problem{Line: p.line, Column: p.column, Text: "a second document starts here", Hint: `remove the line "---" before it`}
		default:
			body = doc.Body
		}
	}
	return body, nil
}

// badByte is the offset of the first byte that is not UTF-8 text, or -1.
func badByte(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 || r == 0 {
			return i
		}
		i += n
	}
	return -1
}

// excess finds where a file goes beyond any configuration: the parser recurses
// for each bracket and each of the markers in "- - -", and takes time in the
// square of the keys of one group.
func excess(tokens token.Tokens) *Problem {
	brackets, markers, line := 0, 0, 0
	keys := make(map[int]int) // by column
	for _, t := range tokens {
		if t.Position == nil {
			continue
		}
		if t.Position.Line != line {
			line, markers = t.Position.Line, 0
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			brackets++
		case token.SequenceEndType, token.MappingEndType:
			brackets--
		case token.MappingKeyType, token.AnchorType, token.TagType:
			markers++
		case token.SequenceEntryType:
			markers++
			for column := range keys {
				if column > t.Position.Column {
					delete(keys, column) // each entry of a list starts anew
				}
			}
		case token.MappingValueType:
			if t.Prev != nil && t.Prev.Position != nil && brackets == 0 {
				keys[t.Prev.Position.Column]++
				if keys[t.Prev.Position.Column] > maxKeys {
					return &Problem{Line: t.Position.Line, Column: t.Position.Column, Text: fmt.Sprintf("more than %d keys", maxKeys), Hint: "check the path: this is no configuration"}
				}
			}
		}
		if brackets > maxDepth || markers > maxDepth || t.Position.IndentNum > 8*maxDepth {
			return &Problem{Line: t.Position.Line, Column: t.Position.Column, Text: "brackets or dashes are nested too deep", Hint: "check for one that is never closed"}
		}
	}
	return nil
}

// syntaxProblem turns the parser's error into ours, without the excerpt of
// the file it carries: that could show a secret.
func syntaxProblem(err error) *Problem {
	p := &Problem{Text: "the file is not valid YAML", Hint: "compare it with: dateline config example"}
	var bad yaml.Error
	if !errors.As(err, &bad) {
		return p
	}
	if t := bad.GetToken(); t != nil && t.Position != nil {
		p.Line, p.Column = t.Position.Line, t.Position.Column
	}
	message := bad.GetMessage()
	p.Text = "bad YAML: " + message
	switch {
	case strings.Contains(message, "'\t'"):
		p.Text, p.Hint = "bad YAML: a tab in the indentation", "indent with spaces"
	case strings.Contains(message, "reserved character"):
		p.Hint = "put the value in quotes"
	case strings.Contains(message, "mapping value is not allowed"):
		p.Hint = "check the indentation here and below; quote a value that contains a colon and a space"
	case strings.Contains(message, "could not find end character"):
		p.Hint = "close the quote"
	case strings.Contains(message, "end token") || strings.Contains(message, "must be specified"):
		p.Hint = "close the bracket, and quote texts that contain brackets or commas"
	}
	return p
}

// position is a place in the file, from 1.
type position struct{ line, column int }

// placeOf is where the value of a node starts.
func placeOf(n ast.Node) position {
	if m, ok := n.(ast.MapNode); ok {
		if iter := m.MapRange(); iter.Next() {
			return placeOf(iter.Key())
		}
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return position{t.Position.Line, t.Position.Column}
	}
	return position{}
}

// decoder fills a Config from a YAML tree and notes where each key stood.
type decoder struct {
	*checker
	env   func(string) (string, bool)
	lines []string // of the file
}

// longLine is where the columns of values without quotes stop being checked,
// so that a file of one line does not take time in the square of its length.
const longLine = 1000

// placeOf is placeOf with a correction: the parser counts the spaces after a
// value without quotes into the column of its start.
func (d *decoder) placeOf(n ast.Node) position {
	p := placeOf(n)
	s, ok := n.(ast.ScalarNode)
	if !ok || p.line < 1 || p.line > len(d.lines) || len(d.lines[p.line-1]) > longLine {
		return p
	}
	t := s.GetToken()
	if t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType || t.Value == "" {
		return p
	}
	line := []rune(d.lines[p.line-1])
	spaces := 0
	for end := p.column - 1 + utf8.RuneCountInString(t.Value); spaces < p.column && spaces < end; spaces++ {
		if end-spaces <= len(line) && strings.HasSuffix(string(line[:end-spaces]), t.Value) {
			return position{p.line, p.column - spaces}
		}
	}
	return p
}

// refuse records a problem at a place, and that the key at path is not to be
// checked further.
func (d *decoder) refuse(at ast.Node, path, text, hint string) {
	d.bad[path] = true
	d.note(at, path, text, hint)
}

// note records a problem at a place.
func (d *decoder) note(at ast.Node, path, text, hint string) {
	p := d.placeOf(at)
	d.problems = append(d.problems, Problem{Line: p.line, Column: p.column, Key: path, Text: text, Hint: hint})
}

// value decodes y into v by what n says. path is n's key with list indices.
func (d *decoder) value(n *node, y ast.Node, v reflect.Value, path string) {
	d.pos[path] = d.placeOf(y)
	switch y.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		d.refuse(y, path, d.lead(path)+"YAML anchors, aliases and tags are not read", "write the value out")
		return
	}
	switch n.kind {
	case kindGroup:
		d.group(n, y, v, path)
	case kindGroups:
		d.groups(n, y, v, path)
	case kindTexts:
		d.texts(n, y, v, path)
	default:
		if text, ok := d.scalar(n, y, path); ok {
			if complaint, hint := n.set(v, text); complaint != "" {
				d.refuse(y, path, path+": "+complaint, hint)
			}
		}
	}
}

// lead starts a message about a key; the whole file has none.
func (d *decoder) lead(path string) string {
	if path == "" {
		return ""
	}
	return path + ": "
}

func (d *decoder) group(n *node, y ast.Node, v reflect.Value, path string) {
	if y.Type() == ast.NullType {
		return // a heading with every key below it commented out
	}
	m, ok := y.(ast.MapNode)
	if !ok {
		d.refuse(y, path, d.lead(path)+"want "+n.kind.want()+", got "+describe(y, true), groupHint(n))
		return
	}
	seen := make(map[string]int)
	for iter := m.MapRange(); iter.Next(); {
		key := iter.Key()
		name, ok := keyName(key)
		if !ok {
			d.note(key, path, d.lead(path)+"want a plain key here", `write "key: value"`)
			continue
		}
		below := join(path, name)
		child := n.child(name)
		switch {
		case child == nil:
			d.note(key, below, "unknown key "+quote(below), suggest(n, name))
		case seen[name] > 0:
			d.note(key, below, "duplicate key "+quote(below), "it is already set on line "+strconv.Itoa(seen[name])+"; keep one")
		default:
			seen[name] = placeOf(key).line
			d.value(child, iter.Value(), v.Field(child.index), below)
		}
	}
}

func (d *decoder) groups(n *node, y ast.Node, v reflect.Value, path string) {
	if y.Type() == ast.NullType {
		return
	}
	list, ok := y.(*ast.SequenceNode)
	if !ok {
		d.refuse(y, path, path+": want "+n.kind.want()+", got "+describe(y, true), `start each entry below it with "- "`)
		return
	}
	entries := reflect.MakeSlice(v.Type(), len(list.Values), len(list.Values))
	entry := &node{spec: n.spec, kind: kindGroup, children: n.children}
	for i, item := range list.Values {
		entry.setDefaults(entries.Index(i))
		d.value(entry, item, entries.Index(i), path+"["+strconv.Itoa(i)+"]")
	}
	v.Set(entries)
}

func (d *decoder) texts(n *node, y ast.Node, v reflect.Value, path string) {
	list, ok := y.(*ast.SequenceNode)
	if !ok {
		hint := "write a list: [" + strings.ReplaceAll(n.def, ", ", ",") + "]"
		if s, plain := y.(*ast.StringNode); plain && len(s.Value) <= 80 && !login.MatchString(s.Value) {
			hint = "write [" + yamlText(s.Value) + "]"
		}
		d.refuse(y, path, path+": want "+n.kind.want()+", got "+describe(y, false), hint)
		return
	}
	one := &node{spec: n.spec, kind: kindText}
	values := make([]string, len(list.Values))
	for i, item := range list.Values {
		at := path + "[" + strconv.Itoa(i) + "]"
		d.pos[at] = d.placeOf(item)
		values[i], _ = d.scalar(one, item, at)
	}
	v.Set(reflect.ValueOf(values))
}

// scalar is the text of a single value, with ${NAME} replaced in a secret.
// For texts it insists on a YAML string, so that nobody has to know that 010,
// no quotes, is 8.
func (d *decoder) scalar(n *node, y ast.Node, path string) (string, bool) {
	text, quoted := "", false
	switch y := y.(type) {
	case *ast.StringNode:
		text, quoted = y.Value, y.Token.Type == token.SingleQuoteType || y.Token.Type == token.DoubleQuoteType
	case *ast.LiteralNode:
		text, quoted = y.Value.Value, true
	case *ast.NullNode:
		d.refuse(y, path, path+": no value", "remove the line, or write "+n.sample())
		return "", false
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		text = y.GetToken().Value
		if n.kind == kindText || n.kind == kindSecret {
			hint := "put it in quotes"
			if n.kind == kindText {
				hint = "write " + strconv.Quote(text)
			}
			d.refuse(y, path, path+": want text, got "+describe(y, n.kind == kindSecret), hint)
			return "", false
		}
	default:
		d.refuse(y, path, path+": want "+n.kind.want()+", got "+describe(y, true), "write one value, for example "+n.sample())
		return "", false
	}
	switch {
	case n.kind == kindSecret:
		return d.expand(y, path, text)
	case strings.Contains(text, "${"):
		d.refuse(y, path, path+": "+quote(text)+" is not replaced here", "only secrets ("+secretKeys+") take ${NAME} from the environment; write the value")
		return "", false
	case quoted && (n.kind == kindInt || n.kind == kindBool):
		d.refuse(y, path, path+": want "+n.kind.want()+", got text", "write it without quotes, for example "+n.sample())
		return "", false
	}
	return text, true
}

var (
	variable = regexp.MustCompile(`\$\{[^}]*\}?`)
	varName  = regexp.MustCompile(`^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$`)
)

// expand replaces each ${NAME}. What it brings in is not looked at again, so
// a variable may hold any text.
func (d *decoder) expand(y ast.Node, path, text string) (string, bool) {
	ok := true
	out := variable.ReplaceAllStringFunc(text, func(ref string) string {
		m := varName.FindStringSubmatch(ref)
		if m == nil {
			ok = false
			d.refuse(y, path, path+": a ${ that does not start a variable", "write ${NAME} with letters, digits and underscores; a secret that contains ${ itself goes into a variable")
			return ""
		}
		value, found := "", false
		if d.env != nil {
			value, found = d.env(m[1])
		}
		if value == "" {
			ok = false
			state := "is not set"
			if found {
				state = "is empty"
			}
			d.refuse(y, path, path+": environment variable "+m[1]+" "+state, "set it before the start, or remove the line")
		}
		return value
	})
	return out, ok
}

// keyName is the text of a plain key.
func keyName(key ast.MapKeyNode) (string, bool) {
	switch k := key.(type) {
	case *ast.StringNode:
		return k.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode, *ast.InfinityNode, *ast.NanNode:
		return key.GetToken().Value, true
	}
	return "", false
}

// describe names what stands in the file, with the value unless it could be a
// secret in the wrong place.
func describe(y ast.Node, hide bool) string {
	what, value := "", ""
	switch n := y.(type) {
	case *ast.StringNode:
		what, value = "text", quote(n.Value)
	case *ast.LiteralNode:
		return "text"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		what, value = "the number", y.GetToken().Value
	case *ast.BoolNode:
		return y.GetToken().Value
	case *ast.NullNode:
		return "nothing"
	case *ast.SequenceNode:
		return "a list"
	case ast.MapNode:
		return "a group of settings"
	default:
		return "something else"
	}
	if hide {
		return strings.TrimPrefix(strings.Replace(what, "the ", "a ", 1), " ")
	}
	return what + " " + value
}

func groupHint(n *node) string {
	if n == root {
		return `start with a key such as "kafka:"`
	}
	return "indent its keys below it: " + keyList(n)
}

// join makes a path; the top level has none.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
