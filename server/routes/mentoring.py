"""Mentoring: one page for mentor and apprentice, a goal a week, observations, a checklist, two signatures."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session, col, or_, select

from kb.masking import mask
from quiz.training.tables import Employee, Mentoring
from server import clock
from server.accounts.tables import Person
from server.acts import act
from server.deps import CurrentPerson, HouseDep, RequestKeyForm, SessionDep
from server.errors import Missing, Refused
from server.oversight import may_see, people_of
from server.pages import page
from server.routes.plans import names_of

router = APIRouter(prefix="/training/mentoring")
CHECKLIST = ("接线开场报工号", "先核身份再办事", "复述并确认诉求", "给出时限和责任人", "收尾并约定回访", "工单当场写清")


def leads(session: Session, viewer: Person, person_id: int) -> bool:
    """A mentor leads their apprentice, a trainer their team; nobody themselves."""
    employee = session.get(Employee, person_id)
    mentor = bool(employee and employee.mentor_id == viewer.id)
    return viewer.id != person_id and (mentor or may_see(session, viewer, person_id))


@router.get("")
def pairs(request: Request, person: CurrentPerson, session: SessionDep) -> Response:
    """Every pair the viewer has to do with, and how the last week stands."""
    ids = [p.id for p in people_of(session, person)] if person.role in ("trainer", "admin") else []
    rows = session.exec(
        select(Employee).where(or_(col(Employee.person_id).in_(ids), Employee.mentor_id == person.id,
                                   Employee.person_id == person.id))
    ).all()  # fmt: skip
    last = {m.apprentice_id: m for m in session.exec(
        select(Mentoring).where(col(Mentoring.apprentice_id).in_([e.person_id for e in rows])).order_by(Mentoring.week)
    )}  # fmt: skip
    return page(request, "training/pairs.html", active="plan" if ids else "home", tab="mentoring", employees=rows, last=last,
                names=names_of(session), monday=monday(clock.today()))  # fmt: skip


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


@router.get("/{person_id}")
def show(request: Request, person_id: int, person: CurrentPerson, session: SessionDep) -> Response:
    who, guides = session.get(Person, person_id), leads(session, person, person_id)
    if who is None or not (guides or person.id == person_id):
        raise Missing
    employee = session.get(Employee, person_id)
    weeks = session.exec(
        select(Mentoring).where(Mentoring.apprentice_id == person_id).order_by(col(Mentoring.week).desc())
    ).all()
    return page(request, "training/mentoring.html", active="plan" if person.role in ("trainer", "admin") else "home",
                tab="mentoring", who=who, employee=employee, weeks=weeks, guides=guides, names=names_of(session),
                monday=monday(clock.today()), CHECKLIST=CHECKLIST)  # fmt: skip


@router.post("/{person_id}")
def write_week(
    person_id: int, person: CurrentPerson, house: HouseDep, week: Annotated[date, Form()],
    goal: Annotated[str, Form(min_length=1, max_length=200)], observation: Annotated[str, Form(max_length=2000)] = "",
    done: Annotated[list[str] | None, Form()] = None, key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """Set or change a week; changing it takes both signatures back, since they were given to other words."""

    def work(session: Session) -> str:
        if not leads(session, person, person_id):
            raise Missing
        start = monday(week)
        row = week_row(session, person_id, start) or Mentoring(
            mentor_id=person.id, apprentice_id=person_id, week=start, goal=goal
        )
        row.goal, row.observation = goal, mask(observation).masked
        row.checklist = [{"item": item, "done": item in (done or ())} for item in CHECKLIST]
        row.mentor_signed = row.apprentice_signed = None
        session.add(row)
        return f"/training/mentoring/{person_id}"

    return act(house, person, key, work)


def week_row(session: Session, person_id: int, week: date) -> Mentoring | None:
    return session.exec(select(Mentoring).where(Mentoring.apprentice_id == person_id, Mentoring.week == week)).first()


@router.post("/{person_id}/sign")
def sign(person_id: int, person: CurrentPerson, house: HouseDep, week: Annotated[date, Form()], key: RequestKeyForm = "") -> Response:
    """The apprentice signs for themselves, whoever guides them signs as the mentor."""

    def work(session: Session) -> str:
        row = week_row(session, person_id, week)
        if row is None or not (person.id == person_id or leads(session, person, person_id)):
            raise Missing
        if not row.observation:
            raise Refused("先写观察记录，再签字。")
        if person.id == person_id:
            row.apprentice_signed = clock.now()
        else:
            row.mentor_signed, row.mentor_id = clock.now(), person.id
        session.add(row)
        return f"/training/mentoring/{person_id}"

    return act(house, person, key, work)
