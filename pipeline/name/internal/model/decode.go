package model

// Scores are a token's weights summed, one a tag.
type Scores [Tags]int32

// Transitions are the weights of a tag after a tag: [before][after].
type Transitions [Tags][Tags]int32

// never marks a state that no path reaches; it is compared, never added to.
const never = -1 << 29

// follows reports whether b may come after a: the inside of a name only inside
// that name.
func follows(a, b Tag) bool {
	if b == O || b&1 == 1 {
		return true
	}
	return a == b || a == b-1
}

// Path is the memory of a decoding.
type Path struct {
	kernel *pathKernel // nil where there is none
	fwd    []tagLanes  // best scores up to a token with each tag
	tags   []Tag
	margin []int32
}

func (p *Path) grow(n int) {
	if cap(p.fwd) < n {
		p.fwd = make([]tagLanes, n+n/2)
		p.tags = make([]Tag, n+n/2)
		p.margin = make([]int32, n+n/2)
	}
	p.fwd, p.tags, p.margin = p.fwd[:n], p.tags[:n], p.margin[:n]
}

// Decode is the best path through a segment that is entered from and left to
// O, and its score. There is at least one token. allow holds the tags that each token may have. Ties go to
// the lowest tag. The answer is valid until the next call.
func (p *Path) Decode(scores []Scores, allow []Set, t *Transitions) ([]Tag, int32) {
	n := len(scores)
	p.grow(n)
	p.enter(&scores[0], allow[0], t)
	for i := 1; i < n; i++ {
		p.step(i, &scores[i], allow[i], t)
	}
	prev := &p.fwd[n-1]
	best, at := int32(never), Tag(0)
	for a := range Tags {
		if prev[a] == never {
			continue
		}
		if v := prev[a] + t[a][O]; v > best {
			best, at = v, Tag(a)
		}
	}
	for i := n - 1; i > 0; i-- {
		p.tags[i] = at
		at = p.back(i, at, t)
	}
	p.tags[0] = at
	return p.tags, best
}

// enter is step for the first token, which only O can come before.
func (p *Path) enter(score *Scores, allow Set, t *Transitions) {
	cur := &p.fwd[0]
	for b := range cur {
		cur[b] = never
		if b < Tags && allow&(1<<b) != 0 && follows(O, Tag(b)) {
			cur[b] = t[O][b] + score[b]
		}
	}
}

// step fills the best score of each tag of token i.
func (p *Path) step(i int, score *Scores, allow Set, t *Transitions) {
	prev, cur := &p.fwd[i-1], &p.fwd[i]
	if k := p.kernel; k != nil {
		reach(cur, prev, &k.after, score, k.bar(allow))
		return
	}
	for b := range cur {
		cur[b] = never
		if b >= Tags || allow&(1<<b) == 0 {
			continue
		}
		best := int32(never)
		if b == 0 || b&1 == 1 {
			for a := range Tags {
				if prev[a] != never {
					best = max(best, prev[a]+t[a][b])
				}
			}
		} else {
			if prev[b-1] != never {
				best = prev[b-1] + t[b-1][b]
			}
			if prev[b] != never {
				best = max(best, prev[b]+t[b][b])
			}
		}
		if best != never {
			cur[b] = best + score[b]
		}
	}
}

// back is the tag before token i on the best path to its tag b.
func (p *Path) back(i int, b Tag, t *Transitions) Tag {
	prev := &p.fwd[i-1]
	best, from := int32(never), Tag(0)
	for a := range Tags {
		if prev[a] != never && follows(Tag(a), b) {
			if v := prev[a] + t[a][b]; v > best {
				best, from = v, Tag(a)
			}
		}
	}
	return from
}

// Margins is Decode with, for each token, how much the best path loses if the
// token is given another tag; MaxMargin if it can have none. If no token is in a
// name there are no margins.
func (p *Path) Margins(scores []Scores, allow []Set, t *Transitions) ([]Tag, []int32) {
	tags, best := p.Decode(scores, allow, t)
	n := len(tags)
	named := false
	for _, tag := range tags {
		named = named || tag != O
	}
	if !named {
		return tags, nil
	}
	// after[a] is the best score of what follows a token with tag a.
	var after tagLanes
	for a := range Tags {
		after[a] = t[a][O]
	}
	for i := n - 1; i >= 0; i-- {
		second := int32(never)
		for a := range Tags {
			if p.fwd[i][a] != never && after[a] != never && Tag(a) != tags[i] {
				second = max(second, p.fwd[i][a]+after[a])
			}
		}
		p.margin[i] = MaxMargin
		if second != never {
			p.margin[i] = min(best-second, MaxMargin)
		}
		if i == 0 {
			break
		}
		after = p.before(i, &scores[i], &after, t)
	}
	return tags, p.margin
}

// before is the best score of token i and what follows it after each tag of the
// token before; after is that of what follows it.
func (p *Path) before(i int, score *Scores, after *tagLanes, t *Transitions) (out tagLanes) {
	var from tagLanes // of token i with a tag and what follows
	for b := range Tags {
		from[b] = never
		if p.fwd[i][b] != never && after[b] != never {
			from[b] = score[b] + after[b]
		}
	}
	if k := p.kernel; k != nil {
		reach(&out, &from, &k.before, &k.zero, &k.open)
		return out
	}
	var begin [Tags]uint8
	n := 0 // of begin: tags that any tag may come before
	for b := range Tags {
		if from[b] != never && (b == 0 || b&1 == 1) {
			begin[n] = uint8(b)
			n++
		}
	}
	for a := range Tags {
		v := int32(never)
		for _, b := range begin[:n] {
			v = max(v, t[a][b]+from[b])
		}
		if in := (a + 1) &^ 1; a != 0 && from[in] != never {
			v = max(v, t[a][in]+from[in])
		}
		out[a] = v
	}
	return out
}

// MaxMargin is the largest margin: some sixty nats.
const MaxMargin = 1 << 20
