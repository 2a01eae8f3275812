"""Tables of drills: runs, assignments, a trainer's corrections and a trainee's appeals."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from kb.columns import UTCDateTime


class DrillRun(SQLModel, table=True):
    """One drill of one person; `state` replays it exactly, `total` is set when it ends."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    scenario_id: str = Field(index=True)
    assignment_id: int | None = Field(default=None, index=True)
    state: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    started: datetime = Field(sa_type=UTCDateTime)
    ended: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    ending: str = ""
    total: int | None = None
    vetoed: bool = False
    reviewed_total: int | None = None
    reviewed_by: int | None = None
    reviewed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class DrillAssignment(SQLModel, table=True):
    """A drill that a trainer gave to a person: one scenario, or any of an intent or difficulty."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    by_id: int
    scenario_id: str = ""
    intent: str = ""
    difficulty: int | None = None
    due: datetime = Field(sa_type=UTCDateTime)
    pass_mark: int = 80
    attempts: int = 3
    at: datetime = Field(sa_type=UTCDateTime)


class DrillOverride(SQLModel, table=True):
    """A trainer's correction of one dimension of one run; the machine's judgement stays beside it."""

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(index=True)
    dimension: str
    met: bool
    reason: str
    by_id: int
    at: datetime = Field(sa_type=UTCDateTime)


class DrillAppeal(SQLModel, table=True):
    """A trainee's objection to a score, and the answer."""

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(index=True)
    person_id: int
    words: str
    at: datetime = Field(sa_type=UTCDateTime)
    answer: str = ""
    answered_by: int | None = None
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
