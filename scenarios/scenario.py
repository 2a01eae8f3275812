"""A scenario: one written conversation situation, read from markdown into frozen values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from kb import taxonomy
from kb.articles import HEADING, Problem
from kb.cards import items
from kb.yaml_text import read_yaml
from scenarios.rubric import POSITIVE, Situation

CONTENT = Path(__file__).parent / "content"
HEADINGS = ("任务", "开场", "事实", "隐藏需求", "业主的话", "要点", "一票否决", "提示", "示范对话")
# States of the owner, from worst to best, with what the numbers must be: see engine.state_of.
STATES = ("激怒", "生气", "着急", "平静", "满意")
TRIGGERS = ("主动", "问到", "信任")
FACT = re.compile(r"^\[(主动|问到|信任)(?:[:：]\s*(.+?))?\]\s*(.+)$", re.S)
DIFFICULTIES = {1: "入门", 2: "进阶", 3: "难"}
HINT_COST = (2, 5, 10)


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


def load_scenarios(folder: Path = CONTENT) -> tuple[dict[str, Scenario], list[Problem]]:
    found: dict[str, Scenario] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.md")):
        scenario, faults = read_scenario(path.name, path.read_text(encoding="utf-8"))
        if scenario and scenario.id in found:
            faults = [Problem(path.name, "id", f"“{scenario.id}”与 {found[scenario.id].path} 重复")]
        problems += faults
        if scenario and not faults:
            found[scenario.id] = scenario
    return found, problems


def read_scenario(name: str, text: str) -> tuple[Scenario | None, list[Problem]]:
    parts = re.match(r"---\n(.*?)\n---\n(.*)", text, re.DOTALL)
    if not parts:
        return None, [Problem(name, "文件头", "缺少以 --- 起止的文件头")]
    try:
        head = read_yaml(parts[1])
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 2
        return None, [Problem(name, "文件头", f"YAML 在第 {line} 行写错了")]
    pieces = HEADING.split(parts[2])
    body = dict(zip(pieces[1::2], (p.strip() for p in pieces[2::2]), strict=True))
    faults = [Problem(name, where, message) for where, message in shape_faults(head, body)]
    if faults:
        return None, faults
    scenario = build(name, head, body)
    return scenario, [Problem(name, where, message) for where, message in scenario_faults(scenario)]


def shape_faults(head: object, body: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not isinstance(head, dict):
        yield "文件头", "应是“字段: 值”的列表"
        return
    vocabularies = (
        ("intent", taxonomy.INTENTS), ("owner_type", taxonomy.OWNER_TYPES), ("channel", taxonomy.CHANNELS),
        ("urgency", taxonomy.URGENCIES), ("difficulty", DIFFICULTIES),
    )  # fmt: skip
    for name, words in vocabularies:
        if head.get(name) not in words:
            yield name, f"“{head.get(name)}”不在词表里"
    for name in ("id", "title", "persona"):
        if not isinstance(head.get(name), str):
            yield name, "没有填写"
    for name in ("anger", "trust", "worry"):
        if not isinstance(head.get(name), int) or not 0 <= head[name] <= 100:
            yield name, "应是 0 到 100 的整数"
    for name in HEADINGS:
        if not body.get(name):
            yield "正文", f"缺少“## {name}”或下面没有内容"


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


def scenario_faults(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Dead ends, states without lines, facts nobody can reach, key points out of range."""
    for state in STATES:
        needed = 2 if state in ("激怒", "满意") else 3
        if len(scenario.lines.get(state, ())) < needed:
            yield "业主的话", f"“### {state}”至少写 {needed} 句"
    for state in scenario.lines:
        if state not in STATES:
            yield "业主的话", f"没有“{state}”这种状态,只用:{'、'.join(STATES)}"
    if not scenario.openings:
        yield "开场", "至少写一句"
    if not any(f.trigger == "问到" for f in scenario.facts):
        yield "事实", "至少有一条要问到才说"
    for fact in scenario.facts:
        if fact.trigger == "问到" and not fact.words:
            yield "事实", f"“{fact.line[:12]}…”没有触发词,问不出来"
    if not 4 <= len(scenario.key_points) <= 9:
        yield "要点", f"有 {len(scenario.key_points)} 条,应是 4 到 9 条"
    for point in scenario.key_points:
        if point.dimension not in POSITIVE:
            yield "要点", f"“{point.dimension}”不是评分维度"
        if not point.examples:
            yield "要点", f"“{point.text[:12]}”没有正例"
    for dimension in scenario.dimensions:
        if dimension not in POSITIVE:
            yield "dimensions", f"“{dimension}”不是评分维度"
    if len(scenario.hints) != 3:
        yield "提示", f"有 {len(scenario.hints)} 条,应是由弱到强 3 条"
    every = [
        *scenario.openings,
        *(f.line for f in scenario.facts),
        *(x for v in scenario.lines.values() for x in v),
    ]
    for line in {x for x in every if every.count(x) > 1}:
        yield "业主的话", f"“{line[:14]}…”写了两遍"
