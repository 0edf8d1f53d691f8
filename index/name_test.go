package index_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dateline/index"
	"dateline/pipeline/wire"
)

func TestIndexName(t *testing.T) {
	at := func(s string) *time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return &v
	}
	for _, c := range []struct {
		kind index.Kind
		at   *time.Time
		o    index.Options
		want string
	}{
		{index.Article, at("2025-05-19T14:03:00Z"), index.Options{}, "dateline-articles-2025.05"},
		{index.Event, at("2025-05-19T14:03:00Z"), index.Options{}, "dateline-events-2025.05"},
		{index.Article, at("2025-05-31T23:30:00-05:00"), index.Options{}, "dateline-articles-2025.06"}, // UTC decides
		{index.Article, at("2025-05-19T14:03:00Z"), index.Options{Period: index.Yearly}, "dateline-articles-2025"},
		{index.Article, at("2025-05-19T14:03:00Z"), index.Options{Period: index.Single}, "dateline-articles-all"},
		{index.Event, nil, index.Options{Period: index.Single}, "dateline-events-all"},
		{index.Article, at("2025-05-19T14:03:00Z"), index.Options{Prefix: "news-test"}, "news-test-articles-2025.05"},
		{index.Article, nil, index.Options{}, "dateline-articles-undated"},
		{index.Article, at("1989-12-31T23:59:59Z"), index.Options{}, "dateline-articles-undated"},
		{index.Article, at("1990-01-01T00:00:00Z"), index.Options{}, "dateline-articles-1990.01"},
		{index.Article, at("2099-12-31T23:59:59Z"), index.Options{}, "dateline-articles-2099.12"},
		{index.Article, at("2100-01-01T00:00:00Z"), index.Options{}, "dateline-articles-undated"},
		{index.Article, at("9999-01-01T00:00:00Z"), index.Options{Period: index.Yearly}, "dateline-articles-undated"},
	} {
		if got := index.IndexName(c.kind, c.at, c.o); got != c.want {
			t.Errorf("%v %v: %s, want %s", c.kind, c.at, got, c.want)
		}
	}
}

// Names are few and lower case whatever a source's clock says, and each is
// matched by its pattern and by no other kind's.
func TestIndexNameIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "seconds"), 0)
		o := index.Options{Period: rapid.SampledFrom([]index.Period{"", index.Monthly, index.Yearly, index.Single}).Draw(t, "period")}
		for _, k := range []index.Kind{index.Article, index.Event} {
			name := index.IndexName(k, &at, o)
			if !strings.HasPrefix(name, strings.TrimSuffix(o.Pattern(k), "*")) || name != strings.ToLower(name) || len(name) > 40 {
				t.Errorf("name %q", name)
			}
			if strings.HasPrefix(name, strings.TrimSuffix(o.Pattern(1-k), "*")) {
				t.Errorf("%q is matched by the other kind's pattern", name)
			}
			if again := index.IndexName(k, &at, o); again != name {
				t.Errorf("two names: %s, %s", name, again)
			}
		}
	})
}

func TestVersion(t *testing.T) {
	for _, c := range []struct {
		status   string
		revision int64
		epoch    int
		want     int64 // -1: refused
	}{
		{wire.Usable, 0, 0, 0},
		{wire.Usable, 1, 0, 1024},
		{wire.Usable, 1, 1023, 2047},
		{wire.Usable, 1, 1024, -1},
		{wire.Usable, 1, -1, -1},
		{wire.Usable, -1, 0, -1},
		{wire.Usable, 1747735440000, 7, 1747735440000*1024 + 7},
		{wire.Usable, index.MaxRevision - 1, 1023, (index.MaxRevision-1)*1024 + 1023},
		{wire.Usable, index.MaxRevision, 0, -1}, // the withdrawal's alone
		{wire.Withdrawn, 3, 2, index.MaxRevision*1024 + 2},
		{wire.Withdrawn, -7, 1023, 1<<53 - 1},
	} {
		got, err := index.Version(c.status, c.revision, c.epoch)
		if c.want < 0 {
			if !errors.Is(err, index.ErrIdentity) {
				t.Errorf("%+v: %d, %v", c, got, err)
			}
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("%+v: %d, %v", c, got, err)
		}
	}
}

// A newer revision beats any epoch of an older one, a withdrawal beats both,
// and all survive a parser that knows only floats.
func TestVersionOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rev := rapid.Int64Range(0, index.MaxRevision-2).Draw(t, "revision")
		epoch := rapid.IntRange(0, index.MaxEpoch).Draw(t, "epoch")
		older, _ := index.Version(wire.Usable, rev, epoch)
		newer, _ := index.Version(wire.Usable, rev+1, 0)
		killed, _ := index.Version(wire.Withdrawn, rev, 0)
		if !(older < newer && newer < killed) {
			t.Errorf("%d, %d, %d", older, newer, killed)
		}
		for _, v := range []int64{older, newer, killed} {
			if int64(float64(v)) != v {
				t.Errorf("%d is not exact as a float", v)
			}
		}
	})
}

func TestEventID(t *testing.T) {
	seen := map[string]bool{}
	for slot := range index.MaxSlots {
		id := index.EventID(strings.Repeat("a", 32), slot)
		if len(id) != 35 || seen[id] || !strings.HasSuffix(id, fmt.Sprintf("-%02d", slot)) {
			t.Errorf("slot %d: %s", slot, id)
		}
		seen[id] = true
	}
}
