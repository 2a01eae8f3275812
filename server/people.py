"""Making and changing people's accounts."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, select

from server.accounts import sessions
from server.accounts.tables import Person
from server.database import writing


def first_admin_link(engine: Engine, now: datetime) -> str | None:
    """A setup link for the administrator while nobody has set that password yet."""
    with writing(engine) as session:
        admin = session.exec(select(Person).where(Person.role == "admin")).first()
        if admin and admin.password:
            return None
        admin = admin or add_person(session, "admin", "管理员", "admin", now)
        return sessions.setup_link(session, admin.id, now)


def add_person(
    session: Session, login: str, name: str, role: str, now: datetime, team_id: int | None = None
) -> Person:
    person = Person(login=login, name=name, role=role, team_id=team_id, created=now)
    session.add(person)
    session.flush()
    return person
