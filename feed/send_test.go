package feed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"

	"dateline/internal/articles"
)

func TestSend(t *testing.T) {
	c := newCluster(t, 3)
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	dir := t.TempDir()
	var bundle bytes.Buffer
	want := []string{"desk/f-2", "desk/https://desk.example/a", "desk/https://desk.example/a"}
	for _, a := range articles.All() {
		bundle.Write(a.Envelope())
		bundle.WriteByte('\n')
		want = append(want, articles.Key(a))
	}
	slices.Sort(want)
	write(t, dir, "bundle.jsonl.gz", zipped(bundle.Bytes()))
	os.Mkdir(filepath.Join(dir, "more"), 0o755)
	write(t, filepath.Join(dir, "more"), "a.json", []byte(ferry))
	bad := write(t, filepath.Join(dir, "more"), "bad.json", []byte(`{"title":`))
	var refused, warned, sent []string
	read := 0
	sum, err := Send(t.Context(), p, Source{ID: "desk"}, []string{dir, filepath.Join(dir, "absent"), "-"}, strings.NewReader(ferry2+"\nnonsense\n"+strings.Replace(ferry, "2025-03-08T", "some day ", 1)+"\n"), Hooks{
		Refused: func(r *Refusal) {
			refused = append(refused, strings.TrimPrefix(r.Error(), dir+string(filepath.Separator)))
		},
		Warned: func(it Item) { warned = append(warned, fmt.Sprint(it.File, it.Line, len(it.Warnings))) },
		Read:   func(n int) { read += n },
		Sent:   func(n int) { sent = append(sent, fmt.Sprint(n)) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := keysOf(storedRecords(t, 3, c.ListenAddrs()...)); !slices.Equal(got, want) {
		t.Errorf("stored %q\nwant %q", got, want)
	}
	if len(refused) != 3 || !strings.HasPrefix(refused[0], filepath.Join("more", "bad.json")+": unfinished: ") ||
		!strings.HasPrefix(refused[1], "absent: unreadable: ") || refused[2] != "stdin:2: malformed: line is not a JSON object" {
		t.Errorf("refused %q", refused)
	}
	if !slices.Equal(warned, []string{"stdin3 1"}) || len(sent) == 0 {
		t.Errorf("warned %q, sent %q", warned, sent)
	}
	if sum.Files != 4 || sum.Sent != len(want) || sum.Refused != 3 || sum.Warnings != 1 || sum.Bytes < int64(bundle.Len()-100) || sum.Seconds <= 0 {
		t.Errorf("summary %+v", sum)
	}
	if size := TotalSize([]string{dir}); int64(read) != size {
		t.Errorf("read %d bytes of files, they have %d", read, size)
	}
	if !exists(bad) {
		t.Error("send moved a file")
	}
}

func TestSendLarge(t *testing.T) {
	c := newCluster(t, 2)
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	var in bytes.Buffer
	for i := range 3000 { // 12 MB: several batches
		fmt.Fprintf(&in, "{\"title\":\"T\",\"item_id\":%d,\"body\":%q}\n", i, strings.Repeat("ferry ", 650))
	}
	path := write(t, t.TempDir(), "a.jsonl", in.Bytes())
	sum, err := Send(t.Context(), p, Source{ID: "desk"}, []string{path}, nil, Hooks{})
	if err != nil || sum.Sent != 3000 || sum.Refused != 0 {
		t.Fatalf("summary %+v, error %v", sum, err)
	}
	if got := storedRecords(t, 2, c.ListenAddrs()...); len(got) != 3000 {
		t.Errorf("%d records stored, want 3000", len(got))
	}
}

func TestSendRefusedByBroker(t *testing.T) {
	c := newCluster(t, 1, kfake.BrokerConfigs(map[string]string{"message.max.bytes": "20000"}))
	p := newProducer(t, ProducerOptions{Uncompress: true}, c.ListenAddrs()...)
	large := `{"title":"T","item_id":"large","body":"` + strings.Repeat("word ", 10000) + `"}`
	path := write(t, t.TempDir(), "a.jsonl", []byte(ferry+"\n"+large+"\n"+ferry2+"\n"))
	var refused []string
	sum, err := Send(t.Context(), p, Source{ID: "desk"}, []string{path}, nil, Hooks{Refused: func(r *Refusal) { refused = append(refused, filepath.Base(r.Error())) }})
	if err != nil || sum.Sent != 2 || sum.Refused != 1 {
		t.Fatalf("summary %+v, error %v", sum, err)
	}
	if len(refused) != 1 || !strings.HasPrefix(refused[0], "a.jsonl:2: broker: ") {
		t.Errorf("refused %q", refused)
	}
}

func TestSendEnds(t *testing.T) {
	c := newCluster(t, 1)
	refuseProduce(c, 1<<30, kerr.TopicAuthorizationFailed.Code)
	p := newProducer(t, ProducerOptions{}, c.ListenAddrs()...)
	var in bytes.Buffer
	for range 5000 {
		in.WriteString(ferry + "\n")
	}
	path := write(t, t.TempDir(), "a.jsonl", in.Bytes())
	sum, err := Send(t.Context(), p, Source{ID: "desk"}, []string{path}, nil, Hooks{})
	if !errors.Is(err, kafka.TopicAuthorizationFailed) || sum.Sent != 0 {
		t.Errorf("summary %+v, error %v", sum, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	p = newProducer(t, ProducerOptions{}, "127.0.0.1:1")
	if _, err := Send(ctx, p, Source{ID: "desk"}, []string{path}, nil, Hooks{Read: func(int) { cancel() }}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled send: %v", err)
	}
}
