"""Replies that only look right: a fixed recipe of heaped keywords and of parroted lines for every scenario."""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from zlib import crc32

from kb.search.analysis import tokenizer
from scenarios.debrief import debrief
from scenarios.engine import start
from scenarios.judge import Judge
from scenarios.playing import play_turn
from scenarios.rubric import DIMENSIONS
from scenarios.scenario import Scenario
from scenarios.states import DrillState

PASS_MARK = 80
# Words that anybody would heap who knows the rubric but not the matter.
RUBRIC_WORDS = (
    "您好", "物业", "客服", "工号", "几号楼", "几室", "核对", "抱歉", "理解", "着急", "什么时候", "位置", "情况", "按规定",
    "合同", "共用部位", "责任", "马上", "派师傅", "20 分钟内", "到场", "主管", "经理", "上报", "回电话", "其他需要", "感谢",
    "隐私", "不能提供",
)  # fmt: skip
RUBRIC_NAMES = tuple(DIMENSIONS.values())
Recipe = Callable[[Scenario, DrillState, random.Random], str]


def keywords(scenario: Scenario) -> list[str]:
    """Words of two characters and more from the right wordings of the key points, in order."""
    wordings = [w for p in scenario.key_points for w in (p.text, *p.examples)]
    cut = [w for wording in wordings for w in tokenizer().cut(wording)]
    return list(dict.fromkeys(w for w in cut if len(w) > 1 and not re.search(r"\W", w)))


def shuffled(scenario: Scenario, chance: random.Random, words: Sequence[str]) -> list[str]:
    return chance.sample(list(words), len(words))


def joined(scenario: Scenario, _: DrillState, chance: random.Random) -> str:
    return "、".join([*keywords(scenario), *RUBRIC_WORDS])[:600]


def mixed(scenario: Scenario, _: DrillState, chance: random.Random) -> str:
    return " ".join(shuffled(scenario, chance, [*keywords(scenario), *RUBRIC_WORDS]))[:600]


def glued(scenario: Scenario, _: DrillState, chance: random.Random) -> str:
    """Without any separator, the full stop now and then."""
    words = shuffled(scenario, chance, [*keywords(scenario), *RUBRIC_WORDS])
    return "。".join("".join(words[i : i + 6]) for i in range(0, len(words), 6))[:600]


def repeated(scenario: Scenario, _: DrillState, chance: random.Random) -> str:
    words = chance.sample(keywords(scenario), min(8, len(keywords(scenario))))
    return "，".join((*words, *RUBRIC_WORDS[:16], *RUBRIC_NAMES) * 3)[:600]


def short_heap(scenario: Scenario, _: DrillState, chance: random.Random) -> str:
    """Twelve words at a time, as somebody types who fishes for points."""
    return "，".join(chance.sample([*keywords(scenario), *RUBRIC_WORDS], 12))


def parroted(scenario: Scenario, state: DrillState, _: random.Random) -> str:
    return state.last_owner_line


def parroted_politely(scenario: Scenario, state: DrillState, _: random.Random) -> str:
    return f"您好，您说{state.last_owner_line}"


RECIPES: Mapping[str, Recipe] = {
    "keywords joined": joined, "keywords shuffled": mixed, "keywords without separators": glued,
    "keywords repeated": repeated, "twelve words a turn": short_heap, "the owner's own line": parroted,
    "the owner's line after a greeting": parroted_politely,
}  # fmt: skip


def play(judge: Judge, scenario: Scenario, recipe: Recipe) -> DrillState:
    """A whole call in which every utterance is made by the recipe."""
    seed = crc32(scenario.id.encode()) % 1_000_000
    chance, state = random.Random(seed), start(scenario, seed)
    while not state.over:
        state = play_turn(judge, scenario, state, recipe(scenario, state, chance))
    return state


def results(judge: Judge, scenarios: Mapping[str, Scenario]) -> Iterator[tuple[str, str, int]]:
    """(recipe, scenario, total) of every call."""
    for name, recipe in RECIPES.items():
        for scenario in scenarios.values():
            yield name, scenario.id, debrief(scenario, play(judge, scenario, recipe)).total


def table(judge: Judge, scenarios: Mapping[str, Scenario]) -> str:
    found = list(results(judge, scenarios))
    lines = [f"{len(scenarios)} scenarios, every utterance of a call made by one recipe; passed at {PASS_MARK}", "",
             "| recipe | calls | passed | mean score | best score |", "|---|---|---|---|---|"]  # fmt: skip
    for name in (*RECIPES, "all"):
        totals = [t for n, _, t in found if name in (n, "all")]
        passed = sum(t >= PASS_MARK for t in totals)
        lines.append(f"| {name} | {len(totals)} | {passed} ({passed / len(totals):.1%}) | {sum(totals) / len(totals):.0f} | {max(totals)} |")
    return "\n".join(lines)
