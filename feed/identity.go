package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"

	"dateline/pipeline/wire"
)

// tracking are query parameters that say how a reader came, not what he reads.
// Those that start with utm_ are added to them.
var tracking = map[string]bool{
	"fbclid": true, "gclid": true, "dclid": true, "gbraid": true, "wbraid": true, "msclkid": true,
	"yclid": true, "twclid": true, "ttclid": true, "igshid": true, "igsh": true, "mc_cid": true, "mc_eid": true,
	"_ga": true, "_gl": true, "_hsenc": true, "_hsmi": true, "mkt_tok": true, "vero_id": true,
	"oly_anon_id": true, "oly_enc_id": true, "s_cid": true, "cmpid": true, "ncid": true,
	"ref_src": true, "ref_url": true, "xtor": true, "at_medium": true, "at_campaign": true, "ftag": true,
}

// CleanURL removes tracking parameters and the fragment, and writes scheme and
// host in lower case without the default port. What is left keeps its order
// and its escapes. It is empty for what is no absolute http or https URL.
func CleanURL(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" {
		return ""
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	switch u.Scheme {
	case "http":
		u.Host = strings.TrimSuffix(u.Host, ":80")
	case "https":
		u.Host = strings.TrimSuffix(u.Host, ":443")
	default:
		return ""
	}
	u.Fragment, u.RawFragment, u.User = "", "", nil
	var keep []string
	for p := range strings.SplitSeq(u.RawQuery, "&") {
		name, _, _ := strings.Cut(p, "=")
		name = strings.ToLower(name)
		if p != "" && !tracking[name] && !strings.HasPrefix(name, "utm_") {
			keep = append(keep, p)
		}
	}
	u.RawQuery, u.ForceQuery = strings.Join(keep, "&"), false
	return u.String()
}

// ItemID is the id of an item that has none of its own: its URL without
// tracking parameters, else the SHA-256 of title and content in hex.
func ItemID(rawURL, title, content string) string {
	if u := CleanURL(rawURL); u != "" {
		return wire.ItemID(u)
	}
	h := sha256.New()
	h.Write([]byte(title))
	h.Write([]byte{0}) // title and content must not run together
	h.Write([]byte(content))
	return hex.EncodeToString(h.Sum(nil))
}
