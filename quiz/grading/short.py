"""Short answers: a key point is met when the answer as a whole asserts it, in whatever words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from quiz.grading import meaning
from quiz.grading.coverage import content, content_share, respelled
from quiz.grading.quantities import Quantity, fold, quantities

# Share of the key's content that a clause must hold; set by hand, not yet measured on labelled answers.
ENOUGH = 0.5
RELATED = 0.4
# A key point that joins two duties wants both; of each this share of the content must be said.
PARTS = re.compile(r"[,，]|并且?(?!不)|且")
LEAST_OF_PART = 0.3
# What a duty asks for begins after its modal verb.
MODAL = re.compile(r"^.{0,24}?(?:应当|必须|不得|不能|不可以?|不准|须|应|要(?!求))")
CLAUSE = re.compile(
    r"[。！？!?；;\n]|[,，、](?=(?:但|而|并|同时|然后|再|也|且|不过|如果|否则|由|应|不|可|要|必须|物业|业主|客服))"
)
HEAP = re.compile(
    r"^[^。，,！？；;]{1,8}(?:[ /|+]+[^ 。，,！？；;/|+]{1,8}){3,}$|^[^。，,、！？；;]{1,5}(?:[，,、][^。，,、！？；;]{1,5}){4,}$"
)
Similar = Callable[[str, str], float]


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
    said = [c for c in re.split(r"[,，。；;]", text)[1:] if not any(content_share(fold(o), c) >= ENOUGH for o in others)]
    if any(grants(key, clause) for clause in said):
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


def asserts(key: str, said: str, similar: Similar | None) -> bool:
    wanted, given = quantities(key), quantities(said)
    if wanted and not quantities_agree(wanted, given):
        return False
    if meaning.HEDGE.search(said) and not meaning.HEDGE.search(key):
        return False
    if not meaning.force_agrees(meaning.force(key), meaning.force(near(key, said))):
        return False
    if meaning.excluded(key, said) or meaning.other_actor(key, said) or wrong_order(key, said):
        return False
    return covers(key, said, bool(wanted), similar)


def means_the_same(first: str, key: str, said: str) -> bool:
    """Whether the clause keeps what the first wording says and a shorter `key` leaves out: every part, who acts, before or after."""
    parts = [MODAL.sub("", part) for part in PARTS.split(first) if part]
    wordy = [p for p in parts if content(p) and not quantities(p)] if len(parts) > 1 else []
    if any(content_share(part, said) < LEAST_OF_PART for part in wordy):
        return False
    if meaning.other_subject(first, said) or meaning.too_late(first, said):
        return False
    return not meaning.excluded(first, said) or meaning.excluded(first, key)


def quantities_agree(wanted: Sequence[Quantity], given: Sequence[Quantity]) -> bool:
    """Every quantity of the key is said, on the same side, and no rival of its dimension stands beside it."""
    for quantity in wanted:
        same = [g for g in given if same_size(g, quantity)]
        if not same or not any(sides_agree(quantity.side, g.side) for g in same):
            return False
    sizes = {q.size for q in wanted}
    dimensions = {q.dimension for q in wanted}
    rivals = [
        g
        for g in given
        if g.dimension in dimensions and g.size not in sizes and g.dimension not in ("article", "number")
    ]
    return not rivals


def same_size(a: Quantity, b: Quantity) -> bool:
    if a.dimension == b.dimension:
        return abs(a.value - b.value) < 1e-6
    return (
        "number" in (a.dimension, b.dimension)
        and {a.dimension, b.dimension} & {"article"} != set()
        and a.value == b.value
    )


def sides_agree(wanted: str, given: str) -> bool:
    return (
        wanted == given or not wanted or not given
        if "after" not in (wanted, given)
        else wanted == given or (not wanted and given != "after")
    )


def near(key: str, said: str) -> str:
    """The part of the clause that speaks of the key's content: what is far from it has its own force."""
    parts = [p for p in re.split(r"[,，、 ]", said) if p]
    if len(parts) < 2:
        return said
    shared = [p for p in parts if content_share(key, p) > 0.15 or quantities(p)]
    return " ".join(shared) if shared else said


def wrong_order(key: str, said: str) -> bool:
    steps = meaning.order_of(key)
    if not steps:
        return False
    told = meaning.order_of(said)
    if told:
        straight = content_share(steps[0], told[0]) + content_share(steps[1], told[1])
        crossed = content_share(steps[0], told[1]) + content_share(steps[1], told[0])
        return crossed > straight
    first, second = place(steps[0], said), place(steps[1], said)
    return first >= 0 and second >= 0 and first > second


def place(step: str, said: str) -> int:
    """Where a step is named in the text, by its first content pair found, or -1."""
    spots = [said.find(step[i : i + 2]) for i in range(len(step) - 1)]
    return min((s for s in spots if s >= 0), default=-1)


def covers(key: str, said: str, has_numbers: bool, similar: Similar | None) -> bool:
    words = content(key)
    if not words:
        return True
    share = content_share(key, said)
    if share >= (ENOUGH - 0.1 if has_numbers else ENOUGH):
        return True
    return bool(similar) and share >= RELATED - 0.15 and similar(key, said) >= 0.62


def contradicts(key: str, clause: str, met: str) -> bool:
    """Whether another clause on the same matter says something else: another number, force or actor."""
    if clause in met and len(clause) > 0.9 * len(met):
        return False
    if content_share(key, clause) < 0.6:
        return False
    wanted, given = quantities(key), quantities(clause)
    rival = any(g.dimension == w.dimension and g.size != w.size for w in wanted for g in given)
    said, needed = meaning.force(clause), meaning.force(key)
    turned = not meaning.force_agrees(needed, said) and said != "may"
    return rival or turned or meaning.excluded(key, clause)
