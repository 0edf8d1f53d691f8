# make demo   one process, nothing installed but Go: the bundled articles
#             through the real worker, and the web page
# make test   everything CI runs; fetches and starts real servers
SHELL := /bin/bash
.DEFAULT_GOAL := build

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
DATA ?= ../shared/data
FUZZTIME ?= 10s
# make test PACKAGES=./worker/... runs a part of the tests.
PACKAGES ?= ./...

.PHONY: build demo test lint tools bench bench-check growth chaos score peers fuzz clean

# Static: no C library is asked for names of hosts or users.
build:
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/dateline ./cmd/dateline

demo:
	go run -ldflags '-X main.version=$(VERSION)' ./cmd/dateline demo

# What tests take beside Go: a JDK, Maven and a C compiler.
tools: bin/testservers bin/testreport
	.ci/tools

test: tools
	.ci/test $(PACKAGES)

lint:
	.ci/lint $(PACKAGES)

# Benchmarks of every package, with servers as production runs them.
bench: tools
	bin/testservers run -bench -- go test -tags servers -run '^$$' -bench . -benchmem $(PACKAGES)

# Fails when a stage allocates more than the committed budget, or the program is
# larger than 60 MB. It counts, and takes no time. After a change that is worth its
# allocations:
# go run ./cmd/dateline bench stages --articles 1000 --json > internal/bench/budget.json
bench-check: build
	bin/dateline bench stages --articles 1000 --budget internal/bench/budget.json
	@size=$$(wc -c < bin/dateline); echo "bin/dateline: $$size bytes of 60000000"; [ $$size -le 60000000 ]

# How costs grow, in numbers and as a picture, for docs/benchmarks.md. It takes
# 45 minutes and 20 GB of disk, and wants a machine that does nothing else.
growth:
	go run ./cmd/dateline bench growth --window 5000000 --articles 200000 --json > docs/growth.json.new
	mv docs/growth.json.new docs/growth.json
	cd internal/bench/plot && go run . $(abspath docs)/growth.json $(abspath docs)/growth.svg

# Servers and workers killed, paused, cut off and restarted under load, every
# record accounted for. An hour or two, and half an hour of soak; it starts
# servers of its own and writes artifacts/chaos.* and soak.*. For other sizes:
# make chaos CHAOS='-chaos.seeds=20 -chaos.records=5000 -chaos.only=SIGKILL'
# make chaos SUITE=TestChaosScenarios leaves soak and outage out.
CHAOS ?=
SUITE ?= TestChaos
chaos: tools
	bin/testservers fetch
	set -o pipefail; go test -json -tags servers,chaos -run '^$(SUITE)' -timeout 12h ./internal/chaos -args $(CHAOS) | bin/testreport

# Accuracy on the development sets in DATA, into the scoreboard; the other readers
# of bylines beside it are printed.
score:
	go run ./cmd/dateline score $(DATA) --write docs/scoreboard.md
	cd pipeline/byline/score/compare && go run . $(abspath $(DATA))

# Speed of what others use for names and dates beside ours, in one run of a quarter
# of an hour: spaCy, SUTime, HeidelTime. It takes a JDK, Maven and a Python with
# spaCy, and says how to install what is missing. For a part of it:
# make peers PYTHON=venv/bin/python PEERS='-articles 50 -without heideltime'
PYTHON ?= python3
PEERS ?=
peers:
	go run ./internal/bench/peers -python $(PYTHON) $(PEERS) $(DATA)

# Every fuzz target for FUZZTIME, one after the other.
fuzz:
	.ci/fuzz $(FUZZTIME)

clean:
	rm -rf bin artifacts

# Always: the go command knows best whether something has changed.
.PHONY: bin/testservers bin/testreport
bin/testservers bin/testreport:
	go build -o $@ ./internal/servers/cmd/$(@F)
