package actor

import (
	"slices"

	"dateline/pipeline/gazetteer"
	"dateline/pipeline/gazetteer/override"
	"dateline/pipeline/text"
)

// override applies the corrections: blocked surfaces are dropped, others get the
// id that an operation gives them, ids are merged and split, and surfaces that
// no stage found are marked.
func (l *Linker) override(in *Input, h *gazetteer.Hits) {
	if in.Overrides.Conditional() {
		l.context(in, h)
	}
	for i := range l.persons {
		l.overridePerson(in.Overrides, &l.persons[i])
	}
	l.overrideMarks(in)
	for i := range l.bodies {
		b := &l.bodies[i]
		l.rename(in.Overrides, b, in.Overrides.Canonical(b.id, &l.ctx))
	}
	l.uniteBodies()
	l.surfaces(in, text.Title, in.Title)
	l.surfaces(in, text.Body, in.Body)
}

// context gathers what conditions ask for: the countries that the article names
// and the actors that it has without corrections.
func (l *Linker) context(in *Input, h *gazetteer.Hits) {
	l.ctx.Countries, l.ctx.Actors = slices.Clone(in.Context.Countries), slices.Clone(in.Context.Actors)
	for _, hits := range [][]gazetteer.Match{h.Title, h.Body} {
		for _, m := range hits {
			if a := l.g.Alias(m, 0); l.g.IsPlace(a.Ref) && l.g.Feature(a.Ref) == gazetteer.PCLI {
				if cc := l.g.Country(a.Ref); !slices.Contains(l.ctx.Countries, cc) {
					l.ctx.Countries = append(l.ctx.Countries, cc)
				}
			}
		}
	}
	for i := range l.persons {
		if c := &l.persons[i]; c.id != "" && !c.drop {
			l.ctx.Actors = append(l.ctx.Actors, c.id)
		}
	}
	for i := range l.bodies {
		l.ctx.Actors = append(l.ctx.Actors, l.bodies[i].id)
	}
}

func (l *Linker) overridePerson(o *override.Set, c *cluster) {
	if o.Blocked(c.fold, "actor", &l.ctx) {
		c.drop = true
		return
	}
	id, ok := o.Actor(c.fold, &l.ctx)
	if !ok {
		id = o.Canonical(c.id, &l.ctx)
	}
	if id == c.id {
		return
	}
	c.basis = "override"
	c.id, c.ref, c.added = id, l.g.ActorRef(id), o.Record(id)
	if l.known(c); c.added != nil && c.added.Country != "" {
		c.country = c.added.Country
	}
}

// overrideMarks drops and moves the mentions of bodies whose surface an
// operation names.
func (l *Linker) overrideMarks(in *Input) {
	kept := l.marks[:0]
	for _, m := range l.marks {
		l.key = gazetteer.AppendFold(l.key[:0], m.span.Of(in.tokens(m.field).Text), false)
		fold := string(l.key)
		if in.Overrides.Blocked(fold, "actor", &l.ctx) || in.Overrides.Blocked(l.bodies[m.body].fold, "actor", &l.ctx) {
			continue
		}
		id, ok := in.Overrides.Actor(fold, &l.ctx)
		if !ok {
			if id, ok = in.Overrides.Actor(l.bodies[m.body].fold, &l.ctx); l.bodies[m.body].fold == "" {
				ok = false
			}
		}
		if ok && id != l.bodies[m.body].id {
			m.body, m.rule = l.bodyOf(in.Overrides, id), "override"
			if m.body < 0 {
				continue
			}
		}
		kept = append(kept, m)
	}
	l.marks = kept
}

// bodyOf is the body of an id, made if the article has none yet; -1 if there
// are too many.
func (l *Linker) bodyOf(o *override.Set, id string) int32 {
	for i := range l.bodies {
		if l.bodies[i].id == id {
			return int32(i)
		}
	}
	if len(l.bodies) == maxBodies {
		return -1
	}
	l.bodies = append(l.bodies, body{name: id, typ: "organization", ref: gazetteer.None})
	l.rename(o, &l.bodies[len(l.bodies)-1], id)
	return int32(len(l.bodies) - 1)
}

// rename gives a body an id and what is known of it.
func (l *Linker) rename(o *override.Set, b *body, id string) {
	if id == b.id {
		return
	}
	b.id, b.path, b.parent, b.renamed = id, nil, "", true
	if r := o.Record(id); r != nil {
		b.name, b.typ, b.subtype, b.country, b.parent, b.provisional, b.cited = r.Name, r.Type, r.Subtype, r.Country, r.Parent, false, false
		return
	}
	if r := l.g.ActorRef(id); r != gazetteer.None {
		a := l.g.Actor(r)
		b.name, b.typ, b.subtype, b.country, b.parent, b.provisional, b.path = a.Name, a.Type, a.Subtype, a.Country, a.Parent, false, l.ancestry(a)
		return
	}
	if len(id) > 4 && id[:4] == "cty:" {
		cc := upper(id[4:])
		b.name, b.typ, b.subtype, b.country, b.provisional = l.countryName(cc), "government", "state", cc, false
	}
}

func upper(cc string) string {
	b := []byte(cc)
	for i := range b {
		if 'a' <= b[i] && b[i] <= 'z' {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

// uniteBodies joins the bodies that got one id.
func (l *Linker) uniteBodies() {
	for i := range l.marks {
		m := &l.marks[i]
		for j := range l.bodies[:m.body] {
			if l.bodies[j].id == l.bodies[m.body].id {
				m.body, m.rule = int32(j), "override"
				break
			}
		}
	}
}

// surfaces marks the surfaces of aliases that no stage has found.
func (l *Linker) surfaces(in *Input, field text.Field, a *text.Tokens) {
	l.found = in.Overrides.Scan(l.found[:0], a)
	for _, h := range l.found {
		id, ok := in.Overrides.Actor(h.Fold, &l.ctx)
		if !ok || !in.outside(field, h.Span) || l.marked(field, h.Span) {
			continue
		}
		if r, added := l.g.ActorRef(id), in.Overrides.Record(id); r != gazetteer.None && l.g.IsPerson(r) || added != nil && added.Type == "person" || len(id) > 2 && id[:2] == "p:" {
			if len(l.persons) < maxPersons {
				l.persons = append(l.persons, cluster{name: h.Span.Of(a.Text), fold: h.Fold, words: 1, first: int32(len(l.names)), ref: r, id: id, added: added, basis: "override"})
				l.known(&l.persons[len(l.persons)-1])
				l.names = append(l.names, nameSpan{field: field, span: h.Span, first: int32(h.First), last: int32(h.Last), person: int32(len(l.persons) - 1), rule: "override", fold: h.Fold})
			}
			continue
		}
		if b := l.bodyOf(in.Overrides, id); b >= 0 {
			l.mark(b, field, h.Span, "override")
		}
	}
}

// marked reports whether a mention of somebody overlaps the span.
func (l *Linker) marked(field text.Field, s text.Span) bool {
	for i := range l.names {
		if l.names[i].field == field && l.names[i].span.Overlaps(s) {
			return true
		}
	}
	for i := range l.marks {
		if l.marks[i].field == field && l.marks[i].span.Overlaps(s) {
			return true
		}
	}
	return false
}
