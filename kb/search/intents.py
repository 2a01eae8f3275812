"""Which intent a query is about: what a linear model says of its words and sounds, and how the nearest articles vote."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

# The penalty of the support vector machine, set on dev queries.
PENALTY = 0.3
# At most so many asks of one intent are learned from, so that a large site costs no more than a small one.
MOST = 250
# Weights of an intent's best, second and third article in its vote.
VOTES = (1.0, 0.4, 0.2)


class IntentModel:
    """A linear support vector machine per intent (one against the rest) over n-grams."""

    def __init__(self, names: Sequence[str], weights: np.ndarray, bias: np.ndarray) -> None:
        """`weights` (n-grams, intents), `bias` (intents,)."""
        self.names, self.weights, self.bias = tuple(names), weights, bias

    @classmethod
    def fit(cls, rows, intents: Sequence[str]) -> "IntentModel":
        """`rows` (texts, n-grams), sparse, with the intent of each."""
        from sklearn.svm import LinearSVC

        names = sorted(set(intents))
        if len(names) < 2:
            return cls(
                names, np.zeros((rows.shape[1], len(names)), np.float16), np.zeros(len(names), np.float32)
            )
        machine = LinearSVC(C=PENALTY, class_weight="balanced", random_state=0)
        machine.fit(rows, list(intents))
        weights, bias = machine.coef_, machine.intercept_
        if len(names) == 2:
            weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
        return cls(names, weights.T.astype(np.float16), bias.astype(np.float32))

    def margins(self, columns: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Signed distance of a text from each intent's border, shape (intents,); above 0 says it is that intent."""
        return values @ self.weights[columns].astype(np.float32) + self.bias

    def save(self, path: Path) -> None:
        np.savez(path, names=np.array("\n".join(self.names)), weights=self.weights, bias=self.bias)

    @classmethod
    def load(cls, path: Path) -> "IntentModel":
        with np.load(path) as data:
            return cls(str(data["names"]).split("\n"), data["weights"], data["bias"])


def capped(intents: Sequence[str]) -> list[int]:
    """Rows to learn from: the first MOST of every intent."""
    counts: dict[str, int] = {}
    kept = []
    for i, intent in enumerate(intents):
        counts[intent] = counts.get(intent, 0) + 1
        if counts[intent] <= MOST:
            kept.append(i)
    return kept


class Votes:
    """The say of each intent's three strongest articles, so that a long chapter has no more than a short one."""

    def __init__(self, intent_of: Sequence[str]) -> None:
        self.names = tuple(sorted(set(intent_of)))
        place = {name: i for i, name in enumerate(self.names)}
        self.number = np.array([place[i] for i in intent_of], dtype=np.int64)
        self.order = np.argsort(self.number, kind="stable")
        counts = np.bincount(self.number, minlength=len(self.names))
        self.end = np.cumsum(counts)
        self.start = self.end - counts

    def count(self, strength: np.ndarray) -> np.ndarray:
        """`strength` (articles,) to votes (intents,)."""
        ordered = self.order[np.lexsort((-strength[self.order], self.number[self.order]))]
        votes = np.zeros(len(self.names), np.float64)
        for rank, weight in enumerate(VOTES):
            at = self.start + rank
            inside = at < self.end
            votes[inside] += weight * strength[ordered[at[inside]]]
        return votes
