package gazetteer

import (
	"strings"
	"testing"

	"dateline/pipeline/text"
)

// article is a text of the length of a mean web news article, 7 kB; people and
// events are invented.
var article = strings.Repeat(`The foreign ministers of Estonia, Finland and Sweden met in Tallinn on Monday to discuss patrols in the Gulf of Finland after a cable between Estonia and Finland was cut. Estonian Prime Minister Liina Saar told reporters that NATO would send three more ships. "We want to see ships, not statements," she said. A spokesman for the Kremlin said Russia had nothing to do with it. Officials in Washington and at the United Nations in New York declined to comment. Residents of Kunda, a town east of Tallinn, said they had seen lights at sea for a week, and fishermen from Paldiski reported torn nets.

Police in Springfield, Illinois, said two men from Duluth, Minn., were held after a fire near the river. The mayor, Ann Jackson, said the damage would take months to repair. Insurers in London and Zurich put the cost at more than 30 million dollars, and the U.S.-led task force moved its base from Port Sudan to Djibouti. The talks continue in São Paulo next week, the ministry said. `, 7)

func BenchmarkMatch(b *testing.B) {
	var a text.Tokens
	a.Reset(article)
	g := Default()
	dst := g.Match(nil, &a)
	if len(dst) < 150 {
		b.Fatalf("%d matches", len(dst))
	}
	b.SetBytes(int64(len(article)))
	b.ReportAllocs()
	for b.Loop() {
		dst = g.Match(dst[:0], &a)
	}
}

// BenchmarkMatchTokens includes the tokeniser.
func BenchmarkMatchTokens(b *testing.B) {
	var a text.Tokens
	g := Default()
	var dst []Match
	b.SetBytes(int64(len(article)))
	b.ReportAllocs()
	for b.Loop() {
		a.Reset(article)
		dst = g.Match(dst[:0], &a)
	}
	if len(dst) < 150 {
		b.Fatalf("%d matches", len(dst))
	}
}

// BenchmarkOpen is the cold start without the first touch of the pages.
func BenchmarkOpen(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := open(embedded); err != nil {
			b.Fatal(err)
		}
	}
}
