package search

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// storyView is the page of one story.
type storyView struct {
	shell
	Story   *story
	Lanes   []lane
	Height  int
	Ends    [2]string
	Rows    []tellingView
	Hidden  int  // copies
	Partial bool // there are more articles than are shown
	JSON    string
	All     string
}

// lane is an outlet's line in time, with a dot for each article.
type lane struct {
	Outlet string
	Y      int
	Dots   []dot
}

type dot struct {
	X     int
	First bool
	Copy  bool
	Label string
	Link  string
}

// tellingView is an article of a story in the list.
type tellingView struct {
	telling
	Link, PubText, Since, UpdText, Kind string
	First                               bool
}

const laneHeight = 26

// storyPage shows how a story went from outlet to outlet.
func (s *site) storyPage(w http.ResponseWriter, r *http.Request) error {
	rules := s.rules()
	st, err := s.storyOf(r.Context(), r.PathValue("id"), rules)
	if err != nil {
		return err
	}
	v := &storyView{shell: s.shell(r, lines(" – ", st.Title, "story", "Dateline"), rules), Story: st, JSON: "/api/stories/" + st.ID,
		All: "/?story=" + st.ID + "&copies=true"}
	zone := rules.zone()
	var first time.Time
	for i, t := range st.Articles {
		row := tellingView{telling: t, Link: "/article/" + t.ID, First: t.ID == st.ID, Kind: kindOf(t)}
		if at := t.at(); !at.IsZero() {
			row.PubText = at.In(zone).Format("2 January 2006, 15:04 MST")
			if i == 0 {
				first = at
			} else if !first.IsZero() {
				row.Since = "+" + lag(at.Sub(first))
			}
		}
		if t.Updated != nil && (t.Published == nil || !t.Updated.Equal(*t.Published)) {
			row.UpdText = t.Updated.In(zone).Format("2 January, 15:04 MST")
		}
		if t.Hidden {
			v.Hidden++
		}
		v.Rows = append(v.Rows, row)
	}
	v.Partial = st.Total > int64(len(st.Articles))
	v.lanes(zone)
	return render(w, r, http.StatusOK, "story", v)
}

// at is when an article appeared.
func (t *telling) at() time.Time {
	switch {
	case t.Published != nil:
		return t.Published.UTC()
	case t.Received != nil:
		return t.Received.UTC()
	}
	return time.Time{}
}

// kindOf says in words what an article is to its story.
func kindOf(t telling) string {
	part := ""
	if t.Containment > 0 && t.Containment < 1 {
		part = fmt.Sprintf("%.0f %% of it", 100*t.Containment)
	}
	switch t.Verdict {
	case "copy":
		switch t.Relation {
		case "cut":
			return lines(", ", "shortened copy", part)
		case "expands":
			return lines(", ", "copy with additions", part)
		}
		return lines(", ", "copy", part)
	case "derived":
		return lines(", ", "draws on it", part)
	case "update", "correction":
		return t.Verdict + " of an earlier version"
	}
	return ""
}

// lag is how much later, a duration in its two largest units.
func lag(d time.Duration) string {
	d = d.Round(time.Minute)
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case days > 0:
		return fmt.Sprintf("%d d %d h", days, hours)
	case hours > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	}
	return fmt.Sprintf("%d min", minutes)
}

// lanes draws the articles by outlet and time, if there are several.
func (v *storyView) lanes(zone *time.Location) {
	if len(v.Story.Articles) < 2 {
		return
	}
	var from, to time.Time
	for i := range v.Story.Articles {
		at := v.Story.Articles[i].at()
		if at.IsZero() {
			continue
		}
		if from.IsZero() || at.Before(from) {
			from = at
		}
		if at.After(to) {
			to = at
		}
	}
	whole := max(to.Sub(from), time.Minute)
	for i := range v.Story.Articles {
		t := &v.Story.Articles[i]
		if t.at().IsZero() {
			continue
		}
		n := slices.IndexFunc(v.Lanes, func(l lane) bool { return l.Outlet == t.Outlet })
		if n < 0 {
			n = len(v.Lanes)
			v.Lanes = append(v.Lanes, lane{Outlet: t.Outlet, Y: n*laneHeight + laneHeight/2})
		}
		row := v.Rows[i]
		v.Lanes[n].Dots = append(v.Lanes[n].Dots, dot{X: 12 + int(t.at().Sub(from)*(timelineWidth-24)/whole), First: row.First, Copy: t.Hidden,
			Label: lines(", ", t.Outlet, row.PubText, t.Title), Link: row.Link})
	}
	v.Height = len(v.Lanes) * laneHeight
	const layout = "2 January 2006, 15:04"
	v.Ends = [2]string{from.In(zone).Format(layout), to.In(zone).Format(layout)}
}
