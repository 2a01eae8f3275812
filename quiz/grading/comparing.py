"""A network that reads a wording and an answer side by side and says whether the one asserts the other, with numpy.

Decomposable attention (Parikh et al. 2016) over characters: each is set beside what answers to it in the other text.
Several networks were trained, each on other keys, so that every labelled key has one that never saw it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from zlib import crc32

import numpy as np

from embeddings.characters import Reader
from quiz.grading.quantities import fold

FILE = Path(__file__).parent / "comparing.npz"
# Characters read of a text, and the number of networks.
LONGEST, FOLDS = 100, 4
ARRAYS = ("vectors", "kernels", "biases", "attend", "set_beside", "set_beside_bias", "near", "near_bias",
          "weigh", "weigh_bias", "out", "out_bias")  # fmt: skip
# Wordings whose reading is kept by each network, about 12 KB each.
KEPT = 500
# Odds beyond this are as good as certain.
SURE = 6.0


@dataclass(frozen=True)
class Comparer(Reader):
    """`attend` (width, width), `set_beside` (4 width, hidden), `near` (3, hidden, hidden), `weigh` (4 hidden, hidden), `out` (hidden,)."""

    attend: np.ndarray
    set_beside: np.ndarray
    set_beside_bias: np.ndarray
    near: np.ndarray
    near_bias: np.ndarray
    weigh: np.ndarray
    weigh_bias: np.ndarray
    out: np.ndarray
    out_bias: np.ndarray

    def odds(self, wordings: Sequence[str], answer: str) -> float:
        """Mean log odds over the wordings that the answer asserts them; all folded."""
        said = self.read(answer[:LONGEST])
        return float(np.mean([self.compare(self.known(w[:LONGEST]), said) for w in wordings]))

    def known(self, wording: str) -> np.ndarray:
        """A wording as it was read before; each is compared with many answers."""
        found = self.kept.get(wording)
        if found is None:
            if len(self.kept) >= KEPT:
                self.kept.clear()
            found = self.kept[wording] = self.read(wording)
        return found

    @cached_property
    def kept(self) -> dict[str, np.ndarray]:
        return {}

    def compare(self, key: np.ndarray, said: np.ndarray) -> float:
        like = (key @ self.attend) @ said.T
        pooled = np.concatenate([
            self.side(key, softmax(like) @ said), self.side(said, softmax(like.T) @ key)
        ])  # fmt: skip
        return float(np.maximum(pooled @ self.weigh + self.weigh_bias, 0) @ self.out + self.out_bias[0])

    def side(self, own: np.ndarray, other: np.ndarray) -> np.ndarray:
        """What the characters of one text differ in from their counterparts, the most and on the whole."""
        beside = np.concatenate([own, other, np.abs(own - other), own * other], axis=1)
        seen = np.maximum(beside @ self.set_beside + self.set_beside_bias, 0)
        wide = np.pad(seen, ((1, 1), (0, 0)))
        near = sum(wide[i : i + len(seen)] @ self.near[i] for i in range(3))
        seen = seen + np.maximum(near + self.near_bias, 0)
        return np.concatenate([seen.max(axis=0), seen.mean(axis=0)])


def softmax(rows: np.ndarray) -> np.ndarray:
    raised = np.exp(rows - rows.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def fold_of(key: Sequence[Sequence[str]]) -> int:
    """Which network must not have seen a key."""
    return crc32(f"fold {key[0][0]}".encode()) % FOLDS


def compared(wordings: Sequence[str], answer: str, unseen: int | None = None) -> float:
    """Log odds that the answer asserts the point: the mean of the networks, or that of the `unseen` one alone."""
    keys, said = [fold(w) for w in wordings], fold(answer)
    if not said or not all(keys):
        return -SURE
    asked = comparers() if unseen is None else comparers()[unseen : unseen + 1]
    return float(np.clip(np.mean([c.odds(keys, said) for c in asked]), -SURE, SURE))


@cache
def comparers() -> tuple[Comparer, ...]:
    with np.load(FILE) as data:
        return comparers_of(data)


def arrays_of(found: Sequence[Comparer]) -> dict[str, np.ndarray]:
    """What is kept of them, in half precision."""
    kept = {f"{i}_{name}": getattr(c, name).astype(np.float16) for i, c in enumerate(found) for name in ARRAYS}
    return kept | {"letters": np.array(found[0].letters)}


def comparers_of(data: Mapping[str, np.ndarray]) -> tuple[Comparer, ...]:
    count = sum(name.endswith("_out_bias") for name in data)
    letters = str(data["letters"])
    return tuple(
        Comparer(letters, **{n: data[f"{i}_{n}"].astype(np.float32) for n in ARRAYS}) for i in range(count)
    )
