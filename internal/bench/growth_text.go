package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"dateline/pipeline"
	"dateline/pipeline/wire"
)

// record is an article as it arrives.
func record(item, title, body string) ([]byte, error) {
	at := time.Date(2025, 5, 20, 9, 0, 0, 0, time.UTC)
	payload, err := json.Marshal(map[string]string{"title": title, "body": body, "published": at.Format(time.RFC3339), "outlet": "Meridian Press Agency"})
	if err != nil {
		return nil, err
	}
	e := wire.Envelope{SourceID: "growth", ItemID: item, Version: 1, Format: "article", Data: payload, FirstSeen: at, VersionTime: at, ReceivedAt: at}
	return e.Encode()
}

// paragraphs gives the texts of records one paragraph after the other, without
// end.
type paragraphs struct {
	all  []string
	next int
}

func (g *growth) paragraphs() (*paragraphs, error) {
	var s pipeline.Scratch
	var out paragraphs
	for i, v := range g.o.Values {
		a, err := g.p.Read(v, &s)
		if err != nil {
			return nil, fmt.Errorf("article %d: %w", i, err)
		}
		for par := range strings.SplitSeq(a.Body, "\n\n") {
			if par = strings.TrimSpace(par); par != "" {
				out.all = append(out.all, strings.Clone(par))
			}
		}
	}
	if len(out.all) == 0 {
		return nil, errors.New("the articles have no text")
	}
	return &out, nil
}

// text is the next n bytes, or a few less: it ends with a word and a full stop.
func (p *paragraphs) text(n int) string {
	var b strings.Builder
	for b.Len() < n {
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(p.all[p.next])
		p.next = (p.next + 1) % len(p.all)
	}
	s := b.String()[:n-1]
	if i := strings.LastIndexAny(s, " \n"); i > n/2 {
		s = s[:i]
	}
	return strings.ToValidUTF8(strings.TrimRight(s, " \n.,;"), "") + "."
}

// length is an article by the length of its text: read, enriched and encoded.
// The texts run through the given articles, so what is in a kilobyte is the
// same at any length.
func (g *growth) length() (Curve, error) {
	c := Curve{X: "length of the text", Unit: "B", Costs: []Cost{
		{Key: "cpu_ms", Title: "CPU of an article", Unit: "ms", Most: 1, of: func(p *Point) float64 { return p.CPU }},
		{Key: "kb", Title: "allocated for an article", Unit: "kB", Most: 1, of: func(p *Point) float64 { return p.KB }},
		{Key: "held_mb", Title: "working memory", Unit: "MB", Most: 1, of: func(p *Point) float64 { return p.HeldMB }},
	}}
	from, err := g.paragraphs()
	if err != nil {
		return c, err
	}
	var all [][][]byte
	for _, n := range sizes(g.o.Length, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000) {
		if err := g.at("length", n, "B"); err != nil {
			return c, err
		}
		var values [][]byte
		for i := range min(max(1, g.o.Round/n), mostArticles) {
			v, err := record(fmt.Sprint(i), "Harbour pilots seek end to dispute", from.text(n))
			if err != nil {
				return c, err
			}
			values = append(values, v)
		}
		all = append(all, values)
		c.Points = append(c.Points, Point{X: float64(n)})
	}
	return c, g.read(c.Points, all)
}

// mostArticles bounds the articles of one measurement.
const mostArticles = 10_000

// read measures for each point what its articles cost in the mean, read,
// enriched and encoded.
func (g *growth) read(points []Point, all [][][]byte) error {
	var runs []func() error
	for i, values := range all {
		before := heldMB()
		r := &reading{p: g.p, encode: true}
		if _, err := r.run(values[:max(1, len(values)/20)]); err != nil { // warm-up
			return err
		}
		points[i].HeldMB = max(0, heldMB()-before)
		runs = append(runs, func() error {
			_, err := r.run(values)
			return err
		})
	}
	best, err := g.least(runs...)
	for i, s := range best {
		bytes := 0
		for _, v := range all[i] {
			bytes += len(v)
		}
		p, n, seconds := &points[i], float64(len(all[i])), s.cpu.Seconds()
		p.CPU, p.MBPerS, p.USPerKB = seconds*1e3/n, float64(bytes)/1e6/seconds, seconds*1e9/float64(bytes)
		p.Allocs, p.KB, p.RawKB = s.allocs/n, s.bytes/1e3/n, float64(bytes)/1e3/n
	}
	return err
}

// namings is in how many sentences of an article actors are named.
const namings = 3000

// actors is an article by the people and bodies that it names. All articles
// are of the same sentences and name someone in each; what differs is how many
// different ones they are, and that should cost nothing.
func (g *growth) actors() (Curve, error) {
	c := Curve{X: "people and bodies", Unit: "actors", Costs: []Cost{
		{Key: "cpu_ms", Title: "CPU of an article", Unit: "ms", Most: 0, of: func(p *Point) float64 { return p.CPU }},
		{Key: "kb", Title: "allocated for an article", Unit: "kB", Most: 0, of: func(p *Point) float64 { return p.KB }},
	}}
	var s pipeline.Scratch
	var all [][][]byte
	for _, n := range sizes(g.o.Actors, 1, 3, 10, 30, 100, 300, 1000) {
		if err := g.at("actors", n, "actors"); err != nil {
			return c, err
		}
		var values [][]byte
		for i := range max(1, g.o.Round/(namings*80)) {
			v, err := record(fmt.Sprint(i), "Witnesses are heard", named(n, i))
			if err != nil {
				return c, err
			}
			values = append(values, v)
		}
		a, err := g.p.Read(values[0], &s)
		if err != nil {
			return c, err
		}
		all = append(all, values)
		c.Points = append(c.Points, Point{X: float64(n), Found: float64(len(g.p.Enrich(a, nil, &s).Actors))})
	}
	return c, g.read(c.Points, all)
}

// Sentences of one actor, of about the same length.
var sentences = []string{
	"%s told the panel on Tuesday that the ferry had left the pier without a pilot.",
	"The court heard from %s, who denied last week that the papers had been lost.",
	"A lawyer for %s met the mayor of Hamburg on March 3 and asked for more time.",
	"In a letter %s criticized the inquiry, and promised to publish the accounts.",
}

// named is a text that names n actors in turn; every fourth is a body.
// Different seeds have different actors.
func named(n, seed int) string {
	var b strings.Builder
	for i := range namings {
		who := invented(i%n + seed*7919)
		if i%n%4 == 3 {
			who += " " + bodies[i%n/4%len(bodies)]
		} else {
			who = givenNames[i%n%len(givenNames)] + " " + who
		}
		fmt.Fprintf(&b, sentences[i%len(sentences)], who)
		b.WriteString(" ")
		if i%5 == 4 {
			b.WriteString("\n\n")
		}
	}
	return b.String()
}

var (
	givenNames = strings.Fields("Maria Thomas Anna Peter Laura Martin Elena David Sofia Robert Clara Daniel Irene Stefan Julia Victor Nina Oscar Alice Hugo")
	bodies     = []string{"Shipping Authority", "Pilots Association", "Energy Group", "Savings Bank", "Transport Workers Union"}
	onsets     = strings.Fields("B D F G H K L M N P R S T V W Br Dr Gr Kr St")
	middles    = strings.Fields("al an ar el en er il in ol on or ul un us em ob av ov ut ig")
	codas      = strings.Fields("berg dal feld gren holt land mann mark nes quist rup sen sky stad strom vik wald wick wood yard")
)

// invented is a family name, for each number below 160,000 another one.
func invented(i int) string {
	k := len(onsets)
	return onsets[i%k] + middles[i/k%k] + middles[i/k/k%k] + codas[i/k/k/k%k]
}
