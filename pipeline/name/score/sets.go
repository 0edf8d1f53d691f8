package score

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// Set is a list of annotated documents.
type Set struct {
	Name string
	Docs []Doc
	// Only PER, ORG and LOC are annotated.
	Three bool
}

// Names of the sets.
const (
	WorldwideTest  = "Worldwide test"
	WorldwideTrain = "Worldwide train part"
	GUM            = "GUM news and interview"
	Own            = "own gold"
)

// Load reads the sets from the folder of development data. None of them trained
// the model. Choices were made on all but Worldwide test, which is measured once
// for each model that is released: without test it is left out.
func Load(data string, test bool) ([]Set, error) {
	sets := []Set{{Name: WorldwideTrain}, {Name: GUM, Three: true}}
	if test {
		sets = append([]Set{{Name: WorldwideTest}}, sets...)
	}
	err := eachMember(filepath.Join(data, "ner", "ner-corpora.tar.zst"), func(name string, b []byte) error {
		for i := range sets {
			switch s := &sets[i]; {
			case s.Name == WorldwideTest && name == "prepared/ww.test", s.Name == WorldwideTrain && name == "prepared/ww.train":
				docs, err := ReadConll(bytes.NewReader(b), name)
				if err != nil {
					return err
				}
				s.Docs = docs
			case s.Name == GUM && isGUM(name):
				d, err := ReadGUM(bytes.NewReader(b), filepath.Base(name))
				if err != nil {
					return err
				}
				s.Docs = append(s.Docs, d)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	f, err := Open(filepath.Join(data, "news", "articles.jsonl.zst"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	own, err := ReadGold(f)
	if err != nil {
		return nil, err
	}
	sets = append(sets, Set{Name: Own, Docs: own})
	for _, s := range sets {
		if len(s.Docs) == 0 {
			return nil, fmt.Errorf("%s: no document in %s", s.Name, data)
		}
	}
	return sets, nil
}

// isGUM tells the texts that tune from those that may train.
func isGUM(member string) bool {
	base := filepath.Base(member)
	return strings.HasSuffix(base, ".tsv") && (strings.HasPrefix(base, "GUM_news_") || strings.HasPrefix(base, "GUM_interview_"))
}

// Open reads a file, through zstd if its name ends so.
func Open(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if !strings.HasSuffix(path, ".zst") {
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

// eachMember calls fn for each file of a tar file that a set may want.
func eachMember(path string, fn func(name string, b []byte) error) error {
	f, err := Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for t := tar.NewReader(f); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		name := strings.TrimPrefix(h.Name, "./")
		if !strings.HasPrefix(name, "prepared/ww.") && !isGUM(name) {
			continue
		}
		b, err := io.ReadAll(t)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", path, name, err)
		}
		if err := fn(name, b); err != nil {
			return err
		}
	}
}
