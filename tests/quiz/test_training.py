"""Levels, gates and progress follow chapter 11, from evidence alone."""

from datetime import UTC, date, datetime, timedelta

from quiz.training.levels import DrillResult, Standing, gates, makeup_plan, ready
from quiz.training.progress import Shown, section_progress
from quiz.training.rules import REQUIRED, Rules

NOW = datetime(2026, 11, 25, tzinfo=UTC)
RULES = Rules()


def state(*evidence, **kwargs):
    return section_progress("ch05-s1", evidence, NOW, RULES, read_seconds=120, **kwargs).state


def test_a_section_goes_from_unread_to_passed_and_expires():
    read = Shown("reading", NOW, seconds=90)
    year_ago = NOW - timedelta(days=400)

    assert state() == "未学"
    assert state(Shown("reading", NOW, seconds=20)) == "在学"
    assert state(read) == "已学"
    assert state(read, Shown("quiz", NOW, 60)) == "已测"
    assert state(read, Shown("quiz", NOW, 85)) == "合格"
    assert state(Shown("quiz", year_ago, 85)) == "过期"


def test_recertification_asks_again_without_deleting_history():
    passed = Shown("exam", NOW - timedelta(days=30), 90)

    assert state(passed, reset_at=NOW - timedelta(days=1)) == "过期"


def drills(n, score=85, vetoed=False):
    return tuple(DrillResult(f"s{i}", score, vetoed, False, NOW) for i in range(n))


def test_probation_ends_only_when_every_gate_is_met():
    whole = dict(level="probation", level_since=date(2026, 9, 1), today=date(2026, 11, 25), written_mark=84,
                 section_states={s: "合格" for s in REQUIRED}, mentor_appraisal=True, supervisor_appraisal=True)  # fmt: skip

    assert ready(Standing(**whole, drills=drills(6)), RULES)
    assert not ready(Standing(**whole, drills=drills(5)), RULES)
    assert not ready(Standing(**whole, drills=drills(6, vetoed=True)), RULES)
    assert not ready(Standing(**{**whole, "written_mark": 79}, drills=drills(6)), RULES)


def test_a_gate_says_what_is_missing():
    standing = Standing("onboarding", date(2026, 11, 1), date(2026, 11, 25), entry_mark=72)

    assert [g.missing for g in gates(standing, RULES)] == ["还差：入职考 80 分以上，现在 72 分"]


def test_a_makeup_examination_is_due_within_seven_days_and_twice_at_most():
    assert date(2026, 12, 2) == makeup_plan(date(2026, 11, 25), 0, False, RULES).due
    assert not makeup_plan(date(2026, 11, 25), 2, False, RULES).allowed
