package pipeline_test

import (
	"slices"
	"testing"

	"dateline/pipeline"
	"dateline/pipeline/wire"
)

// One thing has one id, however it is spelled.
func TestOneID(t *testing.T) {
	p := newPipeline(t)
	var s pipeline.Scratch
	for _, c := range []struct {
		id     string
		place  bool
		bodies []string
	}{
		{"cty:us", false, []string{"The United States said it would leave.", "The U.S. said it would leave.", "US officials met in Riga.", "Washington said it would leave."}},
		{"US", true, []string{"He lives in the United States.", "He lives in the U.S.", "He lives in the US."}},
		{"gn:703448", true, []string{"Shells hit Kiev on Monday.", "Shells hit Kyiv on Monday."}},
		{"per:ua:volodymyr-zelensky", false, []string{"President Zelensky left.", "President Zelenskyy left.", "President Zelenskiy left.", "Vladimir Zelenskiy left."}},
		{"org:kremlin", false, []string{"The Kremlin denied it.", "Kremlin officials denied it."}},
	} {
		for _, body := range c.bodies {
			d := p.Enrich(&wire.Article{SourceID: "s", ItemID: "i", Status: wire.Usable, Language: "en", Body: body}, nil, &s)
			var ids []string
			for _, a := range d.Actors {
				if !c.place {
					ids = append(ids, a.ID)
				}
			}
			for _, x := range d.Places {
				if c.place {
					ids = append(ids, x.ID)
				}
			}
			if !slices.Contains(ids, c.id) {
				t.Errorf("%q gives %v, want %s", body, ids, c.id)
			}
		}
	}
}
