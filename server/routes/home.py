"""The start page of each role."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from server.deps import CurrentPerson
from server.pages import page  # noqa: F401

router = APIRouter()


@router.get("/")
def home(request: Request, person: CurrentPerson) -> Response:
    return RedirectResponse("/search", 303)
