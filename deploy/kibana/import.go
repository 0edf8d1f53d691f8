package kibana

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
)

// Client is a Kibana to import into.
type Client struct {
	URL   string      // https://kibana.example.net, with the path of a base path if there is one
	Space string      // the space; empty is the default one
	Auth  http.Header // Authorization; Kibana takes what Elasticsearch takes
	HTTP  *http.Client
}

// Imported is what Kibana said of an import.
type Imported struct {
	Version string `json:"kibana"`  // of Kibana
	Objects int    `json:"objects"` // created or overwritten
}

// maxReply bounds what is read of an answer.
const maxReply = 8 << 20

// oldest is the oldest Kibana that knows the migration versions of the pack.
var oldest = [3]int{8, 9, 0}

// Import puts an NDJSON file into Kibana, over objects with the same ids, so
// that a second import changes nothing. It fails if Kibana refuses one of them,
// with Kibana's reason for each.
func (c *Client) Import(ctx context.Context, file []byte) (Imported, error) {
	v, err := c.version(ctx)
	if err != nil {
		return Imported{}, err
	}
	r := Imported{Version: v}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", "dateline.ndjson")
	if err == nil {
		_, err = part.Write(file)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		return r, err
	}
	var answer struct {
		Success      bool `json:"success"`
		SuccessCount int  `json:"successCount"`
		Errors       []struct {
			ID    string          `json:"id"`
			Type  string          `json:"type"`
			Error json.RawMessage `json:"error"`
		} `json:"errors"`
	}
	if err := c.do(ctx, http.MethodPost, c.path("/api/saved_objects/_import?overwrite=true"), w.FormDataContentType(), &form, &answer); err != nil {
		return r, err
	}
	r.Objects = answer.SuccessCount
	var errs []error
	for _, e := range answer.Errors {
		errs = append(errs, fmt.Errorf("%s %s: %s", e.Type, e.ID, e.Error))
	}
	if !answer.Success || len(errs) > 0 {
		return r, fmt.Errorf("kibana took %d objects and refused others: %w", r.Objects, errors.Join(append(errs, errNotAll)...))
	}
	return r, nil
}

var errNotAll = errors.New("the import is not complete")

// version asks what answers, before anything is sent.
func (c *Client) version(ctx context.Context) (string, error) {
	var status struct {
		Version struct {
			Number string `json:"number"`
		} `json:"version"`
	}
	if err := c.do(ctx, http.MethodGet, "/api/status", "", nil, &status); err != nil {
		return "", err
	}
	number, _, _ := strings.Cut(status.Version.Number, "-") // 8.19.0-SNAPSHOT
	v, ok := version(number)
	if !ok {
		return "", fmt.Errorf("%s: the answer names no version: is this Kibana?", c.URL)
	}
	for i := range v {
		if v[i] > oldest[i] {
			break
		}
		if v[i] < oldest[i] {
			return "", fmt.Errorf("kibana %s at %s: want 8.9 or newer", status.Version.Number, c.URL)
		}
	}
	return status.Version.Number, nil
}

func (c *Client) path(p string) string {
	if c.Space == "" || c.Space == "default" {
		return p
	}
	return "/s/" + c.Space + p
}

func (c *Client) do(ctx context.Context, method, path, kind string, body io.Reader, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.URL, "/")+path, body)
	if err != nil {
		return err
	}
	for k, v := range c.Auth {
		req.Header[k] = v
	}
	req.Header.Set("kbn-xsrf", "dateline")
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := c.HTTP.Do(req)
	if err != nil {
		return fmt.Errorf("kibana: %w", err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, maxReply))
	if err != nil {
		return fmt.Errorf("kibana: %s %s: %w", method, path, err)
	}
	switch {
	case res.StatusCode == http.StatusUnauthorized, res.StatusCode == http.StatusForbidden:
		return fmt.Errorf("kibana: %s %s: %s: the credentials of elasticsearch need the Kibana privilege to manage saved objects", method, path, res.Status)
	case res.StatusCode == http.StatusNotFound:
		return fmt.Errorf("kibana: %s %s: %s: wrong address, base path or space", method, path, res.Status)
	case res.StatusCode >= http.StatusBadRequest:
		return fmt.Errorf("kibana: %s %s: %s: %.200s", method, path, res.Status, b)
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("kibana: %s %s: the answer is not JSON: is this Kibana?", method, path)
	}
	return nil
}
