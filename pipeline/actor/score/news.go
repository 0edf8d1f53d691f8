package score

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"dateline/pipeline/actor"
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/wire"
)

// News is one article of the news set.
type News struct {
	ID, Title, Text, Source, Date string
	Authors                       string // separated by commas
}

// ReadNews calls f with every article of a compressed JSON lines file whose id
// want accepts, until it returns false. A nil want accepts all.
func ReadNews(path string, want func(id []byte) bool, f func(*News) bool) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	z, err := zstd.NewReader(file)
	if err != nil {
		return err
	}
	defer z.Close()
	r := bufio.NewReaderSize(z, 1<<20)
	for n := 1; ; n++ {
		line, err := r.ReadBytes('\n')
		if len(line) > 1 && (want == nil || want(idOf(line))) {
			var a News
			if err := json.Unmarshal(line, &a); err != nil {
				return fmt.Errorf("%s:%d: %w", path, n, err)
			}
			if !f(&a) {
				return nil
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// idOf is the id of a line, which stands first in it, or nil.
func idOf(line []byte) []byte {
	rest, ok := bytes.CutPrefix(line, []byte(`{"id": "`))
	if !ok {
		return nil
	}
	id, _, _ := bytes.Cut(rest, []byte(`"`))
	return id
}

// Article is the article as the pipeline takes it, with its authors, as a
// source that knows them hands them over.
func (n *News) Article() *wire.Article {
	a := &wire.Article{SourceID: "news", ItemID: n.ID, Status: wire.Usable, Language: "en", Title: n.Title, Body: n.Text}
	for _, w := range strings.Split(n.Authors, ",") {
		if w = strings.Trim(w, " \t\n\""); w != "" {
			a.Authors = append(a.Authors, w)
		}
	}
	if t, err := time.Parse(time.DateOnly, n.Date); err == nil {
		a.Published = t
	}
	return a
}

// quoting are words beside a name that say the text quotes its bearer, whom the
// set's field of authors then holds by mistake: it takes the names under pulled
// quotes for authors.
var quoting = regexp.MustCompile(`^[^\n.]{0,90}\b(said|says|told|tells|tweeted)\b`)

var quoted = regexp.MustCompile(`(—|\b(said|says|added|adds)) ?$`)

// Quoted reports whether the text quotes somebody of that name.
func (n *News) Quoted(name string) bool {
	for at := 0; ; {
		i := strings.Index(n.Text[at:], name)
		if i < 0 {
			return false
		}
		i += at
		if at = i + len(name); quoting.MatchString(n.Text[at:]) || quoted.MatchString(n.Text[max(0, i-12):i]) {
			return true
		}
	}
}

// AuthorAmong is the author who stands among the actors, or "".
func (n *News) AuthorAmong(actors []actor.Actor) string {
	for _, w := range n.Article().Authors {
		fold := gazetteer.Fold(w)
		if !strings.Contains(fold, " ") {
			continue
		}
		for i := range actors {
			if actors[i].Type != "person" {
				continue
			}
			if gazetteer.Fold(actors[i].Name) == fold {
				return w
			}
			for _, alias := range actors[i].Aliases {
				if gazetteer.Fold(alias) == fold {
					return w
				}
			}
		}
	}
	return ""
}
