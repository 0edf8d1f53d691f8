package score

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Negative is a text in which there is no date.
type Negative struct{ Suite, Text, DCT string }

// inNews are the five negatives of an assistant that may well be dates in
// news.
var inNews = regexp.MustCompile(`\b(21st|first week|1st week)\b`)

// LoadNegatives reads the texts without dates of the two assistants' suites.
func LoadNegatives(dir string) ([]Negative, error) {
	out, err := duckling(filepath.Join(dir, "duckling-en-corpus.hs"))
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(filepath.Join(dir, "ms-recognizers", "DateTimeModel.json"))
	if err != nil {
		return nil, err
	}
	var cases []struct {
		Input   string
		Context struct{ ReferenceDateTime string }
		Results []json.RawMessage
	}
	if err := json.Unmarshal(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), &cases); err != nil {
		return nil, err
	}
	for _, c := range cases {
		if len(c.Results) == 0 && !inNews.MatchString(c.Input) {
			dct := c.Context.ReferenceDateTime
			if dct == "" {
				dct = "2019-01-01"
			}
			out = append(out, Negative{"ms-recognizers", c.Input, dct[:10]})
		}
	}
	return out, nil
}

// duckling reads the strings of the negative corpus; its reference time is
// 2013-02-12.
func duckling(path string) ([]Negative, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	_, rest, _ := strings.Cut(string(b), "negativeCorpus = ")
	rest, _, _ = strings.Cut(rest, "\n      ]")
	var out []Negative
	for _, line := range strings.Split(rest, "\n") {
		if _, q, ok := strings.Cut(line, `"`); ok {
			out = append(out, Negative{"duckling", strings.TrimSuffix(strings.TrimSpace(q), `"`), "2013-02-12"})
		}
	}
	return out, nil
}

// Rejected counts the negatives in which nothing is found, and lists the
// others.
func Rejected(ns []Negative) (Count, []string) {
	var c Count
	var wrong []string
	t := &Tagger{}
	for _, n := range ns {
		c.Gold++
		c.System++
		if as := t.Annotate(&Doc{DCT: n.DCT, Text: n.Text}); len(as) == 0 {
			c.Right++
		} else {
			wrong = append(wrong, as[0].Rule+" "+n.Text[as[0].Span.Start:as[0].Span.End]+" in: "+n.Text)
		}
	}
	return c, wrong
}
