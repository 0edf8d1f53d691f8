package wire

import (
	"archive/tar"
	"encoding/json"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// samples reads the wire samples of the development data.
func samples(t *testing.T) map[string][]byte {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "wire", "wire-samples.tar.zst"))
	if err != nil {
		t.Skipf("development data absent: %v", err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	files := make(map[string][]byte)
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if files[h.Name], err = io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestSamplesNinjs reads IPTC's validation suite and examples: what is valid is
// an article or none of ours, what is not gets an error or a warning.
func TestSamplesNinjs(t *testing.T) {
	pass, fail := 0, 0
	for name, data := range samples(t) {
		if !strings.HasPrefix(name, "iptc+newsinjson/validation/test_suite/") || path.Ext(name) != ".json" || strings.Contains(name, "schema") {
			continue
		}
		format := "ninjs-" + strings.Split(name, "/")[3][:1]
		a, err := Parse(envelopeOf(format, string(data)), Options{})
		reason := reasonOf(err)
		switch {
		case strings.Contains(name, "should_pass"):
			pass++
			if err != nil && reason != NotArticle {
				t.Errorf("%s: %v", name, err)
			}
			if a != nil && len(a.Warnings) > 0 {
				t.Logf("%s: %q", name, a.Warnings)
			}
		case strings.Contains(name, "should_fail"):
			fail++
			if err == nil && len(a.Warnings) == 0 {
				t.Errorf("%s: read without a word", name)
			}
		}
	}
	t.Logf("%d valid, %d invalid", pass, fail)
	if pass < 100 || fail < 40 {
		t.Errorf("only %d valid and %d invalid files found", pass, fail)
	}
}

// TestSamplesAll reads every other sample: all parse or are no article.
func TestSamplesAll(t *testing.T) {
	counts := map[string]int{}
	for name, data := range samples(t) {
		var format string
		switch {
		case strings.Contains(name, "test_suite") || strings.Contains(name, "schema") || strings.HasSuffix(name, ".xsd"):
			continue
		case strings.HasPrefix(name, "iptc+newsinjson/examples/NewsML/"):
			format = "newsml-1.2"
		case strings.HasPrefix(name, "iptc+newsinjson/examples/") && path.Ext(name) == ".json":
			format = "ninjs-" + strings.Split(name, "/")[2][:1]
		case strings.HasPrefix(name, "iptc+newsml-g2/examples/") && path.Ext(name) == ".xml":
			format = "newsml-g2"
		case strings.Contains(name, "/tests/data/input/"):
			format = "digitalwires"
		case strings.Contains(name, "/tests/data/output/"):
			format = "newsml-g2"
		default:
			continue
		}
		a, err := Parse(envelopeOf(format, string(data)), Options{})
		if err != nil && reasonOf(err) != NotArticle {
			t.Errorf("%s: %v", name, err)
			continue
		}
		counts[format+" "+reasonOf(err)]++
		if got := Sniff(data); got != format && !strings.HasPrefix(format, "ninjs") {
			t.Errorf("%s: sniffed %q", name, got)
		}
		if err == nil {
			t.Logf("%s: %q by %q from %q, %d bytes, %q %q", path.Base(name), a.Title, a.Byline, a.Dateline, len(a.Body), a.Authors, a.Warnings)
		}
	}
	t.Logf("%v", counts)
	if len(counts) < 6 {
		t.Errorf("formats %v", counts)
	}
}

// TestSamplesDigitalwires checks what the design counts on the digitalwires
// samples: every headline, 8 datelines, the contact rows, and no word of a note
// that is not for publication.
func TestSamplesDigitalwires(t *testing.T) {
	datelines, rows, contacts := 0, 0, 0
	for name, data := range samples(t) {
		if !strings.Contains(name, "/tests/data/input/") {
			continue
		}
		v, err := parseJSON(string(data))
		if err != nil {
			t.Fatal(err)
		}
		a, err := Parse(envelopeOf("digitalwires", string(data)), Options{})
		if reasonOf(err) == NotArticle {
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if want := plainOf(v.get("headline").str()); a.Title != want {
			t.Errorf("%s: title %q, want %q", name, a.Title, want)
		}
		if want := strings.TrimSpace(v.get("dateline").str()); want != "" {
			datelines++
			if a.Dateline != want {
				t.Errorf("%s: dateline %q, want %q", name, a.Dateline, want)
			}
			if strings.HasPrefix(a.Body, want) {
				t.Errorf("%s: the dateline is still in the body", name)
			}
		}
		for _, n := range v.get("ednotes").each() {
			if !strings.HasSuffix(n.get("role").str(), ":dpacontacts") {
				continue
			}
			rows++
			if len(contactRow(n.get("ednote").str())) > 0 {
				contacts++
			}
		}
		all, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range v.get("ednotes").each() {
			if n.get("is_publishable").kind == 't' {
				continue
			}
			for w := range strings.FieldsSeq(plainOf(n.get("ednote").str())) {
				if strings.ContainsAny(w, "@0123456789") && len(w) > 5 && !strings.Contains(a.Body, w) && strings.Contains(string(all), w) {
					t.Errorf("%s: a word of a note that is not for publication is in the article", name)
				}
			}
		}
	}
	t.Logf("%d datelines, %d of %d contact rows", datelines, contacts, rows)
	if datelines != 8 || rows != 18 || contacts != 18 {
		t.Errorf("%d datelines, want 8; %d of %d contact rows, want 18 of 18", datelines, contacts, rows)
	}
}
