"""Certificates: the sheet to print, and the page where anyone can check one by its code."""

from typing import Annotated

import segno
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from quiz import certificates
from server.accounts.tables import Person
from server.deps import CurrentPerson, SessionDep
from server.errors import Missing
from server.oversight import may_see
from server.pages import page

router = APIRouter()


@router.get("/quiz/certificate/{code}")
def certificate(request: Request, code: str, person: CurrentPerson, session: SessionDep) -> Response:
    row = certificates.find(session, code)
    if row is None or not may_see(session, person, row.person_id):
        raise Missing
    address = str(request.url_for("verify").include_query_params(code=row.code))
    picture = segno.make(address, error="m").svg_inline(dark="#000", light="#fff", omitsize=True)
    return page(request, "quiz/certificate.html", active="quiz", c=row, owner=session.get(Person, row.person_id),
                picture=picture, address=address)  # fmt: skip


@router.get("/verify")
def verify(request: Request, session: SessionDep, code: Annotated[str, Query(max_length=40)] = "") -> Response:
    """For whoever holds the paper: valid or not, for what and when; the name only by its first character."""
    row = certificates.find(session, code) if code else None
    owner = session.get(Person, row.person_id) if row else None
    return page(request, "quiz/verify.html", code=code, c=row, who=certificates.masked(owner.name) if owner else "")
