"""Fitting the weights of marking on the dev part of the labelled answers."""

import json
import random
from collections.abc import Iterator, Sequence

import numpy as np

from quiz.grading.answer import heaped, read
from quiz.grading.assertion import Similar
from quiz.grading.comparing import compared, fold_of
from quiz.grading.coverage import content_share
from quiz.grading.features import features
from quiz.grading.quantities import fold
from quiz.grading.short import by_rule
from quiz.grading.weighing import WEIGHTS, terms

# Inverse strength of the ridge, chosen by cross-validation over keys on the dev part.
LOOSENESS = 0.05
# Answers to other keys that each point is shown as counter-examples, half of them near ones.
FOREIGN = 6
Example = tuple[dict[str, float], bool, str]


def examples(rows: Sequence[dict], similar: Similar) -> Iterator[Example]:
    """Terms, label and key of every labelled point, then of answers to other keys, which meet nothing."""
    for row in rows:
        for i, met in enumerate(row["met"]):
            found = point_terms(row["key"], i, row["answer"], similar)
            if found:
                yield found, met, row["key"][0][0]
    for key, i, answer in foreign(rows, similar):
        found = point_terms(key, i, answer, similar)
        if found:
            yield found, False, key[0][0]


def point_terms(
    key: Sequence[Sequence[str]], i: int, answer: str, similar: Similar
) -> dict[str, float] | None:
    text = read(fold(answer))
    if heaped(text):
        return None
    others = [w for j, other in enumerate(key) if j != i for w in other]
    ruled = by_rule(key[i], text, similar, others).met
    odds = compared(key[i], answer, unseen=fold_of(key))
    return terms(features(key[i], answer, similar, others, ruled, odds))


def foreign(rows: Sequence[dict], similar: Similar) -> Iterator[tuple[list[list[str]], int, str]]:
    """Right answers to other keys, so that an answer on another matter is not taken for a free paraphrase."""
    chance = random.Random(0)
    keys = {row["key"][0][0]: row["key"] for row in rows}
    right = {
        first: [r["answer"] for r in rows if r["key"][0][0] == first and all(r["met"])] for first in keys
    }
    for first, key in keys.items():
        strange = [k for k in keys if k != first and right[k] and content_share(first, k) < 0.5]
        near = sorted(strange, key=lambda k: -similar(first, k))[:FOREIGN]
        for other in (*chance.sample(near, FOREIGN // 2), *chance.sample(strange, FOREIGN // 2)):
            for i in range(len(key)):
                yield key, i, chance.choice(right[other])


def fit(rows: Sequence[dict], similar: Similar) -> dict:
    """Weights by name: logistic regression over standardised terms, written for terms as they are."""
    from sklearn.linear_model import LogisticRegression

    found = list(examples([r for r in rows if r["split"] == "dev"], similar))
    names = list(found[0][0])
    table = np.array([[row[name] for name in names] for row, _, _ in found])
    met = np.array([label for _, label, _ in found])
    middle, spread = table.mean(axis=0), table.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=LOOSENESS, max_iter=5_000).fit((table - middle) / spread, met)
    weight = model.coef_[0] / spread
    return {
        "start": round(float(model.intercept_[0] - weight @ middle), 5),
        "weights": {name: round(float(w), 5) for name, w in zip(names, weight, strict=True)},
    }


def save(found: dict) -> None:
    WEIGHTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
