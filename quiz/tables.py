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
    paper_id: int | None = Field(default=None, index=True)
    course_id: int | None = Field(default=None, index=True)


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
    withdrawn: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ExtraTime(SQLModel, table=True):
    """More time for one person, in per cent of every limit."""

    person_id: int = Field(primary_key=True)
    percent: int
    reason: str = ""
    by_id: int


class FixedPaper(SQLModel, table=True):
    """The same questions for everyone who sits it, frozen when the paper was set."""

    id: int | None = Field(default=None, primary_key=True)
    title: str
    digests: list = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    minutes: int
    pass_mark: int = 80
    by_id: int
    made: datetime = Field(sa_type=UTCDateTime)
    closed: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Regrade(SQLModel, table=True):
    """One correction of the marks of a question: by another version's key, or full marks for everybody."""

    id: int | None = Field(default=None, primary_key=True)
    question_id: str = Field(index=True)
    how: str
    key_digest: str = ""
    reason: str
    by_id: int
    at: datetime = Field(sa_type=UTCDateTime)
    undone: datetime | None = Field(default=None, sa_type=UTCDateTime)
    undone_by: int | None = None


class RegradeChange(SQLModel, table=True):
    """What one regrade did to one answer, so that it can be shown and taken back."""

    __table_args__ = (UniqueConstraint("regrade_id", "attempt_id", "place"),)
    id: int | None = Field(default=None, primary_key=True)
    regrade_id: int = Field(index=True)
    attempt_id: int = Field(index=True)
    place: int
    share_before: float
    share_after: float


class SourceCheck(SQLModel, table=True):
    """The text of a cited heading as it stood when somebody last compared the question with it."""

    question_id: str = Field(primary_key=True)
    article_id: str = Field(primary_key=True)
    heading: str = Field(primary_key=True)
    digest: str
    by_id: int
    at: datetime = Field(sa_type=UTCDateTime)
