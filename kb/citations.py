"""Law citations in text, checked against the shipped table of laws (name, status, number of articles)."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LAWS_FILE = Path(__file__).parent / "laws.tsv"
DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}
ARTICLE = re.compile(r"第([零〇一二三四五六七八九十百千两]+|\d+)条")
CITATION = re.compile(
    r"《((?:[^《》]|《[^《》]*》)+)》((?:[、,，和及至—-]*第(?:[零〇一二三四五六七八九十百千两]+|\d+)条[^《》。；;、，,和及至]{0,14})+)"
)
# Words near a repealed law which show that it is named as history.
HISTORY = re.compile(
    r"废止|失效|不再|已被|取代|替代|旧|原《|曾|历史|改引|编入|并入|不能引|不要引|别引|不引|不存在|没有这部|没有公布"
)


@dataclass(frozen=True)
class Law:
    name: str
    aliases: tuple[str, ...]
    status: str
    articles: int | None
    effective: str
    repealed: str
    replaced_by: str


@dataclass(frozen=True)
class Citation:
    law: str
    article: int
    sentence: str


def number(text: str) -> int:
    """Read 九百四十四 or 944 as 944."""
    if text.isdigit():
        return int(text)
    total = digit = 0
    for char in text:
        if char in UNITS:
            total += (digit or 1) * UNITS[char]
            digit = 0
        else:
            digit = DIGITS[char]
    return total + digit


@cache
def laws() -> dict[str, Law]:
    """Every law of the table under its name and each alias."""
    table: dict[str, Law] = {}
    with LAWS_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            aliases = tuple(a for a in row["aliases"].split("|") if a)
            articles = int(row["articles"]) if row["articles"] else None
            law = Law(
                row["name"],
                aliases,
                row["status"],
                articles,
                row["effective"],
                row["repealed"],
                row["replaced_by"],
            )
            for name in (law.name, *aliases):
                table.setdefault(name, law)
    return table


def citations(text: str) -> Iterator[Citation]:
    """Each 《law》第N条 of the text, lists such as 第十二条、第十三条 one by one."""
    for match in CITATION.finditer(text):
        start = max(text.rfind(mark, 0, match.start()) for mark in "\n。；") + 1
        ends = [text.find(mark, match.end()) for mark in "\n。；"]
        end = min((e for e in ends if e >= 0), default=len(text))
        for article in ARTICLE.findall(match[2]):
            yield Citation(match[1], number(article), text[start:end].strip())


def problem(citation: Citation) -> str | None:
    """What is wrong with a citation, in Chinese, or None."""
    law = laws().get(re.sub(r"[（(]\d{4}.*?[)）]$", "", citation.law))
    name = f"《{citation.law}》"
    if law is None:
        return f"{name}不在法规表里，请核对名称；确有此法就先在 kb/laws.tsv 登记"
    if law.status != "现行" and not HISTORY.search(citation.sentence):
        instead = f"，请改引{law.replaced_by}" if law.replaced_by else ""
        return f"{name}已{law.status}{'(' + law.repealed + ')' if law.repealed else ''}{instead}"
    if law.articles and law.status == "现行" and not 1 <= citation.article <= law.articles:
        return f"{name}共 {law.articles} 条，没有第 {citation.article} 条"
    return None
