"""Scoring: every channel gives each article a number."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from embeddings import Encoder, VectorIndex
from kb.articles import Article
from kb.search import initials
from kb.search.emergencies import UNHEARD, leading, signals
from kb.search.gates import Gate
from kb.search.intents import IntentModel, Votes
from kb.search.lexical import Lexical
from kb.search.ngrams import Ngrams
from kb.search.queries import Query, Vocabulary, prepare
from kb.search.units import Units

NEAR_ASKS = 200
NEAR_PASSAGES = 100
POOL = 60
# Sharpness of the softmax over intents: of the model's margins and of the nearest articles' votes.
MARGIN_SHARPNESS, VOTE_SHARPNESS = 4.0, 2.0
# Order of the features of one article for one query; `ranking.json` holds a weight for each.
FEATURES = (
    "words", "bigrams", "words_body", "bigrams_body", "dense", "dense_second", "dense_body",
    "intent", "intent_log", "midcall", "reference",
)  # fmt: skip
MIDCALL = {"script", "faq", "case", "etiquette"}


@dataclass(frozen=True)
class Index:
    """Everything a search reads, built or loaded as one generation."""

    articles: tuple[Article, ...]
    units: Units
    ask_words: Lexical
    ask_bigrams: Lexical
    ask_initials: Lexical
    body_words: Lexical
    body_bigrams: Lexical
    ask_vectors: VectorIndex
    passage_vectors: VectorIndex
    vocabulary: Vocabulary
    ngrams: Ngrams
    intents: IntentModel
    live: Gate
    outside: Gate


@dataclass(frozen=True)
class Scored:
    """Features of the pooled articles, one row each."""

    query: Query
    rows: np.ndarray
    features: np.ndarray
    passage: dict[int, int]
    intents: dict[str, float]
    danger: str  # the P0 intent it would be if somebody is in danger
    urgency: tuple[float, ...]  # signals that somebody is in danger now, in the order of emergencies.SIGNALS
    outside: float  # log odds that the handbook has no answer


class Scorer:
    """The features of articles for a query, from one generation of the index; safe to share between threads."""

    def __init__(self, index: Index, encoder: Encoder) -> None:
        self.index, self.encoder = index, encoder
        self.ask_article = np.array(index.units.ask_article, dtype=np.int64)
        self.passage_article = np.array(index.units.passage_article, dtype=np.int64)
        self.intent_of = [a.intent for a in index.articles] + list(index.units.extra)
        self.votes = Votes(self.intent_of)

    def score(self, text: str, skip_ask: int | None = None) -> Scored:
        """Features of the pooled articles; `skip_ask` leaves one ask out, for training."""
        query = prepare(text, self.index.vocabulary, self.phrase)
        index, size = self.index, len(self.intent_of)
        vector = self.encoder.encode([query.text])[0]
        words, pairs = list(query.words), list(query.bigrams)
        ask_words = index.ask_words.scores(words, query.word_weights)
        ask_bigrams = index.ask_bigrams.scores(pairs)
        body_words = best_per_article(
            index.body_words.scores(words, query.word_weights), self.passage_article, size
        )
        body_bigrams_all = index.body_bigrams.scores(pairs)
        body_bigrams = best_per_article(body_bigrams_all, self.passage_article, size)
        dense, second = self.nearest_asks(vector, skip_ask)
        dense_body, passage = self.nearest_passages(vector, body_bigrams_all)
        asked = ask_words + ask_bigrams + 2 * dense
        quick = asked + 0.5 * (body_words + body_bigrams) + dense_body
        columns, values = index.ngrams.row(query.text)
        margins = dict(zip(index.intents.names, index.intents.margins(columns, values), strict=True))
        intents = self.intent_shares(margins, asked + 0.6 * second)
        rows = largest(quick[: len(index.articles)], POOL)
        shares = np.array([intents.get(self.intent_of[r], 0.0) for r in rows])
        features = np.stack([
            ask_words[rows], ask_bigrams[rows], body_words[rows], body_bigrams[rows], dense[rows], second[rows],
            dense_body[rows], shares, np.log10(shares + 1e-4) / 4 + 1,
            np.array([float(index.articles[r].kind in MIDCALL) for r in rows]),
            np.array([float(index.articles[r].kind in ("form", "policy")) for r in rows]),
        ], axis=1)  # fmt: skip
        live, outside = (g.logit(columns, values, vector) for g in (index.live, index.outside))
        danger, lead = leading(margins)
        urgency = signals(live, lead, intents)
        return Scored(query, rows, features, passage, intents, danger, urgency, outside)

    def phrase(self, run: str) -> str:
        return initials.read(run, self.index.ask_initials, self.index.units.asks)

    def nearest_asks(self, vector: np.ndarray, skip: int | None) -> tuple[np.ndarray, np.ndarray]:
        """Best and second-best cosine per article over title and questions."""
        size = len(self.intent_of)
        rows, cosines = self.index.ask_vectors.search(vector, NEAR_ASKS)
        keep = self.ask_article[rows] >= 0
        if skip is not None:
            keep &= rows != skip
        rows, cosines = rows[keep], cosines[keep]
        best, second = np.zeros(size, np.float32), np.zeros(size, np.float32)
        for row, cosine in zip(rows, cosines, strict=True):
            article = self.ask_article[row]
            if cosine > best[article]:
                best[article], second[article] = cosine, best[article]
            elif cosine > second[article]:
                second[article] = cosine
        return best, second

    def intent_shares(self, learned: Mapping[str, float], strength: np.ndarray) -> dict[str, float]:
        """Probability of each intent, the likeliest twelve; `learned` are the margins of the intent model."""
        known = np.array([learned.get(name, UNHEARD) for name in self.votes.names])
        logits = MARGIN_SHARPNESS * known + VOTE_SHARPNESS * self.votes.count(strength)
        e = np.exp(logits - logits.max())
        shares = e / e.sum()
        return {self.votes.names[i]: float(shares[i]) for i in np.argsort(-shares)[:12]}

    def nearest_passages(self, vector: np.ndarray, lexical: np.ndarray) -> tuple[np.ndarray, dict[int, int]]:
        """Best passage cosine per article, and which passage to show."""
        best = np.zeros(len(self.intent_of), np.float32)
        rows, cosines = self.index.passage_vectors.search(vector, NEAR_PASSAGES)
        shown: dict[int, tuple[float, int]] = {}
        for row, cosine in zip(rows, cosines, strict=True):
            article = int(self.passage_article[row])
            if article < 0:
                continue
            best[article] = max(best[article], cosine)
            value = float(cosine) + float(lexical[row])
            if article not in shown or value > shown[article][0]:
                shown[article] = (value, int(row))
        return best, {article: row for article, (_, row) in shown.items()}


def largest(values: np.ndarray, count: int) -> np.ndarray:
    """Places of the largest values, the largest first."""
    found = np.argpartition(-values, count)[:count] if len(values) > count else np.arange(len(values))
    return found[np.lexsort((found, -values[found]))]


def best_per_article(scores: np.ndarray, article: np.ndarray, size: int) -> np.ndarray:
    best = np.zeros(size, np.float32)
    np.maximum.at(best, article, scores)
    return best
