"""What the judge's models see: of a unit its words, meaning and form; of an utterance its best units, cues and form."""

import re
import zlib
from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np

from embeddings import Encoder
from scenarios.judge.cues import AT_ONCE, DEFINITE, VAGUE_TIME, VIOLATION_CUES
from scenarios.judge.units import Unit
from scenarios.rubric import POSITIVE, VIOLATIONS, Situation

LABELS = (*POSITIVE, *VIOLATIONS)
HASHED = 1 << 14
NEGATED_NEXT = re.compile(r"(不能|不会|不可以|不要|千万别|别|没有|不是|不得|不用|无法|没法)([一-鿿]{1,2})")
# Forms that carry negation, quotation, condition, commitment and address.
SHAPES = (
    ("definite", DEFINITE), ("at-once", AT_ONCE), ("vague", VAGUE_TIME), ("question", re.compile(r"[?？]|吗|呢[。，]?$")),
    ("condition", re.compile(r"如果|要是|否则|不然|才(?:能|给|会)|先.{0,8}再")), ("quote", re.compile(r"[“”「」\"]")),
    ("polite", re.compile(r"您")), ("curt", re.compile(r"(?<!您)你(?!好)")), ("we-do", re.compile(r"我(?:们)?(?:来|去|会|马上|这就|现在|先|帮|给)")),
    ("you-do", re.compile(r"(?:您|你)(?:自己|去|自行)")), ("promise", re.compile(r"保证|一定|肯定|绝对|承诺")),
    ("deny", re.compile(r"不能|不会|不可以|无法|没法|不方便|不得")), ("turn", re.compile(r"但是?|不过|可是|然而")),
    ("exclaim", re.compile(r"[!！]")), ("digits", re.compile(r"\d{3,}")), ("double", re.compile(r"不(?:会|能|可能|是)不|没有不|哪能不|不得不")),
    ("they-said", re.compile(r"(?:同事|师傅|保安|前台|他|她|有人|之前|上次|刚才).{0,6}(?:说|讲|回)")),
)  # fmt: skip
CHANNELS = ("phone", "desk", "visit", "wechat", "emergency")
URGENCIES = ("P0", "P1", "P2", "P3")
PLACE = 5


def unit_size(dim: int) -> int:
    return HASHED + dim + len(SHAPES) + PLACE


def utterance_size() -> int:
    return 2 * len(LABELS) + len(VIOLATION_CUES) + len(SHAPES) + len(CHANNELS) + len(URGENCIES) + 4


def unit_rows(
    situation: Situation, text: str, found: Sequence[Unit], encoder: Encoder
) -> tuple[list, np.ndarray]:
    """Hashed n-grams of each unit as (columns, values), and the dense part, shape (units, dim + shapes + place)."""
    sparse = []
    for unit in found:
        counted = grams(unit.text)
        scale = 1.0 / max(1.0, len(counted)) ** 0.5
        sparse.append(([h for h, _ in counted], [scale * n for _, n in counted]))
    place = [
        (
            unit.start == 0, unit.end >= len(text) - 1, min(unit.end - unit.start, 40) / 40,
            overlap(situation.owner_line, unit.text), situation.urgency == "P0",
        )
        for unit in found
    ]  # fmt: skip
    rest = np.array([[*shapes(u.text), *p] for u, p in zip(found, place, strict=True)], dtype=np.float32)
    return sparse, np.hstack([encoder.encode([u.text for u in found]), 0.5 * rest])


def utterance_row(best: np.ndarray, situation: Situation, text: str, cues: Collection[str]) -> np.ndarray:
    """`best` (labels,) log odds of the best unit of each label, with cues, form and situation."""
    return np.array([
        *(np.clip(best, -6, 6) / 2),
        *(float(label in cues) for label in LABELS),
        *(float(bool(p.search(text))) for p in VIOLATION_CUES.values()),
        *shapes(text),
        *(float(situation.channel == c) for c in CHANNELS),
        *(float(situation.urgency == u) for u in URGENCIES),
        min(len(text), 200) / 200, overlap(situation.owner_line, text), float(len(text) < 12),
        float(len(cues) > 4),
    ], dtype=np.float32)  # fmt: skip


def shapes(text: str) -> list[float]:
    return [float(bool(pattern.search(text))) for _, pattern in SHAPES]


def overlap(owner_line: str, text: str) -> float:
    """Share of the owner's character pairs that the text takes up."""
    pairs = {owner_line[i : i + 2] for i in range(len(owner_line) - 1)}
    pairs = {p for p in pairs if re.fullmatch(r"[一-鿿]{2}", p)}
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
