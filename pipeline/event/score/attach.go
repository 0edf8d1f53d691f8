package score

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dateline/pipeline"
	"dateline/pipeline/event"
	timexscore "dateline/pipeline/timex/score"
	"dateline/pipeline/wire"
)

// Attachment are the figures of stories that tell of incidents on more than one
// day: whether each day is that of some event, and whether it is that of an
// event at the incident's place.
type Attachment struct {
	Stories    int
	Day, Place Count
}

// Attached scores the MUC stories with two or more exact days.
func Attached(dir string) (Attachment, error) {
	var a Attachment
	stories, err := timexscore.LoadMUC(filepath.Join(dir, "dates"))
	if err != nil {
		return a, err
	}
	places, err := incidentPlaces(dir)
	if err != nil {
		return a, err
	}
	p, err := pipeline.New(pipeline.Options{})
	if err != nil {
		return a, err
	}
	var s pipeline.Scratch
	for i := range stories {
		st := &stories[i]
		if !severalDays(st) {
			continue
		}
		w := &wire.Article{SourceID: MUC, ItemID: st.ID, Format: "article", Status: wire.Usable, Body: st.Text, Language: "en"}
		if t, err := time.Parse(time.DateOnly, st.Dateline); err == nil {
			w.Published, w.PublishedBasis = t.Add(12*time.Hour), "source"
		}
		a.story(p.Enrich(w, nil, &s), places[st.ID])
	}
	return a, nil
}

func severalDays(s *timexscore.Story) bool {
	for _, d := range s.Exact {
		if d != s.Exact[0] {
			return s.Dateline != ""
		}
	}
	return false
}

// incident is what a template says of where and when.
type incident struct{ day, place string }

func (a *Attachment) story(d *pipeline.Document, incidents []incident) {
	a.Stories++
	for _, in := range incidents {
		day, place := false, false
		for i := range d.Events {
			e := &d.Events[i]
			if e.Date == nil || e.Date.Precision != "exact" || !strings.HasPrefix(e.Date.Start, in.day) {
				continue
			}
			day = true
			place = place || named(d, e, in.place)
		}
		a.Day.add(day)
		if in.place != "" {
			a.Place.add(place)
		}
	}
}

// named reports whether an event has a place whose name is part of a location.
func named(d *pipeline.Document, e *event.Event, location string) bool {
	for _, id := range e.Places {
		for i := range d.Places {
			if d.Places[i].ID != id {
				continue
			}
			for _, m := range d.Places[i].Mentions {
				if strings.Contains(location, strings.ToUpper(m.Text)) {
					return true
				}
			}
		}
	}
	return false
}

// incidentPlaces reads the incidents of each story that have an exact day.
func incidentPlaces(dir string) (map[string][]incident, error) {
	f, err := os.Open(filepath.Join(dir, "dates", "muc-dev.jsonl"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := map[string][]incident{}
	return out, lines(f, func(line []byte) error {
		var raw struct {
			ID        string
			Templates []map[string]string
		}
		if err := json.Unmarshal(line, &raw); err != nil {
			return err
		}
		for _, t := range raw.Templates {
			if day, ok := timexscore.MUCDay(t["INCIDENT: DATE"]); ok {
				out[raw.ID] = append(out[raw.ID], incident{day, strings.ToUpper(t["INCIDENT: LOCATION"])})
			}
		}
		return nil
	})
}
