"""Fitting the ranking: weights of the fusion, the probability of an answer, the threshold; on dev queries only.

Listwise softmax over the pooled articles, pulled towards the weights it started from.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kb import taxonomy
from kb.search.emergencies import SIGNALS as URGENT
from kb.search.scoring import FEATURES
from kb.search.searcher import MODEL, SIGNALS, Searcher, ranking, signals

STEPS = 600
# Where the weights of the intent start, the same at every fit, so that fitting twice changes nothing.
START = {"intent": 1.2, "intent_log": 0.5}
RATE = 0.05
PULL = 0.01
TEMPER = 4.0
# No part may fall to nothing.
LEAST = 0.1
# How many false alarms a missed emergency is worth.
MISSED = 8.0
# What a false alarm in a search about another matter counts beside one in a near miss; there are many more of them.
OTHER = 0.1
# Share of answerable dev queries that are answered; of the out-of-scope ones on dev 0.88 are then refused.
ANSWERED = 0.965
# Inverse regularisation of what the handbook answers, and what a question put in full counts beside a typed one.
LOOSENESS, ASKED = 0.3, 3.0


@dataclass(frozen=True)
class Labelled:
    """A query, whether the handbook answers it, and whether it is a question put in full."""

    text: str
    answerable: bool
    in_full: bool = False


def relevance(searcher: Searcher, rows: np.ndarray, intents: Sequence[str]) -> np.ndarray:
    wanted = set(intents)
    found = [searcher.index.articles[r].intents for r in rows]
    return np.array([1.0 if i[0] in wanted else 0.4 if wanted & set(i) else 0.0 for i in found])


def fit_weights(searcher: Searcher, dev: Sequence[dict]) -> np.ndarray:
    """Weights that put relevant articles first, shape (features,).

    Golden queries name intents, not articles, so they can only teach how much the intent counts beside the words; the
    channels of words keep their proportions, which decide between articles of one intent.
    """
    intent = [FEATURES.index(n) for n in START]
    content = np.array([0.0 if n in START else ranking()["weights"][n] for n in FEATURES])
    data = []
    for row in dev:
        scored = searcher.score(row["query"])
        gain = relevance(searcher, scored.rows, row["intents"])
        if gain.max() > 0:
            data.append(
                (np.column_stack([scored.features @ content, scored.features[:, intent]]), gain / gain.sum())
            )
    share = listwise(data, np.array([1.0, *START.values()]))
    share = share / share[0]
    weights = content.copy()
    weights[intent] = share[1:]
    return weights


def listwise(data: Sequence[tuple[np.ndarray, np.ndarray]], start: np.ndarray) -> np.ndarray:
    """Weights that minimise the cross entropy of a softmax over each list (ListNet, Cao et al. 2007), by Adam."""
    weights, moment, speed = start.copy(), np.zeros(len(start)), np.zeros(len(start))
    for step in range(1, STEPS + 1):
        gradient = PULL * (weights - start)
        for features, target in data:
            z = features @ weights * TEMPER
            p = np.exp(z - z.max())
            p /= p.sum()
            gradient = gradient + TEMPER * features.T @ (p - target) / len(data)
        moment = 0.9 * moment + 0.1 * gradient
        speed = 0.99 * speed + 0.01 * gradient**2
        weights = weights - RATE * (moment / (1 - 0.9**step)) / (np.sqrt(speed / (1 - 0.99**step)) + 1e-8)
        weights = np.maximum(weights, LEAST)
    return weights


def fit_answerable(searcher: Searcher, queries: Sequence[Labelled], weights: np.ndarray) -> dict:
    """Logistic regression of “the handbook answers” on the signals, and the threshold; both answers weigh the same."""
    from sklearn.linear_model import LogisticRegression

    rows = []
    for query in queries:
        scored = searcher.score(query.text)
        rows.append(signals(scored, np.sort(scored.features @ weights)[::-1]))
    x, y = np.array(rows), np.array([q.answerable for q in queries])
    mean, scale = x.mean(0), x.std(0) + 1e-6
    shares = np.array([ASKED if q.in_full else 1.0 for q in queries])
    shares = shares * np.where(y, 1 / shares[y].sum(), 1 / shares[~y].sum()) * len(y) / 2
    machine = LogisticRegression(C=LOOSENESS, max_iter=1000)
    machine.fit((x - mean) / scale, y, sample_weight=shares)
    plain = machine.coef_[0] / scale
    probability = machine.predict_proba((x - mean) / scale)[:, 1]
    return {
        "answerable": {
            "bias": float(machine.intercept_[0] - (plain * mean).sum()),
            "weights": dict(zip(SIGNALS, map(float, plain), strict=True)),
        },
        "threshold": float(np.quantile(probability[y], 1 - ANSWERED)),
    }


def fit_emergency(searcher: Searcher, alarms: Sequence[dict], dev: Sequence[dict]) -> dict:
    """Weights of the signals of an emergency; a missed one costs MISSED false alarms.

    Searches about other matters count as calm too; those about P0 intents may be live or not, and are left out.
    """
    from sklearn.linear_model import LogisticRegression

    calm = [r for r in dev if not taxonomy.P0_INTENTS.keys() & set(r["intents"])]
    rows, labels = [], []
    for row, live in [*((r, bool(r["intent"])) for r in alarms), *((r, False) for r in calm)]:
        scored = searcher.score(row["query"])
        rows.append(scored.urgency)
        labels.append(live)
    costs = [MISSED if live else 1.0 for live in labels[: len(alarms)]] + [OTHER] * len(calm)
    machine = LogisticRegression().fit(rows, labels, sample_weight=costs)
    return {"bias": float(machine.intercept_[0])} | dict(zip(URGENT, map(float, machine.coef_[0]), strict=True))


def fit(
    searcher: Searcher, golden: Sequence[dict], outside: Sequence[dict], alarms: Sequence[dict],
    asked: Sequence[dict] = (),
) -> dict:  # fmt: skip
    """All that `ranking.json` holds, from the dev halves of the sets.

    `asked` are questions put in full to the chatbot, longer than what is typed into a search; those of kind `none` have
    no answer.
    """
    dev = [r for r in golden if r["split"] == "dev"]
    weights = fit_weights(searcher, dev)
    urgent = fit_emergency(searcher, [r for r in alarms if r["split"] == "dev"], dev)
    model = {"weights": dict(zip(FEATURES, map(float, weights), strict=True)), "emergency": urgent}
    queries = [Labelled(r["query"], True) for r in dev]
    queries += [Labelled(r["query"], False) for r in outside if r["split"] == "dev"]
    queries += [Labelled(r["query"], r["kind"] != "none", True) for r in asked if r["split"] == "dev"]
    return model | fit_answerable(searcher, queries, weights)


def save(model: dict) -> None:
    rounded = json.loads(json.dumps(model), parse_float=lambda x: round(float(x), 4))
    MODEL.write_text(json.dumps(rounded, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    ranking.cache_clear()
