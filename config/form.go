package config

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // so that a zone's name means the same on a machine without a zone database

	xlanguage "golang.org/x/text/language"
)

// A form is what a text setting must look like beyond being text. check
// returns an empty complaint for a good value; it never sees an empty one.
// A complaint follows the key and a colon, a hint says the way out.
type form struct {
	name  string // for the reference
	check func(value string) (complaint, hint string)
}

var (
	hostPort      = &form{"host:port", checkHostPort}
	listenAddress = &form{"host:port to listen on", checkListen}
	serverURL     = &form{"URL", checkServerURL}
	pageURL       = &form{"URL", checkPageURL}
	timezone      = &form{"IANA time zone", checkTimezone}
	country       = &form{"ISO 3166-1 alpha-2", checkCountry}
	language      = &form{"BCP 47 tag", checkLanguage}

	topicName = pattern("Kafka topic", `[a-zA-Z0-9._-]{1,249}`,
		"a topic is 1 to 249 letters, digits, dots, underscores or hyphens")
	groupName = pattern("Kafka name", `[a-zA-Z0-9._-]{1,249}`,
		"write 1 to 249 letters, digits, dots, underscores or hyphens")
	sourceID = pattern("source id", `[a-z0-9-]{1,64}`,
		"a source id is 1 to 64 lower-case letters, digits or hyphens")
	indexPrefix = pattern("index prefix", `[a-z0-9][a-z0-9._-]{0,99}`,
		"write up to 100 lower-case letters, digits, dots, underscores or hyphens, a letter or digit first")
	fingerprint = pattern("SHA-256 in hexadecimal", `[0-9a-fA-F]{2}(:?[0-9a-fA-F]{2}){31}`,
		"write the 64 hexadecimal digits that Elasticsearch printed at its first start")
)

// pattern is a form that a regular expression decides.
func pattern(name, expr, hint string) *form {
	re := regexp.MustCompile(`^(?:` + expr + `)$`)
	return &form{name, func(v string) (string, string) {
		if !re.MatchString(v) || v == "." || v == ".." {
			return quote(v) + " is not a valid " + name, hint
		}
		return "", ""
	}}
}

func checkHostPort(v string) (string, string) {
	if strings.Contains(v, "://") {
		return quote(v) + " is a URL", "write host:port, without scheme, login and path"
	}
	host, port, err := net.SplitHostPort(v)
	switch {
	case err != nil && !strings.Contains(v, ":"):
		return quote(v) + " has no port", "write host:port, for example " + quote(v+":9092")
	case err != nil:
		return quote(v) + " is not host:port", `an IPv6 address goes in brackets, for example "[::1]:9092"`
	case !goodHost(host):
		return quote(v) + " has no valid host", "write a host name or an IP address before the port"
	case !goodPort(port, 1):
		return quote(v) + " has no valid port", "a port is 1 to 65535"
	}
	return "", ""
}

func checkListen(v string) (string, string) {
	host, port, err := net.SplitHostPort(v)
	switch {
	case err != nil && isNumber(v):
		return quote(v) + " is only a port", "write " + quote("127.0.0.1:"+v) + " for this machine alone, or " + quote(":"+v) + " for every interface"
	case err != nil:
		return quote(v) + " is not host:port", `write for example "127.0.0.1:9600"`
	case host != "" && !goodHost(host):
		return quote(v) + " has no valid host", "write an IP address, a host name, or nothing before the colon for every interface"
	case !goodPort(port, 0):
		return quote(v) + " has no valid port", "a port is 1 to 65535, or 0 for any free one"
	}
	return "", ""
}

func checkServerURL(v string) (string, string) {
	u, err := url.Parse(v)
	switch {
	// First, and without the value: a password must not reach the terminal.
	case strings.Contains(v, "@"):
		return "the address contains a user name or password", "write them in username and password, which are kept out of logs"
	case !strings.Contains(v, "://"):
		return quote(v) + " is not a URL", "write " + quote("http://"+v) + " or " + quote("https://"+v)
	case err != nil || !goodHost(u.Hostname()) || u.Port() != "" && !goodPort(u.Port(), 1):
		return quote(v) + " is not a URL", `write for example "https://search.example.net:9200"`
	case u.Scheme != "http" && u.Scheme != "https":
		return quote(v) + " has the scheme " + quote(u.Scheme), "write http or https"
	case u.RawQuery != "" || u.Fragment != "":
		return quote(v) + " has a query or fragment", "stop after the port or the path"
	}
	return "", ""
}

func checkPageURL(v string) (string, string) {
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return quote(v) + " is not a URL", `write for example "https://www.example.net/"`
	}
	return "", ""
}

func checkTimezone(v string) (string, string) {
	const hint = `write an IANA name such as "Europe/Lisbon", "America/New_York" or "UTC"`
	// Both mean this machine's zone, and a setting must not.
	if v == "Local" || v == "localtime" {
		return quote(v) + " depends on the machine", hint
	}
	if _, err := time.LoadLocation(v); err != nil {
		return quote(v) + " is not a known time zone", hint
	}
	return "", ""
}

func checkCountry(v string) (string, string) {
	r, err := xlanguage.ParseRegion(v)
	if err != nil || !r.IsCountry() {
		return quote(v) + " is not a country code", `write the two capital letters of ISO 3166-1, for example "PT"`
	}
	if code := r.Canonicalize().String(); code != v { // "pt", "PRT", "UK"
		return quote(v) + " is not the country's code", "write " + quote(code)
	}
	return "", ""
}

func checkLanguage(v string) (string, string) {
	if fixed := strings.ReplaceAll(v, "_", "-"); fixed != v {
		return quote(v) + " is not a language tag", "write " + quote(fixed)
	}
	if _, err := xlanguage.Parse(v); err != nil {
		return quote(v) + " is not a language tag", `write for example "en" or "pt-BR"`
	}
	return "", ""
}

var hostName = regexp.MustCompile(`^[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?(\.[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?)*\.?$`)

// goodHost accepts IP addresses and host names; underscores too, which
// container networks use.
func goodHost(h string) bool {
	if _, err := netip.ParseAddr(h); err == nil {
		return true
	}
	return len(h) <= 253 && hostName.MatchString(h)
}

func goodPort(p string, least int) bool {
	n, err := strconv.ParseUint(p, 10, 16)
	return err == nil && n >= uint64(least)
}
