"""Fitting the two sums of `ranking.json`, on dev expectations only."""

import json
from collections.abc import Sequence

import numpy as np

from kb.articles import Library
from kb.chat import ranking
from kb.chat.evaluation import holds
from kb.chat.evidence import asking, match, parts_of

STEPS = 500
RATE = 0.05
PULL = 0.3
TEMPER = 4.0
# So many acceptable articles of one question teach which sentence comes first.
TAUGHT = 4


def refit(searcher, library: Library, rows: Sequence[dict]) -> None:
    """Fit both sums and write them: sentences first, since an article is measured by its best sentence."""
    kinds = ("answer", "follow-up")
    dev = [r for r in rows if r["split"] == "dev" and r["kind"] in kinds and "owner_type" not in r]
    asked = [(r, r.get("standalone") or r["turns"][-1]) for r in dev]
    turned = [r for r in dev if r["kind"] == "follow-up"]
    save("sentence", sentences(searcher, library, asked))
    save("article", articles(searcher, asked, turned))


def articles(searcher, asked: Sequence[tuple[dict, str]], turned: Sequence[dict]) -> dict[str, float]:
    """Weights of an article's measures; follow-ups teach what the topic of a conversation counts."""
    questions = [(row, text, text, "") for row, text in asked]
    for row in turned:
        before, turn = row["turns"][-2:]
        questions.append((row, f"{before} {turn}", turn, searcher.search(before, 1).hits[0].intents[0]))
    lists = []
    for row, query, text, intent in questions:
        measured = ranking.measure(searcher, query, asking(searcher, text), intent)
        target = [float(a.id in row["articles"]) for a, _, _ in measured]
        lists.append((np.array([m for _, _, m in measured]), np.array(target)))
    return dict(zip(ranking.ARTICLE, listwise(lists), strict=True))


def sentences(searcher, library: Library, asked: Sequence[tuple[dict, str]]) -> dict[str, float]:
    lists = []
    for row, text in asked:
        question = asking(searcher, text)
        for name in row["articles"][:TAUGHT]:
            matched = match(question, parts_of(searcher, library.articles[name]))
            target = [float(any(holds(s, f) for f in row["facts"])) for _, s in matched.parts.rows]
            lists.append((ranking.sentence_measures(question, matched), np.array(target)))
    return dict(zip(ranking.SENTENCE, listwise(lists), strict=True))


def listwise(lists: Sequence[tuple[np.ndarray, np.ndarray]]) -> list[float]:
    """Weights that put the rows marked 1 first: cross entropy of a softmax over each list (ListNet), by Adam."""
    pooled = np.vstack([x for x, _ in lists])
    scale = np.where(pooled.std(0) > 1e-6, pooled.std(0), 1.0)
    taught = [(x / scale, y / y.sum()) for x, y in lists if y.sum() > 0]
    w, moment, speed = (np.zeros(pooled.shape[1]) for _ in range(3))
    for step in range(1, STEPS + 1):
        gradient = PULL * w
        for x, y in taught:
            z = x @ w * TEMPER
            p = np.exp(z - z.max())
            gradient = gradient + TEMPER * x.T @ (p / p.sum() - y) / len(taught)
        moment, speed = 0.9 * moment + 0.1 * gradient, 0.99 * speed + 0.01 * gradient**2
        w = w - RATE * (moment / (1 - 0.9**step)) / (np.sqrt(speed / (1 - 0.99**step)) + 1e-8)
    return [float(v) for v in w / scale]


def save(name: str, weights: dict[str, float]) -> None:
    model = ranking.model() | {name: {measure: round(weight, 4) for measure, weight in weights.items()}}
    ranking.MODEL.write_text(json.dumps(model, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    ranking.model.cache_clear()
