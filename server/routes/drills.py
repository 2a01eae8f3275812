"""Drills: choosing a scenario and the call itself."""

import secrets
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from sqlmodel import Session, col, select

from kb import taxonomy
from kb.masking import mask
from scenarios import engine, states
from scenarios.assignments import matching, next_scenario
from scenarios.playing import play_turn
from scenarios.scenario import DIFFICULTIES, HINT_COST
from scenarios.tables import DrillAssignment, DrillRun
from server import clock
from server.acts import act
from server.deps import CurrentPerson, HouseDep, RequestKeyForm, SessionDep
from server.errors import Missing, Refused
from server.owner_voice import voice
from server.pages import page
from server.routes.debriefs import show_debrief
from server.runs import OwnRun, keep, known, mine, open_work

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
            state=states.to_dict(state), started=clock.now(),
        )  # fmt: skip
        session.add(run)
        session.flush()
        return f"/drills/{run.id}"

    return act(house, person, key, work)


@router.get("/{run_id}")
def show(
    request: Request, run: OwnRun, house: HouseDep, person: CurrentPerson, session: SessionDep
) -> Response:
    scenario = known(house, run)
    state = states.from_dict(run.state)
    if run.ended:
        return show_debrief(request, house, run, scenario, state, person, session)
    hint = scenario.hints[state.hints - 1] if state.hints else ""
    elapsed = int((clock.now() - run.started).total_seconds())
    return page(
        request, "drills/drill.html", active="drills", run=run, s=scenario, state=state, hint=hint, elapsed=elapsed,
        mood=engine.state_of(state.anger, state.trust, state.worry), HINT_COST=HINT_COST, DIFFICULTIES=DIFFICULTIES,
    )  # fmt: skip


@router.post("/{run_id}/say")
def say(
    run_id: int, house: HouseDep, person: CurrentPerson, say: Annotated[str, Form(min_length=1, max_length=600)],
    key: RequestKeyForm = "", turn: Annotated[int, Form(ge=0)] = 0,
) -> Response:  # fmt: skip
    """One utterance; `turn` is the round the page showed, so that a late second send changes nothing."""

    def work(session: Session) -> str:
        run = mine(session, person, run_id)
        scenario, state = known(house, run), states.from_dict(run.state)
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
            state, _ = engine.take_hint(known(house, run), states.from_dict(run.state))
            run.state = states.to_dict(state)
            session.add(run)
        return f"/drills/{run.id}#now"

    return act(house, person, key, work)


@router.post("/{run_id}/end")
def end(run_id: int, house: HouseDep, person: CurrentPerson, key: RequestKeyForm = "") -> Response:
    def work(session: Session) -> str:
        run = mine(session, person, run_id)
        if not run.ended:
            keep(session, house, run, known(house, run), engine.give_up(states.from_dict(run.state)), clock.now())
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
        state = engine.rewind(scenario, states.from_dict(old.state), turn)
        now = clock.now()
        began = now - timedelta(seconds=state.turns[-1].elapsed if state.turns else 0)
        run = DrillRun(
            person_id=person.id, scenario_id=old.scenario_id, state=states.to_dict(state), started=began
        )
        session.add(run)
        session.flush()
        return f"/drills/{run.id}"

    return act(house, person, key, work)
