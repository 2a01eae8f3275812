"""Short answers: a key point is met when the answer as a whole asserts it, in whatever words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from quiz.grading import meaning
from quiz.grading.assertion import ENOUGH, Similar, asserts, contradicts, means_the_same
from quiz.grading.coverage import content, content_share, respelled
from quiz.grading.doubling import straight
from quiz.grading.quantities import fold, quantities

CLAUSE = re.compile(
    r"[。！？!?；;\n]|[,，、](?=(?:但|而|并|同时|然后|再|也|且|不过|如果|否则|由|应|不|可|要|必须|物业|业主|客服))"
)
HEAP = re.compile(
    r"^[^。，,！？；;]{1,8}(?:[ /|+]+[^ 。，,！？；;/|+]{1,8}){3,}$|^[^。，,、！？；;]{1,5}(?:[，,、][^。，,、！？；;]{1,5}){4,}$"
)


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

    `similar` gives the cosine of two short texts, when an encoder is at hand.
    """
    text = last_version(without_denied(fold(answer)))
    if HEAP.match(text) or not text:
        points = tuple(Point(False, "") for _ in key)
    else:
        points = tuple(
            mark_point(
                wordings, text, similar, others=[w for j, other in enumerate(key) if j != i for w in other]
            )
            for i, wordings in enumerate(key)
        )
    met = sum(p.met for p in points)
    return Grade(met / len(points) if points else 0.0, points)


def last_version(text: str) -> str:
    """After a self-correction only what follows counts, with the clauses before the corrected one."""
    parts = meaning.CORRECTION.split(text)
    if len(parts) == 1:
        return text
    *kept, corrected = re.split(r"[。；;\n]|[,，]", parts[-2].rstrip("，,。 "))
    if not quantities(parts[-1]) and content(parts[-1]):
        corrected = ""
    return "，".join([*(k for k in kept if k), without_quantities(corrected) + parts[-1]])


def without_quantities(text: str) -> str:
    for found in reversed(quantities(text)):
        text = text[: found.start] + text[found.end :]
    return text


def without_denied(text: str) -> str:
    """Wrong statements that are quoted in order to deny them say nothing."""
    return meaning.DENIED.sub(" ", text)


def mark_point(
    wordings: Sequence[str], text: str, similar: Similar | None, others: Sequence[str] = ()
) -> Point:
    """Mark one point as the answer puts it or, where that does not meet it, with its double negations written straight."""
    found = mark_text(wordings, text, similar, others)
    written = straight(text)
    return found if found.met or written == text else mark_text(wordings, written, similar, others)


def mark_text(wordings: Sequence[str], text: str, similar: Similar | None, others: Sequence[str]) -> Point:
    """Mark one point; a clause that asserts one of the `others` does not contradict this one."""
    text = respelled(text, fold(wordings[0]))
    clauses = [c.strip(" ,，、") for c in CLAUSE.split(text) if c and c.strip(" ,，、")]
    windows = [" ".join(clauses[i : i + n]) for n in (1, 2, 3) for i in range(len(clauses) - n + 1)]
    windows = list(dict.fromkeys([*windows, text]))
    met = next((w for w in wordings if said_as_written(fold(w), text)), "")
    for wording in wordings if not met else ():
        key = fold(wording)
        for window in windows:
            if asserts(key, window, similar) and means_the_same(fold(wordings[0]), key, window):
                met = met or window
                break
        if met:
            break
    if met and any(taken_back(fold(w), text, others) for w in wordings[:1]):
        return Point(False, "")
    own = bare(fold(met))
    doubtful = [
        c
        for c in clauses
        if met and bare(c) not in own and any(contradicts(fold(w), c, met) for w in wordings[:1])
    ]
    if any(not any(asserts(fold(o), c, similar) for o in others) for c in doubtful):
        return Point(False, "")
    return Point(bool(met), met)


def taken_back(key: str, text: str, others: Sequence[str]) -> bool:
    """Whether an exception to the duty or figure of the key is granted after it; what `others` ask for is none."""
    if meaning.force(key) == "may" or meaning.CONCESSION.search(key):
        return False
    if any(
        meaning.force(clause) == "may" and content_share(key, clause) >= 0.2
        for clause in re.split(r"[,，。；;]", text)
        if meaning.force(key) == "must-not"
    ):
        return True
    said = [
        c
        for c in re.split(r"[,，。；;]", text)[1:]
        if not any(content_share(fold(o), c) >= ENOUGH for o in others)
    ]
    if any(grants(key, clause) for clause in said):
        return True
    if any(meaning.OR_ELSE.search(clause) for clause in said):
        return True
    found = meaning.CONCESSION.search(text)
    return bool(found) and (
        content_share(key, found[0]) >= 0.15 or bool(quantities(found[0]) and quantities(key))
    )


def grants(key: str, clause: str) -> bool:
    """Whether a clause allows what the key forbids, or spares what it demands, naming only the act: 金额小的可以收."""
    found = meaning.GRANTED.search(clause)
    if not found or meaning.force(key) not in ("must", "must-not", "not", ""):
        return False
    words = "".join(content(found[1] or found[2] or ""))
    shared = any(c in "".join(content(key)) for c in words)
    if meaning.force(clause) == "need-not":
        return meaning.force(key) in ("must", "") and (shared or not words)
    return meaning.force(key) in ("must-not", "not") and shared


def said_as_written(key: str, text: str) -> bool:
    """Whether the wording itself stands in the answer, whole and not denied by the character before it."""
    found = re.search(rf"(?<![不没未非无勿0-9.]){re.escape(bare(key))}(?![0-9.])", bare(text))
    return bool(key and found) and not meaning.IF_CONVENIENT.search(text)


def bare(text: str) -> str:
    return re.sub(r"[\s，,、。；;：:！!？?“”\"'（）()]", "", text)
