"""What is indexed: short asks (title, questions) and passages (one heading each), both per article."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from kb import taxonomy
from kb.articles import Article
from kb.search.analysis import LEXICON

# Headings that quote wrong words or repeat boilerplate say nothing about what an article answers.
UNINDEXED = {"不要说", "错误应对", "依据", "保存期限", "地区差异"}


@dataclass(frozen=True)
class Units:
    """Parallel rows: article number and text of every ask and every passage.

    Numbers past the articles belong to `extra`: bags of further wordings of an intent, which vote but are never shown.
    """

    ask_article: tuple[int, ...]
    asks: tuple[str, ...]
    passage_article: tuple[int, ...]
    passage_heading: tuple[int, ...]
    passages: tuple[str, ...]
    bags: tuple[str, ...]
    extra: tuple[str, ...] = ()


# Further wordings of one intent are indexed in bags of this many, about as many as an article has questions.
BAG = 5


Extra = tuple[tuple[str, tuple[str, ...]], ...]


@cache
def extra_asks() -> Extra:
    """(intent, wordings) as people put them, from kb/lexicon/asks.tsv, in bags."""
    found = []
    for line in (LEXICON / "asks.tsv").read_text(encoding="utf-8").splitlines():
        intent, _, text = line.partition("\t")
        asks = [a.strip() for a in text.split("|") if a.strip()]
        found += [(intent, tuple(asks[i : i + BAG])) for i in range(0, len(asks), BAG)]
    return tuple(found)


def units_of(articles: Iterable[Article], extra: Extra | None = None) -> Units:
    """Rows of the articles, and of the extra wordings: those of the lexicon when none are given."""
    extra = extra_asks() if extra is None else extra
    ask_article, asks, passage_article, passage_heading, passages, bags = [], [], [], [], [], []
    for number, article in enumerate(articles):
        for text in (article.title, *article.questions):
            ask_article.append(number)
            asks.append(text)
        for at, heading in enumerate(article.headings):
            if heading.name in UNINDEXED:
                continue
            passage_article.append(number)
            passage_heading.append(at)
            passages.append(f"{article.title} {heading.text}")
        bags.append(" ".join((article.title, *article.questions, taxonomy.INTENTS[article.intent])))
    for number, (_, texts) in enumerate(extra, len(bags)):
        ask_article += [number] * len(texts)
        asks += texts
        bags.append(" ".join(texts))
    return Units(tuple(ask_article), tuple(asks), tuple(passage_article), tuple(passage_heading),
                 tuple(passages), tuple(bags), tuple(intent for intent, _ in extra))  # fmt: skip
