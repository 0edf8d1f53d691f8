package score

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/pipeline/text"
)

// Builder collects the tokens of a set into a text, one space between tokens
// and a line break between sentences, so that the tokens are exactly the set's.
// The zero value is ready.
type Builder struct {
	b    strings.Builder
	tok  []text.Token
	sent []text.Sentence
	open bool
}

// Len is the number of tokens so far.
func (b *Builder) Len() int { return len(b.tok) }

// Add appends a token and returns its bytes.
func (b *Builder) Add(w string) text.Span {
	f := flagsOf(w)
	if len(b.tok) > 0 {
		f |= text.Space
		if !b.open {
			b.b.WriteByte('\n')
			f |= text.Newline
		} else {
			b.b.WriteByte(' ')
		}
	}
	start := uint32(b.b.Len())
	if !b.open {
		f |= text.SentStart
		b.sent = append(b.sent, text.Sentence{First: uint32(len(b.tok)), Start: start, Para: uint32(len(b.sent))})
		b.open = true
	}
	b.b.WriteString(w)
	b.tok = append(b.tok, text.Token{Start: start, End: uint32(b.b.Len()), Flags: f, Sent: uint32(len(b.sent) - 1)})
	return b.tok[len(b.tok)-1].Span()
}

// End ends the sentence.
func (b *Builder) End() {
	if b.open {
		s := &b.sent[len(b.sent)-1]
		s.Last, s.End = uint32(len(b.tok)), uint32(b.b.Len())
		b.open = false
	}
}

// Tokens is the text built. The Builder may not be used after it.
func (b *Builder) Tokens() *text.Tokens {
	b.End()
	return &text.Tokens{Text: b.b.String(), Tok: b.tok, Sent: b.sent}
}

// flagsOf are the flags that the tokeniser would give a word by itself.
func flagsOf(w string) text.Flags {
	var f text.Flags
	letters, uppers := 0, 0
	for i, r := range w {
		switch {
		case unicode.IsUpper(r):
			letters++
			uppers++
			if i == 0 {
				f |= text.Upper
			}
		case unicode.IsLetter(r):
			letters++
			f |= text.Lower
		case unicode.IsDigit(r):
			f |= text.Digit
		}
		if r >= utf8.RuneSelf {
			f |= text.NonASCII
		}
	}
	switch {
	case w == "'s" || w == "’s":
		f = text.Word | text.Possessive
	case letters > 0:
		f |= text.Word
		if uppers == letters && uppers > 1 {
			f |= text.AllCaps
		}
		if strings.HasSuffix(w, ".") {
			f |= text.Abbrev
		}
	case f&text.Digit != 0:
		f |= text.Number
	default:
		f |= text.Punct
	}
	return f
}

// ReadConll reads documents headed "-DOC- name" of lines whose first column is
// a token and whose last is its tag (O, or B- or I- and a kind), white space
// between, a blank line between sentences. A label that is no kind of name is
// left out. file is named in errors.
func ReadConll(r io.Reader, file string) ([]Doc, error) {
	var docs []Doc
	b, names, last, id := &Builder{}, []Name(nil), "O", ""
	flush := func() {
		if b.Len() > 0 {
			docs = append(docs, Doc{ID: id, Tok: b.Tokens(), Names: names, Cut: true})
		}
		b, names, last = &Builder{}, nil, "O"
	}
	s := bufio.NewScanner(r)
	for n := 1; s.Scan(); n++ {
		line := s.Text()
		switch {
		case strings.HasPrefix(line, "-DOC-"):
			flush()
			id = strings.TrimSpace(line[5:])
			continue
		case strings.TrimSpace(line) == "":
			b.End()
			last = "O"
			continue
		}
		i, j := strings.IndexAny(line, " \t"), strings.LastIndexAny(line, " \t")
		if i < 0 {
			return nil, fmt.Errorf("%s:%d: no tag", file, n)
		}
		span := b.Add(line[:i])
		prefix, label, _ := strings.Cut(line[j+1:], "-")
		var k text.Kind
		known := k.UnmarshalText([]byte(label)) == nil
		switch {
		case prefix == "I" && last == label && known:
			names[len(names)-1].Span.End = span.End
		case prefix != "O" && known:
			names = append(names, Name{Span: span, Kind: k})
		}
		last = label
	}
	flush()
	return docs, s.Err()
}
