//go:build browser

package search

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"dateline/index"
)

var shots = flag.String("shots", "", "folder for the screenshots; empty: a temporary one")

// TestScreenshots draws the pages in a real browser, in light and dark, wide
// and as narrow as a phone:
//
//	go test -tags browser -run TestScreenshots ./search -shots /tmp/shots
//
// It needs Chromium (chromium on the PATH), which finds no host but this one.
// What the pictures show is for people to judge; the test fails if a page cannot
// be drawn.
func TestScreenshots(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("chromium is not on the PATH: apt-get install chromium")
	}
	dir := *shots
	if dir == "" {
		dir = t.TempDir()
	} else if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	store := bundled(t)
	srv := httptest.NewServer(Handler(store, Options{Now: clock, Version: "v0.1.0"}))
	defer srv.Close()
	a, err := store.Search(context.Background(), &index.Query{Actors: []string{"Harold Brandt"}, Places: []string{"Addis Ababa"}, Now: now, Limit: 1, Sort: "published"})
	if err != nil || len(a.Hits) == 0 {
		t.Fatalf("no article to show: %v", err)
	}
	profile := t.TempDir()
	pages := map[string]string{
		"start":   "/",
		"words":   "/?q=cable&from=2025-03&to=2025-04",
		"filters": "/?actor=Harold+Brandt&place=ET&from=2025-04",
		"events":  "/?target=event&actor=Harold+Brandt",
		"article": "/article/" + a.Hits[0].ID,
		"nothing": "/?q=zeppelin&place=Estonia&target=event",
		"problem": "/?from=2025-13&to=soon&colour=red",
		"missing": "/article/none",
	}
	for name, path := range pages {
		for _, theme := range []string{"light", "dark"} {
			for _, width := range []int{1280, 390} {
				file := filepath.Join(dir, fmt.Sprintf("%s-%s-%d.png", name, theme, width))
				shoot(t, chromium, profile, srv.URL+path, file, theme, width)
			}
		}
	}
}

func shoot(t *testing.T, chromium, profile, url, file, theme string, width int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	height := 1600
	if width < 500 {
		height = 2400
	}
	args := []string{"--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1",
		"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--user-data-dir=" + profile,
		fmt.Sprintf("--window-size=%d,%d", width, height), "--screenshot=" + file, "--timeout=10000", "--virtual-time-budget=2000"}
	if theme == "dark" {
		args = append(args, "--blink-settings=preferredColorScheme=0")
	} else {
		args = append(args, "--blink-settings=preferredColorScheme=1")
	}
	out, err := exec.CommandContext(ctx, chromium, append(args, url)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", url, err, out)
	}
	if s, err := os.Stat(file); err != nil || s.Size() < 5000 {
		t.Errorf("%s: no picture: %v", url, err)
	}
}
