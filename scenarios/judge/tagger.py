"""A tagger of characters: which characters of an utterance belong to words that show a label, read with numpy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.characters import Reader

# Sharpness of the smooth maximum over the characters.
SHARP = 2.0
PREFIX = "tag"
ARRAYS = ("vectors", "kernels", "biases", "lift", "lift_bias", "out", "out_bias")


@dataclass(frozen=True)
class Tagger(Reader):
    """A reader whose characters are lifted by what the whole utterance holds: `lift` (width, width), `out` (width, labels)."""

    lift: np.ndarray
    lift_bias: np.ndarray
    out: np.ndarray
    out_bias: np.ndarray

    def tags(self, text: str) -> np.ndarray:
        """Log odds of each label at each character, shape (characters, labels)."""
        seen = self.read(text)
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
