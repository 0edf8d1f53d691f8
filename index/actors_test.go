package index

import (
	"slices"
	"testing"

	"dateline/pipeline/gazetteer"
)

func TestActorIDs(t *testing.T) {
	ids := ActorIDs(gazetteer.Default())
	for name, want := range map[string]string{
		"zelensky": "per:ua:volodymyr-zelensky", "Zelenskyy": "per:ua:volodymyr-zelensky", "ZELENSKIY": "per:ua:volodymyr-zelensky",
		"Volodymyr Zelens'kyy": "per:ua:volodymyr-zelensky", "Vladimir Zelenskiy": "per:ua:volodymyr-zelensky", "Sergei Lavroff": "", "Sergei Lavrov": "per:ru:sergei-lavrov",
		"NATO": "org:nato", "Kyiv": "", "": "", "per:ua:volodymyr-zelensky": "",
	} {
		got := ids(name)
		if want == "" && len(got) > 0 || want != "" && !slices.Contains(got, want) {
			t.Errorf("%q gives %v, want %q", name, got, want)
		}
	}
}
