"""Short answers: a key point is met when the answer as a whole asserts it, in whatever words.

Rules read what is asserted: figures, force, scope, order, actors. With an encoder at hand a fitted model weighs
what the rules found beside how near the wording is; see `weighing`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from quiz.grading import weighing
from quiz.grading.agreement import written_as
from quiz.grading.answer import (
    bare,
    clauses_of,
    heaped,
    phrases_of,
    read,
    said_as_written,
    taken_back,
    windows_of,
)
from quiz.grading.assertion import Similar, asserts, contradicts, means_the_same
from quiz.grading.comparing import compared
from quiz.grading.coverage import respelled
from quiz.grading.doubling import straight
from quiz.grading.features import closest, features
from quiz.grading.quantities import fold


@dataclass(frozen=True)
class Point:
    met: bool
    evidence: str


@dataclass(frozen=True)
class Grade:
    """`score` is the share of points met, 0 to 1."""

    score: float
    points: tuple[Point, ...]


def grade(key: Sequence[Sequence[str]], answer: str, similar: Similar | None = None) -> Grade:
    """Mark an answer against key points, each a list of accepted wordings.

    `similar` gives the cosine of two short texts, when an encoder is at hand; without it the rules decide alone.
    """
    if heaped(read(fold(answer))):
        points = tuple(Point(False, "") for _ in key)
    else:
        points = tuple(
            mark_point(wordings, answer, similar, [w for j, other in enumerate(key) if j != i for w in other])
            for i, wordings in enumerate(key)
        )
    met = sum(p.met for p in points)
    return Grade(met / len(points) if points else 0.0, points)


def mark_point(
    wordings: Sequence[str], answer: str, similar: Similar | None = None, others: Sequence[str] = ()
) -> Point:
    """Mark one point; `others` are the wordings of the other points of the key."""
    text = read(fold(answer))
    ruled = by_rule(wordings, text, similar, others)
    if similar is None or (ruled.met and any(said_as_written(k, written_as(k, text)) for k in map(fold, wordings))):
        return ruled
    found = features(wordings, answer, similar, others, ruled.met, compared(wordings, answer))
    if not weighing.met(found):
        return Point(False, "")
    return ruled if ruled.met else Point(True, nearest_words(wordings, text, similar))


def nearest_words(wordings: Sequence[str], text: str, similar: Similar) -> str:
    return closest([fold(w) for w in wordings], windows_of(text), similar)[1]


def by_rule(wordings: Sequence[str], text: str, similar: Similar | None, others: Sequence[str]) -> Point:
    """Mark one point as the answer puts it or, where that does not meet it, with its double negations written straight."""
    found = mark_text(wordings, text, similar, others)
    written = straight(text)
    return found if found.met or written == text else mark_text(wordings, written, similar, others)


def mark_text(wordings: Sequence[str], text: str, similar: Similar | None, others: Sequence[str]) -> Point:
    """Mark one point; a clause that asserts one of the `others` does not contradict this one."""
    first = fold(wordings[0])
    text = respelled(text, first)
    met = next((w for w in wordings if said_as_written(fold(w), text)), "") or stretch(
        wordings, text, similar
    )
    if not met or taken_back(first, text, others):
        return Point(False, "")
    own = bare(fold(met))
    doubtful = [
        c
        for c in dict.fromkeys([*clauses_of(text), *phrases_of(text)])
        if bare(c) not in own and contradicts(first, c, met)
    ]
    if any(not any(asserts(fold(o), c, similar) for o in others) for c in doubtful):
        return Point(False, "")
    return Point(True, met)


def stretch(wordings: Sequence[str], text: str, similar: Similar | None) -> str:
    """The first stretch of the answer that asserts one of the wordings, or nothing."""
    first, windows = fold(wordings[0]), windows_of(text)
    for key in map(fold, wordings):
        for window in windows:
            if asserts(key, window, similar) and means_the_same(first, key, window):
                return window
    return ""
