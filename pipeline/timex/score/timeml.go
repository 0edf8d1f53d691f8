package score

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// Timex is one annotated expression: bytes [Start,End) of its document's text.
type Timex struct {
	Start, End       int
	Type, Value, Mod string
}

// Doc is an annotated text. DCT is its creation time, a day or day and minute.
type Doc struct {
	ID, DCT, Text string
	Gold          []Timex
}

// HeldOut reports whether a document was left unread while the rules were
// written: one in five, by the hash of its id.
func HeldOut(id string) bool {
	h := fnv.New32a()
	h.Write([]byte(id))
	return h.Sum32()%5 == 0
}

// LoadTimeML reads the documents of a set: <name>.jsonl in dir. Offsets in the
// file count code points; they are turned into bytes.
func LoadTimeML(dir, name string) ([]Doc, error) {
	path := filepath.Join(dir, name+".jsonl")
	var docs []Doc
	err := lines(path, func(line []byte) error {
		var raw struct {
			ID, DCT, Text string
			Timex         []struct {
				S, E             int
				Type, Value, Mod string
			}
		}
		if err := json.Unmarshal(line, &raw); err != nil {
			return err
		}
		d := Doc{ID: raw.ID, DCT: raw.DCT, Text: raw.Text}
		at := offsets(raw.Text)
		for _, t := range raw.Timex {
			if t.S < 0 || t.E >= len(at) || t.S >= t.E {
				return fmt.Errorf("document %s: offsets %d to %d", raw.ID, t.S, t.E)
			}
			d.Gold = append(d.Gold, Timex{at[t.S], at[t.E], t.Type, t.Value, t.Mod})
		}
		docs = append(docs, d)
		return nil
	})
	return docs, err
}

// offsets maps code points to bytes; the last entry is the length.
func offsets(s string) []int {
	at := make([]int, 0, len(s)+1)
	for i := range s {
		at = append(at, i)
	}
	return append(at, len(s))
}

// LoadAnswers reads what another tagger answers on a set:
// <name>.<system>.tsv. Duplicate lines are dropped.
func LoadAnswers(dir, name, system string, docs []Doc) (map[string][]Timex, error) {
	texts := make(map[string][]int, len(docs))
	for _, d := range docs {
		texts[d.ID] = offsets(d.Text)
	}
	out := make(map[string][]Timex)
	seen := make(map[string]bool)
	err := lines(filepath.Join(dir, name+"."+system+".tsv"), func(line []byte) error {
		if seen[string(line)] {
			return nil
		}
		seen[string(line)] = true
		f := strings.Split(string(line), "\t")
		if len(f) < 5 {
			return fmt.Errorf("%d columns, want 5", len(f))
		}
		at, ok := texts[f[0]]
		s, err1 := strconv.Atoi(f[1])
		e, err2 := strconv.Atoi(f[2])
		if !ok || err1 != nil || err2 != nil || s < 0 || e >= len(at) || s >= e {
			return fmt.Errorf("document %s: offsets %s to %s", f[0], f[1], f[2])
		}
		t := Timex{Start: at[s], End: at[e], Type: f[3], Value: f[4]}
		if len(f) > 5 {
			t.Mod = f[5]
		}
		out[f[0]] = append(out[f[0]], t)
		return nil
	})
	for _, ts := range out {
		sort.SliceStable(ts, func(i, j int) bool { return ts[i].Start < ts[j].Start })
	}
	return out, err
}

// lines calls f for every line of a file; an error names the line.
func lines(path string, f func([]byte) error) error {
	fd, err := os.Open(path)
	if err != nil {
		return err
	}
	defer fd.Close()
	sc := bufio.NewScanner(fd)
	sc.Buffer(make([]byte, 1<<20), 64<<20)
	for n := 1; sc.Scan(); n++ {
		if len(sc.Bytes()) == 0 {
			continue
		}
		if err := f(sc.Bytes()); err != nil {
			return fmt.Errorf("%s:%d: %w", filepath.Base(path), n, err)
		}
	}
	return sc.Err()
}
