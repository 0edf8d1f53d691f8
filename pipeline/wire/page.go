package wire

import (
	"net/url"
	"strings"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
)

// parsePage reads a news page. What the page says of itself to machines
// (schema.org in JSON-LD, meta elements) gives authors, dates and headline;
// readability finds the text and the byline that readers see. All bylines go
// on as evidence, the byline stage judges them.
func parsePage(in *input) error {
	text, warning, err := decodeText(in.data, in.e.Charset, in.e.ContentType, metaCharset(in.data))
	if err != nil {
		return err
	}
	if warning != "" {
		in.warn(warning)
	}
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return refuse(Depth, "HTML is nested too deep")
	}
	p := readPage(doc)
	in.pageMeta(p)
	base, err := url.Parse(first(in.e.URL, p.meta["canonical"], "https://page.invalid/"))
	if err != nil {
		base = &url.URL{Scheme: "https", Host: "page.invalid"}
	}
	parser := readability.NewParser()
	parser.DisableJSONLD = true // read here, broken JSON and kinds of authors included
	art, err := parser.ParseAndMutate(doc, base)
	a := in.a
	if err == nil && art.Node != nil {
		var w lineWriter
		pageText(art.Node, &w)
		a.Body = w.String()
		a.Title = first(a.Title, strings.TrimSpace(art.Title()))
		a.Description = first(a.Description, strings.TrimSpace(art.Excerpt()))
		a.Language = first(a.Language, art.Language())
	}
	in.pageBylines(p, art.Byline())
	return nil
}

// metaCharset is the encoding that a meta element in the first 4 kB names.
func metaCharset(b []byte) string {
	head := strings.ToLower(string(b[:min(len(b), 4096)]))
	i := strings.Index(head, "charset=")
	if i < 0 {
		return ""
	}
	rest := strings.TrimLeft(head[i+len("charset="):], "\"' ")
	end := strings.IndexAny(rest, "\"'>; /")
	if end < 0 || end > 40 {
		return ""
	}
	return rest[:end]
}

// page is what a page says of itself.
type page struct {
	meta    map[string]string // name or property, lower case -> first content
	authors []string          // contents of the author elements, in order
	ld      []*value          // JSON-LD blocks that parse
	marked  [3][]string       // texts of elements marked as author or byline, surest first
	before  []string          // what was marked so before the headline: often other articles' authors
	headed  bool
	title   string
	lang    string
}

// readPage walks over the document once.
func readPage(doc *html.Node) *page {
	p := &page{meta: make(map[string]string)}
	p.walk(doc, 0)
	return p
}

// maxMarked bounds the marked elements kept of a page: lists of other articles
// repeat them.
const maxMarked = 40

func (p *page) walk(n *html.Node, depth int) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			p.textBy(c.Data)
		}
		if c.Type != html.ElementNode {
			continue
		}
		switch c.Data {
		case "h1":
			if !p.headed && len(textOf(c, 400)) > 20 {
				p.headed = true
				for i := range p.marked {
					p.before = append(p.before, p.marked[i]...)
					p.marked[i] = nil
				}
			}
		case "html":
			p.lang = attrOf(c, "lang")
		case "meta":
			p.metaElement(c)
		case "link":
			if attrOf(c, "rel") == "canonical" && p.meta["canonical"] == "" {
				p.meta["canonical"] = attrOf(c, "href")
			}
		case "title":
			if p.title == "" {
				p.title = textOf(c, 300)
			}
		case "script":
			if strings.Contains(strings.ToLower(attrOf(c, "type")), "ld+json") {
				p.jsonLD(c)
			}
			continue
		case "style", "noscript", "svg", "template", "iframe", "nav", "footer":
			continue
		default:
			p.mark(c)
		}
		if depth < 600 {
			p.walk(c, depth+1)
		}
	}
}

// authorMeta are the meta elements that name authors, best first.
var authorMeta = []string{"byl", "author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "cxenseparse:author", "citation_author", "article.author", "authors", "byline"}

func (p *page) metaElement(n *html.Node) {
	key := strings.ToLower(first(attrOf(n, "name"), attrOf(n, "property"), attrOf(n, "itemprop")))
	content := strings.TrimSpace(attrOf(n, "content"))
	if key == "" || content == "" || len(content) > 2000 {
		return
	}
	if key == "author" && len(p.authors) < 20 {
		p.authors = append(p.authors, content)
	}
	if _, ok := p.meta[key]; !ok && len(p.meta) < 300 {
		p.meta[key] = content
	}
}

// jsonLD reads a block; what pages wrap around it or break in it (comments,
// CDATA, line ends inside strings) is mended.
func (p *page) jsonLD(n *html.Node) {
	if n.FirstChild == nil || len(p.ld) >= 20 {
		return
	}
	s := strings.TrimSpace(n.FirstChild.Data)
	for _, cut := range []string{"<!--", "//<![CDATA[", "<![CDATA["} {
		s = strings.TrimSpace(strings.TrimPrefix(s, cut))
	}
	for _, cut := range []string{"-->", "//]]>", "]]>", ";"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, cut))
	}
	v, err := parseJSON(s)
	if err != nil {
		s = strings.Map(func(r rune) rune {
			if r < 0x20 {
				return ' '
			}
			return r
		}, s)
		if v, err = parseJSON(s); err != nil {
			return
		}
	}
	p.ld = append(p.ld, v)
}

// mark keeps the text of an element that the page marks as its author or
// byline, that links to an author's page, or that says "By …".
func (p *page) mark(n *html.Node) {
	rank, limit := markedByline(n), 300
	if rank < 0 && saysBy(n) {
		rank, limit = 2, 120
	}
	if rank < 0 || len(p.marked[rank]) >= maxMarked {
		return
	}
	if t := strings.TrimRight(textOf(n, limit), " ,:|•·"); t != "" {
		p.marked[rank] = append(p.marked[rank], t)
	}
}

// textBy keeps a text "by …" that stands between elements.
func (p *page) textBy(s string) {
	s = strings.TrimSpace(s)
	if len(s) > 6 && len(s) < 100 && strings.EqualFold(s[:3], "by ") && len(p.marked[2]) < maxMarked {
		p.marked[2] = append(p.marked[2], strings.TrimRight(strings.Join(strings.Fields(s), " "), " ,:|•·"))
	}
}

// authorPaths stand in the addresses of authors' pages.
var authorPaths = []string{"/author/", "/authors/", "/writer/", "/writers/", "/staff/", "/contributor/", "/contributors/", "/journalist/", "/reporter/", "/people/", "/profile/", "/by/", "/autor/", "/auteur/"}

// markedByline ranks an element by how surely it is the byline: 0 by its
// relation or class, 1 by where it links to, -1 not at all.
func markedByline(n *html.Node) int {
	for _, a := range n.Attr {
		v := strings.ToLower(a.Val)
		switch a.Key {
		case "rel":
			if v == "author" {
				return 0
			}
		case "itemprop":
			if strings.Contains(v, "author") && !strings.Contains(v, "image") {
				return 0
			}
		case "class", "id", "data-testid":
			if len(v) < 200 && (strings.Contains(v, "byline") || strings.Contains(v, "author")) {
				return 0
			}
		case "href", "to":
			for _, part := range authorPaths {
				if strings.Contains(v, part) {
					return 1
				}
			}
		}
	}
	return -1
}

// saysBy reports an element whose own text opens with "By".
func saysBy(n *html.Node) bool {
	switch n.Data {
	case "p", "div", "span", "h2", "h3", "h4", "h5", "strong", "em", "address", "section", "li", "td":
	default:
		return false
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			if t := strings.TrimSpace(c.Data); t != "" {
				return len(t) >= 2 && strings.EqualFold(t[:2], "by") && (len(t) == 2 || t[2] == ' ' || t[2] == ':')
			}
		}
	}
	return false
}

func attrOf(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// textOf is the text of an element on one line, blocks parted by line feeds;
// empty if it is longer than limit.
func textOf(n *html.Node, limit int) string {
	var w lineWriter
	var walk func(n *html.Node) bool
	walk = func(n *html.Node) bool {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch c.Type {
			case html.TextNode:
				w.text(c.Data)
			case html.ElementNode:
				if c.Data == "script" || c.Data == "style" || c.Data == "svg" || c.Data == "noscript" || c.Data == "button" {
					continue
				}
				w.element(c.Data)
				if !walk(c) {
					return false
				}
				w.element(c.Data)
			}
			if len(w.b) > limit {
				return false
			}
		}
		return true
	}
	if !walk(n) {
		return ""
	}
	return w.String()
}

// pageText writes the text of the article that readability found.
func pageText(n *html.Node, w *lineWriter) {
	switch n.Type {
	case html.TextNode:
		w.text(n.Data)
		return
	case html.ElementNode:
		if silent[n.Data] {
			return
		}
		w.element(n.Data)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		pageText(c, w)
	}
	if n.Type == html.ElementNode {
		w.element(n.Data)
	}
}
