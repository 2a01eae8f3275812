"""What the judge's models see: of a unit its words, meaning and form; of an utterance its best units, cues and form."""

import re
from collections.abc import Collection, Sequence

import numpy as np

from embeddings import Encoder
from scenarios.judge.phrases import AT_ONCE, DEFINITE, VAGUE_TIME, VIOLATION_CUES
from scenarios.judge.units import Unit
from scenarios.rubric import POSITIVE, VIOLATIONS, Situation

LABELS = (*POSITIVE, *VIOLATIONS)
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


def unit_rest(situation: Situation, text: str, found: Sequence[Unit], encoder: Encoder) -> np.ndarray:
    """What units have beside their n-grams: meaning, form and place; shape (units, dim + shapes + place)."""
    place = [
        (
            unit.start == 0, unit.end >= len(text) - 1, min(unit.end - unit.start, 40) / 40,
            overlap(situation.owner_line, unit.text), situation.urgency == "P0",
        )
        for unit in found
    ]  # fmt: skip
    rest = np.array([[*shapes(u.text), *p] for u, p in zip(found, place, strict=True)], dtype=np.float32)
    return np.hstack([encoder.encode([u.text for u in found]), 0.5 * rest])


def whole_rest(text: str, cues: Collection[str], encoder: Encoder) -> np.ndarray:
    """What an utterance has beside its n-grams: meaning, form and cues; shape (dim + shapes + labels,)."""
    return np.concatenate([encoder.encode([text])[0], 0.5 * np.array(shapes(text)), cue_row(cues)]).astype(
        np.float32
    )


def final_row(said: np.ndarray, situation: Situation, text: str, cues: Collection[str]) -> np.ndarray:
    """Log odds of the best unit, of the whole and of the tagger, `said` (3, labels), with cues, form and situation."""
    return np.array([
        *(np.clip(said, -8, 8) / 2).ravel(), *cue_row(cues), *shapes(text),
        *(float(bool(p.search(text))) for p in VIOLATION_CUES.values()),
        *(float(situation.channel == c) for c in CHANNELS), *(float(situation.urgency == u) for u in URGENCIES),
        min(len(text), 200) / 200, overlap(situation.owner_line, text), float(len(text) < 12),
    ], dtype=np.float32)  # fmt: skip


def cue_row(cues: Collection[str]) -> list[float]:
    return [float(label in cues) for label in LABELS]


def shapes(text: str) -> list[float]:
    return [float(bool(pattern.search(text))) for _, pattern in SHAPES]


def overlap(owner_line: str, text: str) -> float:
    """Share of the owner's character pairs that the text takes up."""
    pairs = {owner_line[i : i + 2] for i in range(len(owner_line) - 1)}
    pairs = {p for p in pairs if re.fullmatch(r"[一-鿿]{2}", p)}
    return sum(p in text for p in pairs) / len(pairs) if pairs else 0.0
