"""Annual and monthly plans with their approval, the calendar, and the courses they are made of."""

import calendar
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from sqlmodel import Session, col, select

from kb import taxonomy
from quiz.training import records
from quiz.training.rules import LEVELS
from quiz.training.tables import AnnualPlan, ClassRun, Course, MonthlyPlan
from server import audit, clock
from server.accounts.tables import Person
from server.acts import act
from server.deps import HouseDep, RequestKeyForm, SessionDep, Trainer
from server.errors import Missing, Refused
from server.pages import page

router = APIRouter(prefix="/training")
WAYS = ("集中授课", "演练", "跟岗", "线上自学", "考试")
KINDS = {"annual": AnnualPlan, "monthly": MonthlyPlan}
Month = Annotated[str, Query(pattern=r"^\d{4}-\d{2}$")]
Short, Line = Annotated[str, Form(min_length=1, max_length=60)], Annotated[str, Form(min_length=1, max_length=200)]
Hours = Annotated[float, Form(ge=0.5, le=400)]


def trainers_of(session: Session) -> list[Person]:
    return list(session.exec(
        select(Person).where(Person.active, col(Person.role).in_(("trainer", "admin"))).order_by(Person.name)
    ))  # fmt: skip


@router.get("/plans")
def annual(request: Request, trainer: Trainer, session: SessionDep, year: int | None = None) -> Response:
    year = year or clock.today().year
    rows = session.exec(
        select(AnnualPlan).where(AnnualPlan.year == year).order_by(AnnualPlan.quarter, col(AnnualPlan.id))
    ).all()
    return page(request, "training/annual.html", active="plan", tab="plans", plans=rows, year=year,
                people=trainers_of(session), names=names_of(session), today=clock.today())  # fmt: skip


def names_of(session: Session) -> dict[int, str]:
    return dict(session.exec(select(Person.id, Person.name)).all())


@router.post("/plans")
def add_annual(
    trainer: Trainer, house: HouseDep, year: Annotated[int, Form(ge=2020, le=2100)], goal: Line, theme: Line, audience: Short,
    hours: Hours, quarter: Annotated[int, Form(ge=1, le=4)], owner_id: Annotated[int, Form()],
    budget: Annotated[float, Form(ge=0, le=10**8)] = 0, key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    def work(session: Session) -> str:
        session.add(AnnualPlan(year=year, goal=goal, theme=theme, audience=audience, hours=hours, quarter=quarter,
                               owner_id=owner_id, budget=budget))  # fmt: skip
        return f"/training/plans?year={year}"

    return act(house, trainer, key, work)


@router.post("/plans/{kind}/{plan_id}/step")
def step(
    kind: str, plan_id: int, trainer: Trainer, house: HouseDep,
    to: Annotated[str, Form(pattern="^(草稿|待批|已批)$")], key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """Hand a plan in, send it back, or approve it; nobody approves what is their own."""

    def work(session: Session) -> str:
        plan = session.get(KINDS[kind], plan_id) if kind in KINDS else None
        if plan is None:
            raise Missing
        owner = plan.owner_id if kind == "annual" else plan.instructor_id
        if to == "已批" and (plan.status != "待批" or owner == trainer.id):
            raise Refused("计划要先提交，并由负责人以外的讲师或管理员批准。")
        plan.status = to
        plan.approved_by, plan.approved_at = (trainer.id, clock.now()) if to == "已批" else (None, None)
        session.add(plan)
        audit.record(session, clock.now(), "plan", person_id=trainer.id, target=f"{kind} {plan_id} {to}")
        return f"/training/plans?year={plan.year}" if kind == "annual" else f"/training/calendar?month={plan.month}"

    return act(house, trainer, key, work)


@router.post("/plans/{kind}/{plan_id}/delete")
def delete(kind: str, plan_id: int, trainer: Trainer, house: HouseDep, key: RequestKeyForm = "") -> Response:
    """Only a draft can go; what was approved stays on record."""

    def work(session: Session) -> str:
        plan = session.get(KINDS[kind], plan_id) if kind in KINDS else None
        if plan is None:
            raise Missing
        if plan.status != "草稿":
            raise Refused("只有草稿能删。批过的计划请先退回草稿。")
        session.delete(plan)
        return "/training/plans" if kind == "annual" else f"/training/calendar?month={plan.month}"

    return act(house, trainer, key, work)


@router.get("/calendar")
def month(request: Request, trainer: Trainer, session: SessionDep, month: Month = "") -> Response:
    """One month: its plan, what the rules ask of it, and every session on its day."""
    first = date.fromisoformat(f"{month or clock.today().strftime('%Y-%m')}-01")
    last = first + timedelta(days=calendar.monthrange(first.year, first.month)[1] - 1)
    plans = session.exec(
        select(MonthlyPlan).where(MonthlyPlan.month == first.strftime("%Y-%m")).order_by(MonthlyPlan.day)
    ).all()
    runs = [r for r in session.exec(select(ClassRun).order_by(col(ClassRun.starts)))
            if first <= clock.local(r.starts).date() <= last]  # fmt: skip
    courses = session.exec(select(Course).order_by(Course.title)).all()
    return page(
        request, "training/month.html", active="plan", tab="calendar", plans=plans, runs=runs, first=first, courses=courses,
        weeks=calendar.Calendar().monthdatescalendar(first.year, first.month), people=trainers_of(session),
        titles={c.id: c.title for c in courses}, names=names_of(session), rules=records.rules(session), WAYS=WAYS,
        before=first - timedelta(days=1), after=last + timedelta(days=1), planned={r.plan_id for r in runs},
        run_days=[(clock.local(r.starts).date(), r) for r in runs], hours=sum(p.hours for p in plans),
        deadline=(first - timedelta(days=1)).replace(day=28),
    )  # fmt: skip


@router.post("/calendar")
def add_monthly(
    trainer: Trainer, house: HouseDep, course_id: Annotated[int, Form()], day: Annotated[date, Form()], place: Short,
    instructor_id: Annotated[int, Form()], audience: Short, hours: Hours, way: Annotated[str, Form()] = WAYS[0],
    required: Annotated[bool, Form()] = False, key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    def work(session: Session) -> str:
        course = session.get(Course, course_id)
        if course is None or way not in WAYS:
            raise Missing
        month = day.strftime("%Y-%m")
        session.add(MonthlyPlan(month=month, course_id=course.id, sections=course.sections, day=day, place=place, way=way,
                                instructor_id=instructor_id, audience=audience, hours=hours, required=required))  # fmt: skip
        return f"/training/calendar?month={month}"

    return act(house, trainer, key, work)


@router.get("/courses")
def courses(request: Request, trainer: Trainer, house: HouseDep, session: SessionDep) -> Response:
    rows = session.exec(select(Course).order_by(Course.retired, Course.title)).all()
    return course_page(request, house, rows, None)


@router.get("/courses/{course_id}")
def show_course(request: Request, course_id: int, trainer: Trainer, house: HouseDep, session: SessionDep) -> Response:
    course = session.get(Course, course_id)
    if course is None:
        raise Missing
    return course_page(request, house, [], course)


def course_page(request: Request, house, rows, course: Course | None) -> Response:
    counts: dict[str, int] = {}
    for q in house.questions.values():
        counts[q.section] = counts.get(q.section, 0) + 1
    return page(request, "training/courses.html", active="plan", tab="courses", courses=rows, course=course, counts=counts,
                scenarios=house.scenarios, LEVELS=LEVELS)  # fmt: skip


@router.post("/courses")
def save_course(
    trainer: Trainer, house: HouseDep, title: Annotated[str, Form(min_length=1, max_length=80)],
    section: Annotated[list[str], Form()], goal: Annotated[str, Form(max_length=200)] = "",
    minutes: Annotated[int, Form(ge=10, le=480)] = 60, level: Annotated[str, Form()] = "onboarding",
    question_section: Annotated[list[str] | None, Form()] = None, scenario_id: Annotated[list[str] | None, Form()] = None,
    pass_mark: Annotated[int, Form(ge=1, le=100)] = 80, valid_months: Annotated[int, Form(ge=1, le=60)] = 12,
    course_id: Annotated[int, Form()] = 0, retired: Annotated[bool, Form()] = False, key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """Make a course, or write its next version."""

    def work(session: Session) -> str:
        course = session.get(Course, course_id) if course_id else Course(title=title, goal=goal, version=0)
        sections = [s for s in section if s in taxonomy.SECTIONS]
        if course is None or level not in LEVELS:
            raise Missing
        if not sections:
            raise Refused("课程要对应至少一节手册。")
        course.title, course.goal, course.sections, course.level = title, goal, sections, level
        course.question_sections = [s for s in question_section or sections if s in taxonomy.SECTIONS]
        course.scenario_ids = [s for s in scenario_id or () if s in house.scenarios]
        course.minutes, course.pass_mark, course.valid_months = minutes, pass_mark, valid_months
        course.retired, course.version = retired, course.version + 1
        session.add(course)
        return "/training/courses"

    return act(house, trainer, key, work)
