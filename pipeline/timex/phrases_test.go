package timex

import (
	"strings"
	"testing"
)

// TestPhrases checks common phrases of news and the ends of years. The base is
// Monday 2025-05-19 unless a row gives another; there is no verb to help.
func TestPhrases(t *testing.T) {
	tests := []struct {
		base, phrase, timex, start, end, flag string
	}{
		{"", "Monday", "2025-05-19", "2025-05-19", "2025-05-20", ""},
		{"", "on Monday", "2025-05-19", "2025-05-19", "2025-05-20", ""},
		{"", "Sunday", "2025-05-18", "2025-05-18", "2025-05-19", ""},
		{"", "on Sunday", "2025-05-18", "2025-05-18", "2025-05-19", ""},
		{"", "last Sunday", "2025-05-18", "2025-05-18", "2025-05-19", ""},
		{"", "Friday", "2025-05-16", "2025-05-16", "2025-05-17", ""},
		{"", "yesterday", "2025-05-18", "2025-05-18", "2025-05-19", ""},
		{"", "tomorrow", "2025-05-20", "2025-05-20", "2025-05-21", ""},
		{"", "overnight", "2025-05-18TNI", "2025-05-18T18:00", "2025-05-19T06:00", ""},
		{"", "overnight Sunday into Monday", "2025-05-18TNI", "2025-05-18T18:00", "2025-05-19T06:00", ""},
		{"", "the weekend", "2025-W20-WE", "2025-05-17", "2025-05-19", ""},
		{"", "two weeks ago", "2025-W19", "2025-05-05", "2025-05-12", ""},
		{"", "March 18", "2025-03-18", "2025-03-18", "2025-03-19", ""},
		{"", "February 2022", "2022-02", "2022-02-01", "2022-03-01", ""},
		{"", "2022", "2022", "2022-01-01", "2023-01-01", ""},
		{"", "its 2022 invasion", "2022", "2022-01-01", "2023-01-01", ""},
		{"", "last week", "2025-W20", "2025-05-12", "2025-05-19", ""},
		{"", "next week", "2025-W22", "2025-05-26", "2025-06-02", ""},
		{"", "later this week", "2025-W21 END", "2025-05-20", "2025-05-26", ""},
		{"", "last month", "2025-04", "2025-04-01", "2025-05-01", ""},
		{"", "earlier this month", "2025-05 START", "2025-05-01", "2025-05-19", ""},
		{"", "late April", "2025-04 END", "2025-04-21", "2025-05-01", "approxStart"},
		{"", "in recent days", "PXD", "2025-05-12", "2025-05-20", "vague"},
		{"", "past three years", "P3Y", "2022-05-19", "2025-05-20", "rolling"},
		{"", "since 2014", "2014", "2014-01-01", "2025-05-20", "openEnd"},
		{"", "Wednesday (31)", "XXXX-XX-31", "", "", "conflict"},
		{"", "before the weekend", "2025-W21-WE", "2025-05-24", "2025-05-26", ""},
		{"", "since the beginning of the year", "2025 START", "2025-01-01", "2025-05-20", "openEnd"},
		{"", "since 2025", "2025", "2025-01-01", "2025-05-20", "openEnd"},
		{"2025-01-02", "Dec. 30", "2024-12-30", "2024-12-30", "2024-12-31", ""},
		{"2024-12-30", "Jan. 3", "2025-01-03", "2025-01-03", "2025-01-04", ""},
		{"2024-12-30", "this week", "2025-W01", "2024-12-30", "2025-01-06", ""},
		{"2021-01-01", "this week", "2020-W53", "2020-12-28", "2021-01-04", ""},
		{"2025-01-02", "last month", "2024-12", "2024-12-01", "2025-01-01", ""},
		{"2025-01-02", "Tuesday", "2024-12-31", "2024-12-31", "2025-01-01", ""},
		{"2024-12-30", "next month", "2025-01", "2025-01-01", "2025-02-01", ""},
		{"2025-03-31", "last month", "2025-02", "2025-02-01", "2025-03-01", ""},
		{"2025-01-02", "the fourth quarter", "2024-Q4", "2024-10-01", "2025-01-01", ""},
	}
	for _, tt := range tests {
		t.Run(tt.base+" "+tt.phrase, func(t *testing.T) {
			base := tt.base
			if base == "" {
				base = "2025-05-19"
			}
			ds := resolveText(t, tt.phrase, base)
			if len(ds) != 1 {
				t.Fatalf("%d dates, want 1: %+v", len(ds), ds)
			}
			d := ds[0]
			if got := strings.TrimSpace(d.Timex + " " + d.Mod); got != tt.timex || d.Start != tt.start || d.End != tt.end {
				t.Errorf("got %s [%s,%s), want %s [%s,%s)", got, d.Start, d.End, tt.timex, tt.start, tt.end)
			}
			if tt.flag != "" && !strings.Contains(strings.Join(d.Flags, " "), tt.flag) {
				t.Errorf("flags are %v, want %s", d.Flags, tt.flag)
			}
			if tt.flag == "" && d.Method == "publication" {
				t.Error("fell back to publication")
			}
		})
	}
}
