package feed

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/prometheus/client_golang/prometheus"

	"dateline/pipeline/wire"
)

// Bounds of a push.
const (
	pushAtOnce  = 16               // requests being read or stored; more are put off
	pushTimeout = 30 * time.Second // for Kafka to acknowledge
	pushLines   = 64 << 20         // bytes of one body of JSON Lines, decompressed
	pushSources = 1000             // sources counted apart
)

// Push takes articles by HTTP: POST /articles?source=ID with the bytes of one
// article or envelope, or with JSON Lines of them under the content type
// application/x-ndjson. It answers 202 when Kafka has acknowledged all that was
// not refused with acks=all; any other answer means that sending the same again
// is right, or says what is wrong:
//
//	{"stored":1,"items":["desk/hl-1"],"refused":[]}
//
// 400 the item is refused; 401 no or a wrong token; 404 the source is not
// configured; 413 too large; 415 no known format; 503 Kafka is away, or too
// many at once.
type Push struct {
	producer *Producer
	token    [sha256.Size]byte
	open     bool // a token is set
	source   func(id string) (Source, bool)
	slots    chan struct{} // a token per request being served

	mu    sync.Mutex
	count map[string]*pushed // by source
}

type pushed struct {
	records, refused int64
	pulse            Pulse
}

// NewPush prepares the push. Without a token it takes nothing. source gives what
// is configured of a source.
func NewPush(p *Producer, token string, source func(id string) (Source, bool)) *Push {
	return &Push{producer: p, token: sha256.Sum256([]byte(token)), open: token != "", source: source,
		slots: make(chan struct{}, pushAtOnce), count: make(map[string]*pushed)}
}

// pushAnswer is the body of an answer.
type pushAnswer struct {
	Stored  int           `json:"stored"`
	Items   []string      `json:"items"` // keys, the first thousand
	Refused []pushRefusal `json:"refused"`
	Error   string        `json:"error,omitempty"`
}

type pushRefusal struct {
	Line   int    `json:"line,omitempty"`
	Reason string `json:"reason"`
	Error  string `json:"error"`
}

// maxAnswered bounds the lists of an answer.
const maxAnswered = 1000

// ServeHTTP takes one push.
func (h *Push) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	code, a := h.serve(r)
	if code == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	if code == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	if a.Items == nil {
		a.Items = []string{}
	}
	if a.Refused == nil {
		a.Refused = []pushRefusal{}
	}
	json.NewEncoder(w).Encode(a) // a caller that went away asks again
}

func (h *Push) serve(r *http.Request) (int, pushAnswer) {
	fail := func(code int, format string, args ...any) (int, pushAnswer) {
		return code, pushAnswer{Error: fmt.Sprintf(format, args...)}
	}
	switch {
	case r.Method != http.MethodPost:
		return fail(http.StatusMethodNotAllowed, "send articles with POST")
	case !h.open:
		return fail(http.StatusForbidden, "push is off: set feed.token")
	case !h.allowed(r):
		return fail(http.StatusUnauthorized, "send the token of feed.token as Authorization: Bearer")
	}
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	default:
		return fail(http.StatusServiceUnavailable, "%d pushes are being taken: send again", pushAtOnce)
	}
	id := r.URL.Query().Get("source")
	s, ok := Source{}, true
	if id != "" {
		s, ok = h.source(id)
	}
	if !ok {
		return fail(http.StatusNotFound, "source %q is not among sources of the configuration", id)
	}
	s.Format = r.URL.Query().Get("format")
	if err := s.Check(); err != nil {
		return fail(http.StatusBadRequest, "%v", err)
	}
	items, refusals, err := h.read(&s, r)
	if err != nil {
		return fail(http.StatusRequestEntityTooLarge, "%v", err)
	}
	return h.store(r.Context(), id, items, refusals)
}

// allowed compares tokens in constant time.
func (h *Push) allowed(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	got := sha256.Sum256([]byte(strings.TrimSpace(token)))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(got[:], h.token[:]) == 1
}

// read reads the body. The error says that it is too large as a whole.
func (h *Push) read(s *Source, r *http.Request) (items []Item, refusals []*Refusal, err error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	lines := kind == "application/x-ndjson" || kind == "application/jsonl" || kind == "application/jsonlines"
	p := place{file: "push", at: time.Now(), line: 0, text: kind == "text/plain"}
	var body io.Reader = r.Body
	if strings.EqualFold(r.Header.Get("Content-Encoding"), "gzip") {
		z, err := gzip.NewReader(body)
		if err != nil {
			return nil, []*Refusal{p.refuse(gzipReason(err), fmt.Errorf("gzip: %w", err))}, nil
		}
		defer z.Close()
		body = z
	}
	limit := int64(lineSlack * s.limit())
	if lines {
		limit = pushLines
	}
	var b bytes.Buffer
	n, err := b.ReadFrom(io.LimitReader(body, limit+1))
	if n > limit {
		return nil, nil, fmt.Errorf("body of more than %d bytes", limit)
	}
	if err != nil {
		return nil, []*Refusal{p.refuse(gzipReason(err), err)}, nil
	}
	if lines {
		p.base = "push.jsonl"
	} else {
		p.base = "push.xml" // one item, whatever its format
	}
	for it, refusal := range s.read(&b, p, nil) {
		if refusal != nil {
			refusals = append(refusals, refusal)
			continue
		}
		items = append(items, *it)
	}
	return items, refusals, nil
}

// store stores the items and makes the answer.
func (h *Push) store(ctx context.Context, id string, items []Item, refusals []*Refusal) (int, pushAnswer) {
	var a pushAnswer
	if len(items) > 0 {
		ctx, cancel := context.WithTimeout(ctx, pushTimeout)
		defer cancel()
		bad, err := store(ctx, h.producer, items)
		if err != nil { // some may be stored: sending again does no harm
			return http.StatusServiceUnavailable, pushAnswer{Error: "kafka has not acknowledged: send again"}
		}
		refusals = append(refusals, bad...)
		a.Stored = len(items) - len(bad)
	}
	for _, it := range items[:min(len(items), maxAnswered)] {
		a.Items = append(a.Items, string(it.Record.Key))
	}
	for _, r := range refusals[:min(len(refusals), maxAnswered)] {
		a.Refused = append(a.Refused, pushRefusal{r.Line, r.Reason, r.cause()})
	}
	h.note(id, items, int64(len(refusals)))
	switch {
	case a.Stored > 0 || len(refusals) == 0:
		return http.StatusAccepted, a
	case refusals[0].Reason == wire.TooLarge:
		return http.StatusRequestEntityTooLarge, a
	case refusals[0].Reason == wire.UnsupportedFormat:
		return http.StatusUnsupportedMediaType, a
	}
	return http.StatusBadRequest, a
}

// note counts by source: that of the request, or those of its envelopes.
func (h *Push) note(id string, items []Item, refused int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	of := func(id string) *pushed {
		c := h.count[id]
		if c == nil && len(h.count) < pushSources {
			c = &pushed{}
			h.count[id] = c
		}
		if c == nil {
			c = &pushed{}
		}
		return c
	}
	for _, it := range items {
		source, _, _ := strings.Cut(string(it.Record.Key), "/")
		c := of(source)
		c.records++
		c.pulse.Beat(time.Now())
	}
	if refused > 0 {
		of(id).refused += refused
	}
}

// Collect writes the numbers of each source.
func (h *Push) Collect(ch chan<- prometheus.Metric) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, c := range h.count {
		Count(ch, id, "push", "", c.records, c.refused)
	}
}

// Rhythms gives how each source's items come.
func (h *Push) Rhythms(now time.Time) (out []SourceRhythm) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, c := range h.count {
		out = append(out, SourceRhythm{Source: id, Way: "push", Last: c.pulse.Last(), Rhythm: c.pulse.Rhythm(now)})
	}
	return out
}

// Err is nil: a push that cannot be stored is told to its sender.
func (h *Push) Err() error { return nil }
