package wire

import (
	"slices"
	"strings"
	"time"
)

// articleTypes end the schema.org types of articles.
var articleTypes = []string{"Article", "BlogPosting", "Report", "Review", "Recipe", "LiveBlogPosting", "WebPage"}

// articleOf is the article among a page's JSON-LD: of the best type, with an
// author if one has it.
func (p *page) articleOf() *value {
	var best *value
	score := 0
	var walk func(v *value, depth int)
	walk = func(v *value, depth int) {
		if depth > 8 {
			return
		}
		if v.kind == 'a' {
			for i := range v.list {
				walk(&v.list[i], depth+1)
			}
			return
		}
		if v.kind != 'o' {
			return
		}
		if s := ldScore(v); s > score {
			best, score = v, s
		}
		for _, k := range []string{"@graph", "mainEntity", "mainEntityOfPage", "hasPart"} {
			walk(v.get(k), depth+1)
		}
	}
	for _, v := range p.ld {
		walk(v, 0)
	}
	return best
}

// ldScore ranks an object as the page's article; 0 is none.
func ldScore(v *value) int {
	rank := 0
	for _, t := range v.get("@type").names("name") {
		for i, suffix := range articleTypes {
			if strings.HasSuffix(t, suffix) {
				rank = max(rank, 2*(len(articleTypes)-i))
			}
		}
	}
	if rank > 0 && v.get("author").kind != 'z' {
		rank++
	}
	return rank
}

// ldAuthors are the names of the authors that are persons or of no stated
// type, and those that are organisations. An author may be a reference into
// the graph.
func (p *page) ldAuthors(article *value) (persons, orgs []string) {
	var list []value
	for _, k := range []string{"author", "creator"} {
		if list = article.get(k).each(); len(list) > 0 {
			break
		}
	}
	for i := range list {
		e := &list[i]
		if e.kind == 'o' && e.get("name").kind == 'z' {
			if id := e.get("@id").str(); id != "" {
				if found := p.byID(id); found != nil {
					e = found
				}
			}
		}
		names := e.names("name")
		if e.kind == 'o' {
			names = e.get("name").names("name")
		}
		types := e.get("@type").names("name")
		for _, n := range names {
			n = plainOf(n)
			switch {
			case n == "" || len(n) > 300:
			case slices.ContainsFunc(types, func(t string) bool { return strings.HasSuffix(t, "Organization") }):
				orgs = append(orgs, n)
			default:
				persons = append(persons, n)
			}
		}
	}
	return persons, orgs
}

// byID finds the object of a graph that has the id.
func (p *page) byID(id string) *value {
	var find func(v *value, depth int) *value
	find = func(v *value, depth int) *value {
		if depth > 4 {
			return nil
		}
		if v.kind == 'o' && v.get("@id").str() == id && v.get("name").kind != 'z' {
			return v
		}
		if v.kind == 'a' || v.kind == 'o' {
			for i := range v.list {
				if f := find(&v.list[i], depth+1); f != nil {
					return f
				}
			}
		}
		return nil
	}
	for _, v := range p.ld {
		if f := find(v, 0); f != nil {
			return f
		}
	}
	return nil
}

// pageMeta reads headline, dates and the rest of the metadata.
func (in *input) pageMeta(p *page) {
	a := in.a
	ld := p.articleOf()
	if ld == nil {
		ld = none
	}
	a.Title = plainOf(first(ld.get("headline").str(), p.meta["og:title"], p.meta["twitter:title"]))
	a.Description = plainOf(first(ld.get("description").str(), p.meta["og:description"], p.meta["description"]))
	a.Language = first(ld.get("inLanguage").str(), p.lang, strings.ReplaceAll(p.meta["og:locale"], "_", "-"))
	a.Outlet = plainOf(first(ld.path("publisher", "name").str(), p.meta["og:site_name"]))
	a.URL = first(a.URL, p.meta["canonical"], p.meta["og:url"])
	a.Dateline = plainOf(first(ld.get("dateline").str(), ld.path("locationCreated", "name").str()))
	for _, k := range ld.get("keywords").names("name") {
		for part := range strings.SplitSeq(k, ",") {
			a.subject(strings.TrimSpace(part))
		}
	}
	a.subject(ld.get("articleSection").str())
	in.published = in.pageTime("datePublished", ld.get("datePublished").str(), p.meta["article:published_time"], p.meta["datepublished"], p.meta["date"], p.meta["dc.date"], p.meta["pubdate"])
	in.updated = in.pageTime("dateModified", ld.get("dateModified").str(), p.meta["article:modified_time"], p.meta["datemodified"])
	in.versionTime = earliestSet(in.updated, in.published)
}

// pageTime is the first date that can be read.
func (in *input) pageTime(field string, dates ...string) (t time.Time) {
	for _, s := range dates {
		if _, _, ok := parseWhen(strings.TrimSpace(s), in.zone()); ok {
			return in.when(field, strings.TrimSpace(s))
		}
	}
	return t
}

// pageBylines collects the evidence: structured names, and lines a reader sees.
func (in *input) pageBylines(p *page, seen string) {
	a := in.a
	article := p.articleOf()
	if article != nil {
		persons, orgs := p.ldAuthors(article)
		a.Authors = persons
		if len(persons) == 0 && len(orgs) > 0 {
			a.Authors = orgs
		}
	}
	for _, k := range authorMeta {
		if v := p.meta[k]; len(a.Authors) == 0 && v != "" && !strings.Contains(v, "://") {
			a.Authors = []string{plainOf(v)}
		}
	}
	if seen = strings.TrimSpace(seen); seen != "" {
		a.byline("html.byline", seen)
	}
	for _, list := range [][]string{p.marked[0], p.marked[1], p.marked[2], p.before} {
		for _, m := range list {
			if len(a.Marked) < maxMarked && !slices.Contains(a.Marked, m) {
				a.Marked = append(a.Marked, m)
			}
		}
	}
}
