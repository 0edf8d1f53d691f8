package pipeline

import (
	"slices"
	"sync"
	"time"

	"dateline/pipeline/actor"
	"dateline/pipeline/byline"
	"dateline/pipeline/dedup"
	"dateline/pipeline/event"
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
	"dateline/pipeline/name"
	"dateline/pipeline/place"
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
	Explain  bool                     // keep what places were weighed against, and names of places that stayed open
	// Overrides are the analysts' corrections; nil has none. They may be replaced
	// while articles are read: each article is read with one set.
	Overrides *override.Live
}

// Pipeline runs the stages. One serves all goroutines.
type Pipeline struct {
	opt    Options
	run    map[string]bool
	tagger *name.Tagger

	gazetteer *gazetteer.Gazetteer
	data      Data
	prints    sync.Pool // of *dedup.Scratch: the words of an article take a buffer of its length
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
	p.gazetteer = gazetteer.Default()
	p.tagger = name.New(name.WithPlaces(p.kind))
	p.data = Data{Gazetteer: p.gazetteer.Version(), Names: p.tagger.Version(), Dates: timex.Version}
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

// kind tells the tagger whether a surface form is a known place, and of which
// kind.
func (p *Pipeline) kind(surface string) (text.Kind, bool) {
	m, ok := p.gazetteer.Find(surface)
	if !ok {
		return 0, false
	}
	for i := range m.Aliases() {
		a := p.gazetteer.Alias(m, i)
		if !p.gazetteer.IsPlace(a.Ref) || !m.Allows(a, surface) {
			continue
		}
		switch f := p.gazetteer.Feature(a.Ref); {
		case f.Populated(), f == gazetteer.PCLI, f == gazetteer.ADM1, f == gazetteer.ADM2:
			return text.GPE, true
		}
		return text.LOC, true
	}
	return 0, false
}

// Fingerprint is what the article's text and identity say to dedup.
func (p *Pipeline) Fingerprint(a *wire.Article) dedup.Record {
	s, _ := p.prints.Get().(*dedup.Scratch)
	if s == nil {
		s = new(dedup.Scratch)
	}
	defer p.prints.Put(s)
	return s.Fingerprint(dedup.Input{Key: wire.Key(a.SourceID, a.ItemID), SourceID: a.SourceID, Ref: a.Ref, Target: a.Target,
		StoryKey: storyKey(a), Take: a.Take, FirstSeen: a.FirstSeen, Revision: a.Revision, Payload: a.PayloadHash, Status: a.Status, Signals: a.Signals,
		Published: a.Published, Embargo: a.Embargo, Title: a.Title, Body: a.Body, URL: a.URL})
}

// storyKey is what the takes of a story share. Later takes say so in their
// headline, which without that mark is the headline of the first.
func storyKey(a *wire.Article) string {
	if a.StoryKey == "" && a.Take == 0 && (a.Format == "iptc7901" || a.Format == "anpa1312") {
		return a.Title
	}
	return a.StoryKey
}

// Parse reads an envelope's payload, with what the configuration says of its
// source. The error is a *wire.Error.
func (p *Pipeline) Parse(e *wire.Envelope, s *Scratch) (*wire.Article, error) {
	s.enter(&inWire)
	src := p.opt.Sources[e.SourceID]
	return wire.Parse(e, wire.Options{Scheme: src.Scheme, TimeZone: src.TimeZone, Language: src.Language, Outlet: src.Outlet})
}

// whole is a document and the parts of most documents that it points to, in one
// piece of memory.
type whole struct {
	Document
	times    [5]time.Time
	dedup    dedup.Verdict
	byline   byline.Byline
	dateline Dateline
	focus    place.Focus
	main     timex.EventDate
}

// document is the article without any stage's work.
func (p *Pipeline) document(a *wire.Article, src SourceOptions, s *Scratch) *whole {
	var id [32]byte
	w := &whole{}
	w.Document = Document{
		ID:             s.ids.String(wire.AppendID(id[:0], a.SourceID, a.ItemID)),
		Source:         origin(a, src),
		Version:        a.Version,
		Revision:       a.Revision,
		Status:         a.Status,
		Signals:        a.Signals,
		CorrectionNote: a.CorrectionNote,
		Reason:         a.Reason,
		Embargo:        instant(&w.times[0], a.Embargo),
		Published:      instant(&w.times[1], a.Published),
		Updated:        instant(&w.times[2], a.Updated),
		Received:       instant(&w.times[3], a.Received),
		FirstSeen:      instant(&w.times[4], a.FirstSeen),
		PublishedBasis: a.PublishedBasis,
		Language:       a.Language,
		Title:          a.Title,
		Body:           a.Body,
		Description:    a.Description,
		Slug:           a.Slug,
		Urgency:        a.Urgency,
		Subjects:       a.Subjects,
		Outlet:         a.Outlet,
		Pipeline:       Provenance{Version: p.opt.Version, Data: p.data},
	}
	return w
}

// instant puts t into dst; it is nil for a time that is not known.
func instant(dst *time.Time, t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	*dst = t.UTC()
	return dst
}

// tokens cuts title and body once, for all stages.
func (r *reading) tokens() {
	r.title.Vocabulary, r.body.Vocabulary = &r.s.words, &r.s.words
	r.title.Reset(r.d.Title)
	r.body.Reset(r.d.Body)
	n := 0
	for i := range r.body.Tok {
		if f := r.body.Tok[i].Flags; f&(text.Word|text.Number) != 0 && f&text.Possessive == 0 {
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
	notes := make([]byline.Note, 0, len(r.a.Contacts))
	for _, c := range r.a.Contacts {
		if !c.Desk {
			notes = append(notes, byline.Note{Name: c.Name, Role: c.Role, Place: c.Place})
		}
	}
	res := byline.Read(byline.Input{Lines: r.a.Byline, From: r.a.BylineFrom, Credits: r.a.Credits, Body: r.a.Body,
		Dateline: r.a.Dateline, Authors: r.a.Authors, Marked: r.a.Marked, Notes: notes, Outlet: r.a.Outlet, Published: r.a.Published})
	d := r.d
	r.w.byline = res.Byline
	d.Byline, d.Credits, r.zones, r.dateline = &r.w.byline, res.Credits, res.Zones, res.Dateline
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
		r.w.dateline = Dateline{Raw: l.Raw, Date: l.Date, Agency: l.Agency, Span: l.Span}
		d.Dateline = &r.w.dateline
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
	m := r.p.tagger.Tag(r.mentions[:0], text.Title, &r.title, &r.s.names)
	m = r.p.tagger.Tag(m, text.Body, &r.body, &r.s.names)
	r.mentions = m
	if r.p.opt.Mentions && len(m) > 0 {
		r.d.Names = slices.Clone(m)
	}
}

// lookup finds the gazetteer's names in the article, once.
func (r *reading) lookup() *gazetteer.Hits {
	if !r.looked {
		r.s.hits.Find(r.p.gazetteer, &r.title, &r.body)
		r.looked = true
	}
	return &r.s.hits
}

// who finds actors, where finds places. Both read the gazetteer's hits, which
// are looked up once.
func (r *reading) who() {
	if !r.p.run[Actor] {
		return
	}
	r.s.enter(&inActor)
	res := r.s.actors(r.p).Link(&actor.Input{Title: &r.title, Body: &r.body, Mentions: r.mentions, Hits: r.lookup(),
		Zones: r.zones, Authors: r.bylineNames(), Overrides: r.set, Context: r.context()})
	r.d.Actors, r.d.Cited, r.ctx = res.Actors, res.Cited, res.Context
}

// context is what the conditions of corrections are compared with.
func (r *reading) context() (c override.Context) {
	if r.set == nil {
		return c
	}
	c.Source = r.a.SourceID
	if !r.a.Published.IsZero() {
		c.Day = r.a.Published.UTC().Format(time.DateOnly)
	}
	return c
}

// bylineNames are the people who made the article: authors, contributors,
// editors and photographers.
func (r *reading) bylineNames() []string {
	if r.d.Byline == nil {
		return nil
	}
	names := slices.Concat(r.d.Authors, r.a.Authors) // as read, and as given
	for _, cs := range [][]byline.Contributor{r.d.Byline.Contributors, r.d.Byline.Editors} {
		for _, c := range cs {
			names = append(names, c.Name)
		}
	}
	for _, c := range r.d.Credits {
		if c.Person != "" {
			names = append(names, c.Person)
		}
	}
	return names
}

func (r *reading) where() {
	r.places(r.lookup)
}

// places finds places among the hits, which may choose the mentions too.
func (r *reading) places(hits func() *gazetteer.Hits) {
	if !r.p.run[Place] {
		return
	}
	r.s.enter(&inPlace)
	found := hits()
	in := place.Input{Title: &r.title, Body: &r.body, Mentions: r.mentions, Hits: found,
		Zones: r.zones, OutletCountry: r.src.Country, Overrides: r.set, Context: r.ctx, Explain: r.p.opt.Explain}
	if !r.p.run[Actor] {
		in.Context = r.context()
	}
	if l := r.dateline; l != nil {
		for i, p := range l.Places {
			dl := place.Dateline{Text: p}
			if i < len(l.PlaceSpans) {
				dl.Span = l.PlaceSpans[i]
			}
			in.Dateline = append(in.Dateline, dl)
		}
	}
	res := r.s.places(r.p).Link(&in)
	r.d.Places, r.zone = res.Places, res.TimeZone
	if r.p.opt.Explain {
		r.d.Unsure = res.Unresolved
	}
	if res.Focus != (place.Focus{}) {
		r.w.focus = res.Focus
		r.d.Focus = &r.w.focus
	}
	if r.d.Dateline != nil {
		for _, id := range res.Dateline {
			if id != "" {
				r.d.Dateline.Places = append(r.d.Dateline.Places, id)
			}
		}
	}
}

func (r *reading) dates() {
	if !r.p.run[Timex] {
		return
	}
	r.s.enter(&inTimex)
	r.anchor = r.anchored()
	r.s.found = timex.Resolve(r.s.found[:0], &r.title, &r.body, r.anchor, &r.s.dates)
	if len(r.s.found) > 0 {
		r.d.Dates = slices.Clone(r.s.found)
	}
}

// anchored is what relative dates are read against: first publication, in the
// zone of the dateline's place, else of the source.
func (r *reading) anchored() timex.Anchor {
	a := timex.Anchor{Published: r.a.Published, DateOrder: r.src.DateOrder, Received: r.a.PublishedBasis == "received"}
	if r.d.Dateline != nil {
		a.Dateline = r.d.Dateline.Date
		a.Southern = r.southern()
	}
	for _, z := range []string{r.zone, r.a.TimeZone, r.src.TimeZone} {
		if a.Zone = r.s.location(z); a.Zone != nil {
			return a
		}
	}
	// A time stamp's own offset says something about where it was written; UTC
	// says nothing. A location of that offset would do more: where the machine's
	// zone has it too, parsing gives the machine's, with its summer time.
	if _, offset := r.a.Published.Zone(); offset != 0 {
		a.Zone = time.FixedZone("", offset)
	}
	return a
}

// southern reports whether the dateline's first place lies south of the
// equator, where summer is in January.
func (r *reading) southern() bool {
	if len(r.d.Dateline.Places) == 0 {
		return false
	}
	i := slices.IndexFunc(r.d.Places, func(p place.Place) bool { return p.ID == r.d.Dateline.Places[0] })
	return i >= 0 && r.d.Places[i].Lat < 0
}

func (r *reading) events() {
	if !r.p.run[Event] {
		return
	}
	r.s.enter(&inEvent)
	in := event.Input{Scratch: &r.s.event, Actors: r.s.acting[:0], Places: r.s.placed[:0], Title: &r.title, Body: &r.body, Dates: r.d.Dates, Zones: r.zones, Anchor: r.anchor}
	for _, a := range r.d.Actors {
		for _, m := range a.Mentions {
			in.Actors = append(in.Actors, event.Actor{ID: a.ID, Field: m.Field, Span: m.Span})
		}
	}
	for _, p := range r.d.Places {
		for _, m := range p.Mentions {
			in.Places = append(in.Places, event.Place{ID: p.ID, Field: m.Field, Span: m.Span, Kind: m.Kind})
		}
	}
	r.s.acting, r.s.placed = in.Actors, in.Places
	r.d.Events = event.Find(in)
	r.w.main = event.MainDate(in)
	r.d.Main = &r.w.main
}

// roles reads each actor's roles as of the day of the event it takes part in,
// else of the article's main event, else of publication.
func (r *reading) roles() {
	if !r.p.run[Actor] || len(r.d.Actors) == 0 {
		return
	}
	r.s.enter(&inActor)
	r.s.actors(r.p).Finish(r.d.Actors, r.set, func(i int) actor.When {
		for _, e := range r.d.Events { // the surest first
			if e.Date != nil && e.Date.Basis != "publication" && len(e.Date.Start) >= len(time.DateOnly) && slices.Contains(e.Actors, r.d.Actors[i].ID) {
				return actor.When{Day: e.Date.Start[:len(time.DateOnly)], Basis: "event"}
			}
		}
		if m := r.d.Main; m != nil && m.Day != "" {
			return actor.When{Day: m.Day, Basis: "main"}
		}
		if !r.a.Published.IsZero() {
			return actor.When{Day: r.a.Published.UTC().Format(time.DateOnly), Basis: "publication"}
		}
		return actor.When{}
	})
}

// origin is where the article came from.
func origin(a *wire.Article, src SourceOptions) Source {
	return Source{ID: a.SourceID, ItemID: a.ItemID, Name: src.Name, URL: a.URL, FeedURL: a.FeedURL, Format: a.Format}
}
