"""An answer as the marker reads it: its last version, its clauses and phrases, and what in it takes a point back."""

import re
from collections.abc import Sequence

from quiz.grading import meaning
from quiz.grading.assertion import ENOUGH
from quiz.grading.coverage import content, content_share
from quiz.grading.quantities import Quantity, fold, quantities

CLAUSE = re.compile(
    r"[。！？!?；;\n]|[,，、](?=(?:但|而|并|同时|然后|再|也|且|不过|如果|否则|由|应|不|可|要|必须|物业|业主|客服))"
)
HEAP = re.compile(
    r"^[^。，,！？；;]{1,8}(?:(?:[ |+]|(?<![a-z])/)+[^ 。，,！？；;/|+]{1,8}){3,}$|^[^。，,、！？；;]{1,5}(?:[，,、][^。，,、！？；;]{1,5}){4,}$"
)

MOST_PHRASES = 12
# Share of what an exception grants that must be the key's own matter.
MOST_OF_ACT = 0.5


def read(folded: str) -> str:
    """What a folded answer says in the end: denied opinions and what is put right left out."""
    return last_version(without_denied(folded))


def heaped(text: str) -> bool:
    """Whether the text only heaps up words, or is empty."""
    return not text or bool(HEAP.match(text))


def clauses_of(text: str) -> list[str]:
    return [c.strip(" ,，、") for c in CLAUSE.split(text) if c and c.strip(" ,，、")]


def last_version(text: str) -> str:
    """After a self-correction only what follows counts, with the clauses before the corrected one and what of that is not corrected."""
    parts = meaning.CORRECTION.split(text)
    if len(parts) == 1:
        return text
    *kept, corrected = re.split(r"[。；;\n]|[,，]", parts[-2].rstrip("，,。 "))
    given = quantities(parts[-1])
    if not given and content(parts[-1]):
        corrected = ""
    mended = with_quantity(corrected, given, parts[-1])
    return "，".join(part for part in (*kept, mended, parts[-1]) if part)


def with_quantity(clause: str, given: Sequence[Quantity], text: str) -> str:
    """The clause with its last figure of the same measure as the first of `given`, which stands in `text`, put right; without its figures where none is."""
    same = [q for q in quantities(clause) if given and q.dimension == given[0].dimension]
    if same:
        return clause[: same[-1].start] + text[given[0].start : given[0].end] + clause[same[-1].end :]
    bare_clause = without_quantities(clause)
    return bare_clause if content(bare_clause) else ""


def without_quantities(text: str) -> str:
    for found in reversed(quantities(text)):
        text = text[: found.start] + text[found.end :]
    return text


def without_denied(text: str) -> str:
    """Wrong statements that are quoted in order to deny them say nothing."""
    return meaning.SUPPOSED.sub("", meaning.DENIED.sub(" ", text))


def phrases_of(text: str) -> list[str]:
    return [c.strip() for c in re.split(r"[,，。；;！!？?\n]", text) if c.strip()]


def windows_of(text: str) -> list[str]:
    """The stretches of an answer that may assert a point: neighbouring clauses, the whole, and, where nothing is said on condition, neighbouring phrases."""
    clauses = clauses_of(text)
    joined = [" ".join(clauses[i : i + n]) for n in (1, 2, 3) for i in range(len(clauses) - n + 1)]
    phrases = phrases_of(text)
    if meaning.HEDGE.search(text) or meaning.ORDER.search(text) or len(phrases) > MOST_PHRASES:
        phrases = []
    joined += [text] + [",".join(phrases[i : i + n]) for n in (1, 2, 3) for i in range(len(phrases) - n + 1)]
    return list(dict.fromkeys(joined))


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
    """Whether a clause allows what the key forbids, or spares what it demands: 金额小的可以收, 消毒不用做."""
    found = meaning.GRANTED.search(clause)
    if not found or meaning.force(key) not in ("must", "must-not", "not", ""):
        return False
    act = found[1] or found[2] or ""
    named = content(clause[: found.start()]) if act in ("做", "办", "弄", "管") else content(act)
    shared = content_share(" ".join(named), key) >= MOST_OF_ACT if named else True
    if meaning.force(clause) == "need-not":
        return meaning.force(key) in ("must", "") and shared
    return meaning.force(key) in ("must-not", "not") and bool(named) and shared


def said_as_written(key: str, text: str) -> bool:
    """Whether the wording itself stands in the answer, whole and not denied by the character before it."""
    found = re.search(rf"(?<![不没未非无勿0-9.]){re.escape(bare(key))}(?![0-9.])", bare(text))
    return bool(key and found) and not meaning.IF_CONVENIENT.search(text)


def bare(text: str) -> str:
    return re.sub(r"[\s，,、。；;：:！!？?“”\"'（）()]", "", text)
