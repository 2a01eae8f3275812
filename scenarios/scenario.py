"""A scenario: one written conversation situation, read from markdown into frozen values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.articles import Problem
from kb.cards import items
from kb.reading import HEADING, HIDDEN, MAX_BYTES, head_and_body
from scenarios.faults import DIFFICULTIES, FACT, STATES, scenario_faults, shape_faults, unread_faults
from scenarios.rubric import Situation

__all__ = ["CONTENT", "DIFFICULTIES", "HINT_COST", "STATES", "Scenario", "load_scenarios", "read_scenario"]

CONTENT = Path(__file__).parent / "content"
HINT_COST = (2, 5, 10)
OUR_LINE = re.compile(r"^\*\*客服[:：]\*\*\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Fact:
    """What the owner knows; told on his own, when asked with one of `words`, or once trust is there."""

    trigger: str
    words: tuple[str, ...]
    line: str


@dataclass(frozen=True)
class KeyPoint:
    """What a good answer must convey in this scenario, with wordings that do and do not."""

    text: str
    dimension: str
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


@dataclass(frozen=True)
class Scenario:
    id: str
    title: str
    intent: str
    owner_type: str
    channel: str
    urgency: str
    difficulty: int
    anger: int
    trust: int
    worry: int
    patience: int
    seconds: int
    dimensions: tuple[str, ...]
    links: tuple[str, ...]
    persona: str
    brief: str
    openings: tuple[str, ...]
    facts: tuple[Fact, ...]
    hidden_need: str
    lines: Mapping[str, tuple[str, ...]]
    key_points: tuple[KeyPoint, ...]
    critical: tuple[str, ...]
    hints: tuple[str, ...]
    model_conversation: str
    path: str

    def situation(self, owner_line: str) -> Situation:
        return Situation(self.intent, self.owner_type, self.channel, self.urgency, owner_line)

    @property
    def model_lines(self) -> tuple[str, ...]:
        """What our side says in the model conversation, turn by turn."""
        return tuple(line.strip() for line in OUR_LINE.findall(self.model_conversation))


def load_scenarios(folder: Path = CONTENT) -> tuple[dict[str, Scenario], list[Problem]]:
    found: dict[str, Scenario] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.md")):
        scenario, faults = read_file(path)
        if scenario and scenario.id in found:
            faults = [Problem(path.name, "id", f"“{scenario.id}”与 {found[scenario.id].path} 重复")]
        problems += faults
        if scenario and not faults:
            found[scenario.id] = scenario
    return found, problems


def read_file(path: Path) -> tuple[Scenario | None, list[Problem]]:
    try:
        return read_scenario(path.name, path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return None, [Problem(path.name, "文件", "编码不是 UTF-8，请另存为 UTF-8")]


def read_scenario(name: str, text: str) -> tuple[Scenario | None, list[Problem]]:
    """The scenario of one text, with its faults; None where it is too broken to be built."""
    text = HIDDEN.sub("", text.replace("\r\n", "\n"))
    if len(text.encode()) > MAX_BYTES:
        return None, [Problem(name, "文件", f"超过 {MAX_BYTES // 1024} KB，请精简")]
    head, rest, faults = head_and_body(text, name)
    if faults:
        return None, faults
    pieces = HEADING.split(rest)
    body = dict(zip(pieces[1::2], (p.strip() for p in pieces[2::2]), strict=True))
    faults = [Problem(name, where, message) for where, message in shape_faults(head, body)]
    if faults:
        return None, faults
    scenario = build(name, head, body)
    faults = [*unread_faults(body), *scenario_faults(scenario)]
    return scenario, [Problem(name, where, message) for where, message in faults]


def build(name: str, head: Mapping, body: Mapping[str, str]) -> Scenario:
    return Scenario(
        id=head["id"], title=head["title"], intent=head["intent"], owner_type=head["owner_type"],
        channel=head["channel"], urgency=head["urgency"], difficulty=head["difficulty"], anger=head["anger"],
        trust=head["trust"], worry=head["worry"], patience=int(head.get("patience", 8)),
        seconds=int(head.get("seconds", 120 if head["urgency"] == "P0" else 0)),
        dimensions=tuple(head.get("dimensions") or ()), links=tuple(head.get("links") or ()),
        persona=head["persona"], brief=body["任务"], openings=tuple(items(body["开场"])),
        facts=tuple(read_facts(body["事实"])), hidden_need=body["隐藏需求"], lines=read_lines(body["业主的话"]),
        key_points=tuple(read_points(body["要点"])), critical=tuple(items(body["一票否决"])),
        hints=tuple(items(body["提示"])), model_conversation=body["示范对话"], path=name,
    )  # fmt: skip


def read_facts(text: str) -> Iterator[Fact]:
    for item in items(text):
        match = FACT.match(item)
        if match:
            words = tuple(w.strip() for w in re.split(r"[|｜]", match[2] or "") if w.strip())
            yield Fact(match[1], words, match[3].strip())


def read_lines(text: str) -> dict[str, tuple[str, ...]]:
    parts = re.split(r"^### +(.+?)\s*$", text, flags=re.MULTILINE)
    return {name: tuple(items(lines)) for name, lines in zip(parts[1::2], parts[2::2], strict=True)}


def read_points(text: str) -> Iterator[KeyPoint]:
    """`- solution｜说到 20 分钟内上门` with indented `正:` and `反:` lines, wordings separated by ／."""
    for item in items(text):
        first, *rest = item.split("\n")
        dimension, _, words = first.partition("｜")
        good, bad = [], []
        for line in rest:
            mark = line.strip()[:2]
            wordings = line.strip()[2:]
            target = good if mark in ("正：", "正:") else bad if mark in ("反：", "反:") else None
            if target is not None:
                target += [w.strip() for w in wordings.split("／") if w.strip()]
        yield KeyPoint(words.strip(), dimension.strip(), tuple(good), tuple(bad))
