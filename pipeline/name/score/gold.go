package score

import (
	"bufio"
	"bytes"
	_ "embed" // gold/gold.jsonl
	"encoding/json"
	"fmt"
	"io"

	"dateline/pipeline/text"
)

// goldLines is the project's own gold: offsets, kinds and ids, no text.
//
//go:embed gold/gold.jsonl
var goldLines []byte

// annotation is a line of the gold: names as [start, end, kind] in bytes of the
// text of the article with the id, and the size of that text.
type annotation struct {
	ID    string   `json:"id"`
	Bytes int      `json:"bytes"`
	Names []triple `json:"e"`
}

// triple is a name written as [start, end, kind].
type triple struct {
	Span text.Span
	Kind text.Kind
}

// UnmarshalJSON reads [start, end, kind].
func (t *triple) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&t.Span.Start, &t.Span.End, &t.Kind})
}

func readAnnotations(b []byte) ([]annotation, error) {
	var out []annotation
	for line := range bytes.Lines(b) {
		var a annotation
		if err := json.Unmarshal(line, &a); err != nil {
			return nil, fmt.Errorf("gold, line %d: %w", len(out)+1, err)
		}
		out = append(out, a)
	}
	return out, nil
}

// GoldIDs are the ids of the articles of the project's own gold.
func GoldIDs() ([]string, error) {
	as, err := readAnnotations(goldLines)
	ids := make([]string, len(as))
	for i := range as {
		ids[i] = as[i].ID
	}
	return ids, err
}

// Article is a line of the collection that the gold was drawn from.
type Article struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// EachArticle calls fn for the articles of a collection, compressed JSON lines,
// until it returns false.
func EachArticle(path string, fn func(*Article) bool) error {
	f, err := Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 64<<20)
	for n := 1; s.Scan(); n++ {
		var a Article
		if err := json.Unmarshal(s.Bytes(), &a); err != nil {
			return fmt.Errorf("%s:%d: %w", path, n, err)
		}
		if !fn(&a) {
			return nil
		}
	}
	return s.Err()
}

// ReadGold joins the project's own gold with the collection of articles, JSON
// lines of id and text. An article that is missing or has another length than
// the one annotated is an error.
func ReadGold(articles io.Reader) ([]Doc, error) { return joinGold(goldLines, articles) }

func joinGold(gold []byte, articles io.Reader) ([]Doc, error) {
	as, err := readAnnotations(gold)
	if err != nil {
		return nil, err
	}
	at := make(map[string]int, len(as))
	for i := range as {
		at[as[i].ID] = i
	}
	docs := make([]Doc, len(as))
	left := len(as)
	s := bufio.NewScanner(articles)
	s.Buffer(nil, 64<<20)
	for n := 1; left > 0 && s.Scan(); n++ {
		if _, ok := at[lineID(s.Bytes())]; !ok {
			continue // most lines: not worth decoding
		}
		var a Article
		if err := json.Unmarshal(s.Bytes(), &a); err != nil {
			return nil, fmt.Errorf("articles, line %d: %w", n, err)
		}
		i, ok := at[a.ID]
		if !ok || docs[i].Tok != nil {
			continue
		}
		if len(a.Text) != as[i].Bytes {
			return nil, fmt.Errorf("article %s has %d bytes, the one annotated %d", a.ID, len(a.Text), as[i].Bytes)
		}
		docs[i] = Doc{ID: a.ID, Tok: new(text.Tokens)}
		docs[i].Tok.Reset(a.Text)
		for _, t := range as[i].Names {
			if t.Span.Start < 0 || t.Span.Empty() || t.Span.End > len(a.Text) {
				return nil, fmt.Errorf("article %s: name at %v of %d bytes", a.ID, t.Span, len(a.Text))
			}
			docs[i].Names = append(docs[i].Names, Name{Span: t.Span, Kind: t.Kind})
		}
		left--
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("articles: %w", err)
	}
	if left > 0 {
		return nil, fmt.Errorf("articles: %d of %d annotated ones are missing", left, len(as))
	}
	return docs, nil
}

// lineID is the first string value of a JSON object whose first key is "id".
func lineID(line []byte) string {
	_, rest, ok := bytes.Cut(line[:min(len(line), 200)], []byte(`"id"`))
	if !ok {
		return ""
	}
	_, rest, _ = bytes.Cut(rest, []byte(`"`))
	id, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(id)
}
