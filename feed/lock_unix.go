//go:build unix

package feed

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// LockFolder makes this process the folder's one owner until the file is
// closed or the process ends, however it ends.
func LockFolder(folder string) (*os.File, error) {
	name := filepath.Join(folder, lockName)
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", folder, err)
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		owner := make([]byte, 20)
		n, _ := f.ReadAt(owner, 0)
		f.Close()
		return nil, fmt.Errorf("folder %s: %w (process %s): one process may watch it", folder, ErrOwned, strings.TrimSpace(string(owner[:n])))
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("folder %s: lock %s: %w", folder, lockName, err)
	}
	// Who owns it is for people to read; the lock itself is what counts.
	if err := f.Truncate(0); err == nil {
		f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return f, nil
}

// inodeOfInfo is the number by which a file is known when it is renamed.
func inodeOfInfo(info os.FileInfo) uint64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Ino
	}
	return 0
}

// inodeOf is inodeOfInfo of a path, 0 if it is not there.
func inodeOf(path string) uint64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return inodeOfInfo(info)
}
