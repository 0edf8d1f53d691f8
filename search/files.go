package search

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
)

//go:generate go run ./page/_world/main.go -out page/world.svg

//go:embed page openapi.json
var assets embed.FS

// file is one file of the page, as it is sent.
type file struct {
	kind, tag string
	data      []byte
}

// files are the files of the page by name. They change with the program alone.
var files = map[string]file{
	"style.css": load("page/style.css", "text/css; charset=utf-8"),
	"page.js":   load("page/page.js", "text/javascript; charset=utf-8"),
	"icon.svg":  load("page/icon.svg", "image/svg+xml"),
	"world.svg": load("page/world.svg", "image/svg+xml"),
}

var (
	openAPI    = load("openapi.json", jsonType).data
	openAPITag = tagOf(openAPI)
)

func load(name, kind string) file {
	b, err := assets.ReadFile(name)
	if err != nil {
		panic("search: " + err.Error()) // the binary is at fault
	}
	return file{kind, tagOf(b), b}
}

var templates = template.Must(template.New("").ParseFS(assets, "page/*.html"))

const htmlType = "text/html; charset=utf-8"

// render writes a page, whole or not at all.
func render(w http.ResponseWriter, r *http.Request, status int, name string, data any) error {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", htmlType)
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // a reader that went away
	}
	return nil
}
