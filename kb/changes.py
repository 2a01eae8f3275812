"""What changed between two texts of an article, as its reader would notice it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from kb import taxonomy
from kb.articles import Article

TITLE = "标题"
PART = re.compile(r"^## +(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Change:
    """One heading with its lines that went and its lines that came."""

    heading: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


def text_of(article: Article) -> str:
    """What a reader sees: title, headings and the first lines for kinds of owners; dates and search words are not text."""
    parts = [(TITLE, article.title), *((h.name, h.text) for h in article.headings)]
    parts += [(f"首句（{taxonomy.OWNER_TYPES[k]}）", line) for k, line in sorted(article.variants.items())]
    return "\n".join(f"## {name}\n{text.strip()}" for name, text in parts)


def parts_of(text: str) -> dict[str, str]:
    pieces = PART.split(text)
    return {name: body.strip() for name, body in zip(pieces[1::2], pieces[2::2], strict=True)}


def difference(before: str, after: str) -> list[Change]:
    """Every heading whose text differs, in the order of the newer text."""
    old, new = parts_of(before), parts_of(after)
    return [change_of(name, old, new) for name in {**new, **old} if old.get(name) != new.get(name)]


def change_of(name: str, old: Mapping[str, str], new: Mapping[str, str]) -> Change:
    was, now = lines(old.get(name, "")), lines(new.get(name, ""))
    steps = [s for s in SequenceMatcher(None, was, now, autojunk=False).get_opcodes() if s[0] != "equal"]
    removed = tuple(line for _, a, b, _, _ in steps for line in was[a:b])
    added = tuple(line for _, _, _, a, b in steps for line in now[a:b])
    return Change(name, removed, added)


def lines(text: str) -> list[str]:
    return [line.strip().removeprefix("- ") for line in text.splitlines() if line.strip()]
