package dedup

import (
	"net/url"
	"strings"
	"time"

	"github.com/zeebo/xxh3"
	"golang.org/x/net/publicsuffix"
)

// Input is what a fingerprint is taken of.
type Input struct {
	Key         [16]byte // of source and item id
	SourceID    string
	Ref         string // what kills and holds of other items call this one: transmission id, a zero byte, slug; empty for none
	Target      string // the same of the item that this kill or hold is about, without slug if it names none; empty for itself
	StoryKey    string
	Take        int
	Revision    int64
	Payload     [16]byte // hash of the payload as received, so that a new parser makes no new versions
	Status      string   // usable, withheld, withdrawn or embargoed
	Signals     []string
	Published   time.Time
	FirstSeen   time.Time // decides the document's index
	Embargo     time.Time
	Title, Body string
	URL         string
}

// Scratch is the working memory of fingerprints. The zero value is ready; it
// belongs to one goroutine.
type Scratch struct {
	words   normaliser
	sampler sampler
	outlets map[string]uint64 // by site, see outlet
}

// Fingerprint makes the record of an article. At is left to the appender.
func Fingerprint(in Input) Record { return new(Scratch).Fingerprint(in) }

// Fingerprint makes the record of an article. At is left to the appender. The
// record shares no memory with the input or the scratch.
func (s *Scratch) Fingerprint(in Input) Record {
	r := Record{
		Kind: KindArticle, Key: in.Key, Revision: in.Revision, Payload: in.Payload,
		Published: millis(in.Published), Embargo: millis(in.Embargo), Month: month(in.FirstSeen),
		Source: xxh3.HashString(in.SourceID),
	}
	switch in.Status {
	case "withheld":
		r.Status = Withheld
	case "withdrawn":
		r.Status = Withdrawn
	case "embargoed":
		r.Status = Embargoed
	}
	for _, s := range in.Signals {
		switch s {
		case "correction", "corrected", "refile":
			r.Signals |= Correction
		case "repeat":
			r.Signals |= Repeat
		case "substitute":
			r.Signals |= Substitute
		}
	}
	if r.Outlet = s.outlet(in.URL); r.Outlet == 0 {
		r.Outlet = r.Source
	}
	r.Ref, r.Target = reference(in.SourceID, in.Ref), reference(in.SourceID, in.Target)
	if r.Story = within(in.SourceID, in.StoryKey); r.Story != 0 {
		r.Take = uint16(max(0, min(in.Take, 1<<16-1)))
	}
	s.text(&r, in.Title, in.Body)
	return r
}

// text hashes and samples the texts.
func (s *Scratch) text(r *Record, title, body string) {
	w := &s.words
	*w = normaliser{words: w.words[:0]}
	w.run(title)
	r.Title = xxh3.Hash(w.words)
	s.sampler.reset()
	*w = normaliser{words: w.words[:0], sampler: &s.sampler}
	w.run(body)
	r.Body = xxh3.Hash128(w.words).Bytes()
	r.Tokens = uint32(w.n)
	if w.unspaced > 0 && 2*w.unspaced > w.letters+asciiLetters(w.words) {
		// Two characters count as a word, as in Chinese in the mean.
		r.Tokens = uint32((s.sampler.runes(w.words) + 1) / 2)
	}
	r.Samples = s.sampler.take()
}

func asciiLetters(words []byte) (n int) {
	for _, c := range words {
		if c >= 'a' && c <= 'z' {
			n++
		}
	}
	return n
}

// within is the hash of a name that a source gives; 0 for none.
func within(source, name string) uint64 {
	if name == "" {
		return 0
	}
	return xxh3.HashString(source + "\x00" + name)
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// month is year*12+month-1 in UTC; 0 for none and for times that no index has.
func month(t time.Time) uint16 {
	if t = t.UTC(); t.Year() < 1990 || t.Year() > 2099 {
		return 0
	}
	return uint16(t.Year()*12 + int(t.Month()) - 1)
}

// Bounds of the sites whose outlets are kept from article to article.
const (
	maxOutlets = 1 << 12
	maxSite    = 256 // bytes
)

// outlet is the hash of a URL's domain, 0 if it has none. An article's site has
// mostly been seen before.
func (s *Scratch) outlet(raw string) uint64 {
	site := siteOf(raw)
	if h, ok := s.outlets[site]; ok {
		return h
	}
	if s.outlets == nil || len(s.outlets) >= maxOutlets {
		s.outlets = map[string]uint64{}
	}
	h := uint64(0)
	if d := domain(site); d != "" {
		h = xxh3.HashString(d)
	}
	if len(site) <= maxSite {
		s.outlets[strings.Clone(site)] = h
	}
	return h
}

// siteOf is a URL without its path; what has none is returned whole.
func siteOf(raw string) string {
	i := strings.Index(raw, "://")
	if i < 0 {
		return raw
	}
	i += len("://")
	if n := strings.IndexAny(raw[i:], "/?#"); n >= 0 {
		return raw[:i+n]
	}
	return raw
}

// domain is the registered domain of a URL, empty if it has none.
func domain(raw string) string {
	if raw == "" {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if d, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return d
	}
	return host
}
