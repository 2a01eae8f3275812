"""What is indexed: short asks (title, questions) and passages (one heading each), both per article."""

from collections.abc import Iterable
from dataclasses import dataclass

from kb import taxonomy
from kb.articles import Article

# Headings that quote wrong words or repeat boilerplate say nothing about what an article answers.
UNINDEXED = {"不要说", "错误应对", "依据", "保存期限", "地区差异"}


@dataclass(frozen=True)
class Units:
    """Parallel rows: article number and text of every ask and every passage."""

    ask_article: tuple[int, ...]
    asks: tuple[str, ...]
    passage_article: tuple[int, ...]
    passage_heading: tuple[int, ...]
    passages: tuple[str, ...]
    bags: tuple[str, ...]


def units_of(articles: Iterable[Article]) -> Units:
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
    return Units(tuple(ask_article), tuple(asks), tuple(passage_article), tuple(passage_heading),
                 tuple(passages), tuple(bags))  # fmt: skip
