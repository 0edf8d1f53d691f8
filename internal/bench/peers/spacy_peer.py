"""A spaCy model as a peer, see protocol.go: names alone.

    python spacy_peer.py PACKAGE ARTICLES

PACKAGE is a Python package with a model of spaCy 3.8 in it. Only the component
ner is loaded: in these models it reads the text with a tok2vec of its own and
needs neither the shared tok2vec nor tagger, parser, attribute_ruler and
lemmatizer. Texts go through nlp.pipe, as spaCy's documentation advises for many,
in batches of 32; that took less time than single texts, batches of 8, and the
default of 256.
"""
import importlib.util
import json
import pathlib
import sys
import time

import spacy

NAMES = {"PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "WORK_OF_ART", "LAW", "PRODUCT"}
WARM_UP = 30
BATCH = 32


def load(package):
    spec = importlib.util.find_spec(package)
    if spec is None:
        sys.exit(f"no module named {package!r}")
    config = next(pathlib.Path(spec.origin).parent.rglob("config.cfg"))
    others = ["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]
    nlp = spacy.load(config.parent, exclude=others)
    if nlp.pipe_names != ["ner"]:
        sys.exit(f"{package} has {nlp.pipe_names}, want ner alone")
    return nlp


def articles(path):
    texts = []
    with open(path, "rb") as f:
        while first := f.readline():
            texts.append(f.read(int(first.split()[1])).decode())
            f.read(1)
    return texts


def say(answer):
    print(json.dumps(answer), flush=True)


def main():
    nlp = load(sys.argv[1])
    version = f"spaCy {spacy.__version__}, model {nlp.meta['version']}"
    texts = articles(sys.argv[2])
    nlp(texts[0])
    started = time.process_time()
    list(nlp.pipe(texts[:WARM_UP], batch_size=BATCH))
    say({"version": version, "start_cpu_s": started})
    for _ in sys.stdin:
        start = time.process_time()
        read = found = 0
        for doc in nlp.pipe(texts, batch_size=BATCH):
            read += 1
            found += sum(e.label_ in NAMES for e in doc.ents)
        say({"articles": read, "found": found, "cpu_s": time.process_time() - start})


main()
