package pipeline_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/index"
	"dateline/pipeline"
	"dateline/pipeline/timex"
	"dateline/pipeline/wire"
)

// TestBadDates feeds what feeds do send: no date of publication, zones that do
// not exist, years at the end of the calendar, megabytes of digits. Each is
// read, bounded and marked, and gives documents that an index takes.
func TestBadDates(t *testing.T) {
	const body = "Rebels attacked Kyiv on Monday. Ukraine will answer by Dec. 31, 9999, or on 9999-12-31, the minister said. It met on March 3, 2025."
	may := time.Date(2025, 5, 20, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		a      wire.Article
		zone   string // of the source
		source string // of the main date
		monday string // start of "Monday"
	}{
		"no publication":       {wire.Article{Body: body}, "", "scored", ""},
		"no date at all":       {wire.Article{Body: "Rebels attacked Kyiv."}, "", "absent", ""},
		"only received":        {wire.Article{Body: body, Published: may, PublishedBasis: "received"}, "", "scored", "2025-05-19"},
		"no such zone":         {wire.Article{Body: body, Published: may}, "Mars/Olympus_Mons", "scored", "2025-05-19"},
		"no such article zone": {wire.Article{Body: body, Published: may, TimeZone: "../../etc/passwd"}, "", "scored", "2025-05-19"},
		"year 9999":            {wire.Article{Body: body, Published: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)}, "", "scored", ""},
		"year 1":               {wire.Article{Body: body, Published: time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC)}, "", "scored", ""},
		"ten megabytes":        {wire.Article{Title: "Digits", Body: strings.Repeat("0123456789", 1<<20), Published: may}, "", "publication", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := pipeline.New(pipeline.Options{Sources: map[string]pipeline.SourceOptions{"s": {TimeZone: c.zone}}})
			if err != nil {
				t.Fatal(err)
			}
			c.a.SourceID, c.a.ItemID, c.a.Status, c.a.Format, c.a.Version, c.a.Revision = "s", "1", wire.Usable, "article", 1, 1
			d := p.Enrich(&c.a, nil, new(pipeline.Scratch))
			if d.Main == nil || d.Main.Source != c.source {
				t.Errorf("main date %+v, want it from %s", d.Main, c.source)
			}
			i := slices.IndexFunc(d.Dates, func(x timex.Date) bool { return x.Text == "Monday" })
			if i >= 0 && (d.Dates[i].Start != c.monday || c.monday == "" && d.Dates[i].Precision != "unknown") {
				t.Errorf("Monday is %+v, want %q", d.Dates[i], c.monday)
			}
			if c.a.PublishedBasis == "received" && i >= 0 && d.Dates[i].Confidence > 0.5 {
				t.Errorf("a date that hangs on the time of receipt has confidence %v", d.Dates[i].Confidence)
			}
			for _, x := range d.Dates {
				if (x.Start == "") != (x.End == "") || x.Start == "" && x.Precision != "unknown" {
					t.Errorf("%+v", x)
				}
			}
			if len(d.Dates) > 100 || len(d.Events) > 64 {
				t.Errorf("%d dates, %d events", len(d.Dates), len(d.Events))
			}
			o := index.Options{Prefix: "x", Period: index.Single, Epoch: 1, Slots: index.MaxSlots}
			a, err := index.ArticleAction(d, o)
			if err != nil {
				t.Fatal(err)
			}
			if err := index.Visit(index.Article, a.Source, func(string, index.Type, []byte) error { return nil }); err != nil {
				t.Error(err)
			}
			if _, err := index.EventActions(d, o); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAnyMachine holds that documents are the same whatever the machine's zone
// is: the test runs itself again under other values of TZ.
func TestAnyMachine(t *testing.T) {
	const ask = "DATELINE_TEST_DIGEST"
	if os.Getenv(ask) != "" {
		p, err := pipeline.New(pipeline.Options{})
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile("testdata/cable.txt")
		if err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		// The offset of New York in winter: parsed there, it is New York's zone.
		parsed, err := time.Parse(time.RFC3339, "2025-03-08T23:30:00-05:00")
		if err != nil {
			t.Fatal(err)
		}
		for _, published := range []time.Time{{}, time.Unix(1741620600, 0).UTC(), parsed, time.Date(2024, 12, 31, 23, 30, 0, 0, time.FixedZone("", 7200))} {
			a := &wire.Article{SourceID: "s", ItemID: "1", Status: wire.Usable, Title: "Cable", Body: string(text) + "\n\nIt begins at 9:30 a.m. on July 4.\n", Published: published}
			if err := json.NewEncoder(h).Encode(p.Enrich(a, nil, new(pipeline.Scratch))); err != nil {
				t.Fatal(err)
			}
		}
		fmt.Printf("digest %x\n", h.Sum(nil))
		return
	}
	var want []byte
	for _, tz := range []string{"UTC", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "nowhere"} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestAnyMachine$")
		cmd.Env = append(os.Environ(), ask+"=1", "TZ="+tz)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("TZ=%s: %v", tz, err)
		}
		_, digest, ok := bytes.Cut(out, []byte("digest "))
		if !ok {
			t.Fatalf("TZ=%s: %s", tz, out)
		}
		digest, _, _ = bytes.Cut(digest, []byte("\n"))
		if want == nil {
			want = digest
		}
		if !bytes.Equal(digest, want) {
			t.Errorf("TZ=%s gives other documents", tz)
		}
	}
}

// TestNoClock holds that no stage can ask what day it is, or where the machine
// stands.
func TestNoClock(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && (strings.HasPrefix(e.Name(), "_") || e.Name() == "train" || e.Name() == "score" || e.Name() == "testdata") {
			return filepath.SkipDir
		}
		if e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		files++
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Local", "After", "Tick"}, s.Sel.Name) {
					t.Errorf("%s uses time.%s", path, s.Sel.Name)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || files < 50 {
		t.Fatalf("%d files, %v", files, err)
	}
}
