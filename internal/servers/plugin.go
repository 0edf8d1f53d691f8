//go:build unix

package servers

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed testdata/TestAnalysisPlugin.java
var pluginSource []byte

const pluginDescriptor = `description=analysis components that the test distribution lacks
version=1
name=testanalysis
classname=dateline.testanalysis.TestAnalysisPlugin
java.version=%d
elasticsearch.version=%s
`

// installPlugin puts the analysis plugin into the node's program folder. Its
// jar is compiled once for each source and release and kept in the cache.
func installPlugin(ctx context.Context, java string, r Release, home string) error {
	jar, err := compilePlugin(ctx, java, r, home)
	if err != nil {
		return fmt.Errorf("analysis plugin: %w", err)
	}
	dir := filepath.Join(home, "plugins/testanalysis")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	descriptor := fmt.Sprintf(pluginDescriptor, r.Java, r.Version)
	if err := os.WriteFile(filepath.Join(dir, "plugin-descriptor.properties"), []byte(descriptor), 0o644); err != nil {
		return err
	}
	return copyFile(jar, filepath.Join(dir, "testanalysis.jar"))
}

// compilePlugin returns the plugin's jar out of the cache, which it fills if
// need be.
func compilePlugin(ctx context.Context, java string, r Release, home string) (string, error) {
	cache, err := CacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(pluginSource)
	jar := filepath.Join(cache, fmt.Sprintf("testanalysis-%s-%s.jar", r.Version, hex.EncodeToString(sum[:6])))
	release, err := lockFile(ctx, filepath.Join(cache, "testanalysis.lock"))
	if err != nil {
		return "", err
	}
	defer release()
	if _, err := os.Stat(jar); err == nil {
		return jar, nil
	}

	work, err := os.MkdirTemp(cache, "testanalysis.part-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	source := filepath.Join(work, "TestAnalysisPlugin.java")
	classes := filepath.Join(work, "classes")
	if err := os.WriteFile(source, pluginSource, 0o644); err != nil {
		return "", err
	}
	out, err := combinedOutput(ctx, exec.Command(filepath.Join(java, "bin/javac"),
		"-proc:none", "-Xlint:-options", "--release", fmt.Sprint(r.Java),
		"-cp", filepath.Join(home, "lib/*"), "-d", classes, source))
	if err != nil {
		return "", fmt.Errorf("javac: %w\n%s", err, lastLines(out, 15))
	}
	part := filepath.Join(work, "part.jar")
	if err := writeJar(part, classes); err != nil {
		return "", err
	}
	return jar, os.Rename(part, jar)
}

// writeJar packs a folder of classes. A jar is a zip; the manifest is not
// obligatory.
func writeJar(path, classes string) error {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	z := zip.NewWriter(out)
	if err := z.AddFS(os.DirFS(classes)); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return out.Close()
}
