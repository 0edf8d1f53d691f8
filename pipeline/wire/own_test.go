package wire

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"unsafe"
)

// An article keeps its own texts alive and nothing else: neither the payload
// nor the envelope that it was cut out of.
func TestArticleOwnsItsTexts(t *testing.T) {
	full := &Article{}
	fill(reflect.ValueOf(full).Elem())
	own(full.texts(nil))
	ownsTexts(t, "every field", full)
	if full.Title != "Title" || full.Signals[0] != "Signals" || full.Refers[0].Slug != "Slug" {
		t.Errorf("a text has changed: %+v", full)
	}
	files, err := filepath.Glob(filepath.Join("testdata", "items", "*.*.*"))
	if err != nil {
		t.Fatal(err)
	}
	articles := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if a, err := Parse(envelopeOf("", string(data)), Options{}); err == nil {
			articles++
			ownsTexts(t, filepath.Base(file), a)
		}
	}
	if articles == 0 {
		t.Error("no article was read")
	}
}

// fill gives each string its field's name, each slice one element.
func fill(v reflect.Value) {
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		switch {
		case f.Kind() == reflect.String:
			f.SetString(name)
		case f.Kind() == reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
			if f = f.Index(0); f.Kind() == reflect.String {
				f.SetString(name)
			} else {
				fill(f)
			}
		}
	}
}

// ownsTexts fails unless all strings lie in one block of their common length.
func ownsTexts(t *testing.T, name string, a *Article) {
	t.Helper()
	size, low, high := 0, ^uintptr(0), uintptr(0)
	var visit func(v reflect.Value)
	visit = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			if s := v.String(); s != "" {
				at := uintptr(unsafe.Pointer(unsafe.StringData(s)))
				size, low, high = size+len(s), min(low, at), max(high, at+uintptr(len(s)))
			}
		case reflect.Slice:
			for i := range v.Len() {
				visit(v.Index(i))
			}
		case reflect.Struct:
			if v.Type().PkgPath() == reflect.TypeFor[Article]().PkgPath() {
				for i := range v.NumField() {
					visit(v.Field(i))
				}
			}
		}
	}
	visit(reflect.ValueOf(a).Elem())
	if size == 0 || high-low != uintptr(size) {
		t.Errorf("%s: strings of %d bytes are spread over %d", name, size, high-low)
	}
}
