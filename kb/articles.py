"""Handbook articles: frozen values, each with its headings, and the library of them all."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Problem:
    """One fault of one file, for a person to mend."""

    path: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.field}: {self.message}"


@dataclass(frozen=True)
class Heading:
    name: str
    text: str


@dataclass(frozen=True)
class Article:
    id: str
    kind: str
    chapter: str
    section: str
    title: str
    intents: tuple[str, ...]
    channels: tuple[str, ...]
    owner_types: tuple[str, ...]
    emotion: tuple[str, ...]
    urgency: str
    region: str
    basis: tuple[str, ...]
    audience: tuple[str, ...]
    updated: date
    questions: tuple[str, ...]
    variants: Mapping[str, str]
    links: tuple[str, ...]
    headings: tuple[Heading, ...]
    layer: str
    path: str
    digest: str

    @property
    def intent(self) -> str:
        return self.intents[0]

    def heading(self, name: str) -> str:
        return next((h.text for h in self.headings if h.name == name), "")


@dataclass(frozen=True)
class Passage:
    """One heading of one article: the unit that is indexed and cited."""

    article: Article
    heading: Heading

    @property
    def id(self) -> str:
        return f"{self.article.id}#{self.heading.name}"


@dataclass(frozen=True)
class Library:
    """All articles by id; the site layer has replaced what it overrides."""

    articles: Mapping[str, Article]
    problems: tuple[Problem, ...] = ()
    digest: str = field(default="")

    def passages(self) -> Iterator[Passage]:
        for article in self.articles.values():
            for heading in article.headings:
                yield Passage(article, heading)

    def of_section(self, section: str) -> list[Article]:
        return [a for a in self.articles.values() if a.section == section]

    def of_intent(self, intent: str) -> list[Article]:
        return [a for a in self.articles.values() if intent in a.intents]


def library_of(articles: Mapping[str, Article], problems: Iterable[Problem] = ()) -> Library:
    """A library with the digest of exactly these articles."""
    digest = hashlib.sha256("".join(a.digest for a in articles.values()).encode()).hexdigest()[:16]
    return Library(dict(articles), tuple(problems), digest)
