package main

import (
	"bufio"
	"encoding/json"
	"fmt"

	"dateline/pipeline/name/score"
)

// article is a line of the news collection.
type article struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// eachLine decodes every line of a JSON-lines file into a fresh T until fn
// returns false.
func eachLine[T any](path string, fn func(*T) bool) error {
	f, err := score.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 64<<20)
	for n := 1; s.Scan(); n++ {
		v := new(T)
		if err := json.Unmarshal(s.Bytes(), v); err != nil {
			return fmt.Errorf("%s:%d: %w", path, n, err)
		}
		if !fn(v) {
			return nil
		}
	}
	return s.Err()
}
