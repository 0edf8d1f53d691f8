//go:build servers

package validate

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	compose "github.com/compose-spec/compose-go/v2/types"

	"dateline/internal/servers"
)

// stack is the compose file without containers: real servers with its logins,
// and its commands as processes.
type stack struct {
	project *compose.Project
	program string
	dir     string            // holds config, certs and spool
	replace *strings.Replacer // addresses and paths of containers by those here
}

// TestComposeRuns brings the compose file up in its own order: accounts, setup,
// then feed, worker and serve; each service's health check has to pass, and a
// file in the spool folder has to be found on the page's API.
func TestComposeRuns(t *testing.T) {
	s := bringUp(t)
	s.accounts(t)
	if out, err := s.command(t, "setup").CombinedOutput(); err != nil {
		t.Fatalf("setup: %v\n%s", err, out)
	}
	for _, name := range []string{"worker", "feed", "serve"} {
		s.start(t, name)
	}
	for _, name := range []string{"worker", "feed", "serve"} {
		s.healthy(t, name)
	}
	article := "Ferry returns to Sillamae\nBy Maret Olsson\n\nSILLAMAE, Estonia (Meridian) - The ferry reopened on Monday, Transport Minister Jaan Rebane said.\n"
	if err := os.WriteFile(filepath.Join(s.dir, "spool", "ferry.txt"), []byte(article), 0o644); err != nil {
		t.Fatal(err)
	}
	page := "http://127.0.0.1" + s.replace.Replace(":8600") + "/api/articles?q=ferry"
	if code, _ := fetch(t, page, ""); code != http.StatusUnauthorized {
		t.Errorf("without the token: %d", code)
	}
	found := func() (bool, string) {
		code, body := fetch(t, page, environment(t)["DATELINE_SERVE_TOKEN"])
		return code == http.StatusOK && strings.Contains(body, "Sillamae"), fmt.Sprintf("%d: %.300s", code, body)
	}
	wait(t, "the article on the page", found)
}

// patience bounds every wait; it is for a busy machine and no measure of speed.
const patience = 3 * time.Minute

func wait(t *testing.T, what string, ok func() (bool, string)) {
	t.Helper()
	var last string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		var yes bool
		if yes, last = ok(); yes {
			return
		}
	}
	t.Fatalf("%s: not after %s; last: %s", what, patience, last)
}

func fetch(t *testing.T, url, token string) (int, string) {
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(b)
}

func bringUp(t *testing.T) *stack {
	t.Helper()
	s := &stack{project: project(t), dir: t.TempDir()}
	s.program = buildAsImage(t, s.dir)
	env := environment(t)
	ports := make([]int, 4)
	for i := range ports {
		p, err := servers.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		ports[i] = p
	}
	broker := s.kafka(t, env["DATELINE_KAFKA_PASSWORD"])
	node, err := servers.StartElasticsearch(t.Context(), servers.ElasticsearchOptions{Analysis: true, TLS: true, HeapMB: 512, Password: env["ELASTIC_PASSWORD"], Progress: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopped(t, node.Stop()) })
	kibana := httptest.NewServer(http.HandlerFunc(recordImport))
	t.Cleanup(kibana.Close)
	for _, d := range []string{"spool", "config", "state"} {
		if err := os.Mkdir(filepath.Join(s.dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	ca := filepath.Join(s.dir, "ca.crt")
	if err := os.WriteFile(ca, node.CertificatePEM(), 0o644); err != nil {
		t.Fatal(err)
	}
	s.replace = strings.NewReplacer("kafka:9092", broker.Addr(), "https://elasticsearch:9200", node.URL(), "http://kibana:5601", kibana.URL,
		"/certs/ca/ca.crt", ca, "/etc/dateline/", s.dir+"/config/", "/var/spool/wire", s.dir+"/spool", "/var/lib/dateline", s.dir+"/state", "/usr/bin/dateline", s.program,
		"0.0.0.0", "127.0.0.1", ":9600", fmt.Sprint(":", ports[0]), ":9601", fmt.Sprint(":", ports[1]), ":8600", fmt.Sprint(":", ports[2]))
	files, err := filepath.Glob("../compose/config/*.yaml")
	if err != nil || len(files) != 3 {
		t.Fatalf("configurations %v, %v", files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(s.dir, "config", filepath.Base(f)), []byte(s.replace.Replace(string(b))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func stopped(t *testing.T, err error) {
	if err != nil {
		t.Error(err)
	}
}

// buildAsImage runs the build line of the Dockerfile.
func buildAsImage(t *testing.T, dir string) string {
	t.Helper()
	b, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^RUN (CGO_ENABLED=0 go build .*)$`).FindSubmatch(b)
	if m == nil {
		t.Fatal("no build line in the Dockerfile")
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", strings.ReplaceAll(string(m[1]), "/out/", dir+"/"))
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "VERSION=v0-test")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", m[1], err, out)
	}
	program := filepath.Join(dir, "dateline")
	out, err := exec.CommandContext(t.Context(), program, "--version").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "v0-test") {
		t.Fatalf("--version: %v\n%s", err, out)
	}
	return program
}

// kafka starts a broker with the settings of the compose file, which the image
// of Kafka turns from variables into properties like this.
func (s *stack) kafka(t *testing.T, password string) *servers.Kafka {
	t.Helper()
	client, err := servers.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	controller, err := servers.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	here := strings.NewReplacer("CLIENT://:9092", fmt.Sprint("CLIENT://127.0.0.1:", client), "CLIENT://kafka:9092", fmt.Sprint("CLIENT://127.0.0.1:", client),
		"CONTROLLER://:9093", fmt.Sprint("CONTROLLER://127.0.0.1:", controller), "localhost:9093", fmt.Sprint("127.0.0.1:", controller))
	settings := map[string]string{}
	for k, v := range s.project.Services["kafka"].Environment {
		name, ok := strings.CutPrefix(k, "KAFKA_")
		if !ok || v == nil || name == "LOG_DIRS" {
			continue
		}
		settings[strings.ToLower(strings.ReplaceAll(name, "_", "."))] = here.Replace(*v)
	}
	broker, err := servers.StartKafka(t.Context(), servers.KafkaOptions{Port: client, User: "dateline", Password: password, Settings: settings, Progress: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopped(t, broker.Stop()) })
	return broker
}

// recordImport answers what Dateline asks of Kibana.
func recordImport(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/api/status" {
		io.WriteString(w, `{"version":{"number":"8.19.16"}}`)
		return
	}
	f, _, err := r.FormFile("file")
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b, _ := io.ReadAll(f)
	json.NewEncoder(w).Encode(map[string]any{"success": true, "successCount": strings.Count(string(b), "\n") - 1})
}

// accounts runs the script of the service of that name, twice.
func (s *stack) accounts(t *testing.T) {
	t.Helper()
	service := s.project.Services["accounts"]
	for range 2 {
		cmd := exec.CommandContext(t.Context(), "bash", "../compose/accounts.sh")
		cmd.Env = s.env(service)
		for i, e := range cmd.Env {
			cmd.Env[i] = strings.Replace(e, "/accounts/", "../compose/", 1)
		}
		// Kibana's own user is reserved and the same on every cluster.
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("accounts.sh: %v\n%s", err, out)
		}
	}
}

func (s *stack) env(service compose.ServiceConfig) []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir}
	for k, v := range service.Environment {
		if v != nil {
			env = append(env, k+"="+s.replace.Replace(*v))
		}
	}
	return env
}

// command is what a service runs.
func (s *stack) command(t *testing.T, name string) *exec.Cmd {
	service := s.project.Services[name]
	args := make([]string, len(service.Command))
	for i, a := range service.Command {
		args[i] = s.replace.Replace(a)
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), s.program, args...)
	cmd.Env = s.env(service)
	return cmd
}

// start runs a service until the end of the test, where SIGTERM must end it
// well within the grace period of the file.
func (s *stack) start(t *testing.T, name string) {
	t.Helper()
	cmd := s.command(t, name)
	log, err := os.Create(filepath.Join(s.dir, name+".log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		err := cmd.Wait()
		log.Close()
		b, _ := os.ReadFile(log.Name())
		if err != nil {
			t.Errorf("%s ended with %v\n%s", name, err, b)
		}
		for k, v := range environment(t) {
			if strings.Contains(string(b), v) {
				t.Errorf("the log of %s holds the value of %s", name, k)
			}
		}
	})
}

// healthy runs a service's health check until it passes.
func (s *stack) healthy(t *testing.T, name string) {
	t.Helper()
	check := s.project.Services[name].HealthCheck.Test
	if check[0] != "CMD" {
		t.Fatalf("%s: health check %v", name, check)
	}
	wait(t, name+" healthy", func() (bool, string) {
		args := make([]string, len(check)-1)
		for i, a := range check[1:] {
			args[i] = s.replace.Replace(a)
		}
		out, err := exec.CommandContext(t.Context(), args[0], args[1:]...).CombinedOutput()
		return err == nil, string(out)
	})
}
