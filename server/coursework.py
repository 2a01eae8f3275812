"""The test of a course: who may sit it now, and its mark in the training record and the evaluation."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from quiz.tables import Attempt, Certificate
from quiz.training import courses, makeups
from quiz.training.tables import ClassRun, Course, Evaluation, Makeup, TrainingRecord
from server import clock
from server.pages import day

MEASURE = "前测与后测"
# A test before class stands for the session within so many days.
EARLY = timedelta(days=60)


@dataclass(frozen=True)
class Offer:
    """What a person can do about the test of a course now; `mode` is the paper that a button would open."""

    words: str
    mode: str = ""
    attempt: Attempt | None = None
    makeup: Makeup | None = None
    run: ClassRun | None = None


def offer(
    session: Session, course: Course, person_id: int, sat: list[Attempt], records: list[TrainingRecord], now: datetime
) -> Offer:  # fmt: skip
    """The one thing that is open: what was begun, a make-up, the test before a session, or the test itself."""
    today = clock.local(now).date()
    begun = next((a for a in sat if a.submitted is None), None)
    if begun:
        return Offer("有一份没交", attempt=begun)
    makeup = makeup_of(session, course, person_id)
    if makeup:
        return Offer("上次没过，接着补考", makeup=makeup)
    run = courses.coming_run(session, course.id, person_id, now)
    if run:
        return before_class(run, sat)
    if makeups.exhausted(session, person_id, "course", course.id):
        return Offer("没过，补考也用完了，由讲师决定要不要再给一次")
    stands = courses.state_of(course, records, today)
    if stands.state == "合格" and today < stands.renewed_from and not to_mark(course, records, now):
        return Offer(f"已经合格，{day(stands.renewed_from)}起可以重考")
    return Offer("可以考", "course")


def before_class(run: ClassRun, sat: list[Attempt]) -> Offer:
    done = [a for a in sat if a.mode == "pretest" and a.started > run.starts - EARLY]
    if done:
        return Offer(f"前测 {done[-1].score:g} 分；上完课再来考", run=run)
    return Offer("先做前测摸个底，不计成绩", "pretest", run=run)


def makeup_of(session: Session, course: Course, person_id: int) -> Makeup | None:
    for makeup in makeups.pending(session, person_id):
        original = session.get(Attempt, makeup.original_attempt_id)
        if original and original.course_id == course.id:
            return makeup
    return None


def to_mark(course: Course, records: list[TrainingRecord], now: datetime) -> TrainingRecord | None:
    """The newest session that was attended and is not passed yet, while it still counts."""
    today = clock.local(now).date()
    waiting = [
        r for r in records
        if r.course_id == course.id and r.hours and not r.passed and courses.valid_until(r.day, course.valid_months) >= today
    ]  # fmt: skip
    return max(waiting, key=lambda r: (r.day, r.id), default=None)


def settle(session: Session, attempt: Attempt, now: datetime) -> None:
    """Write the mark of a course's test down: in the record of the session attended, else in one of its own."""
    if attempt.mode != "course" or attempt.score is None:
        return
    course = session.get(Course, attempt.course_id)
    records = courses.records_of(session, attempt.person_id)
    record = (
        same_test(session, attempt, records) or to_mark(course, records, now)
        or TrainingRecord(person_id=attempt.person_id, course_id=course.id, hours=0, day=clock.local(now).date())
    )  # fmt: skip
    enter(session, record, attempt, now)


def resettle(session: Session, attempt: Attempt, now: datetime) -> None:
    """After a regrade: the record that stands on this paper follows it."""
    record = session.exec(select(TrainingRecord).where(TrainingRecord.attempt_id == attempt.id)).first()
    if record:
        enter(session, record, attempt, now)


def same_test(session: Session, attempt: Attempt, records: list[TrainingRecord]) -> TrainingRecord | None:
    """The record of the test that this one makes up."""
    first = attempt.makeup_of or attempt.id
    papers = {first, *session.exec(select(Attempt.id).where(Attempt.makeup_of == first))}
    return next((r for r in records if r.attempt_id in papers), None)


def enter(session: Session, record: TrainingRecord, attempt: Attempt, now: datetime) -> None:
    if record.attempt_id != attempt.id:
        record.makeups += record.score is not None
        record.day = record.day if record.run_id else clock.local(now).date()
    record.score, record.passed, record.attempt_id = attempt.score, attempt.passed, attempt.id
    paper = session.exec(select(Certificate.code).where(Certificate.attempt_id == attempt.id)).first()
    record.certificate = (paper or record.certificate) if attempt.passed else ""
    session.add(record)
    session.flush()
    learned(session, record, attempt.person_id, now)


def learned(
    session: Session, record: TrainingRecord, by_id: int, now: datetime, before: float | None = None
) -> Evaluation:
    """Level 2 of the evaluation: one line for a person and session, from the record and the test before class."""
    row = session.exec(
        select(Evaluation).where(Evaluation.level == 2, Evaluation.person_id == record.person_id,
                                 Evaluation.course_id == record.course_id, Evaluation.run_id == record.run_id)
        .order_by(col(Evaluation.id).desc())
    ).first() or Evaluation(level=2, person_id=record.person_id, course_id=record.course_id, run_id=record.run_id,
                            measure=MEASURE, value=0, by_id=by_id, at=now)  # fmt: skip
    run = session.get(ClassRun, record.run_id) if record.run_id else None
    if before is None and row.before is None and run:
        early = courses.before_class(courses.attempts_at(session, record.course_id, [record.person_id]), run)
        before = early[record.person_id].score if early else None
    row.before = before if before is not None else row.before
    row.value, row.by_id, row.at = record.score, by_id, now
    session.add(row)
    return row


def taken_over(session: Session, run: ClassRun, course: Course, person_id: int) -> TrainingRecord | None:
    """The record of a test that was handed in since the session began: filing the session completes it."""
    rows = session.exec(
        select(TrainingRecord).join(Attempt, Attempt.id == TrainingRecord.attempt_id)
        .where(TrainingRecord.person_id == person_id, TrainingRecord.course_id == course.id,
               col(TrainingRecord.run_id).is_(None), Attempt.started >= run.starts)
    )  # fmt: skip
    return rows.first()


def join(session: Session, record: TrainingRecord, now: datetime) -> None:
    """The evaluation's line of a test moves to the session that its record now belongs to."""
    for row in session.exec(select(Evaluation).where(
        Evaluation.level == 2, Evaluation.person_id == record.person_id, Evaluation.course_id == record.course_id,
        col(Evaluation.run_id).is_(None), Evaluation.value == record.score,
    )):  # fmt: skip
        row.run_id = record.run_id
        session.add(row)
    session.flush()
    learned(session, record, record.person_id, now)
