package feed

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/articles"
	"dateline/pipeline/wire"
)

var arrival = time.Date(2025, 3, 10, 15, 30, 0, 0, time.UTC)

// write puts a file into a folder with a fixed time.
func write(t testing.TB, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, arrival, arrival); err != nil {
		t.Fatal(err)
	}
	return path
}

func zipped(data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(data)
	z.Close()
	return b.Bytes()
}

// readAll collects what a file holds.
func readAll(s Source, path string) (items []Item, refusals []*Refusal) {
	for it, r := range s.ReadFile(path, nil) {
		if r != nil {
			refusals = append(refusals, r)
		} else {
			items = append(items, *it)
		}
	}
	return items, refusals
}

const (
	ferry    = `{"title":"Ferry resumes","body":"BERGEN — The ferry sailed on Monday.","url":"https://desk.example/a?utm_source=x","published":"2025-03-08T07:00:00+01:00","updated":"2025-03-09T08:00:00Z"}`
	ferry2   = `{"title":"Ferry stops","body":"BERGEN — The ferry stopped on Tuesday.","item_id":"f-2","version":3}`
	plain    = "Ferry resumes in Bergen\nBy Mara Lindqvist\nBERGEN — The ferry sailed on Monday.\n"
	envelope = `{"schema":"dateline.raw.v1","source_id":"other","item_id":"e-1","version":2,"format":"text","payload":"Title\nBy Ann Lee\nBody of the text."}`
)

func TestReadShapes(t *testing.T) {
	desk := Source{ID: "desk"}
	for _, c := range []struct {
		name, file, data string
		source           Source
		keys             []string
		refusals         []string // each must be the beginning of what the refusal says after the folder
	}{
		{"one article", "a.json", ferry, desk, []string{"desk/https://desk.example/a"}, nil},
		{"article on several lines", "a.json", strings.ReplaceAll(ferry, ",", ",\n "), desk, []string{"desk/https://desk.example/a"}, nil},
		{"with a byte order mark", "a.json", "\xef\xbb\xbf" + ferry2, desk, []string{"desk/f-2"}, nil},
		{"lines", "a.jsonl", ferry + "\n\n" + ferry2 + "\r\n" + envelope, desk, []string{"desk/https://desk.example/a", "desk/f-2", "other/e-1"}, nil},
		{"lines without an end", "a.ndjson", ferry2, desk, []string{"desk/f-2"}, nil},
		{"lines after a byte order mark", "a.jsonl", "\xef\xbb\xbf" + ferry2 + "\n", desk, []string{"desk/f-2"}, nil},
		{"lines by their look", "export", ferry + "\n" + ferry2, desk, []string{"desk/https://desk.example/a", "desk/f-2"}, nil},
		{"object by its look", "export", "{\n" + ferry2[1:], desk, []string{"desk/f-2"}, nil},
		{"plain text", "a.txt", plain, desk, []string{"desk/" + ItemID("", "Ferry resumes in Bergen", "BERGEN — The ferry sailed on Monday.")}, nil},
		{"text that looks like JSON", "a.txt", "{not json}\n", Source{ID: "desk", Format: "text"}, []string{"desk/" + ItemID("", "{not json}", "")}, nil},
		{"envelope alone", "a.json", envelope, Source{}, []string{"other/e-1"}, nil},
		{"id is a number", "a.json", `{"title":"T","body":"B","id":1234567890123456789}`, desk, []string{"desk/1234567890123456789"}, nil},
		{"gzip", "a.jsonl.gz", string(zipped([]byte(ferry + "\n" + ferry2))), desk, []string{"desk/https://desk.example/a", "desk/f-2"}, nil},
		{"gzip in capitals", "A.TXT.GZ", string(zipped([]byte(plain))), desk, []string{"desk/" + ItemID("", "Ferry resumes in Bergen", "BERGEN — The ferry sailed on Monday.")}, nil},

		{"bad lines between good ones", "a.jsonl", "{\"title\":\n" + ferry2 + "\n7\n{\"title\":\" \"}\n" + ferry + "\n{\"title\":{}}\n", desk,
			[]string{"desk/f-2", "desk/https://desk.example/a"},
			[]string{"a.jsonl:1: malformed: ", "a.jsonl:3: malformed: line is not a JSON object", "a.jsonl:4: no_text: ", "a.jsonl:6: malformed: "}},
		{"bad envelopes", "a.jsonl", strings.Replace(envelope, "v1", "v9", 1) + "\n" + strings.Replace(envelope, `"payload"`, `"load"`, 1) + "\n" + strings.Replace(envelope, `"text"`, `"teletext"`, 1) + "\n", desk, nil,
			[]string{"a.jsonl:1: decode: envelope schema", "a.jsonl:2: decode: ", "a.jsonl:3: unsupported_format: "}},
		{"other JSON", "a.jsonl", `{"headline":"T","text":"B"}` + "\n" + `{"headline":"T"` + "\n", desk, nil, []string{"a.jsonl:1: unsupported_format: ", "a.jsonl:2: malformed: JSON syntax error at byte "}},
		{"JSON in a text file", "a.txt", `{"headline":"T","text":"B"}`, desk, []string{"desk/" + ItemID("", `{"headline":"T","text":"B"}`, "")}, nil},
		{"a list", "a.json", "[" + ferry2 + "]", desk, nil, []string{"a.json: unsupported_format: "}},
		{"no source", "a.jsonl", ferry2 + "\n" + envelope, Source{}, []string{"other/e-1"}, []string{"a.jsonl:1: no_source: item names no source: name it with --source"}},
		{"bad version", "a.json", `{"title":"T","body":"B","version":"two"}`, desk, nil, []string{`a.json: malformed: field "version"`}},
		{"bad id", "a.json", `{"title":"T","body":"B","id":["x"]}`, desk, nil, []string{`a.json: malformed: item_id`}},
		{"negative version", "a.json", `{"title":"T","body":"B","version":-1}`, desk, nil, []string{`a.json: decode: version is negative`}},
		{"cut JSON", "a.json", ferry[:40], desk, nil, []string{"a.json: unfinished: "}},
		{"cut last line", "a.jsonl", ferry2 + "\n" + ferry[:40], desk, []string{"desk/f-2"}, []string{"a.jsonl:2: unfinished: "}},
		{"cut XML", "a.xml", `<?xml version="1.0"?><nitf><head/><body>`, desk, nil, []string{"a.xml: unfinished: "}},
		{"empty", "a.txt", "", desk, nil, []string{"a.txt: unfinished: "}},
		{"empty lines", "a.jsonl", "", desk, nil, []string{"a.jsonl:1: unfinished: "}},
		{"binary", "a.dat", "\x00\x01\x02", desk, nil, []string{"a.dat: "}},
		{"no gzip", "a.json.gz", ferry, desk, nil, []string{"a.json.gz: unreadable: gzip: "}},
		{"cut gzip", "a.json.gz", string(zipped([]byte(ferry))[:60]), desk, nil, []string{"a.json.gz: unfinished: "}},
		{"format without a parser", "a.bin", "\x16\x16\x01a0001^x<", desk, nil, []string{"a.bin: unfinished: "}},
		{"too large", "a.txt", strings.Repeat("Ferry. ", 200), Source{ID: "desk", MaxBytes: 1000}, nil, []string{"a.txt: too_large: "}},
		{"too large a line", "a.jsonl", ferry2 + "\n" + `{"body":"` + strings.Repeat("x", 5000) + "\"}\n" + ferry2, Source{ID: "desk", MaxBytes: 1000}, []string{"desk/f-2", "desk/f-2"}, []string{"a.jsonl:2: too_large: "}},
		{"too large a payload", "a.jsonl", strings.Replace(envelope, "Body", strings.Repeat("x", 1000), 1), Source{ID: "desk", MaxBytes: 1000}, nil, []string{"a.jsonl:1: too_large: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			items, refusals := readAll(c.source, write(t, dir, c.file, []byte(c.data)))
			var keys []string
			for _, it := range items {
				keys = append(keys, string(it.Record.Key))
				e, err := wire.DecodeEnvelope(it.Record.Value)
				if err != nil {
					t.Fatalf("value: %v", err)
				}
				if string(key(e)) != string(it.Record.Key) {
					t.Errorf("key %s of an envelope of %s", it.Record.Key, key(e))
				}
			}
			if !slices.Equal(keys, c.keys) {
				t.Errorf("keys %q, want %q", keys, c.keys)
			}
			if len(refusals) != len(c.refusals) {
				t.Fatalf("refusals %v, want %q", refusals, c.refusals)
			}
			for i, r := range refusals {
				said, ok := strings.CutPrefix(r.Error(), dir+string(filepath.Separator))
				if !ok || !strings.HasPrefix(said, c.refusals[i]) {
					t.Errorf("refusal %q, want %q", r, c.refusals[i])
				}
				if strings.Contains(r.Error(), "Ferry") {
					t.Errorf("refusal %q quotes the article", r)
				}
			}
		})
	}
}

// TestReadEnvelope pins what an item's envelope says.
func TestReadEnvelope(t *testing.T) {
	dir := t.TempDir()
	s := Source{ID: "desk", Timezone: "Europe/Oslo", Language: "no", Outlet: "Havneposten"}
	items, refusals := readAll(s, write(t, dir, "a.jsonl", []byte(ferry+"\n"+ferry2)))
	if len(refusals) > 0 || len(items) != 2 {
		t.Fatal(refusals)
	}
	e, err := wire.DecodeEnvelope(items[0].Record.Value)
	if err != nil {
		t.Fatal(err)
	}
	if string(e.Data) != ferry || e.Format != "article" || e.File != "a.jsonl" || e.Version != 0 {
		t.Errorf("payload %q, format %s, file %s, version %d", e.Data, e.Format, e.File, e.Version)
	}
	published := time.Date(2025, 3, 8, 6, 0, 0, 0, time.UTC)
	if !e.FirstSeen.Equal(published) || !e.VersionTime.Equal(time.Date(2025, 3, 9, 8, 0, 0, 0, time.UTC)) || !e.ReceivedAt.Equal(arrival) {
		t.Errorf("first seen %s, version %s, received %s", e.FirstSeen, e.VersionTime, e.ReceivedAt)
	}
	if e.Hints.TZ != "Europe/Oslo" || e.Hints.Language != "no" || e.Hints.Outlet != "Havneposten" {
		t.Errorf("hints %+v", e.Hints)
	}
	if e, _ = wire.DecodeEnvelope(items[1].Record.Value); e.Version != 3 || !e.FirstSeen.Equal(arrival) || !e.VersionTime.Equal(arrival) {
		t.Errorf("without dates: version %d, first seen %s, version time %s", e.Version, e.FirstSeen, e.VersionTime)
	}
	if again, _ := readAll(s, filepath.Join(dir, "a.jsonl")); !bytes.Equal(again[0].Record.Value, items[0].Record.Value) {
		t.Error("reading again gives other bytes")
	}
	// An envelope goes out as it came.
	for _, name := range []string{"e.jsonl", "e.json"} {
		items, _ = readAll(s, write(t, dir, name, []byte(" "+envelope+" \n")))
		if string(items[0].Record.Value) != envelope {
			t.Errorf("envelope in %s changed to %s", name, items[0].Record.Value)
		}
	}
	items, _ = readAll(s, write(t, dir, "w.json", []byte(`{"title":"T","body":"B","published":"some day"}`)))
	if len(items) != 1 || len(items[0].Warnings) != 1 {
		t.Errorf("unreadable date gives %+v, want an item with a warning", items)
	}
}

func TestReadBundle(t *testing.T) {
	var b bytes.Buffer
	var want []string
	for _, a := range articles.All() {
		b.Write(a.Envelope())
		b.WriteByte('\n')
		want = append(want, articles.Key(a))
	}
	items, refusals := readAll(Source{}, write(t, t.TempDir(), "bundle.jsonl.gz", zipped(b.Bytes())))
	if len(refusals) > 0 {
		t.Fatal(refusals)
	}
	for i, a := range articles.All() {
		if !bytes.Equal(items[i].Record.Value, a.Envelope()) || string(items[i].Record.Key) != want[i] {
			t.Errorf("line %d is not %s", i+1, a.Name)
		}
	}
}

// TestReadMalformed reads every kind of broken record that the worker must
// survive: none gets past the feed.
func TestReadMalformed(t *testing.T) {
	n := len(articles.MalformedKinds())
	for a := range (articles.Mix{Seed: 1, Records: n, Malformed: 100}).Articles() {
		items, refusals := readAll(Source{ID: "desk"}, write(t, t.TempDir(), "a.jsonl", append(a.Envelope(), '\n')))
		if len(items) > 0 || len(refusals) == 0 {
			if len(a.Envelope()) > 0 {
				t.Errorf("%.600q is sent", a.Envelope())
			}
		}
	}
}

// bomb is a gzip file that unpacks to n MiB of zeros, at a thousandth of the
// size: one member, many times.
func bomb(n int) []byte {
	return bytes.Repeat(zipped(bytes.Repeat([]byte("0"), 1<<20)), n)
}

func TestGzipBombs(t *testing.T) {
	const unpacked = 96
	data := bomb(unpacked)
	for _, name := range []string{"a.txt.gz", "a.json.gz", "a.jsonl.gz", "a.gz"} {
		t.Run(name, func(t *testing.T) {
			path := write(t, t.TempDir(), name, data)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			items, refusals := readAll(Source{ID: "desk"}, path)
			runtime.ReadMemStats(&after)
			if len(items) != 0 || len(refusals) != 1 || refusals[0].Reason != wire.TooLarge && refusals[0].Reason != wire.Malformed {
				t.Fatalf("items %d, refusals %v; want it refused", len(items), refusals)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 80<<20 {
				t.Errorf("%d MiB allocated for a file of %d KiB that holds %d MiB", grown>>20, len(data)>>10, unpacked)
			}
		})
	}
	// The line is passed over and the next one read.
	data = append(bomb(20), zipped([]byte("\n"+ferry2+"\n"))...)
	items, refusals := readAll(Source{ID: "desk"}, write(t, t.TempDir(), "a.jsonl.gz", data))
	if len(items) != 1 || len(refusals) != 1 || refusals[0].Reason != wire.TooLarge || refusals[0].Line != 1 {
		t.Errorf("items %d, refusals %v", len(items), refusals)
	}
}

func TestReadStream(t *testing.T) {
	s := Source{ID: "desk"}
	count := func(in string) (n int) {
		for it := range s.Read("stdin", strings.NewReader(in), arrival) {
			if it != nil {
				n++
			}
		}
		return n
	}
	for in, want := range map[string]int{ferry + "\n" + ferry2: 2, plain: 1, "{\n" + ferry[1:]: 1, "": 0} {
		if got := count(in); got != want {
			t.Errorf("%.30q gives %d items, want %d", in, got, want)
		}
	}
	// A first line longer than the buffer.
	long := `{"title":"T","body":"` + strings.Repeat("word ", 30000) + `"}`
	if got := count(long + "\n" + ferry); got != 2 {
		t.Errorf("a long first line gives %d items, want 2", got)
	}
	var said *Refusal
	for it, r := range s.Read("stdin", io.MultiReader(strings.NewReader(ferry+"\n"), broken{}), arrival) {
		if it == nil {
			said = r
		}
	}
	if said == nil || said.Reason != Unreadable || said.Line != 2 || !errors.Is(said, fs.ErrClosed) {
		t.Errorf("a stream that breaks gives %v", said)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, fs.ErrClosed }

func TestSourceCheck(t *testing.T) {
	for _, good := range []Source{{}, {ID: "a-1"}, {ID: "desk", Format: "auto", Timezone: "Asia/Tokyo"}, {Format: "text"}} {
		if err := good.Check(); err != nil {
			t.Errorf("%+v: %v", good, err)
		}
	}
	for want, bad := range map[string]Source{"source": {ID: "A Desk"}, "format": {Format: "word"}, "timezone": {Timezone: "Mars/Olympus"}} {
		if err := bad.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want one about %s", bad, err, want)
		}
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.txt", "a.txt", ".hidden", "c.tmp", "d.part", "e.filepart", "f.txt"} {
		write(t, dir, name, []byte(plain))
	}
	for _, sub := range []string{"sub", ".git", "done", "bad"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, sub), "x.txt", []byte(plain))
	}
	files, err := Files(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		rel, _ := filepath.Rel(dir, f)
		got = append(got, filepath.ToSlash(rel))
	}
	if want := []string{"a.txt", "b.txt", "f.txt", "sub/x.txt"}; !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
	if n := TotalSize([]string{dir}); n != int64(4*len(plain)) {
		t.Errorf("total size %d, want %d", n, 4*len(plain))
	}
	if TotalSize([]string{dir, "-"}) >= 0 {
		t.Error("the size of stdin is known")
	}
	if _, err := Files(filepath.Join(dir, "absent")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent folder: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{ferry, ferry2, envelope, plain, "", "{", "<nitf></nitf>", "\x01\x02\x03", ferry + "\n" + envelope} {
		f.Add([]byte(s), "a.jsonl")
		f.Add([]byte(s), "a")
		f.Add(zipped([]byte(s)), "a.gz")
	}
	s := Source{ID: "desk", MaxBytes: 1 << 16}
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		read := func() (said []string) {
			line := 0
			for it, r := range s.read(bytes.NewReader(data), place{file: name, base: name, at: arrival}, nil) {
				if (it == nil) == (r == nil) {
					t.Fatal("neither or both of item and refusal")
				}
				n := 0
				if r != nil {
					if r.Reason == "" || r.Err == nil {
						t.Fatalf("refusal without a reason: %#v", r)
					}
					n, said = r.Line, append(said, r.Error())
				} else {
					e, err := wire.DecodeEnvelope(it.Record.Value)
					if err != nil {
						t.Fatalf("sent value is no envelope: %v", err)
					}
					if string(key(e)) != string(it.Record.Key) {
						t.Fatalf("key %q of %q", it.Record.Key, key(e))
					}
					n, said = it.Line, append(said, string(it.Record.Value))
				}
				if n < line {
					t.Fatalf("line %d after %d", n, line)
				}
				line = n
			}
			return said
		}
		if a, b := read(), read(); !slices.Equal(a, b) {
			t.Fatal("two readings differ")
		}
	})
}

func BenchmarkReadLines(b *testing.B) {
	var in bytes.Buffer
	n := 0
	for a := range (articles.Mix{Seed: 1, Records: 1000}).Articles() {
		if bytes.HasPrefix(a.Payload(), []byte("{")) {
			in.Write(a.Payload())
			in.WriteByte('\n')
			n++
		}
	}
	s := Source{ID: "desk"}
	b.SetBytes(int64(in.Len()))
	b.ReportAllocs()
	for b.Loop() {
		got := 0
		for it, r := range s.Read("bench", bytes.NewReader(in.Bytes()), arrival) {
			if r != nil {
				b.Fatal(r)
			}
			got += min(it.Line, 1)
		}
		if got != n {
			b.Fatal(fmt.Sprint(got, " items, want ", n))
		}
	}
}
