"""Two yes-or-no questions before ranking: is somebody in danger now, and is this something the handbook answers.

Each is a logistic regression over n-grams and the sentence vector, trained whenever an index is built on labelled texts of `kb/lexicon`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb.search.analysis import read_lines

# Inverse of the regularisation, and the weight of the many ordinary asks beside the few labelled texts; set on dev queries.
LOOSENESS = 30.0
ORDINARY = 0.2


class Gate:
    """Log odds from n-grams and the sentence vector."""

    def __init__(self, weights: np.ndarray, dense: np.ndarray, bias: float) -> None:
        """`weights` (n-grams,), `dense` (dim,)."""
        self.weights, self.dense, self.bias = weights, dense, bias

    @classmethod
    def fit(cls, rows, vectors: np.ndarray, yes: Sequence[int], no: Sequence[int],
            ordinary: Sequence[int]) -> "Gate":  # fmt: skip
        """`rows` (texts, n-grams), sparse; `vectors` (texts, dim); the rest are row numbers, ordinary ones a no of lower weight."""
        from scipy.sparse import csr_matrix, hstack
        from sklearn.linear_model import LogisticRegression

        at = [*yes, *no, *ordinary]
        if not at:
            return cls(np.zeros(rows.shape[1], np.float32), np.zeros(vectors.shape[1], np.float32), 0.0)
        joined = hstack([rows[at], csr_matrix(vectors[at])], format="csr")
        shares = [1.0] * (len(yes) + len(no)) + [ORDINARY] * len(ordinary)
        machine = LogisticRegression(C=LOOSENESS, max_iter=500)
        machine.fit(joined, [1] * len(yes) + [0] * (len(at) - len(yes)), sample_weight=shares)
        found = machine.coef_[0].astype(np.float32)
        return cls(found[: rows.shape[1]], found[rows.shape[1] :], float(machine.intercept_[0]))

    def logit(self, columns: np.ndarray, values: np.ndarray, vector: np.ndarray) -> float:
        """Log odds of yes."""
        return float(values @ self.weights[columns] + vector @ self.dense + self.bias)

    def save(self, path: Path) -> None:
        np.savez(path, weights=self.weights, dense=self.dense, bias=self.bias)

    @classmethod
    def load(cls, path: Path) -> "Gate":
        with np.load(path) as data:
            return cls(data["weights"], data["dense"], float(data["bias"]))


@dataclass(frozen=True)
class Call:
    """A text that reports a live emergency of one kind (a P0 intent), or only sounds like one."""

    live: bool
    kind: str
    text: str


def emergency_calls() -> list[Call]:
    rows = [line.split("\t") for line in read_lines("emergency_calls.tsv")]
    return [Call(live == "1", kind, text) for live, kind, text in rows]


def outside_texts() -> list[str]:
    """Texts that the handbook does not answer."""
    return [line.split("\t")[1] for line in read_lines("outside.tsv")]
