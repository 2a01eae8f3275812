"""Chapter 11's pages: courses, sessions with sign-in, levels with their gates, records and exports."""

import secrets
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session, col, select

from kb import taxonomy
from quiz.tables import Attempt
from quiz.training import records
from quiz.training.levels import DrillResult, Standing, gates, next_level, ready
from quiz.training.rules import LEVELS
from quiz.training.tables import ArchiveNote, ClassRun, Course, Employee, LevelChange, SignIn, TrainingRecord
from scenarios.tables import DrillRun
from server import audit, clock
from server.accounts.tables import Person
from server.acts import act
from server.deps import CurrentPerson, HouseDep, RequestKeyForm, SessionDep, Trainer
from server.errors import Missing, Refused
from server.house import House
from server.oversight import may_see, people_of
from server.pages import page
from server.sheets import sheet_response, workbook

router = APIRouter(prefix="/training")


@router.get("")
def overview(request: Request, trainer: Trainer, session: SessionDep) -> Response:
    people = people_of(session, trainer)
    employees = {e.person_id: e for e in session.exec(select(Employee))}
    runs = session.exec(select(ClassRun).order_by(col(ClassRun.starts).desc()).limit(50)).all()
    courses = session.exec(select(Course).where(col(Course.retired).is_(False)).order_by(Course.title)).all()
    return page(request, "training/overview.html", active="plan", people=people, employees=employees, runs=runs,
                courses=courses, titles={c.id: c.title for c in courses}, LEVELS=LEVELS)  # fmt: skip


@router.post("/courses")
def add_course(
    trainer: Trainer, house: HouseDep, title: Annotated[str, Form(min_length=1, max_length=80)],
    section: Annotated[list[str], Form()], goal: Annotated[str, Form(max_length=200)] = "",
    minutes: Annotated[int, Form(ge=10, le=480)] = 60, key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    def work(session: Session) -> str:
        sections = [s for s in section if s in taxonomy.SECTIONS]
        if not sections:
            raise Refused("课程要对应至少一节手册。")
        session.add(
            Course(title=title, sections=sections, goal=goal, minutes=minutes, question_sections=sections)
        )
        return "/training"

    return act(house, trainer, key, work)


@router.post("/runs")
def add_run(
    trainer: Trainer, house: HouseDep, course_id: Annotated[int, Form()], day: Annotated[date, Form()],
    hour: Annotated[str, Form(pattern=r"^\d{2}:\d{2}$")], place: Annotated[str, Form(min_length=1, max_length=60)],
    key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """A session for everyone the trainer looks after, with a code for sign-in."""

    def work(session: Session) -> str:
        course = session.get(Course, course_id)
        if course is None:
            raise Missing
        starts = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=clock.BEIJING)
        run = ClassRun(
            course_id=course.id, starts=starts, ends=starts + timedelta(minutes=course.minutes), place=place,
            instructor_id=trainer.id, expected=[p.id for p in people_of(session, trainer)],
            code=f"{secrets.randbelow(10**6):06d}", code_until=starts + timedelta(minutes=course.minutes),
        )  # fmt: skip
        session.add(run)
        session.flush()
        return f"/training/runs/{run.id}"

    return act(house, trainer, key, work)


@router.get("/runs/{run_id}")
def show_run(request: Request, run_id: int, trainer: Trainer, session: SessionDep) -> Response:
    run, course = led_run(session, trainer, run_id)
    names = {p.id: p for p in session.exec(select(Person).where(col(Person.id).in_(run.expected)))}
    signed = {s.person_id: s for s in session.exec(select(SignIn).where(SignIn.run_id == run.id))}
    return page(request, "training/run.html", active="plan", run=run, course=course, names=names, signed=signed,
                instructor=session.get(Person, run.instructor_id))  # fmt: skip


def led_run(session: Session, trainer: Person, run_id: int) -> tuple[ClassRun, Course]:
    run = session.get(ClassRun, run_id)
    if run is None or (run.instructor_id != trainer.id and trainer.role != "admin"):
        raise Missing
    return run, session.get(Course, run.course_id)


@router.post("/runs/{run_id}/mark")
def mark(
    run_id: int, trainer: Trainer, house: HouseDep, person_id: Annotated[int, Form()],
    how: Annotated[str, Form(pattern="^(present|late|early|leave|proxy|absent)$")],
    reason: Annotated[str, Form(max_length=200)] = "", key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """The trainer's mark: present, late, left early, on leave with a reason, signed by another, absent."""

    def work(session: Session) -> str:
        run, _ = led_run(session, trainer, run_id)
        if person_id not in run.expected:
            raise Missing
        if how == "leave" and not reason.strip():
            raise Refused("请假要写事由。")
        row = sign_in_row(session, run.id, person_id)
        row.arrived = None if how in ("leave", "absent") else (row.arrived or clock.now())
        row.way, row.late, row.early = "讲师", how == "late", how == "early"
        row.proxy, row.leave_reason = how == "proxy", reason if how == "leave" else ""
        session.add(row)
        return f"/training/runs/{run.id}"

    return act(house, trainer, key, work)


def sign_in_row(session: Session, run_id: int, person_id: int) -> SignIn:
    found = session.exec(select(SignIn).where(SignIn.run_id == run_id, SignIn.person_id == person_id)).first()
    return found or SignIn(run_id=run_id, person_id=person_id)


@router.post("/sign-in")
def sign_in(
    house: HouseDep,
    person: CurrentPerson,
    code: Annotated[str, Form(pattern=r"^\d{6}$")],
    key: RequestKeyForm = "",
) -> Response:
    """Attendance by the code on the wall."""

    def work(session: Session) -> str:
        now = clock.now()
        run = session.exec(
            select(ClassRun)
            .where(ClassRun.code == code, col(ClassRun.code_until) >= now)
            .order_by(col(ClassRun.starts))
        ).first()
        if run is None or person.id not in run.expected:
            raise Refused("签到码不对，或者这一场不用你参加。请看讲师屏幕上的六位数字。")
        row = sign_in_row(session, run.id, person.id)
        row.arrived, row.way = row.arrived or now, "签到码"
        row.late = row.arrived > run.starts + timedelta(minutes=records.rules(session).late_minutes)
        session.add(row)
        return "/training/mine"

    return act(house, person, key, work)


@router.post("/runs/{run_id}/close")
def close(run_id: int, trainer: Trainer, house: HouseDep, key: RequestKeyForm = "") -> Response:
    """File the session: a training record for everyone who was there."""

    def work(session: Session) -> str:
        run, course = led_run(session, trainer, run_id)
        if run.closed_at is None:
            run.closed_at = clock.now()
            session.add(run)
            for row in session.exec(select(SignIn).where(SignIn.run_id == run.id)):
                if row.arrived and not row.proxy:
                    session.add(TrainingRecord(person_id=row.person_id, course_id=course.id, run_id=run.id,
                                               hours=round(course.minutes / 60, 1), day=clock.local(run.starts).date()))  # fmt: skip
        return f"/training/runs/{run.id}"

    return act(house, trainer, key, work)


@router.get("/runs/{run_id}/sheet.xlsx")
def sheet(run_id: int, trainer: Trainer, session: SessionDep) -> Response:
    run, course = led_run(session, trainer, run_id)
    names = {p.id: p for p in session.exec(select(Person).where(col(Person.id).in_(run.expected)))}
    signed = {s.person_id: s for s in session.exec(select(SignIn).where(SignIn.run_id == run.id))}
    rows = [sheet_row(names[i], signed.get(i)) for i in run.expected if i in names]
    head = ("工号", "姓名", "签到", "签退", "方式", "迟到", "早退", "请假事由", "代签", "补课")
    return sheet_response(workbook(f"签到表：{course.title}", head, rows), f"签到表-{course.title}.xlsx")


def sheet_row(person: Person, row: SignIn | None) -> tuple:
    if row is None:
        return (person.login, person.name, "", "", "", "", "", "", "", "")
    arrived = clock.local(row.arrived).strftime("%m-%d %H:%M") if row.arrived else ""
    left = clock.local(row.left).strftime("%H:%M") if row.left else ""
    return (person.login, person.name, arrived, left, row.way, row.late, row.early, row.leave_reason, row.proxy,
            row.makeup_run_id or "")  # fmt: skip


@router.get("/mine")
def mine(request: Request, house: HouseDep, person: CurrentPerson, session: SessionDep) -> Response:
    return archive_page(request, house, session, person, person)


@router.get("/archive/{person_id}")
def archive(
    request: Request, person_id: int, house: HouseDep, person: CurrentPerson, session: SessionDep
) -> Response:
    if not may_see(session, person, person_id):
        raise Missing
    return archive_page(request, house, session, person, session.get(Person, person_id))


def archive_page(request: Request, house: House, session: Session, viewer: Person, who: Person) -> Response:
    """One person, one archive: standing, gates, records, changes of level, notes."""
    standing = standing_of(session, house, who)
    lines = gates(standing, records.rules(session))
    return page(
        request, "training/archive.html", active="plan" if viewer.role in ("trainer", "admin") else "home", who=who,
        employee=employee_of(session, who), standing=standing, gates=lines, target=next_level(standing.level),
        ready=ready(standing, records.rules(session)), LEVELS=LEVELS, viewer=viewer,
        records=session.exec(select(TrainingRecord).where(TrainingRecord.person_id == who.id)).all(),
        courses={c.id: c.title for c in session.exec(select(Course))},
        changes=session.exec(select(LevelChange).where(LevelChange.person_id == who.id)).all(),
        notes=session.exec(select(ArchiveNote).where(ArchiveNote.person_id == who.id)).all(),
    )  # fmt: skip


def employee_of(session: Session, person: Person) -> Employee:
    hired = clock.local(person.created).date()
    return session.get(Employee, person.id) or Employee(
        person_id=person.id, number=person.login, hired=hired, level_since=hired
    )


def standing_of(session: Session, house: House, person: Person) -> Standing:
    employee = employee_of(session, person)
    best = {}
    for attempt in session.exec(
        select(Attempt).where(Attempt.person_id == person.id, col(Attempt.score).is_not(None))
    ):
        kind = "entry" if attempt.mode == "entry" else "exam" if attempt.mode in ("exam", "makeup") else ""
        best[kind] = max(best.get(kind, 0.0), attempt.score)
    notes = session.exec(select(ArchiveNote).where(ArchiveNote.person_id == person.id)).all()
    runs = session.exec(
        select(DrillRun).where(DrillRun.person_id == person.id, col(DrillRun.total).is_not(None))
    ).all()
    return Standing(
        level=employee.level, level_since=employee.level_since, today=clock.today(), entry_mark=best.get("entry"),
        written_mark=best.get("exam"), section_states=records.states(session, person.id),
        drills=tuple(drill_result(house, r) for r in runs),
        mentor_appraisal=any(n.kind == "师傅鉴定" for n in notes),
        supervisor_appraisal=any(n.kind == "主管鉴定" for n in notes),
        inspection_mean=mean([n.score for n in notes if n.kind == "质检" and n.score is not None]),
        leaks=sum(n.kind == "泄露" for n in notes), red_line=next((n.words for n in notes if n.kind == "红线"), ""),
    )  # fmt: skip


def mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def drill_result(house: House, run: DrillRun) -> DrillResult:
    scenario = house.scenarios.get(run.scenario_id)
    score = run.reviewed_total if run.reviewed_total is not None else run.total
    return DrillResult(
        run.scenario_id, float(score), run.vetoed, bool(scenario and scenario.difficulty == 3), run.ended
    )


@router.post("/archive/{person_id}/note")
def add_note(
    person_id: int, trainer: Trainer, house: HouseDep,
    kind: Annotated[str, Form(pattern="^(师傅鉴定|主管鉴定|质检|奖励|处罚|评语|泄露|红线)$")],
    words: Annotated[str, Form(min_length=1, max_length=500)], score: Annotated[float | None, Form(ge=0, le=100)] = None,
    key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    def work(session: Session) -> str:
        if not may_see(session, trainer, person_id):
            raise Missing
        session.add(
            ArchiveNote(
                person_id=person_id, kind=kind, words=words, score=score, by_id=trainer.id, day=clock.today()
            )
        )
        return f"/training/archive/{person_id}"

    return act(house, trainer, key, work)


@router.post("/archive/{person_id}/level")
def change_level(
    person_id: int, trainer: Trainer, house: HouseDep, level: Annotated[str, Form()],
    reason: Annotated[str, Form(min_length=2, max_length=500)], key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """A person decides on the evidence; a step up needs every gate, a step down its reason."""

    def work(session: Session) -> str:
        who = session.get(Person, person_id)
        if (
            who is None
            or not may_see(session, trainer, person_id)
            or level not in LEVELS
            or trainer.id == person_id
        ):
            raise Missing
        standing, rules = standing_of(session, house, who), records.rules(session)
        order = list(LEVELS)
        if order.index(level) > order.index(standing.level) and not (
            level == next_level(standing.level) and ready(standing, rules)
        ):
            lacking = "；".join(g.missing for g in gates(standing, rules) if not g.met)
            raise Refused(f"还不能晋级。{lacking}")
        employee = employee_of(session, who)
        session.add(LevelChange(
            person_id=person_id, before=standing.level, after=level, reason=reason, approved_by=trainer.id,
            basis={g.name: g.have for g in gates(standing, rules)}, effective=clock.today(), at=clock.now(),
            review_on=clock.today() + timedelta(days=365),
        ))  # fmt: skip
        employee.level, employee.level_since = level, clock.today()
        session.add(employee)
        audit.record(
            session,
            clock.now(),
            "level",
            person_id=trainer.id,
            target=f"{who.login} {standing.level} → {level}",
        )
        return f"/training/archive/{person_id}"

    return act(house, trainer, key, work)
