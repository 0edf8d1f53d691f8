package timex

import "testing"

// TestNamed checks named days against dates known from calendars.
func TestNamed(t *testing.T) {
	tests := []struct{ base, text, want string }{
		{"2024-09-30", "Rosh Hashanah", "2024-10-03"}, {"2025-09-30", "Yom Kippur", "2025-10-02"},
		{"2024-04-01", "Passover", "2024-04-23"}, {"2025-04-01", "Passover", "2025-04-13"},
		{"2024-12-01", "Hanukkah", "2024-12-26"}, {"2023-12-01", "Hanukkah", "2023-12-08"}, {"2022-12-01", "Hanukkah", "2022-12-19"},
		{"2025-01-20", "Lunar New Year", "2025-01-29"}, {"2024-03-01", "Super Tuesday", "2024-03-05"}, {"2024-11-01", "Diwali", "2024-10-31"},
		{"2025-04-01", "Good Friday", "2025-04-18"}, {"2025-04-01", "Easter Sunday", "2025-04-20"}, {"2024-11-20", "Thanksgiving", "2024-11-28"},
		{"2024-11-20", "Black Friday", "2024-11-29"}, {"2024-11-01", "Election Day", "2024-11-05"}, {"2025-05-01", "Memorial Day", "2025-05-26"},
		{"2025-01-10", "Martin Luther King Jr. Day", "2025-01-20"}, {"2025-01-02", "New Year’s Eve", "2024-12-31"},
		{"2025-03-01", "the 9/11 attacks", "2001-09-11"}, {"2025-03-01", "the 7/7 bombings", "2005-07-07"}, {"2025-03-01", "the Oct. 7 attacks", "2023-10-07"},
		{"2025-03-01", "Christmas 2019", "2019-12-25"}, {"2025-03-01", "last Christmas", "2024-12-25"}, {"2025-03-01", "next Christmas", "2025-12-25"},
		{"2025-03-01", "the score was 7/7 today", "2025-03-01"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			ds := resolveText(t, tt.text, tt.base)
			if len(ds) != 1 || ds[0].Start != tt.want {
				t.Errorf("got %+v, want %s", ds, tt.want)
			}
		})
	}
}

// TestNamesFit holds that every name is found as it is written.
func TestNamesFit(t *testing.T) {
	for _, n := range namedDays {
		b := []byte(n.name)
		b[0] -= 'a' - 'A'
		ds := resolveText(t, "It was on "+string(b)+" 2010 that it began.", "2010-06-01")
		if len(ds) == 0 || ds[0].Rule != "named" {
			t.Errorf("%q gives %+v", n.name, ds)
		}
	}
}
