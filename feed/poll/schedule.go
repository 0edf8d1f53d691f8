package poll

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Bounds of the time between two requests. Within them the interval follows
// the feed.
const (
	StartInterval = 60 * time.Minute
	MinInterval   = 15 * time.Minute
	MaxInterval   = 24 * time.Hour
	dormantEvery  = 7 * 24 * time.Hour
	fullEvery     = 24 * time.Hour // an unconditional request: some servers say "unchanged" wrongly
	dormantAt     = 30             // failures
	knownEnough   = 0.67           // share of known items above which a feed is asked too often
	jitter        = 0.1            // of the interval, either way
)

// Weights of a failure, by what it says of the feed.
const (
	hard = 1.0  // the feed is not what it was
	soft = 0.5  // 404, 429, 5xx, time-outs: the server's trouble may pass
	dns  = 0.25 // a name server's temporary failure
)

// interval is the time to the next request after an answer with items items,
// fresh of them new or changed, whose dates span the given time; asked is what
// the server wants it to be at least.
func interval(last, floor time.Duration, items, fresh int, span, asked time.Duration) time.Duration {
	if last == 0 {
		last = StartInterval
	}
	switch {
	case items == 0:
		last += last / 4
	case float64(items-fresh) >= knownEnough*float64(items):
		last += last / 4 // mostly known: later
	default:
		last /= 2
	}
	// An item must not leave the feed between two requests.
	if items > 1 && span > 0 {
		last = min(last, span/3)
	}
	return clamp(max(clamp(last, floor), min(asked, MaxInterval)), floor)
}

func clamp(d, floor time.Duration) time.Duration { return min(max(d, floor), MaxInterval) }

// after is the interval with jitter.
func after(d time.Duration, r *rand.Rand) time.Duration {
	return d + time.Duration((2*r.Float64()-1)*jitter*float64(d))
}

// backoff is the time to the next request after failures of that weight in a
// row: a linear wait, a week for a dormant feed.
func backoff(every time.Duration, failures float64, dormant bool) time.Duration {
	if dormant {
		return dormantEvery
	}
	return min(every+time.Duration(failures*float64(every)), MaxInterval)
}

// wants is how long the server asks to be left alone, of max-age, Expires and,
// in the document, ttl. Zero if it does not say.
func wants(h http.Header, ttl time.Duration, now time.Time) time.Duration {
	d := ttl
	for part := range strings.SplitSeq(h.Get("Cache-Control"), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if strings.EqualFold(name, "max-age") {
			if n, err := strconv.Atoi(strings.Trim(value, `"`)); err == nil && n > 0 {
				d = max(d, time.Duration(min(n, 1<<20))*time.Second)
			}
		}
	}
	if t, err := http.ParseTime(h.Get("Expires")); err == nil && !strings.Contains(h.Get("Cache-Control"), "max-age") {
		d = max(d, t.Sub(now))
	}
	return min(d, MaxInterval)
}

// retryAfter reads Retry-After: seconds or a date. At most a day.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.Atoi(v); err == nil && n > 0 {
		return min(time.Duration(min(n, 1<<20))*time.Second, MaxInterval)
	}
	if t, err := http.ParseTime(v); err == nil && t.After(now) {
		return min(t.Sub(now), MaxInterval)
	}
	return 0
}

// span is the time between the oldest and the newest of the dates.
func span(at []time.Time) time.Duration {
	at = slices.DeleteFunc(slices.Clone(at), time.Time.IsZero)
	if len(at) < 2 {
		return 0
	}
	return slices.MaxFunc(at, time.Time.Compare).Sub(slices.MinFunc(at, time.Time.Compare))
}
