package pipeline

import (
	"slices"
	"time"

	"dateline/pipeline/byline"
	"dateline/pipeline/dedup"
	"dateline/pipeline/name"
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
	"dateline/pipeline/wire"
)

// The names of the stages, as configuration, metrics and dead letters use
// them. Wire always runs; the others may be switched off.
const (
	Wire   = "wire"
	Byline = "byline"
	Name   = "name"
	Actor  = "actor"
	Place  = "place"
	Timex  = "timex"
	Event  = "event"
	Dedup  = "dedup"
)

// Stages are the stages that may be switched off, in their order.
func Stages() []string { return []string{Byline, Name, Actor, Place, Timex, Event, Dedup} }

var (
	inWire, inByline, inName, inActor, inPlace, inTimex, inEvent = Wire, Byline, Name, Actor, Place, Timex, Event
)

// SourceOptions are what the configuration says of a source.
type SourceOptions struct {
	Name      string
	URL       string
	Outlet    string
	Country   string // ISO 3166-1 alpha-2
	Language  string
	TimeZone  string // IANA id
	Scheme    wire.Scheme
	DateOrder string // mdy, dmy or ymd
}

// Options shape a Pipeline. The zero value runs every stage and knows no
// sources.
type Options struct {
	Stages   []string                 // nil: all
	Sources  map[string]SourceOptions // by source id
	Version  string                   // of the program, for provenance
	Mentions bool                     // keep every name mention in Document.Names
}

// Pipeline runs the stages. It is immutable: one serves all goroutines.
type Pipeline struct {
	opt    Options
	run    map[string]bool
	tagger *name.Tagger
}

// New loads the stages' data. It fails only if an embedded data file is
// damaged.
func New(o Options) (*Pipeline, error) {
	p := &Pipeline{opt: o, run: make(map[string]bool)}
	stages := o.Stages
	if stages == nil {
		stages = Stages()
	}
	for _, s := range stages {
		p.run[s] = true
	}
	p.tagger = name.New()
	return p, nil
}

// Read decodes a record's value: an envelope and its payload. The error is a
// *wire.Error. The Article shares memory with value.
func (p *Pipeline) Read(value []byte, s *Scratch) (*wire.Article, error) {
	s.enter(&inWire)
	e, err := wire.DecodeEnvelope(value)
	if err != nil {
		return nil, err
	}
	return p.Parse(e, s)
}

// Parse reads an envelope's payload, with what the configuration says of its
// source. The error is a *wire.Error.
func (p *Pipeline) Parse(e *wire.Envelope, s *Scratch) (*wire.Article, error) {
	s.enter(&inWire)
	src := p.opt.Sources[e.SourceID]
	return wire.Parse(e, wire.Options{Scheme: src.Scheme, TimeZone: src.TimeZone, Language: src.Language, Outlet: src.Outlet})
}

// Enrich runs the stages on an article. The verdict may be nil; it is copied.
func (p *Pipeline) Enrich(a *wire.Article, v *dedup.Verdict, s *Scratch) *Document {
	d := p.document(a)
	if v != nil {
		own := *v
		d.Dedup = &own
	}
	if a.Status == wire.Withheld || a.Status == wire.Withdrawn {
		return d // a tombstone has no text to read
	}
	r := &reading{p: p, a: a, d: d, s: s, src: p.opt.Sources[a.SourceID]}
	r.tokens()
	r.byline()
	r.names()
	r.dates()
	return d
}

// document is the article without any stage's work.
func (p *Pipeline) document(a *wire.Article) *Document {
	src := p.opt.Sources[a.SourceID]
	return &Document{
		ID:             wire.ID(a.SourceID, a.ItemID),
		Source:         origin(a, src),
		Version:        a.Version,
		Revision:       a.Revision,
		Status:         a.Status,
		Signals:        a.Signals,
		CorrectionNote: a.CorrectionNote,
		Reason:         a.Reason,
		Embargo:        instant(a.Embargo),
		Published:      instant(a.Published),
		Updated:        instant(a.Updated),
		Received:       instant(a.Received),
		FirstSeen:      instant(a.FirstSeen),
		PublishedBasis: a.PublishedBasis,
		Language:       a.Language,
		Title:          a.Title,
		Body:           a.Body,
		Description:    a.Description,
		Slug:           a.Slug,
		Urgency:        a.Urgency,
		Subjects:       a.Subjects,
		Outlet:         a.Outlet,
		Pipeline:       Provenance{Version: p.opt.Version, Data: Data{}},
	}
}

// instant is nil for a time that is not known.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC()
	return &u
}

// reading is one article on its way through the stages.
type reading struct {
	p     *Pipeline
	a     *wire.Article
	d     *Document
	s     *Scratch
	src   SourceOptions
	zones []text.Span // of the body: byline, dateline, credits, tails
}

// tokens cuts title and body once, for all stages.
func (r *reading) tokens() {
	r.s.title.Reset(r.d.Title)
	r.s.body.Reset(r.d.Body)
	n := 0
	for i := range r.s.body.Tok {
		if f := r.s.body.Tok[i].Flags; f&(text.Word|text.Number) != 0 && f&text.Possessive == 0 {
			n++
		}
	}
	r.d.WordCount = n
}

func (r *reading) byline() {
	if !r.p.run[Byline] {
		return
	}
	r.s.enter(&inByline)
	res := byline.Read(byline.Input{Lines: r.a.Byline, From: r.a.BylineFrom, Credits: r.a.Credits, Body: r.a.Body,
		Dateline: r.a.Dateline, Authors: r.a.Authors, Outlet: r.a.Outlet, Published: r.a.Published})
	d := r.d
	d.Byline, d.Credits, r.zones = &res.Byline, res.Credits, res.Zones
	for _, p := range res.Byline.Authors {
		if p.Kind == "person" {
			d.Authors = append(d.Authors, p.Name)
		}
	}
	if res.Byline.Outlet != "" {
		d.Outlet = res.Byline.Outlet
	}
	d.Agency = res.Byline.Agency
	if l := res.Dateline; l != nil {
		d.Dateline = &Dateline{Raw: l.Raw, Date: l.Date, Agency: l.Agency, Span: l.Span}
		if l.Agency != "" && !slices.Contains(d.Agency, l.Agency) {
			d.Agency = append(slices.Clone(d.Agency), l.Agency)
		}
	}
}

func (r *reading) names() {
	if !r.p.run[Name] {
		return
	}
	r.s.enter(&inName)
	m := r.p.tagger.Tag(r.s.mentions[:0], text.Title, &r.s.title, &r.s.names)
	m = r.p.tagger.Tag(m, text.Body, &r.s.body, &r.s.names)
	r.s.mentions = m
	if r.p.opt.Mentions {
		r.d.Names = slices.Clone(m)
	}
}

func (r *reading) dates() {
	if !r.p.run[Timex] {
		return
	}
	r.s.enter(&inTimex)
	r.s.found = timex.Resolve(r.s.found[:0], &r.s.title, &r.s.body, r.anchor(), &r.s.dates)
	r.d.Dates = slices.Clone(r.s.found)
}

// anchor is what relative dates are read against: first publication, in the
// zone of the dateline's place, else of the source.
func (r *reading) anchor() timex.Anchor {
	a := timex.Anchor{Published: r.a.Published, DateOrder: r.src.DateOrder, Received: r.a.PublishedBasis == "received"}
	if r.d.Dateline != nil {
		a.Dateline = r.d.Dateline.Date
	}
	return a
}

// origin is where the article came from.
func origin(a *wire.Article, src SourceOptions) Source {
	return Source{ID: a.SourceID, ItemID: a.ItemID, Name: src.Name, URL: a.URL, FeedURL: a.FeedURL, Format: a.Format}
}
