package score

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"dateline/pipeline/actor"
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/text"
)

// Doc is one annotated text. Spans are bytes.
type Doc struct {
	Text  string
	Names []Name // in text order
}

// Name is one mention of a person by name; mentions of one person share Entity.
type Name struct {
	Span   text.Span
	Entity int
}

// span is a mention of any kind while a file is read.
type span struct {
	start, end int
	person     bool
	proper     bool
}

// Read reads one WebAnno TSV 3.2 file of GUM.
func Read(r io.Reader) (Doc, error) {
	var b strings.Builder
	mentions := map[int]*span{}
	parent := map[int]int{}
	var root func(int) int
	root = func(i int) int {
		if p, ok := parent[i]; ok && p != i {
			return root(p)
		}
		return i
	}
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<20)
	single := -1 // entities without a number are numbered from here down
	at := 0      // code points written
	for sc.Scan() {
		f := strings.Split(sc.Text(), "\t")
		if len(f) < 10 || strings.HasPrefix(f[0], "#") {
			continue
		}
		from, _, ok := strings.Cut(f[1], "-")
		start, err := strconv.Atoi(from)
		if !ok || err != nil {
			return Doc{}, fmt.Errorf("offsets %q: want start-end", f[1])
		}
		for ; at < start; at++ {
			b.WriteByte(' ')
		}
		i := b.Len()
		b.WriteString(f[2])
		at += len([]rune(f[2]))
		if f[3] == "_" {
			continue
		}
		for e := range strings.SplitSeq(f[3], "|") {
			kind, id, numbered := number(e)
			if !numbered {
				id = single
				single--
			}
			m := mentions[id]
			if m == nil {
				m = &span{start: i, proper: true, person: kind == "person"}
				mentions[id] = m
			}
			m.end = b.Len()
			m.proper = m.proper && f[2][0] >= 'A' && f[2][0] <= 'Z'
		}
		link(f[8], f[9], func(a, c int) { parent[root(c)] = root(a) })
	}
	d := Doc{Text: b.String()}
	lower := map[string]bool{"i": true}
	for w := range strings.FieldsSeq(d.Text) {
		if l := strings.ToLower(w); l == w {
			lower[w] = true
		}
	}
	for id, m := range mentions {
		if m.person && m.proper && !common(d.Text[m.start:m.end], lower) {
			d.Names = append(d.Names, Name{Span: text.Span{Start: m.start, End: m.end}, Entity: root(id)})
		}
	}
	slices.SortFunc(d.Names, func(a, b Name) int {
		if a.Span.Start != b.Span.Start {
			return a.Span.Start - b.Span.Start
		}
		return b.Span.End - a.Span.End
	})
	out := d.Names[:0]
	for _, n := range d.Names { // the outermost of nested ones
		if len(out) == 0 || out[len(out)-1].Span.End <= n.Span.Start {
			out = append(out, n)
		}
	}
	d.Names = out
	return d, sc.Err()
}

// common reports whether a mention is one word that the text also has in lower
// case: a pronoun or a noun at the start of a sentence.
func common(s string, lower map[string]bool) bool {
	return !strings.Contains(s, " ") && (lower[strings.ToLower(s)] || pronouns[s])
}

var pronouns = map[string]bool{"He": true, "She": true, "We": true, "They": true, "You": true, "My": true, "His": true, "Her": true, "Our": true, "Your": true, "Their": true, "It": true, "Who": true, "People": true, "Me": true}

// number reads person[12].
func number(s string) (kind string, id int, ok bool) {
	kind, rest, ok := strings.Cut(s, "[")
	if !ok {
		return s, 0, false
	}
	id, err := strconv.Atoi(strings.TrimSuffix(rest, "]"))
	return kind, id, err == nil
}

// link reads the relations of a token: types, and targets as 9-13[59_1], which
// leads from mention 1 to mention 59.
func link(types, targets string, join func(a, b int)) {
	t := strings.Split(types, "|")
	for i, s := range strings.Split(targets, "|") {
		if i >= len(t) || t[i] != "coref" && t[i] != "ana" && t[i] != "appos" && t[i] != "cata" && t[i] != "pred" {
			continue
		}
		_, rest, ok := strings.Cut(s, "[")
		to, from, ok2 := strings.Cut(strings.TrimSuffix(rest, "]"), "_")
		a, err1 := strconv.Atoi(to)
		b, err2 := strconv.Atoi(from)
		if ok && ok2 && err1 == nil && err2 == nil && a != 0 && b != 0 {
			join(a, b)
		}
	}
}

// Answer is the cluster number of each name of a document: those of one actor
// are equal, and a name that no actor has stands alone.
func Answer(l *actor.Linker, d *Doc) []int {
	var a text.Tokens
	a.Reset(d.Text)
	in := actor.Input{Body: &a, All: true}
	for _, n := range d.Names {
		in.Mentions = append(in.Mentions, text.Mention{Span: n.Span, Text: n.Span.Of(d.Text), Kind: text.PER, Confidence: 1})
	}
	r := l.Link(&in)
	out := make([]int, len(d.Names))
	for i, n := range d.Names {
		out[i] = -1 - i
		for j := range r.Actors {
			if slices.ContainsFunc(r.Actors[j].Mentions, func(m actor.Mention) bool { return m.Span.Overlaps(n.Span) }) {
				out[i] = j
				break
			}
		}
	}
	return out
}

// Exact is the baseline: equal strings are one person.
func Exact(d *Doc) []int {
	out := make([]int, len(d.Names))
	seen := map[string]int{}
	for i, n := range d.Names {
		k := gazetteer.Fold(n.Span.Of(d.Text))
		if _, ok := seen[k]; !ok {
			seen[k] = i
		}
		out[i] = seen[k]
	}
	return out
}

// Scores are the sums of the B-cubed measure; they add up over documents.
type Scores struct {
	Mentions          int
	Precision, Recall float64 // sums over mentions
}

// BCubed compares the clusters of one document: for each mention the share of
// its cluster that is right, and the share of its person that is in the cluster.
func BCubed(gold []Name, got []int) (s Scores) {
	for i := range gold {
		both, cluster, person := 0, 0, 0
		for j := range gold {
			same := gold[i].Entity == gold[j].Entity
			if same {
				person++
			}
			if got[i] == got[j] {
				cluster++
				if same {
					both++
				}
			}
		}
		s.Mentions++
		s.Precision += float64(both) / float64(cluster)
		s.Recall += float64(both) / float64(person)
	}
	return s
}

// Add adds the sums of o.
func (s *Scores) Add(o Scores) {
	s.Mentions += o.Mentions
	s.Precision += o.Precision
	s.Recall += o.Recall
}

// F1 is the harmonic mean of the mean precision and the mean recall.
func (s Scores) F1() float64 {
	if s.Precision+s.Recall == 0 {
		return 0
	}
	p, r := s.Precision/float64(s.Mentions), s.Recall/float64(s.Mentions)
	return 2 * p * r / (p + r)
}
