//go:build browser

package search

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"dateline/index"
)

var shots = flag.String("shots", "../artifacts/screens", "folder for the screenshots")

// browser is one Chromium and one site for all tests of this file. Every page
// that it opens is watched: what it asks other hosts for, what its console
// complains of, whether a script of an article runs.
type browser struct {
	t   *testing.T
	ctx context.Context
	url string

	mu     sync.Mutex
	faults []string // what the pages should not have done
}

// TestBrowser drives the page in a real Chromium.
func TestBrowser(t *testing.T) {
	chromium := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			chromium = path
			break
		}
	}
	if chromium == "" {
		t.Fatal("no Chromium on the PATH: apt-get install chromium, or make tools")
	}
	srv := httptest.NewServer(Handler(bundled(t), Options{Now: clock, Version: "v0.1.0"}))
	defer srv.Close()
	hostile := httptest.NewServer(Handler(fixtures(t), Options{Now: clock, Version: "v0.1.0"}))
	defer hostile.Close()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"), chromedp.Flag("force-device-scale-factor", "1"),
		chromedp.Flag("lang", "en-GB"), chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(2*time.Minute))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	ctx, cancel := chromedp.NewContext(alloc)
	defer func() {
		_ = chromedp.Cancel(ctx) // waits until it is gone
		cancel()
	}()
	ctx, over := context.WithTimeout(ctx, 5*time.Minute)
	defer over()
	b := &browser{t: t, ctx: ctx, url: srv.URL}
	b.watch("http://127.0.0.1:")

	for _, s := range []struct {
		name string
		fn   func(*testing.T, *browser)
	}{
		{"box", testBox}, {"timeline", testTimeline}, {"map", testMap}, {"why", testWhy}, {"keys", testKeys}, {"theme", testTheme}, {"focus", testFocus},
		{"screens", testScreens},
	} {
		t.Run(s.name, func(t *testing.T) {
			b.t = t
			b.size(1280, 900)
			s.fn(t, b)
			b.check()
		})
	}
	t.Run("hostile", func(t *testing.T) {
		b.t, b.url = t, hostile.URL
		testHostile(t, b)
		b.check()
	})
	t.Run("no script", func(t *testing.T) {
		b.t, b.url = t, srv.URL
		testNoScript(t, b)
		b.check()
	})
}

// watch notes what a page must not do.
func (b *browser) watch(own ...string) {
	fault := func(format string, args ...any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.faults = append(b.faults, fmt.Sprintf(format, args...))
	}
	dialogs := make(chan struct{}, 100) // a dialog more is not closed, and the test ends by its time
	err := chromedp.Listen(b.ctx, func(ev any) {
		switch e := ev.(type) {
		case *network.EventRequestWillBeSent:
			u := e.Request.URL
			if !slices.ContainsFunc(own, func(o string) bool { return strings.HasPrefix(u, o) }) && u != "about:blank" {
				fault("asked for %.200s", u)
			}
		case *cdplog.EventEntryAdded:
			if e.Entry.Level != cdplog.EntryLevelInfo && e.Entry.Level != cdplog.EntryLevelVerbose && !strings.Contains(e.Entry.Text, "status of 4") {
				fault("console: %.300s", e.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			fault("script: %.300s", e.ExceptionDetails.Text)
		case *cdppage.EventJavascriptDialogOpening:
			fault("an article's script ran: %q", e.Message)
			select {
			case dialogs <- struct{}{}:
			default:
			}
		}
	})
	if err != nil {
		b.t.Fatal(err)
	}
	go func() { // ends with the context
		for {
			select {
			case <-dialogs:
				_, _ = chromedp.Call(b.ctx, cdppage.HandleJavaScriptDialog, cdppage.HandleJavaScriptDialogParams{Accept: true})
			case <-b.ctx.Done():
				return
			}
		}
	}()
	call(b, cdplog.Enable, cdp.Empty{})
}

// check fails the test for what the pages did since the last check.
func (b *browser) check() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.faults {
		b.t.Error(f)
	}
	b.faults = nil
}

// step is one thing done to a page.
type step = chromedp.Action[chromedp.Void]

func (b *browser) run(steps ...step) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// call gives the browser a command of its protocol.
func call[P, R any](b *browser, cmd cdp.Command[P, R], params P) R {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	r, err := chromedp.Call(ctx, cmd, params)
	if err != nil {
		b.t.Fatalf("%s: %v", cmd.Method, err)
	}
	return r
}

// do runs a script for what it does.
func do(js string) step { return chromedp.Evaluate[chromedp.Void](js) }

func (b *browser) size(width, height int64) {
	b.t.Helper()
	b.run(chromedp.EmulateViewport(width, height))
}

// open shows a page and waits until it is drawn.
func (b *browser) open(path string) {
	b.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = b.url + path
	}
	b.run(chromedp.Navigate(path), chromedp.WaitReady("footer"))
}

// eval is the value of an expression on the page.
func eval[T any](b *browser, js string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js))
	if err != nil {
		b.t.Fatalf("%.100s: %v", js, err)
	}
	return v
}

// wait waits until an expression is true.
// Pages may come and go meanwhile.
func (b *browser) wait(js string) {
	b.t.Helper()
	for until := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](js))
		cancel()
		if err == nil && ok {
			return
		}
		if time.Now().After(until) {
			b.t.Fatalf("never true: %s (%v)", js, err)
		}
	}
}

// leave waits for the page after this one, which an action leads to.
func (b *browser) leave(steps ...step) url.Values {
	b.t.Helper()
	b.run(do(`window.before = true`))
	b.run(steps...)
	b.wait(`!window.before && document.readyState === "complete"`)
	u, err := url.Parse(eval[string](b, `location.href`))
	if err != nil {
		b.t.Fatal(err)
	}
	return u.Query()
}

func (b *browser) text(selector string) string {
	b.t.Helper()
	q, _ := json.Marshal(selector)
	return eval[string](b, fmt.Sprintf(`[...document.querySelectorAll(%s)].map(e => e.textContent.trim().replace(/\s+/g, " ")).join(" | ")`, q))
}

// What is typed into the one box becomes chips.
func testBox(t *testing.T, b *browser) {
	b.open("/")
	if !eval[bool](b, `document.activeElement.id === "q"`) {
		t.Error("the cursor is not in the box")
	}
	v := b.leave(chromedp.SendKeys("#q", "Harold Brandt in Ethiopia since April 2025 dam"+kb.Enter))
	if v.Get("actor") != "Harold Brandt" || v.Get("place") != "ET" || v.Get("from") != "2025-04-01" || v.Get("q") != "dam" {
		t.Errorf("understood as %v", v)
	}
	if got, want := b.text(".chip"), "who Harold Brandt× | where Ethiopia× | when from 1 April 2025×"; got != want {
		t.Errorf("chips %s, want %s", got, want)
	}
	if n := eval[int](b, `document.querySelectorAll(".hit").length`); n == 0 {
		t.Error("nothing found")
	}
	if v := b.leave(chromedp.Click(".understood a")); v.Get("q") != "Harold Brandt in Ethiopia since April 2025 dam" || v.Has("actor") {
		t.Errorf("as words: %v", v)
	}
}

// rect is where an element is in the window; of one that is wrapped, its first
// line.
func (b *browser) rect(selector string) (r struct{ X, Y, Width, Height float64 }) {
	b.t.Helper()
	q, _ := json.Marshal(selector)
	js := fmt.Sprintf(`(() => { const e = document.querySelector(%s); e.scrollIntoView({block: "center", behavior: "instant"}); return JSON.stringify(e.getClientRects()[0]); })()`, q)
	if err := json.Unmarshal([]byte(eval[string](b, js)), &r); err != nil {
		b.t.Fatal(err)
	}
	return r
}

// drag moves the pointer with the button down, from and to in parts of an
// element's size.
func (b *browser) drag(selector string, x1, y1, x2, y2 float64) step {
	r := b.rect(selector)
	return chromedp.DragAndDropXY(r.X+x1*r.Width, r.Y+y1*r.Height, r.X+x2*r.Width, r.Y+y2*r.Height, 4)
}

// Dragging over the timeline narrows the question; a bar is a link.
func testTimeline(t *testing.T, b *browser) {
	b.open("/?place=Estonia")
	all := b.text(".count")
	v := b.leave(b.drag(".bars", 0.1, 0.5, 0.4, 0.6))
	if v.Get("from") == "" || v.Get("to") == "" || v.Get("from") >= v.Get("to") || v.Get("place") != "Estonia" {
		t.Errorf("brushed to %v", v)
	}
	if got := b.text(".count"); got == all {
		t.Errorf("still %s", got)
	}
	b.open("/?place=Estonia")
	label := eval[string](b, `(() => { const a = document.querySelector(".bars a[tabindex='0']"); a.focus(); return a.getAttribute("aria-label"); })()`)
	b.run(chromedp.KeyEvent(kb.ArrowLeft))
	if got := eval[string](b, `document.activeElement.getAttribute("aria-label")`); got == label || got == "" {
		t.Errorf("the arrow key went from %q to %q", label, got)
	}
	if v := b.leave(chromedp.KeyEvent(kb.Enter)); v.Get("from") == "" || v.Get("to") == "" {
		t.Errorf("a bar leads to %v", v)
	}
}

// Dragging over the map asks for a box; a circle is a link.
func testMap(t *testing.T, b *browser) {
	b.open("/")
	if n := eval[float64](b, `document.querySelector(".world .land").getBBox().width`); n < 1000 {
		t.Errorf("the land is %v wide: the outline was not loaded", n)
	}
	v := b.leave(b.drag(".world", 0.4, 0.15, 0.6, 0.5))
	var box [4]float64
	if n, _ := fmt.Sscanf(v.Get("box"), "%f,%f,%f,%f", &box[0], &box[1], &box[2], &box[3]); n != 4 || box[0] >= box[2] || box[1] >= box[3] {
		t.Fatalf("dragged to %v", v)
	}
	if got := b.text(".chip"); !strings.HasPrefix(got, "where? ") && !strings.HasPrefix(got, "box ") {
		t.Errorf("chips %s", got)
	}
	if v := b.leave(do(`document.querySelector(".world a").dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}))`)); v.Get("box") == "" && v.Get("place") == "" {
		t.Errorf("a circle leads to %v", v)
	}
}

// A mark tells why it was read so: to the pointer, to the keyboard.
func testWhy(t *testing.T, b *browser) {
	b.open("/?actor=Harold+Brandt")
	r := b.rect(".excerpt .n.when")
	b.run(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, r.X+r.Width/2, r.Y+r.Height/2))
	b.wait(`!document.getElementById("why").hidden`)
	if got := b.text("#why"); !strings.Contains(got, "2025") || !strings.Contains(got, "rule") || !strings.Contains(got, "% sure") {
		t.Errorf("card: %s", got)
	}
	b.run(chromedp.KeyEvent(kb.Escape))
	if !eval[bool](b, `document.getElementById("why").hidden`) {
		t.Error("Escape left the card open")
	}
	b.run(do(`document.querySelector(".hit h2 a").focus()`), chromedp.KeyEvent(kb.Tab))
	if got := eval[string](b, `document.activeElement.className`); !strings.Contains(got, "n ") {
		t.Fatalf("the tab key went to %q", got)
	}
	b.wait(`!document.getElementById("why").hidden && document.activeElement.getAttribute("aria-describedby") === "why"`)
}

// j and k go along the results, Enter opens, / goes to the box.
func testKeys(t *testing.T, b *browser) {
	b.open("/?q=cable")
	b.run(chromedp.KeyEvent("j"), chromedp.KeyEvent("j"))
	if got, want := eval[string](b, `document.activeElement.textContent.trim()`), eval[string](b, `document.querySelectorAll(".hit h2 a")[1].textContent.trim()`); got != want {
		t.Errorf("jj leads to %q, want %q", got, want)
	}
	b.run(chromedp.KeyEvent("/"))
	if !eval[bool](b, `document.activeElement.id === "q"`) {
		t.Error("/ does not lead to the box")
	}
	b.run(chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent("?"))
	if !eval[bool](b, `document.getElementById("help").open`) {
		t.Error("? shows no keys")
	}
	b.run(chromedp.KeyEvent(kb.Escape))
	b.run(chromedp.KeyEvent("j"))
	b.leave(chromedp.KeyEvent(kb.Enter))
	if got := eval[string](b, `location.pathname`); !strings.HasPrefix(got, "/article/") {
		t.Errorf("Enter leads to %s", got)
	}
}

// The theme that was chosen stays, on every page.
func testTheme(t *testing.T, b *browser) {
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "light"}}})
	b.open("/")
	paper := func() string { return eval[string](b, `getComputedStyle(document.body).backgroundColor`) }
	light := paper()
	b.run(do(`document.getElementById("theme").click()`))
	dark := paper()
	if light == dark {
		t.Errorf("the paper stays %s", light)
	}
	b.open("/?q=cable")
	if got := paper(); got != dark {
		t.Errorf("the next page is %s, want %s", got, dark)
	}
	b.run(do(`document.getElementById("theme").click()`))
	call(b, network.ClearBrowserCookies, cdp.Empty{})
}

// The tab key goes from the top to the bottom, each stop has a name and can be
// seen to have the focus.
func testFocus(t *testing.T, b *browser) {
	b.open("/?actor=Harold+Brandt&from=2025-04")
	b.run(do(`document.activeElement.blur()`))
	type stop struct {
		Name, Outline, Area string
		Top                 float64
	}
	var areas []string
	for i := range 24 {
		b.run(chromedp.KeyEvent(kb.Tab))
		s := eval[stop](b, `(() => { const e = document.activeElement, c = getComputedStyle(e), svg = e.closest("svg");
			const ring = e.closest(".field") ? getComputedStyle(e.closest(".field")).boxShadow : svg ? getComputedStyle(e.querySelector("circle, .all")).strokeWidth : c.outlineStyle;
			const named = e.getAttribute("aria-label") || (e.labels && e.labels[0] ? e.labels[0].textContent : "") || e.textContent;
			const area = e.closest(".ask, .tabs, .timeline, .map, .bar, .hits, .facets, .top, .skip")?.className.baseVal ?? e.closest(".ask, .tabs, .timeline, .map, .bar, .hits, .facets, .top, .skip")?.className ?? "";
			return { Name: named.trim().replace(/\s+/g, " ").slice(0, 60), Outline: ring, Area: String(area), Top: e.getBoundingClientRect().top }; })()`)
		if s.Name == "" || s.Outline == "none" || s.Outline == "0px" {
			t.Errorf("stop %d: %+v", i, s)
		}
		if len(areas) == 0 || areas[len(areas)-1] != s.Area {
			areas = append(areas, s.Area)
		}
	}
	if got, want := strings.Join(areas[:min(5, len(areas))], " > "), "skip > top > ask > tabs > timeline"; got != want {
		t.Errorf("focus goes %s, want %s", got, want)
	}
}

// contrast lists texts that stand out too little from what is behind them
// (WCAG 2.2, 1.4.3): 4.5 to 1, or 3 to 1 for large ones.
const contrast = `(() => {
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (c) => { probe.clearRect(0, 0, 1, 1); probe.fillStyle = c; probe.fillRect(0, 0, 1, 1); const d = probe.getImageData(0, 0, 1, 1).data; return [d[0], d[1], d[2], d[3] / 255]; };
  const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const lum = (c) => { const [r, g, b] = c.map((x) => { x /= 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const bad = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || e.closest("svg, script, dialog:not([open]), .off, .skip, option, [hidden]") || !e.getClientRects().length) continue;
    const s = getComputedStyle(e), chain = [];
    let alpha = 1;
    for (let x = e; x; x = x.parentElement) { chain.push(rgba(getComputedStyle(x).backgroundColor)); alpha *= +getComputedStyle(x).opacity; }
    let back = rgba(getComputedStyle(document.body).backgroundColor);
    for (const c of chain.reverse()) back = over(c, back);
    const ink = rgba(s.color); ink[3] *= alpha;
    const [x, y] = [lum(over(ink, back)), lum(back)];
    const ratio = (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
    const size = parseFloat(s.fontSize), large = size >= 24 || size >= 18.66 && +s.fontWeight >= 700;
    if (ratio < (large ? 3 : 4.5)) bad.push(ratio.toFixed(2) + " " + e.className + " " + walk.currentNode.textContent.trim().slice(0, 40));
  }
  return [...new Set(bad)].slice(0, 10);
})()`

// nameless lists what can be used and has no name for a screen reader, and what
// reaches out of the window.
const nameless = `(() => {
  const bad = [];
  for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), summary, svg[role], section, aside, nav, dialog[open]")) {
    if (!e.getClientRects().length) continue;
    const label = e.getAttribute("aria-label") || e.getAttribute("title") || e.dataset.why || [...(e.labels || [])].map((l) => l.textContent).join("") || e.textContent;
    if (!label.trim()) bad.push("no name: " + e.outerHTML.slice(0, 100));
  }
  if (document.documentElement.scrollWidth > innerWidth) bad.push("wider than the window: " + document.documentElement.scrollWidth + " of " + innerWidth);
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of ids) if (ids.filter((x) => x === id).length > 1) bad.push("id twice: " + id);
  if (document.querySelectorAll("h1, h2").length === 0) bad.push("no heading");
  return [...new Set(bad)].slice(0, 10);
})()`

// testScreens draws every page in light and dark, wide and as narrow as a
// phone, for people to judge, and measures what can be measured.
func testScreens(t *testing.T, b *browser) {
	if err := os.MkdirAll(*shots, 0o755); err != nil {
		t.Fatal(err)
	}
	store := bundled(t)
	a, err := store.Search(context.Background(), &index.Query{Actors: []string{"Harold Brandt"}, Places: []string{"Addis Ababa"}, Now: now, Limit: 1, Sort: "published"})
	if err != nil || len(a.Hits) == 0 {
		t.Fatalf("no article to show: %v", err)
	}
	pages := []struct{ name, path string }{
		{"start", "/"},
		{"words", "/?q=cable&from=2025-03&to=2025-04"},
		{"filters", "/?actor=Harold+Brandt&place=ET&from=2025-04"},
		{"understood", "/?ask=Harold+Brandt+in+Ethiopia+since+April+2025"},
		{"events", "/?target=event&actor=Harold+Brandt"},
		{"box", "/?box=20,50,40,65"},
		{"article", "/article/" + a.Hits[0].ID},
		{"actor", "/actor/Harold%20Brandt"},
		{"nothing", "/?q=zeppelin&place=Estonia&target=event"},
		{"problem", "/?from=2025-13&to=soon&colour=red"},
		{"missing", "/article/none"},
	}
	stories := open(t)
	write(t, stories, storyDocs()...)
	srv := httptest.NewServer(Handler(stories, Options{Now: clock, Version: "v0.1.0"}))
	defer srv.Close()
	pages = append(pages, struct{ name, path string }{"story", srv.URL + "/story/" + fmt.Sprintf("%032x", 101)})
	for _, look := range []struct {
		name, theme string
		width       int64
	}{{"light", "light", 1280}, {"dark", "dark", 1280}, {"phone", "light", 390}} {
		b.size(look.width, 900)
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.theme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
		for _, p := range pages {
			b.open(p.path)
			for _, rule := range []string{contrast, nameless} {
				for _, fault := range eval[[]string](b, rule) {
					t.Errorf("%s, %s: %s", p.name, look.name, fault)
				}
			}
			png := b.picture()
			if len(png) < 5000 {
				t.Errorf("%s, %s: a picture of %d bytes", p.name, look.name, len(png))
			}
			if err := os.WriteFile(filepath.Join(*shots, fmt.Sprintf("%s-%s.png", p.name, look.name)), png, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// picture is the whole page as a PNG.
func (b *browser) picture() []byte {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	return png
}

// An article of markup stays text, on every page that shows it.
func testHostile(t *testing.T, b *browser) {
	b.size(1280, 900)
	for _, path := range []string{"/", "/?target=event", "/?q=hostile", "/article/" + hostileID, "/actor/" + url.PathEscape(strings.TrimSpace(evil)), "/story/" + hostileID, "/?q=" + url.QueryEscape("<script>alert(1)</script>")} {
		b.open(path)
		if n := eval[int](b, `document.querySelectorAll("script:not([src]), img:not([src^='/static/']), [onerror]").length`); n != 0 {
			t.Errorf("%s: %d elements that an article made", path, n)
		}
	}
}

// Without scripts the box, the bars and the circles still work.
func testNoScript(t *testing.T, b *browser) {
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.open("/")
	b.run(chromedp.SendKeys("#q", "Estonia"+kb.Enter), chromedp.WaitReady(".chip.where"))
	b.run(chromedp.Focus(".bars a:last-child"), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(".chip.when"))
}
