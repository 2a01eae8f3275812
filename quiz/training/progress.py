"""Progress per person and section, recomputed from evidence and never counted up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from quiz.training.rules import Rules

STATES = ("未学", "在学", "已学", "已测", "合格", "过期")
TESTS = ("quiz", "exam", "makeup", "drill")
MONTH = timedelta(days=30.44)
# A section counts as read after half the time that its text takes at reading speed.
READ_SHARE = 0.5


@dataclass(frozen=True)
class Shown:
    """One thing a person has shown about a section; score of 100, or None for reading."""

    kind: str
    at: datetime
    score: float | None = None
    seconds: int = 0


@dataclass(frozen=True)
class SectionProgress:
    section: str
    state: str
    first: datetime | None = None
    last: datetime | None = None
    seconds: int = 0
    best: float | None = None
    next_review: date | None = None


def section_progress(
    section: str, evidence: Iterable[Shown], now: datetime, rules: Rules, *,
    read_seconds: int = 60, reset_at: datetime | None = None, next_review: date | None = None,
) -> SectionProgress:  # fmt: skip
    """The state of one section; tests before `reset_at` (re-certification) stay in history but do not count.

    `read_seconds` is how long the section takes to read.
    """
    rows = sorted(evidence, key=lambda e: e.at)
    if not rows:
        return SectionProgress(section, "未学")
    seconds = sum(e.seconds for e in rows if e.kind == "reading")
    tests = [e for e in rows if e.kind in TESTS and e.score is not None]
    counted = [e for e in tests if reset_at is None or e.at >= reset_at]
    passed = [e for e in counted if e.score >= rules.section_mark]
    state = state_of(seconds, read_seconds, tests, counted, passed, now, rules)
    best = max((e.score for e in counted), default=None)
    return SectionProgress(section, state, rows[0].at, rows[-1].at, seconds, best, next_review)


def state_of(
    seconds: int, read_seconds: int, tests: Sequence[Shown], counted: Sequence[Shown], passed: Sequence[Shown],
    now: datetime, rules: Rules,
) -> str:  # fmt: skip
    if passed:
        valid = rules.section_valid_months * MONTH
        return "合格" if now - passed[-1].at <= valid else "过期"
    if counted:
        return "已测"
    if any(e.score >= rules.section_mark for e in tests):
        return "过期"
    return "已学" if seconds >= READ_SHARE * read_seconds else "在学"


def totals(states: Iterable[str]) -> dict[str, int]:
    found = dict.fromkeys(STATES, 0)
    for state in states:
        found[state] += 1
    return found
