package wire

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func validUTF8(s string) bool { return utf8.ValidString(s) }

// decodeText turns a payload into UTF-8, in this order: byte order mark; valid
// UTF-8 whatever the label says (wires label UTF-8 as ISO-8859-1); the declared
// labels, ISO-8859-1 read as windows-1252; windows-1252. Bytes that are broken
// UTF-8 under a UTF-8 label stay UTF-8, the broken ones replaced, if they are
// fewer than the whole sequences. The warning is empty if nothing was guessed.
// Text without a byte order mark that holds NUL bytes is no text in any of
// these: reason Charset. The text may share the memory of data until own.
func decodeText(data []byte, labels ...string) (text, warning string, err error) {
	for _, bom := range boms {
		if !bytes.HasPrefix(data, bom.mark) {
			continue
		}
		if bom.enc == nil {
			data = data[len(bom.mark):]
			break
		}
		out, err := bom.enc.NewDecoder().Bytes(data[len(bom.mark):])
		if err != nil {
			return "", "", refuse(Charset, "UTF-16 text is broken")
		}
		return string(out), "", nil
	}
	if utf8.Valid(data) {
		return unchanged(data), "", nil
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return "", "", refuse(Charset, "payload is not text: NUL byte in no Unicode encoding")
	}
	declaredUTF8 := false
	for _, label := range labels {
		enc, name := lookup(label)
		switch {
		case enc == nil:
		case name == "utf-8":
			declaredUTF8 = true
		default:
			out, err := enc.NewDecoder().Bytes(data)
			if err != nil {
				return "", "", refuse(Charset, "payload is not %s", name)
			}
			return string(out), "", nil
		}
	}
	if whole, broken := sequences(data); declaredUTF8 && broken <= whole {
		return strings.ToValidUTF8(string(data), "\uFFFD"), "payload is broken UTF-8: bytes replaced", nil
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return "", "", refuse(Charset, "payload is in no known encoding")
	}
	return string(out), "payload has no usable encoding label: read as windows-1252", nil
}

// boms are the byte order marks; UTF-8's is only cut off.
var boms = []struct {
	mark []byte
	enc  encoding.Encoding
}{
	{[]byte("\xef\xbb\xbf"), nil},
	{[]byte("\xfe\xff"), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	{[]byte("\xff\xfe"), unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
}

// lookup finds the encoding of a label or of a content type's charset
// parameter; nil for none. UTF-16 labels without a byte order mark are wrong
// on data that reached us as bytes above ASCII only, so they are not believed.
func lookup(label string) (encoding.Encoding, string) {
	if i := strings.Index(strings.ToLower(label), "charset="); i >= 0 {
		label = label[i+len("charset="):]
		label, _, _ = strings.Cut(label, ";")
	}
	label = strings.Trim(label, " \t\r\n\"'")
	if label == "" {
		return nil, ""
	}
	enc, name := charset.Lookup(label)
	if strings.HasPrefix(name, "utf-16") || name == "replacement" {
		return nil, ""
	}
	return enc, name
}

// sequences counts the whole and the broken multi-byte sequences.
func sequences(b []byte) (whole, broken int) {
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			broken++
		} else {
			whole++
		}
		b = b[n:]
	}
	return whole, broken
}
