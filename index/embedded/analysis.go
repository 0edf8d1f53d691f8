package embedded

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/token/porter"
	"github.com/blevesearch/bleve/v2/analysis/token/stop"
	uax29 "github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"golang.org/x/text/unicode/norm"
)

// The analyzers do what index.Full asks of Elasticsearch: words by UAX #29,
// possessives off, lower case, accents folded and, for prose, stop words out
// and Porter's stems.
var (
	prose = &analysis.DefaultAnalyzer{
		Tokenizer: uax29.NewUnicodeTokenizer(),
		TokenFilters: []analysis.TokenFilter{
			en.NewPossessiveFilter(), lowercase.NewLowerCaseFilter(), folding{},
			stop.NewStopTokensFilter(stopWords), porter.NewPorterStemmer(),
		},
	}
	names = &analysis.DefaultAnalyzer{
		Tokenizer:    uax29.NewUnicodeTokenizer(),
		TokenFilters: []analysis.TokenFilter{en.NewPossessiveFilter(), lowercase.NewLowerCaseFilter(), folding{}},
	}
	exact = analyzerFunc(func(b []byte) analysis.TokenStream {
		return analysis.TokenStream{{Term: b, Start: 0, End: len(b), Position: 1}}
	})
)

type analyzerFunc func([]byte) analysis.TokenStream

func (f analyzerFunc) Analyze(b []byte) analysis.TokenStream { return f(b) }

// stopWords are the 33 that Lucene's English analysis leaves out. Longer lists
// would lose "who", which is an organisation too.
var stopWords = func() analysis.TokenMap {
	m := analysis.NewTokenMap()
	for _, w := range strings.Fields(`a an and are as at be but by for if in into is it no not of on or such
		that the their then there these they this to was will with`) {
		m.AddToken(w)
	}
	return m
}()

// folding takes the accents off, as Lucene's asciifolding does.
type folding struct{}

func (folding) Filter(in analysis.TokenStream) analysis.TokenStream {
	for _, t := range in {
		for _, c := range t.Term {
			if c >= utf8.RuneSelf {
				t.Term = []byte(unaccent(string(t.Term)))
				break
			}
		}
	}
	return in
}

// letters that have no decomposition.
var letters = strings.NewReplacer("ø", "o", "ł", "l", "ß", "ss", "æ", "ae", "œ", "oe", "đ", "d", "ð", "d", "þ", "th", "ı", "i", "ħ", "h", "’", "'")

func unaccent(s string) string {
	s = norm.NFKD.String(s)
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, s)
	return letters.Replace(s)
}

// fold is the normal form of a value that is looked up in any case.
func fold(s string) string { return unaccent(strings.ToLower(s)) }
