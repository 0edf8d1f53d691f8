package score

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"slices"
	"strings"
	"time"

	"github.com/zeebo/xxh3"
)

// Numbers of the simulator. They are part of the recipe: another number is
// another stream, and no longer comparable.
const (
	minWords    = 100
	sameStory   = 0.60 // of the smaller set of 4-grams: one story told twice in the base
	outlets     = 300
	setupSeed   = 7
	vocabulary  = 3000 // records whose words are the vocabulary
	reprinted   = 1500 // stories that are reprinted, at most a third
	wireStories = 40   // of them, reprinted 30 to 89 times
	daySeconds  = 86400
)

// Record is a dated story of the base.
type Record struct {
	ID    string `json:"id"`
	Date  string `json:"date"`
	Title string `json:"title"`
	Body  string `json:"body"`

	time  int64
	words []string
}

// ReadBase reads JSON lines of records.
func ReadBase(r io.Reader) ([]Record, error) {
	var all []Record
	d := json.NewDecoder(r)
	for {
		var x Record
		switch err := d.Decode(&x); {
		case err == io.EOF:
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("record %d: %w", len(all)+1, err)
		}
		// The fraction of a second goes, with what stands behind it. A date
		// that cannot be read is the epoch; the base has one.
		date, _, _ := strings.Cut(x.Date, ".")
		if t, err := time.Parse("_2-Jan-2006 15:04:05", strings.TrimSpace(date)); err == nil {
			x.time = t.Unix()
		}
		x.words = strings.Fields(x.Body)
		all = append(all, x)
	}
}

// Doc is one document of a stream.
type Doc struct {
	Time   int64 // seconds
	Outlet int
	Story  int
	Kind   string
	Text   string
}

// Kinds are the ways a story is reprinted.
var Kinds = []string{"copy+boiler", "cut70", "cut50", "cut35", "cut25", "topcut50", "edit5", "edit10", "edit20",
	"cut50+edit10", "leadrewrite+cut60", "update+60%new"}

// Simulator holds the stories and the outlets of all streams.
type Simulator struct {
	stories, donors []Record
	vocab           []string
	header, footer  []string
	plain           bool // no boilerplate
}

// NewSimulator picks the stories and draws the outlets. It needs the whole
// base, in its order. Without boilerplate the texts are the stories' own.
func NewSimulator(base []Record, boilerplate bool) *Simulator {
	s := &Simulator{plain: !boilerplate}
	for _, r := range base[:min(vocabulary, len(base))] {
		s.vocab = append(s.vocab, r.words...)
	}
	kept := distinct(base)
	rng := rand.New(rand.NewSource(setupSeed))
	words := func(n int) string {
		w := make([]string, n)
		for i := range w {
			w[i] = s.vocab[rng.Intn(len(s.vocab))]
		}
		return strings.Join(w, " ")
	}
	for range outlets {
		s.header = append(s.header, words(rng.Intn(16)))
		s.footer = append(s.footer, words(10+rng.Intn(36)))
	}
	rng.Shuffle(len(kept), func(i, j int) { kept[i], kept[j] = kept[j], kept[i] })
	n := len(kept) - len(kept)/8
	s.stories, s.donors = kept[:n], kept[n:]
	return s
}

// distinct keeps the stories that are long enough and not told before.
func distinct(base []Record) []Record {
	var kept []Record
	index := make(map[uint64][]int32)
	var sizes []int
	var shared []int32 // by kept story
	for _, r := range base {
		if len(r.words) < minWords {
			continue
		}
		grams := shingles(r.Body, 4)
		clear(shared)
		again := false
		for _, g := range grams {
			for _, k := range index[g] {
				shared[k]++
				again = again || float64(shared[k]) >= sameStory*float64(min(len(grams), sizes[k]))
			}
		}
		if again {
			continue
		}
		for _, g := range grams {
			index[g] = append(index[g], int32(len(kept)))
		}
		kept, sizes, shared = append(kept, r), append(sizes, len(grams)), append(shared, 0)
	}
	return kept
}

// asciiWords are runs of letters and digits, lower case, apostrophes deleted.
func asciiWords(text string) []string {
	return strings.FieldsFunc(strings.ToLower(strings.ReplaceAll(text, "'", "")), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
}

// shingles are the hashes of the n-grams of the text's words, in order, each
// once.
func shingles(text string, n int) []uint64 {
	w := asciiWords(text)
	var set []uint64
	for i := 0; i+n <= len(w); i++ {
		set = append(set, xxh3.HashString(strings.Join(w[i:i+n], " ")))
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// stream draws one stream.
type stream struct {
	*Simulator
	rng *rand.Rand
}

// Stream makes the stream of a seed, ordered by time.
func (s *Simulator) Stream(seed int64) []Doc {
	x := stream{s, rand.New(rand.NewSource(seed))}
	var docs []Doc
	again := min(reprinted, len(s.stories)/3)
	for i := range s.stories {
		r := &s.stories[i]
		o := x.rng.Intn(outlets)
		docs = append(docs, Doc{r.time, o, i, "orig", x.dress(r.Body, o)})
		if i >= again {
			continue
		}
		m := 1 + x.rng.Intn(5)
		if i < wireStories {
			m = 30 + x.rng.Intn(60)
		}
		for range m {
			o, kind, donor := x.rng.Intn(outlets), x.rng.Intn(len(Kinds)), x.rng.Intn(len(s.donors))
			t := r.time + int64(x.rng.Intn(daySeconds))
			docs = append(docs, Doc{t, o, i, Kinds[kind], x.dress(x.reprint(kind, r, &s.donors[donor]), o)})
		}
	}
	slices.SortStableFunc(docs, func(a, b Doc) int { return int(a.Time - b.Time) })
	return docs
}

const notice = "Copyright Dateline Test Wire All rights reserved This notice belongs to a test and may not be published broadcast rewritten or redistributed"

func (x *stream) dress(text string, outlet int) string {
	if x.plain {
		return text
	}
	text = x.header[outlet] + " " + text + " " + x.footer[outlet]
	if x.rng.Float64() < 0.3 {
		text += " " + notice
	}
	return text
}

// edit changes each word with a probability: deleted, replaced, or one more.
func (x *stream) edit(words []string, p float64) []string {
	var out []string
	for _, w := range words {
		if x.rng.Float64() >= p {
			out = append(out, w)
			continue
		}
		switch x.rng.Intn(3) {
		case 1:
			out = append(out, x.vocab[x.rng.Intn(len(x.vocab))])
		case 2:
			out = append(out, w, x.vocab[x.rng.Intn(len(x.vocab))])
		}
	}
	return out
}

func cut(words []string, f float64) []string { return words[:int(f*float64(len(words)))] }

func join(words []string) string { return strings.Join(words, " ") }

func (x *stream) reprint(kind int, r, donor *Record) string {
	switch Kinds[kind] {
	case "cut70":
		return join(cut(r.words, .7))
	case "cut50":
		return join(cut(r.words, .5))
	case "cut35":
		return join(cut(r.words, .35))
	case "cut25":
		return join(cut(r.words, .25))
	case "topcut50":
		return join(r.words[len(r.words)/2:])
	case "edit5":
		return join(x.edit(r.words, .05))
	case "edit10":
		return join(x.edit(r.words, .1))
	case "edit20":
		return join(x.edit(r.words, .2))
	case "cut50+edit10":
		return join(x.edit(cut(r.words, .5), .1))
	case "leadrewrite+cut60":
		text := join(cut(r.words, .6))
		if i := sentenceEnd(text); i > 0 {
			return join(x.edit(strings.Fields(text[:i]), .8)) + " " + text[i+1:]
		}
		return text
	case "update+60%new":
		n := int(.6 * float64(len(r.words)))
		return join(donor.words[:min(n, len(donor.words))]) + " " + r.Body
	}
	return r.Body
}

// sentenceEnd is the index behind the first sentence, 0 if there is no second.
func sentenceEnd(t string) int {
	for i := 4; i+2 < len(t); i++ {
		if t[i] == '.' && t[i+1] == ' ' && t[i+2] >= 'A' && t[i+2] <= 'Z' && t[i-1] >= 'a' && t[i-1] <= 'z' {
			return i + 1
		}
	}
	return 0
}

// Digest is the SHA-256 of a stream in hexadecimal.
func Digest(docs []Doc) string {
	h := sha256.New()
	for _, d := range docs {
		fmt.Fprintf(h, "%d\t%d\t%d\t%s\t%s\n", d.Time, d.Outlet, d.Story, d.Kind, d.Text)
	}
	return hex.EncodeToString(h.Sum(nil))
}
