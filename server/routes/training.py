"""The front page of training: people and their proposals, sessions, the rules, the list of notices."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlmodel import Session, col, select
from starlette.datastructures import FormData

from kb import taxonomy
from quiz.training import records
from quiz.training.levels import downgrade_reason, gates, next_level, ready, recertification_due
from quiz.training.rules import LEVELS, RULE_NAMES, rules_from
from quiz.training.tables import ClassRun, Course, Makeup, Notice, Setting
from server import audit, clock, forms
from server.accounts.tables import Person, Team
from server.acts import act
from server.deps import Admin, CurrentPerson, HouseDep, RequestKeyForm, SessionDep, Trainer
from server.errors import Missing
from server.oversight import may_see, people_of
from server.pages import page
from server.sheets import sheet_response
from server.standing import employee_of, standings

router = APIRouter(prefix="/training")
Words = Annotated[str, Form(max_length=60)]
STATES = ("在岗", "停岗", "休假", "离职")


@router.get("")
def overview(request: Request, trainer: Trainer, house: HouseDep, session: SessionDep) -> Response:
    people = people_of(session, trainer)
    stands, rules = standings(session, house, people), records.rules(session)
    ids = {p.id for p in people}
    runs = session.exec(select(ClassRun).order_by(col(ClassRun.starts).desc()).limit(50)).all()
    makeups = session.exec(
        select(Makeup).where(col(Makeup.person_id).in_(ids), col(Makeup.passed).is_(None)).order_by(Makeup.due)
    ).all()
    return page(
        request, "training/overview.html", active="plan", tab="overview", people=people, stands=stands, makeups=makeups,
        runs=[r for r in runs if trainer.role == "admin" or r.instructor_id == trainer.id or ids & set(r.expected)],
        courses=session.exec(select(Course).where(col(Course.retired).is_(False)).order_by(Course.title)).all(),
        titles=dict(session.exec(select(Course.id, Course.title)).all()), names={p.id: p.name for p in people},
        teams=session.exec(select(Team).where(col(Team.id).in_({p.team_id for p in people}))).all(), LEVELS=LEVELS,
        today=clock.today(), lines=[proposal(p, stands[p.id], rules) for p in people], month=clock.today().strftime("%Y-%m"),
    )  # fmt: skip


def proposal(person: Person, standing, rules) -> tuple[Person, str, str]:
    """What the system proposes for one person, as words and a tone; a person decides."""
    down = downgrade_reason(standing)
    if down:
        return person, f"建议复核等级：{down}", "stop"
    if ready(standing, rules):
        return person, f"可以晋级为{LEVELS[next_level(standing.level)]}，等你决定", "ok"
    if recertification_due(standing):
        return person, f"{standing.review_on} 起该复训", "warn"
    lines = gates(standing, rules)
    return person, f"还差 {sum(not g.met for g in lines)} 项" if lines else "最高等级", ""


@router.get("/summary.xlsx")
def summary(month: str, trainer: Trainer, session: SessionDep) -> Response:
    """The month in one sheet: hours, marks and results of everyone the trainer looks after."""
    date.fromisoformat(f"{month}-01")
    data = forms.month_workbook(session, people_of(session, trainer), month)
    return sheet_response(data, f"培训月度汇总-{month}.xlsx")


@router.get("/summary")
def print_summary(request: Request, trainer: Trainer, session: SessionDep, month: str = "") -> Response:
    month = month or clock.today().strftime("%Y-%m")
    date.fromisoformat(f"{month}-01")
    return page(request, "training/summary_print.html", active="plan", month=month, heads=forms.MONTH_HEADS,
                rows=forms.month_rows(session, people_of(session, trainer), month))  # fmt: skip


@router.post("/people/{person_id}")
def save_employee(
    person_id: int, trainer: Trainer, house: HouseDep, hired: Annotated[date, Form()], number: Words = "",
    post: Words = "", project: Words = "", mentor_id: Annotated[int, Form()] = 0, email: Words = "",
    status: Annotated[str, Form(pattern="^(在岗|停岗|休假|离职)$")] = "在岗", key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """What the record knows of a person; the level is not among it, since only a decision changes that."""

    def work(session: Session) -> str:
        who = session.get(Person, person_id)
        if who is None or not may_see(session, trainer, person_id):
            raise Missing
        employee = employee_of(session, who)
        employee.number, employee.post, employee.project, employee.hired = number, post, project, hired
        employee.mentor_id, employee.email, employee.status = mentor_id or None, email, status
        employee.left = clock.today() if status == "离职" else None
        session.add(employee)
        return f"/training/archive/{person_id}"

    return act(house, trainer, key, work)


async def read_form(request: Request) -> FormData:
    return await request.form()


@router.get("/rules")
def show_rules(request: Request, trainer: Trainer, session: SessionDep) -> Response:
    return page(request, "training/rules.html", active="plan", tab="rules", rules=records.rules(session), NAMES=RULE_NAMES)


@router.post("/rules")
def save_rules(admin: Admin, house: HouseDep, form: Annotated[FormData, Depends(read_form)]) -> Response:
    """The company's own numbers; every field is one known rule, anything else is ignored."""

    def work(session: Session) -> str:
        given = {name: float(str(form[name])) for name in RULE_NAMES if str(form.get(name, "")).replace(".", "", 1).isdigit()}
        required = [s for s in form.getlist("required") if s in taxonomy.SECTIONS]
        row = session.get(Setting, "rules") or Setting(name="rules", at=clock.now())
        found = rules_from({**row.value, **given, **({"required": required} if required else {})})
        row.value = {n: getattr(found, n) for n in RULE_NAMES} | {"required": list(found.required)}
        row.by_id, row.at = admin.id, clock.now()
        session.add(row)
        audit.record(session, clock.now(), "setting", person_id=admin.id, target="training rules")
        return "/training/rules"

    return act(house, admin, str(form.get("request_key", "")), work)


@router.get("/notices")
def notices(request: Request, person: CurrentPerson, session: SessionDep) -> Response:
    rows = session.exec(
        select(Notice).where(Notice.person_id == person.id).order_by(col(Notice.id).desc()).limit(100)
    ).all()
    return page(request, "training/notices.html", active="home", notices=rows)


@router.post("/notices/read")
def read_notices(person: CurrentPerson, house: HouseDep, key: RequestKeyForm = "") -> Response:
    def work(session: Session) -> str:
        for row in session.exec(select(Notice).where(Notice.person_id == person.id, col(Notice.read_at).is_(None))):
            row.read_at = clock.now()
            session.add(row)
        return "/training/notices"

    return act(house, person, key, work)
