package pipeline

import (
	"sync/atomic"

	"dateline/pipeline/name"
	"dateline/pipeline/text"
	"dateline/pipeline/timex"
)

// Scratch is the memory that one goroutine reuses from article to article.
// Nothing in a Document points into it.
type Scratch struct {
	stage    atomic.Pointer[string]
	title    text.Tokens
	body     text.Tokens
	names    name.Scratch
	mentions []text.Mention
	dates    timex.Scratch
	found    []timex.Date
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
func (s *Scratch) Reset() {
	stage := s.stage.Load()
	s.title, s.body, s.names, s.mentions, s.dates, s.found = text.Tokens{}, text.Tokens{}, name.Scratch{}, nil, timex.Scratch{}, nil
	s.stage.Store(stage)
}
