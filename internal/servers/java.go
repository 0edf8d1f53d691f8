//go:build unix

package servers

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// findJava returns the home of a JDK that is new enough: $JAVA_HOME, else
// that of the java on the PATH, else the first of the folders where systems
// install them. Its version is read from its release file, because starting a
// JVM to ask costs a tenth of a second.
func findJava(lowest int) (home string, err error) {
	var candidates []string
	if dir := os.Getenv("JAVA_HOME"); dir != "" {
		candidates = append(candidates, dir)
	}
	if path, err := exec.LookPath("java"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			candidates = append(candidates, filepath.Dir(filepath.Dir(real)))
		}
	}
	for _, pattern := range []string{
		"/usr/lib/jvm/*",
		"/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
		"/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
		"/Library/Java/JavaVirtualMachines/*/Contents/Home",
	} {
		found, _ := filepath.Glob(pattern) // the patterns are well formed
		candidates = append(candidates, found...)
	}
	var seen []string
	for _, dir := range candidates {
		version, ok := javaVersion(dir)
		if !ok {
			continue
		}
		if version >= lowest {
			return dir, nil
		}
		seen = append(seen, fmt.Sprintf("%d in %s", version, dir))
	}
	found := "none found"
	if seen != nil {
		found = "found " + strings.Join(seen, ", ")
	}
	return "", fmt.Errorf("java %d or newer, with javac: %s; install a JDK (Debian, Ubuntu: apt-get install openjdk-17-jdk-headless) or set JAVA_HOME", lowest, found)
}

// Tools says what is missing of what fetching and running the chosen
// releases takes: a JDK and Maven. Nil means nothing.
func Tools() error {
	var errs []error
	lowest := 0
	for _, server := range []string{"kafka", "elasticsearch"} {
		r, err := Chosen(server)
		errs = append(errs, err)
		lowest = max(lowest, r.Java)
	}
	_, javaErr := findJava(lowest)
	_, mavenErr := findMaven()
	return errors.Join(append(errs, javaErr, mavenErr)...)
}

// javaVersion reads the feature release (17 for 17.0.15) of the JDK in dir. A
// folder without javac is not a JDK.
func javaVersion(dir string) (int, bool) {
	for _, tool := range []string{"java", "javac"} {
		if _, err := os.Stat(filepath.Join(dir, "bin", tool)); err != nil {
			return 0, false
		}
	}
	f, err := os.Open(filepath.Join(dir, "release"))
	if err != nil {
		return 0, false
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		value, ok := strings.CutPrefix(lines.Text(), "JAVA_VERSION=")
		if !ok {
			continue
		}
		feature, _, _ := strings.Cut(strings.Trim(value, `"`), ".")
		n, err := strconv.Atoi(feature) // "1.8.0" gives 1: too old for all
		return n, err == nil
	}
	return 0, false
}
