"""How well the sentences of an article match a question: by meaning, by words, and by what its form asks for."""

import time
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from embeddings import Encoder
from kb.articles import Article
from kb.chat.alignment import Aligned, Wording, align, distinct, wording
from kb.chat.sentences import asked_for, sentences
from kb.search.analysis import fold
from kb.search.queries import prepare

# What an owner said is no answer to anybody.
UNREAD, OWNER_SPEAKS = {"业主原话"}, ("业主：", "业主:")
# Articles whose sentences are kept ready; each costs about 15 KB.
KEPT = 2500
# A pair or word that no article holds counts half of what its rarity would give it.
UNKNOWN = 0.5


@dataclass(frozen=True)
class Parts:
    """An article cut into sentences, with the heading, the folded text and the vector of each, and its words."""

    rows: tuple[tuple[str, str], ...]
    folded: tuple[str, ...]
    vectors: np.ndarray
    title: str
    wording: Wording


@dataclass(frozen=True)
class Source:
    """What `parts` is kept by: the digest of an article's text and the encoder's name."""

    digest: str
    encoder_name: str
    article: Article = field(compare=False)
    encoder: Encoder = field(compare=False)


@dataclass(frozen=True)
class Asking:
    """A question made ready for matching: its vector, its weighted character pairs and words, its forms.

    `word_vectors` (words, dim) and `word_weights` (words,) are of its words as said; the weights sum to 1.
    """

    text: str
    vector: np.ndarray
    pairs: tuple[tuple[str, float], ...]
    words: tuple[tuple[str, float], ...]
    full: float
    forms: tuple
    word_vectors: np.ndarray
    word_weights: np.ndarray


@dataclass(frozen=True)
class Match:
    """One row of measures for each sentence of an article."""

    parts: Parts
    cosine: np.ndarray
    pairs: np.ndarray
    pairs_or_title: np.ndarray
    words: np.ndarray
    fits: np.ndarray
    title: float
    aligned: Aligned


@lru_cache(maxsize=KEPT)
def parts(source: Source) -> Parts:
    rows = tuple(
        (h.name, s)
        for h in source.article.headings if h.name not in UNREAD
        for s in sentences(h.text) if not s.startswith(OWNER_SPEAKS)
    )  # fmt: skip
    folded = tuple(fold(s) for _, s in rows)
    vectors = source.encoder.encode([s for _, s in rows]) if rows else np.zeros((0, source.encoder.dim))
    held = wording(source.article, folded, source.encoder)
    return Parts(rows, folded, vectors.astype(np.float16), fold(source.article.title), held)


def parts_of(searcher, article: Article) -> Parts:
    return parts(Source(article.digest, searcher.encoder.name, article, searcher.encoder))


def read_ahead(searcher, pause: float = 0.0) -> None:
    """Cut every article now, so that no question waits for it; `pause` leaves room for questions meanwhile."""
    for article in searcher.index.articles[:KEPT]:
        parts_of(searcher, article)
        time.sleep(pause)


def asking(searcher, text: str) -> Asking:
    index = searcher.index
    query = prepare(text, index.vocabulary, searcher.phrase)
    pairs = tuple((p, rarity(index.body_bigrams, p)) for p in query.bigrams)
    words = tuple(
        (w, share * rarity(index.body_words, w))
        for w, share in zip(query.words, query.word_weights, strict=True)
    )
    own = sum(w for (_, w), share in zip(words, query.word_weights, strict=True) if share > 0.9)
    said = distinct(fold(query.text))
    shares = np.array([rarity(index.body_words, w) for w in said])
    vector, *each = searcher.encoder.encode([query.text, *said])
    return Asking(text, vector, pairs, words, own or 1.0, tuple(asked_for(text)),
                  np.array(each), shares / (shares.sum() or 1.0))  # fmt: skip


def rarity(field_index, term: str) -> float:
    place = field_index.ids.get(term)
    return UNKNOWN * field_index.unknown if place is None else float(field_index.idf[place])


def match(question: Asking, found: Parts) -> Match:
    """The measures of every sentence; shares are of the question's own weight."""
    whole = sum(w for _, w in question.pairs) or 1.0
    in_title = {p for p, _ in question.pairs if p in found.title}
    held = [[(p, w) for p, w in question.pairs if p in text] for text in found.folded]
    pairs = np.array([sum(w for _, w in row) for row in held]) / whole
    titled = sum(w for p, w in question.pairs if p in in_title)
    either = np.array([titled + sum(w for p, w in row if p not in in_title) for row in held]) / whole
    words = np.array([sum(w for x, w in question.words if x in text) for text in found.folded])
    fits = np.array([sum(bool(holds.search(s)) for _, holds in question.forms) for _, s in found.rows])
    return Match(
        found, found.vectors.astype(np.float32) @ question.vector, pairs, either,
        np.minimum(words / question.full, 1.2), fits / max(1, len(question.forms)),
        titled / whole, align(question.word_vectors, question.word_weights, found.wording),
    )  # fmt: skip
