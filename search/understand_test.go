package search

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// What is typed into the one box, and how it is understood. The bundle knows
// Harold Brandt and Liina Saar; the clock is 1 June 2025.
func TestUnderstand(t *testing.T) {
	h := Handler(bundled(t), Options{Now: clock})
	for typed, want := range map[string]string{
		"ferry strike":      "q=ferry strike",
		"Harold Brandt":     "actor=Harold Brandt",
		"harold brandt dam": "actor=harold brandt&q=dam",
		"Harold Brandt in Ethiopia in April 2025": "actor=Harold Brandt&from=2025-04-01&place=ET&to=2025-04-30",
		"Estonia":                                "place=EE",
		"estonia":                                "place=EE",
		"cable near Tallinn yesterday":           "from=2025-05-31&place=gn:588409&q=cable&to=2025-05-31",
		"Addis Ababa, last month":                "from=2025-05-01&place=gn:344979&to=2025-05-31",
		"NATO ships":                             "actor=org:nato&q=ships",
		"cable since March":                      "from=2025-03-01&q=cable",
		"cable since November":                   "from=2024-11-01&q=cable",
		"cable before 2025":                      "q=cable&to=2024-12-31",
		"cable after 2025-03-01":                 "from=2025-03-02&q=cable",
		"between 1 March 2025 and 15 March 2025": "from=2025-03-01&to=2025-03-15",
		"from 2025-03 to 2025-04 cable":          "from=2025-03-01&q=cable&to=2025-04-30",
		"cable 2025":                             "from=2025-01-01&q=cable&to=2025-12-31",
		"2025 troops":                            "q=2025 troops",
		"march to Riga":                          "place=gn:456172&q=march to",
		`"Harold Brandt" Estonia`:                `place=EE&q="Harold Brandt"`,
		"-Estonia cable":                         "q=-Estonia cable",
		"nice weather":                           "q=nice weather",
		"Nice weather":                           "q=Nice weather",
		"Jackson spoke":                          "q=Jackson spoke",
		"where:US who:Brandt on:2025-04 cable":   "actor=Brandt&from=2025-04-01&place=US&q=cable&to=2025-04-30",
		"May 2024 May 2025":                      "from=2024-05-01&q=May 2025&to=2024-05-31",
		"Zebedee Quux":                           "q=Zebedee Quux",
		"":                                       "",
		"  ":                                     "",
	} {
		t.Run(typed, func(t *testing.T) {
			w := get(t, h, "/?ask="+url.QueryEscape(typed))
			to, err := url.Parse(w.Header().Get("Location"))
			if w.Code != http.StatusSeeOther || err != nil {
				t.Fatalf("%d to %q: %v", w.Code, w.Header().Get("Location"), err)
			}
			v := to.Query()
			if asked := v.Get(pAsked); asked != "" && asked != typed {
				t.Errorf("asked %q", asked)
			}
			v.Del(pAsked)
			if got, _ := url.QueryUnescape(v.Encode()); got != want {
				t.Errorf("understood as %s, want %s", got, want)
			}
			if page := get(t, h, to.String()); page.Code != http.StatusOK {
				t.Errorf("%s: %d", to, page.Code)
			}
		})
	}
}

// What was asked before stays; a new date takes the place of the old one.
func TestUnderstandBesideFilters(t *testing.T) {
	h := Handler(bundled(t), Options{Now: clock})
	w := get(t, h, "/?ask=Tallinn+in+April+2025&place=EE&from=2025-01&to=2025-02&sort=published&offset=5")
	to, _ := url.Parse(w.Header().Get("Location"))
	v := to.Query()
	if strings.Join(v[pPlace], " ") != "EE gn:588409" || v.Get(pFrom) != "2025-04-01" || v.Get(pTo) != "2025-04-30" || v.Get(pSort) != "published" || v.Has(pOffset) {
		t.Errorf("%v", v)
	}
	for _, bad := range []string{"/?ask=" + strings.Repeat("word+", 300), "/?ask=x&from=soon", "/?ask=%ff", "/?ask=x&colour=red"} {
		if w := get(t, h, bad); w.Code != http.StatusBadRequest {
			t.Errorf("%.40s: %d", bad, w.Code)
		}
	}
	if p := get(t, h, "/?place=EE&asked=Estonia").Body.String(); !strings.Contains(p, `“Estonia” was understood`) || !strings.Contains(p, `href="/?q=Estonia"`) {
		t.Error("the page does not say what was understood")
	}
	if p := get(t, h, "/?place=EE&asked="+url.QueryEscape("<script>x</script>")).Body.String(); strings.Contains(p, "<script>x") {
		t.Error("what was asked became markup")
	}
}
