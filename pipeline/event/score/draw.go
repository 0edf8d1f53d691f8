package score

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"dateline/pipeline/text"
)

// Article is a text that labels point into.
type Article struct {
	Set, ID, Title, Text string
	Published            string // a day
}

// Sets of the development data that labels are of.
const (
	News = "news" // articles of 2012 to 2020 from the web
	MUC  = "muc"  // stories of 1988 to 1991 from Latin America, in capitals
)

// Every how many articles, and which, are drawn: by the hash of the id, so that
// nobody chooses.
const (
	newsEvery, mucEvery = 450, 65
	drawn               = 1
)

// Bounds of the sentences that are drawn of an article: the first ones that are
// neither headings nor lists.
const (
	sentences         = 4
	shortest, longest = 40, 420
)

func hash(id string) uint32 {
	h := fnv.New32a()
	io.WriteString(h, id)
	return h.Sum32()
}

// Draw gives the articles of both sets that are to be labelled, in the order of
// their files.
func Draw(dir string) ([]Article, error) {
	return read(dir, func(set, id string) bool {
		if set == News {
			return hash(id)%newsEvery == drawn
		}
		return hash(id)%mucEvery == drawn
	})
}

// Sentences are the sentences of an article that are to be labelled.
func (a *Article) Sentences() []text.Span {
	var t text.Tokens
	t.Reset(a.Text)
	var out []text.Span
	for i, s := range t.Sent {
		n := int(s.End - s.Start)
		if a.Set == MUC && i == 0 || n < shortest || n > longest {
			continue
		}
		if out = append(out, text.Span{Start: int(s.Start), End: int(s.End)}); len(out) == sentences {
			break
		}
	}
	return out
}

// read gives the articles that keep wants.
func read(dir string, keep func(set, id string) bool) ([]Article, error) {
	f, err := os.Open(filepath.Join(dir, "news", "articles.jsonl.zst"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	var out []Article
	err = lines(z, func(line []byte) error {
		var a struct{ ID, Title, Text, Date string }
		if err := json.Unmarshal(line, &a); err != nil {
			return err
		}
		if keep(News, a.ID) {
			out = append(out, Article{News, a.ID, a.Title, a.Text, a.Date})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("news: %w", err)
	}
	m, err := os.Open(filepath.Join(dir, "dates", "muc-dev.jsonl"))
	if err != nil {
		return nil, err
	}
	defer m.Close()
	err = lines(m, func(line []byte) error {
		var a struct {
			ID, Text string
			Dateline string `json:"dateline_date"`
		}
		if err := json.Unmarshal(line, &a); err != nil {
			return err
		}
		if keep(MUC, a.ID) {
			out = append(out, Article{MUC, a.ID, "", a.Text, a.Dateline})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("muc: %w", err)
	}
	return out, nil
}

func lines(r io.Reader, f func([]byte) error) error {
	s := bufio.NewScanner(r)
	s.Buffer(nil, 16<<20)
	for s.Scan() {
		if err := f(s.Bytes()); err != nil {
			return err
		}
	}
	return s.Err()
}
