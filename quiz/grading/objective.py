"""Objective answers: the mark of one answer as a share of 1, with the rule stated to those who sit it."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from quiz.grading.short import Grade, Similar, grade
from quiz.questions import KEYED, LETTERS, Question

MULTIPLE_RULE = "多选:全对得满分;漏选按选对的比例给分;选了错的不得分"


@dataclass(frozen=True)
class Mark:
    """`points` explains a keyed answer point by point; `shown` is the answer in words."""

    share: float
    shown: str
    points: tuple[tuple[str, bool, str], ...] = ()

    @property
    def right(self) -> bool:
        return self.share >= 0.999


def mark(question: Question, answer: object, similar: Similar | None = None) -> Mark:
    """Mark an answer as it was saved: option numbers, an order, pairs, or text; None is no answer."""
    if answer in (None, "", [], {}):
        return Mark(0.0, "没有作答")
    if question.type in KEYED:
        return keyed(question, str(answer), similar)
    if question.type == "matching":
        return matching(question, dict(answer))
    chosen = numbers(answer)
    if question.type == "ordering":
        return Mark(ordering(question, chosen), shown(question, answer))
    if question.type == "multiple":
        return Mark(multiple(question.answer, chosen), shown(question, answer))
    return Mark(float(tuple(chosen) == question.answer), shown(question, answer))


def shown(question: Question, answer: object) -> str:
    """An answer as it was saved, in words."""
    if answer in (None, "", [], {}):
        return "没有作答"
    if question.type in KEYED:
        return str(answer)
    if question.type == "matching":
        return ";".join(f"{a} — {b}" for a, b in dict(answer).items())
    chosen = numbers(answer)
    if question.type == "ordering":
        return " → ".join(question.options[c] for c in chosen if 0 <= c < len(question.options))
    if question.type == "judge":
        return "对" if chosen == [1] else "错"
    return letters(chosen)


def numbers(answer: object) -> list[int]:
    values = answer if isinstance(answer, list) else [answer]
    return [int(v) for v in values if str(v).lstrip("-").isdigit()]


def letters(chosen: Sequence[int]) -> str:
    return "".join(LETTERS[c] for c in sorted(chosen) if 0 <= c < len(LETTERS))


def multiple(right: Sequence[int], chosen: Sequence[int]) -> float:
    """All or a share for what is missing; nothing once a wrong option is chosen."""
    if set(chosen) - set(right):
        return 0.0
    return len(set(chosen)) / len(right)


def ordering(question: Question, chosen: Sequence[int]) -> float:
    """Full mark for the right order, else the share of neighbours in the right order, halved."""
    if list(chosen) == list(question.answer):
        return 1.0
    if sorted(chosen) != sorted(question.answer):
        return 0.0
    return 0.5 * sum(b == a + 1 for a, b in itertools.pairwise(chosen)) / (len(chosen) - 1)


def matching(question: Question, chosen: dict) -> Mark:
    right = dict(question.pairs)
    hits = sum(chosen.get(left) == other for left, other in right.items())
    return Mark(hits / len(right), shown(question, chosen))


def keyed(question: Question, answer: str, similar: Similar | None) -> Mark:
    found: Grade = grade(question.key, answer, similar)
    points = tuple((k[0], p.met, p.evidence) for k, p in zip(question.key, found.points, strict=True))
    return Mark(found.score, answer, points)


def right_answer(question: Question) -> str:
    """The key in words, shown only after the answer is in."""
    if question.type == "judge":
        return "对" if question.answer == (1,) else "错"
    if question.type in ("single", "multiple"):
        return letters(question.answer)
    if question.type == "ordering":
        return " → ".join(question.options)
    if question.type == "matching":
        return ";".join(f"{a} — {b}" for a, b in question.pairs)
    return ";".join(k[0] for k in question.key)
