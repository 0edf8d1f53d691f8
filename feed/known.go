package feed

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// knownFor is how long a story's ids are remembered: its leads and kills come
// within days.
const knownFor = 7 * 24 * time.Hour

// Known is the table of ids of the wires that name a story by a slug: which
// item a slug stands for, and when it was first seen. It is a file of JSON
// lines, appended to before an item is produced, so that an item sent again
// after a crash gets the same id. Losing it costs what a new table does: two
// stories of one slug and day may become versions of one item.
//
// It is safe for concurrent use by one process.
type Known struct {
	mu      sync.Mutex
	file    *os.File
	stories map[string][]knownItem // by source and base id; oldest first
}

// knownItem is a line of the file.
type knownItem struct {
	Story string    `json:"story"` // source, slash, id that the payload gives
	Item  string    `json:"item"`
	Sent  string    `json:"sent,omitempty"` // transmission id
	First time.Time `json:"first"`
	At    time.Time `json:"at"`
}

// OpenKnown reads the table, drops what is too old, and keeps the file open.
func OpenKnown(path string, now time.Time) (*Known, error) {
	k := &Known{stories: make(map[string][]knownItem)}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("table of ids: %w", err)
	}
	var keep bytes.Buffer
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		var it knownItem
		if json.Unmarshal(lines.Bytes(), &it) != nil || now.Sub(it.At) > knownFor { // the last line may be half written
			continue
		}
		k.stories[it.Story] = append(k.stories[it.Story], it)
		keep.Write(lines.Bytes())
		keep.WriteByte('\n')
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("table of ids: %w", err)
	}
	if err := os.WriteFile(path+".tmp", keep.Bytes(), 0o644); err != nil {
		return nil, fmt.Errorf("table of ids: %w", err)
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		return nil, fmt.Errorf("table of ids: %w", err)
	}
	if k.file, err = os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0o644); err != nil {
		return nil, fmt.Errorf("table of ids: %w", err)
	}
	return k, nil
}

// Close closes the file.
func (k *Known) Close() error { return k.file.Close() }

// item is the id of an item whose payload gives base. The same transmission is
// the same item; a message that goes on with a story (a lead, a correction, a
// kill) is a version of the latest of that slug; another one that says nothing
// of the kind is a new story, told apart by its transmission number. The error
// says that the table could not be written; the answer holds all the same.
func (k *Known) item(source, base, sent string, follows bool, first, now time.Time) (item string, seen time.Time, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	story := source + "/" + base
	list := k.stories[story]
	for i := range list {
		if sent != "" && list[i].Sent == sent {
			return list[i].Item, list[i].First, nil
		}
	}
	it := knownItem{Story: story, Item: base, Sent: sent, First: first, At: now}
	if n := len(list); n > 0 {
		if follows || sent == "" {
			it.Item, it.First = list[n-1].Item, list[n-1].First
		} else {
			it.Item = base + "/" + sent
		}
		if sent == "" {
			return it.Item, it.First, nil
		}
	}
	k.stories[story] = append(list, it)
	line, err := json.Marshal(it)
	if err == nil {
		_, err = k.file.Write(append(line, '\n'))
	}
	return it.Item, it.First, err
}
