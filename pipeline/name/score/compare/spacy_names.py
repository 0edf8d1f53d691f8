"""Names by a spaCy model, for the comparison in main.go.

    python spacy_names.py PACKAGE < documents.jsonl > names.jsonl

A document is {"text": ..., "tokens": [[start, end], ...] or null, "first": [...]}:
bytes of the tokens, and the tokens that start a sentence. With tokens the model
is given exactly these; without, its own tokeniser cuts the text. The answer is
one line a document, {"names": [[start, end, label], ...], "cpu": seconds}, cpu
being the process's time for that document, tokeniser included.

PACKAGE is a Python package with a model of spaCy 3.8 in it.
"""
import importlib.util
import json
import pathlib
import sys
import time

import spacy
from spacy.tokens import Doc

KINDS = {
    "PERSON": "PER", "ORG": "ORG", "GPE": "GPE", "LOC": "LOC", "FAC": "FAC", "NORP": "NORP",
    "EVENT": "EVENT", "WORK_OF_ART": "MISC", "LAW": "MISC", "PRODUCT": "MISC",
}


def load(package):
    root = pathlib.Path(importlib.util.find_spec(package).origin).parent
    config = next(root.rglob("config.cfg"))
    return spacy.load(config.parent, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])


def main():
    nlp = load(sys.argv[1])
    meta = nlp.meta
    print(json.dumps({"model": f"spaCy {meta['lang']}_{meta['name']} {meta['version']}"}))
    list(nlp.pipe(["Warm up in London with Jane Roe of Reuters."]))
    for line in sys.stdin:
        d = json.loads(line)
        raw = d["text"].encode()
        start = time.process_time()
        if d["tokens"] is None:
            doc = nlp(d["text"])
        else:
            words = [raw[a:b].decode() for a, b in d["tokens"]]
            first = set(d["first"])
            doc = nlp(Doc(nlp.vocab, words=words, sent_starts=[i in first for i in range(len(words))]))
        ents = [e for e in doc.ents if e.label_ in KINDS]
        cpu = time.process_time() - start
        names = []
        for e in ents:
            if d["tokens"] is None:
                a = len(d["text"][: e.start_char].encode())
                names.append([a, a + len(e.text.encode()), KINDS[e.label_]])
            else:
                names.append([d["tokens"][e.start][0], d["tokens"][e.end - 1][1], KINDS[e.label_]])
        print(json.dumps({"names": names, "cpu": cpu}))


main()
