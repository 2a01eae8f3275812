"""Fitting the ranking: weights of the fusion, the probability of an answer, the threshold; on dev queries only.

Listwise softmax over the pooled articles, pulled towards the weights it started from.
"""

import json
from collections.abc import Sequence

import numpy as np

from kb.search.emergencies import emergency
from kb.search.searcher import FEATURES, MODEL, SIGNALS, Searcher, ranking, signals

STEPS = 600
RATE = 0.05
PULL = 0.01
# At least this share of answerable dev queries must be answered.
ANSWERED = 0.965


def relevance(searcher: Searcher, rows: np.ndarray, intents: Sequence[str]) -> np.ndarray:
    wanted = set(intents)
    found = [searcher.index.articles[r].intents for r in rows]
    return np.array([1.0 if i[0] in wanted else 0.4 if wanted & set(i) else 0.0 for i in found])


def fit_weights(searcher: Searcher, dev: Sequence[dict]) -> np.ndarray:
    """Weights that put relevant articles first, shape (features,)."""
    data = []
    for row in dev:
        scored = searcher.score(row["query"])
        gain = relevance(searcher, scored.rows, row["intents"])
        if gain.max() > 0:
            data.append((scored.features, gain / gain.sum()))
    start = np.array([ranking()["weights"][n] for n in FEATURES])
    weights, moment, speed = start.copy(), np.zeros(len(start)), np.zeros(len(start))
    for step in range(1, STEPS + 1):
        gradient = PULL * (weights - start)
        for features, target in data:
            z = features @ weights * 4
            p = np.exp(z - z.max())
            p /= p.sum()
            gradient = gradient + 4 * features.T @ (p - target) / len(data)
        moment = 0.9 * moment + 0.1 * gradient
        speed = 0.99 * speed + 0.01 * gradient**2
        weights = weights - RATE * (moment / (1 - 0.9**step)) / (np.sqrt(speed / (1 - 0.99**step)) + 1e-8)
        weights[: FEATURES.index("midcall")] = np.maximum(weights[: FEATURES.index("midcall")], 0)
    return weights


def fit_answerable(
    searcher: Searcher, inside: Sequence[dict], outside: Sequence[dict], weights: np.ndarray
) -> dict:
    """Logistic regression of “the handbook answers” on the signals, and the threshold."""
    rows, labels = [], []
    for label, queries in ((1.0, inside), (0.0, outside)):
        for row in queries:
            scored = searcher.score(row["query"])
            rows.append(signals(scored, np.sort(scored.features @ weights)[::-1]))
            labels.append(label)
    x, y = np.array(rows), np.array(labels)
    mean, scale = x.mean(0), x.std(0) + 1e-6
    z = np.column_stack([(x - mean) / scale, np.ones(len(x))])
    share = np.where(y == 1, 0.5 / y.sum(), 0.5 / (1 - y).sum())
    beta = np.zeros(z.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-z @ beta))
        gradient = z.T @ (share * (p - y)) + 1e-3 * np.append(beta[:-1], 0)
        hessian = (z * (share * p * (1 - p))[:, None]).T @ z + 1e-3 * np.eye(len(beta))
        beta -= np.linalg.solve(hessian, gradient)
    probability = 1 / (1 + np.exp(-z @ beta))
    plain = beta[:-1] / scale
    return {
        "answerable": {"bias": float(beta[-1] - (plain * mean).sum()), "weights": dict(zip(SIGNALS, map(float, plain), strict=True))},
        "threshold": float(np.quantile(probability[y == 1], 1 - ANSWERED)),
    }  # fmt: skip


def fit(searcher: Searcher, golden: Sequence[dict], outside: Sequence[dict]) -> dict:
    dev = [r for r in golden if r["split"] == "dev"]
    weights = fit_weights(searcher, dev)
    inside = [r for r in dev if emergency(r["query"]) is None]
    model = {"weights": dict(zip(FEATURES, map(float, weights), strict=True))}
    return model | fit_answerable(searcher, inside, [r for r in outside if r["split"] == "dev"], weights)


def save(model: dict) -> None:
    rounded = json.loads(json.dumps(model), parse_float=lambda x: round(float(x), 4))
    MODEL.write_text(json.dumps(rounded, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    ranking.cache_clear()
