package pipeline

import (
	"sync/atomic"
	"time"

	"dateline/pipeline/actor"
	"dateline/pipeline/event"
	"dateline/pipeline/gazetteer"
	"dateline/pipeline/name"
	"dateline/pipeline/place"
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// Scratch is the memory that one goroutine reuses from article to article.
// Nothing in a Document points into it.
type Scratch struct {
	stage atomic.Pointer[string]
	memory
}

// memory is what the stages reuse: what each needs for the article in hand, and
// the sheets of the articles that are taken together.
type memory struct {
	longest  int // text so far, in bytes
	words    text.Vocabulary
	sheets   [Together]sheet
	readings [Together]reading
	names    name.Scratch
	hits     gazetteer.Hits
	actor    *actor.Linker
	place    *place.Linker
	dates    timex.Scratch
	found    []timex.Date
	zones    map[string]*time.Location
	event    event.Scratch
	acting   []event.Actor // mentions, as events takes them
	placed   []event.Place
	ids      text.Arena // of documents
}

// sheet is what stages leave to later ones of the same article.
type sheet struct {
	title    text.Tokens
	body     text.Tokens
	mentions []text.Mention
}

// Stage is the stage that is running, or ran last; another goroutine may ask.
func (s *Scratch) Stage() string {
	if p := s.stage.Load(); p != nil {
		return *p
	}
	return Wire
}

func (s *Scratch) enter(stage *string) { s.stage.Store(stage) }

// Reset forgets everything, as after a panic.
func (s *Scratch) Reset() { s.memory = memory{} }

// keepText is how long a text may be, in bytes, for the memory that it took to
// stay for shorter ones: 40 bytes for each, 15 MB in all. News is shorter.
const keepText = 256 << 10

// fit readies the memory for a text of n bytes: what a far longer one has left
// behind goes. Long texts that follow each other share theirs.
func (s *Scratch) fit(n int) {
	if s.longest > keepText && n <= keepText {
		s.Reset()
	}
	s.longest = max(s.longest, n)
}

func (s *Scratch) actors(p *Pipeline) *actor.Linker {
	if s.actor == nil {
		s.actor = actor.New(p.gazetteer)
	}
	return s.actor
}

func (s *Scratch) places(p *Pipeline) *place.Linker {
	if s.place == nil {
		s.place = place.New(p.gazetteer)
	}
	return s.place
}

// location is the zone of an IANA id, nil if there is none of that name. The
// zones are those that are built into the program, the same on any machine.
func (s *Scratch) location(id string) *time.Location {
	if id == "" || id == "Local" {
		return nil
	}
	if l, ok := s.zones[id]; ok {
		return l
	}
	l, err := time.LoadLocation(id)
	if err != nil {
		l = nil
	}
	if s.zones == nil || len(s.zones) > 1000 {
		s.zones = make(map[string]*time.Location)
	}
	s.zones[id] = l
	return l
}
