package byline

import (
	"slices"
	"strings"
	"unicode/utf8"

	"dateline/pipeline/text"
)

// addPerson takes tokens [i,j) as a person.
func (r *reader) addPerson(i, j int) {
	p := r.person(i, j)
	p.Roles = only(r.role)
	r.lastWas = aPerson
	if r.role == "editing" {
		r.edited = append(r.edited, p)
		return
	}
	for k := range r.people {
		if strings.EqualFold(r.people[k].Name, p.Name) {
			if !slices.Contains(r.people[k].Roles, r.role) {
				r.people[k].Roles = append(r.people[k].Roles, r.role)
			}
			return
		}
	}
	if r.people == nil {
		r.people = make([]Person, 0, 4)
	}
	r.people = append(r.people, p)
}

// roles are the sets of one role. Persons share them: who adds a role to one
// appends to a copy, as they have no room.
var roles = func() map[string][]string {
	m := make(map[string][]string)
	for _, v := range tailVerbs {
		m[v.role] = []string{v.role}
	}
	for _, r := range [...]string{"reporting", "contributing", "photo", "writing", "editing"} {
		m[r] = []string{r}
	}
	return m
}()

// only is the set of one role.
func only(role string) []string {
	if r := roles[role]; r != nil {
		return r
	}
	return []string{role}
}

// addStaff takes the words as a byline without a person.
func (r *reader) addStaff(i, j int) {
	span := text.Span{Start: r.toks[i].start, End: r.toks[j-1].end}
	r.lastWas = someStaff
	if len(r.people) > 0 { // "Ann Lee, Staff Writer"
		r.addJob(i, j)
		return
	}
	if len(r.staff) == 0 {
		r.staff = append(r.staff, Person{Name: span.Of(r.src), Raw: span.Of(r.src), Span: span, Kind: "staff", Roles: only(r.role), Confidence: 0.8})
	}
}

// addOrg takes the words as agency, outlet or affiliation.
func (r *reader) addOrg(i, j int) {
	r.lastWas = anOrg
	name := r.slice(i, j)
	agency := false
	for k := i; k < j; k++ {
		if o := r.toks[k].org; o != nil && o.Agency {
			agency = true
			if !slices.Contains(r.agencies, o.Code) {
				r.agencies = append(r.agencies, o.Code)
			}
		}
	}
	affiliated := false
	for k := i; k < j && !agency; k++ {
		affiliated = affiliated || affiliations[r.toks[k].low]
	}
	for k := r.titled; k < len(r.people); k++ {
		p := &r.people[k]
		switch {
		case affiliated && k == len(r.people)-1 && p.Affiliation == "":
			p.Affiliation = name
		case !affiliated && p.Outlet == "":
			p.Outlet = name
		}
	}
	if !agency && !(affiliated && len(r.people) > 0) && !slices.Contains(r.outlets, name) {
		r.outlets = append(r.outlets, name)
	}
}

// orgAfter reads an outlet after "for" or "of".
func (r *reader) orgAfter(i, j int) {
	if job := r.jobIn(i, j); job > i {
		r.addOrg(i, job)
		r.addJob(job, j)
		return
	}
	r.addOrg(i, j)
}

// addJob gives a job title to the last person, a plural one to all before it.
func (r *reader) addJob(i, j int) {
	r.lastWas = aJob
	title := r.slice(i, j)
	for k := i; k < j; k++ {
		if o := r.toks[k].org; o != nil {
			r.addOrg(k, k+1)
			r.lastWas = aJob
		}
	}
	plural := false
	for k := i; k < j; k++ {
		plural = plural || jobs[r.toks[k].low] == 2
	}
	n := len(r.people)
	for k := n - 1; k >= r.titled && k >= 0; k-- {
		if r.people[k].JobTitle == "" {
			r.people[k].JobTitle = title
		}
		if !plural {
			break
		}
	}
	r.titled = n
	if n == 0 && len(r.staff) == 0 {
		span := text.Span{Start: r.toks[i].start, End: r.toks[j-1].end}
		r.staff = append(r.staff, Person{Name: title, Raw: title, Span: span, Kind: "staff", Roles: only(r.role), Confidence: 0.6})
	}
}

// placeAfter reads a place after "in"; a job may follow it.
func (r *reader) placeAfter(i, j int) {
	if r.toks[i].kind == org {
		r.addOrg(i, j)
		return
	}
	r.setPlace(r.slice(i, j))
}

// setPlace gives the place to the persons since the last one.
func (r *reader) setPlace(place string) {
	for k := r.place; k < len(r.people); k++ {
		if r.people[k].Location == "" {
			r.people[k].Location = place
		}
	}
	if shared := len(r.people) - r.place; shared > 1 {
		for k := r.place; k < len(r.people); k++ {
			r.people[k].Confidence = min(r.people[k].Confidence, 0.85)
		}
	}
	r.place = len(r.people)
	r.lastWas = aPlace
}

// extendPlace adds a region to the place just read: "Duluth, Minnesota".
func (r *reader) extendPlace(i, j int) {
	region := r.slice(i, j)
	n := len(r.people)
	if n == 0 {
		return
	}
	place := r.people[n-1].Location
	for k := n - 1; k >= 0 && r.people[k].Location == place; k-- {
		r.people[k].Location = place + ", " + region
	}
}

// cjk reads names in Han, Hangul or Kana. It reports whether the segment is
// written so.
func (r *reader) cjk(i, j int) bool {
	if r.toks[i].kind == org || r.toks[i].kind != word || !cjk(r.surface(i)) {
		return false
	}
	var names []int
	for k := i; k < j; k++ {
		s := r.surface(k)
		switch {
		case r.toks[k].kind == org:
			r.addOrg(k, k+1)
		case r.toks[k].kind == number:
			if k > i && r.surface(k-1) == "외" {
				n := 0
				for _, c := range s {
					if c >= '0' && c <= '9' && n < 1000 {
						n = n*10 + int(c-'0')
					}
				}
				r.others = n
			}
		case r.toks[k].kind != word || s == "외" || reporterWords[s]:
		default:
			names = append(names, k)
		}
	}
	if len(names) == 2 && utf8.RuneCountInString(r.surface(names[0])) <= 2 && utf8.RuneCountInString(r.surface(names[1])) <= 3 && names[1] == names[0]+1 {
		r.addPerson(names[0], names[1]+1) // Japanese writes family and given name apart
		return true
	}
	for _, k := range names {
		r.cjkName(k)
	}
	return true
}

// cjkName takes one word without the reporter's title that is glued to it.
func (r *reader) cjkName(k int) {
	t := r.toks[k]
	s := r.src[t.start:t.end]
	for _, w := range reporterTitles {
		if cut := strings.TrimSuffix(s, w); cut != s && cut != "" {
			s = cut
			r.toks[k].end -= len(w)
			break
		}
	}
	for _, w := range reporterTitles {
		if cut := strings.TrimPrefix(s, w); cut != s && cut != "" {
			s = cut
			r.toks[k].start += len(w)
			break
		}
	}
	if n := utf8.RuneCountInString(s); n >= 2 && n <= 4 && !orgLikeCJK(s) {
		r.addPerson(k, k+1)
	}
	r.toks[k] = t
}

// orgLikeCJK reports words that end like an organisation.
func orgLikeCJK(s string) bool {
	for _, w := range []string{"社", "报", "報", "新闻", "新聞", "网", "網", "通信", "뉴스", "신문", "일보", "방송", "电视台", "編集部", "编辑部"} {
		if strings.HasSuffix(s, w) {
			return true
		}
	}
	return false
}

// reporterTitles are the titles of reporters in Chinese, Japanese and Korean,
// longest first.
var reporterTitles = strings.Fields("本报记者 特派记者 責任編輯 责任编辑 논설위원 선임기자 통신원 특파원 特派員 通讯员 기자 앵커 記者 记者 编辑 編輯 撰文 编译")

var reporterWords = set(strings.Join(reporterTitles, " "), "文")
