//go:build unix

package servers

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"time"
)

// jvmOptions are what both servers are started with. Tests want a quick start
// and little memory: only the quick compiler, a collector with one thread.
// Elasticsearch was ready after 10.9 s instead of 15.1 s so, for 7.4 s of
// processor time instead of 11.9 s (2 cores, JDK 17). Benchmarks want the
// compiler and collector of production.
func jvmOptions(bench bool) []string {
	if bench {
		return []string{"-XX:-UsePerfData", "-XX:+UseG1GC"}
	}
	return []string{"-XX:-UsePerfData", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"}
}

// cleanEnvironment is the environment without the variables through which a
// developer's own Java settings would change the servers.
func cleanEnvironment() []string {
	var env []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		switch {
		case strings.HasPrefix(name, "ES_"), strings.HasPrefix(name, "KAFKA_"),
			name == "JAVA_HOME", name == "JAVA_OPTS", name == "JAVA_TOOL_OPTIONS",
			name == "_JAVA_OPTIONS", name == "JDK_JAVA_OPTIONS", name == "CLASSPATH":
		default:
			env = append(env, v)
		}
	}
	return env
}

// combinedOutput runs a helper of a server to its end, one minute at most.
func combinedOutput(ctx context.Context, cmd *exec.Cmd) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	bound := exec.CommandContext(ctx, cmd.Path, cmd.Args[1:]...)
	bound.Dir, bound.Env, bound.Stdin, bound.SysProcAttr = cmd.Dir, cmd.Env, cmd.Stdin, cmd.SysProcAttr
	return bound.CombinedOutput()
}
