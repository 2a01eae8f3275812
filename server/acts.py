"""Carrying out a form once: the write, its request key and the address of its answer are one commit."""

from collections.abc import Callable

from fastapi.responses import RedirectResponse
from sqlmodel import Session

from server import clock
from server.accounts.tables import Person
from server.database import writing
from server.house import House
from server.tables import RequestKey


def act(house: House, person: Person, key: str, work: Callable[[Session], str]) -> RedirectResponse:
    """Do `work`, which returns the address to show next; a repeated key returns the first address."""
    with writing(house.engine) as session:
        done = session.get(RequestKey, key) if key else None
        if done and done.person_id == person.id:
            return RedirectResponse(done.location, 303)
        location = work(session)
        if key:
            session.add(RequestKey(key=key[:64], person_id=person.id, location=location, at=clock.now()))
    return RedirectResponse(location, 303)
