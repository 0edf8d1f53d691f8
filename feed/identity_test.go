package feed

import (
	"fmt"
	"strings"
	"testing"
)

func TestCleanURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://desk.example/a":                                  "https://desk.example/a",
		"https://Desk.EXAMPLE:443/A?b=1&utm_source=x&c=2#top":     "https://desk.example/A?b=1&c=2",
		"http://desk.example:80/a?UTM_Campaign=x&fbclid=1":        "http://desk.example/a",
		"http://desk.example:8080/a?":                             "http://desk.example:8080/a",
		"https://user:secret@desk.example/a":                      "https://desk.example/a",
		"https://desk.example/%C3%A9t%C3%A9?q=a%26utm_source%3Db": "https://desk.example/%C3%A9t%C3%A9?q=a%26utm_source%3Db",
		"https://desk.example/a?id=7&ref=rss&gclid=Z":             "https://desk.example/a?id=7&ref=rss",
		" https://desk.example/a ":                                "https://desk.example/a",
		"/a?b=1":                                                  "",
		"mailto:desk@desk.example":                                "",
		"ftp://desk.example/a":                                    "",
		"https://":                                                "",
		"":                                                        "",
		"https://desk.example/a?%zz=1&utm_medium=x":               "https://desk.example/a?%zz=1",
	} {
		if got := CleanURL(in); got != want {
			t.Errorf("CleanURL(%q) = %q, want %q", in, got, want)
		}
		if again := CleanURL(want); want != "" && again != want {
			t.Errorf("CleanURL(%q) = %q: not stable", want, again)
		}
	}
}

func TestItemID(t *testing.T) {
	if a, b := ItemID("", "ab", "c"), ItemID("", "a", "bc"); a == b || len(a) != 64 {
		t.Errorf("title and content run together: %s, %s", a, b)
	}
	if a, b := ItemID("https://a.example/x?utm_id=1", "t", "c"), ItemID("https://a.example/x", "u", "d"); a != b || a != "https://a.example/x" {
		t.Errorf("same page, other ids: %s, %s", a, b)
	}
	if id := ItemID("https://a.example/"+strings.Repeat("x", 500), "", ""); len(id) != 64 {
		t.Errorf("long URL gives an id of %d bytes", len(id))
	}
}

func ExampleItemID() {
	fmt.Println(ItemID("https://desk.example/ferry?utm_source=feed&page=2#comments", "", ""))
	fmt.Println(ItemID("", "Ferry resumes", "BERGEN — The ferry sailed on Monday.")[:16])
	// Output:
	// https://desk.example/ferry?page=2
	// b5ceb5d7d14884bd
}
