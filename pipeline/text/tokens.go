package text

// Flags describe a token.
type Flags uint16

// The properties of a token.
const (
	Word       Flags = 1 << iota // holds a letter
	Number                       // starts with a digit and holds no letter: 27, 1,800, 10:30, 2025-03-10
	Punct                        // anything else; runs of the same sign are one token
	Upper                        // starts with an upper-case letter
	AllCaps                      // two letters or more, all of them upper case
	Lower                        // holds a lower-case letter
	Digit                        // holds a digit
	NonASCII                     // holds a byte above 0x7f
	Abbrev                       // ends with the dot of an abbreviation or initial: Sen. U.S. K.
	Possessive                   // 's or a bare apostrophe after a plural: its own token
	Space                        // white space stands before it
	Newline                      // a line break stands before it
	SentStart                    // first token of a sentence
	ParaStart                    // first token of a paragraph
	Plain                        // an ASCII letter and small ones behind it: no sign, no other capital
)

// Token is a word, a number or a sign: bytes [Start,End) of the text.
type Token struct {
	Start, End uint32
	Flags      Flags
	Number     uint16 // in the vocabulary, 0 for none
	Sent       uint32 // index of its sentence
}

// Has reports whether all of f are set.
func (t Token) Has(f Flags) bool { return t.Flags&f == f }

// Span is the token's place in the text.
func (t Token) Span() Span { return Span{int(t.Start), int(t.End)} }

// Sentence is tokens [First,Last) and the bytes they cover.
type Sentence struct {
	First, Last uint32
	Start, End  uint32
	Para        uint32 // index of its paragraph
}

// Tokens is a text cut into tokens and sentences. It is reused from article to
// article: Reset keeps the memory. One goroutine at a time.
type Tokens struct {
	Text string
	Tok  []Token
	Sent []Sentence

	Vocabulary *Vocabulary // that numbers the tokens, nil for none
}

// At is the surface form of token i.
func (t *Tokens) At(i int) string { return t.Text[t.Tok[i].Start:t.Tok[i].End] }

// Behind is the first token that ends behind byte at of the text, len(t.Tok) if none
// does.
func (t *Tokens) Behind(at int) int {
	i, j := 0, len(t.Tok)
	for i < j {
		if k := int(uint(i+j) >> 1); int(t.Tok[k].End) <= at {
			i = k + 1
		} else {
			j = k
		}
	}
	return i
}

// Slice is the text from token i up to but not including token j, with what
// stands between them.
func (t *Tokens) Slice(i, j int) string {
	if i >= j {
		return ""
	}
	return t.Text[t.Tok[i].Start:t.Tok[j-1].End]
}
