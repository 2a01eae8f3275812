"""Tables of people and their sign-in."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from kb.columns import UTCDateTime

ROLES = {"trainee": "学员", "staff": "客服", "trainer": "讲师", "admin": "管理员"}


class Team(SQLModel, table=True):
    """A group of people, named by project and team; trainers see the teams they lead."""

    id: int | None = Field(default=None, primary_key=True)
    project: str = ""
    name: str = Field(unique=True)


class Person(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True, index=True)
    name: str
    role: str = Field(index=True)
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    password: str = ""
    totp_secret: str = ""
    totp_last: int = 0
    active: bool = True
    created: datetime = Field(sa_type=UTCDateTime)


class TeamTrainer(SQLModel, table=True):
    """Which trainers lead which team."""

    team_id: int = Field(primary_key=True, foreign_key="team.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")


class SignInSession(SQLModel, table=True):
    """One signed-in browser; only the hash of its token is stored."""

    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    started: datetime = Field(sa_type=UTCDateTime)
    seen: datetime = Field(sa_type=UTCDateTime)


class ApiToken(SQLModel, table=True):
    """A personal token for the JSON interface; only its hash is stored."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    name: str
    token_hash: str = Field(unique=True)
    created: datetime = Field(sa_type=UTCDateTime)
    used: datetime | None = Field(default=None, sa_type=UTCDateTime)


class SetupLink(SQLModel, table=True):
    """A single-use link with which one person sets a first or new password."""

    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    expires: datetime = Field(sa_type=UTCDateTime)


class FailedSignIn(SQLModel, table=True):
    """A refused sign-in, counted per login and per address."""

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(index=True)
    address: str = Field(index=True)
    at: datetime = Field(sa_type=UTCDateTime, index=True)
