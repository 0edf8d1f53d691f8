package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"dateline/index"
)

// eventHit is what is read back from a stored event document.
type eventHit struct {
	Sentence string `json:"sentence"`
	Outlet   string `json:"outlet"`
	Source   struct {
		ID string `json:"id"`
	} `json:"source"`
	Date *struct {
		Start     string `json:"start"`
		Precision string `json:"precision"`
	} `json:"event_date"`
}

// answerLine is one event in a line: day, sentence, outlet.
func answerLine(h index.Hit) (string, error) {
	var e eventHit
	if err := json.Unmarshal(h.Source, &e); err != nil {
		return "", fmt.Errorf("event %s: %w", h.ID, err)
	}
	day := "no date"
	if e.Date != nil && len(e.Date.Start) >= 10 {
		day = e.Date.Start[:10]
	}
	from := e.Outlet
	if from == "" {
		from = e.Source.ID
	}
	return fmt.Sprintf("%s  %s (%s)", day, strings.Join(strings.Fields(e.Sentence), " "), from), nil
}
