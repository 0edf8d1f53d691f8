package search

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/index"
	"dateline/internal/articles"
	"dateline/search/searchtest"
)

func buckets(pairs ...any) (bs []index.Bucket) {
	for i := 0; i < len(pairs); i += 2 {
		bs = append(bs, index.Bucket{Value: pairs[i].(string), Count: int64(pairs[i+1].(int))})
	}
	return bs
}

// The bars hold every document once, cover the days without a gap, and lead to
// the question for just that stretch.
func TestTimeline(t *testing.T) {
	for name, c := range map[string]struct {
		q     index.Query
		days  []index.Bucket
		unit  string
		bars  int
		count int64
		ends  string // what stands at either end, outside the bars
	}{
		"one day":   {index.Query{}, buckets("2025-03-10", 4), "day", 1, 4, ""},
		"two weeks": {index.Query{}, buckets("2025-03-10", 4, "2025-03-24", 1), "day", 15, 5, ""},
		"a year":    {index.Query{}, buckets("2024-06-01", 1, "2025-05-31", 1), "week", 53, 2, ""},
		"years":     {index.Query{}, buckets("2021-02-03", 1, "2025-05-31", 1), "month", 52, 2, ""},
		"centuries": {index.Query{}, buckets("0005-01-01", 1, "2025-05-31", 1), "century", 21, 2, ""},
		"strays":    {index.Query{}, buckets("1815-06-18", 1, "2025-05-01", 100, "2025-05-03", 99, "2099-12-31", 1), "day", 3, 199, "1 earlier, 1 later"},
		"asked for": {index.Query{From: day("1815-01-01"), To: day("2100-01-01")}, buckets("1815-06-18", 1, "2025-05-01", 200, "2099-12-31", 1), "decade", 29, 202, ""},
	} {
		t.Run(name, func(t *testing.T) {
			tl := timelineOf(&c.q, c.days, link(rules))
			if tl.Unit != c.unit || len(tl.Bars) != c.bars || tl.Dated != c.count {
				t.Fatalf("%d bars of a %s with %d documents, want %d of a %s with %d", len(tl.Bars), tl.Unit, tl.Dated, c.bars, c.unit, c.count)
			}
			x, sum := 0, int64(0)
			for i, b := range tl.Bars {
				if b.X != x || b.Width < 1 || b.Y+b.Height != timelineHeight || (b.Height > 0) != (b.Count > 0) {
					t.Errorf("bar %d: %+v", i, b)
				}
				x += b.Width
				sum += b.Count
				u, err := url.Parse(b.Link)
				if err != nil {
					t.Fatal(err)
				}
				q, err := rules.Parse(u.Query())
				if err != nil || q.From.Format(time.DateOnly) != b.From || writeTo(q.To, time.UTC) != b.To {
					t.Errorf("bar %d leads to %s: %v", i, b.Link, err)
				}
			}
			if x != timelineWidth || sum != c.count {
				t.Errorf("%d wide with %d documents", x, sum)
			}
			var ends []string
			for _, e := range []*tab{tl.Earlier, tl.Later} {
				if e != nil {
					ends = append(ends, e.Label)
				}
			}
			if got := strings.Join(ends, ", "); got != c.ends {
				t.Errorf("outside %q, want %q", got, c.ends)
			}
		})
	}
	if tl := timelineOf(&index.Query{}, nil, link(rules)); tl != nil {
		t.Errorf("%+v of no day", tl)
	}
}

// The outline's projection can be undone, and stays in its drawing.
func TestProject(t *testing.T) {
	for _, at := range [][2]float64{{0, 0}, {59.437, 24.754}, {-33.87, 151.21}, {71, -179.9}, {-54.8, -68.3}} {
		x, y := project(at[0], at[1])
		lat, lon := unproject(x, y)
		if math.Abs(lat-at[0]) > 1e-9 || math.Abs(lon-at[1]) > 1e-9 || x < 0 || x > worldWidth || y < 0 || y > worldHeight {
			t.Errorf("%v is at %.1f, %.1f, which is %.4f, %.4f", at, x, y, lat, lon)
		}
	}
	b, err := os.ReadFile("page/world.svg")
	if err != nil || !strings.Contains(string(b), fmt.Sprintf(`viewBox="0 0 %.0f %.0f"`, worldWidth, worldHeight)) {
		t.Errorf("the outline has another size: %v", err)
	}
}

// Near places share a circle, far ones do not; each circle leads to a question
// that its places answer.
func TestMap(t *testing.T) {
	places := buckets("gn:588409", 9, "gn:658225", 4, "gn:344979", 3, "EE", 50, "r:europe", 60, "gn:999999999", 2)
	m := mapOf(&index.Query{Limit: DefaultPageSize}, places, link(rules))
	if m == nil || m.Places != 3 || len(m.Clusters) != 2 {
		t.Fatalf("%+v", m)
	}
	baltic, addis := m.Clusters[0], m.Clusters[1]
	if baltic.Count != 13 || baltic.Label != "Tallinn 9, Helsinki 4" || !strings.Contains(baltic.Link, "box=") {
		t.Errorf("%+v", baltic)
	}
	if addis.Count != 3 || addis.Link != "/?place=gn%3A344979" || addis.R >= baltic.R {
		t.Errorf("%+v", addis)
	}
	u, _ := url.Parse(baltic.Link)
	q, err := rules.Parse(u.Query())
	if err != nil {
		t.Fatal(err)
	}
	near := mapOf(q, places, link(rules))
	if near.Places != 2 || len(near.Clusters) != 2 || near.Zoom == nil || near.Width >= m.Width {
		t.Errorf("the box shows %+v", near)
	}
	for _, c := range near.Clusters {
		if c.X < near.X || c.X > near.X+near.Width || c.Y < near.Y || c.Y > near.Y+near.Height {
			t.Errorf("%s lies outside what is shown", c.Label)
		}
	}
	if m := mapOf(&index.Query{}, buckets("EE", 5), link(rules)); m != nil {
		t.Errorf("a map of no town: %+v", m)
	}
}

func TestActorProfile(t *testing.T) {
	h := Handler(bundled(t), Options{Now: clock})
	byName := answer[profile](t, h, "/api/actors/Harold%20Brandt", 200)
	if byName.Name != "Harold Brandt" || byName.Articles == 0 || byName.Events == 0 || len(byName.Roles) == 0 || len(byName.With) == 0 || len(byName.Places) == 0 || len(byName.Days) == 0 {
		t.Errorf("%+v", byName)
	}
	for _, r := range byName.Roles {
		if r.Text == "" || r.Articles == 0 || r.First.IsZero() || r.Last.Before(r.First) {
			t.Errorf("role %+v", r)
		}
	}
	for _, w := range byName.With {
		if w.Label == "Harold Brandt" {
			t.Error("he is in his own company")
		}
	}
	fix := Handler(fixtures(t), Options{Now: clock})
	byID := answer[profile](t, fix, "/api/actors/p:marta-olsson", 200)
	if byID.Name != "Marta Olsson" || byID.Country != "US" || len(byID.Roles) != 1 || byID.Roles[0].Text != "Mayor" || byID.Roles[0].Code != "GOV" {
		t.Errorf("%+v", byID)
	}
	p := get(t, fix, "/actor/p:marta-olsson").Body.String()
	for _, want := range []string{"<h1>Marta Olsson</h1>", "Mayor", "government", "United States", `href="/?actor=p%3Amarta-olsson`, "Duluth"} {
		if !strings.Contains(p, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, bad := range []string{"/api/actors/p:nobody", "/api/actors/%ff%fe", "/api/actors/" + strings.Repeat("x", 300), "/actor/Nobody%20At%20All"} {
		if w := get(t, fix, bad); w.Code != http.StatusNotFound {
			t.Errorf("%.40s: %d", bad, w.Code)
		}
	}
	// Who is named under an embargo alone is named by nobody.
	if w := get(t, fix, "/api/actors/Secret%20zeppelin"); w.Code != http.StatusNotFound {
		t.Errorf("hidden: %d", w.Code)
	}
}

func TestStory(t *testing.T) {
	s := open(t)
	write(t, s, storyDocs()...)
	h := Handler(s, Options{Now: clock})
	first := fmt.Sprintf("%032x", 100)
	st := answer[story](t, h, "/api/stories/"+first, 200)
	if st.ID != first || st.Total != 5 || len(st.Articles) != 5 || len(st.Outlets) != 4 || !st.Articles[1].Hidden || st.Articles[3].Containment != .97 {
		t.Errorf("%+v", st)
	}
	if of := answer[story](t, h, "/api/stories/"+st.Articles[3].ID, 200); of.ID != first || of.Total != 5 {
		t.Errorf("by a copy: %+v", of)
	}
	if !slices.IsSortedFunc(st.Articles, func(a, b telling) int { return a.Published.Compare(*b.Published) }) {
		t.Error("not in the order of publication")
	}
	p := flat(page(t, get(t, h, "/story/"+first).Body).text())
	for _, want := range []string{"5 articles", "4 outlets", "2 hidden as copies", "+42 min", "copy with additions, 86 % of it", "shortened copy", "+1 d 2 h", "version 2", "212 metres"} {
		if !strings.Contains(p, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, bad := range []string{"/api/stories/x", "/story/" + strings.Repeat("f", 32), "/api/stories/" + strings.Repeat("f", 32)} {
		if w := get(t, h, bad); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", bad, w.Code)
		}
	}
}

// An export holds what the API holds, in its order, over several pages. One
// that fails half-way ends in a broken connection, not in a file that looks
// whole.
func TestExport(t *testing.T) {
	s := open(t)
	if err := searchtest.Fill(t.Context(), s, articles.Generate(7, 300)); err != nil {
		t.Fatal(err)
	}
	later := func() time.Time { return now.AddDate(10, 0, 0) }
	h := Handler(s, Options{Now: later, MaxPageSize: 1000})
	for _, target := range []string{"article", "event"} {
		all := answer[found](t, h, "/api/"+target+"s?limit=700&sort=published", 200)
		w := get(t, h, "/api/export.csv?limit=700&sort=published&target="+target)
		rows, err := csv.NewReader(w.Body).ReadAll()
		if err != nil || w.Code != 200 || len(rows) != len(all.Hits)+1 || len(all.Hits) <= exportPage {
			t.Fatalf("%s: %d rows for %d hits, status %d: %v", target, len(rows), len(all.Hits), w.Code, err)
		}
		for i, id := range all.ids() {
			if rows[i+1][0] != id {
				t.Fatalf("%s: row %d is %s, want %s", target, i+1, rows[i+1][0], id)
			}
		}
		if got := w.Header().Get("Dateline-Total"); got != fmt.Sprint(all.Total) {
			t.Errorf("%s: total %s of %d", target, got, all.Total)
		}
	}
	d := json.NewDecoder(get(t, h, "/api/export.jsonl?limit=230").Body)
	n := 0
	for ; ; n++ {
		var doc struct{ ID string }
		if err := d.Decode(&doc); err == io.EOF {
			break
		} else if err != nil || len(doc.ID) != 32 {
			t.Fatalf("line %d: %v, %v", n, doc, err)
		}
	}
	if n != 230 {
		t.Errorf("%d lines", n)
	}
	for _, bad := range []string{"/api/export.csv?limit=10001", "/api/export.csv?from=x", "/api/export.jsonl?colour=red"} {
		if w := get(t, h, bad); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, w.Code)
		}
	}
	srv := httptest.NewServer(Handler(&failing{Store: s, after: 1}, Options{Now: later}))
	defer srv.Close()
	r, err := http.Get(srv.URL + "/api/export.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if _, err := io.ReadAll(r.Body); err == nil || r.StatusCode != 200 {
		t.Errorf("status %d and the whole of it", r.StatusCode)
	}
}

// No cell of an article runs in a spreadsheet.
func TestExportCells(t *testing.T) {
	s := open(t)
	d := fixtureDoc()
	d.Title, d.Outlet, d.Authors = `=HYPERLINK("http://bad.example","x")`, "+1", []string{"@x", "-y"}
	write(t, s, d)
	rows, err := csv.NewReader(get(t, Handler(s, Options{Now: clock}), "/api/export.csv").Body).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	for i, cell := range rows[1] {
		if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
			t.Errorf("%s is %q", rows[0][i], cell)
		}
	}
	if !slices.Contains(rows[1], `'=HYPERLINK("http://bad.example","x")`) {
		t.Error(rows[1])
	}
}

func TestFeed(t *testing.T) {
	h := Handler(bundled(t), Options{Now: clock, Version: "v1"})
	for path, title := range map[string]string{
		"/feed":                                    "Dateline: everything",
		"/feed?q=cable&place=EE":                   "Dateline: cable, where EE",
		"/feed?target=event&actor=Liina+Saar":      "Dateline: events, who Liina Saar",
		"/feed?q=zeppelin":                         "Dateline: zeppelin",
		"/feed?published_from=7d&sort=-event_date": "Dateline: published from 25 May 2025",
	} {
		w := get(t, h, path)
		var f atomFeed
		if err := xml.Unmarshal(w.Body.Bytes(), &f); err != nil || w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/atom+xml") {
			t.Fatalf("%s: %d, %v", path, w.Code, err)
		}
		if f.Title != title || f.ID == "" || f.Updated == "" {
			t.Errorf("%s: %q, %q, %q", path, f.Title, f.ID, f.Updated)
		}
		if (len(f.Entries) == 0) != strings.Contains(path, "zeppelin") {
			t.Errorf("%s: %d entries", path, len(f.Entries))
		}
		for _, e := range f.Entries {
			if e.Title == "" || e.ID == "" || e.Updated == "" || len(e.Authors) == 0 || len(e.Links) != 1 {
				t.Errorf("%s: %+v", path, e)
			}
			u, err := url.Parse(e.Links[0].Href)
			if err != nil || u.Host != "example.com" || get(t, h, u.Path).Code != 200 {
				t.Errorf("%s: an entry leads to %s", path, e.Links[0].Href)
			}
		}
	}
	var f atomFeed
	if err := xml.Unmarshal(get(t, Handler(fixtures(t), Options{Now: clock}), "/feed").Body.Bytes(), &f); err != nil || len(f.Entries) != 2 {
		t.Errorf("of hostile articles: %v", err)
	}
	if w := get(t, h, "/feed?from=x"); w.Code != http.StatusBadRequest {
		t.Errorf("a bad question: %d", w.Code)
	}
}

// failing is a store that answers a few times.
type failing struct {
	index.Store
	after int
}

func (s *failing) Search(ctx context.Context, q *index.Query) (*index.Answer, error) {
	if s.after--; s.after < 0 {
		return nil, errors.New("gone")
	}
	return s.Store.Search(ctx, q)
}
