package wire

import (
	"slices"
	"strings"
	"testing"
)

// TestHostile feeds every parser what is known to hurt parsers: it must end,
// with an article or a reason. A parser that is not linear shows in its time.
func TestHostile(t *testing.T) {
	laughs := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>`
	for _, c := range []struct{ name, format, in, reason string }{
		{"billion laughs", "nitf", laughs + `<nitf><body>&b;</body></nitf>`, Malformed},
		{"billion laughs in a feed", "rss", laughs + `<rss><channel><item><title>&b;</title></item></channel></rss>`, Malformed},
		{"external entity", "newsml-g2", `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><newsItem guid="a"/>`, Malformed},
		{"unknown entity stays text", "nitf", `<nitf><body><body.content><p>a &unknown; b</p></body.content></body></nitf>`, ""},
		{"XML depth", "nitf", strings.Repeat("<a>", 200), Depth},
		{"feed depth", "atom", "<feed>" + strings.Repeat("<a>", 200), Depth},
		{"JSON depth", "ninjs-1", `{"uri":` + strings.Repeat("[", 200), Depth},
		{"JSON Feed depth", "jsonfeed", strings.Repeat(`{"a":`, 200), Depth},
		{"HTML depth", "html", strings.Repeat("<div>", 100_000), Depth},
		{"many values", "ninjs-1", `{"uri":"a","person":[` + strings.Repeat("0,", 400_000) + `0]}`, Malformed},
		{"truncated XML", "newsml-g2", `<newsItem guid="a"><itemMeta>`, Malformed},
		{"truncated JSON", "digitalwires", `{"urn":"a","article_html":"<p>x`, Malformed},
		{"crossed tags", "nitf", `<nitf><a><b></a></b></nitf>`, Malformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(envelopeOf(c.format, c.in), Options{})
			if got := reasonOf(err); got != c.reason {
				t.Errorf("reason %q (%v), want %q", got, err, c.reason)
			}
		})
	}
	units := []string{"<", "<a ", "<div>", "<p>", "<b><i>", "{", "[", `{"a":`, `"\u`, "(", "^", "^a\n", "&", "&amp;", "<!--", "<![CDATA[", "<?", "</a>", "<a b='", "A\n", "By A B\n", "\n\n",
		"<table><tr><td>", "<script>", "<span class=author>", "x<x ", "=2 ", "1st Ld ", "<item>", "<!DOCTYPE ", "Eds: ", "<font><p>", "<p class=byline>By A B</p>", "\x01\x02\x03", "<form><b>", "]]>"}
	heads := []string{"", "<rss><channel><item><title>", "<html><body>", `{"uri":"a","body_html":"`, "\x16\x16\x01a0123\n\x02"}
	reasons := []string{"", Malformed, Charset, Depth, UnsupportedFormat, NoText, NotArticle}
	for _, format := range append(Formats(), "") {
		for _, unit := range units {
			for _, head := range heads {
				_, err := Parse(envelopeOf(format, head+strings.Repeat(unit, 20_000/len(unit))), Options{})
				if r := reasonOf(err); !slices.Contains(reasons, r) {
					t.Errorf("%s, %q, %q: reason %q", format, head, unit, r)
				}
			}
		}
	}
}
