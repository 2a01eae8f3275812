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
from kb.articles import Article, Library
from kb.search.analysis import bigrams, fold, words
from kb.search.lexical import Lexical
from kb.search.queries import Vocabulary
from kb.search.searcher import Index, Searcher
from kb.search.units import Units, units_of

log = logging.getLogger("kefu.search")
# Raised when analysis or layout changes, so that saved generations are rebuilt.
FORMAT = 2
POINTER = "current"
LEXICAL_FILES = ("ask_words", "ask_bigrams", "body_words", "body_bigrams")
VECTOR_FILES = ("ask_vectors", "passage_vectors")


def key_of(library: Library, encoder: Encoder) -> str:
    source = f"{FORMAT} {library.digest} {encoder.name}"
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
        body_words=Lexical.build([words(p) for p in passages]),
        body_bigrams=Lexical.build([bigrams(p) for p in passages]),
        ask_vectors=VectorIndex.build(encode(encoder, [fold(a) for a in units.asks])),
        passage_vectors=VectorIndex.build(encode(encoder, passages)),
        vocabulary=Vocabulary(units.bags),
    )


def encode(encoder: Encoder, texts: Sequence[str]) -> np.ndarray:
    return encoder.encode(texts) if texts else np.zeros((0, encoder.dim), np.float32)


def save(index: Index, folder: Path) -> None:
    for name in LEXICAL_FILES:
        getattr(index, name).save(folder / f"{name}.npz")
    for name in VECTOR_FILES:
        getattr(index, name).save(folder / f"{name}.faiss")
    (folder / "vocabulary.json").write_text(json.dumps(index.vocabulary.counts, ensure_ascii=False))


def load(articles: Sequence[Article], folder: Path) -> Index:
    units: Units = units_of(articles)
    lexical = {name: Lexical.load(folder / f"{name}.npz") for name in LEXICAL_FILES}
    vectors = {name: VectorIndex.load(folder / f"{name}.faiss") for name in VECTOR_FILES}
    counts = json.loads((folder / "vocabulary.json").read_text())
    return Index(tuple(articles), units, **lexical, **vectors, vocabulary=Vocabulary.of(counts))


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
