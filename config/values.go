package config

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Bytes is a size in bytes, written "2MiB", "512KiB", "4MB" or as a plain
// number of bytes in the file.
type Bytes int64

var byteUnits = []struct {
	name string
	size int64
}{
	{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10},
	{"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1},
}

// String writes the size exactly, in the largest unit that divides it:
// "2MiB", "1536KiB", "120MB", "1023B".
func (b Bytes) String() string {
	best := byteUnits[len(byteUnits)-1]
	for _, u := range byteUnits {
		if b != 0 && int64(b)%u.size == 0 && u.size > best.size {
			best = u
		}
	}
	return strconv.FormatInt(int64(b)/best.size, 10) + best.name
}

// Secret is a password, key or token. Every usual way of printing it gives
// "***" (or nothing when it is empty); string(s) is the one way to the value.
type Secret string

const mask = "***"

// String hides the value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return mask
}

// GoString hides the value from %#v.
func (s Secret) GoString() string { return strconv.Quote(s.String()) }

// Format hides the value from every verb, %x and %q included.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// MarshalJSON hides the value.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// MarshalText hides the value.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// parseDuration reads "30s". The complaint is for an operator, with a way out.
func parseDuration(text string) (time.Duration, string, string) {
	d, err := time.ParseDuration(text)
	switch {
	case err == nil:
		return d, "", ""
	case isNumber(text):
		return 0, text + " has no unit", fmt.Sprintf(`write "%ss" for seconds or "%sms" for milliseconds`, text, text)
	case strings.HasSuffix(text, "d") && isNumber(strings.TrimSuffix(text, "d")):
		days, _ := strconv.ParseFloat(strings.TrimSuffix(text, "d"), 64)
		return 0, strconv.Quote(text) + " is not a duration", fmt.Sprintf(`days are written in hours: "%sh"`, strconv.FormatFloat(days*24, 'f', -1, 64))
	}
	return 0, strconv.Quote(text) + " is not a duration", `write a number and a unit (ms, s, m, h), for example "30s" or "1h30m"`
}

// parseBytes reads "2MiB"; units are exact, so that nobody guesses whether an
// M is 1,000,000 or 1,048,576.
func parseBytes(text string) (Bytes, string, string) {
	number, unit := text, "B"
	if i := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' }); i >= 0 {
		number, unit = strings.TrimSpace(text[:i]), strings.TrimSpace(text[i:])
	}
	bad := strconv.Quote(text) + " is not a size"
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !isNumber(number) {
		return 0, bad, `write a number and a unit, for example "2MiB"`
	}
	for _, u := range byteUnits {
		if u.name != unit {
			continue
		}
		size := n * float64(u.size)
		if size != math.Trunc(size) || size >= 1<<53 {
			return 0, bad, "write a whole number of bytes below 8PiB"
		}
		return Bytes(size), "", ""
	}
	return 0, bad, "units are B, kB, MB, GB (thousands) and KiB, MiB, GiB (1024s)"
}

// isNumber reports whether text is digits with at most one point.
func isNumber(text string) bool {
	if strings.Count(text, ".") > 1 || strings.Trim(text, "0123456789.") != "" {
		return false
	}
	return strings.Trim(text, ".") != ""
}

// formatDuration writes d the short way: "10s" and "168h", not "168h0m0s".
func formatDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
