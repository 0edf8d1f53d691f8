package timex

import "dateline/pipeline/text"

// Resolve finds the time expressions of an article and resolves them against
// its anchor. It appends to dst in the order of the text, title first, and
// returns the result. Either text may be nil. The dates point into the two
// texts and share no memory with the scratch, which belongs to one goroutine.
func Resolve(dst []Date, title, body *text.Tokens, a Anchor, s *Scratch) []Date {
	s.find(title, body)
	s.resolve(a)
	s.join()
	return s.dates(dst)
}

// find collects the expressions of both fields.
func (s *Scratch) find(title, body *text.Tokens) {
	s.p.named = named
	s.exprs, s.field = s.exprs[:0], s.field[:0]
	s.toks = [2]*text.Tokens{text.Body: body, text.Title: title}
	for _, fd := range [2]text.Field{text.Title, text.Body} {
		t := s.toks[fd]
		if t == nil {
			continue
		}
		s.p.out = s.exprs
		s.p.run(t)
		s.exprs = s.p.out
		for len(s.field) < len(s.exprs) {
			s.field = append(s.field, fd)
		}
		s.quote[fd].scan(t)
	}
}

// resolve runs the two passes.
func (s *Scratch) resolve(a Anchor) {
	s.r = newResolver(a, s)
	r := &s.r
	s.vals = s.vals[:0]
	s.lendYears()
	for range s.exprs {
		s.vals = append(s.vals, value{})
	}
	for i := range s.exprs {
		r.field, r.at = s.field[i], i
		s.vals[i].field = r.field
		if later(&s.exprs[i]) || a.Narrative && hangs(&s.exprs[i]) || !r.pass1(&s.exprs[i], &s.vals[i]) {
			s.vals[i].method = byNothing
			s.vals[i].conf = 255 // left for pass 2
		}
	}
	r.hasQ = false
	for i := range s.exprs {
		r.field, r.at = s.field[i], i
		f, v := &s.exprs[i], &s.vals[i]
		if v.conf == 255 {
			v.conf = 0
			switch {
			case a.Narrative && r.hasL && hangs(f):
				r.narrate(f, v)
			case (hangs(f) || later(f)) && r.pass1(f, v):
			default:
				r.pass2(f, v)
			}
		}
		r.finish(f, v)
		if f.op == doQuarter && v.has {
			r.focusOn(v.base)
		}
		if f.op == doSeason {
			v.part = f.nth
		}
		r.note(v, r.para(f))
	}
	for i := range s.exprs {
		r.role(i)
	}
}

// later reports what waits for the dates before it even in news: a clock time
// without a day, "the previous Friday".
func later(f *found) bool {
	switch f.op {
	case doClock:
		return f.month == 0 && f.dow == 0
	case doWeekday:
		return f.deic == deicFoll || f.deic == deicPrev
	}
	return false
}

// finish applies what holds for every value: bounds, by and until, and the
// cap of a doubtful anchor.
func (r *resolver) finish(f *found, v *value) {
	if v.has && (v.iv.Empty() || !v.iv.bounded()) {
		v.has, v.prec, v.conf = false, unknown, 0
		v.flags |= vConflict
	}
	if r.ok && v.has && f.has(flagUntil) && v.iv.Start > r.dct && v.typ != typeDuration {
		v.iv.Start, v.iv.StartMin = r.dct, -1
		v.prec = ranged
	}
	if r.ok && v.has && f.has(flagSince) && v.iv.Start <= r.dct && v.typ != typeDuration && f.op != doYear {
		r.since(v)
	}
	if v.method != byExplicit && v.method != byNamed && v.method != byNothing && v.conf > r.cap {
		v.conf = r.cap
	}
	if r.clash && v.method != byExplicit && v.method != byNamed {
		v.flags |= vConflict
	}
}
