package name_test

import (
	"fmt"

	"dateline/pipeline/name"
	"dateline/pipeline/text"
)

func Example() {
	var tokens text.Tokens
	tokens.Reset("President Liina Saar told the BBC in Tallinn that Estonian ships would sail.")
	tagger := name.New()
	var scratch name.Scratch
	for _, m := range tagger.Tag(nil, text.Body, &tokens, &scratch) {
		fmt.Println(m.Span.Start, m.Span.End, m.Kind, m.Text)
	}
	// Output:
	// 10 20 PER Liina Saar
	// 30 33 ORG BBC
	// 37 44 GPE Tallinn
	// 50 58 NORP Estonian
}
