package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"dateline/internal/peak"
)

// row is the result of a peer.
type row struct {
	Peer     string    `json:"peer"`
	Version  string    `json:"version"`
	Finds    string    `json:"finds"`
	Articles int       `json:"articles"`
	Found    int       `json:"found"`          // names, dates or events, the same in every round
	Rounds   []float64 `json:"rounds_ms"`      // processor time an article, each round
	MS       float64   `json:"ms_per_article"` // the least
	KBPerS   float64   `json:"kb_per_s"`       // of text
	PeakMB   float64   `json:"rss_mb"`         // most resident memory; 0 where the system does not tell
	StartS   float64   `json:"start_cpu_s"`    // processor time until the first article was read
	Times    float64   `json:"times_ours"`     // MS by that of this project for the same; 0 if that was left out or is this row
}

// add is one more round. What a peer finds may not change: then it would not
// have done the same work.
func (r *row) add(x round) error {
	if len(r.Rounds) > 0 && x.Found != r.Found {
		return fmt.Errorf("%d found, and %d in the round before", x.Found, r.Found)
	}
	r.Articles, r.Found = x.Articles, x.Found
	r.Rounds = append(r.Rounds, x.CPU*1e3/float64(x.Articles))
	return nil
}

func (r *row) finish(p *process, bytes int) {
	r.Peer, r.Version, r.Finds, r.StartS = p.peer.title, p.ready.Version, p.peer.finds, p.ready.StartCPU
	r.MS = slices.Min(r.Rounds)
	r.KBPerS = float64(bytes) / float64(r.Articles) / r.MS // bytes a millisecond are kB a second
	r.PeakMB = peak.MB(p.cmd.Process.Pid)
}

// against compares each row with the first that finds the same, which is this
// project's, if it runs.
func against(rows []row) {
	for i := range rows {
		for k := range rows[:i] {
			if rows[k].Finds == rows[i].Finds && strings.HasPrefix(rows[k].Peer, "Dateline") {
				rows[i].Times = rows[i].MS / rows[k].MS
			}
		}
	}
}

func writeJSON(w io.Writer, rows []row) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(rows)
}

func writeTable(w io.Writer, rows []row) error {
	var b strings.Builder
	b.WriteString("| what runs | version | finds | articles | found | ms/article | kB/s | RSS MB | start s | times ours |\n|---|---|---|---|---|---|---|---|---|---|\n")
	for _, r := range rows {
		times := ""
		if r.Times > 0 {
			times = strconv.FormatFloat(r.Times, 'f', 0, 64)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %d | %d | %.3g | %.0f | %.0f | %.2f | %s |\n",
			r.Peer, r.Version, r.Finds, r.Articles, r.Found, r.MS, r.KBPerS, r.PeakMB, r.StartS, times)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
