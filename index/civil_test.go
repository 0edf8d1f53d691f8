package index

import (
	"math/rand/v2"
	"testing"
	"time"
)

// Civil dates are read as the standard library reads them.
func TestParseCivil(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, shape := range dateShapes[:3] {
		for range 20000 {
			b := []byte(time.UnixMilli(r.Int64N(8e14) - 6e14).UTC().Format(shape))
			for range r.IntN(3) {
				b[r.IntN(len(b))] = "0123456789-T: a"[r.IntN(15)]
			}
			s := string(b)
			want, err := time.Parse(shape, s)
			ok := err == nil && want.Year() >= 1 && want.Year() <= 9999
			got, gotOK := ParseDate(s)
			if gotOK != ok || ok && got != want.UnixMilli() {
				t.Fatalf("%q: %d %v, want %v %v", s, got, gotOK, want, err)
			}
		}
	}
}
