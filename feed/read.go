package feed

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"dateline/pipeline/wire"
)

// lineSlack is how much longer than a payload a line may be that holds it as
// an envelope: base64, escapes and the envelope's own fields.
const lineSlack = 3

// ReadFile reads a file's items. In each pair exactly one is set: an Item to
// send, or a *Refusal. As reading goes on, read is told how many bytes were
// taken from the file; it may be nil.
func (s *Source) ReadFile(path string, read func(n int)) iter.Seq2[*Item, *Refusal] {
	return func(yield func(*Item, *Refusal) bool) {
		p := place{file: path, base: filepath.Base(path)}
		f, err := os.Open(path)
		if err != nil {
			yield(nil, p.refuse(Unreadable, err))
			return
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil || !info.Mode().IsRegular() {
			if err == nil {
				err = errors.New("not a regular file")
			}
			yield(nil, p.refuse(Unreadable, err))
			return
		}
		p.at = info.ModTime()
		s.read(f, p, read)(yield)
	}
}

// Read reads the items of a stream, standard input say: JSON Lines if its
// first line is a JSON object of its own, else one item. name stands for it in
// messages; at is when it arrived.
func (s *Source) Read(name string, r io.Reader, at time.Time) iter.Seq2[*Item, *Refusal] {
	return s.read(r, place{file: name, at: at}, nil)
}

// read reads a stream by the name's endings.
func (s *Source) read(r io.Reader, p place, count func(int)) iter.Seq2[*Item, *Refusal] {
	return func(yield func(*Item, *Refusal) bool) {
		if count != nil {
			r = &counter{r, count}
		}
		name := strings.ToLower(p.base)
		if plain, ok := strings.CutSuffix(name, ".gz"); ok {
			z, err := gzip.NewReader(r)
			if err != nil {
				yield(nil, p.refuse(gzipReason(err), fmt.Errorf("gzip: %w", err)))
				return
			}
			defer z.Close()
			name, r = plain, z
		}
		b := bufio.NewReaderSize(r, 64<<10)
		switch filepath.Ext(name) {
		case ".jsonl", ".ndjson":
			s.lines(b, p, yield)
		case ".txt":
			p.text = true
			s.whole(b, p, yield)
		case ".json", ".xml", ".html":
			s.whole(b, p, yield)
		default:
			if startsWithObjects(b) {
				s.lines(b, p, yield)
			} else {
				s.whole(b, p, yield)
			}
		}
	}
}

// counter tells what was taken from the file.
type counter struct {
	r    io.Reader
	tell func(int)
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.tell(n)
	return n, err
}

// gzipReason tells a file that is cut off from one that is broken.
func gzipReason(err error) string {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return Unfinished
	}
	return Unreadable
}

// startsWithObjects reports whether the first line, or as much of it as fits
// the buffer, is a JSON object of its own.
func startsWithObjects(b *bufio.Reader) bool {
	head, _ := b.Peek(b.Size())
	head = bytes.TrimLeft(head, " \t\r\n")
	if len(head) == 0 || head[0] != '{' {
		return false
	}
	line, _, ended := bytes.Cut(head, []byte("\n"))
	return json.Valid(line) || !ended && len(head) > b.Size()/2
}

// whole reads a stream that is one item.
func (s *Source) whole(r io.Reader, p place, yield func(*Item, *Refusal) bool) {
	limit := s.limit()
	wide := limit
	var b bytes.Buffer // doubles as it grows, where io.ReadAll copies five times the size
	_, err := b.ReadFrom(io.LimitReader(r, lineSlack*limit+1))
	data := b.Bytes()
	if isEnvelope(data) {
		wide = lineSlack * limit // its payload has the limit
	}
	switch {
	case int64(len(data)) > wide:
		yield(nil, p.refuse(wire.TooLarge, fmt.Errorf("more than %d bytes, decompressed", wide)))
	case err != nil:
		yield(nil, p.refuse(gzipReason(err), err))
	case unfinished(data):
		yield(nil, p.refuse(Unfinished, errors.New("file ends in the middle of its article")))
	default:
		s.give(data, p, yield)
	}
}

// give makes an item of the bytes and hands it on.
func (s *Source) give(data []byte, p place, yield func(*Item, *Refusal) bool) bool {
	it, refusal := s.item(data, p)
	if refusal != nil {
		return yield(nil, refusal)
	}
	return yield(&it, nil)
}

// lines reads one item a line. A line that is too long is passed over without
// being held, so memory stays bounded whatever the stream decompresses to.
func (s *Source) lines(b *bufio.Reader, p place, yield func(*Item, *Refusal) bool) {
	limit := lineSlack * s.limit()
	var line []byte
	for p.line = 1; ; p.line++ {
		line = line[:0]
		long, ended := false, false
		for {
			part, err := b.ReadSlice('\n')
			if !long {
				line = append(line, part...)
				if int64(len(line)) > limit {
					long, line = true, nil
				}
			}
			if err == nil {
				ended = true
				break
			}
			if errors.Is(err, bufio.ErrBufferFull) {
				continue
			}
			if !errors.Is(err, io.EOF) {
				yield(nil, p.refuse(gzipReason(err), err))
				return
			}
			break
		}
		if !s.line(bytes.TrimSpace(line), long, ended, p, yield) || !ended {
			return
		}
	}
}

// line handles one line of JSON Lines; false ends the reading.
func (s *Source) line(line []byte, long, ended bool, p place, yield func(*Item, *Refusal) bool) bool {
	if p.line == 1 {
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	}
	switch {
	case long:
		return yield(nil, p.refuse(wire.TooLarge, fmt.Errorf("line of more than %d bytes", lineSlack*s.limit())))
	case len(line) == 0:
		if p.line == 1 && !ended {
			return yield(nil, p.refuse(Unfinished, errors.New("file is empty")))
		}
		return true
	case !ended && unfinished(line):
		return yield(nil, p.refuse(Unfinished, errors.New("file ends in the middle of a line")))
	case int64(len(line)) > s.limit() && !isEnvelope(line):
		return yield(nil, p.refuse(wire.TooLarge, fmt.Errorf("article of %d bytes, limit %d", len(line), s.limit())))
	case s.isJSON() && line[0] != '{':
		return yield(nil, p.refuse(wire.Malformed, errors.New("line is not a JSON object")))
	}
	return s.give(append([]byte(nil), line...), p, yield)
}

// isJSON reports that a line that is no JSON object cannot be an article.
func (s *Source) isJSON() bool { return s.Format == "" || s.Format == "auto" || s.Format == "article" }

// unfinished reports whether the bytes stop before the end that their format
// has: the last brace of JSON, the closing tag of an XML root, the ETX or EOT
// of the old wires. Plain text has none.
func unfinished(data []byte) bool {
	t := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	if len(t) == 0 {
		return true
	}
	switch t[0] {
	case '{', '[':
		var v json.RawMessage
		return errors.Is(json.NewDecoder(bytes.NewReader(t)).Decode(&v), io.ErrUnexpectedEOF)
	case '<':
		return openMarkup(t)
	case 0x01, 0x16: // SOH, SYN
		return bytes.LastIndexAny(data, "\x03\x04") < 0
	}
	return false
}

// openMarkup reports whether the root of an XML document has no end. HTML may
// leave its tags open.
func openMarkup(t []byte) bool {
	switch wire.Sniff(t) {
	case "", "html", "text":
		return false
	}
	if bytes.HasSuffix(t, []byte("/>")) {
		return false
	}
	if t[len(t)-1] != '>' {
		return true
	}
	last := bytes.LastIndex(t, []byte("</"))
	if last < 0 {
		return true
	}
	name := bytes.TrimSpace(t[last+2 : len(t)-1])
	root := rootName(t)
	return len(root) > 0 && !bytes.Equal(name, root)
}

// rootName is the name of the first element.
func rootName(t []byte) []byte {
	for len(t) > 0 {
		i := bytes.IndexByte(t, '<')
		if i < 0 || i+1 >= len(t) {
			return nil
		}
		t = t[i+1:]
		if t[0] == '?' || t[0] == '!' {
			continue
		}
		if end := bytes.IndexAny(t, " \t\r\n/>"); end > 0 {
			return t[:end]
		}
		return nil
	}
	return nil
}
