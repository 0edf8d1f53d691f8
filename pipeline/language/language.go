// Package language tells the language of an article: what its source says,
// checked against the text, or what the text looks like.
//
// English is recognised by the share of its function words, which costs 5 µs an
// article; for the rest a library of trigram profiles for 84 languages is asked
// (abadojack/whatlanggo, 0.45 MB in the program; lingua-go, more accurate on
// single words, takes 131 MB). Texts of a sentence or less say nothing: then
// the source's word holds.
//
// A source's word for English is not believed against the text, as publishing
// systems write it into every feed; its word for another language is, unless the
// text is plainly English.
package language

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/abadojack/whatlanggo"

	"dateline/pipeline/text"
)

// Bounds of what is looked at.
const (
	sampleBytes  = 1500
	guessBytes   = 600  // by the library, which takes its time
	minLetters   = 80   // below, a text says nothing
	minWords     = 8    // for a share of words to mean something
	englishShare = 0.12 // of words; of 8,000 English articles 99.7 % have more, the library knows the rest
)

// Where a language is from.
const (
	Source = "source" // the item, its feed or the configuration
	Text   = "text"   // identified
)

// Undetermined is the tag of a text that is in none of the languages of the
// stages, whichever it is: BCP 47's und.
const Undetermined = "und"

// Of is the article's language as a BCP 47 tag and where it is from. Both are
// empty if neither source nor text tell.
func Of(declared, title, body string) (tag, basis string) {
	declared = strings.TrimSpace(declared)
	sample := cut(body, sampleBytes)
	if len(sample) < minLetters {
		sample = title + "\n" + sample
	}
	said := func() (string, string) {
		if declared == "" {
			return "", ""
		}
		return declared, Source
	}
	if len(sample) < minLetters {
		return said()
	}
	if english(sample) {
		if IsEnglish(declared) {
			return declared, Source
		}
		return "en", Text
	}
	if declared != "" && !IsEnglish(declared) {
		return declared, Source
	}
	info := whatlanggo.Detect(cut(sample, guessBytes))
	switch code := info.Lang.Iso6391(); {
	case info.Script != nil && info.Script != unicode.Latin:
		if info.Script == unicode.Cyrillic {
			code = cyrillic(sample)
		}
		if code == "" || !info.IsReliable() && info.Script != unicode.Cyrillic { // English it is not
			code = Undetermined
		}
		return code, Text
	case info.IsReliable() && code != "" && code != "en":
		return code, Text
	case info.IsReliable() && code == "en" && declared == "":
		return code, Text
	}
	return said()
}

// cyrillic tells the languages in Cyrillic script by the letters that only they
// have; the library takes Russian for Bulgarian. Empty if there are none.
func cyrillic(s string) string {
	for _, l := range []struct{ letters, code string }{{"ўЎ", "be"}, {"їєґЇЄҐ", "uk"}, {"ђћџЂЋЏ", "sr"}, {"ѓќЃЌ", "mk"}, {"әңғқӘҢҒҚ", "kk"}, {"өүӨҮ", "mn"}, {"ыэёЫЭ", "ru"}} {
		if strings.ContainsAny(s, l.letters) {
			return l.code
		}
	}
	return ""
}

// IsEnglish reports whether a BCP 47 tag is of English.
func IsEnglish(tag string) bool {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	return base == "en" || base == "eng" || base == "english"
}

// cut is the first n bytes of the text, whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// functionWords are words that English text is full of and that other languages
// in Latin script hardly have: not "in", "die", "on", "for", "an".
const functionWords = "the and of to that with from said is was has were his their which have by had who they would been this"

// functionTable holds them packed, open to the next slot.
var functionTable = func() (t [128]uint64) {
	for w := range strings.FieldsSeq(functionWords) {
		lo, _ := text.Pack(w)
		i := functionSlot(lo)
		for t[i] != 0 {
			i = (i + 1) & 127
		}
		t[i] = lo
	}
	return t
}()

func functionSlot(packed uint64) uint64 { return packed * 0x9e3779b97f4a7c15 >> 57 }

// isFunction reports whether a word of a few letters is one of functionWords, in
// small letters or capitals.
func isFunction(w string) bool {
	lo, _ := text.Pack(w)
	for i := functionSlot(lo); functionTable[i] != 0; i = (i + 1) & 127 {
		if functionTable[i] == lo {
			return true
		}
	}
	return false
}

// english reports whether the text is full of English function words.
func english(s string) bool {
	words, hits := 0, 0
	for i := 0; i < len(s); {
		if !letter(s[i]) {
			i++
			continue
		}
		start := i
		for i < len(s) && letter(s[i]) {
			i++
		}
		words++
		if n := i - start; n < 2 || n > 5 {
			continue
		}
		if isFunction(s[start:i]) {
			hits++
		}
	}
	return words >= minWords && float64(hits) >= englishShare*float64(words)
}

// letter reports a byte of a word; those above ASCII are taken for letters.
func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf }
