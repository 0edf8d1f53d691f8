package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"dateline/pipeline/gazetteer"
)

func main() {
	cache := flag.String("cache", "", "folder for the fetched packages")
	out := flag.String("out", "..", "folder of gazetteer.bin and gazetteer.sum")
	overlay := flag.String("overlay", "../overlay", "folder of the overlay files")
	check := flag.Bool("check", false, "build and compare with the files in -out instead of writing them")
	flag.Parse()
	if err := run(*cache, *overlay, *out, *check); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(cache, overlay, out string, check bool) error {
	if cache == "" {
		return errors.New("flag -cache is missing: name a folder for the fetched packages")
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return err
	}
	archives, err := readLock("sources.lock")
	if err != nil {
		return err
	}
	for i := range archives {
		if err := archives[i].fetch(cache); err != nil {
			return err
		}
	}
	src, err := readSources(archives)
	if err != nil {
		return err
	}
	b, err := newBuild(src, overlay)
	if err != nil {
		return err
	}
	bin, err := gazetteer.Encode(&b.out)
	if err != nil {
		return err
	}
	sum := b.summary(bin)
	os.Stdout.WriteString(sum)
	for name, want := range map[string][]byte{"gazetteer.bin": bin, "gazetteer.sum": []byte(sum)} {
		path := filepath.Join(out, name)
		if !check {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				return err
			}
			continue
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			return fmt.Errorf("%s differs from a fresh build (%v)", path, err)
		}
	}
	return nil
}

// summary is gazetteer.sum: what CI compares with the committed file.
func (b *build) summary(bin []byte) string {
	o := &b.out
	return fmt.Sprintf("sha256 %x\nbytes %d\nregions %d\ncountries %d\nadmin1 %d\nadmin2 %d\ncities %d\nzones %d\nactors %d\nnames %d\n",
		sha256.Sum256(bin), len(bin), len(o.Regions), len(o.Countries), len(o.Admin1s), len(o.Admin2s), len(o.Cities), len(o.Zones), len(o.Actors), len(o.Names))
}
