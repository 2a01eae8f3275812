"""A few changed articles in an open index, at once; what is learned from all articles waits for the next full build."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from embeddings import Encoder
from kb.articles import Article, Library
from kb.search import initials
from kb.search.analysis import bigrams, fold, words
from kb.search.index import open_index
from kb.search.scoring import Index
from kb.search.searcher import Searcher
from kb.search.units import Units, units_of

# More changes than this are a new handbook, which is built anew.
FEW = 50
# Rows of what an article said before: they stay in the vector files and belong to nobody.
NOBODY = -1


def refreshed(searcher: Searcher, library: Library, folder: Path) -> Searcher:
    """A search over the changed library: the open index with the changes put in, or a new one after many."""
    index = updated(searcher.index, tuple(library.articles.values()), searcher.encoder)
    return Searcher(index, searcher.encoder) if index else open_index(library, searcher.encoder, folder)


def updated(index: Index, articles: Sequence[Article], encoder: Encoder) -> Index | None:
    """The index with changed and new articles put in, or None when only a full build will do."""
    place = {a.id: number for number, a in enumerate(index.articles)}
    fresh = [a for a in articles if a.id not in place or index.articles[place[a.id]].digest != a.digest]
    if len(fresh) > FEW or len(place) + sum(a.id not in place for a in fresh) != len(articles):
        return None
    for article in fresh:
        index = with_article(index, article, place.setdefault(article.id, len(place)), encoder)
    return index


@dataclass(frozen=True)
class Rows:
    """Where the rows of one article are: those it had, and those it gets at the end."""

    gone: np.ndarray
    owner: tuple[int, ...]


def with_article(index: Index, article: Article, number: int, encoder: Encoder) -> Index:
    """The index with one article under `number`: its own when it replaces one, else the next."""
    if number == len(index.articles):
        index = with_room(index, number)
    own = units_of([article], extra=())
    asks, passages = [fold(a) for a in own.asks], [fold(p) for p in own.passages]
    bag = fold(own.bags[0])
    old = index.units
    ask_rows, passage_rows = (
        Rows(np.flatnonzero(np.equal(owners, number)), tuple(NOBODY if o == number else o for o in owners))
        for owners in (old.ask_article, old.passage_article)
    )
    units = Units(
        ask_rows.owner + (number,) * len(asks), old.asks + own.asks,
        passage_rows.owner + (number,) * len(passages), old.passage_heading + own.passage_heading,
        old.passages + own.passages, (*old.bags[:number], own.bags[0], *old.bags[number + 1 :]), old.extra,
    )  # fmt: skip
    itself = np.array([number])
    return replace(
        index, articles=(*index.articles[:number], article, *index.articles[number + 1 :]), units=units,
        ask_words=index.ask_words.with_rows(itself, {number: words(bag)}),
        ask_bigrams=index.ask_bigrams.with_rows(itself, {number: bigrams(bag)}),
        ask_initials=index.ask_initials.with_rows(
            ask_rows.gone, numbered(len(old.asks), [initials.pieces(initials.letters(a)) for a in asks])
        ),
        body_words=index.body_words.with_rows(passage_rows.gone, numbered(len(old.passages), map(words, passages))),
        body_bigrams=index.body_bigrams.with_rows(passage_rows.gone, numbered(len(old.passages), map(bigrams, passages))),
        ask_vectors=index.ask_vectors.extended(encoder.encode(asks)),
        passage_vectors=index.passage_vectors.extended(encoder.encode(passages)),
    )  # fmt: skip


def with_room(index: Index, number: int) -> Index:
    """The index with one more article number; the numbers of the extra wordings behind it move up by one."""
    old = index.units
    owners = tuple(o + (o >= number) for o in old.ask_article)
    units = replace(old, ask_article=owners, bags=(*old.bags[:number], "", *old.bags[number:]))
    return replace(
        index,
        units=units,
        ask_words=index.ask_words.with_room(number),
        ask_bigrams=index.ask_bigrams.with_room(number),
    )


def numbered(start: int, texts) -> dict[int, Sequence[str]]:
    return dict(enumerate(texts, start))
