"""What handlers ask for: the house, the person, the database, a role."""

from collections.abc import Callable, Iterator
from typing import Annotated

from fastapi import Depends, Form, Request
from sqlmodel import Session

from server import clock
from server.accounts import sessions
from server.accounts.tables import Person
from server.database import reading, writing
from server.errors import Missing, NotSignedIn
from server.house import House
from server.settings import Settings

COOKIE = "kefu_session"
HOST_COOKIE = "__Host-kefu_session"


def the_house(request: Request) -> House:
    return request.app.state.house


HouseDep = Annotated[House, Depends(the_house)]


def open_session(house: HouseDep) -> Iterator[Session]:
    with reading(house.engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(open_session, scope="function")]


def cookie_name(settings: Settings) -> str:
    return HOST_COOKIE if settings.secure_cookies else COOKIE


def limits(settings: Settings) -> sessions.Limits:
    from datetime import timedelta

    return sessions.Limits(
        timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
    )


def address_of(request: Request, settings: Settings) -> str:
    """The client's address; a forwarding header counts only from a configured proxy."""
    peer = request.client.host if request.client else "-"
    proxies = {p.strip() for p in settings.trusted_proxies.split(",") if p.strip()}
    forwarded = [p.strip() for p in request.headers.get("x-forwarded-for", "").split(",") if p.strip()]
    if peer in proxies and forwarded:
        return next((p for p in reversed(forwarded) if p not in proxies), peer)
    return peer


def current_person(request: Request, house: HouseDep) -> Person:
    """The signed-in person, or a refusal; the session is kept alive at most once a minute."""
    now, token = clock.now(), request.cookies.get(cookie_name(house.settings), "")
    with reading(house.engine) as session:
        person = sessions.person_of(session, token, now, limits(house.settings)) if token else None
        row = session.get(sessions.SignInSession, sessions.digest(token)) if person else None
    if person is None:
        raise NotSignedIn
    if (now - row.seen).total_seconds() > 60:
        with writing(house.engine) as session:
            sessions.touch(session, token, now)
    request.state.person, request.state.person_id = person, person.id
    return person


def token_person(request: Request, house: HouseDep) -> Person:
    """The person behind a bearer token or, for the product's own pages, behind the cookie."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer":
        return current_person(request, house)
    with reading(house.engine) as session:
        person = sessions.person_of_token(session, token)
    if person is None:
        raise NotSignedIn
    request.state.person_id = person.id
    return person


CurrentPerson = Annotated[Person, Depends(current_person)]
TokenPerson = Annotated[Person, Depends(token_person)]


def having_role(*roles: str) -> Callable[[Person], Person]:
    def check(person: CurrentPerson) -> Person:
        if person.role not in roles:
            raise Missing
        return person

    return check


Trainer = Annotated[Person, Depends(having_role("trainer", "admin"))]
Admin = Annotated[Person, Depends(having_role("admin"))]
RequestKeyForm = Annotated[str, Form(alias="request_key", max_length=64)]
