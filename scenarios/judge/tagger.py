"""A tagger of characters: which characters of an utterance belong to words that show a label, read with numpy.

Residual dilated convolutions over character vectors (Strubell et al. 2017), lifted by what the whole utterance holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

# Numbers of no character and of one that training had not seen.
BLANK, UNSEEN = 0, 1
FIRST = 2
# How far apart the three characters lie that each layer looks at.
STEPS = (1, 2, 4, 8)
WIDTH = 128
# Sharpness of the smooth maximum over the characters.
SHARP = 2.0
PREFIX = "tag"
ARRAYS = ("vectors", "kernels", "biases", "lift", "lift_bias", "out", "out_bias")


@dataclass(frozen=True)
class Tagger:
    """`vectors` (characters + 2, width), `kernels` (layers, 3, width, width), `lift` (width, width), `out` (width, labels)."""

    letters: str
    vectors: np.ndarray
    kernels: np.ndarray
    biases: np.ndarray
    lift: np.ndarray
    lift_bias: np.ndarray
    out: np.ndarray
    out_bias: np.ndarray

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {letter: n for n, letter in enumerate(self.letters, FIRST)}

    def tags(self, text: str) -> np.ndarray:
        """Log odds of each label at each character, shape (characters, labels)."""
        seen = self.vectors[[self.numbers.get(letter, UNSEEN) for letter in text]]
        for step, kernel, bias in zip(STEPS, self.kernels, self.biases, strict=True):
            wide = np.pad(seen, ((step, step), (0, 0)))
            near = sum(wide[i * step : i * step + len(text)] @ kernel[i] for i in range(3))
            seen = seen + np.maximum(near + bias, 0)
        seen = seen + np.maximum(seen.max(axis=0) @ self.lift + self.lift_bias, 0)
        return seen @ self.out + self.out_bias

    def odds(self, text: str) -> np.ndarray:
        """Log odds of each label for the utterance, a smooth maximum over its characters; shape (labels,)."""
        return np.logaddexp.reduce(SHARP * self.tags(text), axis=0) / SHARP


def mean_odds(taggers: Sequence[Tagger], text: str) -> np.ndarray:
    """Mean log odds of each label over taggers that began from different chance; shape (labels,)."""
    return np.mean([t.odds(text) for t in taggers], axis=0)


def arrays_of(taggers: Sequence[Tagger]) -> dict[str, np.ndarray]:
    """What is kept of them, in half precision."""
    kept = {
        f"{PREFIX}{i}_{n}": getattr(t, n).astype(np.float16) for i, t in enumerate(taggers) for n in ARRAYS
    }
    return kept | {f"{PREFIX}{i}_letters": np.array(t.letters) for i, t in enumerate(taggers)}


def taggers_of(data: Mapping[str, np.ndarray]) -> tuple[Tagger, ...]:
    """The taggers whose arrays are in `data`."""
    count = sum(name.startswith(PREFIX) and name.endswith("_letters") for name in data)
    return tuple(
        Tagger(
            str(data[f"{PREFIX}{i}_letters"]),
            **{n: data[f"{PREFIX}{i}_{n}"].astype(np.float32) for n in ARRAYS},
        )
        for i in range(count)
    )
