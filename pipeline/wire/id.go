package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// MaxRevision is the highest revision an article can have. One above it is the
// revision of a withdrawal, so nothing later revives a killed item; times 1024,
// plus the enrichment release, it stays below 2^53.
const MaxRevision = 1<<43 - 2

// Key is the first 16 bytes of SHA-256(source id, 0x00, item id): what orders
// versions, copies and kills of one item.
func Key(sourceID, itemID string) [16]byte {
	b := make([]byte, 0, 128)
	b = append(b, sourceID...)
	b = append(b, 0)
	b = append(b, itemID...)
	sum := sha256.Sum256(b)
	return [16]byte(sum[:16])
}

// ID is Key in 32 hex digits: the item's id in the index.
func ID(sourceID, itemID string) string {
	return string(AppendID(nil, sourceID, itemID))
}

// AppendID appends ID to dst.
func AppendID(dst []byte, sourceID, itemID string) []byte {
	k := Key(sourceID, itemID)
	return hex.AppendEncode(dst, k[:])
}

// ItemID is id if it may stand in an envelope, else the 64 hex digits of its
// SHA-256: ids longer than MaxItemID, with control bytes or not UTF-8.
func ItemID(id string) string {
	e := Envelope{SourceID: "x", ItemID: id}
	if id == "" || (e.check() == nil && validUTF8(id)) {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:])
}

// Scheme says what orders the versions of a source's items. It is fixed per
// source: a counter and a time are never compared.
type Scheme string

// The schemes of revision.
const (
	Auto    Scheme = ""        // the counter where the item has one, else the time
	Counter Scheme = "counter" // the source's integer version
	Time    Scheme = "time"    // the version's time in milliseconds
)

// revision is what orders versions of an item; false if it had to be cut to
// its bounds.
func revision(s Scheme, version int64, at time.Time) (int64, bool) {
	v := version
	if s == Time || (s == Auto && version == 0) {
		v = 0
		if !at.IsZero() {
			v = at.UnixMilli()
		}
	}
	switch {
	case v < 0:
		return 0, false
	case v > MaxRevision:
		return MaxRevision, false
	}
	return v, true
}
