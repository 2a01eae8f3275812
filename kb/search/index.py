"""Building, saving and opening a generation of the index."""

import hashlib
import json
import logging
import os
import re
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
from kb.search.scoring import Index
from kb.search.searcher import Searcher
from kb.search.units import Units, units_of

log = logging.getLogger("kefu.search")
# Raised when analysis or layout changes, so that saved generations are rebuilt.
FORMAT = 9
POINTER = "current"
# Shorter sentences of an owner say nothing of their own.
LEAST_SAID = 6
LEXICAL_FILES = ("ask_words", "ask_bigrams", "ask_initials", "body_words", "body_bigrams")
VECTOR_FILES = ("ask_vectors", "passage_vectors")
LEARNED_FILES = {
    "ngrams": Ngrams,
    "intents": IntentModel,
    "live": Gate,
    "outside": Gate,
}


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
    try:
        return open_saved(library, encoder, folder)
    except FileNotFoundError:
        log.info("no index yet: building it")
    except Outdated:
        log.info("content or encoder changed: building the index")
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        log.warning("index damaged or unreadable (%s): building it again", error)
    return build_index(library, encoder, folder)


class Outdated(Exception):
    """The saved generation belongs to another library or encoder."""


def open_saved(library: Library, encoder: Encoder, folder: Path) -> Searcher:
    """The saved generation; raises Outdated, or OSError, ValueError, KeyError, RuntimeError when it is damaged."""
    place = folder / (folder / POINTER).read_text().strip()
    manifest = json.loads((place / "manifest.json").read_text())
    if manifest["key"] != key_of(library, encoder):
        raise Outdated
    if manifest["files"] != digests(place):
        raise ValueError("digests differ")
    return Searcher(load(tuple(library.articles.values()), place), encoder)


def make_index(articles: Sequence[Article], encoder: Encoder) -> Index:
    units = units_of(articles)
    bags, asks, passages = (list(map(fold, texts)) for texts in (units.bags, units.asks, units.passages))
    bag_words, bag_pairs = list(map(words, bags)), list(map(bigrams, bags))
    return Index(
        articles=tuple(articles),
        units=units,
        ask_words=Lexical.build(bag_words),
        ask_bigrams=Lexical.build(bag_pairs),
        ask_initials=initials.build(asks),
        body_words=Lexical.build([words(p) for p in passages]),
        body_bigrams=Lexical.build([bigrams(p) for p in passages]),
        ask_vectors=VectorIndex.build(encode(encoder, asks)),
        passage_vectors=VectorIndex.build(encode(encoder, passages)),
        vocabulary=Vocabulary(bag_words, bag_pairs),
        **learn(articles, units, encoder),
    )


def learn(articles: Sequence[Article], units: Units, encoder: Encoder) -> dict:
    """The linear models over n-grams: intents from the asks, the two gates from labelled texts."""
    intent_of = [a.intent for a in articles] + list(units.extra)
    of_asks = [intent_of[number] for number in units.ask_article]
    kept = capped(of_asks)
    asks, intents = [standard(fold(units.asks[i])) for i in kept], [of_asks[i] for i in kept]
    calls = emergency_calls()
    live, calm = ([standard(fold(c.text)) for c in calls if c.live == alive] for alive in (True, False))
    kinds = [c.kind for c in calls if c.live]
    outside = [standard(fold(t)) for t in outside_texts()]
    calm += [standard(fold(t)) for a in articles if a.intent not in taxonomy.P0_INTENTS for t in owner_words(a)]
    ngrams = Ngrams.fit([*asks, *live, *calm, *outside])
    ordinary = len(live) + len(calm) + len(outside)
    rows = ngrams.rows([*live, *calm, *outside, *asks])
    vectors = encode(encoder, [*live, *calm, *outside, *asks])
    safe = [ordinary + at for at, i in enumerate(intents) if i not in taxonomy.P0_INTENTS]
    parts = np.split(np.arange(rows.shape[0]), np.cumsum([len(live), len(calm), len(outside)]))
    alive, still, strange, asked = map(list, parts)
    return {
        "ngrams": ngrams,
        "intents": IntentModel.fit(rows[[*asked, *alive]], [*intents, *kinds]),
        "live": Gate.fit(rows, vectors, alive, still, [*safe, *strange]),
        "outside": Gate.fit(rows, vectors, strange, [*alive, *still], asked),
    }


def owner_words(article: Article) -> list[str]:
    """What the owner of a case says, sentence by sentence: angry, and in no danger."""
    return [s for s in re.split(r"[。！？…\n“”]+", article.heading("业主原话")) if len(s) >= LEAST_SAID]


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
