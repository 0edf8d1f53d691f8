package wire

import "fmt"

// Reasons of an Error. The worker's dead letters carry them as error type.
const (
	// Decode: the record is no envelope: not JSON, another schema, a field
	// out of its bounds, none or two payloads.
	Decode = "decode"
	// TooLarge: the payload is above MaxPayload.
	TooLarge = "too_large"
	// Malformed: the payload is not what its format says.
	Malformed = "malformed"
	// Charset: the payload's bytes are text in no encoding we can tell.
	Charset = "charset"
	// Depth: markup or JSON nested beyond the limit.
	Depth = "depth"
	// UnsupportedFormat: no parser for the format, or none recognised.
	UnsupportedFormat = "unsupported_format"
	// NoText: neither title nor body.
	NoText = "no_text"
	// NotArticle: a picture, package, planning, event or catalogue item.
	// The item is dropped and counted; it is no dead letter.
	NotArticle = "not_article"
)

// Error says why a record became no article. Err names what and where, never
// the article's text.
type Error struct {
	Reason string
	Err    error
}

// Error is "reason: cause".
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Reason
	}
	return e.Reason + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Drop reports whether the item is to be dropped and counted instead of
// becoming a dead letter.
func (e *Error) Drop() bool { return e.Reason == NotArticle }

// refuse builds an Error.
func refuse(reason, format string, args ...any) *Error {
	return &Error{Reason: reason, Err: fmt.Errorf(format, args...)}
}
