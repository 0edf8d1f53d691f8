package wire

import (
	"net/mail"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"
)

// parseFeed reads one item of an RSS, Atom or JSON feed, in its feed's header.
// Of several items it reads the first and says so. RSS wants an e-mail address
// in author, so names stand in dc:creator; all of them are read.
func parseFeed(in *input) error {
	text, warning, err := decodeText(in.data, xmlEncoding(in.data), in.e.Charset, in.e.ContentType)
	if err != nil {
		return err
	}
	if warning != "" {
		in.warn(warning)
	}
	if in.a.Format != "jsonfeed" {
		if err := checkMarkup(text); err != nil {
			return err
		}
		text = dropDeclaration(text)
	} else if _, err := parseJSON(text); err != nil { // bounds before a reader without them
		return err
	}
	feed, err := gofeed.NewParser().ParseString(text)
	if err != nil {
		return refuse(Malformed, "feed is unreadable")
	}
	if len(feed.Items) == 0 {
		return refuse(NotArticle, "feed holds no item")
	}
	if len(feed.Items) > 1 {
		in.warn("feed holds several items: only the first is read")
	}
	in.feedItem(feed, feed.Items[0])
	return nil
}

// dropDeclaration removes the XML declaration: the text is UTF-8 now, whatever
// it says.
func dropDeclaration(s string) string {
	t := strings.TrimLeft(s, " \t\r\n")
	if strings.HasPrefix(t, "<?xml") {
		if i := strings.Index(t, "?>"); i >= 0 {
			return t[i+2:]
		}
	}
	return t
}

// checkMarkup refuses what a lenient XML reader must not see: an internal
// document type subset, and nesting beyond the limit. It follows tags roughly,
// as feeds are often not well-formed.
func checkMarkup(s string) error {
	if i := strings.Index(s, "<!DOCTYPE"); i >= 0 {
		end := strings.IndexByte(s[i:], '>')
		if end < 0 || strings.IndexByte(s[i:i+end], '[') >= 0 {
			return refuse(Malformed, "XML document type has an internal subset: refused")
		}
	}
	depth := 0
	for i := 0; ; {
		j := strings.IndexByte(s[i:], '<')
		if j < 0 || i+j+1 >= len(s) {
			return nil
		}
		i += j
		switch {
		case strings.HasPrefix(s[i:], "<![CDATA["):
			end := strings.Index(s[i:], "]]>")
			if end < 0 {
				return nil
			}
			i += end + 3
			continue
		case strings.HasPrefix(s[i:], "<!--"):
			end := strings.Index(s[i:], "-->")
			if end < 0 {
				return nil
			}
			i += end + 3
			continue
		case s[i+1] == '/':
			depth--
		case s[i+1] != '!' && s[i+1] != '?':
			end := strings.IndexByte(s[i:], '>')
			if end < 0 {
				return nil
			}
			if s[i+end-1] != '/' {
				if depth++; depth > maxDepth {
					return refuse(Depth, "XML nested deeper than %d", maxDepth)
				}
			}
		}
		i++
	}
}

// feedItem maps an item.
func (in *input) feedItem(feed *gofeed.Feed, it *gofeed.Item) {
	a := in.a
	in.fromFeed = true
	a.OwnID = first(it.GUID, it.Link)
	a.URL = first(a.URL, it.Link)
	a.FeedURL = first(a.FeedURL, feed.FeedLink)
	a.Title = plainOf(it.Title)
	content, summary := it.Content, it.Description
	if content == "" {
		content, summary = summary, ""
	}
	a.Body = plainBody(content)
	a.Description = plainOf(summary)
	a.Language = feed.Language
	a.Outlet = plainOf(feed.Title)
	a.Subjects = append(a.Subjects, it.Categories...)
	in.published = in.feedTime("published", it.Published, it.PublishedParsed)
	in.updated = in.feedTime("updated", it.Updated, it.UpdatedParsed)
	in.versionTime = earliestSet(in.updated, in.published)
	a.feedAuthors(it)
	a.Credits = append(a.Credits, mediaCredits(it.Extensions)...)
	if d := it.DublinCoreExt; d != nil {
		if len(d.Language) > 0 {
			a.Language = first(d.Language[0], a.Language)
		}
		if in.published.IsZero() && len(d.Date) > 0 {
			in.published = in.feedTime("dc:date", d.Date[0], nil)
		}
	}
}

// plainBody is the text of a feed's content, a paragraph a line.
func plainBody(s string) string {
	if looksMarkup(s) || strings.Contains(s, "&") {
		t, _ := markupText(s)
		return t
	}
	return strings.TrimSpace(s)
}

// feedAuthors takes dc:creator first, then author; an address with a name in
// brackets gives the name.
func (a *Article) feedAuthors(it *gofeed.Item) {
	add := func(s string) {
		s = plainOf(s)
		if s == "" || len(a.Authors) >= 50 {
			return
		}
		for _, have := range a.Authors {
			if strings.EqualFold(have, s) {
				return
			}
		}
		a.Authors = append(a.Authors, s)
	}
	if d := it.DublinCoreExt; d != nil {
		for _, c := range d.Creator {
			add(c)
		}
	}
	if len(a.Authors) > 0 {
		return
	}
	for _, p := range it.Authors {
		if p == nil {
			continue
		}
		name := p.Name
		if name == "" && p.Email != "" {
			if addr, err := mail.ParseAddress(p.Email); err == nil {
				name = addr.Name
			}
		}
		if !strings.Contains(name, "@") {
			add(name)
		}
	}
}

// mediaCredits are the media:credit elements of Media RSS.
func mediaCredits(e ext.Extensions) (out []string) {
	var walk func(list []ext.Extension, depth int)
	walk = func(list []ext.Extension, depth int) {
		for _, x := range list {
			if x.Name == "credit" && x.Value != "" && len(out) < 20 {
				out = append(out, plainOf(x.Value))
			}
			if depth < 4 {
				for _, name := range []string{"group", "content", "credit"} {
					walk(x.Children[name], depth+1)
				}
			}
		}
	}
	for _, name := range []string{"group", "content", "credit"} {
		walk(e["media"][name], 0)
	}
	return out
}

// feedTime reads a feed's date: RFC 3339 or RFC 822 in its many spellings. A
// zone's name counts only if it is one of the few that RFC 822 defines.
func (in *input) feedTime(field, s string, parsed *time.Time) time.Time {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}
	}
	if t, ok := parseRFC822(s, in.zone()); ok {
		s = t.Format(time.RFC3339Nano)
	} else if _, _, ok := parseWhen(s, in.zone()); !ok && parsed != nil {
		s = parsed.UTC().Format(time.RFC3339Nano)
	}
	return in.when(field, s)
}

// zones822 are the named zones of RFC 822, in hours east.
var zones822 = map[string]int{"UT": 0, "GMT": 0, "UTC": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}

// parseRFC822 reads "Mon, 10 Mar 2025 15:30:00 +0200" with or without weekday
// and seconds, with years of two digits, and with the zone's name. Another
// name is read as loc.
func parseRFC822(s string, loc *time.Location) (time.Time, bool) {
	if i := strings.IndexByte(s, ','); i >= 0 && i <= 12 {
		s = s[i+1:]
	}
	f := strings.Fields(s)
	if len(f) < 4 || len(f) > 6 {
		return time.Time{}, false
	}
	day, err := strconv.Atoi(f[0])
	month := monthOf(f[1])
	year, err2 := strconv.Atoi(f[2])
	if err != nil || err2 != nil || month == 0 || year < 0 {
		return time.Time{}, false
	}
	if len(f[2]) == 2 {
		if year += 1900; year < 1970 {
			year += 100
		}
	}
	c := clock{s: f[3]}
	hour, min, sec, _, ok := c.time()
	if !ok || !c.done() || day < 1 || year > 9999 || day > daysIn(year, month) {
		return time.Time{}, false
	}
	if len(f) > 4 {
		c = clock{s: f[4]}
		if offset, ok := c.zone(); ok && c.done() {
			loc = time.FixedZone("", offset)
		} else if h, ok := zones822[strings.ToUpper(f[4])]; ok {
			loc = time.FixedZone("", h*3600)
		}
	}
	return time.Date(year, time.Month(month), day, hour, min, sec, 0, loc), true
}

// monthOf reads an English month of three letters or in full.
func monthOf(s string) int {
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	if len(s) < 3 {
		return 0
	}
	i := strings.Index(names, strings.ToLower(s[:3]))
	if i < 0 || i%3 != 0 {
		return 0
	}
	return i/3 + 1
}
