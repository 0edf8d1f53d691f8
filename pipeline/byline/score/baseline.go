package score

import (
	"fmt"
	"net/url"
	"strings"

	readability "codeberg.org/readeck/go-readability/v2"
	"dateline/pipeline/byline"
	"golang.org/x/net/html"
)

// OnPage puts a byline string where pages have theirs, for systems that read
// pages alone.
func OnPage(s *String) *Page {
	by := html.EscapeString(s.Raw)
	return &Page{ID: "string", URL: "https://example.org/story", HTML: "<html><head><title>Ferry leaves</title><meta name=\"author\" content=\"" + by +
		"\"></head><body><article><h1>Ferry leaves</h1><p class=\"byline\">" + by + "</p>" +
		strings.Repeat("<p>Harbour pilots said on Thursday that the ferry had left its berth without tugs, and that nobody was hurt.</p>", 8) + "</article></body></html>"}
}

// Readability is the baseline on pages: the byline string that go-readability
// finds, cut by Naive.
func Readability(p *Page) (byline.Byline, error) {
	doc, err := html.Parse(strings.NewReader(p.HTML))
	if err != nil {
		return byline.Byline{}, fmt.Errorf("page %s: %w", p.ID, err)
	}
	base, err := url.Parse(p.URL)
	if err != nil {
		return byline.Byline{}, fmt.Errorf("page %s: %w", p.ID, err)
	}
	art, err := readability.FromDocument(doc, base)
	if err != nil {
		return byline.Byline{}, fmt.Errorf("page %s: %w", p.ID, err)
	}
	return Naive(art.Byline()), nil
}

// Naive is the baseline on strings: "By" cut off, split at commas, semicolons,
// strokes, "and" and "&"; every part is a person.
func Naive(s string) byline.Byline {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 3 && strings.EqualFold(s[:3], "by ") {
		s = s[3:]
	}
	for _, sep := range []string{" and ", " & ", ";", "|"} {
		s = strings.ReplaceAll(s, sep, ",")
	}
	var b byline.Byline
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			b.Authors = append(b.Authors, byline.Person{Name: part, Kind: "person"})
		}
	}
	return b
}
