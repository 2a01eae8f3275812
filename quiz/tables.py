"""Tables of quizzes: versions of questions, papers, attempts, answers, review cards, certificates."""

from datetime import datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from kb.columns import UTCDateTime


class QuestionVersion(SQLModel, table=True):
    """A question exactly as it was asked; never changed once used."""

    digest: str = Field(primary_key=True)
    question_id: str = Field(index=True)
    section: str = Field(index=True)
    body: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    first_used: datetime = Field(sa_type=UTCDateTime)


class Attempt(SQLModel, table=True):
    """One sitting: the server owns order, clock and pool."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    mode: str = Field(index=True)
    title: str
    digests: list = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    shuffle_seed: int = 0
    started: datetime = Field(sa_type=UTCDateTime)
    deadline: datetime | None = Field(default=None, sa_type=UTCDateTime)
    submitted: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    score: float | None = None
    passed: bool | None = None
    pass_mark: int = 80
    makeup_of: int | None = None


class AttemptAnswer(SQLModel, table=True):
    """The last saved answer to one question; a late one is kept but not scored."""

    __table_args__ = (UniqueConstraint("attempt_id", "place"),)
    id: int | None = Field(default=None, primary_key=True)
    attempt_id: int = Field(index=True)
    place: int
    digest: str = Field(index=True)
    answer: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    flagged: bool = False
    late: bool = False
    saved: datetime = Field(sa_type=UTCDateTime)
    share: float | None = None
    points: list = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class ReviewCard(SQLModel, table=True):
    """What a person got wrong and meets again; `card` is the FSRS state."""

    __table_args__ = (UniqueConstraint("person_id", "item"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    item: str = Field(index=True)
    section: str = Field(index=True)
    front: str
    back: str
    red_line: str = ""
    card: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    due: datetime = Field(sa_type=UTCDateTime, index=True)
    streak: int = 0
    wrong: int = 1
    left_book: datetime | None = Field(default=None, sa_type=UTCDateTime)
    added: datetime = Field(sa_type=UTCDateTime)


class ReviewLog(SQLModel, table=True):
    """One review of one card."""

    id: int | None = Field(default=None, primary_key=True)
    card_id: int = Field(index=True)
    person_id: int = Field(index=True)
    remembered: bool
    at: datetime = Field(sa_type=UTCDateTime, index=True)


class Certificate(SQLModel, table=True):
    """A passed examination, with the code by which anyone can check it."""

    code: str = Field(primary_key=True)
    person_id: int = Field(index=True)
    attempt_id: int = Field(unique=True)
    title: str
    score: float
    issued: datetime = Field(sa_type=UTCDateTime)


class ExtraTime(SQLModel, table=True):
    """More time for one person, in per cent of every limit."""

    person_id: int = Field(primary_key=True)
    percent: int
    reason: str = ""
    by_id: int
