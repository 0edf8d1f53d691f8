// Command compare scores the byline stage and, in the same run, what else finds
// authors: go-readability and go-trafilatura, whose author string is cut at
// commas and "and". It is a module of its own, so that go-trafilatura and what it
// needs stay out of the program.
//
//	go run . ../../../../../shared/data
package main

import (
	"fmt"
	"log"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"

	"dateline/pipeline/byline"
	"dateline/pipeline/byline/score"
)

// system finds the authors of a page.
type system struct {
	name string
	read func(*score.Page) (byline.Byline, error)
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: compare DATA")
	}
	dir := filepath.Join(os.Args[1], "byline")
	lines, err := score.Load[score.String](filepath.Join(dir, "strings-dev.jsonl"))
	if err != nil {
		log.Fatal(err)
	}
	pages, err := score.Load[score.Page](filepath.Join(dir, "naeb-dev.jsonl.zst"))
	if err != nil {
		log.Fatal(err)
	}
	others := []system{{"readability and naive split", score.Readability}, {"go-trafilatura and naive split", trafilaturaByline}}
	fmt.Println("| set | system | result |\n|---|---|---|")
	row := func(set, name string, n int, gold func(int) []string, read func(int) byline.Byline) {
		var r score.Report
		for i := range n {
			b := read(i)
			r.Add(gold(i), &b)
		}
		fmt.Printf("| %s | %s | %v |\n", set, name, r)
	}
	persons := func(i int) []string { return lines[i].Persons }
	row("strings-dev", "Dateline", len(lines), persons, func(i int) byline.Byline { return score.ReadString(&lines[i]) })
	for _, s := range others {
		row("strings-dev, on a page", s.name, len(lines), persons, func(i int) byline.Byline { b, _ := s.read(score.OnPage(&lines[i])); return b })
	}
	authors := func(i int) []string { return pages[i].Authors }
	// A page that cannot be read has no authors; that is its score.
	row("naeb-dev pages", "Dateline", len(pages), authors, func(i int) byline.Byline { _, b, _ := score.ReadPage(&pages[i]); return b })
	for _, s := range others {
		row("naeb-dev pages", s.name, len(pages), authors, func(i int) byline.Byline { b, _ := s.read(&pages[i]); return b })
	}
}

// trafilaturaByline cuts the author string that go-trafilatura finds.
func trafilaturaByline(p *score.Page) (byline.Byline, error) {
	doc, err := html.Parse(strings.NewReader(p.HTML))
	if err != nil {
		return byline.Byline{}, fmt.Errorf("page %s: %w", p.ID, err)
	}
	base, err := url.Parse(p.URL)
	if err != nil {
		return byline.Byline{}, fmt.Errorf("page %s: %w", p.ID, err)
	}
	res, err := trafilatura.ExtractDocument(doc, trafilatura.Options{OriginalURL: base, EnableFallback: true})
	if err != nil {
		return byline.Byline{}, fmt.Errorf("page %s: %w", p.ID, err)
	}
	return score.Naive(res.Metadata.Author), nil
}
