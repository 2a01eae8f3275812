"""Signing in and out, setting a password, the theme, and one's own account."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, col, func, select

from server import audit, clock
from server.accounts import sessions
from server.accounts.passwords import WeakPassword, verify
from server.accounts.tables import ApiToken, Person
from server.acts import act
from server.database import reading, writing
from server.deps import CurrentPerson, HouseDep, RequestKeyForm, SessionDep, address_of, cookie_name
from server.errors import Missing, Refused
from server.house import House
from server.pages import page

router = APIRouter()


def local_path(address: str) -> str:
    """The address when it stays on this site, else the start page."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"


@router.get("/sign-in")
def show_sign_in(request: Request, house: HouseDep, session: SessionDep, next: str = "/") -> Response:
    ask_code = (
        session.exec(select(func.count()).select_from(Person).where(col(Person.totp_secret) != "")).one() > 0
    )
    return page(
        request, "accounts/sign_in.html", next=local_path(next), login="", message="", ask_code=ask_code
    )


@router.post("/sign-in")
def sign_in(
    request: Request,
    house: HouseDep,
    login: Annotated[str, Form(max_length=64)],
    password: Annotated[str, Form(max_length=128)],
    next: Annotated[str, Form(max_length=300)] = "/",
    code: Annotated[str, Form(max_length=8)] = "",
) -> Response:
    address, now = address_of(request, house.settings), clock.now()
    try:
        with writing(house.engine) as session:
            token = sessions.sign_in(session, login.strip(), password, code, address, now)
            who = session.exec(select(Person.id).where(Person.login == login.strip())).one()
            audit.record(session, now, "sign-in", person_id=who, target=login.strip(), address=address)
    except (sessions.SignInRefused, sessions.TooManyFailures) as error:
        return refuse_sign_in(request, house, login, next, address, error)
    response = RedirectResponse(local_path(next), 303)
    set_session_cookie(response, house, token)
    return response


def refuse_sign_in(
    request: Request, house: House, login: str, next: str, address: str, error: Exception
) -> Response:
    with writing(house.engine) as session:
        sessions.record_failure(session, login.strip(), address, clock.now())
        audit.record(
            session, clock.now(), "sign-in", target=login.strip()[:64], success=False, address=address
        )
    waiting = isinstance(error, sessions.TooManyFailures)
    message = "试的次数太多，请 15 分钟后再来，或请管理员重置。" if waiting else "工号或密码不对，请再核对一次。"
    return page(
        request, "accounts/sign_in.html", status=429 if waiting else 401,
        next=local_path(next), login=login, message=message, ask_code=True,
    )  # fmt: skip


def set_session_cookie(response: Response, house: House, token: str) -> None:
    response.set_cookie(
        cookie_name(house.settings), token, httponly=True, samesite="lax", path="/",
        secure=house.settings.secure_cookies,
    )  # fmt: skip


@router.post("/sign-out")
def sign_out(request: Request, house: HouseDep, person: CurrentPerson) -> Response:
    with writing(house.engine) as session:
        sessions.sign_out(session, request.cookies.get(cookie_name(house.settings), ""))
        audit.record(session, clock.now(), "sign-out", person_id=person.id)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(cookie_name(house.settings), path="/")
    return response


@router.get("/setup/{token}")
def show_setup(request: Request, token: str, session: SessionDep) -> Response:
    owner = sessions.person_of_link(session, token, clock.now())
    return page(request, "accounts/setup.html", owner=owner, message="", status=200 if owner else 404)


@router.post("/setup/{token}")
def setup(
    request: Request, token: str, house: HouseDep, password: Annotated[str, Form(max_length=200)]
) -> Response:
    address, now = address_of(request, house.settings), clock.now()
    try:
        with writing(house.engine) as session:
            owner = sessions.person_of_link(session, token, now)
            if owner is None:
                raise Missing
            sessions.set_password(session, owner, password, house.settings.password_policy)
            audit.record(session, now, "password-set", person_id=owner.id, address=address)
            session.flush()
            cookie = sessions.sign_in_known(session, owner, now)
    except WeakPassword as error:
        with reading(house.engine) as session:
            owner = sessions.person_of_link(session, token, now)
        return page(request, "accounts/setup.html", owner=owner, message=str(error), status=400)
    response = RedirectResponse("/", 303)
    set_session_cookie(response, house, cookie)
    return response


@router.post("/theme")
def set_theme(request: Request, person: CurrentPerson, theme: Annotated[str, Form()] = "") -> Response:
    referer = request.headers.get("referer", "")
    base = str(request.base_url)
    response = RedirectResponse("/" + referer.removeprefix(base) if referer.startswith(base) else "/", 303)
    if theme in ("light", "dark"):
        response.set_cookie("theme", theme, max_age=365 * 86400, samesite="lax", httponly=True)
    else:
        response.delete_cookie("theme")
    return response


@router.get("/me")
def show_me(request: Request, person: CurrentPerson, session: SessionDep) -> Response:
    tokens = session.exec(
        select(ApiToken).where(ApiToken.person_id == person.id).order_by(col(ApiToken.created))
    )
    return page(request, "accounts/me.html", tokens=tokens.all(), new_token="")


@router.post("/me/password")
def change_password(
    house: HouseDep,
    person: CurrentPerson,
    current: Annotated[str, Form(max_length=128)],
    password: Annotated[str, Form(max_length=200)],
) -> Response:
    if not verify(current, person.password):
        raise Refused("现在的密码不对，新密码没有保存。")
    with writing(house.engine) as session:
        owner = session.get(Person, person.id)
        try:
            sessions.set_password(session, owner, password, house.settings.password_policy)
        except WeakPassword as error:
            raise Refused(f"{error}，新密码没有保存。") from error
        audit.record(session, clock.now(), "password-set", person_id=person.id)
        token = sessions.sign_in_known(session, owner, clock.now())
    response = RedirectResponse("/me", 303)
    set_session_cookie(response, house, token)
    return response


@router.post("/me/tokens")
def add_token(
    request: Request,
    house: HouseDep,
    person: CurrentPerson,
    name: Annotated[str, Form(min_length=1, max_length=40)],
) -> Response:
    with writing(house.engine) as session:
        token = sessions.new_token(session, person.id, name, clock.now())
        audit.record(session, clock.now(), "token-made", person_id=person.id, target=name)
    with reading(house.engine) as session:
        tokens = session.exec(select(ApiToken).where(ApiToken.person_id == person.id)).all()
    return page(request, "accounts/me.html", tokens=tokens, new_token=token)


@router.post("/me/tokens/{token_id}/delete")
def delete_token(token_id: int, house: HouseDep, person: CurrentPerson, key: RequestKeyForm = "") -> Response:
    def work(session: Session) -> str:
        token = session.get(ApiToken, token_id)
        if token is None or token.person_id != person.id:
            raise Missing
        session.delete(token)
        audit.record(session, clock.now(), "token-deleted", person_id=person.id, target=token.name)
        return "/me"

    return act(house, person, key, work)
