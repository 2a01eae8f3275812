"""One person, one archive: gates with their evidence, decisions on levels, re-certification, make-ups, export."""

import secrets
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session, col, select

from kb.masking import mask
from quiz.attempts import EXAMS
from quiz.tables import Attempt, Certificate
from quiz.training import courses, makeups, records
from quiz.training.levels import downgrade_reason, gates, next_level, ready, recertification_due
from quiz.training.rules import LEVELS, ORDER
from quiz.training.tables import (
    ArchiveNote,
    Course,
    Evaluation,
    LevelChange,
    Makeup,
    Mentoring,
    Notice,
    TrainingRecord,
)
from scenarios.tables import DrillRun
from server import audit, clock, forms
from server.accounts.tables import Person
from server.acts import act
from server.database import writing
from server.deps import Admin, CurrentPerson, HouseDep, RequestKeyForm, SessionDep, Trainer
from server.errors import Missing, Refused
from server.exports import everything, of_person
from server.house import House
from server.lessons import read_seconds
from server.oversight import may_see
from server.pages import page
from server.routes.plans import names_of, trainers_of
from server.sheets import sheet_response
from server.standing import employee_of, standing_of

router = APIRouter(prefix="/training")
NOTE_KINDS = ("师傅鉴定", "主管鉴定", "质检", "奖励", "处罚", "评语", "泄露", "红线", "复训合格", "复训不合格", "岗前")
ZIP = "application/zip"


@router.get("/mine")
def mine(request: Request, house: HouseDep, person: CurrentPerson, session: SessionDep) -> Response:
    return archive_page(request, house, session, person, person)


def seen_person(session: Session, viewer: Person, person_id: int) -> Person:
    """The person whose archive this is, if the viewer may see it."""
    who = session.get(Person, person_id)
    if who is None or not may_see(session, viewer, person_id):
        raise Missing
    return who


@router.get("/archive/{person_id}")
def archive(request: Request, person_id: int, house: HouseDep, person: CurrentPerson, session: SessionDep) -> Response:
    who = seen_person(session, person, person_id)
    if who.id != person.id:
        log_access(house, person, "view", f"archive {who.login}")
    return archive_page(request, house, session, person, who)


def archive_page(request: Request, house: House, session: Session, viewer: Person, who: Person) -> Response:
    standing, rules = standing_of(session, house, who), records.rules(session)
    names = names_of(session)
    return page(
        request, "training/archive.html", active="plan" if viewer.role in ("trainer", "admin") else "home", tab="overview",
        standing=standing, gates=gates(standing, rules), target=next_level(standing.level), ready=ready(standing, rules),
        down=downgrade_reason(standing), again=recertification_due(standing), rules=rules, LEVELS=LEVELS, viewer=viewer,
        leads=viewer.id != who.id and viewer.role in ("trainer", "admin"), NOTE_KINDS=NOTE_KINDS, names=names,
        trainers=trainers_of(session), scenarios=house.scenarios, **archive_facts(session, house, who),
        mistakes={m.id: makeups.mistakes_left(session, m) for m in open_makeups(session, who.id)},
    )  # fmt: skip


def open_makeups(session: Session, person_id: int) -> list[Makeup]:
    return list(session.exec(select(Makeup).where(Makeup.person_id == person_id, col(Makeup.passed).is_(None))))


def archive_facts(session: Session, house: House, who: Person) -> dict:
    """All forms of one person, as the archive page, its sheet and its print show them."""
    def rows(table, order):
        return list(session.exec(select(table).where(table.person_id == who.id).order_by(order)))

    filed, every = rows(TrainingRecord, TrainingRecord.day), session.exec(select(Course)).all()
    year = clock.today().year
    return {
        "who": who, "employee": employee_of(session, who), "records": filed, "year": year,
        "hours": sum(r.hours for r in filed if r.day.year == year),
        "courses": {c.id: c.title for c in every}, "passes": courses.standing_passes(every, filed, clock.today()),
        "changes": rows(LevelChange, LevelChange.id), "notes": rows(ArchiveNote, ArchiveNote.id),
        "makeups": rows(Makeup, Makeup.id), "certificates": rows(Certificate, Certificate.issued),
        "evaluations": rows(Evaluation, Evaluation.id),
        "sat": [a for a in rows(Attempt, Attempt.id) if a.submitted and a.mode in EXAMS],
        "drills": [r for r in rows(DrillRun, DrillRun.id) if r.ended],
        "weeks": list(session.exec(select(Mentoring).where(Mentoring.apprentice_id == who.id).order_by(Mentoring.week))),
    }  # fmt: skip


@router.get("/archive/{person_id}/print")
def print_archive(request: Request, person_id: int, house: HouseDep, person: CurrentPerson, session: SessionDep) -> Response:
    who = seen_person(session, person, person_id)
    return page(request, "training/archive_print.html", active="plan", LEVELS=LEVELS, names=names_of(session),
                scenarios=house.scenarios, standing=standing_of(session, house, who), **archive_facts(session, house, who))  # fmt: skip


@router.get("/archive/{person_id}/sheet.xlsx")
def archive_sheet(person_id: int, house: HouseDep, person: CurrentPerson, session: SessionDep) -> Response:
    who = seen_person(session, person, person_id)
    data = forms.archive_workbook(archive_facts(session, house, who), names_of(session), house.scenarios)
    log_access(house, person, "export", f"archive {who.login}")
    return sheet_response(data, f"一人一档-{who.name}.xlsx")


@router.get("/archive/{person_id}/export")
def export_person(person_id: int, house: HouseDep, person: CurrentPerson, session: SessionDep) -> Response:
    """Everything stored about one person, as CSV and JSON."""
    who = seen_person(session, person, person_id)
    log_access(house, person, "export", f"person {who.login}")
    return archive_response(of_person(session, who), f"kefu-{who.login}.zip")


@router.get("/export")
def export_all(house: HouseDep, admin: Admin, session: SessionDep) -> Response:
    log_access(house, admin, "export", "everything")
    return archive_response(everything(session), "kefu-all.zip")


def log_access(house: House, person: Person, act: str, target: str) -> None:
    with writing(house.engine) as session:
        audit.record(session, clock.now(), act, person_id=person.id, target=target)


def archive_response(data: bytes, name: str) -> Response:
    return Response(data, media_type=ZIP, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.post("/archive/{person_id}/note")
def add_note(
    person_id: int, trainer: Trainer, house: HouseDep, kind: Annotated[str, Form()],
    words: Annotated[str, Form(min_length=1, max_length=500)], score: Annotated[float | None, Form(ge=0, le=100)] = None,
    key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    def work(session: Session) -> str:
        seen_person(session, trainer, person_id)
        if kind not in NOTE_KINDS or trainer.id == person_id:
            raise Missing
        session.add(ArchiveNote(person_id=person_id, kind=kind, words=mask(words).masked, score=score, by_id=trainer.id, day=clock.today()))
        return f"/training/archive/{person_id}"

    return act(house, trainer, key, work)


@router.post("/archive/{person_id}/level")
def change_level(
    person_id: int, trainer: Trainer, house: HouseDep, level: Annotated[str, Form()],
    reason: Annotated[str, Form(min_length=2, max_length=500)], key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """A person decides on the evidence; a step up needs every gate, a step down or staying its reason."""

    def work(session: Session) -> str:
        who = seen_person(session, trainer, person_id)
        if level not in LEVELS or trainer.id == person_id:
            raise Missing
        standing, rules = standing_of(session, house, who), records.rules(session)
        lines = gates(standing, rules)
        up = ORDER.index(level) > ORDER.index(standing.level)
        if up and not (level == next_level(standing.level) and ready(standing, rules)):
            lacking = [g.missing for g in lines if not g.met]
            lacking += [f"红线没有了结：{standing.red_line}"] if standing.red_line else []
            raise Refused(f"还不能晋级。{'；'.join(lacking) or '只能一级一级晋升'}")
        decide(session, trainer, who, standing.level, level, reason, {g.name: g.have for g in lines}, rules)
        return f"/training/archive/{person_id}"

    return act(house, trainer, key, work)


def decide(session: Session, trainer: Person, who: Person, before: str, after: str, reason: str, basis: dict, rules) -> None:
    """Write the decision with the evidence it stood on; red lines known by then are settled by it."""
    red = session.exec(select(ArchiveNote.id).where(ArchiveNote.person_id == who.id, ArchiveNote.kind == "红线")).all()
    session.add(LevelChange(
        person_id=who.id, before=before, after=after, reason=reason, approved_by=trainer.id, effective=clock.today(),
        basis={**basis, "红线记录": list(red)}, at=clock.now(),
        review_on=clock.today() + timedelta(days=round(rules.recertify_months * 30.44)),
    ))  # fmt: skip
    employee = employee_of(session, who)
    if after != before:
        employee.level, employee.level_since = after, clock.today()
    session.add(employee)
    session.add(Notice(person_id=who.id, kind="等级变更", words=f"{LEVELS[before]} → {LEVELS[after]}：{reason}", at=clock.now(),
                       link="/training/mine", key=f"level-{who.id}-{secrets.token_hex(4)}"))  # fmt: skip
    audit.record(session, clock.now(), "level", person_id=trainer.id, target=f"{who.login} {before} → {after}")


@router.post("/archive/{person_id}/recertify")
def recertify(person_id: int, trainer: Trainer, house: HouseDep, key: RequestKeyForm = "") -> Response:
    """Begin re-certification: required sections must be shown again, what was shown stays as history."""

    def work(session: Session) -> str:
        who, now = seen_person(session, trainer, person_id), clock.now()
        required = records.rules(session).required
        records.restart(session, who.id, required, now)
        for section in required:
            records.refresh(session, who.id, section, now, read_seconds(house, section))
        session.add(ArchiveNote(person_id=who.id, kind="复训开始", words=f"必修 {len(required)} 节重新证明", by_id=trainer.id,
                                day=clock.today()))  # fmt: skip
        audit.record(session, now, "recertify", person_id=trainer.id, target=who.login)
        return f"/training/archive/{person_id}"

    return act(house, trainer, key, work)


@router.post("/makeups/{makeup_id}/approve")
def approve_makeup(makeup_id: int, trainer: Trainer, house: HouseDep, key: RequestKeyForm = "") -> Response:
    def work(session: Session) -> str:
        row = session.get(Makeup, makeup_id)
        if row is None or row.person_id == trainer.id:
            raise Missing
        seen_person(session, trainer, row.person_id)
        row.approved_by = trainer.id
        session.add(row)
        session.add(Notice(person_id=row.person_id, kind="补考", words=f"{row.exam}：第 {row.number} 次补考，{row.due} 前",
                           link="/training/mine", key=f"makeup-{row.id}", at=clock.now()))  # fmt: skip
        return f"/training/archive/{row.person_id}"

    return act(house, trainer, key, work)
