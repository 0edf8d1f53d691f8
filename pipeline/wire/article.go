package wire

import (
	"encoding/json"
	"strings"
)

// native is the payload of the format "article".
type native struct {
	Title       string   `json:"title"`
	Body        string   `json:"body"`
	Description string   `json:"description"`
	Byline      string   `json:"byline"`
	Dateline    string   `json:"dateline"`
	Published   string   `json:"published"`
	Updated     string   `json:"updated"`
	TimeZone    string   `json:"timezone"`
	URL         string   `json:"url"`
	Outlet      string   `json:"outlet"`
	Language    string   `json:"language"`
	Slug        string   `json:"slug"`
	Urgency     int      `json:"urgency"`
	Subjects    []string `json:"subjects"`
	Authors     []string `json:"authors"`
	Credits     []string `json:"credits"`
}

// parseArticle reads an article that was parsed elsewhere. Title and body are
// kept byte for byte.
func parseArticle(in *input) error {
	text, warning, err := decodeText(in.data, in.e.Charset, in.e.ContentType)
	if err != nil {
		return err
	}
	if warning != "" {
		in.warn(warning)
	}
	var n native
	if !scanNative(text, &n) {
		n = native{}
		if err := json.Unmarshal([]byte(text), &n); err != nil {
			return refuse(Malformed, "article payload: %w", jsonCause(err))
		}
	}
	a := in.a
	a.Title, a.Body, a.Description = n.Title, n.Body, n.Description
	a.Dateline, a.TimeZone, a.Outlet, a.Language = n.Dateline, n.TimeZone, n.Outlet, n.Language
	a.Slug, a.Urgency, a.Subjects, a.Authors, a.Credits = n.Slug, n.Urgency, n.Subjects, n.Authors, n.Credits
	a.URL = first(n.URL, a.URL)
	for line := range strings.Lines(n.Byline) {
		if line = strings.TrimSpace(line); line != "" {
			a.Byline = append(a.Byline, line)
			a.BylineFrom = "article.byline"
		}
	}
	in.published = in.when("published", n.Published)
	in.updated = in.when("updated", n.Updated)
	return nil
}

// scanNative reads the payload the fast way; false means nothing.
func scanNative(b string, n *native) bool {
	s := scanner{b: b}
	var seen uint32
	ok := s.object(func(key string) (ok bool) {
		var bit uint32
		var dst *string
		var list *[]string
		switch key {
		case "title":
			bit, dst = 0, &n.Title
		case "body":
			bit, dst = 1, &n.Body
		case "description":
			bit, dst = 2, &n.Description
		case "byline":
			bit, dst = 3, &n.Byline
		case "dateline":
			bit, dst = 4, &n.Dateline
		case "published":
			bit, dst = 5, &n.Published
		case "updated":
			bit, dst = 6, &n.Updated
		case "timezone":
			bit, dst = 7, &n.TimeZone
		case "url":
			bit, dst = 8, &n.URL
		case "outlet":
			bit, dst = 9, &n.Outlet
		case "language":
			bit, dst = 10, &n.Language
		case "slug":
			bit, dst = 11, &n.Slug
		case "urgency":
			bit = 12
		case "subjects":
			bit, list = 13, &n.Subjects
		case "authors":
			bit, list = 14, &n.Authors
		case "credits":
			bit, list = 15, &n.Credits
		default:
			return false
		}
		if seen&(1<<bit) != 0 {
			return false
		}
		seen |= 1 << bit
		switch {
		case s.null():
			ok = true
		case dst != nil:
			*dst, ok = s.text()
		case list != nil:
			*list, ok = s.texts()
		default:
			var v int64
			v, ok = s.integer()
			n.Urgency = int(v)
		}
		return ok
	})
	return ok && s.end()
}
