//go:build !unix

package feed

import (
	"fmt"
	"os"
	"runtime"
)

// LockFolder refuses: without a lock that ends with its process two owners
// would send and move the same files.
func LockFolder(folder string) (*os.File, error) {
	return nil, fmt.Errorf("folder %s: watching needs file locks, which Dateline does not know on %s: send the files with dateline feed %s", folder, runtime.GOOS, folder)
}

func inodeOfInfo(os.FileInfo) uint64 { return 0 }

func inodeOf(string) uint64 { return 0 }
