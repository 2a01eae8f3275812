"""Initials of pinyin read back: the letters of a phrase, matched against the initials of the library's asks."""

from collections.abc import Sequence

import numpy as np

from kb.search.lexical import Lexical
from kb.search.ngrams import syllables

SIZES = (2, 3, 4)
# A reading must explain about this share of the letters, and at most so many asks are joined into one reading.
LEAST, MOST = 0.2, 3


def letters(text: str) -> str:
    """First letter of every syllable: 电梯困人 gives dtkr."""
    return "".join(s[0] for s in syllables(text) if s[0].isascii() and s[0].isalnum())


def pieces(run: str) -> list[str]:
    return [run[i : i + n] for n in SIZES for i in range(len(run) - n + 1)]


def build(asks: Sequence[str]) -> Lexical:
    return Lexical.build([pieces(letters(a)) for a in asks])


def read(run: str, index: Lexical, asks: Sequence[str]) -> str:
    """The asks whose initials fit the run best, joined, or nothing."""
    scores = index.scores(pieces(run.replace(" ", "")))
    best = np.argsort(-scores, kind="stable")[:MOST]
    if not len(best) or scores[best[0]] < LEAST:
        return ""
    return " ".join(asks[i] for i in best if scores[i] >= 0.9 * scores[best[0]])
