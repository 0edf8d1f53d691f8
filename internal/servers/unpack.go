//go:build unix

package servers

import (
	"archive/zip"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// unpack writes the content of a zip into dir, without the one folder that
// holds everything in it, and gives files the mode the zip records.
func unpack(archive, dir string) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return fmt.Errorf("%s: %w", archive, err)
	}
	defer z.Close()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range z.File {
		name, err := memberName(f.Name)
		if err != nil {
			return fmt.Errorf("%s: %w", archive, err)
		}
		path := filepath.Join(dir, name)
		if f.FileInfo().IsDir() {
			err = os.MkdirAll(path, 0o755)
		} else {
			err = unpackFile(f, path)
		}
		if err != nil {
			return fmt.Errorf("%s: %s: %w", archive, f.Name, err)
		}
	}
	return nil
}

// memberName takes the leading folder off a name in a zip. It refuses names
// that would leave the folder they are unpacked into.
func memberName(name string) (string, error) {
	_, rest, ok := strings.Cut(name, "/")
	rest = strings.TrimSuffix(rest, "/")
	if rest == "" {
		rest = "."
	}
	if !ok || !filepath.IsLocal(rest) {
		return "", fmt.Errorf("member %q: outside of the archive's folder", name)
	}
	return rest, nil
}

func unpackFile(f *zip.File, path string) error {
	if !f.Mode().IsRegular() {
		return errors.New("not a plain file")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, f.Mode().Perm())
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// compareUnpacked compares what unpack wrote with the archive: names, sizes
// and the CRC-32 that the archive holds of each file. Together with the
// checksum of the archive this covers every file that gets to run, without
// unpacking anew.
func compareUnpacked(archive, dir string) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return fmt.Errorf("%s: %w", archive, err)
	}
	defer z.Close()
	members := map[string]*zip.File{}
	for _, f := range z.File {
		name, err := memberName(f.Name)
		if err != nil {
			return fmt.Errorf("%s: %w", archive, err)
		}
		if !f.FileInfo().IsDir() {
			members[name] = f
		}
	}
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		f := members[name]
		if f == nil {
			return fmt.Errorf("%w: %s is not in the archive", ErrChecksum, path)
		}
		delete(members, name)
		sum, size, err := crcFile(path)
		if err != nil {
			return err
		}
		if sum != f.CRC32 || uint64(size) != f.UncompressedSize64 {
			return fmt.Errorf("%w: %s differs from the archive", ErrChecksum, path)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for name := range members {
		return fmt.Errorf("%w: %s is missing", ErrChecksum, filepath.Join(dir, name))
	}
	return nil
}

func crcFile(path string) (sum uint32, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	hash := crc32.NewIEEE()
	size, err = io.Copy(hash, f)
	return hash.Sum32(), size, err
}

// linkTree makes dst a copy of the folder src, out of hard links where both
// lie on one file system that allows it, else out of copied files. Nothing
// may write into such files.
func linkTree(src, dst string) error {
	return filepath.WalkDir(src, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(src, path)
		if err != nil {
			return err
		}
		target := filepath.Join(dst, name)
		if e.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		if os.Link(path, target) == nil {
			return nil
		}
		return copyFile(path, target)
	})
}

func copyFile(src, dst string) error {
	in, err := os.Open(src)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(dst, os.O_CREATE|os.O_EXCL|os.O_WRONLY, info.Mode().Perm())
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
