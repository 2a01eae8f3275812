"""The debrief: the score of a whole drill, each point with the words that earned or lost it."""

from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.judge.clauses import fold
from scenarios.rubric import DIMENSIONS, POSITIVE, VETO, VIOLATIONS, WEIGHTS, gates, points_of, total
from scenarios.scenario import HINT_COST, KeyPoint, Scenario
from scenarios.states import ENDINGS, DrillState


@dataclass(frozen=True)
class DimensionResult:
    """`met` is None where the dimension does not apply; `turn` counts from 1."""

    dimension: str
    label: str
    weight: int
    met: bool | None
    words: str = ""
    turn: int | None = None
    better: str = ""


@dataclass(frozen=True)
class ViolationResult:
    code: str
    label: str
    words: str
    turn: int
    veto: bool


@dataclass(frozen=True)
class PointResult:
    point: KeyPoint
    met: bool
    words: str = ""


@dataclass(frozen=True)
class Debrief:
    total: int
    before_hints: int
    vetoed: bool
    ending: str
    dimensions: tuple[DimensionResult, ...]
    violations: tuple[ViolationResult, ...]
    points: tuple[PointResult, ...]
    first_fix: str


def applicable(scenario: Scenario) -> tuple[str, ...]:
    asked = scenario.dimensions or tuple(dict.fromkeys(p.dimension for p in scenario.key_points))
    base = ("opening", "empathy", "facts", "solution", "closing")
    return tuple(d for d in POSITIVE if d in asked or d in base)


def debrief(scenario: Scenario, state: DrillState) -> Debrief:
    """Best evidence per dimension over all turns; every violation stands; hints cost points."""
    asked = applicable(scenario)
    violations = [
        ViolationResult(code, VIOLATIONS[code], words, at, code in VETO)
        for at, turn in enumerate(state.turns, 1) for code, words in turn.judgement.violations.items()
    ]  # fmt: skip
    codes = {v.code for v in violations}
    met = {d for turn in state.turns for d in turn.judgement.met}
    dimensions = tuple(result(d, scenario, state, asked, met, codes) for d in DIMENSIONS)
    points = tuple(point_result(p, state) for p in scenario.key_points)
    score = blended(total(met, codes, asked), points, codes)
    if not state.turns:
        score = 0
    lost = sum(HINT_COST[: state.hints])
    return Debrief(
        max(0, score - lost), score, any(v.veto for v in violations), ENDINGS.get(state.ending, "未结束"),
        dimensions, tuple(violations), points, first_fix(dimensions, violations, points),
    )  # fmt: skip


def blended(rubric: int, points: Sequence[PointResult], codes: set[str]) -> int:
    """Four fifths rubric, one fifth the scenario's own key points; the cap of a veto stays."""
    if not points:
        return rubric
    share = 100 * sum(p.met for p in points) / len(points)
    score = round(0.8 * rubric + 0.2 * share)
    return min(score, 40) if codes & set(VETO) else score


def result(
    dimension: str,
    scenario: Scenario,
    state: DrillState,
    asked: Sequence[str],
    met: set[str],
    codes: set[str],
) -> DimensionResult:
    label, weight = DIMENSIONS[dimension], WEIGHTS[dimension]
    held = gates(codes)
    applies = (
        dimension in asked or dimension == "forbidden" or (dimension == "privacy" and not held["privacy"])
    )
    if not applies:
        return DimensionResult(dimension, label, weight, None)
    good = points_of(dimension, met, held)
    for at, turn in enumerate(state.turns, 1):
        if good and dimension in turn.judgement.met:
            return DimensionResult(dimension, label, weight, True, turn.judgement.met[dimension], at)
    better = "" if good else better_line(dimension, scenario)
    return DimensionResult(dimension, label, weight, good, better=better)


def better_line(dimension: str, scenario: Scenario) -> str:
    """A wording of the scenario that shows the dimension."""
    for point in scenario.key_points:
        if point.dimension == dimension and point.examples:
            return point.examples[0]
    return GENERAL_BETTER.get(dimension, "")


GENERAL_BETTER = {
    "opening": "您好，这里是物业客服中心，我是工号 0317。",
    "identity": "麻烦您报一下几号楼几室，我核对好马上处理。",
    "empathy": "这事搁谁都着急，耽误您休息了，实在抱歉。",
    "facts": "您先跟我说说，是什么时候开始的、现在什么情况?",
    "basis": "这一块是共用部位，由我们负责养护，我按流程来办。",
    "solution": "我现在派单，师傅 20 分钟内到您家，今天 18 点前给您结果。",
    "escalation": "这件事我报给项目经理，由他今天跟您联系，我盯到底。",
    "closing": "今天 18 点前我给您回电话，您看还有别的需要我办吗?",
    "privacy": "对方的电话我不能提供，我来替您联系他，有结果马上告诉您。",
    "forbidden": "把“不归我管”换成“这件事我来联系，今天给您回话”。",
}  # fmt: skip


def point_result(point: KeyPoint, state: DrillState) -> PointResult:
    """Whether one utterance shows the point's dimension with words close to its examples."""
    for turn in state.turns:
        words = turn.judgement.met.get(point.dimension)
        if words and close(turn.utterance, point):
            return PointResult(point, True, words)
    return PointResult(point, False)


def close(utterance: str, point: KeyPoint) -> bool:
    """Nearer by shared character pairs to an example than to any counter-example, and near enough."""
    good = max((overlap(utterance, e) for e in point.examples), default=0.0)
    bad = max((overlap(utterance, e) for e in point.counter_examples), default=0.0)
    return good >= 0.3 and good >= bad


def overlap(utterance: str, wording: str) -> float:
    said, wanted = pairs(fold(utterance)), pairs(fold(wording))
    return len(said & wanted) / len(wanted) if wanted else 0.0


def pairs(text: str) -> set[str]:
    kept = "".join(c for c in text if c.isalnum())
    return {kept[i : i + 2] for i in range(len(kept) - 1)}


def first_fix(
    dimensions: Sequence[DimensionResult],
    violations: Sequence[ViolationResult],
    points: Sequence[PointResult],
) -> str:
    """The one sentence to change first."""
    for violation in sorted(violations, key=lambda v: not v.veto):
        return f"第 {violation.turn} 轮“{violation.words}”：{violation.label}"
    missed = [d for d in dimensions if d.met is False and d.better]
    if missed:
        worst = max(missed, key=lambda d: d.weight)
        return f"补上“{worst.label}”，可以说：{worst.better}"
    point = next((p for p in points if not p.met), None)
    return f"下次把这一点说到：{point.point.text}" if point else "这一通可以直接用到电话上"
