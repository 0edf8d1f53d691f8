package index

import (
	"sync"

	"dateline/pipeline/gazetteer"
)

// AreaNames returns Options.PlaceName for a gazetteer: the names of countries,
// provinces, districts, regions and seas. Towns are left out, since a document
// names its own towns; that keeps the table small. It is made at the first
// call of the function, not before.
func AreaNames(g *gazetteer.Gazetteer) func(id string) string {
	table := sync.OnceValue(func() map[string]string {
		names := map[string]string{}
		for r := range gazetteer.Ref(g.Places()) {
			switch g.Feature(r) {
			case gazetteer.PPL, gazetteer.PPLA, gazetteer.PPLA2, gazetteer.PPLC, gazetteer.PPLX:
			default:
				names[g.ID(r)] = g.Name(r)
			}
		}
		return names
	})
	return func(id string) string { return table()[id] }
}
