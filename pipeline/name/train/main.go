// Command train makes the model of pipeline/name from the sets that
// manifest.json names, and measures it.
//
//	go run ./pipeline/name/train -data DIR            train, write names.bin and MODEL_CARD.md
//	go run ./pipeline/name/train -data DIR -score     measure the committed model on the tuning set
//	go run ./pipeline/name/train -data DIR -score -test   on the test set too, and write MODEL_CARD.md
//	go run ./pipeline/name/train -data DIR -without by-sa -o FILE
//	go run ./pipeline/name/train -data DIR -mine      write the large lists with the committed model
//
// DIR is the folder of development data. Training takes some two minutes of one
// core and 1.8 GB. It runs on one goroutine with fixed seeds: the same program
// on the same data and gazetteer gives the same file, byte for byte, on one kind
// of processor (floating-point sums may be fused on others).
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/name/internal/model"
	"dateline/pipeline/name/score"
	"dateline/pipeline/text"
)

func main() {
	var r runner
	flag.StringVar(&r.data, "data", "../shared/data", "folder of development data")
	flag.StringVar(&r.dir, "dir", "pipeline/name", "folder of package name")
	flag.StringVar(&r.out, "o", "", "model file to write (default names.bin in -dir)")
	flag.StringVar(&r.without, "without", "", "training sets to leave out, with commas between; by-sa: those under a share-alike licence")
	flag.StringVar(&r.cache, "cache", "", "folder to keep the word clusters in between runs")
	flag.BoolVar(&r.score, "score", false, "measure the model file instead of making it")
	flag.BoolVar(&r.test, "test", false, "measure on the test set too (once per released model)")
	flag.BoolVar(&r.mining, "mine", false, "write the large lists that the next model is trained with")
	flag.Parse()
	r.start = time.Now()
	if err := r.run(); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

// runner is one run of the command.
type runner struct {
	data, dir, out, without, cache string
	score, test, mining            bool

	start time.Time
	m     *manifest
	src   *source
}

func (r *runner) say(format string, a ...any) {
	fmt.Fprintf(os.Stderr, "%7.1f s  %s\n", time.Since(r.start).Seconds(), fmt.Sprintf(format, a...))
}

func (r *runner) run() (err error) {
	if r.m, err = readManifest(); err != nil {
		return err
	}
	r.src = newSource(r.data)
	if r.out == "" {
		r.out = filepath.Join(r.dir, "names.bin")
	}
	if r.mining {
		return r.mine()
	}
	if !r.score {
		if err := r.train(); err != nil {
			return err
		}
	}
	blob, err := os.ReadFile(r.out)
	if err != nil {
		return err
	}
	m, err := model.Load(string(blob))
	if err != nil {
		return err
	}
	results, err := r.measure(model.NewTagger(m))
	if err != nil {
		return err
	}
	for _, x := range results {
		fmt.Printf("%-22s %-10s F1 %v  PER %v  ORG %v  LOC %v  NORP %v\n", x.set.Name, x.rules, x.score.Micro(),
			x.score.Of[text.PER], x.score.Of[text.ORG], x.score.Of[text.LOC], x.score.Of[text.NORP])
	}
	if r.score && !r.test || r.without != "" {
		return nil
	}
	return os.WriteFile(filepath.Join(r.dir, "MODEL_CARD.md"), r.card(m, len(blob), results), 0o644)
}

// train makes the model file.
func (r *runner) train() (err error) {
	parts := &model.Parts{Buckets: 1, Manifest: r.m.checksum}
	if err := r.clusters(parts); err != nil {
		return err
	}
	if parts.Lists, err = r.m.lists(r.dir); err != nil {
		return err
	}
	blob, _ := parts.Encode()
	tables, err := model.Load(string(blob))
	if err != nil {
		return err
	}
	reader := model.NewReader(tables)
	train, held, err := r.readTraining(reader)
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(r.m.Seed, 4))
	for _, d := range train {
		d.headlines(rng)
	}
	n := newNetwork(reader, train, r.m.Least)
	r.say("%d features", len(n.keys))
	for e := range r.m.Epochs {
		n.rate = 0.05 * (1 - float32(e)/float32(r.m.Epochs))
		if e == r.m.Epochs-2 {
			n.prune(r.m.Keep)
			r.say("%d features kept", len(n.keys))
		}
		n.epoch(train, rng, e >= r.m.Epochs-2)
		r.say("epoch %d of %d: loss %.4f a segment", e+1, r.m.Epochs, n.loss/float64(n.n))
	}
	n.average()
	n.parts(parts)
	blob, _ = parts.Encode()
	m, err := model.Load(string(blob))
	if err != nil {
		return err
	}
	r.say("F1 on the %d articles held back: weights as trained %v, rounded and packed %v", len(held),
		agreement(held, n.tagger()), agreement(held, tagger(model.NewTagger(m), 0)))
	parts.Calib = calibrate(model.NewTagger(m), held)
	blob, dropped := parts.Encode()
	r.say("%d bytes, %d of %d features found no room", len(blob), dropped, len(parts.Rows))
	return os.WriteFile(r.out, blob, 0o644)
}

// clusters fills the word clusters, from the cache if it holds them.
func (r *runner) clusters(p *model.Parts) error {
	for i := range r.m.Sets {
		x := &r.m.Sets[i]
		if x.Use != "cluster" {
			continue
		}
		path, err := r.src.check(x.File, x.SHA256)
		if err != nil {
			return err
		}
		c, err := cachedClusters(r.cache, x.SHA256, func() (*clusters, error) {
			in, err := readClusterInput(path)
			if err != nil {
				return nil, err
			}
			r.say("%d tokens, %d words to cluster", len(in.ids), len(in.vocab.word))
			return makeClusters(in, r.say), nil
		})
		if err != nil {
			return err
		}
		for i, w := range c.word {
			p.Words = append(p.Words, model.Hash(w))
			p.Fine = append(p.Fine, uint16(c.fine[i]))
		}
		for _, m := range c.mid {
			p.Mid = append(p.Mid, uint16(m))
		}
	}
	return nil
}

// readTraining reads the training sets and keeps the last labelled articles
// back for the calibration. Names that no path can spell are masked, as are
// documents that share thirteen words in a row with a set to score on.
func (r *runner) readTraining(reader *model.Reader) (train, held []*doc, err error) {
	seen, own := grams{}, grams{}
	sets, err := score.Load(r.data, true)
	if err != nil {
		return nil, nil, err
	}
	for i := range sets {
		for k := range sets[i].Docs {
			if sets[i].Name == score.Own {
				own.add(fromGold(&sets[i].Docs[k]))
				continue
			}
			seen.add(fromGold(&sets[i].Docs[k]))
		}
	}
	without := strings.Split(r.without, ",")
	for i := range r.m.Sets {
		x := &r.m.Sets[i]
		if x.Use != "train" || x.leftOut(without) {
			continue
		}
		docs, err := r.src.docs(r.m, x)
		if err != nil {
			return nil, nil, err
		}
		all := len(docs)
		docs = own.drop(seen.drop(docs, 1), boilerplate)
		lost, names := unreachable(docs, reader)
		if x.Labels != "" {
			held = docs[len(docs)-r.m.HeldOut:]
			docs = docs[:len(docs)-r.m.HeldOut]
		}
		tokens := 0
		for _, d := range docs {
			tokens += len(d.tok.Tok)
		}
		r.say("%s: %d documents, %d dropped for words of a test set, %d tokens, %d of %d names out of reach", x.Name, len(docs), all-len(docs)-len(held), tokens, lost, names)
		train = append(train, docs...)
	}
	return train, held, nil
}

// unreachable masks the names that no path can spell, and counts them.
func unreachable(docs []*doc, r *model.Reader) (lost, names int) {
	var s model.Scan
	for _, d := range docs {
		r.Read(&s, d.tok, 0)
		k := 0
		for _, sp := range d.spans {
			for k < len(s.Segments) && s.Segments[k].Last <= sp.first {
				k++
			}
			if !sp.sure {
				continue
			}
			names++
			ok := k < len(s.Segments) && s.Segments[k].First <= sp.first && sp.last <= s.Segments[k].Last
			for i := sp.first; i < sp.last; i++ {
				ok = ok && d.gold[i]&s.Allowed(i) != 0
			}
			if ok {
				continue
			}
			lost++
			for i := sp.first; i < sp.last; i++ {
				d.gold[i] = anyTag
			}
		}
	}
	return lost, names
}

// placeNames are the names of the gazetteer that the features know.
func placeNames() *model.Lists {
	const town, big = 15000, 300000
	l := &model.Lists{}
	g := gazetteer.Default()
	for r := range gazetteer.Ref(g.Places()) {
		p := g.Place(r)
		var b model.Listed
		switch f := p.Feature; {
		case f == gazetteer.PCLI || f == gazetteer.ADM1 || f == gazetteer.PPLC || f == gazetteer.CONT || f.Populated() && p.Population >= big:
			b = model.ListBig
		case f.Populated() && p.Population >= town:
			b = model.ListTown
		case f.Populated():
			continue
		case f == gazetteer.ADM2 || f == gazetteer.HIST:
			b = model.ListDistrict
		default:
			b = model.ListLand
		}
		l.Add(strings.Fields(g.Name(r)), b)
	}
	return l
}
