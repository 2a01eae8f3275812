"""After the call: the debrief, appeals, and what a trainer corrects."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session, col, select

from kb.masking import mask
from scenarios import states
from scenarios.debrief import debrief
from scenarios.rubric import DIMENSIONS
from scenarios.scenario import Scenario
from scenarios.tables import DrillAppeal, DrillOverride, DrillRun
from server import audit, clock
from server.accounts.tables import Person
from server.acts import act
from server.deps import CurrentPerson, HouseDep, RequestKeyForm, Trainer
from server.errors import Missing
from server.house import House
from server.oversight import may_see
from server.pages import page
from server.runs import known, mine

router = APIRouter(prefix="/drills")


def show_debrief(
    request: Request, house: House, run: DrillRun, scenario: Scenario, state: states.DrillState, person: Person,
    session: Session,
) -> Response:  # fmt: skip
    result = debrief(scenario, state)
    before = session.exec(
        select(DrillRun).where(
            DrillRun.person_id == run.person_id, DrillRun.scenario_id == run.scenario_id, DrillRun.id < run.id,
            col(DrillRun.total).is_not(None),
        ).order_by(col(DrillRun.id).desc()).limit(1)
    ).first()  # fmt: skip
    overrides = session.exec(select(DrillOverride).where(DrillOverride.run_id == run.id)).all()
    appeals = session.exec(select(DrillAppeal).where(DrillAppeal.run_id == run.id)).all()
    cards = [house.library.articles[i] for i in scenario.links if i in house.library.articles]
    cards = cards or [a for a in house.library.of_intent(scenario.intent) if a.kind in ("script", "case")][:3]
    return page(
        request, "drills/debrief.html", active="drills", run=run, s=scenario, state=state, d=result, before=before,
        then={r.dimension: r.met for r in debrief(scenario, states.from_dict(before.state)).dimensions} if before else {},
        points=states.curve(state, scenario), overrides=overrides, appeals=appeals, cards=cards,
        mine=run.person_id == person.id, owner=session.get(Person, run.person_id),
    )  # fmt: skip


@router.post("/{run_id}/appeal")
def appeal(
    run_id: int, house: HouseDep, person: CurrentPerson, words: Annotated[str, Form(min_length=2, max_length=1000)],
    key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    def work(session: Session) -> str:
        run = mine(session, person, run_id)
        session.add(DrillAppeal(run_id=run.id, person_id=person.id, words=mask(words).masked, at=clock.now()))
        return f"/drills/{run.id}#appeal"

    return act(house, person, key, work)


@router.post("/{run_id}/override")
def override(
    run_id: int, house: HouseDep, person: Trainer, dimension: Annotated[str, Form()],
    reason: Annotated[str, Form(min_length=2, max_length=500)], met: Annotated[bool, Form()] = False,
    key: RequestKeyForm = "",
) -> Response:  # fmt: skip
    """Correct one dimension; the machine's judgement and the trainer's stand side by side."""

    def work(session: Session) -> str:
        run = session.get(DrillRun, run_id)
        if (
            run is None
            or not run.ended
            or dimension not in DIMENSIONS
            or not may_see(session, person, run.person_id)
        ):
            raise Missing
        now = clock.now()
        session.add(
            DrillOverride(run_id=run.id, dimension=dimension, met=met, reason=reason, by_id=person.id, at=now)
        )
        session.flush()
        run.reviewed_total = corrected_total(session, house, run)
        run.reviewed_by, run.reviewed_at = person.id, now
        session.add(run)
        audit.record(
            session, now, "score-override", person_id=person.id, target=f"drill {run.id} {dimension}"
        )
        return f"/drills/{run.id}#d-{dimension}"

    return act(house, person, key, work)


@router.post("/{run_id}/reviewed")
def reviewed(
    run_id: int, house: HouseDep, person: Trainer, key: RequestKeyForm = "",
    answer: Annotated[str, Form(max_length=500)] = "",
) -> Response:  # fmt: skip
    """Mark a transcript as read, and answer its open appeals."""

    def work(session: Session) -> str:
        run = session.get(DrillRun, run_id)
        if run is None or not may_see(session, person, run.person_id):
            raise Missing
        run.reviewed_by, run.reviewed_at = person.id, clock.now()
        session.add(run)
        for row in session.exec(
            select(DrillAppeal).where(DrillAppeal.run_id == run.id, DrillAppeal.answer == "")
        ):
            row.answer, row.answered_by, row.answered_at = answer or "已复核", person.id, clock.now()
            session.add(row)
        return "/team/reviews"

    return act(house, person, key, work)


def corrected_total(session: Session, house: House, run: DrillRun) -> int:
    """The total with the trainer's dimensions in place of the machine's; a veto's cap stays."""
    result = debrief(known(house, run), states.from_dict(run.state))
    latest = {o.dimension: o.met for o in session.exec(
        select(DrillOverride).where(DrillOverride.run_id == run.id).order_by(col(DrillOverride.id)))}  # fmt: skip
    asked = [d for d in result.dimensions if d.met is not None or d.dimension in latest]
    earned = sum(d.weight for d in asked if latest.get(d.dimension, d.met))
    score = round(100 * earned / sum(d.weight for d in asked)) if asked else 0
    return min(score, 40) if result.vetoed else score
