//go:build unix

package servers

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestEveryReleaseIsLocked(t *testing.T) {
	for _, r := range releases {
		t.Run(r.Name(), func(t *testing.T) {
			want, err := r.lock()
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range r.artifacts {
				part := strings.Split(a, ":")
				file := part[1] + "-" + part[2] + ".jar"
				if r.archive() != "" {
					file = archiveName(r)
				}
				if want[file] == "" {
					t.Errorf("%s is not in the lock file", file)
				}
			}
			if got, err := FindRelease(r.Server, r.Version); err != nil || got.Name() != r.Name() {
				t.Errorf("FindRelease: %v, %v", got, err)
			}
		})
	}
	entries, err := lockFiles.ReadDir("locks")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(releases) {
		t.Errorf("%d lock files for %d releases", len(entries), len(releases))
	}
	t.Setenv("DATELINE_KAFKA_VERSION", "3.9.1")
	t.Setenv("DATELINE_ELASTICSEARCH_VERSION", "")
	for server, want := range map[string]string{"kafka": "3.9.1", "elasticsearch": ElasticsearchVersion} {
		if r, err := Chosen(server); err != nil || r.Version != want {
			t.Errorf("chosen %s: %v, %v, want %s", server, r, err, want)
		}
	}
	if _, err := FindRelease("kafka", "0.7"); err == nil || !strings.Contains(err.Error(), KafkaVersion) {
		t.Errorf("unknown release: error %v, want one that names the known ones", err)
	}
}

func TestParseSums(t *testing.T) {
	a, b := strings.Repeat("a", 64), strings.Repeat("0", 64)
	got, err := parseSums(a + "  one.jar\n" + b + "  two.jar\n")
	if err != nil || len(got) != 2 || got["one.jar"] != a || got["two.jar"] != b {
		t.Errorf("got %v, %v", got, err)
	}
	for name, text := range map[string]string{
		"empty":       "",
		"no name":     a + "  \n",
		"short":       a[1:] + "  one.jar\n",
		"upper case":  strings.ToUpper(a) + "  one.jar\n",
		"one space":   a + " one.jar\n",
		"folder":      a + "  ../one.jar\n",
		"twice":       a + "  one.jar\n" + b + "  one.jar\n",
		"blank lines": a + "  one.jar\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := parseSums(text); err == nil {
				t.Errorf("got %v, want an error", got)
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func hexSum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func TestVerifySums(t *testing.T) {
	want := sums{"a.jar": hexSum("A"), "b.jar": hexSum("B")}
	for _, c := range []struct {
		name  string
		files map[string]string
		wrong string // "" is none
	}{
		{"as recorded", map[string]string{"a.jar": "A", "b.jar": "B", "folder/c.jar": "C"}, ""},
		{"changed", map[string]string{"a.jar": "A", "b.jar": "X"}, "b.jar has sha256 " + hexSum("X") + ", recorded is " + hexSum("B")},
		{"missing", map[string]string{"a.jar": "A"}, "b.jar is missing"},
		{"one too many", map[string]string{"a.jar": "A", "b.jar": "B", "c.jar": "C"}, "c.jar is not recorded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range c.files {
				write(t, filepath.Join(dir, name), text)
			}
			err := verifySums(dir, want)
			if c.wrong == "" && err != nil {
				t.Error(err)
			}
			if c.wrong != "" && (!errors.Is(err, ErrChecksum) || !strings.Contains(err.Error(), c.wrong)) {
				t.Errorf("error %v, want %q", err, c.wrong)
			}
		})
	}
}

// fakeMaven puts an mvn first on the PATH that runs a shell script in its
// place; $OUT is the folder that the real one would fill.
func fakeMaven(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	const find = `for a; do case $a in -DoutputDirectory=*) OUT=${a#*=};; esac; done; mkdir -p "$OUT"
`
	if err := os.WriteFile(filepath.Join(dir, "mvn"), []byte("#!/bin/sh\n"+find+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
}

func TestFetchRefusesWhatIsNotRecorded(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("DATELINE_CACHE", cache)
	for server, version := range map[string]string{"kafka": KafkaVersion, "elasticsearch": ElasticsearchVersion} {
		r, err := FindRelease(server, version)
		if err != nil {
			t.Fatal(err)
		}
		t.Run("downloaded "+server, func(t *testing.T) {
			fakeMaven(t, `echo other > "$OUT/kafka_2.13-4.1.1.jar"; echo other > "$OUT/elasticsearch-8.19.16.zip"`)
			_, err := Fetch(within(t, 10*time.Second), r, nil)
			if !errors.Is(err, ErrChecksum) {
				t.Errorf("error %v, want %v", err, ErrChecksum)
			}
			left, _ := filepath.Glob(filepath.Join(cache, r.Name()+"*"))
			if len(left) != 1 || !strings.HasSuffix(left[0], ".lock") {
				t.Errorf("the cache holds %v after a refusal", left)
			}
		})
		t.Run("cached "+server, func(t *testing.T) {
			write(t, filepath.Join(cache, r.Name(), "stray.jar"), "x")
			_, err := Fetch(within(t, 10*time.Second), r, nil)
			if !errors.Is(err, ErrChecksum) || !strings.Contains(err.Error(), "remove "+filepath.Join(cache, r.Name())) {
				t.Errorf("error %v, want %v and what to remove", err, ErrChecksum)
			}
		})
	}
}

func TestFetchTellsWhatMavenSaid(t *testing.T) {
	t.Setenv("DATELINE_CACHE", t.TempDir())
	r, err := FindRelease("kafka", KafkaVersion)
	if err != nil {
		t.Fatal(err)
	}
	defer func(d time.Duration) { mavenPause = d }(mavenPause)
	mavenPause = 10 * time.Millisecond
	count := filepath.Join(t.TempDir(), "count")
	fakeMaven(t, `echo try >> `+count+`; echo "[ERROR] no route to host"; exit 1`)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err = Fetch(ctx, r, nil)
	if err == nil || !strings.Contains(err.Error(), "no route to host") {
		t.Errorf("error %v, want Maven's", err)
	}
	if tries, _ := os.ReadFile(count); string(tries) != "try\ntry\ntry\n" {
		t.Errorf("tries: %q, want 3", tries)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := Fetch(ctx, r, nil); err == nil || !strings.Contains(err.Error(), "install Maven") {
		t.Errorf("without mvn: error %v, want what to install", err)
	}
}

// archive writes a zip of the named members and returns its path.
func archive(t *testing.T, members ...string) string {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, name := range members {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate}
		header.SetMode(0o755)
		w, err := z.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "/") {
			if _, err := w.Write([]byte("content of " + name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "archive.zip")
	write(t, path, buf.String())
	return path
}

func TestUnpackAndCompare(t *testing.T) {
	zipped := archive(t, "server-1/", "server-1/bin/run", "server-1/logs/", "server-1/lib/a.jar")
	fresh := func(t *testing.T) string {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "home")
		if err := unpack(zipped, dir); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	t.Run("as archived", func(t *testing.T) {
		dir := fresh(t)
		if err := compareUnpacked(zipped, dir); err != nil {
			t.Error(err)
		}
		info, err := os.Stat(filepath.Join(dir, "bin/run"))
		if err != nil || info.Mode().Perm() != 0o755 {
			t.Errorf("bin/run: %v, %v: want to be executable", info, err)
		}
		if info, err := os.Stat(filepath.Join(dir, "logs")); err != nil || !info.IsDir() {
			t.Errorf("logs: %v, %v: want an empty folder", info, err)
		}
	})
	for name, change := range map[string]func(dir string) error{
		"changed": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "lib/a.jar"), []byte("content of server-1/lib/b.jar"), 0o644)
		},
		"missing": func(dir string) error { return os.Remove(filepath.Join(dir, "lib/a.jar")) },
		"too many": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "lib/b.jar"), nil, 0o644)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := fresh(t)
			if err := change(dir); err != nil {
				t.Fatal(err)
			}
			if err := compareUnpacked(zipped, dir); !errors.Is(err, ErrChecksum) {
				t.Errorf("error %v, want %v", err, ErrChecksum)
			}
		})
	}
}

func TestUnpackStaysInItsFolder(t *testing.T) {
	for _, name := range []string{"server-1/../../out", "server-1/..", "out", "server-1//etc/out"} {
		dir := filepath.Join(t.TempDir(), "a/b/home")
		if err := unpack(archive(t, name), dir); err == nil {
			t.Errorf("%q: want an error", name)
		}
	}
}

func TestLinkTree(t *testing.T) {
	src, dst := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	write(t, filepath.Join(src, "bin/run"), "run")
	if err := os.Chmod(filepath.Join(src, "bin/run"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := linkTree(src, dst); err != nil {
		t.Fatal(err)
	}
	if err := copyFile(filepath.Join(src, "bin/run"), filepath.Join(dst, "bin/copied")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"bin/run", "bin/copied"} {
		data, err := os.ReadFile(filepath.Join(dst, name))
		if err != nil || string(data) != "run" {
			t.Errorf("%s: %q, %v", name, data, err)
		}
		if info, err := os.Stat(filepath.Join(dst, name)); err != nil || info.Mode().Perm() != fs.FileMode(0o755) {
			t.Errorf("%s: mode %v, %v", name, info.Mode(), err)
		}
	}
}

func TestLockFileExcludes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	release, err := lockFile(within(t, time.Second), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lockFile(within(t, 100*time.Millisecond), path); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("second holder: error %v, want the deadline", err)
	}
	var released atomic.Bool
	done := make(chan error)
	go func() {
		second, err := lockFile(context.Background(), path)
		if err == nil {
			second()
			if !released.Load() {
				err = errors.New("the lock had two holders")
			}
		}
		done <- err
	}()
	time.Sleep(100 * time.Millisecond)
	released.Store(true)
	release()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestCacheDir(t *testing.T) {
	t.Setenv("DATELINE_CACHE", "/somewhere")
	if dir, err := CacheDir(); err != nil || dir != "/somewhere" {
		t.Errorf("got %q, %v", dir, err)
	}
	t.Setenv("DATELINE_CACHE", "")
	dir, err := CacheDir()
	if err != nil || filepath.Base(dir) != "dateline-servers" {
		t.Errorf("got %q, %v", dir, err)
	}
	if home, _ := os.UserHomeDir(); os.Geteuid() == 0 && strings.HasPrefix(dir, home+"/") {
		t.Errorf("root's cache %s lies in root's home: nobody else could read it", dir)
	}
}

func TestJavaVersion(t *testing.T) {
	jdk := func(tools []string, release string) string {
		dir := t.TempDir()
		for _, tool := range tools {
			write(t, filepath.Join(dir, "bin", tool), "")
		}
		if release != "" {
			write(t, filepath.Join(dir, "release"), release)
		}
		return dir
	}
	both := []string{"java", "javac"}
	for _, c := range []struct {
		name string
		dir  string
		want int // 0 is none
	}{
		{"newest", jdk(both, "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25\"\n"), 25},
		{"with patch", jdk(both, "JAVA_VERSION=\"17.0.15\"\nOS_ARCH=\"x\"\n"), 17},
		{"old numbering", jdk(both, "JAVA_VERSION=\"1.8.0_402\"\n"), 1},
		{"no compiler", jdk([]string{"java"}, "JAVA_VERSION=\"17.0.15\"\n"), 0},
		{"no version", jdk(both, "OS_ARCH=\"x\"\n"), 0},
		{"no release file", jdk(both, ""), 0},
		{"nothing", t.TempDir(), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, ok := javaVersion(c.dir); got != c.want || ok != (c.want > 0) {
				t.Errorf("got %d, %v, want %d", got, ok, c.want)
			}
		})
	}
	t.Setenv("JAVA_HOME", jdk(both, "JAVA_VERSION=\"99\"\n"))
	if home, err := findJava(99); err != nil || home != os.Getenv("JAVA_HOME") {
		t.Errorf("findJava: %q, %v, want JAVA_HOME", home, err)
	}
	if home, err := findJava(100); err == nil || !strings.Contains(err.Error(), "found 99 in") {
		t.Errorf("findJava: %q, %v, want an error that says what there is", home, err)
	}
}
