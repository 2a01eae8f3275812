"""Tables of chapter 11's training system, one for each form of the handbook (ch11-s3)."""

from datetime import date, datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from kb.columns import UTCDateTime


def json_list() -> list:
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class Employee(SQLModel, table=True):
    """员工: what the training record knows of a person beyond the account."""

    person_id: int = Field(primary_key=True)
    number: str = Field(default="", index=True)
    post: str = ""
    project: str = Field(default="", index=True)
    hired: date
    level: str = Field(default="onboarding", index=True)
    level_since: date
    mentor_id: int | None = Field(default=None, index=True)
    status: str = "在岗"
    left: date | None = None
    note: str = ""
    email: str = ""


class AnnualPlan(SQLModel, table=True):
    """年计划."""

    id: int | None = Field(default=None, primary_key=True)
    year: int = Field(index=True)
    goal: str
    theme: str
    audience: str
    hours: float
    quarter: int
    budget: float = 0
    owner_id: int
    status: str = "草稿"
    approved_by: int | None = None
    approved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class MonthlyPlan(SQLModel, table=True):
    """月计划: one course on one day."""

    id: int | None = Field(default=None, primary_key=True)
    month: str = Field(index=True)
    course_id: int = Field(index=True)
    sections: list = json_list()
    day: date
    place: str
    instructor_id: int
    audience: str
    way: str = "集中授课"
    hours: float
    required: bool = True
    status: str = "草稿"
    approved_by: int | None = None
    approved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Course(SQLModel, table=True):
    """课程."""

    id: int | None = Field(default=None, primary_key=True)
    title: str
    sections: list = json_list()
    goal: str
    level: str = "onboarding"
    minutes: int = 60
    question_sections: list = json_list()
    scenario_ids: list = json_list()
    pass_mark: int = 80
    valid_months: int = 12
    version: int = 1
    retired: bool = False


class ClassRun(SQLModel, table=True):
    """场次: one session of a course; `code` is what attendees enter or scan."""

    id: int | None = Field(default=None, primary_key=True)
    course_id: int = Field(index=True)
    plan_id: int | None = None
    starts: datetime = Field(sa_type=UTCDateTime, index=True)
    ends: datetime = Field(sa_type=UTCDateTime)
    place: str
    instructor_id: int = Field(index=True)
    expected: list = json_list()
    code: str = ""
    code_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    noticed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class SignIn(SQLModel, table=True):
    """签到表: one line of the attendance sheet."""

    __table_args__ = (UniqueConstraint("run_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(index=True)
    person_id: int = Field(index=True)
    arrived: datetime | None = Field(default=None, sa_type=UTCDateTime)
    left: datetime | None = Field(default=None, sa_type=UTCDateTime)
    way: str = ""
    late: bool = False
    early: bool = False
    leave_reason: str = ""
    proxy: bool = False
    makeup_run_id: int | None = None


class TrainingRecord(SQLModel, table=True):
    """培训记录: a course completed, or not, by one person."""

    __table_args__ = (UniqueConstraint("run_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    course_id: int = Field(index=True)
    run_id: int | None = None
    hours: float
    score: float | None = None
    passed: bool | None = None
    certificate: str = ""
    makeups: int = 0
    day: date = Field(index=True)
    # The paper that the mark stands on; None when a trainer entered the mark.
    attempt_id: int | None = Field(default=None, index=True)


class Makeup(SQLModel, table=True):
    """补考: a second chance at an examination or a missed session."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    original_attempt_id: int | None = None
    exam: str
    reason: str
    due: date
    number: int = 1
    attempt_id: int | None = None
    score: float | None = None
    passed: bool | None = None
    approved_by: int | None = None


class Mentoring(SQLModel, table=True):
    """带教: one week of a mentor and an apprentice, signed by both."""

    __table_args__ = (UniqueConstraint("apprentice_id", "week"),)
    id: int | None = Field(default=None, primary_key=True)
    mentor_id: int = Field(index=True)
    apprentice_id: int = Field(index=True)
    week: date
    goal: str
    observation: str = ""
    checklist: list = json_list()
    mentor_signed: datetime | None = Field(default=None, sa_type=UTCDateTime)
    apprentice_signed: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Evaluation(SQLModel, table=True):
    """柯氏四级评估: level 1 reaction, 2 learning, 3 behaviour, 4 results (Kirkpatrick)."""

    id: int | None = Field(default=None, primary_key=True)
    level: int = Field(index=True)
    person_id: int | None = Field(default=None, index=True)
    course_id: int | None = Field(default=None, index=True)
    run_id: int | None = Field(default=None, index=True)
    quarter: str = ""
    days_after: int | None = None
    measure: str
    value: float
    before: float | None = None
    words: str = ""
    by_id: int
    at: datetime = Field(sa_type=UTCDateTime)


class LevelChange(SQLModel, table=True):
    """等级变更: always decided by a person."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    before: str
    after: str
    basis: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    reason: str = ""
    approved_by: int
    effective: date
    review_on: date | None = None
    at: datetime = Field(sa_type=UTCDateTime)


class InstructorReview(SQLModel, table=True):
    """讲师评."""

    id: int | None = Field(default=None, primary_key=True)
    instructor_id: int = Field(index=True)
    period: str
    learner_score: float | None = None
    pass_rate: float | None = None
    material_updates: int = 0
    words: str = ""
    by_id: int
    at: datetime = Field(sa_type=UTCDateTime)


class ArchiveNote(SQLModel, table=True):
    """One line of the archive that is not computed: reward, penalty, comment, appraisal by mentor or supervisor."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    kind: str
    words: str
    score: float | None = None
    by_id: int
    day: date


class Reading(SQLModel, table=True):
    """Time really spent on one article: visible, scrolled and not idle."""

    person_id: int = Field(primary_key=True)
    article_id: str = Field(primary_key=True)
    section: str = Field(index=True)
    seconds: int = 0
    depth: int = 0
    first: datetime = Field(sa_type=UTCDateTime)
    last: datetime = Field(sa_type=UTCDateTime)
    digest: str = ""


class EvidenceRow(SQLModel, table=True):
    """What a person has shown about a section: a test, a review, a drill, a reading, an appraisal."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    section: str = Field(index=True)
    kind: str
    score: float | None = None
    seconds: int = 0
    source: str = ""
    at: datetime = Field(sa_type=UTCDateTime, index=True)


class Progress(SQLModel, table=True):
    """进度: derived from evidence, rewritten whole in the transaction that adds evidence."""

    person_id: int = Field(primary_key=True)
    section: str = Field(primary_key=True)
    state: str
    first: datetime = Field(sa_type=UTCDateTime)
    last: datetime = Field(sa_type=UTCDateTime)
    seconds: int = 0
    best: float | None = None
    weak: str = ""
    next_review: date | None = None


class Setting(SQLModel, table=True):
    """A rule of the training system that the company has set, such as the gates of a level."""

    name: str = Field(primary_key=True)
    value: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    by_id: int | None = None
    at: datetime = Field(sa_type=UTCDateTime)


class Notice(SQLModel, table=True):
    """A reminder shown in the product and, where set up, sent by mail or robot."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    kind: str
    words: str
    link: str = ""
    key: str = Field(unique=True)
    at: datetime = Field(sa_type=UTCDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
