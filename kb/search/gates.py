"""Two yes-or-no questions before ranking: is somebody in danger now, and is this something the handbook answers.

Each is a logistic regression over n-grams and the sentence vector, trained whenever an index is built on labelled texts of `kb/lexicon`.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings import Encoder
from kb.search.analysis import read_lines
from kb.search.ngrams import Ngrams

# Inverse of the regularisation, and the weight of the many ordinary asks beside the few labelled texts; set on dev queries.
LOOSENESS = 8.0
ORDINARY = 0.2


class Gate:
    """Log odds from n-grams and the sentence vector."""

    def __init__(self, weights: np.ndarray, dense: np.ndarray, bias: float) -> None:
        """`weights` (n-grams,), `dense` (dim,)."""
        self.weights, self.dense, self.bias = weights, dense, bias

    @classmethod
    def fit(
        cls, ngrams: Ngrams, encoder: Encoder, yes: Sequence[str], no: Sequence[str], ordinary: Sequence[str]
    ) -> "Gate":
        """`ordinary` texts are a no of lower weight."""
        from scipy.sparse import csr_matrix, hstack
        from sklearn.linear_model import LogisticRegression

        texts = [*yes, *no, *ordinary]
        if not texts:
            return cls(np.zeros(ngrams.size, np.float32), np.zeros(encoder.dim, np.float32), 0.0)
        rows = hstack([ngrams.rows(texts), csr_matrix(encoder.encode(texts))], format="csr")
        shares = [1.0] * (len(yes) + len(no)) + [ORDINARY] * len(ordinary)
        machine = LogisticRegression(C=LOOSENESS, max_iter=500)
        machine.fit(rows, [1] * len(yes) + [0] * (len(texts) - len(yes)), sample_weight=shares)
        found = machine.coef_[0].astype(np.float32)
        return cls(found[: ngrams.size], found[ngrams.size :], float(machine.intercept_[0]))

    def logit(self, columns: np.ndarray, values: np.ndarray, vector: np.ndarray) -> float:
        """Log odds of yes."""
        return float(values @ self.weights[columns] + vector @ self.dense + self.bias)

    def save(self, path: Path) -> None:
        np.savez(path, weights=self.weights, dense=self.dense, bias=self.bias)

    @classmethod
    def load(cls, path: Path) -> "Gate":
        with np.load(path) as data:
            return cls(data["weights"], data["dense"], float(data["bias"]))


def emergency_calls() -> tuple[list[str], list[str]]:
    """Texts that report a live emergency, and texts that only sound like one."""
    rows = [line.split("\t") for line in read_lines("emergency_calls.tsv")]
    return [text for live, _, text in rows if live == "1"], [text for live, _, text in rows if live == "0"]


def outside_texts() -> list[str]:
    """Texts that the handbook does not answer."""
    return [line.split("\t")[1] for line in read_lines("outside.tsv")]
