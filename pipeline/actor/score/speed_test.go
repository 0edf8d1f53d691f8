//go:build unix

package score

import (
	"errors"
	"io/fs"
	"path/filepath"
	"syscall"
	"testing"

	"dateline/pipeline/actor"
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/name"
	"dateline/pipeline/place"
	"dateline/pipeline/text"
)

// read is an article as the stages before actor leave it.
type read struct {
	title, body text.Tokens
	mentions    []text.Mention
	hits        gazetteer.Hits
}

// articles cuts the first articles of the news set to a length in bytes and
// tags them.
func articles(b *testing.B, n, length int) (out []*read) {
	tagger, g := name.New(), gazetteer.Default()
	var s name.Scratch
	err := ReadNews(filepath.Join(shared, "news", "articles.jsonl.zst"), nil, func(a *News) bool {
		if len(a.Text) < length {
			return true
		}
		x := &read{}
		x.title.Reset(a.Title)
		x.body.Reset(a.Text[:length])
		x.mentions = tagger.Tag(nil, text.Title, &x.title, &s)
		x.mentions = tagger.Tag(x.mentions, text.Body, &x.body, &s)
		x.hits.Find(g, &x.title, &x.body)
		out = append(out, x)
		return len(out) < n
	})
	if errors.Is(err, fs.ErrNotExist) {
		b.Skipf("the news set is not there: %v", err)
	}
	if err != nil {
		b.Fatal(err)
	}
	return out
}

// cpu is the processor time of this process in nanoseconds, which other work
// on the machine does not lengthen as it does the clock's.
func cpu() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkStages runs the matcher, actor and place on news articles of two
// lengths; names are found beforehand.
func BenchmarkStages(b *testing.B) {
	g := gazetteer.Default()
	var h gazetteer.Hits
	var tok text.Tokens
	actors, places := actor.New(g), place.New(g)
	link := func(x *read) {
		r := actors.Link(&actor.Input{Title: &x.title, Body: &x.body, Mentions: x.mentions, Hits: &x.hits})
		actors.Finish(r.Actors, nil, func(int) actor.When { return actor.When{Day: "2018-05-01", Basis: "main"} })
	}
	locate := func(x *read) {
		places.Link(&place.Input{Title: &x.title, Body: &x.body, Mentions: x.mentions, Hits: &x.hits})
	}
	match := func(x *read) { h.Find(g, &x.title, &x.body) }
	for _, length := range []struct {
		name  string
		bytes int
	}{{"2kB", 2000}, {"7kB", 7000}} {
		xs := articles(b, 200, length.bytes)
		for _, bb := range []struct {
			name string
			run  func(*read)
		}{
			{"match", match},
			{"tokens+match", func(x *read) { tok.Reset(x.body.Text); h.Find(g, &x.title, &tok) }},
			{"actor", link},
			{"place", locate},
			{"match+actor+place", func(x *read) { match(x); link(x); locate(x) }},
		} {
			b.Run(length.name+"/"+bb.name, func(b *testing.B) {
				b.SetBytes(int64(length.bytes))
				b.ReportAllocs()
				i, start := 0, cpu()
				for b.Loop() {
					bb.run(xs[i%len(xs)])
					i++
				}
				b.ReportMetric((cpu()-start)/float64(i), "cpu-ns/op")
			})
		}
	}
}
