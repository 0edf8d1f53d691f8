package text

import "strings"

// wrapped bounds the length of a line, in bytes, whose end may be a mere line
// wrap: agencies set lines of 60 to 80 characters, paragraphs on one line are
// longer and sub-headings shorter.
const (
	wrapMin = 40
	wrapMax = 110
)

// maxOpeners bounds how many quotes and brackets in front of a first word are
// looked past.
const maxOpeners = 4

// sentences fills Sent and the sentence marks of Tok.
//
// A sentence ends at . ! ? … with the closing quotes and brackets that follow,
// or at the end of a paragraph. The dot of an abbreviation ends it only where
// an abbreviation of its kind may, and a typical first word follows. A line
// break ends a paragraph unless the text is wrapped (see wraps and breaks).
func (t *Tokens) sentences() {
	first, para := 0, uint32(0)
	paraStart := true
	wraps := t.wraps()
	for i := 0; i < len(t.Tok); i++ {
		next := i + 1
		end, paraEnd := next == len(t.Tok), false
		if !end && t.Tok[next].Flags&Newline != 0 && (!wraps || t.breaks(i)) {
			end, paraEnd = true, true
		}
		// Only a sign or an abbreviation ends a sentence.
		if !end && t.Tok[i].Flags&(Punct|Abbrev) != 0 && !t.closes(next) && t.ends(i) {
			end = true
		}
		if !end {
			continue
		}
		t.cut(first, next, para, paraStart)
		first, paraStart = next, paraEnd
		if paraEnd {
			para++
		}
	}
}

func (t *Tokens) cut(first, last int, para uint32, paraStart bool) {
	f := SentStart
	if paraStart {
		f |= ParaStart
	}
	t.Tok[first].Flags |= f
	n := uint32(len(t.Sent))
	for i := first; i < last; i++ {
		t.Tok[i].Sent = n
	}
	t.Sent = append(t.Sent, Sentence{
		First: uint32(first), Last: uint32(last),
		Start: t.Tok[first].Start, End: t.Tok[last-1].End, Para: para,
	})
}

// closes reports whether token i still belongs to the sentence before it: a
// closing quote or bracket without a space in front, or more end marks.
func (t *Tokens) closes(i int) bool {
	k := t.Tok[i]
	if k.Flags&(Space|Newline) != 0 || k.Flags&Punct == 0 {
		return false
	}
	switch t.At(i) {
	case "\"", "'", "''", "”", "’", "’’", ")", "]", "»", "!", "?", ".", "…":
		return true
	}
	return false
}

// ends reports whether a sentence ends after token i, which is not the last.
func (t *Tokens) ends(i int) bool {
	j := i
	for j > 0 && t.closes(j) && !isStop(t.At(j)) { // back over closing quotes
		j--
	}
	next := i + 1
	for next < len(t.Tok)-1 && next-i < maxOpeners && t.Tok[next].Flags&Punct != 0 && opens(t.At(next)) {
		next++
	}
	after := t.Tok[next]
	if t.Tok[j].Flags&Abbrev != 0 {
		return t.abbrevEnds(j, next)
	}
	s := t.At(j)
	if !isStop(s) {
		return false
	}
	if t.Tok[i+1].Flags&(Space|Newline) == 0 && s == "." && i == j {
		// "example.com", "3.Nobody": a capital after the dot still starts one.
		return after.Flags&Upper != 0 && after.Flags&AllCaps == 0 && t.Tok[j].Start > 0
	}
	if j != i && after.Flags&Upper == 0 && after.Flags&Digit == 0 {
		return false // "Why?" she asked
	}
	if strings.HasPrefix(s, "..") || s == "…" {
		return after.Flags&Upper != 0
	}
	return after.Flags&(Upper|Digit) != 0 || after.Flags&Lower == 0 || s != "."
}

// abbrevEnds decides whether the abbreviation j ends its sentence, next being
// the first word after it.
func (t *Tokens) abbrevEnds(j, next int) bool {
	k, after := t.Tok[j], t.Tok[next]
	if after.Flags&Upper == 0 {
		return false
	}
	w := t.Text[k.Start : k.End-1]
	switch abbreviations[w] {
	case beforeName, beforeNumber:
		return false
	}
	if next > j+1 { // an opening quote starts a sentence: in the U.S. "We
		return true
	}
	return starters[t.At(next)]
}

func isStop(s string) bool {
	switch s[0] {
	case '.', '!', '?':
		return true
	}
	return s == "…" || s == "。" || s == "！" || s == "？"
}

func opens(s string) bool {
	switch s {
	case "\"", "'", "“", "‘", "(", "[", "«", "``", "–", "—", "--", "-", "•", "*":
		return true
	}
	return false
}

// wraps reports whether the text may have its lines wrapped: no line is longer
// than a wrapped one. With one paragraph on a single long line, every line
// break ends a paragraph.
func (t *Tokens) wraps() bool {
	for s := t.Text; s != ""; {
		n := strings.IndexByte(s, '\n')
		if n < 0 {
			n = len(s) - 1
		}
		if n > wrapMax {
			return false
		}
		s = s[n+1:]
	}
	return true
}

// breaks reports whether the line break after token i ends a paragraph. A
// blank line always does. A single break does unless the line has the length
// of a wrapped one and the text plainly goes on.
func (t *Tokens) breaks(i int) bool {
	a, b := int(t.Tok[i].End), int(t.Tok[i+1].Start)
	lines := 0
	for k := a; k < b; k++ {
		if t.Text[k] == '\n' || t.Text[k] == '\r' && (k+1 >= b || t.Text[k+1] != '\n') {
			lines++
		}
	}
	if lines != 1 {
		return true
	}
	line := a - t.lineStart(a)
	if line > wrapMax || line < wrapMin {
		return line > wrapMax || t.Tok[i+1].Flags&Lower == 0 || t.Tok[i+1].Flags&Upper != 0
	}
	j := i
	for j > 0 && t.closes(j) && !isStop(t.At(j)) {
		j--
	}
	if isStop(t.At(j)) && t.Tok[i+1].Flags&Upper != 0 && t.indented(b) {
		return true
	}
	return false
}

// lineStart is the offset of the line that holds the byte before end. It looks
// back no further than a long line, which keeps the pass linear.
func (t *Tokens) lineStart(end int) int {
	k := end
	for k > 0 && end-k <= wrapMax && t.Text[k-1] != '\n' && t.Text[k-1] != '\r' {
		k--
	}
	return k
}

// indented reports whether white space stands between the line break and b.
func (t *Tokens) indented(b int) bool {
	return b > 0 && (t.Text[b-1] == ' ' || t.Text[b-1] == '\t')
}
