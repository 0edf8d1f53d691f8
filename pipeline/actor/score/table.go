package score

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"

	"dateline/pipeline"
	"dateline/pipeline/actor"
	"dateline/pipeline/gazetteer"
)

// Clusters are the person clusters of the GUM news and interview texts: ours,
// and those of equal strings.
type Clusters struct {
	Texts       int
	Ours, Exact Scores
}

// ScoreClusters reads the corpora archive of the folder data.
func ScoreClusters(data string) (c Clusters, err error) {
	f, err := os.Open(filepath.Join(data, "ner", "ner-corpora.tar.zst"))
	if err != nil {
		return c, err
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		return c, err
	}
	defer z.Close()
	l := actor.New(gazetteer.Default())
	for tr := tar.NewReader(z); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return c, nil
		}
		if err != nil {
			return c, err
		}
		base := path.Base(h.Name)
		if !strings.HasSuffix(base, ".tsv") || !strings.HasPrefix(base, "GUM_news") && !strings.HasPrefix(base, "GUM_interview") {
			continue
		}
		d, err := Read(tr)
		if err != nil {
			return c, fmt.Errorf("%s: %w", base, err)
		}
		c.Texts++
		c.Ours.Add(BCubed(d.Names, Answer(l, &d)))
		c.Exact.Add(BCubed(d.Names, Exact(&d)))
	}
}

// Authors counts articles with an author among their actors.
type Authors struct {
	Articles int
	Among    int
	Quoted   int // of these: the text quotes the bearer of the name, see News.Quoted
}

// Report is what the news set says of roles and authors.
type Report struct {
	Written, HeldOut RoleScores // articles whose errors were looked at, and the others
	Authors          Authors
}

// ScoreNews reads the labelled roles with the whole pipeline, and the first
// articles of the set for authors among the actors.
func ScoreNews(p *pipeline.Pipeline, data string, articles int) (r Report, err error) {
	gold, err := RoleGold()
	if err != nil {
		return r, err
	}
	by := make(map[string]*RoleArticle, len(gold))
	for i := range gold {
		by[gold[i].ID] = &gold[i]
	}
	var s pipeline.Scratch
	err = ReadNews(filepath.Join(data, "news", "articles.jsonl.zst"), func(id []byte) bool {
		return by[string(id)] != nil || r.Authors.Articles < articles
	}, func(n *News) bool {
		if a := by[n.ID]; a != nil {
			delete(by, n.ID)
			w := n.Article()
			w.Title = "" // its roles would stand for equal ones of the body
			sum, _ := CompareRoles(a, n.Text, p.Enrich(w, nil, &s).Actors)
			if a.HeldOut {
				r.HeldOut.Add(sum)
			} else {
				r.Written.Add(sum)
			}
		}
		if r.Authors.Articles < articles {
			r.Authors.Articles++
			if name := n.AuthorAmong(p.Enrich(n.Article(), nil, &s).Actors); name != "" {
				r.Authors.Among++
				if n.Quoted(name) {
					r.Authors.Quoted++
				}
			}
		}
		return len(by) > 0 || r.Authors.Articles < articles
	})
	if err == nil && len(by) > 0 {
		err = fmt.Errorf("news set: %d of the %d articles with labelled roles are not in it", len(by), len(gold))
	}
	return r, err
}

// AuthorArticles is how many articles are read for authors among the actors.
const AuthorArticles = 5000

// WriteTable writes the scoreboard of actors as Markdown.
func WriteTable(w io.Writer, p *pipeline.Pipeline, data string) error {
	c, err := ScoreClusters(data)
	if err != nil {
		return err
	}
	n, err := ScoreNews(p, data, AuthorArticles)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "| data | metric | n | figure | baseline |\n|---|---|---|---|---|\n")
	fmt.Fprintf(w, "| GUM news and interviews, gold names | person clusters, B-cubed F | %d | %.3f | %.3f equal strings |\n", c.Ours.Mentions, c.Ours.F1(), c.Exact.F1())
	for _, part := range []struct {
		name string
		s    RoleScores
	}{{"roles.txt, held out", n.HeldOut}, {"roles.txt, rules were written on it", n.Written}} {
		s := part.s
		for _, m := range []struct {
			name  string
			right int
		}{{"title", s.Text}, {"title, word for word", s.Exact}, {"title and code", s.Code}, {"title, code and country", s.All}} {
			fmt.Fprintf(w, "| %s | %s, F1 (P, R) | %d | %.3f (%.3f, %.3f) |  |\n", part.name, m.name, s.Gold, s.F1(m.right), ratio(m.right, s.Found), ratio(m.right, s.Gold))
		}
	}
	a := n.Authors
	_, err = fmt.Fprintf(w, "| news, first %d articles | author among actors | %d | %.2f %% (and %.2f %% whom the text quotes by name) |  |\n", a.Articles, a.Articles,
		100*ratio(a.Among-a.Quoted, a.Articles), 100*ratio(a.Quoted, a.Articles))
	return err
}

func ratio(a, b int) float64 { return float64(a) / float64(max(b, 1)) }
