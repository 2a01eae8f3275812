"""Filing a session: training records, certificates, marks as evidence, and what absence leads to."""

import secrets
from datetime import datetime, timedelta

from sqlmodel import Session, select

from quiz.evidence import Evidence
from quiz.training.records import rules
from quiz.training.tables import ClassRun, Course, Makeup, SignIn, TrainingRecord
from server import audit, clock, coursework
from server.errors import Refused
from server.house import House
from server.lessons import add_evidence


def file_run(session: Session, run: ClassRun, course: Course, now: datetime) -> None:
    """One record for each person expected; absence without leave counts 0 and asks for a make-up."""
    if run.closed_at:
        return
    run.closed_at = now
    session.add(run)
    signed = {s.person_id: s for s in session.exec(select(SignIn).where(SignIn.run_id == run.id))}
    for person_id in run.expected:
        row = signed.get(person_id)
        if row and row.leave_reason:
            continue
        there = bool(row and row.arrived and not row.proxy)
        record = (there and coursework.taken_over(session, run, course, person_id)) or TrainingRecord(
            person_id=person_id, course_id=course.id, hours=0, score=None if there else 0, passed=None if there else False,
            day=clock.local(run.starts).date(),
        )  # fmt: skip
        record.run_id, record.day = run.id, clock.local(run.starts).date()
        record.hours = round(course.minutes / 60, 1) if there else 0
        session.add(record)
        if record.attempt_id:
            session.flush()
            coursework.join(session, record, now)
        if not there:
            due = clock.local(now).date() + timedelta(days=rules(session).makeup_days)
            session.add(Makeup(person_id=person_id, exam=course.title, reason="代签" if row and row.proxy else "无故缺课", due=due))
    session.flush()


def mark_record(
    session: Session, house: House, run: ClassRun, course: Course, person_id: int, before: float | None, after: float,
    by_id: int, now: datetime,
) -> None:  # fmt: skip
    record = session.exec(
        select(TrainingRecord).where(TrainingRecord.run_id == run.id, TrainingRecord.person_id == person_id)
    ).first()
    if record is None or not record.hours:
        raise Refused("先归档这一场，到场的人才能登记成绩。")
    was = record.score
    if was is not None and after != was:
        record.makeups += 1
    if after != was:
        record.attempt_id = None
    record.score, record.passed = after, after >= course.pass_mark
    if record.passed and not record.certificate:
        record.certificate = f"PX-{record.day:%Y}-{secrets.token_hex(3).upper()}"
    session.add(record)
    coursework.learned(session, record, by_id, now, before)
    audit.record(session, now, "mark", person_id=by_id, target=f"run {run.id} person {person_id}: {was} → {after}")
    add_evidence(session, house, [
        Evidence(person_id, section, "exam", after, now, f"run {run.id}") for section in course.sections
    ], now)  # fmt: skip
