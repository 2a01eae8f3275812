"""Labelled utterances: what trains and measures the judge, read from the tagged text of `scenarios/utterances`.

One file a writer, one block a situation; the format and the labels are told in `scenarios/utterances/AUTHORING.md`.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from kb import taxonomy
from scenarios.rubric import POSITIVE, VIOLATIONS, Situation

UTTERANCES = Path(__file__).parents[1] / "utterances"
GRADES = ("优", "中", "差")
HARD = (
    "反义", "反讽", "无套话", "引述", "双重否定", "拒绝中的忌语", "附条件", "假依据", "堆词", "先对后错", "硬边界",
)  # fmt: skip
SPAN = re.compile(r"\{([a-z+-]+)[:：]([^{}]+)\}")
# One situation in four is kept for the test.
TEST_SHARE = 4


@dataclass(frozen=True)
class Utterance:
    """One thing staff said, with the words that show each label."""

    writer: str
    situation: Situation
    text: str
    spans: tuple[tuple[str, str], ...]  # (label, the proving words)
    grade: str
    hard: str

    @property
    def labels(self) -> frozenset[str]:
        return frozenset(label for label, _ in self.spans)

    @property
    def split(self) -> str:
        """`test` for one situation in four; all of a situation's utterances fall on the same side."""
        s = self.situation
        key = f"{s.intent}|{s.channel}|{s.owner_line}"
        return "test" if crc32(key.encode()) % TEST_SHARE == 0 else "train"


def load(folder: Path = UTTERANCES) -> list[Utterance]:
    """All labelled utterances, by writer; raises ValueError naming file, line and fault."""
    return [u for path in sorted(folder.glob("*.txt")) for u in read(path)]


def read(path: Path) -> Iterator[Utterance]:
    situation, owner_line = None, ""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        line = line.strip()
        try:
            if line.startswith("#"):
                situation, owner_line = situation_of(line), ""
            elif line.startswith(">"):
                owner_line = line[1:].strip()
            elif line:
                if situation is None or not owner_line:
                    raise ValueError("前面缺少 # 行或 > 行")
                yield utterance_of(path.stem, Situation(*situation, owner_line), line)
        except ValueError as error:
            raise ValueError(f"{path.name} 第 {number} 行:{error}") from error


def situation_of(line: str) -> tuple[str, str, str, str]:
    parts = [p.strip() for p in line.lstrip("# ").split("·")]
    if len(parts) != 4:
        raise ValueError("# 行要写“意图 · 业主类型 · 渠道 · 紧急度”")
    known = (taxonomy.INTENTS, taxonomy.OWNER_TYPES, taxonomy.CHANNELS, taxonomy.URGENCIES)
    for part, allowed in zip(parts, known, strict=True):
        if part not in allowed:
            raise ValueError(f"不认识“{part}”")
    return parts[0], parts[1], parts[2], parts[3]


def utterance_of(writer: str, situation: Situation, line: str) -> Utterance:
    head, mark, body = line.partition("|")
    grade, _, hard = head.strip().partition(" ")
    if not mark or grade not in GRADES or (hard.strip() and hard.strip() not in HARD):
        raise ValueError("一条要写“优|中|差 难例类型 | 话”")
    spans = tuple((label, words) for labels, words in SPAN.findall(body) for label in labels.split("+"))
    for label, _ in spans:
        if label not in POSITIVE and label not in VIOLATIONS:
            raise ValueError(f"不认识标签“{label}”")
    text = SPAN.sub(r"\2", body).strip()
    if "{" in text or "}" in text:
        raise ValueError("花括号没有写对")
    return Utterance(writer, situation, text, spans, grade, hard.strip())


def summary(rows: Sequence[Utterance]) -> str:
    labels = Counter(label for u in rows for label in u.labels)
    return "\n".join(
        [
            f"{len(rows)} utterances, {len({u.situation for u in rows})} situations",
            "grades  " + ", ".join(f"{g} {n}" for g, n in Counter(u.grade for u in rows).items()),
            "labels  " + ", ".join(f"{k} {labels[k]}" for k in (*POSITIVE, *VIOLATIONS)),
            "hard    " + ", ".join(f"{h or '-'} {n}" for h, n in Counter(u.hard for u in rows).items()),
            "repeated " + ", ".join(t for t, n in Counter(u.text for u in rows).items() if n > 1),
        ]
    )


if __name__ == "__main__":
    print(summary([u for name in sys.argv[1:] for u in read(Path(name))] if sys.argv[1:] else load()))
