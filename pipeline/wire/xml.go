package wire

import (
	"html"
	"strings"
)

// node is an XML element, or text if name is empty. Names and attributes are
// without prefix: the formats here need no namespaces to tell elements apart.
type node struct {
	name  string
	text  string
	attrs []attr
	kids  []*node
}

type attr struct{ name, value string }

// xmlParser reads well-formed XML without a DTD. It exists beside encoding/xml
// because that takes five to ten times as long; what it does not need to
// check, it does not.
type xmlParser struct {
	s     string
	i     int
	count int
}

// parseXML reads a document. A DOCTYPE is passed over and never loaded; one
// with an internal subset is refused, so no entity is ever defined by the
// input. References are XML's and HTML's; unknown ones stay as they are.
// Errors are Malformed or Depth.
func parseXML(s string) (*node, error) {
	p := &xmlParser{s: s}
	for {
		p.spaces()
		switch {
		case p.i >= len(p.s):
			return nil, refuse(Malformed, "XML holds no element")
		case strings.HasPrefix(p.s[p.i:], "<?"), strings.HasPrefix(p.s[p.i:], "<!"):
			if err := p.skipMarkup(); err != nil {
				return nil, err
			}
		case p.s[p.i] == '<':
			root, err := p.element(1)
			if err != nil {
				return nil, err
			}
			return root, nil // what follows the root does not matter to us
		default:
			return nil, refuse(Malformed, "XML: text before the first element")
		}
	}
}

func (p *xmlParser) bad(what string) error {
	return refuse(Malformed, "XML: %s at byte %d", what, p.i)
}

func (p *xmlParser) spaces() {
	for p.i < len(p.s) && p.s[p.i] <= ' ' {
		p.i++
	}
}

// skipMarkup passes over a comment, a processing instruction or a DOCTYPE.
func (p *xmlParser) skipMarkup() error {
	rest := p.s[p.i:]
	end, n := ">", 0
	switch {
	case strings.HasPrefix(rest, "<!--"):
		end, n = "-->", 4
	case strings.HasPrefix(rest, "<?"):
		end, n = "?>", 2
	case strings.HasPrefix(rest, "<!DOCTYPE"), strings.HasPrefix(rest, "<!doctype"):
		if i := strings.IndexByte(rest, '>'); i >= 0 && strings.IndexByte(rest[:i], '[') >= 0 {
			return refuse(Malformed, "XML document type has an internal subset: refused")
		}
	default:
		return p.bad("unexpected declaration")
	}
	i := strings.Index(rest[n:], end)
	if i < 0 {
		return p.bad("declaration without end")
	}
	p.i += n + i + len(end)
	return nil
}

// element reads an element; p.i is at its "<".
func (p *xmlParser) element(depth int) (*node, error) {
	if depth > maxDepth {
		return nil, refuse(Depth, "XML nested deeper than %d", maxDepth)
	}
	n, closed, err := p.startTag()
	if err != nil || closed {
		return n, err
	}
	for {
		i := strings.IndexByte(p.s[p.i:], '<')
		if i < 0 {
			return nil, p.bad("element without end")
		}
		if i > 0 {
			if err := p.add(n, &node{text: unescapeXML(p.s[p.i : p.i+i])}); err != nil {
				return nil, err
			}
			p.i += i
		}
		rest := p.s[p.i:]
		switch {
		case strings.HasPrefix(rest, "</"):
			return n, p.endTag(n)
		case strings.HasPrefix(rest, "<![CDATA["):
			end := strings.Index(rest, "]]>")
			if end < 0 {
				return nil, p.bad("CDATA without end")
			}
			if err := p.add(n, &node{text: rest[len("<![CDATA["):end]}); err != nil {
				return nil, err
			}
			p.i += end + len("]]>")
		case strings.HasPrefix(rest, "<!--"), strings.HasPrefix(rest, "<?"):
			if err := p.skipMarkup(); err != nil {
				return nil, err
			}
		default:
			kid, err := p.element(depth + 1)
			if err != nil {
				return nil, err
			}
			if err := p.add(n, kid); err != nil {
				return nil, err
			}
		}
	}
}

func (p *xmlParser) add(parent, kid *node) error {
	if p.count++; p.count > maxValues {
		return refuse(Malformed, "XML holds more than %d nodes", maxValues)
	}
	parent.kids = append(parent.kids, kid)
	return nil
}

// startTag reads <name attr="value" …> or …/>.
func (p *xmlParser) startTag() (n *node, closed bool, err error) {
	p.i++
	n = &node{name: p.name()}
	if n.name == "" {
		return nil, false, p.bad("tag without name")
	}
	for {
		p.spaces()
		if p.i >= len(p.s) {
			return nil, false, p.bad("tag without end")
		}
		switch p.s[p.i] {
		case '>':
			p.i++
			return n, false, nil
		case '/':
			if p.i+1 < len(p.s) && p.s[p.i+1] == '>' {
				p.i += 2
				return n, true, nil
			}
			return nil, false, p.bad("stray slash")
		}
		a := attr{name: p.name()}
		p.spaces()
		if a.name == "" || p.i >= len(p.s) || p.s[p.i] != '=' {
			return nil, false, p.bad("attribute without value")
		}
		p.i++
		p.spaces()
		if p.i >= len(p.s) || p.s[p.i] != '"' && p.s[p.i] != '\'' {
			return nil, false, p.bad("attribute without quotes")
		}
		end := strings.IndexByte(p.s[p.i+1:], p.s[p.i])
		if end < 0 {
			return nil, false, p.bad("attribute without end")
		}
		a.value = unescapeXML(p.s[p.i+1 : p.i+1+end])
		p.i += end + 2
		if len(n.attrs) < 64 { // real tags have a dozen
			n.attrs = append(n.attrs, a)
		}
	}
}

// name reads a name and drops its prefix.
func (p *xmlParser) name() string {
	start := p.i
	for p.i < len(p.s) {
		c := p.s[p.i]
		if c <= ' ' || c == '=' || c == '/' || c == '>' || c == '<' || c == '"' || c == '\'' {
			break
		}
		if c == ':' {
			start = p.i + 1
		}
		p.i++
	}
	return p.s[min(start, p.i):p.i]
}

func (p *xmlParser) endTag(n *node) error {
	p.i += 2
	if name := p.name(); name != n.name {
		return p.bad("end tag of another element")
	}
	p.spaces()
	if p.i >= len(p.s) || p.s[p.i] != '>' {
		return p.bad("end tag without end")
	}
	p.i++
	return nil
}

func unescapeXML(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	return html.UnescapeString(s)
}

// attr is the value of the attribute, empty if there is none.
func (n *node) attr(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.attrs {
		if a.name == name {
			return strings.TrimSpace(a.value)
		}
	}
	return ""
}

// child is the first child element of one of these names.
func (n *node) child(names ...string) *node {
	if n == nil {
		return nil
	}
	for _, k := range n.kids {
		for _, name := range names {
			if k.name == name {
				return k
			}
		}
	}
	return nil
}

// path is child in child; nil if one is missing.
func (n *node) path(names ...string) *node {
	for _, name := range names {
		n = n.child(name)
	}
	return n
}

// children are the child elements of that name.
func (n *node) children(name string) (out []*node) {
	if n == nil {
		return nil
	}
	for _, k := range n.kids {
		if k.name == name {
			out = append(out, k)
		}
	}
	return out
}

// find is the first element of that name in document order, n itself included.
func (n *node) find(name string) *node {
	if n == nil || n.name == name {
		return n
	}
	for _, k := range n.kids {
		if k.name != "" {
			if f := k.find(name); f != nil {
				return f
			}
		}
	}
	return nil
}

// all are the elements of that name below n, in document order.
func (n *node) all(name string) (out []*node) {
	if n == nil {
		return nil
	}
	for _, k := range n.kids {
		if k.name == name {
			out = append(out, k)
		} else if k.name != "" {
			out = append(out, k.all(name)...)
		}
	}
	return out
}

// deep is all with elements inside elements of the same name.
func (n *node) deep(name string) (out []*node) {
	if n == nil {
		return nil
	}
	for _, k := range n.kids {
		if k.name == "" {
			continue
		}
		if k.name == name {
			out = append(out, k)
		}
		out = append(out, k.deep(name)...)
	}
	return out
}

// words is the text of the element on one line.
func (n *node) words() string {
	if n == nil {
		return ""
	}
	var w lineWriter
	n.flat(&w)
	return w.String()
}

func (n *node) flat(w *lineWriter) {
	if n.name == "" {
		w.text(n.text)
		return
	}
	if n.nonPublic() {
		return
	}
	if n.name == "br" {
		w.space = true
	}
	for _, k := range n.kids {
		k.flat(w)
	}
}

// lines is the text of the element, a paragraph a line, without its media.
func (n *node) lines() string {
	if n == nil {
		return ""
	}
	w := lineWriter{b: make([]byte, 0, n.size())}
	n.write(&w)
	return w.String()
}

// size is the length of the text of the element and a byte for each part of it.
func (n *node) size() int {
	k := len(n.text) + 1
	for _, c := range n.kids {
		k += c.size()
	}
	return k
}

func (n *node) write(w *lineWriter) {
	switch {
	case n.name == "":
		w.text(n.text)
		return
	case silent[n.name], n.nonPublic(), n.aside():
		return
	}
	w.element(n.name)
	for _, k := range n.kids {
		k.write(w)
	}
	w.element(n.name)
}

// aside reports the parts of an XHTML body that repeat the metadata or are
// links to other items.
func (n *node) aside() bool {
	switch n.name {
	case "header", "footer":
		return true
	case "span", "section", "div":
		for c := range strings.FieldsSeq(n.attr("class")) {
			if c == "dateline" || c == "linkbox" || c == "notepad" {
				return true
			}
		}
	}
	return false
}

// nonPublic reports a part that is not for publication.
func (n *node) nonPublic() bool {
	for _, a := range n.attrs {
		if strings.EqualFold(a.name, "pubconstraint") || strings.EqualFold(a.name, "role") && strings.Contains(strings.ToLower(a.value), "nonpublic") {
			return true
		}
		if a.name == "class" && strings.Contains(a.value, "nonpublic") {
			return true
		}
	}
	return false
}

// document decodes and parses an XML payload. The encoding of the XML
// declaration is a label like the others, and goes before what HTTP said.
func (in *input) document() (*node, error) {
	text, warning, err := decodeText(in.data, xmlEncoding(in.data), in.e.Charset, in.e.ContentType)
	if err != nil {
		return nil, err
	}
	if warning != "" {
		in.warn(warning)
	}
	return parseXML(text)
}

// xmlEncoding is the encoding that the XML declaration names.
func xmlEncoding(b []byte) string {
	head := string(b[:min(len(b), 200)])
	end := strings.Index(head, "?>")
	i := strings.Index(head, "encoding")
	if end < 0 || i < 0 || i > end {
		return ""
	}
	rest := strings.TrimLeft(head[i+len("encoding"):end], " \t\r\n=")
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	name, _, _ := strings.Cut(rest[1:], rest[:1])
	return name
}
