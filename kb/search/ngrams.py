"""A text as its character n-grams and their sounds, for the linear models of intent, emergency and answerability.

Characters catch wordings, sounds catch homophones and pinyin.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

RUNS = re.compile(r"[一-鿿]+|[^一-鿿]+")
LETTERS, SOUNDS = (1, 2, 3), (1, 2)
# How much a shared sound counts beside a shared character, set on dev queries.
SOUND_WEIGHT = 0.5
# Texts are cut here: an owner's letter has said what it is about by then.
MOST_LETTERS = 200


class Ngrams:
    """The n-grams that a library knows, with their inverse document frequencies (Salton & Buckley 1988)."""

    def __init__(self, terms: Sequence[str], idf: np.ndarray) -> None:
        """`idf` (terms,)."""
        self.terms, self.idf = list(terms), idf
        self.ids = {term: i for i, term in enumerate(self.terms)}
        self.size = len(self.terms)

    @classmethod
    def fit(cls, texts: Iterable[str], least: int = 1) -> "Ngrams":
        """Terms of at least `least` texts."""
        seen: Counter[str] = Counter()
        count = 0
        for text in texts:
            count += 1
            for part in parts(text):
                seen.update(part.keys())
        terms = sorted(t for t, n in seen.items() if n >= least)
        idf = [math.log((1 + count) / (1 + seen[t])) + 1 for t in terms]
        return cls(terms, np.array(idf, np.float32))

    def row(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """(columns, values) of one text: tf-idf, of norm 1 for characters and SOUND_WEIGHT for sounds."""
        columns: list[np.ndarray] = []
        values: list[np.ndarray] = []
        for part, weight in zip(parts(text), (1.0, SOUND_WEIGHT), strict=True):
            known = [(self.ids[t], n) for t, n in part.items() if t in self.ids]
            at = np.array([i for i, _ in known], np.int64)
            value = (1 + np.log(np.array([n for _, n in known], np.float32))) * self.idf[at]
            columns.append(at)
            values.append(weight * value / max(float(np.linalg.norm(value)), 1e-9))
        return np.concatenate(columns), np.concatenate(values).astype(np.float32)

    def rows(self, texts: Sequence[str]):
        """The same for many texts, as a scipy matrix of shape (texts, terms)."""
        from scipy.sparse import csr_matrix

        found = [self.row(t) for t in texts]
        ends = np.cumsum([0, *(len(c) for c, _ in found)])
        columns = np.concatenate([c for c, _ in found])
        return csr_matrix((np.concatenate([v for _, v in found]), columns, ends), (len(texts), self.size))

    def save(self, path: Path) -> None:
        np.savez(path, terms=np.array("\n".join(self.terms)), idf=self.idf)

    @classmethod
    def load(cls, path: Path) -> "Ngrams":
        with np.load(path) as data:
            return cls(str(data["terms"]).split("\n"), data["idf"])


def parts(text: str) -> tuple[Counter[str], Counter[str]]:
    """Counts of character n-grams, and of syllable n-grams (marked with ~)."""
    text = " ".join(text[:MOST_LETTERS].split())
    heard = [s for char in text if (s := sound(char))]
    letters = (text[i : i + n] for n in LETTERS for i in range(len(text) - n + 1))
    spoken = ("~" + " ".join(heard[i : i + n]) for n in SOUNDS for i in range(len(heard) - n + 1))
    return Counter(letters), Counter(spoken)


@cache
def sound(char: str) -> str:
    """The commonest reading of one character; its neighbours are not asked, which costs a hundred times as much."""
    return "".join(syllables(char))


@lru_cache(maxsize=4096)
def syllables(text: str) -> tuple[str, ...]:
    """Readings of the characters of a text, each as its phrase is read."""
    from pypinyin.seg.mmseg import seg

    phrases = (p for run in RUNS.findall(text) for p in (seg.cut(run) if "一" <= run[0] <= "鿿" else (run,)))
    return tuple(s for phrase in phrases for s in reading(phrase))


@lru_cache(maxsize=65_536)
def reading(phrase: str) -> tuple[str, ...]:
    """Readings of one phrase of pypinyin's dictionary, or of one run of other signs."""
    from pypinyin import lazy_pinyin

    return tuple(s for run in lazy_pinyin(phrase) for s in run.split())
