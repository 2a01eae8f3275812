"""Accounts: the administrator adds people, gives roles and teams, resets passwords, and ends standing."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session, col, select

from server import audit, clock
from server.accounts import sessions
from server.accounts.tables import ROLES, Person, Team, TeamTrainer
from server.acts import act
from server.deps import Admin, HouseDep, RequestKeyForm, SessionDep
from server.errors import Missing, Refused
from server.pages import page
from server.people import add_person

router = APIRouter(prefix="/people")


@router.get("")
def people(request: Request, admin: Admin, session: SessionDep) -> Response:
    rows = session.exec(select(Person).order_by(col(Person.active).desc(), Person.role, Person.name)).all()
    teams = session.exec(select(Team).order_by(Team.project, Team.name)).all()
    leads = session.exec(select(TeamTrainer)).all()
    return page(request, "admin/people.html", people=rows, teams=teams, team_names={t.id: t.name for t in teams},
                leads={(x.team_id, x.person_id) for x in leads}, link="", linked=None)  # fmt: skip


@router.post("")
def add(
    request: Request, admin: Admin, house: HouseDep,
    login: Annotated[str, Form(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9_.-]+$")],
    name: Annotated[str, Form(min_length=1, max_length=40)], role: Annotated[str, Form()],
    team_id: Annotated[int, Form()] = 0,
) -> Response:  # fmt: skip
    from server.database import writing

    if role not in ROLES:
        raise Refused("角色不对，请从列表里选。")
    with writing(house.engine) as session:
        if session.exec(select(Person).where(Person.login == login)).first():
            raise Refused(f"工号“{login}”已经有人用了，换一个。")
        person = add_person(session, login, name, role, clock.now(), team_id or None)
        link = sessions.setup_link(session, person.id, clock.now())
        audit.record(session, clock.now(), "person-added", person_id=admin.id, target=f"{login} {role}")
    return show_link(request, house, link, person)


@router.post("/{person_id}/reset")
def reset(request: Request, person_id: int, admin: Admin, house: HouseDep) -> Response:
    """A new single-use link; the old password stops working at once."""
    from server.database import writing

    with writing(house.engine) as session:
        person = known(session, person_id)
        person.password = ""
        session.add(person)
        sessions.end_sessions(session, person.id)
        link = sessions.setup_link(session, person.id, clock.now())
        audit.record(session, clock.now(), "password-reset", person_id=admin.id, target=person.login)
    return show_link(request, house, link, person)


def show_link(request: Request, house: HouseDep, link: str, person: Person) -> Response:
    address = f"{str(request.base_url).rstrip('/')}/setup/{link}"
    return page(request, "admin/link.html", link=address, linked=person)


@router.post("/{person_id}/change")
def change(
    person_id: int, admin: Admin, house: HouseDep, role: Annotated[str, Form()],
    team_id: Annotated[int, Form()] = 0, active: Annotated[bool, Form()] = False, key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    def work(session: Session) -> str:
        person = known(session, person_id)
        if role not in ROLES:
            raise Refused("角色不对，请从列表里选。")
        if person.id == admin.id and (role != "admin" or not active):
            raise Refused("不能停用自己或改掉自己的管理员角色，请另一位管理员来改。")
        if (person.role, person.active) != (role, active):
            sessions.end_sessions(session, person.id)
        audit.record(session, clock.now(), "person-changed", person_id=admin.id,
                     target=f"{person.login}: {person.role} → {role}, active {active}")  # fmt: skip
        person.role, person.team_id, person.active = role, team_id or None, active
        session.add(person)
        return "/people"

    return act(house, admin, key, work)


@router.post("/teams")
def add_team(
    admin: Admin, house: HouseDep, name: Annotated[str, Form(min_length=1, max_length=40)],
    project: Annotated[str, Form(max_length=40)] = "", key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    def work(session: Session) -> str:
        if session.exec(select(Team).where(Team.name == name)).first():
            raise Refused(f"已经有“{name}”这个班组。")
        session.add(Team(name=name, project=project))
        return "/people"

    return act(house, admin, key, work)


@router.post("/teams/{team_id}/trainer")
def lead(
    team_id: int, admin: Admin, house: HouseDep, trainer_id: Annotated[int, Form()], key: RequestKeyForm = ""
) -> Response:
    """Let a trainer lead a team, or no longer."""

    def work(session: Session) -> str:
        trainer = known(session, trainer_id)
        if session.get(Team, team_id) is None or trainer.role not in ("trainer", "admin"):
            raise Missing
        row = session.get(TeamTrainer, (team_id, trainer_id))
        session.delete(row) if row else session.add(TeamTrainer(team_id=team_id, person_id=trainer_id))
        return "/people"

    return act(house, admin, key, work)


def known(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise Missing
    return person
