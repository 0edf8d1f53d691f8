package wire

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of a plain text's header lines, in bytes. The longest headline of
// 33,000 news articles has 300; a longer first line is a paragraph.
const (
	maxTitleLine  = 300
	maxBylineLine = 300
	maxCreditLine = 250
	maxDateline   = 120
)

// parsePlain reads plain text: a title line, a byline line, credit lines and a
// bare dateline, in any order after the title, then the body. The header ends
// at the first line that is none of these. Each part may be missing, and blank
// lines between them are skipped. The body is a substring of the input.
func parsePlain(in *input) error {
	text, warning, err := decodeText(in.data, in.e.Charset, in.e.ContentType)
	if err != nil {
		return err
	}
	if warning != "" {
		in.warn(warning)
	}
	in.a.plain(text)
	return nil
}

// plain cuts the text into header and body.
func (a *Article) plain(text string) {
	lines := lineReader{text: text}
	line, start, ok := lines.next()
	if !ok {
		return
	}
	titled := isTitleLine(line, lines.peek())
	if titled {
		a.Title = line
		line, start, ok = lines.next()
	}
	for ok {
		switch {
		case isCreditLine(line):
			a.Credits = append(a.Credits, line)
		case a.Dateline == "" && isBareDateline(line) && lines.peek() != "":
			a.Dateline = line
		case len(a.Byline) < 2 && isBylineLine(line, titled, len(a.Byline) > 0):
			a.Byline = append(a.Byline, line)
			a.BylineFrom = "text.line"
		default:
			a.Body = strings.TrimRight(text[start:], " \t\r\n")
			return
		}
		line, start, ok = lines.next()
	}
}

// lineReader gives the lines that are not blank, trimmed, with their offsets.
type lineReader struct {
	text string
	i    int
}

func (r *lineReader) next() (line string, start int, ok bool) {
	for r.i < len(r.text) {
		start = r.i
		end := strings.IndexByte(r.text[start:], '\n')
		if end < 0 {
			r.i = len(r.text)
			line = r.text[start:]
		} else {
			r.i = start + end + 1
			line = r.text[start : start+end]
		}
		trimmed := strings.TrimSpace(line)
		if trimmed != "" {
			return trimmed, start + strings.Index(line, trimmed), true
		}
	}
	return "", r.i, false
}

// peek is the next line that is not blank, without moving on.
func (r *lineReader) peek() string {
	ahead := *r
	line, _, _ := ahead.next()
	return line
}

// isTitleLine tells a headline from a body's first paragraph: short, and not
// ended like a sentence unless a byline follows.
func isTitleLine(line, next string) bool {
	if len(line) > maxTitleLine || hasIntro(line) || isCreditLine(line) || isBareDateline(line) && next != "" {
		return false
	}
	if isBylineLine(next, true, false) {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(line, `"'”’»)`))
	if last != '.' && last != '。' {
		return true
	}
	return strings.HasSuffix(line, "...") || endsAbbreviated(line)
}

// endsAbbreviated reports whether the last dot belongs to a word like "U.S.".
func endsAbbreviated(line string) bool {
	i := strings.LastIndexAny(line, " \t")
	return strings.Count(line[i+1:], ".") > 1
}

// isCreditLine reports whether the whole line is a photo credit. A caption
// that ends with a credit is text of the article and stays in the body.
func isCreditLine(line string) bool {
	if len(line) > maxCreditLine {
		return false
	}
	inner := strings.Trim(line, "()[] ")
	if len(inner) < len(line) && strings.ContainsAny(inner, "()[]") {
		return false
	}
	lower := strings.ToLower(inner)
	for _, p := range creditPrefixes {
		if strings.HasPrefix(lower, p) && !strings.Contains(inner, ". ") {
			return true
		}
	}
	return false
}

// creditPrefixes open a photo credit, in lower case.
var creditPrefixes = []string{
	"photo:", "photos:", "photo by ", "photos by ", "photo courtesy", "photo credit", "photograph:", "photograph by ", "photographs by ",
	"photographer:", "foto:", "fotos:", "foto di ", "bild:", "bilder:", "image:", "images:", "image credit", "picture:", "pictures:", "pic:",
	"credit:", "credits:", "crédit:", "crédit :", "crédit photo", "photo :", "fotografía:", "fotografia:", "ap photo/", "reuters photo/", "afp photo/",
	"graphic:", "graphics:", "grafik:", "illustration:", "video:", "kuva:", "zdjęcie:", "фото:",
}

// isBareDateline reports whether the line is a dateline alone: place in
// capitals or an agency in brackets, and nothing after it.
func isBareDateline(line string) bool {
	if len(line) > maxDateline {
		return false
	}
	t := strings.TrimRight(line, " ")
	body := strings.TrimRight(t, "-–—_ ")
	dashed := len(body) < len(t)
	word, _, _ := strings.Cut(body, " ")
	word = strings.Trim(word, ",")
	if utf8.RuneCountInString(word) < 3 || strings.ToUpper(word) != word || !startsUpper(word) {
		return false
	}
	if strings.HasSuffix(body, ")") {
		open := strings.LastIndexByte(body, '(')
		return open > 0 && open < len(body)-2 && len(body)-open < 40
	}
	return dashed && !strings.ContainsAny(body, "!?;\"")
}

// bylineIntros open a byline, in lower case, each followed by a name.
var bylineIntros = []string{
	"by ", "by: ", "written by ", "story by ", "reported by ", "words by ", "text by ", "posted by ", "von ", "par ", "por ", "di ", "door ", "av ", "af ",
	"de notre ", "autor: ", "author: ", "authors: ", "reporter: ", "text: ", "texte : ", "撰文:", "撰文：", "文/", "文／", "記者",
}

// hasIntro reports whether the line opens like a byline: an intro and then a
// capital. "By Monday the army …" is told apart by what follows.
func hasIntro(line string) bool {
	lower := strings.ToLower(line)
	for _, p := range bylineIntros {
		if strings.HasPrefix(lower, p) && len(lower) == len(line) && startsUpper(strings.TrimLeft(line[len(p):], " ")) {
			return namesOnly(line[len(p):])
		}
	}
	return false
}

// isBylineLine reports whether the line can be a byline: an intro and names,
// or after a title a line of names alone. second is set after a byline line,
// which an outlet may follow ("Associated Press").
func isBylineLine(line string, titled, second bool) bool {
	if line == "" || len(line) > maxBylineLine {
		return false
	}
	if hasIntro(line) {
		return true
	}
	if !titled && !second {
		return false
	}
	if r, _ := utf8.DecodeLastRuneInString(line); r == '!' || r == '?' || r == ':' || r == '"' || r == '”' {
		return false
	}
	if second {
		return len(strings.Fields(line)) <= 6 && namesOnly(line) && !strings.HasSuffix(line, ".")
	}
	n := len(strings.Fields(line))
	return n >= 2 && n <= 40 && namesOnly(line) && !strings.ContainsAny(line, "0123456789—:")
}

// namesOnly reports whether every word is a name's: it starts with a capital,
// or is one of the small words that bylines use, or an e-mail address.
func namesOnly(line string) bool {
	capitals := 0
	for word := range strings.FieldsSeq(line) {
		word = strings.Trim(word, ",;()|/·&+-–—*")
		switch {
		case word == "":
		case startsUpper(word):
			capitals++
			if strings.HasSuffix(word, ".") && !abbreviatedName(word) {
				return false
			}
		case strings.Contains(word, "@"), smallWords[strings.ToLower(word)]:
		case capitalInside(word): // d'Aubrac, al-Amin, eBay
			capitals++
		default:
			return false
		}
	}
	return capitals > 0
}

// abbreviatedName reports whether a dot at the end belongs to the word: an
// initial, Jr., Dr., St., Minn.
func abbreviatedName(word string) bool {
	return utf8.RuneCountInString(word) <= 5
}

// capitalInside finds a capital after an apostrophe or hyphen.
func capitalInside(word string) bool {
	for i, r := range word {
		if i > 0 && i < 5 && unicode.IsUpper(r) {
			return true
		}
	}
	return false
}

func startsUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) || unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hangul, r)
}

// smallWords are what stands between the names of a byline: connectors,
// particles of names, "in", "for", words of jobs that follow a name.
var smallWords = func() map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(`and und et y e og och und en i in for to the of at
		de da di del della dela den der des du dos das van von vander zu zur el al bin ibn ben bint la le las los ter ten te af av da do
		dpa afp staff writer writers reporter reporters correspondent correspondents editor contributor with special`) {
		m[w] = true
	}
	return m
}()
