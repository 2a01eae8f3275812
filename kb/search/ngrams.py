"""A text as its character n-grams and their sounds, for the linear models of intent, emergency and answerability.

Characters catch wordings, sounds catch homophones and pinyin.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from pypinyin import lazy_pinyin
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

LETTERS, SOUNDS = (1, 3), (1, 2)
# How much a shared sound counts beside a shared character, set on dev queries.
SOUND_WEIGHT = 0.5
# Texts are cut here: an owner's letter has said what it is about by then.
MOST_LETTERS = 200


class Ngrams:
    """The n-grams that a library knows, with their inverse document frequencies (Salton & Buckley 1988)."""

    def __init__(self, letters: Sequence[str], sounds: Sequence[str], idf: np.ndarray) -> None:
        self.letters, self.sounds, self.idf = list(letters), list(sounds), idf
        self.size = len(self.letters) + len(self.sounds)

    @classmethod
    def fit(cls, texts: Sequence[str]) -> "Ngrams":
        texts = [t for t in texts if t.strip()] or ["空"]
        letters, sounds = vectorizers()
        letters.fit([t[:MOST_LETTERS] for t in texts])
        sounds.fit([spelled(t) for t in texts])
        idf = np.concatenate([letters.idf_, sounds.idf_]).astype(np.float32)
        return cls(*([str(n) for n in v.get_feature_names_out()] for v in (letters, sounds)), idf)

    @cached_property
    def readers(self) -> tuple[TfidfVectorizer, TfidfVectorizer]:
        made = vectorizers(self.letters, self.sounds)
        cut = len(self.letters)
        for vectorizer, idf in zip(made, (self.idf[:cut], self.idf[cut:]), strict=True):
            vectorizer.idf_ = idf
        return made

    def rows(self, texts: Sequence[str]) -> csr_matrix:
        """Shape (texts, n-grams), tf-idf; characters have norm 1 and sounds SOUND_WEIGHT."""
        letters, sounds = self.readers
        return hstack([
            letters.transform([t[:MOST_LETTERS] for t in texts]),
            SOUND_WEIGHT * sounds.transform([spelled(t) for t in texts]),
        ], format="csr", dtype=np.float32)  # fmt: skip

    def row(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """(columns, values) of one text."""
        row = self.rows([text])
        return row.indices, row.data

    def save(self, path: Path) -> None:
        np.savez(
            path,
            letters=np.array("\n".join(self.letters)),
            sounds=np.array("\n".join(self.sounds)),
            idf=self.idf,
        )

    @classmethod
    def load(cls, path: Path) -> "Ngrams":
        with np.load(path) as data:
            return cls(str(data["letters"]).split("\n"), str(data["sounds"]).split("\n"), data["idf"])


def vectorizers(letters: list[str] | None = None, sounds: list[str] | None = None) -> tuple:
    common = {"sublinear_tf": True, "lowercase": False, "dtype": np.float32}
    return (
        TfidfVectorizer(analyzer="char", ngram_range=LETTERS, vocabulary=letters, **common),
        TfidfVectorizer(token_pattern=r"\S+", ngram_range=SOUNDS, vocabulary=sounds, **common),
    )


def spelled(text: str) -> str:
    """The syllables of a text, separated by spaces."""
    return " ".join(lazy_pinyin(text[:MOST_LETTERS]))
