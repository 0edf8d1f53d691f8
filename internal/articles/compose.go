package articles

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the regions' zones, whatever the machine has
)

// person is an invented one.
type person struct {
	full, family, role string
	home               *region
}

// story is what one generated item tells. All its versions are composed from
// the same seed, so that a later one is the earlier one with more to say.
type story struct {
	seed     uint64
	home     *region
	zone     *time.Location
	format   string
	outlet   int
	city     string
	cast     []person
	topic    string
	lead     time.Time // day of the first sentence, 00:00 UTC
	weekday  string
	writers  [2]string
	target   int // bytes of the body
	verb     string
	headNoun string
}

// lengths are the twentiles of a body's length in bytes: a long tail, 3.6 kB in
// the mean, as wire reports and web articles mix.
var lengths = [...]int{520, 700, 900, 1150, 1400, 1700, 2000, 2300, 2600, 2900, 3200, 3500, 3800, 4150, 4550, 5050, 5700, 6700, 8100, 10800}

// maxBody bounds a body with all its updates.
const maxBody = 12 << 10

// composer writes text from a random source. The buffer is reused.
type composer struct {
	pcg *rand.PCG
	r   *rand.Rand
	b   []byte
}

func newComposer() *composer {
	pcg := rand.NewPCG(0, 0)
	return &composer{pcg: pcg, r: rand.New(pcg)}
}

func (c *composer) pick(from []string) string { return from[c.r.IntN(len(from))] }

func (c *composer) person(g *region, role string) person {
	given, family := c.pick(g.given), c.pick(g.family)
	p := person{full: given + " " + family, family: family, role: role, home: g}
	if g.familyFirst {
		p.full = family + " " + given
	}
	return p
}

// story draws what an item tells. published is its first publication.
func (c *composer) story(seed uint64, published time.Time, zones []*time.Location) story {
	c.pcg.Seed(seed, 0x9e3779b97f4a7c15)
	n := c.r.IntN(len(regions))
	s := story{seed: seed, home: &regions[n], zone: zones[n], format: "article", outlet: c.r.IntN(len(outlets))}
	if c.r.IntN(100) < 15 {
		s.format = "text"
	}
	s.city = c.pick(s.home.cities)
	s.topic = c.pick(topics)
	s.cast = append(s.cast, c.person(s.home, c.pick(rolesGov)))
	other := &regions[c.r.IntN(len(regions))]
	s.cast = append(s.cast, c.person(other, c.pick(rolesGov)))
	for range 2 + c.r.IntN(3) {
		s.cast = append(s.cast, c.person(s.home, c.pick(rolesAny)))
	}
	for i := range s.cast {
		for j := range i {
			if s.cast[i].family == s.cast[j].family { // a surname alone must mean one of them
				s.cast[i] = c.person(s.cast[i].home, s.cast[i].role)
			}
		}
	}
	local := published.In(s.zone)
	s.lead = time.Date(local.Year(), local.Month(), local.Day()-c.r.IntN(6), 0, 0, 0, 0, time.UTC)
	s.weekday = s.lead.Weekday().String()
	s.verb, s.headNoun = c.pick(meets), c.pick(heads)
	for i := range s.writers {
		s.writers[i] = c.person(s.home, "").full
	}
	i := c.r.IntN(len(lengths))
	s.target = lengths[i] + c.r.IntN(200) - 100
	return s
}

// fact is what the first sentence says.
func (s *story) fact() Fact {
	return Fact{Actor: s.cast[0].full, Other: s.cast[1].full, Place: s.city, Country: s.home.code, Day: s.lead}
}

// title names the actors and the place.
func (s *story) title() string {
	return s.cast[0].family + ", " + s.cast[1].family + " seek end to " + s.headNoun + " over " + s.topic + " in " + s.city
}

// byline is one of the shapes that wires and papers use.
func (s *story) byline() string {
	a, b, o := s.writers[0], s.writers[1], outlets[s.outlet]
	if s.format == "text" {
		if s.seed%2 == 0 {
			return a + " and " + b + " " + o.name
		}
		return "By " + a
	}
	switch s.seed % 7 {
	case 0:
		return "By " + strings.ToUpper(a) + " and " + strings.ToUpper(b)
	case 1:
		return "By " + a + ", " + o.name
	case 2:
		return "By " + a + " and " + b + " | " + o.name
	case 3:
		return a
	case 4:
		return "By " + a + " in " + s.city
	case 5:
		return "By " + a + "\n" + o.name
	}
	return ""
}

// body composes the text of a version, from 1.
func (c *composer) body(s *story, version int64) string {
	c.pcg.Seed(s.seed, 1)
	c.b = c.b[:0]
	c.dateline(s)
	c.leadSentence(s)
	c.paragraphs(s, s.target)
	for v := int64(2); v <= version && len(c.b) < maxBody-1200; v++ {
		c.pcg.Seed(s.seed, uint64(v))
		c.paragraphs(s, min(len(c.b)+200+c.r.IntN(400), maxBody-800))
	}
	if s.seed%3 == 0 {
		c.add("\n\n", s.writers[1], " contributed to this report.")
	}
	return string(c.b)
}

func (c *composer) add(parts ...string) {
	for _, p := range parts {
		c.b = append(c.b, p...)
	}
}

func (c *composer) dateline(s *story) {
	c.add(strings.ToUpper(s.city))
	if s.city != s.home.capital {
		c.add(", ", s.home.name)
	}
	if o := outlets[s.outlet]; o.agency != "" {
		c.add(" (", o.agency, ")")
	}
	c.add(" — ")
}

func (c *composer) leadSentence(s *story) {
	a, b := s.cast[0], s.cast[1]
	c.add(a.home.demonym, " ", a.role, " ", a.full, " ", s.verb, " ")
	c.add(b.home.demonym, " ", b.role, " ", b.full, " in ", s.city, " on ", s.weekday, " to discuss ", s.topic, ".")
}

// paragraphs adds paragraphs until the text has n bytes.
func (c *composer) paragraphs(s *story, n int) {
	for len(c.b) < n {
		c.add("\n\n")
		for i := range 1 + c.r.IntN(3) {
			if i > 0 {
				if len(c.b) >= n {
					break
				}
				c.add(" ")
			}
			c.sentence(s)
		}
	}
}

// sentence adds one of nine shapes.
func (c *composer) sentence(s *story) {
	p := &s.cast[c.r.IntN(len(s.cast))]
	switch c.r.IntN(9) {
	case 0:
		c.add(c.pick(subjects), " ", c.pick(verbs), " ", c.pick(objects), " ", c.pick(circs), " ", c.pick(whens), ".")
	case 1:
		c.add(`"`, c.pick(quotes), `," `, p.family, " ", c.pick(tails), " ", c.pick(whens), ".")
	case 2:
		c.add(c.pick(links), ", ", lower(c.pick(subjects)), " in ", c.pick(s.home.cities), " ", c.pick(verbs), " ", c.pick(objects), ".")
	case 3:
		c.add(c.pick(measures), " ", c.pick(trends), " ", c.number(), " ", c.pick(units), " ", c.pick(whens), ", ", lower(c.pick(subjects)), " said.")
	case 4:
		c.add(capital(p.role), " ", p.full, " ", c.pick(verbs), " ", c.pick(objects), " ", c.pick(whens), ", ", c.pick(circs), ".")
	case 5:
		x := c.person(s.home, "")
		c.add(x.full, ", ", strconv.Itoa(19+c.r.IntN(70)), ", ", c.pick(bios), " in ", c.pick(s.home.cities), ", ", c.pick(deeds), ".")
	case 6:
		g := &regions[c.r.IntN(len(regions))]
		c.add(g.capital, " ", c.pick(verbs), " ", c.pick(objects), " ", c.pick(whens), "; ", lower(c.pick(subjects)), " ", c.pick(verbs), " ", c.pick(objects), ".")
	case 7:
		c.add(p.family, " ", c.pick(plans), " ", c.pick(acts), " ", c.pick(objects), " in ", c.pick(s.home.cities), " ", c.pick(futures), ".")
	default:
		c.add(p.family, ", who ", c.pick(verbs), " ", c.pick(objects), " ", c.pick(whens), ", ", c.pick(verbs), " ", c.pick(objects), " ", c.pick(circs), ".")
	}
}

// number is a figure as news writes it.
func (c *composer) number() string {
	switch c.r.IntN(3) {
	case 0:
		return strconv.Itoa(11 + c.r.IntN(980))
	case 1:
		return strconv.Itoa(1+c.r.IntN(99)) + "," + strconv.Itoa(100+c.r.IntN(900))
	}
	return strconv.Itoa(1+c.r.IntN(9)) + "." + strconv.Itoa(1+c.r.IntN(9)) + " million"
}

// lower and capital change the first letter, which is ASCII in all lists.
func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
