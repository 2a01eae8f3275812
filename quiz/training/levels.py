"""Levels and their gates: each gate is a line with its evidence and what is missing; a person decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from quiz.training.rules import ORDER, Rules

MONTH_DAYS = 30.44


@dataclass(frozen=True)
class DrillResult:
    scenario_id: str
    score: float
    vetoed: bool
    hard: bool
    at: datetime


@dataclass(frozen=True)
class Standing:
    """All that the gates look at, for one person today."""

    level: str
    level_since: date
    today: date
    entry_mark: float | None = None
    written_mark: float | None = None
    section_states: Mapping[str, str] | None = None
    drills: tuple[DrillResult, ...] = ()
    mentor_appraisal: bool = False
    supervisor_appraisal: bool = False
    inspection_mean: float | None = None
    leaks: int = 0
    reset_at: datetime | None = None
    red_line: str = ""
    failed_recertifications: int = 0
    instructor_review: float | None = None
    review_on: date | None = None
    # Titles of courses that were passed and have run out.
    expired_courses: tuple[str, ...] = ()
    # Where the mark of an examination can be looked up, by “entry” and “written”.
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Gate:
    """One line of the checklist; `done` of `needed` in whatever the line counts.

    `proof` names the evidence that counted, `lacking` what would count and is not there yet; `link` opens it.
    """

    name: str
    met: bool
    have: str
    done: float
    needed: float
    proof: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    link: str = ""

    @property
    def missing(self) -> str:
        return "" if self.met else f"还差：{self.name}，现在 {self.have}"


def next_level(level: str) -> str | None:
    at = ORDER.index(level)
    return ORDER[at + 1] if at + 1 < len(ORDER) else None


def gates(standing: Standing, rules: Rules) -> tuple[Gate, ...]:
    """The checklist to the next level; empty at the top."""
    lines = {
        "onboarding": to_probation, "probation": to_qualified, "qualified": to_advanced, "advanced": to_trainer,
    }.get(standing.level)  # fmt: skip
    return (*lines(standing, rules), *course_gates(standing)) if lines else ()


def ready(standing: Standing, rules: Rules) -> bool:
    lines = gates(standing, rules)
    return bool(lines) and all(gate.met for gate in lines) and not standing.red_line


def mark_gate(name: str, mark: float | None, needed: float, link: str = "", none: str = "还没考") -> Gate:
    have = none if mark is None else f"{mark:.0f} 分"
    met = mark is not None and mark >= needed
    return Gate(f"{name} {needed:.0f} 分以上", met, have, mark or 0, needed, link=link)


def to_probation(standing: Standing, rules: Rules) -> tuple[Gate, ...]:
    return (mark_gate("入职考", standing.entry_mark, rules.entry_mark, standing.sources.get("entry", "")),)


def to_qualified(standing: Standing, rules: Rules) -> tuple[Gate, ...]:
    return (
        required_gate(standing, rules),
        drill_gate(standing, rules.drills_needed, rules.drill_mark, hard=False),
        mark_gate("笔试", standing.written_mark, rules.written_mark, standing.sources.get("written", "")),
        yes_gate("师傅鉴定", standing.mentor_appraisal),
        yes_gate("主管鉴定", standing.supervisor_appraisal),
    )


def to_advanced(standing: Standing, rules: Rules) -> tuple[Gate, ...]:
    months = (standing.today - standing.level_since).days / MONTH_DAYS
    return (
        Gate(f"合格满 {rules.months_qualified} 个月", months >= rules.months_qualified, f"{months:.1f} 个月",
             months, rules.months_qualified),
        required_gate(standing, rules),
        drill_gate(standing, rules.hard_drills_needed, rules.hard_drill_mark, hard=True),
        mark_gate("近 3 月质检平均", standing.inspection_mean, rules.inspection_mark, none="没有质检"),
        Gate("零泄露", standing.leaks == 0, f"{standing.leaks} 起", float(standing.leaks == 0), 1),
    )  # fmt: skip


def to_trainer(standing: Standing, rules: Rules) -> tuple[Gate, ...]:
    return (
        required_gate(standing, rules),
        mark_gate("讲师评价", standing.instructor_review, rules.instructor_mark, none="没有评价"),
        yes_gate("主管鉴定", standing.supervisor_appraisal),
    )


def required_gate(standing: Standing, rules: Rules) -> Gate:
    states = standing.section_states or {}
    proof = tuple(section for section in rules.required if states.get(section) == "合格")
    lacking = tuple(section for section in rules.required if section not in proof)
    done, needed = len(proof), len(rules.required)
    return Gate(f"必修 {needed} 节全部合格", done == needed, f"{done}/{needed}", done, needed, proof, lacking)


def course_gates(standing: Standing) -> tuple[Gate, ...]:
    """A line only when something has run out: “必修全绿” means that every pass is still valid."""
    out = standing.expired_courses
    return (Gate("上过的课都在有效期内", False, f"过期 {len(out)} 门", 0, 1, lacking=out),) if out else ()


def drill_gate(standing: Standing, needed: int, mark: float, *, hard: bool) -> Gate:
    """Drills at or above the mark, one per scenario, none with a veto, after the last reset."""
    counted = {
        d.scenario_id
        for d in standing.drills
        if d.score >= mark and not d.vetoed and (d.hard or not hard)
        and (standing.reset_at is None or d.at >= standing.reset_at)
    }  # fmt: skip
    name = f"{'难演练' if hard else '演练'} {needed} 场 {mark:.0f} 分以上且无一票否决"
    return Gate(name, len(counted) >= needed, f"{len(counted)}/{needed}", len(counted), needed, tuple(sorted(counted)))


def yes_gate(name: str, met: bool) -> Gate:
    return Gate(name, met, "已签" if met else "未签", float(met), 1)


def recertification_due(standing: Standing) -> bool:
    """Whether the yearly re-certification of a qualified person should begin."""
    reviewed = standing.review_on is not None and standing.today >= standing.review_on
    return reviewed and ORDER.index(standing.level) >= ORDER.index("qualified")


def downgrade_reason(standing: Standing) -> str:
    """Why the rules suggest a step down; only a person may decide it."""
    if standing.red_line:
        return f"红线违规：{standing.red_line}"
    if standing.failed_recertifications >= 2:
        return "连续 2 次复训不合格"
    return ""


@dataclass(frozen=True)
class MakeupPlan:
    allowed: bool
    due: date | None
    reason: str


def makeup_plan(failed_on: date, made_up: int, absent_without_reason: bool, rules: Rules) -> MakeupPlan:
    """Whether another attempt is open: within 7 days, twice at most, between them the mistakes are studied."""
    if made_up >= rules.makeup_most:
        return MakeupPlan(False, None, f"已补考 {made_up} 次，由主管决定延期或调岗")
    reason = "无故缺考记 0 分" if absent_without_reason else "不及格"
    return MakeupPlan(True, failed_on + timedelta(days=rules.makeup_days), reason)
