"""A question on its way in: the fields as an author would write them, and the place they stood at."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from kb.reading import HIDDEN
from quiz.questions import KEYED, LETTERS, TYPES, Question

TYPE_IDS = {name: kind for kind, name in TYPES.items()}
LABELS = {
    "id": "编号", "type": "题型", "stem": "题干", "options": "选项", "answer": "答案", "pairs": "配对", "key": "要点",
    "explanation": "解析", "difficulty": "难度", "cites": "出处", "red_line": "红线", "basis": "依据",
}  # fmt: skip
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Draft:
    """`row` has the fields of a question file; `section` is empty when the file does not say."""

    where: str
    row: Mapping
    section: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where in the file."""

    where: str
    message: str


class Misread(ValueError):
    """One question of the file cannot be read; the message says why."""


def clean(text: object) -> str:
    """Text without hidden and control characters, one kind of line end, no space around it."""
    plain = str(text).replace("\r\n", "\n").replace("\r", "\n")
    return CONTROL.sub("", HIDDEN.sub("", plain)).strip()


def row_of(q: Question) -> dict:
    """The fields as they stand in a question file; reading them gives the same question."""
    row: dict = {"id": q.id, "type": q.type, "stem": q.stem}
    if q.options:
        row["options"] = list(q.options)
    if q.type in ("single", "multiple"):
        row["answer"] = "".join(LETTERS[a] for a in q.answer)
    if q.type == "judge":
        row["answer"] = "对" if q.answer == (1,) else "错"
    if q.pairs:
        row["pairs"] = dict(q.pairs)
    if q.type in KEYED:
        row["key"] = [list(p) for p in q.key]
    row |= {
        "explanation": q.explanation,
        "difficulty": q.difficulty,
        "cites": [f"{a}#{h}" for a, h in q.cites],
    }
    return row | {name: getattr(q, name) for name in ("red_line", "basis") if getattr(q, name)}


def tags_of(q: Question, *, with_type: bool) -> list[str]:
    """What Moodle has no field for, as tags."""
    tags = [f"题型:{TYPES[q.type]}"] if with_type else []
    tags += [f"难度:{q.difficulty}", *(f"出处:{a}#{h}" for a, h in q.cites)]
    return tags + [f"{label}:{text}" for label, text in (("红线", q.red_line), ("依据", q.basis)) if text]


def read_tags(tags: list[str]) -> tuple[dict, list[str]]:
    """Fields of the tags, and the tags that mean nothing here."""
    row: dict = {"cites": []}
    other = []
    for tag in tags:
        label, _, value = tag.replace("：", ":").partition(":") if ":" not in tag else tag.partition(":")
        label, value = label.strip(), value.strip()
        if label == "难度":
            row["difficulty"] = int(value) if value.isdigit() else value
        elif label == "出处":
            row["cites"].append(value)
        elif label == "红线":
            row["red_line"] = value
        elif label == "依据":
            row["basis"] = value
        elif label == "题型":
            row["type"] = TYPE_IDS.get(value, value)
        else:
            other.append(tag)
    return row, other


def section_of(question_id: str) -> str:
    return question_id.rsplit("-q", 1)[0] if "-q" in question_id else ""


def put_apart(line: str) -> list[str]:
    r"""Split at “|”; “\|” is the character itself, “\n” a new line and “\\” a backslash."""
    parts, now, at = [], "", 0
    while at < len(line):
        if line[at] == "\\" and at + 1 < len(line):
            now += {"n": "\n"}.get(line[at + 1], line[at + 1])
            at += 2
            continue
        if line[at] == "|":
            parts.append(now.strip())
            now = ""
        else:
            now += line[at]
        at += 1
    return [*parts, now.strip()]


def put_together(parts) -> str:
    return " | ".join(p.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n") for p in parts)


class TextOnly(HTMLParser):
    """The words of a piece of HTML, with the ends of paragraphs kept."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.lost: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag == "br":
            self.words.append("\n")
        if tag in ("img", "audio", "video", "iframe", "script", "object"):
            self.lost.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "div", "li", "tr"):
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def plain_text(html: str) -> tuple[str, list[str]]:
    """The text of HTML, and the kinds of things that text cannot hold."""
    parser = TextOnly()
    parser.feed(html)
    parser.close()
    text = re.sub(r"\n{2,}", "\n", "".join(parser.words).replace("\xa0", " "))
    return clean(text), parser.lost
