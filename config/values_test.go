package config

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestParseBytes(t *testing.T) {
	for text, want := range map[string]Bytes{
		"0": 0, "1": 1, "512B": 512, "1kB": 1000, "4MB": 4e6, "2GB": 2e9,
		"1KiB": 1024, "2MiB": 2 << 20, "1.5MiB": 3 << 19, "3 GiB": 3 << 30, " 7 ": -1,
		"": -1, "MiB": -1, ".": -1, "1.2.3MiB": -1, "-1MiB": -1, "+1": -1, "1e3": -1,
		"2M": -1, "2mib": -1, "2MIB": -1, "0.1B": -1, "9007199254740992": -1, "1MiB2": -1, "٣MiB": -1,
	} {
		got, complaint, hint := parseBytes(text)
		if want < 0 {
			if complaint == "" || hint == "" {
				t.Errorf("parseBytes(%q) = %d, want a complaint and a hint", text, got)
			}
		} else if got != want || complaint != "" {
			t.Errorf("parseBytes(%q) = %d, %q, want %d", text, got, complaint, want)
		}
	}
}

func TestBytesString(t *testing.T) {
	for b, want := range map[Bytes]string{
		0: "0B", 1: "1B", 1000: "1kB", 1023: "1023B", 1024: "1KiB", 3 << 19: "1536KiB",
		2 << 20: "2MiB", 1 << 30: "1GiB", 120e6: "120MB", 1e12: "1000GB", -2 << 20: "-2MiB",
	} {
		if got := b.String(); got != want {
			t.Errorf("Bytes(%d) is %q, want %q", int64(b), got, want)
		}
		if back, complaint, _ := parseBytes(b.String()); b >= 0 && (back != b || complaint != "") {
			t.Errorf("%q reads as %d, %q, want %d", b, back, complaint, b)
		}
	}
}

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"500ms": 500 * time.Millisecond, "30s": 30 * time.Second, "1h30m": 90 * time.Minute, "0s": 0, "-3s": -3 * time.Second,
	} {
		if got, complaint, _ := parseDuration(text); got != want || complaint != "" {
			t.Errorf("parseDuration(%q) = %s, %q, want %s", text, got, complaint, want)
		}
	}
	for text, hint := range map[string]string{
		"30": `"30s"`, "1.5": `"1.5s"`, "7d": `"168h"`, "0.5d": `"12h"`, "": "for example", "soon": "for example", "1 h": "for example", "d": "for example",
	} {
		if _, complaint, got := parseDuration(text); complaint == "" || !strings.Contains(got, hint) {
			t.Errorf("parseDuration(%q): %q; %q, want a hint with %s", text, complaint, got, hint)
		}
	}
}

func TestFormatDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 10 * time.Second: "10s", time.Minute: "1m", 90 * time.Second: "1m30s", 168 * time.Hour: "168h",
		time.Hour + time.Second: "1h0m1s", 500 * time.Millisecond: "500ms", -time.Minute: "-1m", 20 * time.Minute: "20m", 10 * time.Hour: "10h",
	} {
		if got := formatDuration(d); got != want {
			t.Errorf("formatDuration(%s) = %q, want %q", d, got, want)
		}
		if back, _, _ := parseDuration(formatDuration(d)); back != d {
			t.Errorf("%q reads as %s, want %s", formatDuration(d), back, d)
		}
	}
}

// TestSecretIsHidden prints a secret in every way a log line might.
func TestSecretIsHidden(t *testing.T) {
	const value = "s3cr3t"
	c := Default()
	c.Serve.Token, c.Kafka.SASL.Password = value, value
	var shown []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10s"} {
		shown = append(shown, fmt.Sprintf(verb, c.Serve.Token), fmt.Sprintf(verb, c.Serve), fmt.Sprintf(verb, c))
	}
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	asText, err := c.Serve.Token.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	shown = append(shown, string(asJSON), string(asText), fmt.Sprint(c.Serve.Token))
	for _, s := range shown {
		if strings.Contains(s, value) || strings.Contains(s, fmt.Sprintf("%x", value)) {
			t.Errorf("the secret is shown in %q", s)
		}
	}
	if string(c.Serve.Token) != value || Secret("").String() != "" || Secret("x").String() != "***" {
		t.Error("a conversion is the way to the value, *** what is shown of it")
	}
}
