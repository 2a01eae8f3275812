"""Sessions of a course: notice, attendance by code or trainer, make-up, marks, filing, sheets."""

import secrets
from datetime import date, datetime, timedelta
from typing import Annotated

import segno
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from markupsafe import Markup
from sqlmodel import Session, col, select

from quiz.training import courses, records
from quiz.training.tables import ClassRun, Course, Evaluation, MonthlyPlan, Notice, SignIn, TrainingRecord
from server import clock, forms
from server.accounts.tables import Person
from server.acts import act
from server.deps import CurrentPerson, HouseDep, RequestKeyForm, SessionDep, Trainer
from server.errors import Missing, Refused
from server.filing import file_run, mark_record
from server.oversight import people_of
from server.pages import moment, page
from server.sheets import sheet_response

router = APIRouter(prefix="/training")
REASON = Annotated[str, Form(max_length=200)]


@router.post("/runs")
def add_run(
    trainer: Trainer, house: HouseDep, course_id: Annotated[int, Form()], day: Annotated[date, Form()],
    hour: Annotated[str, Form(pattern=r"^\d{2}:\d{2}$")], place: Annotated[str, Form(min_length=1, max_length=60)],
    team_id: Annotated[int, Form()] = 0, plan_id: Annotated[int, Form()] = 0, key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """A session for one team, or for everyone the trainer looks after, with a code for sign-in."""

    def work(session: Session) -> str:
        course = session.get(Course, course_id)
        plan = session.get(MonthlyPlan, plan_id) if plan_id else None
        if course is None:
            raise Missing
        if plan and plan.status != "已批":
            raise Refused("月计划批准后才能排场次。")
        starts = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=clock.BEIJING)
        ends = starts + timedelta(minutes=course.minutes)
        run = ClassRun(
            course_id=course.id, plan_id=plan.id if plan else None, starts=starts, ends=ends, place=place,
            instructor_id=plan.instructor_id if plan else trainer.id,
            expected=[p.id for p in people_of(session, trainer) if not team_id or p.team_id == team_id],
            code=f"{secrets.randbelow(10**6):06d}", code_until=ends + timedelta(minutes=30),
        )  # fmt: skip
        session.add(run)
        session.flush()
        return f"/training/runs/{run.id}"

    return act(house, trainer, key, work)


def led_run(session: Session, trainer: Person, run_id: int) -> tuple[ClassRun, Course]:
    run = session.get(ClassRun, run_id)
    if run is None or (run.instructor_id != trainer.id and trainer.role != "admin"):
        raise Missing
    return run, session.get(Course, run.course_id)


@router.get("/runs/{run_id}")
def show_run(request: Request, run_id: int, trainer: Trainer, session: SessionDep) -> Response:
    return page(request, "training/run.html", active="plan", tab="overview", **run_facts(session, trainer, run_id),
                picture=picture(request, session.get(ClassRun, run_id)))  # fmt: skip


def picture(request: Request, run: ClassRun) -> Markup:
    address = f"{request.url_for('show_sign_in_form')}?code={run.code}"
    return Markup(segno.make(address, error="m").svg_inline(scale=4, dark="#000", light=None, svgclass="qr", lineclass="qr__l"))


def run_facts(session: Session, trainer: Person, run_id: int) -> dict:
    run, course = led_run(session, trainer, run_id)
    signed = {s.person_id: s for s in session.exec(select(SignIn).where(SignIn.run_id == run.id))}
    marks = session.exec(select(Evaluation).where(Evaluation.run_id == run.id).order_by(col(Evaluation.id))).all()
    others = session.exec(
        select(ClassRun).where(ClassRun.course_id == course.id, ClassRun.id != run.id).order_by(col(ClassRun.starts))
    ).all()
    return {
        "run": run, "course": course, "signed": signed, "others": others, "rules": records.rules(session),
        "names": {p.id: p for p in session.exec(select(Person).where(col(Person.id).in_(run.expected)))},
        "instructor": session.get(Person, run.instructor_id),
        "filed": {r.person_id: r for r in session.exec(select(TrainingRecord).where(TrainingRecord.run_id == run.id))},
        "early": courses.before_class(courses.attempts_at(session, course.id, run.expected), run),
        "reaction": [m for m in marks if m.level == 1], "learning": {m.person_id: m for m in marks if m.level == 2},
        "present": sum(bool(s.arrived and not s.proxy) for s in signed.values()),
    }  # fmt: skip


@router.get("/runs/{run_id}/print")
def print_run(request: Request, run_id: int, trainer: Trainer, session: SessionDep) -> Response:
    """Sign-in sheet and training record as the handbook prints them."""
    return page(request, "training/run_print.html", active="plan", **run_facts(session, trainer, run_id))


@router.get("/runs/{run_id}/sheet.xlsx")
def sheet(run_id: int, trainer: Trainer, session: SessionDep) -> Response:
    facts = run_facts(session, trainer, run_id)
    return sheet_response(forms.run_workbook(facts), f"签到表-{facts['course'].title}.xlsx")


@router.post("/runs/{run_id}/notice")
def notice(run_id: int, trainer: Trainer, house: HouseDep, key: RequestKeyForm = "") -> Response:
    """Tell everyone expected; the page says when this was later than the rules ask."""

    def work(session: Session) -> str:
        run, course = led_run(session, trainer, run_id)
        for person_id in run.expected:
            word = f"run-{run.id}-{person_id}"
            if session.exec(select(Notice).where(Notice.key == word)).first() is None:
                session.add(Notice(person_id=person_id, kind="培训通知", key=word, at=clock.now(), link="/training/mine",
                                   words=f"{moment(run.starts)} 在{run.place}：{course.title}"))  # fmt: skip
        run.noticed_at = run.noticed_at or clock.now()
        session.add(run)
        return f"/training/runs/{run.id}"

    return act(house, trainer, key, work)


@router.post("/runs/{run_id}/mark")
def mark(
    run_id: int, trainer: Trainer, house: HouseDep, person_id: Annotated[int, Form()],
    how: Annotated[str, Form(pattern="^(present|late|early|leave|proxy|absent)$")],
    reason: REASON = "", makeup_run_id: Annotated[int, Form()] = 0, key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """The trainer's mark: present, late, left early, on leave with a reason, signed by another, absent."""

    def work(session: Session) -> str:
        run, _ = led_run(session, trainer, run_id)
        if person_id not in run.expected:
            raise Missing
        if run.closed_at:
            raise Refused("这一场已经归档，签到不能再改。")
        if how == "leave" and not reason.strip():
            raise Refused("请假要写事由。")
        row = sign_in_row(session, run.id, person_id)
        row.arrived = None if how in ("leave", "absent") else (row.arrived or clock.now())
        row.way, row.late, row.early = "讲师", how == "late", how == "early"
        row.proxy, row.leave_reason = how == "proxy", reason if how == "leave" else ""
        row.makeup_run_id = expect_at(session, run, makeup_run_id, person_id) if makeup_run_id else None
        session.add(row)
        return f"/training/runs/{run.id}#p{person_id}"

    return act(house, trainer, key, work)


def expect_at(session: Session, run: ClassRun, other_id: int, person_id: int) -> int:
    """Put the person on the list of the session in which the missed one is made up."""
    other = session.get(ClassRun, other_id)
    if other is None or other.course_id != run.course_id:
        raise Missing
    if person_id not in other.expected:
        other.expected = [*other.expected, person_id]
        session.add(other)
    return other.id


def sign_in_row(session: Session, run_id: int, person_id: int) -> SignIn:
    found = session.exec(select(SignIn).where(SignIn.run_id == run_id, SignIn.person_id == person_id)).first()
    return found or SignIn(run_id=run_id, person_id=person_id)


@router.get("/sign-in")
def show_sign_in_form(
    request: Request, person: CurrentPerson, code: Annotated[str, Query(pattern=r"^\d{0,6}$")] = ""
) -> Response:
    """Where the code on the wall leads; the sign-in itself is the button."""
    return page(request, "training/sign_in.html", active="home", code=code)


@router.post("/sign-in")
def sign_in(
    house: HouseDep, person: CurrentPerson, code: Annotated[str, Form(pattern=r"^\d{6}$")],
    leaving: Annotated[bool, Form()] = False, key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """Attendance by the code on the wall, when coming and when leaving."""

    def work(session: Session) -> str:
        now = clock.now()
        run = session.exec(
            select(ClassRun).where(ClassRun.code == code, col(ClassRun.code_until) >= now).order_by(col(ClassRun.starts))
        ).first()
        if run is None or person.id not in run.expected:
            raise Refused("签到码不对，或者这一场不用你参加。请看讲师屏幕上的六位数字。")
        row, grace = sign_in_row(session, run.id, person.id), timedelta(minutes=records.rules(session).late_minutes)
        if leaving and row.arrived is None:
            raise Refused("你还没有签到，请先签到。")
        if leaving:
            row.left, row.early = now, now < run.ends - grace
        else:
            row.arrived, row.way = row.arrived or now, row.way or "签到码"
            row.late = row.arrived > run.starts + grace
        session.add(row)
        return "/training/mine"

    return act(house, person, key, work)


@router.post("/runs/{run_id}/close")
def close(run_id: int, trainer: Trainer, house: HouseDep, key: RequestKeyForm = "") -> Response:
    """File the session: a training record for everyone expected."""

    def work(session: Session) -> str:
        file_run(session, *led_run(session, trainer, run_id), clock.now())
        return f"/training/runs/{run_id}"

    return act(house, trainer, key, work)


@router.post("/runs/{run_id}/score")
def score(
    run_id: int, trainer: Trainer, house: HouseDep, person_id: Annotated[int, Form()],
    after: Annotated[float, Form(ge=0, le=100)], before: Annotated[float | None, Form(ge=0, le=100)] = None,
    key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """Test before and after the session: the mark of the record and level 2 of the evaluation."""

    def work(session: Session) -> str:
        run, course = led_run(session, trainer, run_id)
        if person_id not in run.expected:
            raise Missing
        mark_record(session, house, run, course, person_id, before, after, trainer.id, clock.now())
        return f"/training/runs/{run.id}#p{person_id}"

    return act(house, trainer, key, work)
