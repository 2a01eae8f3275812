"""Drills: choosing a scenario, the call itself, the debrief, appeals and corrections."""

import secrets
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response
from sqlmodel import Session, col, select

from kb import taxonomy
from kb.masking import mask
from scenarios import engine
from scenarios.assignments import matching, next_scenario
from scenarios.debrief import debrief
from scenarios.playing import play_turn
from scenarios.rubric import DIMENSIONS
from scenarios.scenario import DIFFICULTIES, HINT_COST, Scenario
from scenarios.tables import DrillAppeal, DrillAssignment, DrillOverride, DrillRun
from server import audit, clock
from server.accounts.tables import Person
from server.acts import act
from server.deps import CurrentPerson, HouseDep, RequestKeyForm, SessionDep, Trainer
from server.errors import Missing, Refused
from server.house import House
from server.lessons import drill_ended
from server.oversight import may_see
from server.owner_voice import voice
from server.pages import page

router = APIRouter(prefix="/drills")


@router.get("")
def choose(
    request: Request, house: HouseDep, person: CurrentPerson, session: SessionDep,
    intent: Annotated[str, Query(max_length=40)] = "", difficulty: int | None = None,
) -> Response:  # fmt: skip
    shown = [
        s for s in house.scenarios.values()
        if (not intent or s.intent == intent) and (not difficulty or s.difficulty == difficulty)
    ]  # fmt: skip
    runs = session.exec(
        select(DrillRun)
        .where(DrillRun.person_id == person.id)
        .order_by(col(DrillRun.started).desc())
        .limit(50)
    ).all()
    best: dict[str, int] = {}
    for run in runs:
        if run.total is not None:
            best[run.scenario_id] = max(best.get(run.scenario_id, 0), run.total)
    due = session.exec(
        select(DrillAssignment)
        .where(DrillAssignment.person_id == person.id)
        .order_by(col(DrillAssignment.due))
    ).all()
    return page(
        request, "drills/choose.html", active="drills", scenarios=shown, intent=intent, difficulty=difficulty,
        best=best, open_run=next((r for r in runs if r.ended is None), None), house=house, due=open_work(due, runs),
        intents=sorted({s.intent for s in house.scenarios.values()}, key=list(taxonomy.INTENTS).index),
        recent=[r for r in runs if r.ended][:8], DIFFICULTIES=DIFFICULTIES, now=clock.now(),
    )  # fmt: skip


def open_work(due: list[DrillAssignment], runs: list[DrillRun]) -> list[DrillAssignment]:
    """Assignments that are not passed yet and have attempts left."""
    left = []
    for work in due:
        mine = [r for r in runs if r.assignment_id == work.id and r.ended]
        if len(mine) < work.attempts and not any((r.total or 0) >= work.pass_mark for r in mine):
            left.append(work)
    return left


@router.post("/assigned/{assignment_id}")
def start_assigned(assignment_id: int, house: HouseDep, person: CurrentPerson, session: SessionDep, key: RequestKeyForm = "") -> Response:
    """Start what was assigned: its scenario, or the fitting one that this person played least."""
    given = session.get(DrillAssignment, assignment_id)
    if given is None or given.person_id != person.id:
        raise Missing
    played = session.exec(select(DrillRun.scenario_id).where(DrillRun.person_id == person.id)).all()
    chosen = next_scenario(given, house.scenarios, played)
    if chosen is None:
        raise Refused("布置的情景已经下架，请告诉讲师换一个。")
    return start(chosen.id, house, person, key, assignment_id)


@router.post("/start/{scenario_id}")
def start(
    scenario_id: str, house: HouseDep, person: CurrentPerson, key: RequestKeyForm = "",
    assignment: Annotated[int | None, Form()] = None,
) -> Response:  # fmt: skip
    scenario = house.scenarios.get(scenario_id)
    if scenario is None:
        raise Missing

    def work(session: Session) -> str:
        given = session.get(DrillAssignment, assignment) if assignment else None
        if given and (given.person_id != person.id or scenario not in matching(given, house.scenarios)):
            raise Missing
        state = engine.start(scenario, secrets.randbelow(1_000_000))
        run = DrillRun(
            person_id=person.id, scenario_id=scenario_id, assignment_id=given.id if given else None,
            state=engine.to_dict(state), started=clock.now(),
        )  # fmt: skip
        session.add(run)
        session.flush()
        return f"/drills/{run.id}"

    return act(house, person, key, work)


def own_run(run_id: int, person: CurrentPerson, session: SessionDep) -> DrillRun:
    """The run, if it belongs to the person asking or to somebody they train."""
    run = session.get(DrillRun, run_id)
    if run is None or not (run.person_id == person.id or may_see(session, person, run.person_id)):
        raise Missing
    return run


OwnRun = Annotated[DrillRun, Depends(own_run)]


@router.get("/{run_id}")
def show(
    request: Request, run: OwnRun, house: HouseDep, person: CurrentPerson, session: SessionDep
) -> Response:
    scenario = known(house, run)
    state = engine.from_dict(run.state)
    if run.ended:
        return show_debrief(request, house, run, scenario, state, person, session)
    hint = scenario.hints[state.hints - 1] if state.hints else ""
    elapsed = int((clock.now() - run.started).total_seconds())
    return page(
        request, "drills/drill.html", active="drills", run=run, s=scenario, state=state, hint=hint, elapsed=elapsed,
        mood=engine.state_of(state.anger, state.trust, state.worry), HINT_COST=HINT_COST, DIFFICULTIES=DIFFICULTIES,
    )  # fmt: skip


def known(house: House, run: DrillRun) -> Scenario:
    scenario = house.scenarios.get(run.scenario_id)
    if scenario is None:
        raise Refused("这个情景已经下架，成绩还在你的档案里。")
    return scenario


@router.post("/{run_id}/say")
def say(
    run_id: int, house: HouseDep, person: CurrentPerson, say: Annotated[str, Form(min_length=1, max_length=600)],
    key: RequestKeyForm = "", turn: Annotated[int, Form(ge=0)] = 0,
) -> Response:  # fmt: skip
    """One utterance; `turn` is the round the page showed, so that a late second send changes nothing."""

    def work(session: Session) -> str:
        run = mine(session, person, run_id)
        scenario, state = known(house, run), engine.from_dict(run.state)
        if run.ended or turn != len(state.turns):
            return f"/drills/{run.id}"
        words = mask(say.strip()).masked
        elapsed = (clock.now() - run.started).total_seconds()
        keep(session, house, run, scenario, play_turn(house.judge, scenario, state, words, elapsed), clock.now())
        return f"/drills/{run.id}#now"

    answer = act(house, person, key, work)
    voice(house, person, run_id)
    return answer


@router.post("/{run_id}/hint")
def hint(run_id: int, house: HouseDep, person: CurrentPerson, key: RequestKeyForm = "") -> Response:
    def work(session: Session) -> str:
        run = mine(session, person, run_id)
        if not run.ended:
            state, _ = engine.take_hint(known(house, run), engine.from_dict(run.state))
            run.state = engine.to_dict(state)
            session.add(run)
        return f"/drills/{run.id}#now"

    return act(house, person, key, work)


@router.post("/{run_id}/end")
def end(run_id: int, house: HouseDep, person: CurrentPerson, key: RequestKeyForm = "") -> Response:
    def work(session: Session) -> str:
        run = mine(session, person, run_id)
        if not run.ended:
            keep(session, house, run, known(house, run), engine.give_up(engine.from_dict(run.state)), clock.now())
        return f"/drills/{run.id}"

    return act(house, person, key, work)


@router.post("/{run_id}/retry")
def retry(
    run_id: int, house: HouseDep, person: CurrentPerson, key: RequestKeyForm = "",
    turn: Annotated[int, Form(ge=0)] = 0,
) -> Response:  # fmt: skip
    """A new run that stands where the old one stood before `turn`."""

    def work(session: Session) -> str:
        old = mine(session, person, run_id)
        scenario = known(house, old)
        state = engine.rewind(scenario, engine.from_dict(old.state), turn)
        now = clock.now()
        began = now - timedelta(seconds=state.turns[-1].elapsed if state.turns else 0)
        run = DrillRun(
            person_id=person.id, scenario_id=old.scenario_id, state=engine.to_dict(state), started=began
        )
        session.add(run)
        session.flush()
        return f"/drills/{run.id}"

    return act(house, person, key, work)


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


def mine(session: Session, person: Person, run_id: int) -> DrillRun:
    run = session.get(DrillRun, run_id)
    if run is None or run.person_id != person.id:
        raise Missing
    return run


def keep(
    session: Session, house: House, run: DrillRun, scenario: Scenario, state: engine.DrillState, now: datetime
) -> None:
    run.state = engine.to_dict(state)
    if state.over:
        result = debrief(scenario, state)
        run.ended, run.ending, run.total, run.vetoed = now, state.ending, result.total, result.vetoed
        drill_ended(session, house, run, scenario, result)
    session.add(run)


def corrected_total(session: Session, house: House, run: DrillRun) -> int:
    """The total with the trainer's dimensions in place of the machine's; a veto's cap stays."""
    result = debrief(known(house, run), engine.from_dict(run.state))
    latest = {o.dimension: o.met for o in session.exec(
        select(DrillOverride).where(DrillOverride.run_id == run.id).order_by(col(DrillOverride.id)))}  # fmt: skip
    asked = [d for d in result.dimensions if d.met is not None or d.dimension in latest]
    earned = sum(d.weight for d in asked if latest.get(d.dimension, d.met))
    score = round(100 * earned / sum(d.weight for d in asked)) if asked else 0
    return min(score, 40) if result.vetoed else score


def show_debrief(
    request: Request, house: House, run: DrillRun, scenario: Scenario, state: engine.DrillState, person: Person,
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
        then={r.dimension: r.met for r in debrief(scenario, engine.from_dict(before.state)).dimensions} if before else {},
        points=engine.curve(state, scenario), overrides=overrides, appeals=appeals, cards=cards,
        mine=run.person_id == person.id, owner=session.get(Person, run.person_id),
    )  # fmt: skip
