package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestReady(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/readyz":
		case "/moved":
			http.Redirect(w, r, "/readyz", http.StatusFound)
		default:
			http.Error(w, "hold: elasticsearch answers 401", http.StatusServiceUnavailable)
		}
	}))
	defer s.Close()
	if err := ready(t.Context(), s.URL+"/readyz"); err != nil {
		t.Error(err)
	}
	if err := ready(t.Context(), s.URL+"/"); err == nil || !strings.Contains(err.Error(), "answers 401") {
		t.Errorf("not ready: %v", err)
	}
	if err := ready(t.Context(), s.URL+"/moved"); err == nil {
		t.Error("a redirect counts as ready")
	}
	if err := ready(t.Context(), "127.0.0.1:9600"); !isUsage(err) {
		t.Errorf("no scheme: %v", err)
	}
	s.Close()
	if err := ready(t.Context(), s.URL+"/readyz"); err == nil || isUsage(err) {
		t.Errorf("nobody there: %v", err)
	}
}
