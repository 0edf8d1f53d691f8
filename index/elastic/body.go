package elastic

import (
	"bytes"
	"encoding/json"
	"io"

	"dateline/index"
)

// meta is the line before each document. encoding/json writes it, so that a
// control byte in an id cannot break the request apart.
type meta struct {
	Index struct {
		Index       string `json:"_index"`
		ID          string `json:"_id"`
		Version     int64  `json:"version"`
		VersionType string `json:"version_type"`
	} `json:"index"`
}

// body is what a bulk request sends. Only the lines between the documents are
// made for it; the documents are read where they lie. A copy of them would be
// another 2 MiB for each bulk that is on its way, and a quarter of all the memory
// that a worker allocates.
type body struct {
	parts [][]byte
	size  int64 // bytes of all parts
}

// newBody makes the body of a request. It reads the documents until the request
// is over, and maybe beyond: nobody may change them.
func newBody(actions []index.Action) *body {
	var lines bytes.Buffer
	lines.Grow(lineSize * len(actions))
	enc := json.NewEncoder(&lines) // ends each line
	var m meta
	m.Index.VersionType = "external"
	ends := make([]int, len(actions))
	for i := range actions {
		a := &actions[i]
		if i > 0 {
			lines.WriteByte('\n') // of the document before
		}
		m.Index.Index, m.Index.ID, m.Index.Version = a.Index, a.ID, a.Version
		_ = enc.Encode(&m) // strings and a number into memory
		ends[i] = lines.Len()
	}
	lines.WriteByte('\n')
	b := &body{parts: make([][]byte, 0, 2*len(actions)+1), size: int64(lines.Len())}
	all, from := lines.Bytes(), 0
	for i, end := range ends {
		b.parts = append(b.parts, all[from:end], actions[i].Source)
		b.size += int64(len(actions[i].Source))
		from = end
	}
	b.parts = append(b.parts, all[from:])
	return b
}

// lineSize is about what a line before a document takes, in bytes.
const lineSize = 160

// reader reads the body from its start. Each has its own place in it.
func (b *body) reader() *bodyReader { return &bodyReader{rest: b.parts} }

// bodyReader reads parts one after the other.
type bodyReader struct {
	rest [][]byte
	at   int // in the first of them
}

// Read fills p as far as there is something: a short document and its line do
// not make a write to the network of their own.
func (r *bodyReader) Read(p []byte) (n int, err error) {
	for n < len(p) && len(r.rest) > 0 {
		c := copy(p[n:], r.rest[0][r.at:])
		n += c
		if r.at += c; r.at == len(r.rest[0]) {
			r.rest, r.at = r.rest[1:], 0
		}
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}
