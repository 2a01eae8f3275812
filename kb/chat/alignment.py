"""How many of a question's words have a counterpart in an article, by the nearest of its word vectors.

BERTScore (Zhang et al. 2020) with the vectors of single words, weighed by rarity: 锁他轮子 finds 锁车 and 轮胎锁.
Particles stay in: they are half of what a question asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from threading import Lock

import numpy as np

from embeddings import Encoder
from kb.articles import Article
from kb.search.analysis import fold, tokens


class WordVectors:
    """The vectors of all words met in articles, numbered; grows as articles are cut, safe between threads."""

    def __init__(self, dim: int) -> None:
        self.numbers: dict[str, int] = {}
        self.table = np.zeros((1024, dim), np.float16)
        self.lock = Lock()

    def numbered(self, words: Sequence[str], encoder: Encoder) -> list[int]:
        with self.lock:
            if new := [w for w in words if w not in self.numbers]:
                end = len(self.numbers) + len(new)
                while end > len(self.table):
                    self.table = np.concatenate([self.table, np.zeros_like(self.table)])
                self.table[len(self.numbers) : end] = encoder.encode(new)
                self.numbers.update(zip(new, range(len(self.numbers), end), strict=True))
            return [self.numbers[w] for w in words]


@dataclass(frozen=True)
class Wording:
    """An article's distinct words, by number in `known`; `asks` are places in `every`, each ask from its `starts`."""

    known: WordVectors
    every: np.ndarray
    asks: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray


@dataclass(frozen=True)
class Aligned:
    """Share of a question that has a counterpart in an article, 0 to 1, and the best ask's share both ways, 0 to 2."""

    covered: float
    ask: float


@cache
def word_vectors(encoder_name: str, dim: int) -> WordVectors:
    return WordVectors(dim)


def wording(article: Article, sentences: Sequence[str], encoder: Encoder) -> Wording:
    """`sentences` are folded."""
    asks = [found for text in (article.title, *article.questions) if (found := distinct(fold(text)))]
    every = list(dict.fromkeys(w for words in (*asks, *map(distinct, sentences)) for w in words))
    places = {word: at for at, word in enumerate(every)}
    sizes, known = [len(ask) for ask in asks], word_vectors(encoder.name, encoder.dim)
    return Wording(
        known,
        np.array(known.numbered(every, encoder), np.int32),
        np.array([places[w] for ask in asks for w in ask], np.int32),
        np.array([0, *accumulate(sizes)][:-1]), np.array(sizes),
    )  # fmt: skip


def distinct(text: str) -> list[str]:
    """The words of a folded text, each once, particles among them."""
    return list(dict.fromkeys(tokens(text)))


def align(question: np.ndarray, weights: np.ndarray, held: Wording) -> Aligned:
    """`question` (words, dim), `weights` (words,) that sum to 1."""
    if not len(weights) or not len(held.asks):
        return Aligned(0.0, 0.0)
    own = held.known.table[held.every].astype(np.float32)
    near = np.maximum(question @ own.T, 0)
    asks = near[:, held.asks]
    there = weights @ np.maximum.reduceat(asks, held.starts, axis=1)
    back = np.add.reduceat(asks.max(axis=0), held.starts) / held.sizes
    return Aligned(float(weights @ near.max(axis=1)), float((there + back).max()))
