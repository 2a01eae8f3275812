"""Searching: a small learned sum ranks what was scored, and says whether the handbook answers at all."""

import json
import re
import time
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from kb.articles import Article
from kb.search.emergencies import happening
from kb.search.results import Hit, SearchResult
from kb.search.scoring import FEATURES, Scored, Scorer

MODEL = Path(__file__).parent / "ranking.json"
# How much of the score range each earlier hit of the same intent costs a further one, when the intent is a guess.
REPEATED = 0.5
SIGNALS = ("top", "gap", "dense", "bigrams", "words", "intent", "length", "unknown", "outside")


@cache
def ranking() -> dict:
    return json.loads(MODEL.read_text(encoding="utf-8"))


class Searcher(Scorer):
    """A search over one generation of the index; safe to share between threads."""

    def search(
        self, query: str, limit: int = 5, *,
        kinds: Collection[str] | None = None, chapters: Collection[str] | None = None, channel: str | None = None,
        owner_type: str | None = None, urgency: str | None = None, region: str | None = None,
        audience: str | None = None,
    ) -> SearchResult:  # fmt: skip
        started = time.perf_counter()
        scored = self.score(query)
        weights = np.array([ranking()["weights"][name] for name in FEATURES])
        totals = scored.features @ weights
        found = scored.danger if happening(scored.urgency, ranking()["emergency"]) else None
        order = np.argsort(-totals, kind="stable")

        def wanted(article: Article) -> bool:
            return (
                (not kinds or article.kind in kinds) and (not chapters or article.chapter in chapters)
                and (not channel or channel in article.channels) and (not urgency or article.urgency == urgency)
                and (not region or article.region in ("全国", region))
                and (not owner_type or owner_type in article.owner_types or "ot-general" in article.owner_types)
                and (not audience or audience in article.audience)
            )  # fmt: skip

        shown = [at for at in order if wanted(self.index.articles[scored.rows[at]])]
        shown = self.varied(scored, totals, shown, limit)
        hits = [self.hit(scored, at, float(totals[at]), weights) for at in shown]
        answerable = self.probability(scored, totals[order])
        return SearchResult(
            query, answerable, found is None and answerable < ranking()["threshold"], found, tuple(hits),
            tuple(sorted(scored.intents.items(), key=lambda x: -x[1])[:5]), (time.perf_counter() - started) * 1000,
        )  # fmt: skip

    def varied(self, scored: Scored, totals: np.ndarray, order: Sequence[int], limit: int) -> list[int]:
        """The best articles, each further one of an intent counted lower, so that a wrong guess leaves room for others."""
        left, chosen, seen = list(order[: limit * 6]), [], {}
        doubt = 1 - max(scored.intents.values(), default=0.0)
        cost = REPEATED * doubt * float(totals[order[0]] - totals[order[-1]]) if len(order) > 1 else 0.0
        while left and len(chosen) < limit:
            best = max(
                left,
                key=lambda at: totals[at] - cost * seen.get(self.intent_of[scored.rows[at]], 0),
            )
            left.remove(best)
            chosen.append(best)
            intent = self.intent_of[scored.rows[best]]
            seen[intent] = min(seen.get(intent, 0) + 1, 3)
        return chosen

    def hit(self, scored: Scored, at: int, total: float, weights: np.ndarray) -> Hit:
        row = int(scored.rows[at])
        article = self.index.articles[row]
        heading = article.headings[self.shown_heading(article, row, scored)]
        why = tuple(
            (n, round(float(v * w), 4))
            for n, v, w in zip(FEATURES, scored.features[at], weights, strict=True)
        )
        matched = tuple(w for w in scored.query.words if len(w) > 1 and w in article.title)
        return Hit(article.id, article.kind, article.section, article.title, article.intents, total, heading.name,
                   heading.text, why, matched)  # fmt: skip

    def shown_heading(self, article: Article, row: int, scored: Scored) -> int:
        if row in scored.passage:
            return self.index.units.passage_heading[scored.passage[row]]
        names = [h.name for h in article.headings]
        return next(
            (names.index(n) for n in ("可以这样说", "回答", "正确应对", "步骤", "要点") if n in names), 0
        )

    def probability(self, scored: Scored, totals: Sequence[float]) -> float:
        """Calibrated probability that the handbook answers, by logistic regression over a few signals."""
        values = signals(scored, totals)
        model = ranking()["answerable"]
        z = model["bias"] + sum(model["weights"][n] * v for n, v in zip(SIGNALS, values, strict=True))
        return float(1 / (1 + np.exp(-z)))


def signals(scored: Scored, totals: Sequence[float]) -> tuple[float, ...]:
    """What tells an answerable query from another, in the order of SIGNALS."""
    if not len(totals):
        return (0.0,) * len(SIGNALS)
    column = {name: scored.features[:, i] for i, name in enumerate(FEATURES)}
    hanzi = re.findall(r"[一-鿿]", scored.query.text)
    intent = max(scored.intents.values(), default=0.0)
    known = sum(w > 0.9 for w in scored.query.word_weights) or 1
    return (
        float(totals[0]), float(totals[0] - totals[min(4, len(totals) - 1)]), float(column["dense"].max()),
        float(column["bigrams"].max()), float(column["words"].max()), intent, min(len(hanzi), 20) / 20, 1.0 / known,
        scored.outside,
    )  # fmt: skip
