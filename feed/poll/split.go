package poll

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding/unicode"

	"dateline/pipeline/wire"
)

// maxItems bounds the items of one document; real feeds hold some hundred.
const maxItems = 5000

// document is a feed cut into its items.
type document struct {
	format string // rss, atom or jsonfeed
	utf8   bool   // the bytes were turned into UTF-8 to be cut
	head   []byte // what stands before the first item and after the last
	foot   []byte
	items  [][]byte
	broken bool // the document ends in the middle of an item
	ttl    time.Duration
}

// errNotFeed is the refusal of what is no feed: a page saying so, mostly.
var errNotFeed = errors.New("answer is no RSS, Atom or JSON feed")

// split cuts a document as it came into its items, without parsing more of it
// than tags: what is wrong with one item must not hide the others.
func split(data []byte) (*document, error) {
	d := &document{}
	if bytes.HasPrefix(data, []byte("\xfe\xff")) || bytes.HasPrefix(data, []byte("\xff\xfe")) {
		plain, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Bytes(data)
		if err != nil {
			return nil, errors.New("UTF-16 text is broken")
		}
		if bytes.HasPrefix(bytes.TrimSpace(plain), []byte("<?xml")) { // it says UTF-16 and is not any more
			plain = plain[bytes.Index(plain, []byte("?>"))+2:]
		}
		data, d.utf8 = plain, true
	}
	switch d.format = wire.Sniff(data); d.format {
	case "rss":
		d.cut(data, "item")
		d.ttl = ttl(d.head)
	case "atom":
		d.cut(data, "entry")
	case "jsonfeed":
		return d, d.members(data)
	default:
		return nil, errNotFeed
	}
	return d, nil
}

// record is the document with that item alone.
func (d *document) record(i int) []byte {
	return bytes.Join([][]byte{d.head, d.items[i], d.foot}, nil)
}

// cut finds the elements of that name, with or without a prefix.
func (d *document) cut(data []byte, name string) {
	at, kept := 0, 0
	for len(d.items) < maxItems {
		start, end, found := nextElement(data, at, name)
		if !found {
			d.broken = d.broken || start >= 0
			break
		}
		if len(d.items) == 0 {
			d.head = data[:start]
		}
		d.items = append(d.items, data[start:end])
		at, kept = end, end
	}
	if len(d.items) == 0 {
		d.head = data
		return
	}
	d.foot = data[kept:]
	if d.broken || !bytes.Contains(d.foot, []byte("</")) { // the document is cut off: close what is open
		d.broken = true
		d.foot = closing(d.head)
	}
}

// nextElement finds the first element of that name at or after from. start is
// set, without found, if it has no end.
func nextElement(data []byte, from int, name string) (start, end int, found bool) {
	start = -1
	depth := 0
	for i := from; i < len(data); {
		j := bytes.IndexByte(data[i:], '<')
		if j < 0 {
			return start, 0, false
		}
		i += j
		rest := data[i:]
		skip := 1
		switch {
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			skip = endOf(rest, "]]>")
		case bytes.HasPrefix(rest, []byte("<!--")):
			skip = endOf(rest, "-->")
		case bytes.HasPrefix(rest, []byte("</")):
			if start >= 0 && localName(rest[2:]) == name {
				skip = endOf(rest, ">")
				if depth--; depth == 0 && skip > 0 {
					return start, i + skip, true
				}
			}
		case localName(rest[1:]) == name:
			skip = endOf(rest, ">")
			if skip > 1 && rest[skip-2] == '/' { // an item that holds nothing, or something inside one
				if start < 0 {
					return i, i + skip, true
				}
				break
			}
			if start < 0 {
				start = i
			}
			depth++
		}
		if skip <= 0 {
			return start, 0, false
		}
		i += skip
	}
	return start, 0, false
}

// endOf is the length up to and with the mark, 0 if it does not come.
func endOf(b []byte, mark string) int {
	i := bytes.Index(b, []byte(mark))
	if i < 0 {
		return 0
	}
	return i + len(mark)
}

// localName is the name of a tag without its prefix.
func localName(b []byte) string {
	end := bytes.IndexAny(b[:min(len(b), 64)], " \t\r\n/>")
	if end < 0 {
		return ""
	}
	name := b[:end]
	return string(name[bytes.LastIndexByte(name, ':')+1:])
}

// closing closes the elements that the head leaves open: rss and channel, feed,
// rdf:RDF.
func closing(head []byte) []byte {
	var open []string
	for i := 0; i < len(head); i++ {
		if head[i] != '<' {
			continue
		}
		end := endOf(head[i:], ">")
		if end == 0 {
			break
		}
		tag := string(head[i+1 : i+end-1])
		i += end - 1
		name := tag
		if i := strings.IndexAny(tag, " \t\r\n"); i >= 0 {
			name = tag[:i]
		}
		switch {
		case name == "", strings.HasPrefix(tag, "?"), strings.HasPrefix(tag, "!"), strings.HasSuffix(tag, "/"):
		case strings.HasPrefix(tag, "/"):
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		default:
			open = append(open, name)
		}
	}
	var b bytes.Buffer
	for i := len(open) - 1; i >= 0; i-- {
		fmt.Fprintf(&b, "</%s>", open[i])
	}
	return b.Bytes()
}

// ttl is RSS's word for how long the channel may be kept, in minutes.
func ttl(head []byte) time.Duration {
	i := bytes.Index(head, []byte("<ttl>"))
	if i < 0 {
		return 0
	}
	text, _, _ := strings.Cut(string(head[i+len("<ttl>"):min(len(head), i+40)]), "<")
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n <= 0 {
		return 0
	}
	return time.Duration(min(n, 1<<20)) * time.Minute
}

// members cuts a JSON feed: items holds the items, the rest is the head.
func (d *document) members(data []byte) error {
	var feed map[string]json.RawMessage
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &feed); err != nil {
		return fmt.Errorf("JSON feed: %w", err)
	}
	var items []json.RawMessage
	if err := json.Unmarshal(feed["items"], &items); err != nil {
		return fmt.Errorf("JSON feed: items: %w", err)
	}
	delete(feed, "items")
	head, err := json.Marshal(feed)
	if err != nil {
		return err
	}
	d.head = append(bytes.TrimSuffix(head, []byte("}")), `,"items":[`...)
	if len(feed) == 0 {
		d.head = []byte(`{"items":[`)
	}
	d.foot = []byte("]}")
	for _, it := range items[:min(len(items), maxItems)] {
		d.items = append(d.items, it)
	}
	return nil
}
