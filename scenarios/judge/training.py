"""Train the judge on the labelled utterances: `python -m scenarios.judge.training`.

First a logistic regression of each label over units, which learns from the proving words alone; then one over the
utterance, on what the first says of utterances it was not trained on (stacked generalisation, Wolpert 1992).
Deterministic; about two minutes on two cores.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from embeddings import Encoder, load_encoder
from scenarios.judge.clauses import fold
from scenarios.judge.features import HASHED, LABELS, unit_rows, utterance_row
from scenarios.judge.judging import Judge
from scenarios.judge.labels import Utterance, load
from scenarios.judge.model import FILE
from scenarios.judge.units import covered, units
from scenarios.rubric import POSITIVE, VETO

UNIT_LOOSENESS, LOOSENESS = 3.0, 0.3
FOLDS = 5
# A unit that holds this share of a span shows the label; one that holds less, down to SOME, is not learned from.
MOST, SOME = 0.7, 0.2
# Candidate thresholds of probability; a veto must not be missed, so it counts recall double.
GRID = np.arange(0.2, 0.95, 0.025)


def fit(rows: Sequence[Utterance], encoder: Encoder) -> dict[str, np.ndarray]:
    """The arrays of `model.npz`."""
    table, owner = unit_table(rows, encoder)
    shown = unit_labels(rows)
    truth = np.array([[label in u.labels for label in LABELS] for u in rows], dtype=float)
    groups = np.array([hash_of(u) for u in rows])
    odds = np.zeros((len(rows), len(LABELS)))
    for train, test in GroupKFold(FOLDS).split(rows, groups=groups):
        weights, bias = fit_units(table, shown, np.isin(owner, train))
        odds[test] = best_of(table @ weights.T + bias, owner, len(rows))[test]
    features = np.array([row_of(u, odds[i]) for i, u in enumerate(rows)])
    weights, bias, thresholds = fit_utterances(features, truth, groups)
    unit_weights, unit_bias = fit_units(table, shown, np.ones(len(owner), bool))
    return {"unit_weights": unit_weights.astype(np.float16), "unit_bias": unit_bias, "weights": weights,
            "bias": bias, "thresholds": thresholds, "encoder": np.array(encoder.name)}  # fmt: skip


def unit_table(rows: Sequence[Utterance], encoder: Encoder) -> tuple[csr_matrix, np.ndarray]:
    """Features of all units, and which utterance each belongs to."""
    ends, columns, values, dense, owner = [0], [], [], [], []
    for number, u in enumerate(rows):
        text = fold(u.text)
        sparse, rest = unit_rows(u.situation, text, units(text), encoder)
        for at, found in sparse:
            columns += at
            values += found
            ends.append(len(columns))
        dense.append(rest)
        owner += [number] * len(sparse)
    hashed = csr_matrix((values, columns, ends), shape=(len(owner), HASHED))
    return hstack([hashed, csr_matrix(np.vstack(dense))], format="csr"), np.array(owner)


def unit_labels(rows: Sequence[Utterance]) -> np.ndarray:
    """1 shows the label, 0 does not, -1 holds a part of what does; shape (units, labels)."""
    found = []
    for u in rows:
        spans = [(label, u.text.find(words), len(words)) for label, words in u.spans]
        for unit in units(fold(u.text)):
            row = np.zeros(len(LABELS), int)
            for label, start, size in spans:
                share = covered(unit, start, start + size)
                at = LABELS.index(label)
                row[at] = 1 if share >= MOST else -1 if share >= SOME and row[at] == 0 else row[at]
            found.append(row)
    return np.array(found)


def fit_units(table: csr_matrix, shown: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    weights, bias = np.zeros((len(LABELS), table.shape[1]), np.float32), np.full(len(LABELS), -5, np.float32)
    for at in range(len(LABELS)):
        usable = chosen & (shown[:, at] >= 0)
        truth = shown[usable, at]
        if truth.sum() < 3:
            continue
        machine = LogisticRegression(
            C=UNIT_LOOSENESS, class_weight="balanced", max_iter=300, solver="liblinear", random_state=0
        )
        machine.fit(table[usable], truth)
        weights[at], bias[at] = machine.coef_[0], machine.intercept_[0]
    return weights, bias


def best_of(odds: np.ndarray, owner: np.ndarray, size: int) -> np.ndarray:
    """The best unit's log odds of each utterance, shape (size, labels)."""
    best = np.full((size, odds.shape[1]), -9.0)
    np.maximum.at(best, owner, odds)
    return best


def row_of(u: Utterance, odds: np.ndarray) -> np.ndarray:
    text = fold(u.text)
    met, wrong = Judge().by_cues(u.situation, text)
    return utterance_row(odds, u.situation, text, {*met, *wrong})


def fit_utterances(features: np.ndarray, truth: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, ...]:
    """Weights, biases, and thresholds chosen on folds that were not trained on."""
    weights = np.zeros((len(LABELS), features.shape[1]), np.float32)
    bias, thresholds = np.full(len(LABELS), -9, np.float32), np.zeros(len(LABELS), np.float32)
    for at, label in enumerate(LABELS):
        if truth[:, at].sum() < 3:
            continue
        held = np.zeros(len(truth))
        for train, test in GroupKFold(FOLDS).split(features, groups=groups):
            held[test] = machine_of(features[train], truth[train, at]).decision_function(features[test])
        best = max(GRID, key=lambda p: agreement(truth[:, at], held >= np.log(p / (1 - p)), label))
        thresholds[at] = np.log(best / (1 - best))
        machine = machine_of(features, truth[:, at])
        weights[at], bias[at] = machine.coef_[0], machine.intercept_[0]
    return weights, bias, thresholds


def machine_of(features: np.ndarray, truth: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=LOOSENESS, class_weight="balanced", max_iter=500).fit(features, truth)


def agreement(truth: np.ndarray, found: np.ndarray, label: str) -> float:
    """F1, or F2 for a veto (van Rijsbergen 1979)."""
    beta = 2.0 if label in VETO else 1.0
    hit = float((truth * found).sum())
    return (1 + beta**2) * hit / max(1e-9, beta**2 * truth.sum() + found.sum())


def hash_of(u: Utterance) -> int:
    from zlib import crc32

    return crc32(f"{u.situation.intent}|{u.situation.owner_line}".encode())


if __name__ == "__main__":
    trained = [u for u in load() if u.split == "train"]
    np.savez(FILE, **fit(trained, load_encoder()))
    print(
        f"{len(trained)} utterances, {len(POSITIVE)} dimensions, {len(LABELS) - len(POSITIVE)} violations: {FILE.name}"
    )
