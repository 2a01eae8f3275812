"""Which article answers, and which of its sentences comes first: two small learned sums over measures that can be read.

Search ranks articles by what they are about; an answer also needs one whose own sentences speak to the question.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from kb.articles import Article
from kb.chat.evidence import Asking, Match, match, parts_of
from kb.chat.sentences import ASKS
from kb.search.scoring import FEATURES as SEARCHED
from kb.search.searcher import ranking as search_ranking

MODEL = Path(__file__).parent / "ranking.json"
# How many of search's articles are read sentence by sentence.
READ = 16
RECORDS = re.compile(r"保存|留存|存[多几]|[留放][几多]|[要留]存|表|单子?谁")
# Measures of an article for a question; the last ones are search's own.
ARTICLE = (
    "cosine", "pairs", "words", "title", "sentence", "faq", "script", "rule", "record", "topic", "place", "total",
    "covered", "ask", "ask_words", "dense", "dense_body", "body_words", "intent_log",
)  # fmt: skip
FROM_SEARCH = {
    "ask_words": "words", "dense": "dense", "dense_body": "dense_body", "body_words": "words_body",
    "intent_log": "intent_log",
}  # fmt: skip
ANSWERING = {"回答", "可以这样说", "规定", "步骤", "保存期限", "正确应对"}
WRONG = {"不要说", "错误应对", "忌讳"}
GROUND = {"依据", "地区差异"}
# What only illustrates the sentence before it.
EXAMPLE = re.compile(r"打个比方|[比譬]如|例如|举个例")
FIGURE = re.compile(r"\d|[一二三四五六七八九十]+[天日年个]")
ASKS_FIGURE = re.compile(r"几|多[久少长]|[啥什][么]?时候|最[晚早长]|提前")
FORMS = tuple(name for name, _, _ in ASKS)
# Measures of a sentence of an article for a question.
SENTENCE = ("cosine", "pairs", "words", *FORMS, "figure", "first", "first_if_can", "answering", "wrong", "ground",
            "place", "length")  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """An article with its score for a question and the measures of its sentences."""

    article: Article
    score: float
    match: Match
    measures: tuple[float, ...]


@cache
def model() -> dict:
    return json.loads(MODEL.read_text(encoding="utf-8"))


def weights(name: str, measures: Sequence[str]) -> np.ndarray:
    return np.array([model()[name][m] for m in measures])


def candidates(searcher, query: str, question: Asking, intent: str = "") -> list[Candidate]:
    """The articles that search finds for `query`, ranked by how their sentences answer `question`.

    `intent` is the topic of a conversation, whose articles are preferred.
    """
    measured = measure(searcher, query, question, intent)
    scores = np.array([m for _, _, m in measured]) @ weights("article", ARTICLE)
    order = np.argsort(-scores, kind="stable")
    return [Candidate(measured[i][0], float(scores[i]), *measured[i][1:]) for i in order]


def measure(
    searcher, query: str, question: Asking, intent: str
) -> list[tuple[Article, Match, tuple[float, ...]]]:
    """The best articles of search with their matches and measures, in the order of ARTICLE."""
    scored = searcher.score(query)
    totals = scored.features @ np.array([search_ranking()["weights"][name] for name in SEARCHED])
    column = {name: scored.features[:, i] for i, name in enumerate(SEARCHED)}
    found = []
    for place, at in enumerate(np.argsort(-totals, kind="stable")[:READ]):
        article = searcher.index.articles[scored.rows[at]]
        matched = match(question, parts_of(searcher, article))
        own = {name: float(column[source][at]) for name, source in FROM_SEARCH.items()}
        values = own | kind_of(article, question.text) | {
            "cosine": best(matched.cosine), "pairs": best(matched.pairs_or_title), "words": best(matched.words),
            "title": matched.title, "sentence": best(sentence_scores(question, matched)),
            "covered": matched.aligned.covered, "ask": matched.aligned.ask, "topic": float(intent == article.intent),
            "place": place / READ, "total": float(totals[at]),
        }  # fmt: skip
        found.append((article, matched, tuple(values[name] for name in ARTICLE)))
    return found


def kind_of(article: Article, question: str) -> dict[str, float]:
    return {
        "faq": float(article.kind == "faq"),
        "script": float(article.kind == "script"),
        "rule": float(article.kind in ("policy", "process")),
        "record": float(article.kind == "form" and bool(RECORDS.search(question))),
    }


def best(values: np.ndarray) -> float:
    return float(values.max()) if len(values) else 0.0


def sentence_measures(question: Asking, found: Match) -> np.ndarray:
    """One row per sentence, in the order of SENTENCE."""
    names = [name for name, _ in found.parts.rows]
    texts = [text for _, text in found.parts.rows]
    asked = {name for name, _ in question.forms}
    figures = bool(ASKS_FIGURE.search(question.text))
    first = np.zeros(len(names))
    if "回答" in names:
        first[names.index("回答")] = 1.0
    return np.stack([
        found.cosine, found.pairs, found.words,
        *(flags(name in asked and holds.search(t) for t in texts) for name, _, holds in ASKS),
        flags(figures and FIGURE.search(t) for t in texts),
        first, first * ("can" in asked),
        flags(n in ANSWERING for n in names), flags(n in WRONG for n in names), flags(n in GROUND for n in names),
        np.arange(len(names)) / 10, np.log([max(len(t), 1) for t in texts]),
    ], axis=1)  # fmt: skip


def flags(values) -> np.ndarray:
    return np.array([float(bool(v)) for v in values])


def best_first(question: Asking, found: Match) -> list[tuple[str, str]]:
    """(heading, sentence) of an article, the one that answers the question best first; an example never leads."""
    ranked = [found.parts.rows[i] for i in np.argsort(-sentence_scores(question, found), kind="stable")]
    lead = next((at for at, (_, text) in enumerate(ranked) if not EXAMPLE.match(text)), None)
    return ranked if lead is None else [ranked[lead], *ranked[:lead], *ranked[lead + 1 :]]


def sentence_scores(question: Asking, found: Match) -> np.ndarray:
    """How well each sentence answers, shape (sentences,)."""
    return sentence_measures(question, found) @ weights("sentence", SENTENCE)
