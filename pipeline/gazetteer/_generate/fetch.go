package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// archive is one line of sources.lock.
type archive struct {
	kind, pkg, version, file, sha256, licence string
	path                                      string // in the cache
}

func readLock(path string) ([]archive, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []archive
	for sc := bufio.NewScanner(f); sc.Scan(); {
		l := strings.TrimSpace(sc.Text())
		if l == "" || l[0] == '#' {
			continue
		}
		w := strings.SplitN(l, " ", 6)
		if len(w) != 6 {
			return nil, fmt.Errorf("%s: %q: want six columns", path, l)
		}
		out = append(out, archive{kind: w[0], pkg: w[1], version: w[2], file: w[3], sha256: w[4], licence: w[5]})
	}
	return out, nil
}

// fetch brings an archive into the cache with its registry's own client and
// checks its hash.
func (a *archive) fetch(cache string) error {
	if a.kind == "go" { // fetched and checked by the go command, see go.sum
		b, err := os.ReadFile("go.sum")
		if err == nil && !strings.Contains(string(b), a.pkg+" "+a.version+" "+a.sha256+"\n") {
			err = fmt.Errorf("%s %s: go.sum has another hash than sources.lock", a.pkg, a.version)
		}
		return err
	}
	a.path = filepath.Join(cache, a.file)
	if _, err := os.Stat(a.path); err != nil {
		var cmd *exec.Cmd
		switch a.kind {
		case "pip":
			cmd = exec.Command("pip", "download", "--no-deps", "--quiet", a.pkg+"=="+a.version)
		case "npm":
			cmd = exec.Command("npm", "pack", "--silent", a.pkg+"@"+a.version)
		case "apt":
			cmd = exec.Command("apt-get", "download", a.pkg+"="+a.version)
		default:
			return fmt.Errorf("%s: kind %q: want pip, npm or apt", a.pkg, a.kind)
		}
		cmd.Dir, cmd.Stderr = cache, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
		}
	}
	b, err := os.ReadFile(a.path)
	if err != nil {
		return err
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(b)); got != a.sha256 {
		return fmt.Errorf("%s: sha256 %s, sources.lock says %s", a.path, got, a.sha256)
	}
	return nil
}

// debTar is the tar of the files in a Debian package.
func debTar(path string) ([]byte, error) {
	cmd := exec.Command("dpkg-deb", "--fsys-tarfile", path)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	err := cmd.Run()
	return out.Bytes(), err
}
