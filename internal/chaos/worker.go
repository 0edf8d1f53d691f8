//go:build unix

package chaos

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"dateline/internal/servers"
)

// Worker is a worker process. It is scraped while it lives.
type Worker struct {
	*servers.Program
	name string
	run  *Run
	addr string
	last int64         // records settled, as of the last scrape; guarded by run.mu
	gone chan struct{} // closed when nobody needs to scrape it any more
	done chan struct{} // closed when nobody does
}

// stopLimit is how long a graceful stop may take before it counts as failed;
// promise 5 is measured, not asserted, since the machine may be busy.
const stopLimit = time.Minute

// Start starts one more worker.
func (r *Run) Start() (*Worker, error) {
	r.mu.Lock()
	name := fmt.Sprintf("worker-%d", r.names)
	r.names++
	r.mu.Unlock()
	log := filepath.Join(r.dir, name+".log")
	p, err := servers.StartProgram(name, log, func() *exec.Cmd { return exec.Command(r.program, "worker", "--config", r.file) })
	if err != nil {
		return nil, err
	}
	w := &Worker{Program: p, name: name, run: r, gone: make(chan struct{}), done: make(chan struct{})}
	r.mu.Lock()
	r.workers = append(r.workers, w)
	r.mu.Unlock()
	go w.scrape(log)
	return w, nil
}

// Running are the workers that run, in the order in which they were started.
func (r *Run) Running() []*Worker {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.workers)
}

// leave takes a worker off the list.
func (r *Run) leave(w *Worker) {
	close(w.gone)
	<-w.done
	settled, graceful := w.ended()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !graceful {
		settled = w.last
	}
	r.Result.Settled += settled
	r.workers = slices.DeleteFunc(r.workers, func(x *Worker) bool { return x == w })
}

// Kill ends a worker at once (SIGKILL).
func (r *Run) Kill(w *Worker) error {
	err := w.Program.Kill()
	r.leave(w)
	r.Result.Kills++
	return err
}

// Any is one of the running workers.
func (r *Run) Any() *Worker {
	ws := r.Running()
	return ws[r.Rand.IntN(len(ws))]
}

// Stop ends a worker gracefully (SIGTERM); it must end by itself with 0.
func (r *Run) Stop(w *Worker) error {
	took, err := w.Terminate(stopLimit)
	r.leave(w)
	r.Result.Stops++
	if longest, _ := time.ParseDuration(r.Result.Notes["longest stop"]); took > longest {
		r.Note("longest stop", "%v", took.Round(time.Millisecond))
	}
	if w.raced() {
		err = errors.Join(err, fmt.Errorf("%s has a data race: see %s", w.name, w.LogFile()))
	}
	return err
}

func (w *Worker) raced() bool {
	b, err := os.ReadFile(w.LogFile())
	return err == nil && strings.Contains(string(b), "DATA RACE")
}

// stopAll ends what a failed run has left.
func (r *Run) stopAll() {
	for _, w := range r.Running() {
		_ = w.Program.Kill() // it must only be gone
		r.leave(w)
	}
}

// ended is how many records a worker that stopped gracefully has settled: its
// last words. A killed one has none.
func (w *Worker) ended() (settled int64, ok bool) {
	lines := strings.Split(w.LogTail(5), "\n")
	for _, line := range slices.Backward(lines) {
		var e struct {
			Msg                            string
			Indexed, Stale, Dead, Filtered int64
		}
		if json.Unmarshal([]byte(strings.TrimSpace(line)), &e) == nil && e.Msg == "worker ends" {
			return e.Indexed + e.Stale + e.Dead + e.Filtered, true
		}
	}
	return 0, false
}

var listens = regexp.MustCompile(`"http":"([^"]+)"`)

// address reads where the worker listens from its log; empty if it has not
// said so yet.
func (w *Worker) address(log string) string {
	f, err := os.Open(log)
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if m := listens.FindStringSubmatch(lines.Text()); m != nil {
			return m[1]
		}
	}
	return ""
}

// scrape checks the conservation law four times a second.
func (w *Worker) scrape(log string) {
	defer close(w.done)
	for {
		select {
		case <-w.gone:
			return
		case <-w.Ended():
			<-w.gone
			return
		case <-time.After(250 * time.Millisecond):
		}
		w.run.mu.Lock()
		if w.addr == "" {
			w.addr = w.address(log)
		}
		w.run.mu.Unlock()
		body, err := w.get("/metrics")
		if err != nil {
			continue // killed, or paused, or not there yet
		}
		w.run.scrapes.Add(1)
		settled, err := conserved(body)
		if err != nil {
			w.run.violated("%s: %v", w.name, err)
		}
		w.run.mu.Lock()
		w.last = settled
		w.run.mu.Unlock()
	}
}

// conserved checks consumed = indexed + stale + filtered + dead + abandoned +
// in flight in one scrape, and returns how many records are settled.
func conserved(metrics string) (settled int64, err error) {
	var consumed, rest, other int64
	terms := 0
	for line := range strings.Lines(metrics) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		family, labels, _ := strings.Cut(name, "{")
		var to *int64
		switch {
		case family == "dateline_consumed_records_total":
			to = &consumed
		case family == "dateline_in_flight_records", family == "dateline_records_total" && strings.Contains(labels, "abandoned"):
			to = &other
		case family == "dateline_records_total":
			to = &rest
		default:
			continue
		}
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return 0, err
		}
		terms++
		*to += int64(v)
	}
	if terms < 7 || consumed != rest+other {
		return rest, fmt.Errorf("the conservation law does not hold: %d consumed, %d accounted for in %d terms", consumed, rest+other, terms)
	}
	return rest, nil
}

// get asks the worker for one of its pages. Another status than 200 is an
// error with the page's text.
func (w *Worker) get(path string) (string, error) {
	w.run.mu.Lock()
	addr := w.addr
	w.run.mu.Unlock()
	if addr == "" {
		return "", errors.New("it has not said where it listens")
	}
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get("http://" + addr + path)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = errors.New(strings.TrimSpace(string(b)))
	}
	return string(b), err
}

// ready is nil if the worker says that it is.
func (w *Worker) ready() error {
	_, err := w.get("/readyz")
	return err
}
