package elastic_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// newHTTP serves h until the test ends.
func newHTTP(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}
