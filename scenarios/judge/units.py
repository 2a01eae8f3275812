"""The pieces of an utterance that can prove a label: sentences, clauses, and neighbouring clauses."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

SENTENCE_END = re.compile(r"(?<=[。！？!?；;\n])")
CLAUSE = re.compile(r"[^，,、：:]+[，,、：:]?")


@dataclass(frozen=True)
class Unit:
    """Characters `start` to `end` of the utterance."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def units(text: str) -> tuple[Unit, ...]:
    found: list[Unit] = []
    at = 0
    for sentence in SENTENCE_END.split(text):
        if sentence.strip():
            found += [Unit(text[a:b], a, b) for a, b in pieces(sentence, at)]
        at += len(sentence)
    return tuple(found)


def pieces(sentence: str, at: int) -> list[tuple[int, int]]:
    """The sentence itself, its clauses, and each two clauses that stand together."""
    parts = [(at + m.start(), at + m.end()) for m in CLAUSE.finditer(sentence)]
    whole = [(at, at + len(sentence))]
    if len(parts) < 2:
        return whole
    pairs = [(a, b) for (a, _), (_, b) in pairwise(parts)] if len(parts) > 2 else []
    return [*whole, *parts, *pairs]


def covered(unit: Unit, start: int, end: int) -> float:
    """Share of the span `start`–`end` that the unit holds."""
    inside = min(unit.end, end) - max(unit.start, start)
    return max(inside, 0) / max(end - start, 1)
