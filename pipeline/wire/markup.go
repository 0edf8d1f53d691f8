package wire

import (
	"html"
	"strings"

	"golang.org/x/net/html/atom"

	xhtml "golang.org/x/net/html"
)

// blocks are the elements that stand on lines of their own.
var blocks = map[string]bool{
	"p": true, "div": true, "section": true, "article": true, "header": true, "footer": true, "main": true, "aside": true, "blockquote": true, "pre": true,
	"h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true, "hl1": true, "hl2": true, "ul": true, "ol": true, "li": true, "dl": true, "dt": true, "dd": true,
	"table": true, "tr": true, "thead": true, "tbody": true, "tfoot": true, "caption": true, "figure": true, "figcaption": true, "br": true, "hr": true, "fn": true, "note": true,
	"block": true, "nitf-table": true, "bq": true, "body": true, "html": true, "address": true, "details": true, "summary": true, "credit": true, "body.content": true,
	"body.head": true, "body.end": true, "hedline": true, "byline": true, "dateline": true, "abstract": true, "media": true, "media-caption": true, "media-producer": true, "tagline": true,
}

// silent are the elements whose content is no text of the article.
var silent = map[string]bool{
	"script": true, "style": true, "noscript": true, "template": true, "iframe": true, "object": true, "svg": true, "math": true, "head": true, "title": true, "select": true,
	"button": true, "form": true, "nav": true, "textarea": true, "audio": true, "video": true, "canvas": true, "map": true,
	"media": true, "media-caption": true, "media-producer": true, "media-reference": true, "media-metadata": true, "media-object": true, "nitf-table-metadata": true,
}

// lineWriter collects text as paragraphs, one a line: white space is folded,
// block elements and <br> end a line, table cells are parted by a tab.
type lineWriter struct {
	b     []byte
	space bool // white space is due before the next word
	line  bool // a line break is due before the next word
	tab   bool
}

func (w *lineWriter) text(s string) {
	for i := 0; i < len(s); {
		if n := spaceLen(s, i); n > 0 {
			w.space = true
			i += n
			continue
		}
		// A run of words with one plain space between them is copied whole.
		j := i + 1
		for j < len(s) {
			if mayBeSpace[s[j]] && spaceLen(s, j) > 0 && (s[j] != ' ' || j+1 == len(s) || spaceLen(s, j+1) > 0) {
				break
			}
			j++
		}
		switch {
		case len(w.b) == 0:
		case w.line:
			w.b = append(w.b, '\n')
		case w.tab:
			w.b = append(w.b, '\t')
		case w.space:
			w.b = append(w.b, ' ')
		}
		w.space, w.line, w.tab = false, false, false
		w.b = append(w.b, s[i:j]...)
		i = j
	}
}

// mayBeSpace are the bytes that spaceLen has to look at.
var mayBeSpace = func() (t [256]bool) {
	for c := range t {
		t[c] = c <= ' ' || c == 0x7f || c == 0xc2
	}
	return t
}()

// spaceLen is the length of the white space at s[i], 0 for none; no-break spaces
// and control bytes are white space too.
func spaceLen(s string, i int) int {
	switch c := s[i]; {
	case c <= ' ' || c == 0x7f: // control bytes part words too
		return 1
	case c == 0xc2 && i+1 < len(s) && s[i+1] == 0xa0:
		return 2
	}
	return 0
}

func (w *lineWriter) element(name string) {
	switch {
	case blocks[name]:
		w.line = true
	case name == "td", name == "th":
		w.tab = true
	}
}

func (w *lineWriter) String() string { return string(w.b) }

// markupText is the text of an HTML fragment. cut gives the classes of
// elements that are left out; their text is returned apart, the first of each
// class.
func markupText(fragment string, cut ...string) (text string, apart map[string]string) {
	w := lineWriter{b: make([]byte, 0, len(fragment))}
	var side *lineWriter
	sideClass, sideDepth, quiet := "", 0, 0
	z := xhtml.NewTokenizer(strings.NewReader(fragment))
	z.SetMaxBuf(MaxPayload)
	for {
		switch z.Next() {
		case xhtml.ErrorToken:
			return w.String(), apart
		case xhtml.TextToken:
			switch {
			case quiet > 0:
			case side != nil:
				side.text(html.UnescapeString(string(z.Raw())))
			default:
				w.text(html.UnescapeString(string(z.Raw())))
			}
		case xhtml.StartTagToken:
			raw, attrs := z.TagName()
			name := string(raw)
			void := voidElement(name)
			switch {
			case void:
				w.element(name)
			case quiet > 0:
				if silent[name] {
					quiet++
				}
			case side != nil:
				sideDepth++
			case silent[name]:
				quiet++
			default:
				w.element(name)
				if class := classOf(z, attrs); class != "" && len(cut) > 0 {
					if c := classAmong(class, cut); c != "" {
						side, sideClass, sideDepth = new(lineWriter), c, 1
					}
				}
			}
		case xhtml.EndTagToken:
			raw, _ := z.TagName()
			name := string(raw)
			switch {
			case quiet > 0:
				if silent[name] {
					quiet--
				}
			case side != nil:
				if sideDepth--; sideDepth == 0 {
					if apart == nil {
						apart = make(map[string]string)
					}
					if apart[sideClass] == "" {
						apart[sideClass] = side.String()
					}
					side = nil
				}
			default:
				w.element(name)
			}
		case xhtml.SelfClosingTagToken:
			raw, _ := z.TagName()
			if quiet == 0 && side == nil {
				w.element(string(raw))
			}
		}
	}
}

// voidElement reports an HTML element without content.
func voidElement(name string) bool {
	switch atom.Lookup([]byte(name)) {
	case atom.Br, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Area, atom.Base, atom.Col, atom.Embed, atom.Source, atom.Track, atom.Wbr, atom.Param:
		return true
	}
	return false
}

func classOf(z *xhtml.Tokenizer, more bool) string {
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		if string(k) == "class" {
			return string(v)
		}
	}
	return ""
}

func classAmong(class string, among []string) string {
	for c := range strings.FieldsSeq(class) {
		for _, a := range among {
			if c == a {
				return a
			}
		}
	}
	return ""
}

// looksMarkup reports whether a text that should be plain holds tags.
func looksMarkup(s string) bool {
	i := strings.IndexByte(s, '<')
	return i >= 0 && i+2 < len(s) && strings.IndexByte(s[i:], '>') > 0 && (s[i+1] == '/' || s[i+1] == '!' || s[i+1] == '?' || s[i+1] >= 'a' && s[i+1] <= 'z' || s[i+1] >= 'A' && s[i+1] <= 'Z')
}

// plainOf is the text of a field that may hold markup or entities.
func plainOf(s string) string {
	if looksMarkup(s) || strings.Contains(s, "&") {
		t, _ := markupText(s)
		return t
	}
	return strings.Join(strings.Fields(s), " ")
}
