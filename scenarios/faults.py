"""What is wrong with the text of a scenario: each fault with the field or heading it stands in."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from kb import taxonomy
from kb.cards import items
from scenarios.rubric import POSITIVE

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

HEADINGS = ("任务", "开场", "事实", "隐藏需求", "业主的话", "要点", "一票否决", "提示", "示范对话")
# States of the owner, from worst to best, with what the numbers must be: see engine.state_of.
STATES = ("激怒", "生气", "着急", "平静", "满意")
DIFFICULTIES = {1: "入门", 2: "进阶", 3: "难"}
FIELDS = (
    "id", "title", "intent", "owner_type", "channel", "urgency", "difficulty", "anger", "trust", "worry", "patience",
    "seconds", "dimensions", "links", "persona",
)  # fmt: skip
FACT = re.compile(r"^\[(主动|问到|信任)(?:[:：]\s*(.+?))?\]\s*(.+)$", re.S)
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
Fault = tuple[str, str]


def shape_faults(head: object, body: Mapping[str, str]) -> Iterator[Fault]:
    """Faults of the front matter and of missing headings; without any, a scenario can be built."""
    if not isinstance(head, dict):
        yield "文件头", "应是“字段: 值”的列表"
        return
    vocabularies = (
        ("intent", taxonomy.INTENTS), ("owner_type", taxonomy.OWNER_TYPES), ("channel", taxonomy.CHANNELS),
        ("urgency", taxonomy.URGENCIES), ("difficulty", DIFFICULTIES),
    )  # fmt: skip
    for name, words in vocabularies:
        value = head.get(name)
        if not isinstance(value, str | int) or value not in words:
            yield name, f"“{value}”不在词表里，可选：{'、'.join(map(str, list(words)[:12]))}{'…' if len(words) > 12 else ''}"
    for name in ("id", "title", "persona"):
        if not isinstance(head.get(name), str) or not head[name].strip():
            yield name, "没有填写"
    if isinstance(head.get("id"), str) and not ID.fullmatch(head["id"]):
        yield "id", "写成 意图-短名，只用小写字母、数字和连字符，如 repair-leak-ceiling"
    for name in ("anger", "trust", "worry"):
        if not whole(head.get(name), 0, 100):
            yield name, "应是 0 到 100 的整数"
    if "patience" in head and not whole(head["patience"], 3, 20):
        yield "patience", "最多几轮，应是 3 到 20 的整数"
    if "seconds" in head and not whole(head["seconds"], 0, 3600):
        yield "seconds", "应是 0 到 3600 的整数"
    for name in ("dimensions", "links"):
        if not (isinstance(head.get(name) or [], list) and all(isinstance(x, str) for x in head.get(name) or [])):
            yield name, "应是文字的列表，如 [a, b]"
    for name in set(head) - set(FIELDS):
        yield str(name), "不是规定的字段，请删掉或改名"
    for name in HEADINGS:
        if not body.get(name):
            yield name, f"缺少“## {name}”或下面没有内容"


def whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def scenario_faults(scenario: "Scenario") -> Iterator[Fault]:
    """Dead ends, states without lines, facts nobody can reach, key points out of range."""
    yield from line_faults(scenario)
    yield from fact_faults(scenario)
    yield from point_faults(scenario)
    if len(scenario.hints) != 3:
        yield "提示", f"有 {len(scenario.hints)} 条，应是由弱到强 3 条"
    if not scenario.critical:
        yield "一票否决", "至少写一条"
    if scenario.model_conversation.count("**客服") < 3:
        yield "示范对话", "客服至少说三轮，每轮以“**客服：**”开头"


def line_faults(scenario: "Scenario") -> Iterator[Fault]:
    for state in STATES:
        needed = 2 if state in ("激怒", "满意") else 3
        if len(scenario.lines.get(state, ())) < needed:
            yield "业主的话", f"“### {state}”至少写 {needed} 句，不然说到这里没有下一句"
    for state in scenario.lines:
        if state not in STATES:
            yield "业主的话", f"没有“{state}”这种状态，只用：{'、'.join(STATES)}"
    if not scenario.openings:
        yield "开场", "至少写一句"
    every = [*scenario.openings, *(f.line for f in scenario.facts), *(x for v in scenario.lines.values() for x in v)]
    for line in dict.fromkeys(x for x in every if every.count(x) > 1):
        yield "业主的话", f"“{line[:14]}…”写了两遍，业主会重复自己"


def fact_faults(scenario: "Scenario") -> Iterator[Fault]:
    """A fact told when asked needs a word to ask with; one told freely needs a turn to be told in."""
    if not any(f.trigger == "问到" for f in scenario.facts):
        yield "事实", "至少有一条要问到才说"
    for fact in scenario.facts:
        if fact.trigger == "问到" and not fact.words:
            yield "事实", f"“{fact.line[:12]}…”没有触发词，问不出来"
        if fact.trigger != "问到" and fact.words:
            yield "事实", f"“{fact.line[:12]}…”不用触发词，只有“问到”才写"
    free = sum(f.trigger == "主动" for f in scenario.facts)
    if free > (scenario.patience + 1) // 2:
        yield "事实", f"有 {free} 条主动说的，{scenario.patience} 轮里说不完，最多 {(scenario.patience + 1) // 2} 条"


def unread_faults(body: Mapping[str, str]) -> Iterator[Fault]:
    """Items of 事实 that carry no trigger would be lost without a word."""
    for item in items(body["事实"]):
        if not FACT.match(item):
            yield "事实", f"“{item[:12]}…”开头没有写触发：[主动]、[问到：词|词] 或 [信任]"


def point_faults(scenario: "Scenario") -> Iterator[Fault]:
    if not 4 <= len(scenario.key_points) <= 9:
        yield "要点", f"有 {len(scenario.key_points)} 条，应是 4 到 9 条"
    for point in scenario.key_points:
        if point.dimension not in POSITIVE:
            yield "要点", f"“{point.dimension}”不是评分维度，可选：{'、'.join(POSITIVE)}"
        if not point.examples:
            yield "要点", f"“{point.text[:12]}”没有正例，加一行“正：…”"
        if not point.counter_examples:
            yield "要点", f"“{point.text[:12]}”没有反例，加一行“反：…”"
    for dimension in scenario.dimensions:
        if dimension not in POSITIVE:
            yield "dimensions", f"“{dimension}”不是评分维度，可选：{'、'.join(POSITIVE)}"


def link_faults(scenario: "Scenario", known: Collection[str]) -> Iterator[Fault]:
    for link in scenario.links:
        if link not in known:
            yield "links", f"没有“{link}”这一篇，请改正或删掉"
