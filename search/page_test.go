package search

import (
	"encoding/json"
	"html"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	xhtml "golang.org/x/net/html"

	"dateline/pipeline"
	"dateline/pipeline/actor"
)

// doc is a page as a browser reads it.
type doc struct{ *xhtml.Node }

func page(tb testing.TB, body io.Reader) doc {
	tb.Helper()
	n, err := xhtml.Parse(body)
	if err != nil {
		tb.Fatal(err)
	}
	return doc{n}
}

// all finds elements by tag and, if class is not empty, one of their classes.
func (d doc) all(tag, class string) []doc {
	var out []doc
	var walk func(*xhtml.Node)
	walk = func(n *xhtml.Node) {
		if n.Type == xhtml.ElementNode && n.Data == tag && (class == "" || slices.Contains(strings.Fields(doc{n}.attr("class")), class)) {
			out = append(out, doc{n})
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(d.Node)
	return out
}

func (d doc) attr(name string) string {
	for _, a := range d.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text is what a reader sees, spaces as they are.
func (d doc) text() string {
	var b strings.Builder
	var walk func(*xhtml.Node)
	walk = func(n *xhtml.Node) {
		if n.Type == xhtml.TextNode {
			b.WriteString(n.Data)
		}
		if n.Type == xhtml.ElementNode && n.Data == "br" {
			b.WriteByte('\n')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(d.Node)
	return b.String()
}

func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestSearchPage(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock, Version: "v9.9"})
	w := get(t, h, "/?q=bridge&actor=p:marta-olsson&place=US&from=2025-05&to=2025-05")
	if w.Code != 200 {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	d := page(t, w.Body)
	hits := d.all("li", "hit")
	if len(hits) != 1 {
		t.Fatalf("%d results", len(hits))
	}
	hit := hits[0]
	if got := hit.all("h2", "")[0].text(); got != "Mayor opens <the> new harbour bridge" {
		t.Errorf("title %q", got)
	}
	if ms := hit.all("h2", "")[0].all("mark", ""); len(ms) != 1 || ms[0].text() != "bridge" {
		t.Errorf("title marks %v", ms)
	}
	excerpt := hit.all("p", "excerpt")[0]
	if len(excerpt.all("mark", "")) == 0 || len(excerpt.all("a", "who")) == 0 || len(excerpt.all("a", "where")) == 0 {
		t.Errorf("excerpt without marks: %s", excerpt.text())
	}
	var chips []string
	for _, c := range d.all("li", "chip") {
		chips = append(chips, strings.TrimSuffix(flat(c.text()), "×"))
	}
	if want := []string{"who Marta Olsson", "where United States", "when May 2025"}; !slices.Equal(chips, want) {
		t.Errorf("chips %v, want %v", chips, want)
	}
	if foot := flat(d.all("footer", "")[0].text()); !strings.Contains(foot, "v9.9") || !strings.Contains(foot, "1 June 2025, 12:00:00 UTC") {
		t.Errorf("footer %q", foot)
	}
	if now := d.all("time", ""); now[len(now)-1].attr("datetime") != "2025-06-01T12:00:00Z" {
		t.Errorf("clock %v", now[len(now)-1].attr("datetime"))
	}
}

// Without script, the form sends everything that the page's question holds.
func TestFormKeepsTheQuestion(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock})
	for _, q := range []string{
		"q=bridge&actor=p:marta-olsson&actor=Olsson&place=US&from=2025-05-01&to=2025-05-31&sort=published&copies=true",
		"target=event&modality=asserted&outlet=North+%26+Wire&author=Ann+Lee&source=north&limit=5",
		"story=" + fixtureID + "&published_from=2025-05-01&published_to=2025-06-01",
	} {
		d := page(t, get(t, h, "/?"+q).Body)
		sent := url.Values{}
		for _, in := range d.all("form", "ask")[0].all("input", "") {
			if in.attr("value") != "" {
				sent.Add(strings.Replace(in.attr("name"), pAsk, pWords, 1), in.attr("value")) // what is typed is read first
			}
		}
		want, _ := url.ParseQuery(q)
		if sent.Encode() != want.Encode() {
			t.Errorf("form sends %s, want %s", sent.Encode(), want.Encode())
		}
	}
}

// Each link of a page leads somewhere: filters find what they count, chips take
// away what they name.
func TestLinksAnswer(t *testing.T) {
	h := Handler(bundled(t), Options{Now: clock, PageSize: 5})
	seen := map[string]bool{}
	total := func(d doc) int64 {
		numbers := d.all("p", "count")[0].all("strong", "")
		if len(numbers) == 0 {
			return 0
		}
		n, err := strconv.ParseInt(numbers[len(numbers)-1].text(), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, start := range []string{"/", "/?target=event&place=EE", "/?q=cable&place=FI&on=2025-03"} {
		d := page(t, get(t, h, start).Body)
		facets := 0
		for _, f := range d.all("section", "facet") {
			name := f.all("h2", "")[0].text()
			values := f.all("a", "")
			for _, a := range values[:min(2, len(values))] {
				count, err := strconv.ParseInt(a.all("span", "number")[0].text(), 10, 64)
				if err != nil {
					t.Fatal(err)
				}
				to := page(t, get(t, h, a.attr("href")).Body)
				found := total(to)
				exact := name == "Countries" || name == "Places" || name == "Outlets" || name == "Authors" || name == "Modality"
				if a.attr("aria-current") == "" && (exact && found != count || found < 1) {
					t.Errorf("%s: %s %s counts %d, finds %d (%s)", start, name, flat(a.text()), count, found, a.attr("href"))
				}
				facets++
			}
		}
		if facets < 8 {
			t.Errorf("%s: only %d values of facets", start, facets)
		}
		for _, c := range d.all("li", "chip") {
			drop := c.all("a", "")[0].attr("href")
			if got, was := total(page(t, get(t, h, drop).Body)), total(d); got < was {
				t.Errorf("%s: without %s there are %d, with it %d", start, flat(c.text()), got, was)
			}
		}
		for _, a := range d.all("a", "") {
			href := a.attr("href")
			if seen[href] || !strings.HasPrefix(href, "/") {
				continue
			}
			seen[href] = true
			path, _, _ := strings.Cut(href, "#")
			if w := get(t, h, path); w.Code != 200 {
				t.Errorf("%s links to %s: %d", start, href, w.Code)
			}
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d links", len(seen))
	}
}

func TestPagePaging(t *testing.T) {
	h := Handler(bundled(t), Options{Now: clock, PageSize: 10})
	var ids []string
	n := 0
	for path := "/?sort=published"; path != "" && n < 100; n++ {
		d := page(t, get(t, h, path).Body)
		for _, hit := range d.all("li", "hit") {
			ids = append(ids, hit.all("h2", "")[0].all("a", "")[0].attr("href"))
		}
		next := ""
		for _, a := range d.all("nav", "pages") {
			for _, l := range a.all("a", "") {
				if l.attr("rel") == "next" {
					next = l.attr("href")
				}
				if l.attr("rel") == "prev" && n == 0 {
					t.Error("a page before the first")
				}
			}
		}
		path = next
	}
	all := answer[found](t, h, "/api/articles?sort=published&limit=200", 200)
	var want []string
	for _, id := range all.ids() {
		want = append(want, "/article/"+id)
	}
	if !slices.Equal(ids, want) {
		t.Errorf("%d results on %d pages, want %d", len(ids), n, len(want))
	}
}

// Beside a result stand the few actors that the text names most, guesses last.
func TestLeading(t *testing.T) {
	as := make([]actor.Actor, 9)
	for i := range as {
		as[i].Confidence = .9
		as[i].Mentions = make([]actor.Mention, i+1)
	}
	as[8].Confidence = .1
	if got := leading(as); !slices.Equal(got, []int{7, 6, 5, 4, 3, 2}) {
		t.Errorf("%v", got)
	}
	if got := leading(as[8:]); !slices.Equal(got, []int{0}) {
		t.Errorf("a guess alone: %v", got)
	}
}

func TestEventPage(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock})
	d := page(t, get(t, h, "/?target=event&actor=Olsson&q=opened").Body)
	hits := d.all("li", "event")
	if len(hits) != 1 {
		t.Fatalf("%d events", len(hits))
	}
	s := hits[0].all("p", "sentence")[0]
	if got, want := s.text(), fixtureBody[:strings.Index(fixtureBody, "\n")]; got != want {
		t.Errorf("sentence %q, want %q", got, want)
	}
	if m := s.all("mark", ""); len(m) != 1 || m[0].text() != "opened" {
		t.Errorf("marks %v", m)
	}
	if a := s.all("a", "when"); len(a) != 1 || a[0].text() != "Sunday" || !strings.Contains(a[0].attr("title"), "18 May 2025") {
		t.Errorf("date %v", a)
	}
	of := hits[0].all("a", "of")[0].attr("href")
	path, fragment, _ := strings.Cut(of, "#")
	article := page(t, get(t, h, path).Body)
	if spans := article.all("span", "ev"); len(spans) != 2 || spans[1].attr("id") != fragment { // the first explains the colour
		t.Errorf("the event's anchor %q is not on the page of its article", of)
	}
}

// The page of an article shows its text to the letter, and every reading.
func TestArticlePage(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock})
	d := page(t, get(t, h, "/article/"+fixtureID).Body)
	body := d.all("div", "body")[0]
	var paras []string
	for _, p := range body.all("p", "") {
		paras = append(paras, p.text())
	}
	if got := strings.Join(paras, "\n\n"); got != fixtureBody {
		t.Errorf("text\n%q, want\n%q", got, fixtureBody)
	}
	fixed := fixtureDoc()
	for _, a := range fixed.Actors {
		for _, m := range a.Mentions {
			if !slices.ContainsFunc(body.all("a", "who"), func(d doc) bool { return d.text() == m.Text && strings.Contains(d.attr("title"), a.Name) }) {
				t.Errorf("%s is not marked", m.Text)
			}
		}
	}
	for tag, want := range map[string]string{"where": "Duluth", "when": "Sunday", "role": "Mayor"} {
		if !slices.ContainsFunc(body.all("a", tag), func(d doc) bool { return d.text() == want }) {
			t.Errorf("%s is not marked as %s", want, tag)
		}
	}
	// What a mark points to is in the panel.
	for _, a := range body.all("a", "n") {
		id, ok := strings.CutPrefix(a.attr("href"), "#")
		if !ok || !slices.ContainsFunc(d.all("li", ""), func(d doc) bool { return d.attr("id") == id }) {
			t.Errorf("%s points to %q", a.text(), a.attr("href"))
		}
	}
	panel := flat(d.all("aside", "panel")[0].text())
	for _, want := range []string{"18 May 2025", "Marta Olsson ×2 person · US Mayor (GOV, current, document)", "Rubén Peña", "Duluth ×2 town · US · dateline, event", "opened", "north · North Wire", "Original"} {
		if !strings.Contains(panel, want) {
			t.Errorf("no %q in the panel: %s", want, panel)
		}
	}
}

// Every bundled article's page shows its whole text, whatever was read in it.
func TestBundledPages(t *testing.T) {
	h := Handler(bundled(t), Options{Now: clock})
	all := answer[found](t, h, "/api/articles?limit=200&copies=true", 200)
	for _, hit := range all.Hits {
		var d pipeline.Document
		if err := json.Unmarshal(hit.Document, &d); err != nil {
			t.Fatal(err)
		}
		w := get(t, h, "/article/"+hit.ID)
		p := page(t, w.Body)
		if got, want := flat(p.all("div", "body")[0].text()), flat(d.Body); got != want {
			t.Errorf("%s: text differs at %q", hit.ID, diff(got, want))
		}
		if got, want := flat(p.all("h1", "")[0].text()), flat(d.Title); got != want {
			t.Errorf("%s: title %q, want %q", hit.ID, got, want)
		}
	}
	if len(all.Hits) < 50 {
		t.Errorf("only %d articles", len(all.Hits))
	}
}

func diff(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return a[max(0, i-20):min(len(a), i+20)]
}

// An article's text never becomes markup, wherever it is shown.
func TestHostile(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock})
	q := url.QueryEscape
	for _, path := range []string{
		"/", "/?q=hostile", "/?q=hostile&target=event", "/?q=words+evil", "/article/" + hostileID,
		"/?q=" + q(`"><script>alert(1)</script>`), "/?actor=" + q(`"><img src=x onerror=alert(1)>`), "/?place=" + q("<b>"), "/?from=" + q(`"><script>alert(1)</script>`),
		"/?sort=" + q("<script>alert(1)</script>"), "/?" + q("<script>alert(1)</script>") + "=1", "/article/" + q("<script>alert(1)</script>"), "/" + q("<script>alert(1)</script>"),
		"/?outlet=" + q(`'"><svg onload=alert(1)>`) + "&target=event",
	} {
		w := get(t, h, path)
		raw := w.Body.String()
		d := page(t, strings.NewReader(raw))
		if n := len(d.all("script", "")); n != 1 {
			t.Errorf("%s: %d scripts", path, n)
		}
		for _, tag := range []string{"img", "svg"} {
			for _, e := range d.all(tag, "") {
				for _, a := range e.Attr {
					if strings.HasPrefix(a.Key, "on") {
						t.Errorf("%s: <%s %s>", path, tag, a.Key)
					}
				}
			}
		}
		for _, img := range d.all("img", "") {
			if img.attr("src") != "/static/icon.svg" {
				t.Errorf("%s: image %q", path, img.attr("src"))
			}
		}
		for _, a := range d.all("a", "") {
			if href := a.attr("href"); !strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "#") && !strings.HasPrefix(href, "https://north.example/") {
				t.Errorf("%s: link to %q", path, href)
			}
		}
		if strings.Contains(raw, "Original") {
			t.Errorf("%s: an original that is no page", path)
		}
		if strings.HasPrefix(path, "/article/"+hostileID) && flat(d.all("div", "body")[0].text()) != flat(hostile().Body) {
			t.Errorf("text %q, want %q", d.all("div", "body")[0].text(), hostile().Body)
		}
	}
	for _, path := range []string{"/api/articles?q=hostile&highlight=true", "/api/articles/" + hostileID} {
		if body := get(t, h, path).Body.String(); strings.Contains(body, "\u2028") || !json.Valid([]byte(body)) {
			t.Errorf("%s: not safe inside a script", path)
		}
	}
}

func TestProblemPage(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock})
	w := get(t, h, "/?q=bridge&from=2025-13&to=soon&actr=x")
	if w.Code != 400 {
		t.Fatalf("%d", w.Code)
	}
	d := page(t, w.Body)
	problem := flat(d.all("section", "problem")[0].text())
	for _, want := range []string{`From: "2025-13" is no date`, `To: "soon" is no date`, "actr: no such parameter", "did you mean actor?"} {
		if !strings.Contains(problem, want) {
			t.Errorf("no %q in %q", want, problem)
		}
	}
	values := map[string]string{}
	for _, in := range d.all("input", "") {
		values[in.attr("name")] = in.attr("value")
	}
	if values[pAsk] != "bridge" || values["from"] != "2025-13" || values["to"] != "soon" {
		t.Errorf("the form forgot what was typed: %v", values)
	}
	nothing := page(t, get(t, h, "/?q=zeppelin&target=event&place=Duluth").Body)
	if s := flat(nothing.all("div", "nothing")[0].text()); !strings.Contains(s, "Ask without where Duluth") || !strings.Contains(s, "articles instead") {
		t.Errorf("nothing found: %q", s)
	}
}

// Every control has a name for those who do not see it, every page a language,
// a title and one heading's worth of structure.
func TestAccessible(t *testing.T) {
	h := Handler(fixtures(t), Options{Now: clock})
	for _, path := range []string{"/", "/?q=bridge&actor=Olsson&target=event", "/article/" + fixtureID, "/actor/p:marta-olsson", "/story/" + fixtureID, "/?from=x", "/none"} {
		d := page(t, get(t, h, path).Body)
		if d.all("html", "")[0].attr("lang") == "" || d.all("title", "")[0].text() == "" || len(d.all("main", "")) != 1 {
			t.Errorf("%s: language, title or main is missing", path)
		}
		for _, in := range d.all("input", "") {
			if in.attr("type") == "hidden" {
				continue
			}
			if in.Parent.Data != "label" || strings.Trim(flat(doc{in.Parent}.text()), "/ ") == "" { // the key's sign is no name
				t.Errorf("%s: input %s has no label", path, in.attr("name"))
			}
		}
		for _, a := range d.all("a", "") {
			if flat(a.text()) == "" && a.attr("aria-label") == "" || flat(a.text()) == "×" && a.attr("aria-label") == "" {
				t.Errorf("%s: a link to %s without words", path, a.attr("href"))
			}
		}
		ids := map[string]bool{}
		for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(get(t, h, path).Body.String(), -1) {
			if id := html.UnescapeString(m[1]); ids[id] {
				t.Errorf("%s: two elements have the id %s", path, id)
			} else {
				ids[id] = true
			}
		}
	}
}
