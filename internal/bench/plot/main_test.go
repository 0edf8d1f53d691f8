package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// The page shows the picture of the figures that lie beside it.
func TestPictureOfThePage(t *testing.T) {
	const docs = "../../../docs/growth"
	data, err := os.ReadFile(docs + ".json")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(docs + ".svg")
	if err != nil {
		t.Fatal(err)
	}
	got, err := picture(data)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("docs/growth.svg is not the picture of docs/growth.json: draw it again with go run . %s.json %[1]s.svg", docs)
	}
}

func TestPicture(t *testing.T) {
	const one = `[{"name":"width","title":"a thing by its width","x":"width","unit":"mm",
		"costs":[{"key":"a","title":"time, least","unit":"s","most":1},{"key":"b","title":"weight","unit":"g","most":0},{"key":"c","title":"time, most","unit":"s","most":1}],
		"points":[{"x":0,"a":1,"b":2,"c":3},{"x":10,"a":1,"b":2,"c":3},{"x":1000000,"a":100,"b":2,"c":3000}]}]`
	first, err := picture([]byte(one))
	if err != nil {
		t.Fatal(err)
	}
	again, err := picture([]byte(one))
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("drawn twice, it differs: %v", err)
	}
	for _, want := range []string{"width: a thing by its width", ">time<", ">weight<", ">least<", ">most<", ">1 M<", ">1 k<", "sans-serif"} {
		if !strings.Contains(string(first), want) {
			t.Errorf("the picture has no %s", want)
		}
	}
	if n := strings.Count(string(first), ">width<"); n != 2 {
		t.Errorf("%d panels, want one for each of two units", n)
	}
	for name, bad := range map[string]string{
		"half":     one[:100],
		"nothing":  `[]`,
		"no point": strings.Replace(one, `"key":"b"`, `"key":"d"`, 1),
	} {
		if _, err := picture([]byte(bad)); err == nil {
			t.Errorf("%s: drawn", name)
		}
	}
}
