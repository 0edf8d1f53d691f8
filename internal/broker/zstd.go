package broker

import (
	"bytes"
	"io"
	"sync"

	zstdlib "github.com/klauspost/compress/zstd"
	"github.com/segmentio/kafka-go/compress"
	"github.com/segmentio/kafka-go/compress/zstd"
)

// init replaces kafka-go's zstd codec in the table where it looks for codecs.
// There is no other way to choose one for reading.
func init() { compress.Codecs[compress.Zstd] = new(zstdCodec) }

// zstdCodec reads each batch in one piece. A decoder of streams, as kafka-go has,
// allocates the whole window that a frame's header allows for, and producers
// write windows of 8 MiB for batches of 1 MiB: with six partitions read at once
// that was up to 50 MB, kept until the second collection, beside the 6 MB that
// were decoded. In one piece what was decoded is the window.
type zstdCodec struct {
	zstd.Codec // writes
}

// NewReader implements [compress.Codec].
func (*zstdCodec) NewReader(r io.Reader) io.ReadCloser { return &zstdReader{src: r} }

// decoder is shared: as many decode at once as there are processors, the others
// wait. It has no goroutines.
var decoder = sync.OnceValues(func() (*zstdlib.Decoder, error) {
	return zstdlib.NewReader(nil, zstdlib.WithDecoderConcurrency(0))
})

// pages are the memory of one batch, reused.
var pages = sync.Pool{New: func() any { return new(page) }}

type page struct {
	packed bytes.Buffer
	plain  []byte
}

// keepPage is how large a batch may be, in bytes, for its memory to be reused:
// producers send up to 1 MiB, unless one record is larger.
const keepPage = 4 << 20

// zstdReader decodes its source at the first read. kafka-go reads to the end, and
// closes the reader, before it asks for the next batch.
type zstdReader struct {
	src  io.Reader
	page *page
	rest []byte
	err  error
}

func (r *zstdReader) Read(p []byte) (int, error) {
	if r.page == nil && r.err == nil {
		r.err = r.decode()
	}
	if r.err != nil {
		return 0, r.err
	}
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// decode reads the source to its end: what it leaves would be taken for the
// next batch.
func (r *zstdReader) decode() error {
	d, err := decoder()
	if err != nil {
		return err
	}
	r.page = pages.Get().(*page)
	r.page.packed.Reset()
	if _, err := r.page.packed.ReadFrom(r.src); err != nil {
		return err
	}
	plain, err := d.DecodeAll(r.page.packed.Bytes(), r.page.plain[:0])
	r.page.plain, r.rest = plain, plain
	return err
}

// Close gives the memory back.
func (r *zstdReader) Close() error {
	if p := r.page; p != nil && cap(p.plain)+p.packed.Cap() <= keepPage {
		pages.Put(p)
	}
	*r = zstdReader{err: io.ErrClosedPipe}
	return nil
}
