package wire

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/zeebo/xxh3"
)

// Options are what a source's configuration says of its items. The zero value
// is usable.
type Options struct {
	Scheme   Scheme // what orders versions
	TimeZone string // IANA id; used when neither item nor envelope names one
	Language string // BCP 47; used when neither item nor envelope names one
	Outlet   string // used when neither item nor envelope names one
}

// Parser reads the payload of one format into in.a. It fills what the payload
// says and leaves the rest zero; Parse settles identity, version, times and
// status afterwards. Its errors are *Error.
type Parser func(in *input) error

// input is one item on its way through a parser.
type input struct {
	e    *Envelope
	opt  Options
	a    *Article
	data []byte // the payload as received

	published, updated time.Time // as the payload says; zero if it does not
	fromFeed           bool      // published is a feed's date
	status             string    // as the payload says; empty if it does not
	embargo            string    // as the payload says: a date, or words
	version            int64     // as the payload says; 0 if it does not
	versionTime        time.Time

	loc    *time.Location // of dates without a zone; nil until asked for
	zoneID string         // its IANA id; empty for none
	offset string         // IANA id of the first offset other than zero in a date
}

func (in *input) warn(s string) {
	if !slices.Contains(in.a.Warnings, s) {
		in.a.Warnings = append(in.a.Warnings, s)
	}
}

// parsers holds the parser of every format.
var parsers = map[string]Parser{
	"article":      parseArticle,
	"text":         parsePlain,
	"iptc7901":     parseIPTC7901,
	"anpa1312":     parseANPA1312,
	"ninjs-1":      parseNinjs,
	"ninjs-2":      parseNinjs,
	"ninjs-3":      parseNinjs,
	"digitalwires": parseDigitalwires,
	"ap-media":     parseAPMedia,
	"rss":          parseFeed,
	"atom":         parseFeed,
	"jsonfeed":     parseFeed,
	"html":         parsePage,
	"nitf":         parseNITF,
	"newsml-g2":    parseNewsMLG2,
	"newsml-1.2":   parseNewsML12,
}

// Formats lists the names an envelope's format field may have, sorted.
func Formats() []string {
	names := make([]string, 0, len(parsers))
	for name := range parsers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Parse reads the envelope's payload. The error is always an *Error; its
// reason says what the worker does. An item whose envelope says it is withheld
// or withdrawn becomes an article without text whatever its payload holds: a
// kill takes effect even if it cannot be read. The article shares no memory with
// the envelope.
func Parse(e *Envelope, opt Options) (*Article, error) {
	a := &Article{
		SourceID: e.SourceID, ItemID: e.ItemID, TransmissionID: e.TransmissionID,
		URL: e.URL, FeedURL: e.FeedURL, Received: e.ReceivedAt, Format: e.Format,
		PayloadHash: xxh3.Hash128(e.Data).Bytes(), RawSHA256: sha256.Sum256(e.Data),
	}
	in := &input{e: e, opt: opt, a: a, data: e.Data}
	if a.Format == "" {
		a.Format = Sniff(e.Data)
	}
	hinted, ok := statusOf(e.Hints.Status)
	if !ok {
		return nil, refuse(Malformed, "hint status is none of usable, withheld, canceled, embargoed")
	}
	parse := parsers[a.Format]
	var err error
	switch {
	case a.Format == "":
		err = refuse(UnsupportedFormat, "format is not recognised: name it in the envelope")
	case parse == nil:
		err = refuse(UnsupportedFormat, "format has no parser: want one of %s", strings.Join(Formats(), " "))
	case len(e.Data) > MaxPayload:
		err = refuse(TooLarge, "payload of %d bytes, limit %d", len(e.Data), MaxPayload)
	default:
		err = parse(in)
	}
	tombstone := hinted == Withdrawn || hinted == Withheld
	if err != nil && !tombstone {
		return nil, asError(err)
	}
	if err != nil {
		in.warn("payload is unreadable: " + asError(err).Reason)
		if a.Format == "" {
			a.Format = "text"
		}
	}
	if err := in.settle(hinted); err != nil {
		return nil, err
	}
	var texts [usually]*string
	own(a.texts(texts[:0]))
	return a, nil
}

// asError makes a parser's error an *Error.
func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Reason: Malformed, Err: err}
}

// settle decides what payload, envelope and configuration say together.
func (in *input) settle(hinted string) error {
	a, e := in.a, in.e
	in.correction()
	a.Language = first(a.Language, e.Hints.Language, in.opt.Language)
	a.Outlet = first(a.Outlet, e.Hints.Outlet, in.opt.Outlet)
	in.times()
	if err := in.life(hinted); err != nil {
		return err
	}
	if a.TransmissionID != "" {
		a.Ref = reference(a.TransmissionID, a.Slug)
	}
	a.Version = int(e.Version)
	if e.Version == 0 {
		a.Version = int(in.version)
	}
	a.VersionTime = earliestSet(e.VersionTime, in.versionTime, a.Updated, a.Published)
	rev, ok := revision(in.opt.Scheme, int64(a.Version), a.VersionTime)
	if !ok {
		in.warn("version is out of bounds")
	}
	a.Revision = rev
	if a.Status == Withheld || a.Status == Withdrawn {
		a.Reason = first(a.Reason, a.Status+" by its source")
		a.blank()
		return nil
	}
	if strings.TrimSpace(a.Title) == "" && strings.TrimSpace(a.Body) == "" {
		return refuse(NoText, "item has neither title nor body")
	}
	return nil
}

// times settles publication, update, first sight and zone.
func (in *input) times() {
	a, e := in.a, in.e
	in.zone()
	a.TimeZone = in.zoneID
	switch {
	case !in.published.IsZero():
		a.Published, a.PublishedBasis = in.published, "source"
		if in.fromFeed {
			a.PublishedBasis = "feed"
		}
	case e.Hints.Published != "":
		if a.Published = in.when("hint published", e.Hints.Published); !a.Published.IsZero() {
			a.PublishedBasis = "feed"
		}
	}
	if a.Published.IsZero() && !e.ReceivedAt.IsZero() {
		a.Published, a.PublishedBasis = e.ReceivedAt, "received"
	}
	if a.Updated = in.updated; a.Updated.IsZero() && e.Hints.Updated != "" {
		a.Updated = in.when("hint updated", e.Hints.Updated)
	}
	if a.FirstSeen = e.FirstSeen; !a.FirstSeen.IsZero() && (a.FirstSeen.Year() < 1990 || a.FirstSeen.Year() > maxYear) {
		in.warn("first_seen is outside the years 1990 to 2099")
		a.FirstSeen = time.Time{}
	}
	if a.TimeZone == "" {
		a.TimeZone = in.offset
	}
}

// life settles status, signals and embargo. A status in the payload and one in
// the hints: the stricter holds. An embargo that has ended when the item was
// received holds no longer; one we cannot read holds the item back.
func (in *input) life(hinted string) error {
	a, e := in.a, in.e
	own, ok := statusOf(in.status)
	if !ok {
		return refuse(Malformed, "status is none of usable, withheld, canceled, embargoed")
	}
	a.Status = stricter(own, hinted)
	for _, s := range e.Hints.Signal {
		a.signal(s)
	}
	for _, text := range []string{in.embargo, e.Hints.Embargo} {
		if text == "" {
			continue
		}
		t, _, ok := parseWhen(strings.TrimSpace(text), in.zone())
		if !ok || t.UTC().Year() > maxYear {
			in.warn("embargo is not a date: withheld")
			a.Status, a.Reason = stricter(a.Status, Withheld), first(a.Reason, "embargo without a readable end")
			continue
		}
		if t.UTC().After(a.Embargo) {
			a.Embargo = t.UTC()
		}
	}
	switch {
	case a.Embargo.IsZero() && a.Status == Embargoed:
		in.warn("embargoed without a date: withheld")
		a.Status, a.Reason = Withheld, first(a.Reason, "embargo without a readable end")
	case a.Embargo.IsZero():
	case !e.ReceivedAt.IsZero() && !a.Embargo.After(e.ReceivedAt):
		if a.Status == Embargoed {
			a.Status = Usable
		}
	default:
		a.Status = stricter(a.Status, Embargoed)
	}
	return nil
}

// blank removes everything that a tombstone must not hold.
func (a *Article) blank() {
	a.Title, a.Body, a.Description, a.Dateline, a.BylineFrom, a.Slug, a.StoryKey = "", "", "", "", "", "", ""
	a.Byline, a.Authors, a.Marked, a.Credits, a.Subjects, a.Contacts = nil, nil, nil, nil, nil, nil
	a.CorrectionNote = ""
}

// signal adds a signal, lower case, once.
func (a *Article) signal(s string) {
	s = strings.ToLower(strings.TrimSpace(s))
	s = strings.TrimPrefix(s, "sig:")
	if s != "" && !slices.Contains(a.Signals, s) {
		a.Signals = append(a.Signals, s)
	}
}

// statusOf reads the statuses of all formats; "" is usable.
func statusOf(s string) (string, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	s = strings.TrimPrefix(s, "stat:")
	switch s {
	case "", "usable":
		return Usable, true
	case "withheld", "hold":
		return Withheld, true
	case "canceled", "cancelled", "withdrawn", "kill", "killed":
		return Withdrawn, true
	case "embargoed":
		return Embargoed, true
	}
	return "", false
}

// stricter is the status that shows less.
func stricter(a, b string) string {
	order := []string{Usable, Embargoed, Withheld, Withdrawn}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}

func first(s ...string) string {
	for _, v := range s {
		if v != "" {
			return v
		}
	}
	return ""
}

// earliestSet is the first time that is set.
func earliestSet(t ...time.Time) time.Time {
	for _, v := range t {
		if !v.IsZero() {
			return v
		}
	}
	return time.Time{}
}
