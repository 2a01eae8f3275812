"""Tables of the door itself: repeated requests, audit, searches, gaps, pins, chat, news of the handbook."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from kb.columns import UTCDateTime


class RequestKey(SQLModel, table=True):
    """A form that was already carried out, and where its answer lies."""

    key: str = Field(primary_key=True)
    person_id: int
    location: str
    at: datetime = Field(sa_type=UTCDateTime, index=True)


class AuditEntry(SQLModel, table=True):
    """One security-relevant act; each row carries the hash of the one before."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime, index=True)
    person_id: int | None = None
    act: str
    target: str = ""
    success: bool = True
    address: str = ""
    chain: str = ""


class SearchLog(SQLModel, table=True):
    """A masked search and what came of it."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    query: str
    hits: int
    answerable: float
    top: str = ""
    at: datetime = Field(sa_type=UTCDateTime, index=True)


class CardUse(SQLModel, table=True):
    """The last time a person opened, or pinned, one card."""

    person_id: int = Field(primary_key=True)
    article_id: str = Field(primary_key=True)
    used: datetime = Field(sa_type=UTCDateTime)
    pinned: bool = False


class ContentGap(SQLModel, table=True):
    """Something the handbook did not answer, or a card that somebody called wrong or outdated."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int
    source: str
    verdict: str = "missing"
    query: str
    article_id: str = ""
    words: str = ""
    at: datetime = Field(sa_type=UTCDateTime, index=True)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closed_by: int | None = None
    outcome: str = ""


class ChatTurn(SQLModel, table=True):
    """One masked question and its answer, kept for the person who asked."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    conversation: str = Field(index=True)
    question: str
    answer: dict = Field(default_factory=dict, sa_column=Column(JSON))
    at: datetime = Field(sa_type=UTCDateTime, index=True)


class ArticleVersion(SQLModel, table=True):
    """A text of an article as it came into force; `news` when people are to be told of it."""

    id: int | None = Field(default=None, primary_key=True)
    article_id: str = Field(index=True)
    title: str
    digest: str
    text: str
    at: datetime = Field(sa_type=UTCDateTime, index=True)
    by_id: int | None = None
    words: str = ""
    headings: list = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    news: bool = Field(default=False, index=True)
    important: bool = False


class ReadNotice(SQLModel, table=True):
    """A person has read one version of a changed article and understood it."""

    person_id: int = Field(primary_key=True)
    article_id: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime)


class Deployment(SQLModel, table=True):
    """Values the site keeps about itself, such as the secret of the certificate codes."""

    name: str = Field(primary_key=True)
    value: str
