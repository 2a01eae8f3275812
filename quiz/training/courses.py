"""Courses: the test of each, what a person has shown of it, and when that runs out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, select

from quiz.questions import Question
from quiz.tables import Attempt, QuestionVersion
from quiz.training.progress import MONTH
from quiz.training.tables import ClassRun, Course, TrainingRecord

# A pass may be renewed in the last month before it runs out, or in the last quarter when it holds for less than four.
RENEWABLE, SHARE = timedelta(days=30), 4


@dataclass(frozen=True)
class CourseState:
    """What one person has shown of one course; `record` is the line that says so."""

    state: str
    record: TrainingRecord | None = None
    until: date | None = None
    months: int = 0

    @property
    def renewed_from(self) -> date | None:
        """The first day on which a pass may be renewed."""
        return self.until and renewal(self.record.day, self.months)


def records_of(session: Session, person_id: int) -> list[TrainingRecord]:
    return list(session.exec(select(TrainingRecord).where(TrainingRecord.person_id == person_id)))


def state_of(course: Course, records: Iterable[TrainingRecord], today: date) -> CourseState:
    """The newest pass decides, for as many months as the course says; without one, the newest record does."""
    mine = sorted((r for r in records if r.course_id == course.id), key=lambda r: (r.day, r.id or 0))
    passed = [r for r in mine if r.passed]
    if passed:
        until = valid_until(passed[-1].day, course.valid_months)
        return CourseState("合格" if today <= until else "过期", passed[-1], until, course.valid_months)
    if not mine:
        return CourseState("没上")
    return CourseState("没考" if mine[-1].passed is None else "不合格", mine[-1])


def standing_passes(
    courses: Iterable[Course], records: Sequence[TrainingRecord], today: date
) -> dict[int, CourseState]:
    """The state of each course by the id of the record that decides it, where there is a pass."""
    found = (state_of(c, records, today) for c in courses)
    return {s.record.id: s for s in found if s.until}


def valid_until(day: date, months: int) -> date:
    return day + months * MONTH


def renewal(day: date, months: int) -> date:
    """The first day on which a pass of that day may be renewed."""
    until = valid_until(day, months)
    return until - min(RENEWABLE, (until - day) / SHARE)


@dataclass(frozen=True)
class Pass:
    """The newest pass of one person in one course."""

    person_id: int
    course_id: int
    title: str
    until: date
    renewed_from: date


def passes(session: Session, people: Sequence[int]) -> list[Pass]:
    """The newest pass of each of these people in every course that is still given, in one statement."""
    rows = session.exec(
        select(TrainingRecord.person_id, Course.id, Course.title, Course.valid_months, func.max(TrainingRecord.day))
        .join(Course, Course.id == TrainingRecord.course_id)
        .where(col(TrainingRecord.person_id).in_(people), TrainingRecord.passed, col(Course.retired).is_(False))
        .group_by(TrainingRecord.person_id, Course.id, Course.title, Course.valid_months).order_by(Course.title)
    )  # fmt: skip
    return [
        Pass(p, c, title, valid_until(day, months), renewal(day, months)) for p, c, title, months, day in rows
    ]


def run_out(session: Session, people: Sequence[int], today: date) -> dict[int, tuple[str, ...]]:
    """Titles of the courses whose newest pass has run out, by person."""
    found: dict[int, tuple[str, ...]] = {}
    for one in passes(session, people):
        if one.until < today:
            found[one.person_id] = (*found.get(one.person_id, ()), one.title)
    return found


def pool(questions: Iterable[Question], course: Course) -> list[Question]:
    """What the course's test may ask: the sections chosen for it, else its own."""
    sections = course.question_sections or course.sections
    return [q for q in questions if q.section in sections]


def coming_run(session: Session, course_id: int, person_id: int, now: datetime) -> ClassRun | None:
    """The next session of the course that the person is expected at."""
    rows = session.exec(
        select(ClassRun)
        .where(ClassRun.course_id == course_id, ClassRun.starts > now)
        .order_by(col(ClassRun.starts))
    )
    return next((run for run in rows if person_id in run.expected), None)


def attempts_at(session: Session, course_id: int, people: Sequence[int]) -> list[Attempt]:
    """Everything these people sat for the course, oldest first."""
    return list(session.exec(
        select(Attempt).where(Attempt.course_id == course_id, col(Attempt.person_id).in_(people)).order_by(col(Attempt.id))
    ))  # fmt: skip


def before_class(attempts: Iterable[Attempt], run: ClassRun) -> dict[int, Attempt]:
    """The newest test that each person began before this session and handed in, by person."""
    return {
        a.person_id: a for a in attempts if a.mode == "pretest" and a.submitted and a.started < run.starts
    }


def asked(session: Session, attempts: Iterable[Attempt]) -> set[str]:
    """Questions that these papers have asked, so that the next one asks others where it can."""
    digests = {d for a in attempts for d in a.digests}
    return set(
        session.exec(select(QuestionVersion.question_id).where(col(QuestionVersion.digest).in_(digests)))
    )
