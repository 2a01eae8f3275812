"""Rendering: one Jinja environment, and the values every page needs."""

import secrets
from datetime import datetime
from functools import cache
from pathlib import Path

from fastapi import Request
from fastapi.templating import Jinja2Templates
from markupsafe import Markup
from starlette.responses import Response

from kb import taxonomy
from server import clock
from server.accounts.tables import ROLES
from server.filters import FILTERS
from server.markdown import render

HERE = Path(__file__).parent
SOS = (("lift-trapped", "困人", "lift"), ("gas-smell", "燃气", "gas"),
       ("emergency-fire", "火情", "flame"), ("emergency-medical", "急病", "aid"))  # fmt: skip


@cache
def templates() -> Jinja2Templates:
    jinja = Jinja2Templates(HERE / "templates")
    env = jinja.env
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(taxonomy=taxonomy, ROLES=ROLES, SOS=SOS, request_key=request_key, static=static,
                       clock_day=full_day)
    env.filters.update(FILTERS, md=render, day=day, moment=moment, ago=ago)
    return jinja


def page(request: Request, template: str, *, status: int = 200, **context: object) -> Response:
    """Render a template with the person, the house and the theme that every page shows."""
    state = request.state
    house = getattr(request.app.state, "house", None)
    context = {
        "person": getattr(state, "person", None),
        "todo": getattr(state, "todo", {}),
        "settings": house.settings if house else None,
        "theme": request.cookies.get("theme", ""),
        "request_id": getattr(state, "request_id", ""),
        **context,
    }
    return templates().TemplateResponse(request, template, context, status_code=status)


def fragment(request: Request) -> bool:
    """Whether htmx asks for a part of the page only."""
    return "HX-Request" in request.headers and "HX-Boosted" not in request.headers


def request_key() -> Markup:
    return Markup('<input type="hidden" name="request_key" value="{}">').format(secrets.token_urlsafe(12))


@cache
def static(name: str) -> str:
    """The address of a static file with its version, so that browsers may keep it for long."""
    path = HERE / "static" / name
    version = int(path.stat().st_mtime) if path.is_file() else 0
    return f"/static/{name}?v={version:x}"


def day(value: datetime) -> str:
    """11 月 24 日, with the year when it is another one."""
    value = clock.local(value) if isinstance(value, datetime) else value
    year = "" if value.year == clock.today().year else f"{value.year} 年 "
    return f"{year}{value.month} 月 {value.day} 日"


def full_day(value: datetime) -> str:
    """2026 年 11 月 24 日: for paper, which outlives the year."""
    local = clock.local(value)
    return f"{local.year} 年 {local.month} 月 {local.day} 日"


def moment(value: datetime) -> str:
    return f"{day(value)} {clock.local(value):%H:%M}"


def ago(value: datetime) -> str:
    """14:12 today, 昨天, or the day."""
    then, today = clock.local(value), clock.today()
    days = (today - then.date()).days
    return f"{then:%H:%M}" if days == 0 else "昨天" if days == 1 else day(value)
