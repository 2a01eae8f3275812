"""Evaluation on four levels, and the instructors' review that follows from it."""

import csv
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlmodel import Session, col, func, select
from starlette.datastructures import FormData

from kb.masking import mask
from quiz.training.tables import ClassRun, Course, Evaluation, InstructorReview, TrainingRecord
from server import clock, forms
from server.accounts.tables import Person
from server.acts import act
from server.deps import CurrentPerson, HouseDep, RequestKeyForm, SessionDep, Trainer
from server.errors import Missing, Refused
from server.oversight import may_see, people_of
from server.pages import page
from server.routes.plans import names_of, trainers_of
from server.routes.training import read_form
from server.sheets import sheet_response

router = APIRouter(prefix="/training")
QUESTIONS = ("内容对工作有用", "讲得清楚", "练得够", "时间安排合适", "下次还愿意来")
BEHAVIOUR = ("质检", "跟岗", "回访")
RESULTS = ("投诉率", "满意度", "收缴率", "离职率")
AFTER = (30, 60, 90)


@router.get("/evaluation")
def show(request: Request, trainer: Trainer, session: SessionDep) -> Response:
    people = people_of(session, trainer)
    ids = [p.id for p in people]
    rows = session.exec(select(Evaluation).order_by(col(Evaluation.id).desc()).limit(2000)).all()
    return page(
        request, "training/evaluation.html", active="plan", tab="evaluation", people=people, names=names_of(session),
        reaction=reaction(session), learning=[r for r in rows if r.level == 2 and r.person_id in ids][:50],
        behaviour=[r for r in rows if r.level == 3 and r.person_id in ids][:50], quarters=quarters(rows), RESULTS=RESULTS,
        BEHAVIOUR=BEHAVIOUR, AFTER=AFTER, due=observations_due(session, ids, clock.today()),
        courses=dict(session.exec(select(Course.id, Course.title)).all()),
    )  # fmt: skip


def reaction(session: Session) -> list[tuple]:
    """Level 1 per session: course, day, answers, mean of five."""
    return list(session.exec(
        select(ClassRun.id, ClassRun.course_id, ClassRun.starts, func.count(func.distinct(Evaluation.person_id)), func.avg(Evaluation.value))
        .join(Evaluation, Evaluation.run_id == ClassRun.id).where(Evaluation.level == 1)
        .group_by(ClassRun.id, ClassRun.course_id, ClassRun.starts).order_by(col(ClassRun.starts).desc()).limit(50)
    ))  # fmt: skip


def quarters(rows) -> dict[str, dict[str, float]]:
    """Level 4: quarter → measure → the value entered last, newest quarter first."""
    found: dict[str, dict[str, float]] = {}
    for row in reversed(rows):
        if row.level == 4:
            found.setdefault(row.quarter, {})[row.measure] = row.value
    return dict(sorted(found.items(), reverse=True))


def observations_due(session: Session, ids: list[int], today: date) -> list[tuple[int, int, int, date]]:
    """Level 3 that is missing: (person, course, days after, day), for courses of the last 120 days."""
    filed = session.exec(
        select(TrainingRecord).where(col(TrainingRecord.person_id).in_(ids), TrainingRecord.hours > 0,
                                     TrainingRecord.day >= today - timedelta(days=120))
    ).all()  # fmt: skip
    done = set(session.exec(
        select(Evaluation.person_id, Evaluation.course_id, Evaluation.days_after).where(Evaluation.level == 3)
    ).all())  # fmt: skip
    found = [
        (r.person_id, r.course_id, n, r.day + timedelta(days=n)) for r in filed for n in AFTER
        if r.day + timedelta(days=n) <= today and (r.person_id, r.course_id, n) not in done
    ]  # fmt: skip
    return sorted(found, key=lambda d: d[3])


@router.get("/evaluation.xlsx")
def sheet(trainer: Trainer, session: SessionDep) -> Response:
    people = {p.id: p.name for p in people_of(session, trainer)}
    return sheet_response(forms.evaluation_workbook(session, people), "培训效果评估表.xlsx")


@router.get("/runs/{run_id}/feedback")
def show_feedback(request: Request, run_id: int, person: CurrentPerson, session: SessionDep) -> Response:
    run = attended(session, person, run_id)
    return page(request, "training/feedback.html", active="home", run=run, course=session.get(Course, run.course_id),
                QUESTIONS=QUESTIONS, open=clock.local(run.starts).date() == clock.today())  # fmt: skip


def attended(session: Session, person: Person, run_id: int) -> ClassRun:
    run = session.get(ClassRun, run_id)
    if run is None or person.id not in run.expected:
        raise Missing
    return run


@router.post("/runs/{run_id}/feedback")
def feedback(run_id: int, person: CurrentPerson, house: HouseDep, form: Annotated[FormData, Depends(read_form)]) -> Response:
    """Level 1: five answers of one to five on the day itself, once."""

    def work(session: Session) -> str:
        run = attended(session, person, run_id)
        given = [str(form.get(f"q{i}", "")) for i in range(len(QUESTIONS))]
        if clock.local(run.starts).date() != clock.today():
            raise Refused("问卷只在培训当天收。")
        if not all(v in "12345" and v for v in given):
            raise Refused("五题都要选一个分。")
        if session.exec(select(Evaluation).where(Evaluation.run_id == run.id, Evaluation.level == 1,
                                                 Evaluation.person_id == person.id)).first():  # fmt: skip
            raise Refused("你已经交过这一场的问卷。")
        for question, value in zip(QUESTIONS, given, strict=True):
            session.add(Evaluation(level=1, person_id=person.id, course_id=run.course_id, run_id=run.id, measure=question,
                                   value=float(value), words=mask(str(form.get("words", ""))[:300]).masked if question == QUESTIONS[0] else "",
                                   by_id=person.id, at=clock.now()))  # fmt: skip
        return "/training/mine"

    return act(house, person, str(form.get("request_key", "")), work)


@router.post("/evaluation/behaviour")
def behaviour(
    trainer: Trainer, house: HouseDep, person_id: Annotated[int, Form()], course_id: Annotated[int, Form()],
    days_after: Annotated[int, Form()], measure: Annotated[str, Form()], value: Annotated[float, Form(ge=0, le=100)],
    words: Annotated[str, Form(max_length=500)] = "", key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """Level 3: what the work looks like 30, 60 or 90 days later."""

    def work(session: Session) -> str:
        if not may_see(session, trainer, person_id) or days_after not in AFTER or measure not in BEHAVIOUR:
            raise Missing
        session.add(Evaluation(level=3, person_id=person_id, course_id=course_id, days_after=days_after, measure=measure,
                               value=value, words=mask(words).masked, by_id=trainer.id, at=clock.now()))  # fmt: skip
        return "/training/evaluation"

    return act(house, trainer, key, work)


@router.post("/evaluation/results")
def results(trainer: Trainer, house: HouseDep, lines: Annotated[str, Form(max_length=20000)], key: RequestKeyForm = "") -> Response:
    """Level 4, typed or pasted from a sheet: quarter, measure, value on each line."""

    def work(session: Session) -> str:
        for number, row in enumerate(csv.reader(lines.replace("\t", ",").replace("，", ",").splitlines()), 1):
            if row:
                session.add(result_row(row, number, trainer.id))
        return "/training/evaluation"

    return act(house, trainer, key, work)


def result_row(row: list[str], number: int, by_id: int) -> Evaluation:
    try:
        quarter, measure, value = (cell.strip() for cell in row)
        amount = float(value.rstrip("%"))
    except ValueError as error:
        raise Refused(f"第 {number} 行没看懂，应是“2026Q3,投诉率,1.2”。一行也没有收。") from error
    if measure not in RESULTS or len(quarter) != 6 or quarter[4] not in "Qq" or not quarter[:4].isdigit():
        raise Refused(f"第 {number} 行的季度或指标不对；季度写 2026Q3，指标是{'、'.join(RESULTS)}。")
    return Evaluation(level=4, quarter=quarter.upper(), measure=measure, value=amount, by_id=by_id, at=clock.now())


@router.get("/instructors")
def instructors(request: Request, trainer: Trainer, session: SessionDep) -> Response:
    rows = session.exec(select(InstructorReview).order_by(col(InstructorReview.id).desc()).limit(100)).all()
    people = trainers_of(session)
    return page(request, "training/instructors.html", active="plan", tab="instructors", reviews=rows, people=people,
                names=names_of(session), found={p.id: measured(session, p.id) for p in people})  # fmt: skip


def measured(session: Session, instructor_id: int) -> tuple[float | None, float | None]:
    """Learners' mean of all questionnaires, of 100, and the share of marked records that passed, in per cent."""
    score = session.exec(
        select(func.avg(Evaluation.value)).join(ClassRun, ClassRun.id == Evaluation.run_id)
        .where(Evaluation.level == 1, ClassRun.instructor_id == instructor_id)
    ).one()  # fmt: skip
    marks = session.exec(
        select(TrainingRecord.passed).join(ClassRun, ClassRun.id == TrainingRecord.run_id)
        .where(ClassRun.instructor_id == instructor_id, col(TrainingRecord.passed).is_not(None))
    ).all()  # fmt: skip
    return (None if score is None else round(20 * score, 1), round(100 * sum(marks) / len(marks), 1) if marks else None)


@router.post("/instructors/{person_id}")
def review(
    person_id: int, trainer: Trainer, house: HouseDep, period: Annotated[str, Form(min_length=4, max_length=20)],
    material_updates: Annotated[int, Form(ge=0, le=999)] = 0, words: Annotated[str, Form(max_length=500)] = "",
    key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """Learners' score and pass rate are taken from the records, never typed in; nobody reviews themselves."""

    def work(session: Session) -> str:
        who = session.get(Person, person_id)
        if who is None or trainer.id == person_id:
            raise Missing
        score, rate = measured(session, person_id)
        session.add(InstructorReview(instructor_id=person_id, period=period, learner_score=score, pass_rate=rate,
                                     material_updates=material_updates, words=mask(words).masked, by_id=trainer.id, at=clock.now()))  # fmt: skip
        return "/training/instructors"

    return act(house, trainer, key, work)
