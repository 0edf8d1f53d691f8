package search

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"go.uber.org/zap"

	"dateline/index"
)

// Options shape the site. The zero value serves anybody who can reach it.
type Options struct {
	Version     string           // of the program, shown in the footer
	Now         func() time.Time // nil: time.Now; embargoes are hidden by it
	Zone        *time.Location   // of "today" and of publication days; nil: UTC
	Token       string           // what callers must send; empty: nothing is asked
	PageSize    int              // 0: DefaultPageSize
	MaxPageSize int              // 0: DefaultMaxPageSize
	Timeout     time.Duration    // of one question; 0: DefaultTimeout
	Concurrent  int              // questions at once; 0: DefaultConcurrent. More wait, and are refused after Timeout
	Log         *zap.Logger      // nil: nothing is logged
}

// Limits where Options say nothing.
const (
	DefaultTimeout    = 10 * time.Second
	DefaultConcurrent = 16
)

// maxURL bounds an address, in bytes: all parameters at their bounds would pass
// it, no question that a person asks does.
const maxURL = 8 << 10

// Times of a connection. Nobody sends a body, so a request is its header.
const (
	readTimeout = 10 * time.Second
	idleTimeout = 2 * time.Minute
	writeSlack  = 20 * time.Second // for the answer to reach a slow reader, beyond Timeout
	maxHeader   = 32 << 10
)

// Handler serves the page and the API over a store. It keeps nothing between
// requests, and no goroutine of it outlives its request.
func Handler(store index.Store, o Options) http.Handler {
	s := newSite(store, o)
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.HandleFunc("GET "+r.pattern, s.guard(r))
	}
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, &httpError{http.StatusNotFound, "there is no such page", "start at /", nil})
	})
	zip, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.EnableZstd(false))
	if err != nil {
		panic("search: gzip: " + err.Error()) // the options above are constants
	}
	return s.frame(zip(mux))
}

// NewServer is a server of Handler with the timeouts it should have. It logs
// nothing of its own; Serve, Shutdown and Close are the caller's to call.
func NewServer(store index.Store, o Options) *http.Server {
	timeout := o.Timeout
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	log := o.Log
	if log == nil {
		log = zap.NewNop()
	}
	errlog, err := zap.NewStdLogAt(log.Named("http"), zap.WarnLevel)
	if err != nil {
		panic("search: log: " + err.Error()) // a level that zap has
	}
	return &http.Server{
		Handler: Handler(store, o), ErrorLog: errlog, MaxHeaderBytes: maxHeader,
		ReadHeaderTimeout: readTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
		WriteTimeout: 2*timeout + writeSlack, // a question may wait for its turn before it is asked
	}
}

// site answers requests. It is immutable but for turns.
type site struct {
	store index.Store
	o     Options
	log   *zap.Logger
	token [sha256.Size]byte

	// turns holds one token per question being asked; its capacity is the
	// bound. When it is full, a request waits until its time is over.
	turns chan struct{}
}

func newSite(store index.Store, o Options) *site {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Concurrent <= 0 {
		o.Concurrent = DefaultConcurrent
	}
	s := &site{store: store, o: o, log: o.Log, token: sha256.Sum256([]byte(o.Token)), turns: make(chan struct{}, o.Concurrent)}
	if s.log == nil {
		s.log = zap.NewNop()
	}
	return s
}

// rules are what a question asked now is read by.
func (s *site) rules() Rules {
	return Rules{Now: s.o.Now().UTC(), Zone: s.o.Zone, PageSize: s.o.PageSize, MaxPageSize: s.o.MaxPageSize}
}

// route is one address of the site.
type route struct {
	pattern string
	open    bool // needs no token: it shows nothing of any article
	serve   func(http.ResponseWriter, *http.Request) error
}

func (s *site) routes() []route {
	return []route{
		{"/{$}", false, s.searchPage},
		{"/article/{id}", false, s.articlePage},
		{"/actor/{id}", false, s.actorPage},
		{"/story/{id}", false, s.storyPage},
		{"/feed", false, s.feed},
		{"/static/{name}", true, s.static},
		{"/api/articles", false, s.apiArticles},
		{"/api/events", false, s.apiEvents},
		{"/api/facets", false, s.apiFacets},
		{"/api/timeline", false, s.apiTimeline},
		{"/api/map", false, s.apiMap},
		{"/api/export.csv", false, s.apiCSV},
		{"/api/export.jsonl", false, s.apiLines},
		{"/api/articles/{id}", false, s.apiArticle},
		{"/api/actors/{id}", false, s.apiActor},
		{"/api/stories/{id}", false, s.apiStory},
		{"/api/health", true, s.apiHealth},
		{"/api/openapi.json", true, s.apiDescription},
	}
}

// policy is what a page may do: use what this server sent, and nothing else.
// Neither inline styles nor inline scripts run.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// frame is around every answer, errors included: headers, methods, the length
// of an address.
func (s *site) frame(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cache-Control", "private, no-cache")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			s.fail(w, r, &httpError{http.StatusMethodNotAllowed, "only GET and HEAD are answered", "", nil})
			return
		}
		if len(r.URL.RequestURI()) > maxURL {
			s.fail(w, r, &httpError{http.StatusRequestURITooLong, fmt.Sprintf("the address is longer than %d bytes", maxURL), "ask a shorter question", nil})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// guard checks the token, gives the request its time and turns errors into
// answers.
func (s *site) guard(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !rt.open && !s.allowed(r) {
			h := w.Header()
			h.Add("WWW-Authenticate", `Bearer realm="dateline"`)
			if !strings.HasPrefix(r.URL.Path, "/api/") { // so that a browser asks for it
				h.Add("WWW-Authenticate", `Basic realm="dateline: any name, the token as password", charset="UTF-8"`)
			}
			s.fail(w, r, &httpError{http.StatusUnauthorized, "a token is needed",
				"send it as Authorization: Bearer TOKEN, or as the password of any name", nil})
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), s.o.Timeout)
		defer cancel()
		if err := rt.serve(w, r.WithContext(ctx)); err != nil {
			s.fail(w, r, err)
		}
	}
}

// allowed compares the token in a time that does not depend on it: of both the
// hashes, so that not even the length shows.
func (s *site) allowed(r *http.Request) bool {
	if s.o.Token == "" {
		return true
	}
	scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	switch {
	case strings.EqualFold(scheme, "bearer"):
		given = strings.TrimSpace(given)
	case strings.EqualFold(scheme, "basic"):
		_, given, _ = r.BasicAuth()
	default:
		given = ""
	}
	sum := sha256.Sum256([]byte(given))
	return subtle.ConstantTimeCompare(sum[:], s.token[:]) == 1
}

// errBusy says that a question's time was over before its turn came.
var errBusy = errors.New("too many questions at once")

// ask asks the store when it is the question's turn.
func (s *site) ask(ctx context.Context, q *index.Query) (*index.Answer, error) {
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	default:
		select {
		case s.turns <- struct{}{}:
			defer func() { <-s.turns }()
		case <-ctx.Done():
			return nil, errBusy
		}
	}
	return s.store.Search(ctx, q)
}

// one is a visible article by its id, copies too; nil if there is none.
func (s *site) one(ctx context.Context, id string) (*index.Hit, error) {
	if !isID(id) {
		return nil, nil
	}
	a, err := s.ask(ctx, &index.Query{IDs: []string{id}, Copies: true, Limit: 1, Now: s.rules().Now})
	if err != nil || len(a.Hits) == 0 {
		return nil, err
	}
	return &a.Hits[0], nil
}

// static serves the files of the page.
func (s *site) static(w http.ResponseWriter, r *http.Request) error {
	f, ok := files[r.PathValue("name")]
	if !ok {
		return &httpError{http.StatusNotFound, "there is no such file", "", nil}
	}
	w.Header().Set("Cache-Control", "public, max-age=3600")
	send(w, r, f.kind, f.tag, f.data)
	return nil
}

// send writes an answer, or 304 if the caller has it already.
func send(w http.ResponseWriter, r *http.Request, kind, tag string, body []byte) {
	h := w.Header()
	h.Set("ETag", tag)
	for _, have := range strings.Split(r.Header.Get("If-None-Match"), ",") {
		if have = strings.TrimSpace(have); have == tag || have == "*" || "W/"+have == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h.Set("Content-Type", kind)
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // a reader that went away
}

// tagOf is a weak validator: the same bytes, packed or not.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
}
