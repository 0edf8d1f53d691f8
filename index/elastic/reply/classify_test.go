package reply

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"dateline/index"
)

// two is an answer for the ids a and b; b as given.
func two(b string) string {
	return `{"items":[{"index":{"_id":"a","status":201,"result":"created"}},{"index":{"_id":"b",` + b + `}}]}`
}

func TestClassifyItem(t *testing.T) {
	for name, c := range map[string]struct {
		item string
		want index.Outcome
	}{
		"created":       {`"status":201,"result":"created"`, index.Outcome{Result: index.Created, Status: 201}},
		"updated":       {`"status":200,"result":"updated"`, index.Outcome{Result: index.Updated, Status: 200}},
		"noop":          {`"status":200,"result":"noop"`, index.Outcome{Result: index.Updated, Status: 200}},
		"stale":         {`"status":409,"error":{"type":"version_conflict_engine_exception","reason":"r"}`, index.Outcome{Result: index.Stale, Status: 409, Detail: "version_conflict_engine_exception: r"}},
		"stale by name": {`"status":409,"error":{"type":"renamed_exception","reason":"r"}`, index.Outcome{Result: index.Stale, Status: 409, Detail: "renamed_exception: r"}},
		"mapping":       {`"status":400,"error":{"type":"t","reason":"r"}`, index.Outcome{Result: index.Dead, Status: 400, Reason: "mapping", Detail: "t: r"}},
		"closed":        {`"status":400,"error":{"type":"index_closed_exception","reason":"closed"}`, index.Outcome{Result: index.Held, Status: 400, Reason: "index_closed", Detail: "index_closed_exception: closed"}},
		"mapping, bare": {`"status":400`, index.Outcome{Result: index.Dead, Status: 400, Reason: "mapping"}},
		"unauthorized":  {`"status":401`, index.Outcome{Result: index.Held, Status: 401, Reason: "forbidden"}},
		"forbidden":     {`"status":403`, index.Outcome{Result: index.Held, Status: 403, Reason: "forbidden"}},
		"no index":      {`"status":404`, index.Outcome{Result: index.Held, Status: 404, Reason: "index_missing"}},
		"too large":     {`"status":413`, index.Outcome{Result: index.Dead, Status: 413, Reason: "too_large"}},
		"teapot":        {`"status":418`, index.Outcome{Result: index.Dead, Status: 418, Reason: "es_418"}},
		"timeout":       {`"status":408`, index.Outcome{Status: 408}},
		"busy":          {`"status":429,"error":{"type":"es_rejected_execution_exception","reason":"r"}`, index.Outcome{Status: 429, Detail: "es_rejected_execution_exception: r"}},
		"broken":        {`"status":500`, index.Outcome{Status: 500}},
		"unavailable":   {`"status":503`, index.Outcome{Status: 503}},
		"gateway":       {`"status":504`, index.Outcome{Status: 504}},
		"redirect":      {`"status":302`, index.Outcome{Status: 302}},
	} {
		t.Run(name, func(t *testing.T) {
			r := Classify([]string{"a", "b"}, 200, []byte(two(c.item)), nil)
			if r.Request != index.OK || r.Err != nil {
				t.Fatalf("response %+v", r)
			}
			if want := []index.Outcome{{Result: index.Created, Status: 201}, c.want}; !reflect.DeepEqual(r.Outcomes, want) {
				t.Errorf("got  %+v\nwant %+v", r.Outcomes, want)
			}
		})
	}
}

func TestClassifyWhole(t *testing.T) {
	good := two(`"status":201,"result":"created"`)
	for name, c := range map[string]struct {
		status int
		body   string
		err    error
		want   index.Request
		push   bool
	}{
		"no answer":            {0, "", errors.New("connection reset"), index.Failed, false},
		"cut short":            {200, good[:len(good)-9], nil, index.Failed, false},
		"empty":                {200, "", nil, index.Failed, false},
		"page":                 {200, "<html>", nil, index.Failed, false},
		"no items":             {200, `{"errors":false}`, nil, index.Failed, false},
		"one missing":          {200, `{"items":[{"index":{"_id":"a","status":201}}]}`, nil, index.Failed, false},
		"one too many":         {200, strings.Replace(good, "[", `[{"index":{"_id":"a","status":201}},`, 1), nil, index.Failed, false},
		"another id":           {200, strings.Replace(good, `"b"`, `"c"`, 1), nil, index.Failed, false},
		"swapped":              {200, strings.NewReplacer(`"a"`, `"b"`, `"b"`, `"a"`).Replace(good), nil, index.Failed, false},
		"another operation":    {200, strings.Replace(good, `"index"`, `"create"`, 1), nil, index.Failed, false},
		"no status":            {200, two(`"result":"created"`), nil, index.Failed, false},
		"status is text":       {200, two(`"status":"201"`), nil, index.Failed, false},
		"error flag is a lie":  {200, strings.Replace(good, "{", `{"errors":true,`, 1), nil, index.OK, false},
		"accepted":             {202, good, nil, index.Failed, false},
		"bad request":          {400, `{"error":{"type":"t"}}`, nil, index.Bad, false},
		"unauthorized":         {401, "", nil, index.Refused, false},
		"forbidden":            {403, "", nil, index.Refused, false},
		"not found":            {404, "", nil, index.Refused, false},
		"method":               {405, "", nil, index.Refused, false},
		"redirect":             {302, "", nil, index.Refused, false},
		"timeout":              {408, "", nil, index.Failed, false},
		"too large":            {413, "<html>", nil, index.TooLarge, false},
		"busy":                 {429, "", nil, index.Failed, true},
		"broken":               {500, "", nil, index.Failed, false},
		"bad gateway":          {502, "", nil, index.Failed, false},
		"unavailable":          {503, "", nil, index.Failed, true},
		"gateway timeout":      {504, "", nil, index.Failed, false},
		"half of items busy":   {200, two(`"status":429`), nil, index.OK, true},
		"whole answer is good": {200, good, nil, index.OK, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := Classify([]string{"a", "b"}, c.status, []byte(c.body), c.err)
			if r.Request != c.want || r.Pushback != c.push || r.Status != c.status {
				t.Errorf("response %+v, want request %v, pushback %v", r, c.want, c.push)
			}
			if len(r.Outcomes) != 2 {
				t.Fatalf("%d outcomes of 2", len(r.Outcomes))
			}
			if c.want != index.OK {
				if r.Err == nil {
					t.Error("no error")
				}
				for _, o := range r.Outcomes {
					if o != (index.Outcome{}) {
						t.Errorf("an outcome of a request that failed: %+v", o)
					}
				}
			}
		})
	}
}

// A fifth of the items busy is not yet pushback, more is.
func TestClassifyPushback(t *testing.T) {
	for busy, want := range map[int]bool{0: false, 2: false, 3: true} {
		var ids, items []string
		for i := range 10 {
			status := 201
			if i < busy {
				status = 429
			}
			ids = append(ids, fmt.Sprint(i))
			items = append(items, fmt.Sprintf(`{"index":{"_id":"%d","status":%d}}`, i, status))
		}
		r := Classify(ids, 200, []byte(`{"items":[`+strings.Join(items, ",")+`]}`), nil)
		if r.Request != index.OK || r.Pushback != want {
			t.Errorf("%d of 10 busy: %v, pushback %v", busy, r.Request, r.Pushback)
		}
	}
}

func TestDetailIsCapped(t *testing.T) {
	reason := strings.Repeat("é", 300)
	body, err := json.Marshal(reason)
	if err != nil {
		t.Fatal(err)
	}
	r := Classify([]string{"a", "b"}, 200, []byte(two(`"status":400,"error":{"type":"t","reason":`+string(body)+`}`)), nil)
	d := r.Outcomes[1].Detail
	if len(d) > 256 || len(d) < 250 || !utf8.ValidString(d) {
		t.Errorf("detail of %d bytes, valid %v", len(d), utf8.ValidString(d))
	}
	for name, body := range map[string]string{"json": `{"error":{"type":"t","reason":"SECRET TEXT"}}`, "text": "SECRET TEXT"} {
		if r := Classify([]string{"a"}, 400, []byte(body), nil); strings.Contains(r.Err.Error(), "SECRET") {
			t.Errorf("%s: the error of a request quotes the server: %v", name, r.Err)
		}
	}
}

// FuzzClassify: any answer gives one outcome per action; a request that is not
// OK says nothing of any action; nothing panics; the same answer twice.
func FuzzClassify(f *testing.F) {
	f.Add(200, two(`"status":201,"result":"created"`))
	f.Add(200, two(`"status":409,"error":{"type":"version_conflict_engine_exception","reason":"\ud800"}`))
	f.Add(200, two(`"status":1e3`))
	f.Add(413, "<html>")
	f.Add(-1, "null")
	f.Add(200, `{"items":[null,{"index":null}]}`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		ids := []string{"a", "b"}
		r := Classify(ids, status, []byte(body), nil)
		if len(r.Outcomes) != len(ids) {
			t.Fatalf("%d outcomes", len(r.Outcomes))
		}
		for _, o := range r.Outcomes {
			if r.Request != index.OK && o != (index.Outcome{}) {
				t.Errorf("outcome %+v of a request %v", o, r.Request)
			}
			if len(o.Detail) > DetailLimit || !utf8.ValidString(o.Detail) {
				t.Errorf("detail %q", o.Detail)
			}
			if r.Request == index.OK && o.Status == 0 {
				t.Error("an action without a status")
			}
			if (o.Result == index.Dead || o.Result == index.Held) && o.Reason == "" {
				t.Errorf("no reason: %+v", o)
			}
		}
		if (r.Request == index.OK) != (r.Err == nil) {
			t.Errorf("request %v, error %v", r.Request, r.Err)
		}
		again := Classify(ids, status, []byte(body), nil)
		again.Err, r.Err = nil, nil
		if !reflect.DeepEqual(r, again) {
			t.Errorf("two answers: %+v, %+v", r, again)
		}
	})
}
