package timex

import (
	"time"

	"dateline/pipeline/text"
)

// Roles of a date.
const (
	roleEvent uint8 = iota
	roleBackground
	roleFuture
	roleReported
)

var roleNames = [...]string{"event", "background", "future", "reported"}

// historical is how many days before publication a year or an explicit date
// counts as background.
const historical = 400

// role sorts a date by what it dates.
func (r *resolver) role(i int) {
	v := &r.s.vals[i]
	if r.s.quote[v.field].holds(int(r.s.exprs[i].off)) {
		v.flags |= vQuoted
	}
	switch {
	case !v.has || !r.ok:
	case v.iv.Start > r.dct:
		v.role = roleFuture
	case v.iv.End < r.dct-historical || v.flags&vOpenEnd != 0:
		v.role = roleBackground
	case v.tense == reporting:
		v.role = roleReported
	}
}

// dates writes the values as the document's dates. All strings that are not
// part of the text share one allocation.
func (s *Scratch) dates(dst []Date) []Date {
	s.arena, s.parts = s.arena[:0], s.parts[:0]
	mark := func() { s.parts = append(s.parts, int32(len(s.arena))) }
	for i := range s.exprs {
		v, f := &s.vals[i], &s.exprs[i]
		if v.merged {
			continue
		}
		mark()
		if v.has {
			s.arena = appendTime(s.arena, v.iv.Start, v.iv.StartMin)
		}
		mark()
		if v.has {
			s.arena = appendTime(s.arena, v.iv.End, v.iv.EndMin)
		}
		mark()
		s.arena = appendTimex(s.arena, f, v)
		mark()
		if v.anchor != 0 && v.method != byExplicit && v.method != byNothing {
			s.arena = appendDay(s.arena, v.anchor)
		}
		mark()
		if at, ok := s.instant(f, v); ok {
			day := int32(floorDiv(int(at), 1440))
			s.arena = append(appendTime(s.arena, day, int16(floorMod(int(at), 1440))), ":00Z"...)
		}
	}
	mark()
	all, k := string(s.arena), 0
	next := func() string {
		p := all[s.parts[k]:s.parts[k+1]]
		k++
		return p
	}
	for i := range s.exprs {
		v, f := &s.vals[i], &s.exprs[i]
		if v.merged {
			continue
		}
		sp := text.Span{Start: int(f.off), End: int(f.off) + int(f.n)}
		d := Date{Field: v.field, Extent: sp, Span: s.widen(f, v, sp), Start: next(), End: next(), Timex: next(), Anchor: next(), Instant: next(),
			Granularity: v.gran.String(), Precision: precisionNames[v.prec], Basis: v.method.basis(), Method: methodNames[v.method],
			Mod: modNames[v.mod], Type: typeNames[v.typ], Role: roleNames[v.role], Rule: ruleNames[f.rule],
			Flags: flagList(v.flags), Confidence: float32(v.conf) / 100}
		d.Text = d.Span.Of(s.toks[v.field].Text)
		dst = append(dst, d)
	}
	return dst
}

// instant is a clock time as minutes of UTC since 1970; false if it is none or
// its zone is not known. A written zone wins; CST and BST are more than one, so
// that they and ET count only where the anchor's zone agrees.
func (s *Scratch) instant(f *found, v *value) (int64, bool) {
	if !v.has || v.gran > Minute || !f.has(flagClock) || f.min < 0 {
		return 0, false
	}
	at, zone := v.iv.startMinute(), s.r.a.Zone
	here := 0
	if zone != nil {
		y, m, d := dateOf(v.iv.Start)
		_, here = time.Date(y, time.Month(m), d, 0, int(max(v.iv.StartMin, 0)), 0, 0, zone).Zone()
		here /= 60
	}
	switch {
	case !f.has(flagZone), f.tz == tzHere:
		return at - int64(here), zone != nil
	case (f.tz == 60 || f.tz == -360) && (zone == nil || here != int(f.tz)):
		return 0, false
	}
	return at - int64(f.tz), true
}

// widen takes a leading since or until into the span: they are part of what
// the interval says.
func (s *Scratch) widen(f *found, v *value, sp text.Span) text.Span {
	if !f.has(flagSince|flagUntil) && f.flags&(flagSince|flagUntil) == 0 {
		return sp
	}
	if f.first > 0 {
		k := s.toks[v.field].Tok[f.first-1]
		if e, _ := lookup(s.toks[v.field].Text[k.Start:k.End]); e != nil && (e.class == cSince || e.class == cUntil) {
			sp.Start = int(k.Start)
		}
	}
	return sp
}

func appendTime(b []byte, day int32, minute int16) []byte {
	b = appendDay(b, day)
	if minute >= 0 {
		b = append(b, 'T')
		b = appendInt(b, int(minute)/60, 2)
		b = append(b, ':')
		b = appendInt(b, int(minute)%60, 2)
	}
	return b
}

// flagLists holds the names of every combination of flags, so that a date
// needs no memory of its own for them.
var flagLists = func() (t [1 << len(flagNames)][]string) {
	for m := range t {
		for i, n := range flagNames {
			if m&(1<<i) != 0 {
				t[m] = append(t[m], n)
			}
		}
		t[m] = t[m][:len(t[m]):len(t[m])]
	}
	return t
}()

func flagList(f uint16) []string { return flagLists[f&(1<<len(flagNames)-1)] }
