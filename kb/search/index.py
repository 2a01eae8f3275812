"""Building, saving and opening a generation of the index."""

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings import Encoder, VectorIndex
from kb import taxonomy
from kb.articles import Article, Library
from kb.search import initials
from kb.search.analysis import LEXICON, bigrams, fold, standard, words
from kb.search.gates import Gate, emergency_calls, outside_texts
from kb.search.intents import IntentModel, capped
from kb.search.lexical import Lexical
from kb.search.ngrams import Ngrams
from kb.search.queries import Vocabulary
from kb.search.searcher import Index, Searcher
from kb.search.units import Units, units_of

log = logging.getLogger("kefu.search")
# Raised when analysis or layout changes, so that saved generations are rebuilt.
FORMAT = 6
POINTER = "current"
LEXICAL_FILES = ("ask_words", "ask_bigrams", "ask_initials", "body_words", "body_bigrams")
VECTOR_FILES = ("ask_vectors", "passage_vectors")
LEARNED_FILES = {"ngrams": Ngrams, "intents": IntentModel, "live": Gate, "outside": Gate}


def key_of(library: Library, encoder: Encoder) -> str:
    lexicon = "".join(hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(LEXICON.glob("*.t*")))
    source = f"{FORMAT} {library.digest} {encoder.name} {lexicon}"
    return hashlib.sha256(source.encode()).hexdigest()[:20]


def build_index(library: Library, encoder: Encoder, folder: Path) -> Searcher:
    """Build a generation beside the old one and let the pointer name it; a kill leaves the old one serving."""
    index = make_index(tuple(library.articles.values()), encoder)
    folder.mkdir(parents=True, exist_ok=True)
    key = key_of(library, encoder)
    fresh = Path(tempfile.mkdtemp(prefix=f"{key}-", dir=folder))
    save(index, fresh)
    (fresh / "manifest.json").write_text(json.dumps({"key": key, "files": digests(fresh)}))
    sync(fresh)
    pointer = folder / f".{POINTER}-{os.getpid()}"
    pointer.write_text(fresh.name)
    os.replace(pointer, folder / POINTER)
    for old in folder.iterdir():
        if old.is_dir() and old != fresh:
            shutil.rmtree(old, ignore_errors=True)
    return Searcher(index, encoder)


def open_index(library: Library, encoder: Encoder, folder: Path) -> Searcher:
    """The saved generation when it fits library and encoder, else a new one."""
    pointer = folder / POINTER
    try:
        place = folder / pointer.read_text().strip()
        manifest = json.loads((place / "manifest.json").read_text())
        if manifest["key"] != key_of(library, encoder):
            log.info("content or encoder changed: building the index")
        elif manifest["files"] != digests(place):
            log.warning("index file damaged: building the index again")
        else:
            return Searcher(load(tuple(library.articles.values()), place), encoder)
    except FileNotFoundError:
        log.info("no index yet: building it")
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        log.warning("index unreadable (%s): building it again", type(error).__name__)
    return build_index(library, encoder, folder)


def make_index(articles: Sequence[Article], encoder: Encoder) -> Index:
    units = units_of(articles)
    bags = [fold(b) for b in units.bags]
    passages = [fold(p) for p in units.passages]
    return Index(
        articles=tuple(articles),
        units=units,
        ask_words=Lexical.build([words(b) for b in bags]),
        ask_bigrams=Lexical.build([bigrams(b) for b in bags]),
        ask_initials=initials.build([fold(a) for a in units.asks]),
        body_words=Lexical.build([words(p) for p in passages]),
        body_bigrams=Lexical.build([bigrams(p) for p in passages]),
        ask_vectors=VectorIndex.build(encode(encoder, [fold(a) for a in units.asks])),
        passage_vectors=VectorIndex.build(encode(encoder, passages)),
        vocabulary=Vocabulary(units.bags),
        **learn(articles, units, encoder),
    )


def learn(articles: Sequence[Article], units: Units, encoder: Encoder) -> dict:
    """The linear models over n-grams: intents from the asks, the two gates from labelled texts."""
    intent_of = [a.intent for a in articles] + list(units.extra)
    of_asks = [intent_of[number] for number in units.ask_article]
    kept = capped(of_asks)
    asks, intents = [standard(fold(units.asks[i])) for i in kept], [of_asks[i] for i in kept]
    live, calm = ([standard(fold(t)) for t in texts] for texts in emergency_calls())
    outside = [standard(fold(t)) for t in outside_texts()]
    ngrams = Ngrams.fit([*asks, *live, *calm, *outside])
    safe = [a for a, i in zip(asks, intents, strict=True) if i not in taxonomy.P0_INTENTS]
    return {
        "ngrams": ngrams,
        "intents": IntentModel.fit(ngrams, asks, intents),
        "live": Gate.fit(ngrams, encoder, live, calm, [*safe, *outside]),
        "outside": Gate.fit(ngrams, encoder, outside, [*live, *calm], asks),
    }


def encode(encoder: Encoder, texts: Sequence[str]) -> np.ndarray:
    return encoder.encode(texts) if texts else np.zeros((0, encoder.dim), np.float32)


def save(index: Index, folder: Path) -> None:
    for name in LEXICAL_FILES:
        getattr(index, name).save(folder / f"{name}.npz")
    for name in VECTOR_FILES:
        getattr(index, name).save(folder / f"{name}.faiss")
    for name in LEARNED_FILES:
        getattr(index, name).save(folder / f"{name}.npz")
    (folder / "vocabulary.json").write_text(json.dumps(index.vocabulary.saved(), ensure_ascii=False))


def load(articles: Sequence[Article], folder: Path) -> Index:
    units: Units = units_of(articles)
    lexical = {name: Lexical.load(folder / f"{name}.npz") for name in LEXICAL_FILES}
    vectors = {name: VectorIndex.load(folder / f"{name}.faiss") for name in VECTOR_FILES}
    learned = {name: kind.load(folder / f"{name}.npz") for name, kind in LEARNED_FILES.items()}
    vocabulary = Vocabulary.of(json.loads((folder / "vocabulary.json").read_text()))
    return Index(tuple(articles), units, **lexical, **vectors, **learned, vocabulary=vocabulary)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name != "manifest.json"
    }


def sync(folder: Path) -> None:
    for path in [*folder.iterdir(), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
