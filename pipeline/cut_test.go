package pipeline_test

import (
	"testing"

	"dateline/pipeline"
	"dateline/pipeline/wire"
)

// TestTextMayEndAnywhere reads texts cut behind every byte, as a broken feed or
// a teaser cuts them: what looks ahead must see the end.
func TestTextMayEndAnywhere(t *testing.T) {
	p := newPipeline(t, pipeline.Stages()...)
	var s pipeline.Scratch
	for _, text := range []string{
		"KUNDA, Estonia, May 18 (Harbour Wire) - Jaan Tamm, the chief of staff of the Estonian Navy, said on Monday that Finland's foreign minister, Aino Laine of the Centre Party, and U.S. Secretary of State Mary Poe would meet in New York-based talks by the end of next month.",
		"Former Prime Minister Eva Sepp, 61, and Gen. Bo Ek, secretary general of the Atlantic League, were arrested by police in Tallinn two days after Cyclone Olinda hit the al-Bab district of São Paulo; “nobody was hurt,” the Ministry of Defence’s spokesman, Col. Ian Roe, told the Harbour Ledger.",
		"(Reporting by Ann Lee in Oslo and Marcus Holm; Additional reporting by Eva Sepp; Editing by Dana Whitlock)\nPhoto: Bo Ek/AFP\nCorrects spelling of first lady in paragraph 3 (refiles to add senior fellow of",
	} {
		for n := range len(text) + 1 {
			for _, a := range []wire.Article{{Body: text[:n]}, {Title: text[:n]}, {Title: text[n/2 : n], Body: text[:n], Byline: []string{text[n/3 : n]}}} {
				a.SourceID, a.ItemID, a.Status = "cut", "1", wire.Usable
				checkDocument(t, p.Enrich(&a, nil, &s))
			}
		}
	}
}
