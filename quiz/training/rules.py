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
    notice_days: int = 3
    filing_days: int = 7
    instructor_mark: int = 80
    required: tuple[str, ...] = field(default=REQUIRED)


RULE_NAMES = {
    "entry_mark": "入职考达标分", "written_mark": "转正笔试达标分", "drills_needed": "转正要几场演练",
    "drill_mark": "转正演练达标分", "hard_drills_needed": "晋高级要几场难演练", "hard_drill_mark": "难演练达标分",
    "months_qualified": "晋高级前合格满几个月", "inspection_mark": "近 3 月质检达标分", "instructor_mark": "晋讲师的评价分",
    "makeup_days": "补考几日内", "makeup_most": "最多补考几次", "recertify_months": "几个月复训一次",
    "hours_a_month": "每人每月学时", "sessions_a_month": "每月至少几场", "section_mark": "一节合格分",
    "section_valid_months": "一节合格后几个月有效", "late_minutes": "晚到几分钟算迟到", "notice_days": "提前几日通知",
    "filing_days": "几日内归档",
}  # fmt: skip


def rules_from(value: dict) -> Rules:
    """Rules with the company's own numbers; unknown names and wrong types are ignored."""
    known = {k: type(v)(value[k]) for k, v in asdict(Rules()).items() if k in value}
    return replace(Rules(), **known)
