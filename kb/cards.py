"""The call card: one article arranged for someone who is on the phone."""

import re
from dataclasses import dataclass

from kb.articles import Article

ITEM = re.compile(r"^(?:\d+[.、)]|[-*])\s+", re.MULTILINE)
WHEN = re.compile(r"^【(.+?)】\s*")
SPOKEN = re.compile(r"^\*\*客服[:：]\*\*\s*(.+)$", re.MULTILINE)
# Which heading holds what is said first, by kind.
SAY = {
    "script": "可以这样说", "case": "正确应对", "faq": "回答", "etiquette": "开场", "process": "步骤",
    "policy": "规定", "form": "字段", "guide": "要点",
}  # fmt: skip
CHECK = ("先核实", "特征", "自查")
NEVER = ("不要说", "错误应对", "忌讳", "容易出错")
UP = ("升级路径", "升级", "升级与例外")


@dataclass(frozen=True)
class Line:
    """One thing to say; `when` is the condition or the seconds it belongs to."""

    text: str
    when: str = ""


@dataclass(frozen=True)
class Never:
    """A wrong sentence and why it is wrong."""

    text: str
    why: str = ""


@dataclass(frozen=True)
class Card:
    article: Article
    say_heading: str
    lines: tuple[Line, ...]
    body: str
    check: tuple[str, ...]
    nevers: tuple[Never, ...]
    up: tuple[str, ...]
    basis: tuple[str, ...]
    region: str


def card(article: Article) -> Card:
    """Arrange an article as a call card; kinds without spoken lines keep their text in `body`."""
    heading = SAY[article.kind]
    text = article.heading(heading)
    lines = spoken(article, text)
    return Card(
        article=article,
        say_heading=heading,
        lines=lines,
        body="" if lines else text,
        check=tuple(items(first(article, CHECK))),
        nevers=tuple(never(item) for item in items(first(article, NEVER))),
        up=tuple(items(first(article, UP))),
        basis=tuple(items(article.heading("依据"))),
        region=article.heading("地区差异"),
    )


def spoken(article: Article, text: str) -> tuple[Line, ...]:
    """The sentences that staff say aloud, in order."""
    if article.kind == "case":
        return tuple(Line(said.strip()) for said in SPOKEN.findall(text))
    if article.kind in ("script", "etiquette"):
        return tuple(line(item) for item in items(text))
    return ()


def line(item: str) -> Line:
    match = WHEN.match(item)
    return Line(item[match.end() :], match[1]) if match else Line(item)


def never(item: str) -> Never:
    text, _, why = re.sub(r"\*\*", "", item).partition("——")
    return Never(text.strip().strip('“”「」"').removeprefix("说"), why.strip())


def items(text: str) -> list[str]:
    """The list items of a heading; a text without a list gives its paragraphs."""
    if not text:
        return []
    parts = ITEM.split(text) if ITEM.search(text) else re.split(r"\n\s*\n", text)
    cleaned = [re.sub(r"\s*\n\s*", "\n", part).strip() for part in parts]
    return [part for part in cleaned if part and part != "无"]


def first(article: Article, names: tuple[str, ...]) -> str:
    return next((article.heading(n) for n in names if article.heading(n)), "")
