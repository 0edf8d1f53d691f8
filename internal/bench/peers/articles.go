package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"

	"dateline/pipeline/wire"
)

// warmUp is how many articles a peer reads before its first round.
const warmUp = 30

// article is a text and the day it was published, which dates in it are read
// against. In the file of records the text is a whole record, with headline,
// authors and address.
type article struct{ day, text string }

// longest is more than any record takes, and little enough to be allocated.
const longest = 8 << 20

// A file of articles has for each a line with its day and its length in bytes,
// then these bytes and the end of a line. Programs in any language read it
// without a library.

func writeArticles(name string, as []article) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b := bufio.NewWriter(f)
	for _, a := range as {
		fmt.Fprintf(b, "%s %d\n%s\n", a.day, len(a.text), a.text)
	}
	return b.Flush()
}

func readArticles(name string) ([]article, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := bufio.NewReader(f)
	var out []article
	for {
		var a article
		var n int
		_, err := fmt.Fscanf(b, "%10s %d\n", &a.day, &n)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil || n < 0 || n > longest {
			return nil, fmt.Errorf("%s, article %d: bad first line", name, len(out)+1)
		}
		body := make([]byte, n+1)
		if _, err := io.ReadFull(b, body); err != nil || body[n] != '\n' {
			return nil, fmt.Errorf("%s, article %d: not of the length in its first line", name, len(out)+1)
		}
		a.text = string(body[:n])
		out = append(out, a)
	}
}

// news are the first n articles of the collection that say their day, as text
// and as records.
func news(data string, n int) (texts, records []article, err error) {
	path := filepath.Join(data, "news", "articles.jsonl.zst")
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("development data: %w", err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	defer z.Close()
	s := bufio.NewScanner(z)
	s.Buffer(nil, 64<<20)
	for line := 1; s.Scan() && len(texts) < n; line++ {
		var d struct{ ID, Title, Text, Date, URL, Authors string }
		if err := json.Unmarshal(s.Bytes(), &d); err != nil {
			return nil, nil, fmt.Errorf("%s:%d: %w", path, line, err)
		}
		if _, err := time.Parse(time.DateOnly, d.Date); err != nil || d.Text == "" {
			continue
		}
		payload, err := json.Marshal(map[string]any{"title": d.Title, "body": d.Text, "published": d.Date, "url": d.URL, "authors": []string{d.Authors}})
		if err != nil {
			return nil, nil, fmt.Errorf("%s:%d: %w", path, line, err)
		}
		e := wire.Envelope{SourceID: "corpus", ItemID: d.ID, Version: 1, Format: "article", Data: payload}
		record, err := e.Encode()
		if err != nil {
			return nil, nil, fmt.Errorf("%s:%d: %w", path, line, err)
		}
		texts = append(texts, article{d.Date, d.Text})
		records = append(records, article{d.Date, string(record)})
	}
	if err := s.Err(); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(texts) < n {
		return nil, nil, fmt.Errorf("%s: %d articles with a day and a text, want %d", path, len(texts), n)
	}
	return texts, records, nil
}
