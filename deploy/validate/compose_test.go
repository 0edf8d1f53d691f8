package validate

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	compose "github.com/compose-spec/compose-go/v2/types"

	"dateline/config"
)

// environment are the values of the example of an .env file.
func environment(t *testing.T) map[string]string {
	t.Helper()
	f, err := os.Open("../compose/env.example")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	env := map[string]string{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if k, v, ok := strings.Cut(lines.Text(), "="); ok && !strings.HasPrefix(k, "#") {
			env[k] = v
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return env
}

// project is the compose file as Compose reads it: against its schema, with
// the variables filled in, every profile on.
func project(t *testing.T) *compose.Project {
	t.Helper()
	var env []string
	for k, v := range environment(t) {
		env = append(env, k+"="+v)
	}
	o, err := cli.NewProjectOptions([]string{"../../docker-compose.yml"}, cli.WithEnv(env), cli.WithProfiles([]string{"*"}))
	if err != nil {
		t.Fatal(err)
	}
	p, err := o.LoadProject(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// oneShot are the services that end.
var oneShot = map[string]bool{"certs": true, "accounts": true, "setup": true}

func TestComposeServices(t *testing.T) {
	p := project(t)
	want := []string{"accounts", "certs", "elasticsearch", "feed", "grafana", "kafka", "kibana", "prometheus", "serve", "setup", "worker"}
	if got := strings.Join(p.ServiceNames(), " "); got != strings.Join(want, " ") {
		t.Errorf("services %s, want %s", got, strings.Join(want, " "))
	}
	for name, s := range p.Services {
		_, tag, ok := strings.Cut(s.Image, ":")
		if !ok || tag == "latest" || s.Build == nil && !regexp.MustCompile(`^v?\d+\.\d+\.\d+$`).MatchString(tag) {
			t.Errorf("%s: image %s is not pinned", name, s.Image)
		}
		for _, port := range s.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("%s: port %s is open to the network", name, port.Published)
			}
		}
		monitoring := len(s.Profiles) > 0
		if s.HealthCheck == nil && !oneShot[name] && !monitoring {
			t.Errorf("%s has no health check", name)
		}
		for dependency := range s.DependsOn {
			if _, ok := p.Services[dependency]; !ok {
				t.Errorf("%s depends on %s", name, dependency)
			}
		}
		if s.Build != nil && (!s.ReadOnly || len(s.CapDrop) != 1 || len(s.SecurityOpt) != 1) {
			t.Errorf("%s runs with rights it does not need", name)
		}
	}
	if s := p.Services["worker"]; len(s.Ports) != 0 || s.ContainerName != "" {
		t.Error("the worker cannot be scaled: a port or a name is taken once")
	}
}

// Every variable that the compose file asks for is in the example, and the
// other way round.
func TestComposeVariables(t *testing.T) {
	b, err := os.ReadFile("../../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	env := environment(t)
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`\$\{([A-Z_]+)`).FindAllStringSubmatch(string(b), -1) {
		used[m[1]] = true
		if _, ok := env[m[1]]; !ok && m[1] != "UID" && m[1] != "GID" {
			t.Errorf("%s is not in env.example", m[1])
		}
	}
	for k := range env {
		if !used[k] {
			t.Errorf("%s of env.example is not used", k)
		}
	}
}

// Each Dateline service gets the secrets that its configuration names, finds
// that file where its command says, and asks for its health where it listens.
func TestComposeConfigurations(t *testing.T) {
	for name, s := range project(t).Services {
		if s.Build == nil {
			continue
		}
		var file string
		for i, a := range s.Command {
			if a == "--config" {
				file = s.Command[i+1]
			}
		}
		c, err := config.Load(filepath.Join("../compose/config", filepath.Base(file)), func(k string) (string, bool) {
			v, ok := s.Environment[k]
			if !ok || v == nil {
				return "", false
			}
			return *v, true
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		listen := map[string]string{"worker": c.Worker.Listen, "feed": c.Feed.Listen, "serve": c.Serve.Listen}[name]
		if s.HealthCheck == nil {
			continue
		}
		_, port, _ := strings.Cut(listen, ":")
		if !strings.HasPrefix(listen, "0.0.0.0:") || !strings.Contains(strings.Join(s.HealthCheck.Test, " "), "http://127.0.0.1:"+port+"/") {
			t.Errorf("%s listens on %s and is asked by %v", name, listen, s.HealthCheck.Test)
		}
	}
}
