package wire

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Sniff recognises the format of a payload by its first bytes: the root
// element of XML, the keys of a JSON object, the control bytes of the old
// wires. Anything else that is text is "text"; bytes that are none of these
// give "".
func Sniff(b []byte) string {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if format := sniffControls(b); format != "" {
		return format
	}
	t := bytes.TrimLeft(b, " \t\r\n")
	switch {
	case len(t) == 0:
		return ""
	case t[0] == '{':
		if format := sniffJSON(t); format != "" {
			return format
		}
	case t[0] == '<':
		if format := sniffMarkup(t); format != "" {
			return format
		}
		if bytes.HasPrefix(t, []byte("<?xml")) {
			return "" // XML of a kind we do not know is not plain text
		}
	}
	if bytes.IndexByte(b, 0) >= 0 && !bytes.HasPrefix(b, []byte("\xff\xfe")) && !bytes.HasPrefix(b, []byte("\xfe\xff")) {
		return ""
	}
	return "text"
}

// sniffControls recognises the character-oriented wires. ANPA 1312 opens with
// SYN bytes and its header lines start with ^; IPTC 7901 opens with SOH and its
// header ends with STX.
func sniffControls(b []byte) string {
	head := b[:min(len(b), 512)]
	i := bytes.IndexAny(head, "\x01\x16")
	if i < 0 || i > 16 {
		return ""
	}
	stx := bytes.IndexByte(head[i:], 0x02)
	switch {
	case bytes.IndexByte(head[:i+1], 0x16) >= 0 && bytes.IndexByte(head, '^') >= 0:
		return "anpa1312"
	case stx > 0:
		return "iptc7901"
	case bytes.IndexByte(head, '^') >= 0:
		return "anpa1312"
	}
	return ""
}

// sniffMarkup recognises XML by its root element, and HTML.
func sniffMarkup(b []byte) string {
	for len(b) > 0 {
		b = bytes.TrimLeft(b, " \t\r\n")
		switch {
		case hasPrefixFold(b, "<?"):
			b = after(b, "?>")
		case hasPrefixFold(b, "<!--"):
			b = after(b, "-->")
		case hasPrefixFold(b, "<!doctype html"):
			return "html"
		case hasPrefixFold(b, "<!"):
			b = after(b, ">")
		case len(b) > 0 && b[0] == '<':
			return rootFormat(b[1:])
		default:
			return ""
		}
	}
	return ""
}

func after(b []byte, end string) []byte {
	i := bytes.Index(b, []byte(end))
	if i < 0 {
		return nil
	}
	return b[i+len(end):]
}

func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && bytes.EqualFold(b[:len(prefix)], []byte(prefix))
}

// rootFormat is the format whose root element this is.
func rootFormat(b []byte) string {
	end := bytes.IndexAny(b, " \t\r\n/>")
	if end < 0 {
		return ""
	}
	name := b[:end]
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	switch string(name) {
	case "newsItem", "newsMessage", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem", "contentMeta", "contentSet", "groupSet", "inlineXML":
		return "newsml-g2"
	case "NewsML":
		return "newsml-1.2"
	case "nitf":
		return "nitf"
	case "rss", "RDF":
		return "rss"
	case "feed", "entry":
		return "atom"
	}
	switch string(bytes.ToLower(name)) {
	case "html", "head", "body", "article", "div", "p", "meta", "main", "section", "h1", "span":
		return "html"
	}
	return ""
}

// sniffJSON recognises a JSON object by its keys. A ninjs document of version 2
// or 3 has arrays where version 1 has numbered keys; version 3 is camel case.
func sniffJSON(b []byte) string {
	if !utf8.Valid(b) {
		return ""
	}
	k := keysOf(string(b))
	has := func(names ...string) bool {
		for _, n := range names {
			if _, ok := k[n]; ok {
				return true
			}
		}
		return false
	}
	switch {
	case has("version") && strings.Contains(k["version"], "jsonfeed.org"), has("items") && has("home_page_url", "feed_url"):
		return "jsonfeed"
	case has("data") && strings.Contains(k["data"], `"altids"`), has("altids") && strings.Contains(k["altids"], `"itemid"`):
		return "ap-media"
	case has("urn") && has("article_html", "entry_id", "dateline", "notepad"):
		return "digitalwires"
	case has("uri"):
		return ninjsVersion(k, has)
	case has("body", "title"):
		return "article"
	}
	return ""
}

// ninjsVersion tells the versions of ninjs apart. What holds nothing that
// differs reads alike in all of them.
func ninjsVersion(k map[string]string, has func(...string) bool) string {
	switch {
	case strings.Contains(k["standard"], `"3.`),
		has("pubStatus", "versionCreated", "firstCreated", "contentCreated", "altIds", "representationType", "usageTerms", "edNote"):
		return "ninjs-3"
	case strings.Contains(k["standard"], `"2.`),
		has("headlines", "bodies", "descriptions", "subjects", "places", "people", "organisations", "by", "infosources", "altids"):
		return "ninjs-2"
	}
	return "ninjs-1"
}

// keysOf gives the raw values of an object's keys, as far as it reads.
func keysOf(b string) map[string]string {
	k := make(map[string]string)
	s := scanner{b: b}
	s.object(func(key string) bool {
		s.space()
		start := s.i
		ok := s.value()
		k[key] = s.b[start:s.i]
		return ok
	})
	return k
}

// value passes over any JSON value without checking it closely.
func (s *scanner) value() bool {
	depth := 0
	for s.i < len(s.b) {
		switch c := s.b[s.i]; c {
		case '"':
			if _, _, ok := s.quoted(); !ok {
				return false
			}
			if depth == 0 {
				return true
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return true
			}
			if depth--; depth == 0 {
				s.i++
				return true
			}
		case ',':
			if depth == 0 {
				return true
			}
		}
		s.i++
	}
	return false
}
