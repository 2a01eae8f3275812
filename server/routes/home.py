"""The start page: what to do today, for trainees and staff; trainers start at their desk."""

import csv
import io
import json
import zipfile
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, col, select

from kb import taxonomy
from quiz import review
from quiz.tables import Attempt, ReviewCard
from quiz.training import records
from quiz.training.tables import EvidenceRow, Progress
from scenarios.tables import DrillAssignment, DrillRun
from server import audit, clock
from server.accounts.tables import Person
from server.database import writing
from server.deps import CurrentPerson, HouseDep, SessionDep
from server.pages import page
from server.routes.drills import open_work
from server.tables import CardUse, ChatTurn, SearchLog

router = APIRouter()
# Tables that hold rows of one person, for the export of one's own data.
OWN_TABLES = (SearchLog, CardUse, ChatTurn, Attempt, ReviewCard, DrillRun, EvidenceRow, Progress)


@router.get("/")
def home(request: Request, house: HouseDep, person: CurrentPerson, session: SessionDep) -> Response:
    if person.role in ("trainer", "admin"):
        return RedirectResponse("/team", 303)
    now = clock.now()
    due = review.due_cards(session, person.id, now, house.settings.review_daily_cap)
    runs = session.exec(select(DrillRun).where(DrillRun.person_id == person.id)).all()
    assigned = session.exec(
        select(DrillAssignment)
        .where(DrillAssignment.person_id == person.id)
        .order_by(col(DrillAssignment.due))
    ).all()
    states = records.states(session, person.id)
    return page(
        request, "home/home.html", active="home", due=due, work=open_work(assigned, runs), states=states,
        memory=review.forecast(session, person.id, now), scenarios=house.scenarios, now=now,
        next_sections=next_sections(states), chapters=chapter_shares(states), pins=pinned(session, house, person),
        rules=records.rules(session),
    )  # fmt: skip


def next_sections(states: dict[str, str]) -> list[str]:
    """Required sections that are not passed, in the order of the induction path."""
    from quiz.training.rules import INDUCTION

    path = [s for _, _, sections in INDUCTION for s in sections]
    return [s for s in path if states.get(s) != "合格"][:3]


def chapter_shares(states: dict[str, str]) -> dict[str, tuple[int, int]]:
    shares: dict[str, tuple[int, int]] = {}
    for section in taxonomy.SECTIONS:
        chapter = section.split("-")[0]
        done, size = shares.get(chapter, (0, 0))
        shares[chapter] = (done + (states.get(section) in ("合格", "已测")), size + 1)
    return shares


def pinned(session: Session, house, person: Person) -> list:
    rows = session.exec(
        select(CardUse.article_id).where(CardUse.person_id == person.id, CardUse.pinned).limit(8)
    )
    return [house.library.articles[i] for i in rows if i in house.library.articles]


@router.get("/me/export")
def export_me(
    house: HouseDep,
    person: CurrentPerson,
    session: SessionDep,
    kind: Annotated[str, Query(pattern="^(zip)$")] = "zip",
) -> Response:
    """Everything stored about the person asking, as CSV and JSON in one archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        everything = {}
        for table in OWN_TABLES:
            rows = [
                r.model_dump(mode="json")
                for r in session.exec(select(table).where(table.person_id == person.id))
            ]
            everything[table.__tablename__] = rows
            archive.writestr(f"{table.__tablename__}.csv", csv_of(rows))
        archive.writestr("all.json", json.dumps(everything, ensure_ascii=False, indent=1))
    with writing(house.engine) as writer:
        audit.record(writer, clock.now(), "export", person_id=person.id, target=person.login)
    return Response(out.getvalue(), media_type="application/zip",
                    headers={"Content-Disposition": f'attachment; filename="kefu-{person.login}.zip"'})  # fmt: skip


def csv_of(rows: list[dict]) -> str:
    """CSV with a byte-order mark for Excel; a leading = + - @ is made text."""
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({k: safe_cell(v) for k, v in row.items()} for row in rows)
    return "\ufeff" + out.getvalue()


def safe_cell(value: object) -> object:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
    return f"'{text}" if isinstance(text, str) and text[:1] in "=+-@\t\r" else text
