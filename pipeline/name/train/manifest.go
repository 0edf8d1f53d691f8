package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	_ "embed" // manifest.json
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dateline/pipeline/name/internal/model"
	"dateline/pipeline/name/score"
)

//go:embed manifest.json
var manifestJSON []byte

// manifest says what a model is made from.
type manifest struct {
	About    string  `json:"about"`
	Seed     uint64  `json:"seed"`
	Epochs   int     `json:"epochs"`
	Least    int     `json:"least_count"`
	MinProb  float64 `json:"least_probability"`
	HeldOut  int     `json:"held_out_articles"`
	Keep     int     `json:"features"` // kept, the most useful
	Lists    set     `json:"lists"`    // its file is below the folder of package name
	Sets     []set   `json:"sets"`
	Places   set     `json:"places"`
	checksum [32]byte
}

// set is one corpus.
type set struct {
	Name         string   `json:"name"`
	From         string   `json:"from"`
	File         string   `json:"file"`
	Member       string   `json:"member"` // of a tar file
	Labels       string   `json:"labels"` // file of labels joined by id
	Use          string   `json:"use"`    // train, cluster, score
	Chunks       bool     `json:"chunks"` // its documents are not real ones
	Open         []string `json:"open"`   // classes that it does not annotate
	Licence      string   `json:"licence"`
	ShareAlike   bool     `json:"share_alike"` // -without by-sa leaves it out
	About        string   `json:"about"`
	SHA256       string   `json:"sha256"`
	LabelsSHA256 string   `json:"labels_sha256"`
}

// leftOut reports whether -without names the set or, as by-sa, its licence.
func (x *set) leftOut(without []string) bool {
	return slices.Contains(without, x.Name) || x.ShareAlike && slices.Contains(without, "by-sa")
}

// trainable names the corpora whose licence lets them train a model that is
// given away. A set of another name is refused.
var trainable = []string{"gmb", "redocred", "news"}

func readManifest() (*manifest, error) {
	m := &manifest{checksum: sha256.Sum256(manifestJSON)}
	d := json.NewDecoder(bytes.NewReader(manifestJSON))
	d.DisallowUnknownFields()
	if err := d.Decode(m); err != nil {
		return nil, fmt.Errorf("manifest.json: %w", err)
	}
	for i := range m.Sets {
		s := &m.Sets[i]
		switch {
		case s.Licence == "" || s.SHA256 == "":
			return nil, fmt.Errorf("manifest.json: set %q: no licence or no checksum", s.Name)
		case !slices.Contains([]string{"train", "cluster", "score"}, s.Use):
			return nil, fmt.Errorf("manifest.json: set %q: use %q: want train, cluster or score", s.Name, s.Use)
		case s.Use == "train" && !slices.Contains(trainable, s.Name):
			return nil, fmt.Errorf("manifest.json: set %q may not train a model", s.Name)
		}
	}
	return m, nil
}

// source reads files of the data folder, checked against the manifest.
type source struct {
	dir     string
	checked map[string]string
	members map[string][]byte // of tar files, by "file member"
}

func newSource(dir string) *source {
	return &source{dir, map[string]string{}, map[string][]byte{}}
}

// check compares a file's SHA-256 with the manifest's.
func (s *source) check(file, want string) (path string, err error) {
	path = filepath.Join(s.dir, file)
	got, ok := s.checked[file]
	if !ok {
		f, err := os.Open(path)
		if err != nil {
			return "", err
		}
		defer f.Close()
		h := sha256.New()
		if _, err := io.Copy(h, f); err != nil {
			return "", fmt.Errorf("%s: %w", path, err)
		}
		got = fmt.Sprintf("%x", h.Sum(nil))
		s.checked[file] = got
	}
	if got != want {
		return "", fmt.Errorf("%s: sha256 %s, the manifest says %s", path, got, want)
	}
	return path, nil
}

// member is one file of a tar file.
func (s *source) member(path, name string) ([]byte, error) {
	if b, ok := s.members[path+" "+name]; ok {
		return b, nil
	}
	f, err := score.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for t := tar.NewReader(f); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s: no file %s in it", path, name)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if strings.TrimPrefix(h.Name, "./") != name {
			continue
		}
		b, err := io.ReadAll(t)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", path, name, err)
		}
		s.members[path+" "+name] = b
		return b, nil
	}
}

// docs reads a set's documents and labels them.
func (s *source) docs(m *manifest, x *set) ([]*doc, error) {
	path, err := s.check(x.File, x.SHA256)
	if err != nil {
		return nil, err
	}
	var docs []*doc
	switch {
	case x.Labels != "":
		labels, err := s.check(x.Labels, x.LabelsSHA256)
		if err != nil {
			return nil, err
		}
		docs, err = readNews(path, labels, m.MinProb)
		if err != nil {
			return nil, err
		}
	case x.Member != "":
		b, err := s.member(path, x.Member)
		if err != nil {
			return nil, err
		}
		if docs, err = conll(bytes.NewReader(b), x.Member); err != nil {
			return nil, err
		}
	default:
		f, err := score.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if docs, err = conll(f, path); err != nil {
			return nil, err
		}
	}
	var unknown model.Set
	for _, name := range x.Open {
		c, ok := model.ParseClass(name)
		if !ok {
			return nil, fmt.Errorf("manifest.json: set %q: class %q", x.Name, name)
		}
		unknown |= tagsOf(c)
	}
	for _, d := range docs {
		d.corpus = x.Name
		// The 1,392 sentences of CrossNER stand as three documents, "c".
		d.chunk = x.Chunks || x.Name == "redocred" && d.name == "c"
		d.label(unknown)
	}
	return docs, nil
}

// conll reads documents of tokens and tags.
func conll(r io.Reader, file string) ([]*doc, error) {
	gold, err := score.ReadConll(r, file)
	if err != nil {
		return nil, err
	}
	docs := make([]*doc, len(gold))
	for i := range gold {
		docs[i] = fromGold(&gold[i])
	}
	return docs, nil
}

// lists reads the table of the large lists and compares its check sum.
func (m *manifest) lists(dir string) ([]byte, error) {
	path := filepath.Join(dir, m.Lists.File)
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(b)); got != m.Lists.SHA256 {
		return nil, fmt.Errorf("%s: sha256 %s, the manifest says %s", path, got, m.Lists.SHA256)
	}
	return b, nil
}
