"""The test of a course: before class, after it, made up, filed, regraded, and out of date after its months."""

import io
from datetime import timedelta

import openpyxl
import pytest
from sqlmodel import select

from quiz.tables import Attempt, Certificate
from quiz.training import courses
from quiz.training.levels import Standing, gates
from quiz.training.rules import Rules
from quiz.training.tables import ClassRun, Course, Employee, Evaluation, Makeup, SignIn, TrainingRecord
from server import clock
from server.accounts.tables import Person
from server.database import reading, writing
from server.lessons import rescored
from server.standing import standing_of
from server.tables import AuditEntry
from tests.papers import opened, sit
from tests.web.test_news import statements

TODAY = clock.today()


@pytest.fixture
def course(house):
    """催缴红线 on two sections of chapter 5, 70 to pass, valid for 6 months."""
    with writing(house.engine) as session:
        session.add(Course(id=1, title="催缴红线", sections=["ch05-s1"], goal="不越线", question_sections=["ch05-s1", "ch05-s4"],
                           pass_mark=70, valid_months=6))  # fmt: skip
    return house


def add_run(house, hours, *, run_id=1, present=True):
    """A session of an hour, so many hours from now, led by 老陈, at which 小林 signs in."""
    starts = clock.now() + timedelta(hours=hours)
    with writing(house.engine) as session:
        session.add(ClassRun(id=run_id, course_id=1, starts=starts, ends=starts + timedelta(hours=1), place="会议室",
                             instructor_id=2, expected=[1]))  # fmt: skip
        if present:
            session.add(SignIn(run_id=run_id, person_id=1, arrived=starts))


def take(client, house, right):
    return sit(client, house, lambda q: right, path=opened(client, "/courses/1/test"))


def all_of(house, table):
    with reading(house.engine) as session:
        return session.exec(select(table).order_by(table.id)).all()


def test_the_test_asks_the_sections_of_the_course_with_its_own_pass_mark(course, xiaolin):
    first = take(xiaolin, course, True)

    with reading(course.engine) as session:
        attempt = session.get(Attempt, first)
    sections = {m.question.section for m in xiaolin.get(f"/quiz/{first}").context["result"]}
    assert ("course", 70, 20) == (attempt.mode, attempt.pass_mark, len(attempt.digests))
    assert sections <= {"ch05-s1", "ch05-s4"}


def test_a_passed_test_is_a_record_with_a_certificate_that_can_be_checked(course, xiaolin):
    attempt = take(xiaolin, course, True)

    (record,) = all_of(course, TrainingRecord)
    with reading(course.engine) as session:
        code = session.exec(select(Certificate.code)).one()
    assert (1, None, 0, True, attempt, code) == (
        record.course_id, record.run_id, record.hours, record.passed, record.attempt_id, record.certificate,
    )  # fmt: skip
    assert "已经合格" in xiaolin.get("/courses/1").text
    assert "现在不能考" in xiaolin.post("/courses/1/test").text


def test_the_mark_goes_into_the_record_of_the_session_that_was_attended(course, xiaolin, laochen):
    add_run(course, -3)
    laochen.post("/training/runs/1/close")
    take(xiaolin, course, True)

    (record,) = all_of(course, TrainingRecord)
    assert (1, 1.0, True, 0) == (record.run_id, record.hours, record.passed, record.makeups)


def test_filing_a_session_takes_over_the_test_that_was_handed_in_since(course, xiaolin, laochen):
    add_run(course, -1)
    take(xiaolin, course, True)
    laochen.post("/training/runs/1/close")

    (record,) = all_of(course, TrainingRecord)
    assert (1, 1.0, True) == (record.run_id, record.hours, record.passed)


def test_a_failed_test_is_made_up_with_other_questions_and_counts_in_the_same_record(course, xiaolin):
    failed = take(xiaolin, course, False)
    again = xiaolin.post("/courses/1/test")
    (makeup,) = all_of(course, Makeup)
    passed = sit(xiaolin, course, lambda q: True, path=opened(xiaolin, f"/quiz/makeups/{makeup.id}"))

    (record,) = all_of(course, TrainingRecord)
    assert again.status_code == 400 and "接着补考" in again.text
    assert (True, 1, passed) == (record.passed, record.makeups, record.attempt_id)
    with reading(course.engine) as session:
        first, second = session.get(Attempt, failed), session.get(Attempt, passed)
    assert (1, "课程测验：催缴红线（第 1 次补考）") == (second.course_id, second.title)
    assert set() == set(first.digests) & set(second.digests)


def test_when_the_make_ups_are_used_up_the_trainer_decides_for_each_course_apart(course, xiaolin, laochen):
    with writing(course.engine) as session:
        session.add(Course(id=2, title="漏水", sections=["ch03-s1"], goal=""))
    take(xiaolin, course, False)
    for _ in range(2):
        makeup = all_of(course, Makeup)[-1]
        sit(xiaolin, course, lambda q: False, path=opened(xiaolin, f"/quiz/makeups/{makeup.id}"))

    assert "由讲师决定" in xiaolin.post("/courses/1/test").text
    assert opened(xiaolin, "/courses/2/test").startswith("/quiz/")
    stuck = laochen.get("/exams").context["stuck"]
    laochen.post(f"/exams/makeups/grant/{stuck[0].id}")
    assert "开始补考" in xiaolin.get("/courses/1").text


def test_a_test_that_was_begun_goes_on(course, xiaolin):
    assert opened(xiaolin, "/courses/1/test") == opened(xiaolin, "/courses/1/test")


def test_before_a_session_the_test_shows_where_one_stands_and_counts_for_nothing(course, xiaolin):
    add_run(course, 20, present=False)
    attempt = take(xiaolin, course, False)

    with reading(course.engine) as session:
        assert "pretest" == session.get(Attempt, attempt).mode
    assert [[], [], []] == [all_of(course, t) for t in (TrainingRecord, Makeup, Evaluation)]
    assert "上完课再来考" in xiaolin.post("/courses/1/test").text


def test_a_course_without_questions_says_so(course, xiaolin):
    with writing(course.engine) as session:
        session.add(Course(id=2, title="新课", sections=["ch99-s1"], goal="", question_sections=["ch99-s1"]))

    assert "题库里还没有这门课的题" in xiaolin.get("/courses/2").text
    assert 400 == xiaolin.post("/courses/2/test").status_code


def passed_on(house, day, **more):
    with writing(house.engine) as session:
        row = TrainingRecord(person_id=1, course_id=1, hours=1, score=90, passed=True, day=day, **more)
        session.add(row)


def test_a_pass_runs_out_after_the_months_of_its_course(course):
    with reading(course.engine) as session:
        found = session.get(Course, 1)
    row = TrainingRecord(id=1, person_id=1, course_id=1, hours=1, passed=True, day=TODAY)
    ages = (0, 182, 183)
    states = [courses.state_of(found, [row], TODAY + timedelta(days=d)).state for d in ages]

    assert ["合格", "合格", "过期"] == states


def learned(house):
    return [(e.run_id, e.before, e.value, e.by_id) for e in all_of(house, Evaluation) if e.level == 2]


def begin(house, run_id=1):
    """The session begins now."""
    with writing(house.engine) as session:
        run = session.get(ClassRun, run_id)
        run.starts, run.ends = clock.now(), clock.now() + timedelta(hours=1)


@pytest.mark.parametrize("filed_first", [True, False])
def test_what_was_learned_is_taken_from_the_tests_before_and_after_class(
    course, xiaolin, laochen, filed_first
):
    add_run(course, 20)
    take(xiaolin, course, False)
    begin(course)
    acts = [lambda: laochen.post("/training/runs/1/close"), lambda: take(xiaolin, course, True)]
    for act in acts if filed_first else acts[::-1]:
        act()

    (record,) = all_of(course, TrainingRecord)
    ((run, before, after, by),) = learned(course)
    assert (1, 0, record.score, 1) == (run, before, after, by)
    page = laochen.get("/training/evaluation")
    assert "0.0 → 100.0 · 测验" in page.text


def test_a_test_before_class_waits_in_the_form_of_the_trainer_until_there_is_one_after(
    course, xiaolin, laochen
):
    add_run(course, 20)
    attempt = take(xiaolin, course, False)
    begin(course)
    laochen.post("/training/runs/1/close")
    page = laochen.get("/training/runs/1")

    assert [] == learned(course)
    assert attempt == page.context["early"][1].id
    assert f'<a class="meta" href="/quiz/{attempt}">前测卷</a>' in page.text


def test_the_trainer_may_change_what_the_tests_say_and_that_is_on_record(course, xiaolin, laochen, house):
    add_run(course, -1)
    take(xiaolin, course, True)
    laochen.post("/training/runs/1/close")
    laochen.post("/training/runs/1/score", data={"person_id": 1, "before": 40, "after": 65})

    (record,) = all_of(course, TrainingRecord)
    assert (65, False, None) == (record.score, record.passed, record.attempt_id)
    assert [(1, 40, 65, 2)] == learned(course)
    with reading(house.engine) as session:
        assert (
            "run 1 person 1: 100.0 → 65.0"
            == session.exec(select(AuditEntry.target).where(AuditEntry.act == "mark")).one()
        )


def test_a_regrade_leaves_a_mark_that_the_trainer_entered(course, xiaolin, laochen, house):
    add_run(course, -1)
    attempt = take(xiaolin, course, True)
    laochen.post("/training/runs/1/close")
    laochen.post("/training/runs/1/score", data={"person_id": 1, "after": 75})
    with writing(house.engine) as session:
        row = session.get(Attempt, attempt)
        row.score = 90
        session.add(row)
        rescored(session, house, [row], clock.now())

    assert [75] == [r.score for r in all_of(course, TrainingRecord)]


def test_what_has_run_out_shows_on_the_persons_pages_and_in_what_is_missing(course, laochen, xiaolin):
    passed_on(course, TODAY - timedelta(days=200))
    with writing(course.engine) as session:
        session.add(Employee(person_id=1, hired=TODAY, level="probation", level_since=TODAY))
    pages = [laochen.get(p).text for p in ("/team/1", "/training/archive/1", "/training/archive/1/print")]

    assert all("过期" in text for text in pages)
    assert all("上过的课都在有效期内" in text for text in pages[:2])
    assert "过期" in xiaolin.get("/courses").text
    book = openpyxl.load_workbook(io.BytesIO(laochen.get("/training/archive/1/sheet.xlsx").content))
    assert "过期" == book["培训记录"]["I3"].value
    assert opened(xiaolin, "/courses/1/test").startswith("/quiz/")


@pytest.mark.parametrize(("months", "days"), [(12, 30), (1, 7)])
def test_a_pass_opens_for_renewal_in_its_last_month_or_quarter(course, months, days):
    with reading(course.engine) as session:
        found = session.get(Course, 1)
    found.valid_months = months
    record = TrainingRecord(id=1, person_id=1, course_id=1, hours=1, passed=True, day=TODAY)
    state = courses.state_of(found, [record], TODAY)

    assert timedelta(days=days) == state.until - state.renewed_from


def test_a_newer_pass_takes_the_place_of_one_that_ran_out(course, laochen, house):
    passed_on(course, TODAY - timedelta(days=200))
    passed_on(course, TODAY - timedelta(days=5))

    with reading(house.engine) as session:
        assert () == standing_of(session, house, session.get(Person, 1)).expired_courses
    assert "过期" not in laochen.get("/team/1").text


def test_nothing_is_asked_of_a_course_that_was_retired_or_never_passed(course, house):
    passed_on(course, TODAY - timedelta(days=200))
    with writing(house.engine) as session:
        session.get(Course, 1).retired = True

    with reading(house.engine) as session:
        assert () == standing_of(session, house, session.get(Person, 1)).expired_courses


def test_an_expired_course_is_a_line_of_the_checklist_only_where_there_is_one():
    fresh = Standing("probation", TODAY, TODAY)
    late = Standing("probation", TODAY, TODAY, expired_courses=("催缴红线",))

    assert [5, 6] == [len(gates(s, Rules())) for s in (fresh, late)]
    assert [("催缴红线",)] == [g.lacking for g in gates(late, Rules()) if g.name == "上过的课都在有效期内"]
    assert () == gates(Standing("trainer", TODAY, TODAY, expired_courses=("催缴红线",)), Rules())


def test_a_pass_may_be_renewed_in_its_last_month_and_gets_a_record_of_its_own(course, xiaolin):
    passed_on(course, TODAY - timedelta(days=160))
    take(xiaolin, course, True)

    assert [TODAY - timedelta(days=160), TODAY] == [r.day for r in all_of(course, TrainingRecord)]


def test_another_teams_tests_are_not_to_be_seen(course, xiaolin, sign_in):
    attempt = take(xiaolin, course, True)

    assert [200, 404] == [sign_in(who).get(f"/quiz/{attempt}").status_code for who in ("laochen", "xiaozhou")]
    assert [] == sign_in("xiaozhou").get("/courses/1").context["records"]


def test_a_regrade_of_the_paper_changes_the_record_that_stands_on_it(course, xiaolin, house):
    attempt = take(xiaolin, course, False)
    with writing(house.engine) as session:
        row = session.get(Attempt, attempt)
        row.score, row.passed = 75, True
        session.add(row)
        rescored(session, house, [row], clock.now())

    (record,) = all_of(course, TrainingRecord)
    assert (75, True, 0) == (record.score, record.passed, record.makeups)


def test_the_list_of_courses_costs_at_most_six_statements(course, xiaolin, house):
    passed_on(course, TODAY)

    assert len(statements(house.engine, lambda: xiaolin.get("/courses"))) <= 6
