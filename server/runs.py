"""Drills of a person: whose a run is, what is still to do, and keeping a run as it moves on."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends
from sqlmodel import Session

from scenarios import states
from scenarios.debrief import debrief
from scenarios.scenario import Scenario
from scenarios.tables import DrillAssignment, DrillRun
from server.accounts.tables import Person
from server.deps import CurrentPerson, SessionDep
from server.errors import Missing, Refused
from server.house import House
from server.lessons import drill_ended
from server.oversight import may_see


def own_run(run_id: int, person: CurrentPerson, session: SessionDep) -> DrillRun:
    """The run, if it belongs to the person asking or to somebody they train."""
    run = session.get(DrillRun, run_id)
    if run is None or not (run.person_id == person.id or may_see(session, person, run.person_id)):
        raise Missing
    return run


OwnRun = Annotated[DrillRun, Depends(own_run)]


def mine(session: Session, person: Person, run_id: int) -> DrillRun:
    run = session.get(DrillRun, run_id)
    if run is None or run.person_id != person.id:
        raise Missing
    return run


def known(house: House, run: DrillRun) -> Scenario:
    scenario = house.scenarios.get(run.scenario_id)
    if scenario is None:
        raise Refused("这个情景已经下架，成绩还在你的档案里。")
    return scenario


def keep(
    session: Session, house: House, run: DrillRun, scenario: Scenario, state: states.DrillState, now: datetime
) -> None:  # fmt: skip
    """Store a run as it stands; one that is over counts from `now`."""
    run.state = states.to_dict(state)
    if state.over:
        result = debrief(scenario, state)
        run.ended, run.ending, run.total, run.vetoed = now, state.ending, result.total, result.vetoed
        drill_ended(session, house, run, scenario, result)
    session.add(run)


def open_work(due: list[DrillAssignment], runs: list[DrillRun]) -> list[DrillAssignment]:
    """Assignments that are not passed yet and have attempts left."""
    left = []
    for work in due:
        mine = [r for r in runs if r.assignment_id == work.id and r.ended]
        if len(mine) < work.attempts and not any((r.total or 0) >= work.pass_mark for r in mine):
            left.append(work)
    return left
