package index

import (
	"slices"

	"dateline/pipeline/gazetteer"
)

// ActorIDs returns a function that finds the actors of a gazetteer by a name,
// in any spelling: "Zelenskiy" gives per:ua:volodymyr-zelensky, and so does
// "Wolodymyr Zelenskyy", by what the spellings of one name share. It gives
// nothing for ids, places and names that the gazetteer does not hold.
func ActorIDs(g *gazetteer.Gazetteer) func(name string) []string {
	add := func(ids []string, m gazetteer.Match) []string {
		for i := range m.Aliases() {
			if a := g.Alias(m, i); g.IsActor(a.Ref) && !a.Weak {
				if id := g.ID(a.Ref); !slices.Contains(ids, id) {
					ids = append(ids, id)
				}
			}
		}
		return ids
	}
	return func(name string) (ids []string) {
		if m, ok := g.Find(name); ok {
			ids = add(ids, m)
		}
		if m, ok := g.FindSkeleton(gazetteer.Fold(name)); ok {
			ids = add(ids, m)
		}
		return ids
	}
}
