package timex

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"dateline/pipeline/text"
)

// checkDates holds what is true of every answer.
func checkDates(tb testing.TB, title, body string, ds []Date) {
	tb.Helper()
	valid := utf8.ValidString(title) && utf8.ValidString(body)
	for i, d := range ds {
		t := body
		if d.Field == text.Title {
			t = title
		}
		if d.Span.Start < 0 || d.Span.Start >= d.Span.End || d.Span.End > len(t) {
			tb.Fatalf("date %d: span %v outside %d bytes", i, d.Span, len(t))
		}
		if d.Span.Of(t) != d.Text {
			tb.Fatalf("date %d: text %q, span holds %q", i, d.Text, d.Span.Of(t))
		}
		if valid && !utf8.ValidString(d.Text) {
			tb.Fatalf("date %d: span %v cuts a rune", i, d.Span)
		}
		if !d.Span.Contains(d.Extent) {
			tb.Fatalf("date %d: extent %v outside span %v", i, d.Extent, d.Span)
		}
		if i > 0 && ds[i-1].Field == d.Field && d.Span.Start < ds[i-1].Span.End {
			tb.Fatalf("date %d: span %v before the end of %v", i, d.Span, ds[i-1].Span)
		}
		if (d.Start == "") != (d.End == "") || d.Start != "" && padTime(d.Start) >= padTime(d.End) {
			tb.Fatalf("date %d: %q is [%s,%s)", i, d.Text, d.Start, d.End)
		}
		if d.Start != "" && (len(d.Start) != 10 && len(d.Start) != 16 || len(d.End) != 10 && len(d.End) != 16) {
			tb.Fatalf("date %d: bounds %q %q", i, d.Start, d.End)
		}
		if d.Start == "" && d.Precision != "unknown" || d.Granularity == "" || d.Confidence < 0 || d.Confidence > 1 {
			tb.Fatalf("date %d: %+v", i, d)
		}
	}
}

func padTime(s string) string {
	if len(s) == 10 {
		return s + "T00:00"
	}
	return s
}

func FuzzResolve(f *testing.F) {
	for _, s := range []string{"On Tuesday, May 3-5 and from Monday to Thursday", "9999-12-31 and Dec. 31, 9999; year 0001-01-01", "two hundred centuries ago",
		"the '90s, 1990-91, 1914–1918, 9/11/2001, 10:30am GMT", "overnight Sunday into Monday’s \"last night\"", strings.Repeat("9", 300), "a-b-Monday-c-19-20-May",
		"in 241 BC; half a century; 24:00; a year and a half ago", "Feb. 29, 1900, Feb. 30 and 31 June", "Good Friday, Eid al-Fitr 2024, New Year’s Eve"} {
		f.Add(s, int64(1741620600), "2025-03-09", false)
		f.Add(s, int64(-62135596800), "", true)
		f.Add(s, int64(253402300799), "9999-12-31", false)
	}
	f.Fuzz(func(t *testing.T, s string, published int64, dateline string, narrative bool) {
		title, body, _ := strings.Cut(s, "\n")
		a := Anchor{Published: time.Unix(published, 0), Dateline: dateline, Narrative: narrative}
		var b, h text.Tokens
		b.Reset(body)
		h.Reset(title)
		sc := &Scratch{}
		one := Resolve(nil, &h, &b, a, sc)
		checkDates(t, title, body, one)
		if two := Resolve(nil, &h, &b, a, sc); !reflect.DeepEqual(one, two) {
			t.Fatalf("twice, differently:\n%+v\n%+v", one, two)
		}
	})
}
