"""Train the judge on the labelled utterances: `python -m scenarios.judge.training`.

One logistic regression of each label over units, which learns from the proving words; one over the whole utterance,
which learns its tone; taggers of characters; and a last one over what those three say of utterances they were not
trained on (stacked generalisation, Wolpert 1992). Deterministic; about three quarters of an hour on two cores.
"""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.utils.parallel import Parallel, delayed

from embeddings import Encoder, load_encoder
from kb.search.ngrams import Ngrams
from scenarios.judge.clauses import fold
from scenarios.judge.features import LABELS, final_row, unit_rest, whole_rest
from scenarios.judge.judging import Judge
from scenarios.judge.labels import Utterance, load
from scenarios.judge.model import FILE
from scenarios.judge.tagger import Tagger, arrays_of, mean_odds
from scenarios.judge.tagging import train_tagger
from scenarios.judge.units import covered, units
from scenarios.rubric import VETO

# Inverse regularisation of the first two stages and of the last, set by cross-validation on the training situations.
LOOSENESS, LAST_LOOSENESS = 10.0, 0.3
FOLDS = 5
TAGGERS = 3
# n-grams of fewer training texts are left out.
LEAST = 2
# A unit that holds this share of a span shows the label; one that holds less, down to SOME, is not learned from.
MOST, SOME = 0.7, 0.2
# Candidate thresholds of probability.
GRID = np.concatenate([np.arange(0.2, 0.95, 0.025), [0.95, 0.96, 0.97, 0.98]])


class Table:
    """All features of the labelled utterances, computed once."""

    def __init__(self, rows: Sequence[Utterance], encoder: Encoder) -> None:
        self.rows, self.texts = rows, [fold(u.text) for u in rows]
        self.cues = [cues_of(u) for u in rows]
        self.truth = np.array([[label in u.labels for label in LABELS] for u in rows], dtype=float)
        self.groups = np.array(
            [crc32(f"{u.situation.intent}|{u.situation.owner_line}".encode()) for u in rows]
        )
        self.ngrams = Ngrams.fit(self.texts, LEAST)
        parts = [units(t) for t in self.texts]
        self.owner = np.repeat(np.arange(len(rows)), [len(p) for p in parts])
        rest = np.vstack(
            [unit_rest(u.situation, t, p, encoder) for u, t, p in zip(rows, self.texts, parts, strict=True)]
        )
        self.units = hstack(
            [self.ngrams.rows([x.text for p in parts for x in p]), csr_matrix(rest)], format="csr"
        )
        whole = np.array([whole_rest(t, c, encoder) for t, c in zip(self.texts, self.cues, strict=True)])
        self.whole = hstack([self.ngrams.rows(self.texts), csr_matrix(whole)], format="csr")
        self.shown = unit_labels(rows)


def cues_of(u: Utterance) -> set[str]:
    met, wrong = Judge().by_cues(u.situation, fold(u.text))
    return {*met, *wrong}


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


def fit(rows: Sequence[Utterance], encoder: Encoder) -> dict[str, np.ndarray]:
    """The arrays of `model.npz`."""
    table = Table(rows, encoder)
    folds = list(GroupKFold(FOLDS).split(rows, groups=table.groups))
    whole = np.arange(len(rows))
    *of_folds, taggers = taggers_from(table, [*(train for train, _ in folds), whole])
    held = np.zeros((3, *table.truth.shape))
    for (train, test), others in zip(folds, of_folds, strict=True):
        held[:2, test] = np.stack(said(table, first_stages(table, train)))[:, test]
        held[2, test] = [mean_odds(others, table.texts[i]) for i in test]
    features = last_features(table, held)
    weights, bias, thresholds = fit_last(features, table.truth, table.groups)
    unit_weights, unit_bias, whole_weights, whole_bias = first_stages(table, whole)
    return {
        "unit_weights": unit_weights.astype(np.float16), "unit_bias": unit_bias,
        "whole_weights": whole_weights.astype(np.float16), "whole_bias": whole_bias,
        **arrays_of(taggers), "weights": weights, "bias": bias, "thresholds": thresholds,
        "terms": np.array("\n".join(table.ngrams.terms)), "idf": table.ngrams.idf, "encoder": np.array(encoder.name),
    }  # fmt: skip


def taggers_from(table: Table, parts: Sequence[np.ndarray]) -> list[list[Tagger]]:
    """For each part of the utterances, taggers that differ by where chance began: their mean errs less than each."""
    found = Parallel(n_jobs=-1)(
        delayed(train_tagger)([table.rows[i] for i in part], [table.texts[i] for i in part], seed)
        for part in parts
        for seed in range(TAGGERS)
    )
    return [found[i * TAGGERS : (i + 1) * TAGGERS] for i in range(len(parts))]


def first_stages(table: Table, train: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Weights and biases over units and over wholes, from the utterances `train`."""
    return (
        *fit_labels(table.units, table.shown, np.isin(table.owner, train)),
        *fit_labels(table.whole, table.truth, np.isin(np.arange(len(table.rows)), train)),
    )


def fit_labels(features: csr_matrix, truth: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    found = Parallel(n_jobs=-1)(delayed(fit_label)(features, shown, chosen) for shown in truth.T)
    weights, bias = zip(*found, strict=True)
    return np.array(weights, np.float32), np.array(bias, np.float32)


def fit_label(features: csr_matrix, shown: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and bias of one label from the rows `chosen`, without those that hold only a part of what shows it."""
    usable = chosen & (shown >= 0)
    if shown[usable].sum() < 3:
        return np.zeros(features.shape[1], np.float32), -5.0
    machine = LogisticRegression(C=LOOSENESS, class_weight="balanced", solver="liblinear", random_state=0)
    machine.fit(features[usable], shown[usable])
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])


def said(table: Table, first: tuple[np.ndarray, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Log odds of the best unit and of the whole of every utterance, each of shape (utterances, labels)."""
    unit_weights, unit_bias, whole_weights, whole_bias = first
    best = np.full((len(table.rows), len(LABELS)), -9.0)
    np.maximum.at(best, table.owner, table.units @ unit_weights.T + unit_bias)
    return best, table.whole @ whole_weights.T + whole_bias


def last_features(table: Table, held: np.ndarray) -> np.ndarray:
    """Rows of the last stage, from what each of the three said; `held` is (3, utterances, labels)."""
    return np.array([
        final_row(held[:, i], u.situation, table.texts[i], table.cues[i]) for i, u in enumerate(table.rows)
    ])  # fmt: skip


def fit_last(
    features: np.ndarray, truth: np.ndarray, groups: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights, biases, and thresholds chosen on folds that were not trained on."""
    weights = np.zeros((len(LABELS), features.shape[1]), np.float32)
    bias, thresholds = np.full(len(LABELS), -9, np.float32), np.zeros(len(LABELS), np.float32)
    for at, label in enumerate(LABELS):
        if truth[:, at].sum() < 3:
            continue
        held = np.zeros(len(truth))
        for train, test in GroupKFold(FOLDS).split(features, groups=groups):
            held[test] = last_machine(features[train], truth[train, at]).decision_function(features[test])
        best = max(GRID, key=lambda p: agreement(truth[:, at], held >= np.log(p / (1 - p)), label))
        thresholds[at] = np.log(best / (1 - best))
        machine = last_machine(features, truth[:, at])
        weights[at], bias[at] = machine.coef_[0], machine.intercept_[0]
    return weights, bias, thresholds


def last_machine(features: np.ndarray, truth: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=LAST_LOOSENESS, class_weight="balanced", max_iter=500).fit(features, truth)


def agreement(truth: np.ndarray, found: np.ndarray, label: str) -> float:
    """F1, or F1.5 for a veto, which must rather not be missed (van Rijsbergen 1979)."""
    beta = 1.5 if label in VETO else 1.0
    hit = float((truth * found).sum())
    return (1 + beta**2) * hit / max(1e-9, beta**2 * truth.sum() + found.sum())


if __name__ == "__main__":
    trained = [u for u in load() if u.split == "train"]
    np.savez_compressed(FILE, **fit(trained, load_encoder()))
    print(f"{len(trained)} utterances of {len({u.situation for u in trained})} situations: {FILE.name}")
