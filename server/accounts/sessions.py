"""Sign-in, sign-out and the session behind a cookie."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from sqlmodel import Session, col, delete, func, select

from server.accounts import passwords
from server.accounts.tables import ApiToken, FailedSignIn, Person, SetupLink, SignInSession

MAX_FAILURES_LOGIN = 10
MAX_FAILURES_ADDRESS = 100
FAILURE_WINDOW = timedelta(minutes=15)
LINK_LIFE = timedelta(hours=24)


class SignInRefused(Exception):
    """Name or password is wrong, or the account is disabled: the answer is always the same."""


class TooManyFailures(Exception):
    """Too many wrong attempts for this login or address; wait."""


@dataclass(frozen=True)
class Limits:
    idle: timedelta
    absolute: timedelta


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(session: Session, login: str, password: str, code: str, address: str, now: datetime) -> str:
    """Check the credentials and return a new session token."""
    return sign_in_known(session, checked_person(session, login, password, code, address, now), now)


def sign_in_known(session: Session, person: Person, now: datetime) -> str:
    """A new session for a person whose identity has just been shown."""
    token = secrets.token_urlsafe(32)
    session.add(SignInSession(token_hash=digest(token), person_id=person.id, started=now, seen=now))
    return token


def checked_person(
    session: Session, login: str, password: str, code: str, address: str, now: datetime
) -> Person:
    if too_many(session, login, address, now):
        raise TooManyFailures
    person = session.exec(select(Person).where(Person.login == login)).first()
    right = passwords.verify(password, person.password if person else "")
    if not (person and right and person.active and code_fits(person, code, now)):
        raise SignInRefused
    return person


def code_fits(person: Person, code: str, now: datetime) -> bool:
    """Whether the one-time code is right and not used before; true for people without one."""
    if not person.totp_secret:
        return True
    step = int(now.timestamp()) // 30
    for candidate in (step, step - 1):
        if candidate > person.totp_last and pyotp.TOTP(person.totp_secret).at(candidate * 30) == code.strip():
            person.totp_last = candidate
            return True
    return False


def too_many(session: Session, login: str, address: str, now: datetime) -> bool:
    since = now - FAILURE_WINDOW
    recent = select(func.count()).select_from(FailedSignIn).where(col(FailedSignIn.at) > since)
    by_login = session.exec(recent.where(FailedSignIn.login == login)).one()
    by_address = session.exec(recent.where(FailedSignIn.address == address)).one()
    return by_login >= MAX_FAILURES_LOGIN or by_address >= MAX_FAILURES_ADDRESS


def record_failure(session: Session, login: str, address: str, now: datetime) -> None:
    session.add(FailedSignIn(login=login[:64], address=address, at=now))
    session.exec(delete(FailedSignIn).where(col(FailedSignIn.at) < now - timedelta(days=1)))


def person_of(session: Session, token: str, now: datetime, limits: Limits) -> Person | None:
    """The person behind a cookie, or None when the session has ended."""
    row = session.get(SignInSession, digest(token))
    if row is None or now - row.seen > limits.idle or now - row.started > limits.absolute:
        return None
    person = session.get(Person, row.person_id)
    return person if person and person.active else None


def touch(session: Session, token: str, now: datetime) -> None:
    row = session.get(SignInSession, digest(token))
    if row:
        row.seen = now
        session.add(row)


def sign_out(session: Session, token: str) -> None:
    session.exec(delete(SignInSession).where(SignInSession.token_hash == digest(token)))


def end_sessions(session: Session, person_id: int) -> None:
    """End every session of one person, as after a change of password, role or standing."""
    session.exec(delete(SignInSession).where(SignInSession.person_id == person_id))


def setup_link(session: Session, person_id: int, now: datetime) -> str:
    """A single-use token with which the person sets a password."""
    token = secrets.token_urlsafe(24)
    session.exec(delete(SetupLink).where(SetupLink.person_id == person_id))
    session.add(SetupLink(token_hash=digest(token), person_id=person_id, expires=now + LINK_LIFE))
    return token


def person_of_link(session: Session, token: str, now: datetime) -> Person | None:
    link = session.get(SetupLink, digest(token))
    return session.get(Person, link.person_id) if link and link.expires > now else None


def set_password(session: Session, person: Person, password: str, policy: str) -> None:
    passwords.require_strong(password, person.login, policy)
    person.password = passwords.hash_password(password)
    session.add(person)
    session.exec(delete(SetupLink).where(SetupLink.person_id == person.id))
    end_sessions(session, person.id)


def new_token(session: Session, person_id: int, name: str, now: datetime) -> str:
    token = "kefu_" + secrets.token_urlsafe(32)
    session.add(ApiToken(person_id=person_id, name=name[:40], token_hash=digest(token), created=now))
    return token


def person_of_token(session: Session, token: str) -> Person | None:
    row = session.exec(select(ApiToken).where(ApiToken.token_hash == digest(token))).first()
    person = session.get(Person, row.person_id) if row else None
    return person if person and person.active else None
