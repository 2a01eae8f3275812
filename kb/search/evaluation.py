"""Measuring search: ranks, abstention and emergencies, with bootstrap intervals."""

import math
import random
from collections.abc import Callable, Sequence

import numpy as np

from kb import taxonomy
from kb.search.queries import prepare
from kb.search.searcher import Searcher

RUNS = 500


def gains(searcher: Searcher, row: dict) -> list[float]:
    """Relevance of the first ten hits: 1 for the main intent, a half for a further one."""
    return [relevance(row, h.intents) for h in searcher.search(row["query"], 10).hits]


def relevance(row: dict, intents: Sequence[str]) -> float:
    wanted = set(row["intents"])
    return 1.0 if intents[0] in wanted else 0.5 if wanted & set(intents) else 0.0


def baselines(searcher: Searcher, row: dict) -> dict[str, list[float]]:
    """The same for single channels, their sum of BM25, and reciprocal-rank fusion (Cormack et al. 2009)."""
    index, articles = searcher.index, searcher.index.articles
    query = prepare(row["query"], index.vocabulary)
    size = len(articles)
    words = index.ask_words.scores(list(query.words))[:size]
    pairs = index.ask_bigrams.scores(list(query.bigrams))[:size]
    dense = searcher.nearest_asks(searcher.encoder.encode([query.text])[0], None)[0][:size]
    orders = {
        "BM25 words": words,
        "BM25 bigrams": pairs,
        "BM25 words + bigrams": words + pairs,
        "dense": dense,
    }
    ranks = [
        np.argsort(np.argsort(-scores, kind="stable"), kind="stable") for scores in (words, pairs, dense)
    ]
    orders["reciprocal-rank fusion"] = sum(1 / (60 + rank) for rank in ranks)
    return {
        name: [relevance(row, articles[i].intents) for i in np.argsort(-scores, kind="stable")[:10]]
        for name, scores in orders.items()
    }


def measures(found: Sequence[float]) -> dict[str, float]:
    hit = next((i for i, g in enumerate(found) if g > 0), None)
    ideal = sum(1 / math.log2(i + 2) for i in range(len(found))) or 1.0
    return {
        "recall@1": float(hit == 0), "recall@5": float(hit is not None and hit < 5),
        "mrr@10": 1 / (hit + 1) if hit is not None else 0.0,
        "ndcg@10": sum(g / math.log2(i + 2) for i, g in enumerate(found)) / ideal,
    }  # fmt: skip


def interval(values: Sequence[float]) -> tuple[float, float]:
    """95 % bootstrap interval of the mean."""
    chance = random.Random(0)
    means = sorted(sum(chance.choices(values, k=len(values))) / len(values) for _ in range(RUNS))
    return means[int(0.025 * RUNS)], means[int(0.975 * RUNS) - 1]


def line(name: str, rows: Sequence[dict[str, float]]) -> str:
    cells = []
    for measure in ("recall@1", "recall@5", "mrr@10", "ndcg@10"):
        values = [r[measure] for r in rows]
        low, high = interval(values)
        cells.append(f"{sum(values) / len(values):.3f} [{low:.3f}, {high:.3f}]")
    return f"| {name} | {len(rows)} | " + " | ".join(cells) + " |"


def table(searcher: Searcher, golden: Sequence[dict], outside: Sequence[dict], alarms: Sequence[dict]) -> str:
    """The report on the test split, as a markdown table."""
    test = [r for r in golden if r.get("split", "test") == "test"]
    if not test:
        return "search: no golden queries in tests/golden/search.jsonl"
    scored = [(r, measures(gains(searcher, r))) for r in test]
    out = [
        "| queries | n | recall@1 | recall@5 | mrr@10 | ndcg@10 |",
        "|---|---|---|---|---|---|",
        line("all", [m for _, m in scored]),
    ]
    for style in sorted({r["style"] for r in test}):
        out.append(line(style, [m for r, m in scored if r["style"] == style]))
    single = [baselines(searcher, r) for r in test]
    out += [line(f"*{name}*", [measures(s[name]) for s in single]) for name in single[0]]
    out += abstention(searcher, test, [r for r in outside if r.get("split", "test") == "test"])
    out += emergencies(searcher, test, [r for r in alarms if r.get("split", "test") == "test"])
    return "\n".join(out)


def abstention(searcher: Searcher, inside: Sequence[dict], outside: Sequence[dict]) -> list[str]:
    if not outside:
        return []
    answered = [not searcher.search(r["query"], 1).abstained for r in inside]
    refused = [searcher.search(r["query"], 1).abstained for r in outside]
    wrongly = len(answered) - sum(answered)
    precision = sum(refused) / max(1, sum(refused) + wrongly)
    area = auroc(lambda q: searcher.search(q, 1).answerable, inside, outside)
    return [
        "", f"abstention: precision {precision:.3f}, recall {sum(refused) / len(refused):.3f}, AUROC {area:.3f}; "
        f"{sum(answered) / len(answered):.3f} of {len(answered)} answerable queries answered; {len(outside)} out of scope",
    ]  # fmt: skip


def auroc(score: Callable[[str], float], inside: Sequence[dict], outside: Sequence[dict]) -> float:
    good, bad = [score(r["query"]) for r in inside], [score(r["query"]) for r in outside]
    wins = sum((g > b) + 0.5 * (g == b) for g in good for b in bad)
    return wins / (len(good) * len(bad))


def emergencies(searcher: Searcher, others: Sequence[dict], rows: Sequence[dict]) -> list[str]:
    real = [r for r in rows if r["intent"]]
    if not real:
        return []
    near = [r for r in rows if not r["intent"]]
    found = [searcher.search(r["query"], 1).emergency for r in real]
    caught = sum(f is not None for f in found)
    right = sum(f == r["intent"] for f, r in zip(found, real, strict=True))
    false = sum(searcher.search(r["query"], 1).emergency is not None for r in near)
    calm = [r for r in others if not taxonomy.P0_INTENTS.keys() & set(r["intents"])]
    wrong = sum(searcher.search(r["query"], 1).emergency is not None for r in calm)
    return [f"emergencies: recall {caught / len(real):.3f} (right kind {right / len(real):.3f}) of {len(real)}, "
            f"false alarms {false / max(1, len(near)):.3f} of {len(near)} near-misses and "
            f"{wrong / max(1, len(calm)):.3f} of {len(calm)} other searches"]  # fmt: skip
