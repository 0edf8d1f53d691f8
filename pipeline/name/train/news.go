package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
)

// article is a line of the news collection.
type article struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// open reads a file, through zstd if its name ends so.
func open(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if len(path) < 4 || path[len(path)-4:] != ".zst" {
		return f, nil
	}
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1))
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return unzipped{z.IOReadCloser(), f}, nil
}

type unzipped struct {
	io.ReadCloser
	f *os.File
}

func (u unzipped) Close() error {
	u.ReadCloser.Close()
	return u.f.Close()
}

// eachLine decodes every line of a JSON-lines file into a fresh T until fn
// returns false.
func eachLine[T any](path string, fn func(*T) bool) error {
	f, err := open(path)
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
