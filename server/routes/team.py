"""The trainers' desk: who to help first, heat map, transcripts to review, assignments, content gaps."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session, col, func, select

from kb import taxonomy
from quiz.tables import Attempt
from quiz.training.tables import EvidenceRow, Progress
from scenarios.tables import DrillAppeal, DrillAssignment, DrillRun
from server import clock
from server.accounts.tables import Person
from server.acts import act
from server.deps import HouseDep, RequestKeyForm, SessionDep, Trainer
from server.errors import Missing, Refused
from server.oversight import may_see, people_of
from server.pages import page
from server.tables import ContentGap

router = APIRouter(prefix="/team")
PASSED = ("合格",)
QUIET_DAYS = 7


@router.get("")
def desk(request: Request, trainer: Trainer, house: HouseDep, session: SessionDep) -> Response:
    people = people_of(session, trainer)
    ids = [p.id for p in people]
    heat = heat_map(session, ids)
    last = dict(session.exec(
        select(EvidenceRow.person_id, func.max(EvidenceRow.at)).where(col(EvidenceRow.person_id).in_(ids))
        .group_by(EvidenceRow.person_id)
    ).all())  # fmt: skip
    overdue = session.exec(
        select(DrillAssignment).where(
            col(DrillAssignment.person_id).in_(ids), col(DrillAssignment.due) < clock.now()
        )
    ).all()
    done = {r.assignment_id for r in session.exec(
        select(DrillRun).where(col(DrillRun.person_id).in_(ids), col(DrillRun.assignment_id).is_not(None),
                               col(DrillRun.ended).is_not(None)))}  # fmt: skip
    late = [w for w in overdue if w.id not in done]
    waiting = session.exec(
        select(func.count()).select_from(DrillRun).where(
            col(DrillRun.person_id).in_(ids), col(DrillRun.ended).is_not(None), col(DrillRun.reviewed_at).is_(None))
    ).one()  # fmt: skip
    return page(
        request, "training/desk.html", active="team", people=people, heat=heat, late=late, waiting=waiting,
        chapters=[c for c in taxonomy.CHAPTERS if c.startswith("ch")], names={p.id: p.name for p in people},
        help_first=help_first(people, heat, last, late), scenarios=house.scenarios,
    )  # fmt: skip


def heat_map(session: Session, ids: list[int]) -> dict[int, dict[str, float]]:
    """Share of each chapter's sections that a person has passed, 0 to 1; one statement for the whole team."""
    sizes: dict[str, int] = {}
    for section in taxonomy.SECTIONS:
        sizes[section.split("-")[0]] = sizes.get(section.split("-")[0], 0) + 1
    rows = session.exec(
        select(Progress.person_id, Progress.section)
        .where(col(Progress.person_id).in_(ids), col(Progress.state).in_(PASSED))
    )  # fmt: skip
    found: dict[int, dict[str, float]] = {}
    for person_id, section in rows:
        chapter = section.split("-")[0]
        mine = found.setdefault(person_id, {})
        mine[chapter] = mine.get(chapter, 0) + 1 / sizes[chapter]
    return found


def help_first(people, heat, last, late) -> list[tuple[Person, str]]:
    """Who is stuck and why: overdue work, then a week without a sign, then nothing passed yet."""
    now, found = clock.now(), []
    behind = {w.person_id for w in late}
    for person in people:
        seen = last.get(person.id)
        if person.id in behind:
            found.append((0, person, "有演练过期没交"))
        elif seen is None:
            found.append((1, person, "还没开始学"))
        elif now - seen > timedelta(days=QUIET_DAYS):
            found.append((2, person, f"{(now - seen).days} 天没有学习"))
        elif not heat.get(person.id):
            found.append((3, person, "学了，还没有一节合格"))
    return [(p, why) for _, p, why in sorted(found, key=lambda x: x[0])][:8]


@router.get("/reviews")
def reviews(request: Request, trainer: Trainer, house: HouseDep, session: SessionDep) -> Response:
    people = people_of(session, trainer)
    runs = session.exec(
        select(DrillRun).where(col(DrillRun.person_id).in_([p.id for p in people]), col(DrillRun.ended).is_not(None),
                               col(DrillRun.reviewed_at).is_(None))
        .order_by(col(DrillRun.vetoed).desc(), col(DrillRun.ended)).limit(100)
    ).all()  # fmt: skip
    appeals = set(session.exec(select(DrillAppeal.run_id).where(DrillAppeal.answer == "")))
    return page(request, "training/reviews.html", active="team", runs=runs, appeals=appeals,
                names={p.id: p.name for p in people}, scenarios=house.scenarios)  # fmt: skip


@router.post("/assign")
def assign(
    trainer: Trainer, house: HouseDep, scenario_id: Annotated[str, Form()],
    person_id: Annotated[list[int], Form()], days: Annotated[int, Form(ge=1, le=60)] = 7,
    pass_mark: Annotated[int, Form(ge=50, le=100)] = 80, attempts: Annotated[int, Form(ge=1, le=10)] = 3,
    key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    def work(session: Session) -> str:
        if scenario_id not in house.scenarios:
            raise Refused("没有这个情景，请重新选。")
        now = clock.now()
        for one in person_id:
            if not may_see(session, trainer, one):
                raise Missing
            session.add(DrillAssignment(person_id=one, by_id=trainer.id, scenario_id=scenario_id,
                                        due=now + timedelta(days=days), pass_mark=pass_mark, attempts=attempts, at=now))  # fmt: skip
        return "/team"

    return act(house, trainer, key, work)


@router.get("/gaps")
def gaps(request: Request, trainer: Trainer, house: HouseDep, session: SessionDep) -> Response:
    rows = session.exec(
        select(ContentGap).where(col(ContentGap.closed_at).is_(None), ContentGap.verdict != "helpful")
        .order_by(col(ContentGap.at).desc()).limit(200)
    ).all()  # fmt: skip
    return page(request, "training/gaps.html", active="content", gaps=rows, library=house.library.articles)


@router.post("/gaps/{gap_id}/close")
def close_gap(
    gap_id: int, trainer: Trainer, house: HouseDep, outcome: Annotated[str, Form(max_length=200)] = "已处理",
    key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    def work(session: Session) -> str:
        gap = session.get(ContentGap, gap_id)
        if gap is None:
            raise Missing
        gap.closed_at, gap.closed_by, gap.outcome = clock.now(), trainer.id, outcome
        session.add(gap)
        return "/team/gaps"

    return act(house, trainer, key, work)


@router.get("/{person_id}")
def person(
    request: Request, person_id: int, trainer: Trainer, house: HouseDep, session: SessionDep
) -> Response:
    """One person on one page: progress by section, attempts, drills."""
    if not may_see(session, trainer, person_id):
        raise Missing
    who = session.get(Person, person_id)
    progress = {p.section: p for p in session.exec(select(Progress).where(Progress.person_id == person_id))}
    runs = session.exec(
        select(DrillRun).where(DrillRun.person_id == person_id, col(DrillRun.ended).is_not(None))
        .order_by(col(DrillRun.ended).desc()).limit(20)).all()  # fmt: skip
    sat = session.exec(
        select(Attempt).where(Attempt.person_id == person_id, col(Attempt.submitted).is_not(None))
        .order_by(col(Attempt.submitted).desc()).limit(20)).all()  # fmt: skip
    return page(request, "training/person.html", active="team", who=who, progress=progress, runs=runs, sat=sat,
                scenarios=house.scenarios)  # fmt: skip
