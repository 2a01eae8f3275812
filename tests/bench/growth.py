"""A handbook of any size, grown from the shipped one by a fixed recipe, so that every run measures the same text."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from kb.articles import Article, Heading, Library, library_of
from kb.reading import CONTENT, load_library
from kb.search.analysis import words

# Share of the words of a copy that are swapped for others of the handbook, so that copies differ as articles do.
SWAPPED = 0.35


def grown(passages: int, seed: int = 0) -> Library:
    """A library with about `passages` passages (headings of articles): the shipped articles, cut short or followed by copies."""
    shipped = list(load_library(("shipped", CONTENT), today=date.max).articles.values())
    chance = random.Random(seed)
    stock = sorted(
        {w for a in shipped for w in words(a.title + a.headings[0].text) if re.fullmatch(r"[一-鿿]{2}", w)}
    )
    found: dict[str, Article] = {}
    count = 0
    for article in cycle(shipped, stock, chance):
        if count >= passages:
            break
        found[article.id] = article
        count += len(article.headings)
    return library_of(found)


def cycle(shipped: list[Article], stock: list[str], chance: random.Random) -> Iterator[Article]:
    yield from shipped
    number = 0
    while True:
        number += 1
        for article in shipped:
            yield copied(article, number, stock, chance)


def copied(article: Article, number: int, stock: list[str], chance: random.Random) -> Article:
    def other(text: str) -> str:
        return re.sub(
            r"[一-鿿]{2}", lambda m: chance.choice(stock) if chance.random() < SWAPPED else m[0], text
        )

    return replace(
        article, id=f"{article.id}-{number}", digest=f"{article.digest}-{number}", title=other(article.title),
        questions=tuple(map(other, article.questions)),
        headings=tuple(Heading(h.name, other(h.text)) for h in article.headings),
    )  # fmt: skip
