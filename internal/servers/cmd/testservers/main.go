//go:build unix

// Testservers runs a real Kafka and a real Elasticsearch for tests, on free
// loopback ports.
//
//	testservers run [-bench] -- COMMAND…  start both, run the command, stop both
//	testservers up                        start both and keep them until Ctrl-C
//	testservers fetch                     fill the cache and verify it
//	testservers tools                     say what is missing of a JDK and Maven
//	testservers lock SERVER VERSION       print the lock file of a new release
//
// With -bench the servers run with the compiler and the heap of production,
// as measurements want them: slower to start, faster when warm.
//
// The command finds the servers in DATELINE_KAFKA (host:port) and
// DATELINE_ELASTICSEARCH (URL). A server that these variables name already is
// used and not started. Run ends with the command's exit status, or with 1 if
// a server could not be had or ended before the command did; unless the
// status is 0, the servers' logs are kept in artifacts/servers.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"dateline/internal/servers"
)

const usage = `usage:
  testservers run [-bench] -- COMMAND…  start Kafka and Elasticsearch, run the command, stop them
  testservers up                        start them and keep them until Ctrl-C
  testservers fetch                     download and verify them
  testservers tools                     say what is missing of a JDK and Maven
  testservers lock SERVER VERSION       print the lock file of a new release
`

// logFolder is where logs of a failed run are kept, below the folder that the
// command was started in.
const logFolder = "artifacts/servers"

func main() {
	status, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintf(os.Stderr, "testservers: %v\n", err)
		status = max(status, 1)
	}
	os.Exit(status)
}

func run(args []string) (status int, err error) {
	switch {
	case len(args) > 2 && args[0] == "run" && args[1] == "--":
		return around(args[2:], false)
	case len(args) > 3 && args[0] == "run" && args[1] == "-bench" && args[2] == "--":
		return around(args[3:], true)
	case len(args) == 1 && args[0] == "up":
		return 0, up()
	case len(args) == 1 && args[0] == "tools":
		return 0, servers.Tools()
	case len(args) == 1 && args[0] == "fetch":
		return 0, fetch()
	case len(args) == 3 && args[0] == "lock":
		return 0, lock(args[1], args[2])
	}
	fmt.Fprint(os.Stderr, usage)
	return 2, nil
}

// start has both servers up, or an error and none.
func start(bench bool) (*servers.Pair, error) {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	begin := time.Now()
	pair, err := servers.Acquire(ctx, servers.Need{Kafka: true, Elasticsearch: true, Bench: bench})
	if err != nil {
		return nil, err
	}
	say("kafka at %s, elasticsearch at %s, ready after %.1f s", pair.KafkaAddr, pair.ElasticsearchURL, time.Since(begin).Seconds())
	return pair, nil
}

// around runs a command between the start and the stop of the servers.
func around(command []string, bench bool) (status int, err error) {
	pair, err := start(bench)
	if err != nil {
		return 1, err
	}
	begin := time.Now()
	status, err = execute(command, pair)
	say("%s: exit status %d after %.1f s", strings.Join(command, " "), status, time.Since(begin).Seconds())
	measured := measure(pair)
	logs, logErr := readLogs(pair) // Stop removes them
	if stopErr := pair.Stop(); stopErr != nil {
		err = errors.Join(err, stopErr)
		status = max(status, 1)
	}
	if measured != "" {
		say("the servers used %s", measured)
	}
	if status != 0 || err != nil {
		err = errors.Join(err, logErr, logs.keep())
	}
	return status, err
}

// execute runs the command and returns its exit status, 128 and the signal's
// number if a signal ended it. An interrupt from the terminal reaches the
// command by itself; we outlive it to stop the servers in good order.
func execute(command []string, pair *servers.Pair) (status int, err error) {
	signals := make(chan os.Signal, 4) // closed by nobody; a signal more than 4 is dropped
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)

	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), environment(pair)...)
	if err := cmd.Start(); err != nil {
		return 1, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			if s == syscall.SIGTERM {
				_ = cmd.Process.Signal(s) // it may have ended meanwhile
			}
		case err := <-ended:
			return exitStatus(cmd.ProcessState), notExit(err)
		}
	}
}

func exitStatus(state *os.ProcessState) int {
	if w, ok := state.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return state.ExitCode()
}

// notExit drops the error that only repeats the exit status.
func notExit(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil
	}
	return err
}

func environment(pair *servers.Pair) []string {
	return []string{
		servers.EnvKafka + "=" + pair.KafkaAddr,
		servers.EnvElasticsearch + "=" + pair.ElasticsearchURL,
	}
}

func up() error {
	pair, err := start(false)
	if err != nil {
		return err
	}
	for _, v := range environment(pair) {
		fmt.Println("export", v)
	}
	say("Ctrl-C stops them")
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	<-ctx.Done()
	return pair.Stop()
}

// measure tells what the servers have used, empty where that is unknown.
func measure(pair *servers.Pair) string {
	var parts []string
	add := func(name string, cpu func() (time.Duration, error), rss func() (int64, error)) {
		c, cpuErr := cpu()
		r, rssErr := rss()
		if cpuErr == nil && rssErr == nil {
			parts = append(parts, fmt.Sprintf("%s %.1f s of processor time and %d MB", name, c.Seconds(), r>>20))
		}
	}
	if k := pair.Kafka; k != nil {
		add("kafka", k.CPU, k.RSS)
	}
	if e := pair.Elasticsearch; e != nil {
		add("elasticsearch", e.CPU, e.RSS)
	}
	return strings.Join(parts, ", ")
}

// logs are what the servers printed, by file name.
type logs map[string][]byte

func readLogs(pair *servers.Pair) (logs, error) {
	var files []string
	if pair.Kafka != nil {
		files = append(files, pair.Kafka.LogFile())
	}
	if pair.Elasticsearch != nil {
		files = append(files, pair.Elasticsearch.LogFile())
	}
	l := logs{}
	var errs []error
	for _, f := range files {
		data, err := os.ReadFile(f)
		errs = append(errs, err)
		l[filepath.Base(f)] = data
	}
	return l, errors.Join(errs...)
}

// keep writes the logs to logFolder.
func (l logs) keep() error {
	if len(l) == 0 {
		return nil
	}
	if err := os.MkdirAll(logFolder, 0o755); err != nil {
		return err
	}
	for name, data := range l {
		if err := os.WriteFile(filepath.Join(logFolder, name), data, 0o644); err != nil {
			return err
		}
	}
	say("logs of the servers: %s", logFolder)
	return nil
}

func fetch() error {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	for _, server := range []string{"kafka", "elasticsearch"} {
		release, err := servers.Chosen(server)
		if err != nil {
			return err
		}
		dir, err := servers.Fetch(ctx, release, os.Stderr)
		if err != nil {
			return err
		}
		say("%s is verified in %s", release.Name(), dir)
	}
	return nil
}

func lock(server, version string) error {
	release, err := servers.FindRelease(server, version)
	if err != nil {
		return err
	}
	text, err := servers.Lock(context.Background(), release)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(text)
	return err
}

func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "testservers: "+format+"\n", args...)
}
