package embedded

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"dateline/index"
)

// highlight marks what the clauses match in a document's text fields. Texts
// are analysed again at query time, ten articles a page, instead of storing
// every text twice.
func highlight(k index.Kind, clauses []index.Clause, source []byte) map[string][]string {
	var phrases [][]string
	for _, c := range clauses {
		if c.Not {
			continue
		}
		var terms []string
		for _, t := range prose.Analyze([]byte(c.Text)) {
			terms = append(terms, string(t.Term))
		}
		if len(terms) > 0 {
			phrases = append(phrases, terms)
		}
	}
	if len(phrases) == 0 {
		return nil
	}
	texts := map[string]json.RawMessage{}
	if json.Unmarshal(source, &texts) != nil {
		return nil // it was visited before it was stored
	}
	out := map[string][]string{}
	for _, f := range index.TextFields(k) {
		var text string
		if json.Unmarshal(texts[f.Field], &text) != nil {
			continue
		}
		if found := matches(text, phrases); len(found) > 0 {
			count, size := index.Fragments(f.Field)
			out[f.Field] = fragments(text, found, count, size)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// span is a match: bytes of the text, and which phrase it is.
type span struct{ start, end, phrase int }

// matches finds the phrases in a text, in its order and without overlaps.
func matches(text string, phrases [][]string) []span {
	tokens := prose.Analyze([]byte(text))
	var found []span
	for i := 0; i < len(tokens); i++ {
		for p, terms := range phrases {
			if i+len(terms) > len(tokens) {
				continue
			}
			ok := true
			for j, term := range terms {
				ok = ok && string(tokens[i+j].Term) == term
			}
			if ok {
				found = append(found, span{tokens[i].Start, tokens[i+len(terms)-1].End, p})
				i += len(terms) - 1
				break
			}
		}
	}
	return found
}

// fragments cuts the text around the matches into the best count pieces of
// about size bytes, or marks the whole text if count is 0. The piece with the
// most different phrases, then the most matches, then the first is best.
func fragments(text string, found []span, count, size int) []string {
	if count == 0 {
		return []string{mark(text, 0, len(text), found)}
	}
	type piece struct{ from, to, first, last, phrases int }
	var pieces []piece
	for i := 0; i < len(found); {
		p := piece{first: i}
		seen := map[int]bool{}
		for i < len(found) && (i == p.first || found[i].end-found[p.first].start <= size) {
			seen[found[i].phrase] = true
			i++
		}
		p.last, p.phrases = i, len(seen)
		room := max(size-(found[i-1].end-found[p.first].start), 0) / 2
		p.from = wordStart(text, max(found[p.first].start-room, 0), found[p.first].start)
		p.to = wordEnd(text, min(found[i-1].end+room, len(text)), found[i-1].end)
		if n := len(pieces); n > 0 {
			p.from = max(p.from, pieces[n-1].to)
		}
		if i < len(found) {
			p.to = min(p.to, found[i].start)
		}
		pieces = append(pieces, p)
	}
	slices.SortStableFunc(pieces, func(a, b piece) int {
		return cmp.Or(cmp.Compare(b.phrases, a.phrases), cmp.Compare(b.last-b.first, a.last-a.first))
	})
	var out []string
	for _, p := range pieces[:min(count, len(pieces))] {
		out = append(out, strings.TrimSpace(mark(text, p.from, p.to, found[p.first:p.last])))
	}
	return out
}

// wordStart moves a cut forward to the start of a word, at most to limit.
func wordStart(text string, at, limit int) int {
	if at == 0 {
		return 0
	}
	for at < limit && !utf8.RuneStart(text[at]) {
		at++
	}
	if i := strings.IndexAny(text[at:limit], " \t\n"); i >= 0 {
		return at + i + 1
	}
	return at
}

// wordEnd moves a cut back to the end of a word, at least to limit.
func wordEnd(text string, at, limit int) int {
	if at == len(text) {
		return at
	}
	for at > limit && !utf8.RuneStart(text[at]) {
		at--
	}
	if i := strings.LastIndexAny(text[limit:at], " \t\n"); i >= 0 {
		return limit + i
	}
	return at
}

// mark writes text[from:to] with the marks around the matches.
func mark(text string, from, to int, found []span) string {
	var b strings.Builder
	for _, m := range found {
		b.WriteString(text[from:m.start])
		b.WriteString(index.MarkOpen)
		b.WriteString(text[m.start:m.end])
		b.WriteString(index.MarkClose)
		from = m.end
	}
	b.WriteString(text[from:to])
	return b.String()
}
