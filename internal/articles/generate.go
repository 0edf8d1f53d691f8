package articles

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strconv"
	"time"

	"dateline/pipeline/wire"
)

// Mix is a stream of generated records. The shares are in per cent of Records;
// what they leave are new items. A kind that needs an earlier item (an update,
// a stale version, a duplicate) becomes a new item while there is none.
type Mix struct {
	Seed    int64
	Records int

	Updates    float64 // a higher version of an item, longer than the one before
	Stale      float64 // a version below the stored one, or of a withdrawn item
	Duplicates float64 // the item's last record again, byte for byte
	Withheld   float64 // a hold: text hidden until a higher version
	Withdrawn  float64 // a kill: nothing of the item may come back
	Malformed  float64 // each kind of MalformedKinds in turn
}

// DefaultMix is what Generate streams: the shares of the end-to-end test, and
// a few of the rest.
func DefaultMix(seed int64, n int) Mix {
	return Mix{Seed: seed, Records: n, Updates: 5, Stale: 2, Duplicates: 1, Withheld: 0.2, Withdrawn: 0.2, Malformed: 1}
}

// Generate streams n records from a seed with the shares of DefaultMix. The
// same seed gives the same records, on every machine and for every n.
func Generate(seed int64, n int) iter.Seq[Article] { return DefaultMix(seed, n).Articles() }

// Generated records arrive half a minute apart, from the first of February
// 2025 on: 100,000 of them take five weeks.
const spacing = 30 * time.Second

var start = time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC)

// live is how many of the latest items may get another record: more than a
// day of them.
const live = 4096

// item is what the stream remembers of an item.
type item struct {
	number  int
	story   story
	first   time.Time
	version int64 // of its last record
	status  string
	last    *wire.Envelope
}

// stream is the state of one run of a Mix.
type stream struct {
	m      Mix
	r      *rand.Rand
	c      *composer
	zones  []*time.Location
	items  []*item // the latest, at most live
	gone   []*item // withdrawn ones
	next   int     // number of the next item
	oldest int     // where the next item goes once items is full
	bad    int     // malformed records so far
}

// Articles streams the records in their order.
func (m Mix) Articles() iter.Seq[Article] {
	return func(yield func(Article) bool) {
		s := &stream{m: m, r: rand.New(rand.NewPCG(uint64(m.Seed), 2)), c: newComposer(), zones: zones()}
		for i := range m.Records {
			a := s.record(start.Add(time.Duration(i) * spacing))
			a.Name = strconv.Itoa(i)
			if !yield(a) {
				return
			}
		}
	}
}

// zones loads the regions' time zones, which the binary carries.
func zones() []*time.Location {
	z := make([]*time.Location, len(regions))
	for i := range regions {
		loc, err := time.LoadLocation(regions[i].zone)
		if err != nil {
			panic(err) // a name in words.go is wrong
		}
		z[i] = loc
	}
	return z
}

// record draws the kind of the next record and makes it.
func (s *stream) record(at time.Time) Article {
	x := s.r.Float64() * 100
	for _, k := range []struct {
		share float64
		make  func(time.Time) (Article, bool)
	}{
		{s.m.Malformed, s.malformed}, {s.m.Updates, s.update}, {s.m.Stale, s.stale},
		{s.m.Duplicates, s.duplicate}, {s.m.Withheld, s.hold}, {s.m.Withdrawn, s.kill},
	} {
		if x < k.share {
			if a, ok := k.make(at); ok {
				return a
			}
			break
		}
		x -= k.share
	}
	return s.fresh(at)
}

// fresh starts an item. Some start at version 2: their first comes late, or
// never.
func (s *stream) fresh(at time.Time) Article {
	it := &item{number: s.next, first: at.Add(-time.Duration(2+s.r.IntN(25)) * time.Second), version: 1}
	s.next++
	if s.r.IntN(20) == 0 {
		it.version = 2
	}
	it.story = s.c.story(s.r.Uint64(), it.first, s.zones)
	if len(s.items) < live {
		s.items = append(s.items, it)
	} else {
		s.items[s.oldest] = it
		s.oldest = (s.oldest + 1) % live
	}
	return s.send(it, it.version, wire.Usable, at, true)
}

// one draws a recent item.
func (s *stream) one() *item {
	if len(s.items) == 0 {
		return nil
	}
	return s.items[s.r.IntN(len(s.items))]
}

func (s *stream) update(at time.Time) (Article, bool) {
	it := s.one()
	if it == nil {
		return Article{}, false
	}
	return s.send(it, it.version+1+int64(s.r.IntN(2)), wire.Usable, at, true), true
}

func (s *stream) stale(at time.Time) (Article, bool) {
	if len(s.gone) > 0 && s.r.IntN(5) == 0 {
		it := s.gone[s.r.IntN(len(s.gone))]
		return s.send(it, it.version+1, wire.Usable, at, false), true
	}
	for range 200 { // one in twenty has an older version
		it := s.one()
		if it == nil {
			break
		}
		if it.version > 1 {
			return s.send(it, 1+int64(s.r.IntN(int(it.version-1))), wire.Usable, at, false), true
		}
	}
	return Article{}, false
}

func (s *stream) duplicate(time.Time) (Article, bool) {
	it := s.one()
	if it == nil {
		return Article{}, false
	}
	a := s.article(it, it.version, it.last)
	a.Want = Want{Outcome: Duplicate, Version: it.version}
	return a, true
}

func (s *stream) hold(at time.Time) (Article, bool) {
	it := s.one()
	if it == nil {
		return Article{}, false
	}
	return s.send(it, it.version+1, wire.Withheld, at, true), true
}

func (s *stream) kill(at time.Time) (Article, bool) {
	if len(s.items) < 2 {
		return Article{}, false
	}
	n := s.r.IntN(len(s.items))
	it := s.items[n]
	if len(s.items) == live { // the slot keeps its place in the ring
		s.items[n] = s.items[(n+1)%live]
	} else {
		s.items = append(s.items[:n], s.items[n+1:]...)
	}
	s.gone = append(s.gone, it)
	return s.send(it, it.version+1, wire.Withdrawn, at, true), true
}

// send makes a version's record. current says that it is to be stored.
func (s *stream) send(it *item, version int64, status string, at time.Time, current bool) Article {
	e := s.envelope(it, version, status, at)
	a := s.article(it, version, e)
	switch {
	case !current:
		a.Want = Want{Outcome: Stale, Version: version}
		return a
	case status == wire.Usable:
		a.Want = Want{Outcome: Indexed, Version: version, Status: status}
	default:
		a.Want = Want{Outcome: Tombstone, Version: version, Status: status}
	}
	it.version, it.status, it.last = version, status, e
	return a
}

func (s *stream) article(it *item, version int64, e *wire.Envelope) Article {
	return Article{SourceID: e.SourceID, ItemID: e.ItemID, Version: version, Fact: it.story.fact(), env: e}
}

// envelope composes a version's record.
func (s *stream) envelope(it *item, version int64, status string, at time.Time) *wire.Envelope {
	st := &it.story
	o := outlets[st.outlet]
	e := &wire.Envelope{
		SourceID: o.id, ItemID: fmt.Sprintf("%s-%07d", o.id, it.number), Version: version,
		VersionTime: at.Add(-time.Second), FirstSeen: it.first, ReceivedAt: at, Format: st.format,
	}
	title, body := st.title(), s.c.body(st, version)
	switch status {
	case wire.Withheld:
		e.Hints.Status, title, body = status, "HOLD: "+title, "Editors: please hold this story until further notice."
	case wire.Withdrawn:
		e.Hints.Status, title, body = status, "KILL: "+title, "Editors: kill this story. There will be no substitute."
	default:
		if version > 1 {
			e.Hints.Signal = []string{"update"}
		}
	}
	if st.format == "text" {
		e.Data = []byte(title + "\n" + st.byline() + "\n" + body)
		e.Hints.Published, e.Hints.TZ, e.Hints.Outlet, e.Hints.Language = it.first.Format(time.RFC3339), st.home.zone, o.name, "en"
		return e
	}
	n := native{
		Title: title, Body: body, Byline: st.byline(), Published: it.first.Format(time.RFC3339), Timezone: st.home.zone,
		URL: "https://" + o.id + ".example/" + strconv.Itoa(it.number), Outlet: o.name, Language: "en",
	}
	if version > 1 {
		n.Updated = e.VersionTime.Format(time.RFC3339)
	}
	data, err := n.encode()
	if err != nil {
		panic(err) // strings always encode
	}
	e.Data = data
	return e
}
