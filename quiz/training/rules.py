"""The configurable rules of chapter 11: levels, their gates, make-up examinations, hours, reading."""

from dataclasses import asdict, dataclass, field, replace

LEVELS = {
    "onboarding": "入职",
    "probation": "试用",
    "qualified": "合格",
    "advanced": "高级",
    "trainer": "讲师",
}
ORDER = tuple(LEVELS)
# Sections everyone must have passed before working alone: induction path D1 to W3 of ch11-s2.
REQUIRED = (
    "ch01-s5", "ch02-s1", "ch02-s2", "ch03-s1", "ch03-s2", "ch03-s4", "ch04-s1", "ch04-s2", "ch05-s1", "ch05-s2",
    "ch05-s4", "ch06-s1", "ch06-s2", "ch06-s4", "ch10-s1", "ch10-s2", "ch16-s6",
)  # fmt: skip
INDUCTION = (
    ("D1", "企业、制度、个人信息与安全", ("ch01-s1", "ch01-s3", "ch01-s5", "ch10-s1")),
    ("D2–D3", "接待报修、投诉与礼仪", ("ch03-s1", "ch03-s2", "ch06-s1", "ch06-s2", "ch16-s1", "ch16-s2", "ch16-s6", "ch16-s7")),
    ("D4–D7", "跟岗与话术", ("ch03-s3", "ch03-s4", "ch06-s4")),
    ("W2", "入住、装修、催缴与业主信息", ("ch02-s1", "ch02-s2", "ch04-s1", "ch04-s2", "ch05-s1", "ch05-s2", "ch05-s4", "ch10-s2")),
    ("W3", "演练", ("ch13-s1", "ch17-s2")),
    ("W4", "入职考", ()),
)  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """Numbers of the gates; marks are of 100, months and days are calendar ones."""

    entry_mark: int = 80
    written_mark: int = 80
    drills_needed: int = 6
    drill_mark: int = 80
    hard_drills_needed: int = 10
    hard_drill_mark: int = 90
    months_qualified: int = 6
    inspection_mark: int = 90
    makeup_days: int = 7
    makeup_most: int = 2
    recertify_months: int = 12
    hours_a_month: float = 4.0
    sessions_a_month: int = 2
    section_mark: int = 80
    section_valid_months: int = 12
    late_minutes: int = 5
    required: tuple[str, ...] = field(default=REQUIRED)


def rules_from(value: dict) -> Rules:
    """Rules with the company's own numbers; unknown names and wrong types are ignored."""
    known = {k: type(v)(value[k]) for k, v in asdict(Rules()).items() if k in value}
    return replace(Rules(), **known)
