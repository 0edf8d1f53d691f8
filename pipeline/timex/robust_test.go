package timex

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"dateline/pipeline/text"
)

// TestAnchor holds which day relative dates hang on.
func TestAnchor(t *testing.T) {
	washington, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	late := instant(t, "2025-03-11T02:00:00Z") // Monday evening in Washington
	tests := []struct {
		name  string
		a     Anchor
		day   string
		clash bool
		want  string // of "Monday"
		conf  float32
	}{
		{"zone", Anchor{Published: late, Zone: washington}, "2025-03-10", false, "2025-03-10", 0.92},
		{"no zone", Anchor{Published: late}, "2025-03-11", false, "2025-03-10", 0.92},
		{"dateline near", Anchor{Published: late, Dateline: "2025-03-09"}, "2025-03-09", false, "2025-03-03", 0.92},
		{"dateline far", Anchor{Published: late, Dateline: "2025-02-09"}, "2025-03-11", true, "2025-03-10", 0.5},
		{"dateline alone", Anchor{Dateline: "2025-03-10"}, "2025-03-10", false, "2025-03-10", 0.92},
		{"dateline broken", Anchor{Published: late, Dateline: "soon"}, "2025-03-11", false, "2025-03-10", 0.92},
		{"received", Anchor{Published: late, Received: true}, "2025-03-11", false, "2025-03-10", 0.5},
		{"nothing", Anchor{}, "", false, "", 0},
		{"year 1", Anchor{Published: time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC)}, "", false, "", 0},
		{"year 9999", Anchor{Published: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)}, "", false, "", 0},
		{"year 20000", Anchor{Published: time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)}, "", false, "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if day, clash := tt.a.Day(); day != tt.day || clash != tt.clash {
				t.Errorf("day %q, conflict %v; want %q, %v", day, clash, tt.day, tt.clash)
			}
			ds := resolveAnchor(t, "", "They met on Monday.", tt.a)
			if len(ds) != 1 || ds[0].Start != tt.want || ds[0].Confidence != tt.conf {
				t.Fatalf("got %+v, want %s at %v", ds, tt.want, tt.conf)
			}
			if tt.want == "" && (ds[0].Precision != "unknown" || ds[0].Timex != "XXXX-WXX-1") {
				t.Errorf("without an anchor: %+v", ds[0])
			}
		})
	}
}

// TestEdges holds dates at the ends of the calendar and far out.
func TestEdges(t *testing.T) {
	for _, s := range []string{"9999-12-31", "0001-01-01", "December 31, 9999", "in 100000 years", "9,999 centuries ago", "the 99th century",
		"in 2100", "2100-12-31T23:59", "32 May 2020", "00:00 GMT", "24:00 GMT", "25:61 GMT", "the '00s", "Feb. 29, 2023", "the year 0"} {
		for _, dct := range []string{"2025-05-19", "0150-01-01", "9800-12-31"} {
			checkDates(t, "", s, resolveText(t, s, dct))
		}
	}
	ds := resolveText(t, "It ends on 9999-12-31.", "2025-05-19")
	if len(ds) != 1 || ds[0].Start != "" || ds[0].Precision != "unknown" {
		t.Errorf("a day whose end is past the calendar: %+v", ds)
	}
}

// TestLongInput holds that texts made to hurt are read to their end: sentences
// without one, digits without end. Time that grew with the square of the text
// would show as a test that does not finish.
func TestLongInput(t *testing.T) {
	for _, unit := range []string{"1", "9-", "May 3, ", "Monday ", "last ", "the day before the day before ", "1/1/", "’90s-", "\" ", "a year ago, at $1, "} {
		s := strings.Repeat(unit, 200_000/len(unit))
		checkDates(t, "", s, resolveText(t, s, "2025-05-19"))
	}
	digits := strings.Repeat("0123456789", 1<<20)
	if ds := resolveText(t, digits, "2025-05-19"); len(ds) != 0 {
		t.Errorf("%d dates in ten megabytes of digits", len(ds))
	}
}

// TestPure holds that neither the machine's zone nor an earlier article changes
// an answer.
func TestPure(t *testing.T) {
	body := "On Monday, a week ago, Feb. 3 and the following day; the third quarter, this summer, 10 a.m. Tuesday."
	a := Anchor{Published: instant(t, "2025-03-10T23:30:00Z")}
	want := resolveAnchor(t, "Friday", body, a)
	old := time.Local
	defer func() { time.Local = old }()
	s := &Scratch{}
	for _, h := range []int{-12, 0, 14} {
		time.Local = time.FixedZone("test", h*3600)
		var other, b, h text.Tokens
		other.Reset("In 1914 the first quarter of 1998 and late Sunday, he said \"tomorrow\".")
		Resolve(nil, nil, &other, Anchor{Published: instant(t, "1998-01-01"), Narrative: true}, s)
		b.Reset(body)
		h.Reset("Friday")
		a.Published = a.Published.Local()
		if got := Resolve(nil, &h, &b, a, s); !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

// TestInstant holds which clock times are instants: those whose zone is known.
func TestInstant(t *testing.T) {
	zone := func(name string) *time.Location {
		l, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	published := instant(t, "2025-07-15T12:00:00Z")
	for _, tt := range []struct {
		body string
		zone *time.Location
		want string
	}{
		{"It began at 10:30 GMT on Monday.", nil, "2025-07-14T10:30:00Z"},
		{"It began at 10:30 p.m. EDT on Monday.", nil, "2025-07-15T02:30:00Z"},
		{"It began at 10:30 a.m. on Monday.", zone("Europe/Berlin"), "2025-07-14T08:30:00Z"},
		{"It began at 10:30 a.m. on Monday.", nil, ""},
		{"It began at 10:30 a.m. ET on Monday.", zone("America/New_York"), "2025-07-14T14:30:00Z"},
		{"It began at 10:30 a.m. ET on Monday.", nil, ""},
		{"It began at 10:30 a.m. BST on Monday.", zone("Europe/London"), "2025-07-14T09:30:00Z"},
		{"It began at 10:30 a.m. BST on Monday.", zone("Asia/Dhaka"), ""},
		{"It began on Monday morning.", zone("Europe/London"), ""},
	} {
		got := ""
		for _, d := range resolveAnchor(t, "", tt.body, Anchor{Published: published, Zone: tt.zone}) {
			got += d.Instant
		}
		if got != tt.want {
			t.Errorf("%s in %v: instant %q, want %q", tt.body, tt.zone, got, tt.want)
		}
	}
}
