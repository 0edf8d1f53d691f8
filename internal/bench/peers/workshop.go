package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed spacy_peer.py
var spacyScript string

//go:embed *.java
var javaSources embed.FS

// workshop is a temporary folder with what the peers read and run.
type workshop struct {
	dir      string
	texts    string // file of articles
	records  string // file of the same articles as records
	articles int
	bytes    int // of the texts
	python   string
}

func newWorkshop(o options) (*workshop, error) {
	texts, records, err := news(o.data, o.articles)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "peers")
	if err != nil {
		return nil, err
	}
	w := &workshop{dir: dir, texts: filepath.Join(dir, "texts"), records: filepath.Join(dir, "records"), articles: len(texts), python: o.python}
	for _, a := range texts {
		w.bytes += len(a.text)
	}
	if err := errors.Join(writeArticles(w.texts, texts), writeArticles(w.records, records)); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

func (w *workshop) close() error { return os.RemoveAll(w.dir) }

// library is what a Java peer stands on: group:artifact:version, and the
// classifier if there is one.
type library struct {
	version     string // as the table names it
	coordinates []string
}

var (
	suTime = &library{"CoreNLP 4.5.10", []string{
		"edu.stanford.nlp:stanford-corenlp:4.5.10", "edu.stanford.nlp:stanford-corenlp:4.5.10:models"}}
	// HeidelTime's own pom asks for these, and leaves them to whoever runs it.
	heidelTime = &library{"HeidelTime 2.2.1, CoreNLP 3.3.1", []string{
		"com.github.heideltime:heideltime:2.2.1", "org.apache.uima:uimaj-core:2.8.1",
		"edu.stanford.nlp:stanford-corenlp:3.3.1", "edu.stanford.nlp:stanford-corenlp:3.3.1:models"}}
)

// compile has Maven find the library's jars and javac compile a class of this
// folder against them. It returns the class path.
func (w *workshop) compile(ctx context.Context, l *library, class string) (string, error) {
	dir, err := os.MkdirTemp(w.dir, class)
	if err != nil {
		return "", err
	}
	list := filepath.Join(dir, "jars")
	if err := os.WriteFile(filepath.Join(dir, "pom.xml"), l.pom(), 0o644); err != nil {
		return "", err
	}
	if err := command(ctx, dir, "mvn", "-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath", "-Dmdep.outputFile="+list); err != nil {
		return "", err
	}
	jars, err := os.ReadFile(list)
	if err != nil {
		return "", err
	}
	var sources []string
	for _, name := range []string{"Peer.java", class + ".java"} {
		b, err := javaSources.ReadFile(name)
		if err != nil {
			return "", err
		}
		sources = append(sources, filepath.Join(dir, name))
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return "", err
		}
	}
	path := dir + string(filepath.ListSeparator) + strings.TrimSpace(string(jars))
	return path, command(ctx, dir, "javac", append([]string{"-nowarn", "-encoding", "UTF-8", "-cp", path, "-d", dir}, sources...)...)
}

// pom asks Maven for the library.
func (l *library) pom() []byte {
	var b strings.Builder
	b.WriteString("<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n<modelVersion>4.0.0</modelVersion>\n" +
		"<groupId>dateline</groupId><artifactId>peer</artifactId><version>1</version>\n<dependencies>\n")
	for _, c := range l.coordinates {
		p := append(strings.Split(c, ":"), "")
		fmt.Fprintf(&b, "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>", p[0], p[1], p[2])
		if p[3] != "" {
			fmt.Fprintf(&b, "<classifier>%s</classifier>", p[3])
		}
		b.WriteString("</dependency>\n")
	}
	b.WriteString("</dependencies>\n</project>\n")
	return []byte(b.String())
}

// command runs a tool in a folder; its last words are in the error.
func command(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	var said lastWords
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", name, said.after(err))
	}
	return nil
}

// without leaves variables out of an environment.
func without(env []string, names ...string) []string {
	return slices.DeleteFunc(env, func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(names, name)
	})
}
