//go:build unix

package servers

import (
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// account is the user that root's Elasticsearch runs as.
type account struct{ uid, gid uint32 }

// unprivileged is nil unless we are root; then it is the user nobody, whom
// every system has.
func unprivileged() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("nobody")
	if err != nil {
		return nil, fmt.Errorf("elasticsearch does not run as root: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &account{uid: uint32(uid), gid: uint32(gid)}, nil
}

func (a *account) attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: a.uid, Gid: a.gid}}
}

// take makes the account the owner of everything in dir.
func (a *account) take(dir string) error {
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(a.uid), int(a.gid))
	})
}

// reach makes sure that the account can pass through every folder above dir.
// It opens closed ones of root's below the temporary folder and refuses
// others: whether a home folder may be opened is not for a test to decide.
func (a *account) reach(dir string) error {
	temp := filepath.Clean(os.TempDir()) + string(filepath.Separator)
	for d := dir; ; d = filepath.Dir(d) {
		info, err := os.Stat(d)
		if err != nil {
			return err
		}
		if mode := info.Mode().Perm(); mode&0o001 == 0 {
			if !strings.HasPrefix(d, temp) || !ownedByRoot(info) {
				return fmt.Errorf("elasticsearch runs as the user nobody, who cannot pass through %s: choose a folder elsewhere", d)
			}
			if err := os.Chmod(d, mode|0o011); err != nil {
				return err
			}
		}
		if d == filepath.Dir(d) {
			return nil
		}
	}
}

func ownedByRoot(info fs.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && s.Uid == 0
}
