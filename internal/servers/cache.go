//go:build unix

package servers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// CacheDir is where fetched servers are kept: $DATELINE_CACHE if set;
// otherwise dateline-servers in the user's cache folder, or
// /var/cache/dateline-servers for root. Elasticsearch refuses to run as root
// and is started as an unprivileged user then, who cannot read anything below
// root's home.
func CacheDir() (string, error) {
	if dir := os.Getenv("DATELINE_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	if os.Geteuid() == 0 {
		return "/var/cache/dateline-servers", nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("cache folder: %w; set DATELINE_CACHE to a folder outside the repository", err)
	}
	return filepath.Join(dir, "dateline-servers"), nil
}

// lockFile takes an exclusive lock on path, creating the file, and returns
// its release. The lock belongs to the open file, so it holds between
// processes and between goroutines, and ends with the process. Waiting polls,
// because flock(2) knows no context.
func lockFile(ctx context.Context, path string) (release func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, fmt.Errorf("lock %s, held by another process: %w", path, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}
