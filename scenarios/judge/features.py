"""Features of an utterance: hashed words and pairs, cues, negation, time, commitment, the situation."""

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from scenarios.judge.clauses import clauses
from scenarios.judge.cues import AT_ONCE, DEFINITE, POSITIVE_CUES, VAGUE_TIME, VIOLATION_CUES
from scenarios.rubric import POSITIVE, VIOLATIONS, Situation

HASHED = 1 << 13
LABELS = (*POSITIVE, *VIOLATIONS)
NEGATED_NEXT = re.compile(r"(不能|不会|不可以|不要|千万别|别|没有|不是|不得|不用|无法|没法)([一-鿿]{1,2})")
SHAPES = (
    ("definite", DEFINITE), ("at-once", AT_ONCE), ("vague", VAGUE_TIME), ("question", re.compile(r"[?？]")),
    ("condition", re.compile(r"如果|要是|否则|不然|才(?:能|给|会)|先.{0,8}再")), ("quote", re.compile(r"[“”「」\"]")),
    ("polite", re.compile(r"您")), ("curt", re.compile(r"(?<!您)你(?!好)")), ("we-do", re.compile(r"我(?:们)?(?:来|去|会|马上|这就|现在|先|帮|给)")),
    ("you-do", re.compile(r"(?:您|你)(?:自己|去|自行)")), ("promise", re.compile(r"保证|一定|肯定|绝对|承诺")),
    ("deny", re.compile(r"不能|不会|不可以|无法|没法|不方便|不得")), ("turn", re.compile(r"但是?|不过|可是|然而")),
    ("exclaim", re.compile(r"[!！]")), ("digits", re.compile(r"\d{3,}")),
)  # fmt: skip
CHANNELS = ("phone", "desk", "visit", "wechat", "emergency")
URGENCIES = ("P0", "P1", "P2", "P3")
DENSE = len(LABELS) * 2 + len(SHAPES) + len(CHANNELS) + len(URGENCIES) + 4
FEATURE_COUNT = HASHED + DENSE


def features(situation: Situation, text: str, cues: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Column numbers and values of the features that are not zero."""
    hashed = grams(text)
    rows = np.array([h for h, _ in hashed] + list(range(HASHED, FEATURE_COUNT)), dtype=np.int64)
    scale = 1.0 / max(1.0, len(hashed)) ** 0.5
    values = np.array([scale * n for _, n in hashed] + dense(situation, text, cues), dtype=np.float32)
    return rows, values


def dense(situation: Situation, text: str, cues: Sequence[str]) -> list[float]:
    raw = [float(bool(pattern.search(text))) for pattern in VIOLATION_CUES.values()]
    raw = [0.0] * len(POSITIVE_CUES) + raw
    return [
        *(float(label in cues) for label in LABELS),
        *raw,
        *(float(bool(pattern.search(text))) for _, pattern in SHAPES),
        *(float(situation.channel == c) for c in CHANNELS),
        *(float(situation.urgency == u) for u in URGENCIES),
        min(len(text), 200) / 200,
        min(len(clauses(text)), 12) / 12,
        overlap(situation.owner_line, text),
        float(len(text) < 12),
    ]


def overlap(owner_line: str, text: str) -> float:
    pairs = {
        owner_line[i : i + 2]
        for i in range(len(owner_line) - 1)
        if re.fullmatch(r"[一-鿿]{2}", owner_line[i : i + 2])
    }
    return sum(p in text for p in pairs) / len(pairs) if pairs else 0.0


@lru_cache(maxsize=20_000)
def grams(text: str) -> tuple[tuple[int, float], ...]:
    """Hashed character runs of one to four, and negated words as words of their own."""
    counts: dict[int, float] = {}
    plain = re.sub(r"[^一-鿿a-z0-9？?！]", " ", text.lower())
    for run in plain.split():
        for size, weight in ((1, 0.4), (2, 1.0), (3, 1.0), (4, 0.7)):
            for at in range(len(run) - size + 1):
                key = zlib.crc32(run[at : at + size].encode()) % HASHED
                counts[key] = min(counts.get(key, 0.0) + weight, 2.0)
    for denied in NEGATED_NEXT.finditer(text):
        key = zlib.crc32(f"NOT {denied[2]}".encode()) % HASHED
        counts[key] = min(counts.get(key, 0.0) + 1.5, 3.0)
    return tuple(counts.items())


def evidence_clause(text: str, weights: np.ndarray) -> str:
    """The clause whose words weigh most for a label."""

    def weight(part: str) -> float:
        return sum(float(weights[h]) * n for h, n in grams(part))

    parts = [c.text for c in clauses(text)]
    return max(parts, key=weight) if parts else text
