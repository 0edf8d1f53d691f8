//go:build unix

package servers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"text/template"
	"time"
)

// dependencyPlugin is pinned, so that a Maven without it in its own defaults
// does not choose another one.
const dependencyPlugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"

// ErrChecksum says that a fetched or cached file is not the one whose
// checksum the repository records. Nothing is started then.
var ErrChecksum = errors.New("checksum mismatch")

// Fetch returns the folder that holds a release, downloading it first where
// the cache lacks it. Every call compares every file with the recorded
// checksums and fails with [ErrChecksum] when one differs, is missing or is
// too many. Processes that fetch at the same time wait for each other; a
// folder in the cache is always complete. What takes time is told on
// progress, one line each, nil for silence.
//
// The folder of Kafka holds its jars; that of Elasticsearch the zip and
// home/, its content.
func Fetch(ctx context.Context, r Release, progress io.Writer) (string, error) {
	cache, err := CacheDir()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", fmt.Errorf("cache folder: %w; set DATELINE_CACHE to one that can be written", err)
	}
	release, err := lockFile(ctx, filepath.Join(cache, r.Name()+".lock"))
	if err != nil {
		return "", err
	}
	defer release()

	dir := filepath.Join(cache, r.Name())
	if _, err := os.Stat(dir); err == nil {
		if err := verify(dir, r); err != nil {
			return "", fmt.Errorf("%s in the cache: %w; remove %s to fetch it again", r.Name(), err, dir)
		}
		return dir, nil
	}
	// What a killed fetch left behind is nobody else's: we hold the lock.
	if left, _ := filepath.Glob(filepath.Join(cache, r.Name()+".part-*")); left != nil {
		for _, dir := range left {
			os.RemoveAll(dir)
		}
	}
	part, err := os.MkdirTemp(cache, r.Name()+".part-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(part)
	if err := fetchInto(ctx, part, r, progress); err != nil {
		return "", fmt.Errorf("fetch %s: %w", r.Name(), err)
	}
	if err := os.Rename(part, dir); err != nil {
		return "", err
	}
	return dir, nil
}

func fetchInto(ctx context.Context, dir string, r Release, progress io.Writer) error {
	if progress == nil {
		progress = io.Discard
	}
	want, err := r.lock()
	if err != nil {
		return err
	}
	// Maven's local repository is not made for two processes at a time.
	release, err := lockFile(ctx, filepath.Join(filepath.Dir(dir), "maven.lock"))
	if err != nil {
		return err
	}
	fmt.Fprintf(progress, "servers: fetching %s %s with Maven\n", r.Server, r.Version)
	begin := time.Now()
	err = download(ctx, dir, r)
	release()
	if err != nil {
		return err
	}
	if err := verifySums(dir, want); err != nil {
		return fmt.Errorf("%w; the file in Maven's local repository is damaged or the repository served another one", err)
	}
	if r.archive() != "" {
		if err := unpack(filepath.Join(dir, archiveName(r)), filepath.Join(dir, "home")); err != nil {
			return err
		}
	}
	if err := makeReadable(dir); err != nil {
		return err
	}
	fmt.Fprintf(progress, "servers: fetched %s %s in %.1f s\n", r.Server, r.Version, time.Since(begin).Seconds())
	return nil
}

// archiveName is the file name that Maven's dependency:copy gives the zip.
func archiveName(r Release) string {
	part := strings.Split(r.archive(), ":")
	return part[1] + "-" + part[2] + "." + part[3]
}

// download brings the release's files into dir, unverified.
func download(ctx context.Context, dir string, r Release) error {
	if a := r.archive(); a != "" {
		return maven(ctx, dir, dependencyPlugin+":copy", "-Dartifact="+a, "-DoutputDirectory="+dir)
	}
	pom, err := projectFor(r)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "dateline-pom-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := os.WriteFile(filepath.Join(work, "pom.xml"), pom, 0o644); err != nil {
		return err
	}
	return maven(ctx, work, dependencyPlugin+":copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory="+dir)
}

var projectTemplate = template.Must(template.New("pom").Parse(`<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dateline</groupId><artifactId>testservers</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
{{- range .}}
    <dependency><groupId>{{index . 0}}</groupId><artifactId>{{index . 1}}</artifactId><version>{{index . 2}}</version></dependency>
{{- end}}
  </dependencies>
</project>
`))

// projectFor writes the pom whose runtime dependencies are the release.
func projectFor(r Release) ([]byte, error) {
	var rows [][]string
	for _, a := range r.artifacts {
		row := strings.Split(a, ":")
		if len(row) != 3 {
			return nil, fmt.Errorf("artifact %q: want group:artifact:version", a)
		}
		rows = append(rows, row)
	}
	var pom bytes.Buffer
	err := projectTemplate.Execute(&pom, rows)
	return pom.Bytes(), err
}

// mavenPause is the wait before the second try; before the third it is twice that.
var mavenPause = 3 * time.Second

// maven runs one goal, three times at most: a download that broke off is
// taken up where it stopped, because Maven keeps what it has.
func maven(ctx context.Context, dir string, args ...string) error {
	path, err := findMaven()
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		cmd := exec.CommandContext(ctx, path, append([]string{"-B", "-ntp"}, args...)...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err == nil {
			return nil
		}
		if try == 3 || ctx.Err() != nil {
			return fmt.Errorf("mvn %s: %w\n%s", args[0], err, lastLines(out, 15))
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(try) * mavenPause):
		}
	}
}

func findMaven() (string, error) {
	path, err := exec.LookPath("mvn")
	if err != nil {
		return "", fmt.Errorf("mvn: %w; install Maven 3.6 or newer (Debian, Ubuntu: apt-get install maven)", err)
	}
	return path, nil
}

// verify compares a complete release folder with the recorded checksums, and
// an unpacked archive with the archive.
func verify(dir string, r Release) error {
	want, err := r.lock()
	if err != nil {
		return err
	}
	if err := verifySums(dir, want); err != nil {
		return err
	}
	if r.archive() == "" {
		return nil
	}
	return compareUnpacked(filepath.Join(dir, archiveName(r)), filepath.Join(dir, "home"))
}

// verifySums demands that the plain files of dir are exactly those wanted:
// one jar too many would be on the class path as well.
func verifySums(dir string, want sums) error {
	have, err := sumFiles(dir)
	if err != nil {
		return err
	}
	var wrong []string
	for name, sum := range want {
		switch have[name] {
		case sum:
		case "":
			wrong = append(wrong, name+" is missing")
		default:
			wrong = append(wrong, fmt.Sprintf("%s has sha256 %s, recorded is %s", name, have[name], sum))
		}
	}
	for name := range have {
		if want[name] == "" {
			wrong = append(wrong, name+" is not recorded")
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	sort.Strings(wrong)
	if len(wrong) > 5 {
		wrong = append(wrong[:5], fmt.Sprintf("and %d more", len(wrong)-5))
	}
	return fmt.Errorf("%w: %s", ErrChecksum, strings.Join(wrong, "; "))
}

func sumFiles(dir string) (sums, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	s := sums{}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		f, err := os.Open(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		hash := sha256.New()
		_, err = io.Copy(hash, f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		s[e.Name()] = hex.EncodeToString(hash.Sum(nil))
	}
	return s, nil
}

// makeReadable lets every user read dir, and run what its owner may run.
func makeReadable(dir string) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		mode := info.Mode().Perm() | 0o444
		if mode&0o100 != 0 || e.IsDir() {
			mode |= 0o111
		}
		return os.Chmod(path, mode)
	})
}

// Lock downloads a release, unverified, and returns its lock file. It is how
// a new entry of the table gets its checksums; compare them with a second
// source before you commit them.
func Lock(ctx context.Context, r Release) ([]byte, error) {
	dir, err := os.MkdirTemp("", "dateline-lock-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := download(ctx, dir, r); err != nil {
		return nil, err
	}
	s, err := sumFiles(dir)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(s))
	for name := range s {
		names = append(names, name)
	}
	sort.Strings(names)
	var out bytes.Buffer
	for _, name := range names {
		fmt.Fprintf(&out, "%s  %s\n", s[name], name)
	}
	return out.Bytes(), nil
}
