package config

import (
	"strings"
	"testing"
)

// TestForms has good values (first) and bad ones of every form.
func TestForms(t *testing.T) {
	long := strings.Repeat("a", 300)
	tests := []struct {
		form *form
		good []string
		bad  []string
	}{
		{hostPort,
			[]string{"127.0.0.1:9092", "kafka:1", "kafka_1.desk:65535", "[::1]:9092", "xn--bcher-kva.example:9092", "kafka.example.net.:9092"},
			[]string{"kafka", ":9092", "kafka:0", "kafka:65536", "kafka:-1", "kafka:http", "a b:1", "::1:9092", "http://kafka:9092", "kafka:9092/x", "-k:1", "k..e:1", long + ":1", "kafka:+1"}},
		{listenAddress,
			[]string{"127.0.0.1:9600", ":9600", "localhost:0", "[::]:80", "0.0.0.0:65535"},
			[]string{"9600", "localhost", "localhost:65536", "http://localhost:1", "a b:1", ":", ":http"}},
		{serverURL,
			[]string{"http://127.0.0.1:9200", "https://search.example.net", "https://search.example.net:9200/es/", "http://[::1]:9200"},
			[]string{"search:9200", "search", "ftp://search:9200", "https://", "https://:9200", "https://a:b@search:9200", "https://search:9200?x=1", "https://search/#a", "https://search:99999", "https://sea rch", "HTTP//x"}},
		{pageURL,
			[]string{"https://www.example.net/", "http://example.net/a?b=c"},
			[]string{"www.example.net", "mailto:desk@example.net", "https://", "javascript:alert(1)"}},
		{topicName, []string{"news.raw", "a", "News_Raw-2"}, []string{".", "..", "news raw", "news/raw", "nachrichten-für", strings.Repeat("a", 250), "a\nb"}},
		{sourceID, []string{"wire-desk", "7", strings.Repeat("a", 64)}, []string{"Wire", "wire_desk", "wire desk", strings.Repeat("a", 65), "a\n"}},
		{indexPrefix, []string{"dateline", "d.1-x_y"}, []string{"Dateline", "_dateline", "-d", ".d", "a*b", "a,b", strings.Repeat("a", 101)}},
		{fingerprint, []string{strings.Repeat("0a", 32), strings.Repeat("0A:", 31) + "ff"}, []string{"0a", strings.Repeat("0a", 33), strings.Repeat("0g", 32), strings.Repeat("a0:", 32)}},
		{timezone, []string{"Europe/Lisbon", "UTC", "Asia/Kathmandu", "Etc/GMT+3"}, []string{"Local", "localtime", "Lisbon", "+02:00", "../etc/passwd", "Europe/", "CEST"}},
		{country, []string{"PT", "GB", "US", "XK", "TW", "PS"}, []string{"UK", "pt", "PRT", "ZZ", "Portugal", "419", "EU", "P", "1"}},
		{language, []string{"en", "pt-BR", "zh-Hant", "sr-Latn-RS"}, []string{"english", "pt_BR", "e", "en-", "12"}},
	}
	for _, tt := range tests {
		t.Run(tt.form.name, func(t *testing.T) {
			for _, v := range tt.good {
				if complaint, hint := tt.form.check(v); complaint != "" {
					t.Errorf("%q is refused: %s; %s", v, complaint, hint)
				}
			}
			for _, v := range tt.bad {
				complaint, hint := tt.form.check(v)
				if complaint == "" || hint == "" {
					t.Errorf("%q: complaint %q, hint %q, want both", v, complaint, hint)
				}
				if strings.Contains(complaint+hint, "a:b@") {
					t.Errorf("%q: the password is shown: %s; %s", v, complaint, hint)
				}
			}
		})
	}
}

func TestSuggest(t *testing.T) {
	kafka := root.child("kafka")
	for name, want := range map[string]string{
		"brokerz":                       `did you mean "brokers"?`,
		"borkers":                       `did you mean "brokers"?`,
		"Session-Timeout":               `did you mean "session_timeout"?`,
		"session":                       `did you mean "session_timeout"?`,
		"bootstrap_servers":             `did you mean "brokers"?`,
		"group_id":                      `did you mean "group"?`,
		"addresses":                     `did you mean "brokers"?`,
		"api_key":                       `did you mean "elasticsearch.api_key"?`,
		"ring_bytes":                    `did you mean "worker.ring_bytes"?`,
		"commit":                        "known keys: ",
		"x":                             "known keys: ",
		"":                              "known keys: ",
		strings.Repeat("brokers", 1000): "known keys: ",
	} {
		if got := suggest(kafka, name); !strings.HasPrefix(got, want) {
			t.Errorf("%.20q: %s, want %s", name, got, want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "ab", 2}, {"ab", "", 2}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "acb", 1}, {"abc", "ab", 1}, {"abc", "xabc", 1}, {"topic", "optics", 3}, {"abcd", "dcba", 3}} {
		if got := editDistance(tt.a, tt.b); got != tt.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
