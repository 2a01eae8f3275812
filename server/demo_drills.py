"""Drills of the sample team: each person says lines of the scenario's own model conversation, well or half."""

import random
import re

from sqlmodel import Session

from scenarios import engine, states
from scenarios.playing import play_turn
from scenarios.scenario import Scenario
from scenarios.tables import DrillRun
from server.accounts.tables import Person
from server.house import House
from server.runs import keep

# What people say when nothing better comes to mind; fits every call and helps none.
FILLERS = ("嗯，您接着说。", "我先记下来。", "您等一下，我看看。", "好的，我了解了。", "那您先等消息。")
SENTENCE = re.compile(r"(?<=[。？！；])")
# Of what is not said well: half a line, a filler, and one of the scenario's own wrong wordings.
HALF, WRONG = 0.55, 0.9


def drill(session: Session, house: House, person: Person, now, chance: random.Random, skill: float) -> None:
    """One drill, from the first line to its debrief."""
    scenario = chance.choice(list(house.scenarios.values()))
    state = engine.start(scenario, chance.randrange(10**6))
    for at in range(scenario.patience):
        state = play_turn(house.judge, scenario, state, a_line(scenario, at, chance, skill), 15.0 * at)
        if state.over:
            break
    run = DrillRun(person_id=person.id, scenario_id=scenario.id, state=states.to_dict(state), started=now)
    session.add(run)
    session.flush()
    keep(session, house, run, scenario, engine.give_up(state), now)


def a_line(scenario: Scenario, at: int, chance: random.Random, skill: float) -> str:
    """The model's line of this turn with the chance of the person's skill, else half of it or worse."""
    if at >= len(scenario.model_lines):
        return FILLERS[at % len(FILLERS)]
    line = scenario.model_lines[at]
    if chance.random() < skill:
        return line
    how, wrong = chance.random(), [w for p in scenario.key_points for w in p.counter_examples]
    if how < HALF:
        return SENTENCE.split(line)[0]
    return chance.choice(wrong) if wrong and how >= WRONG else FILLERS[at % len(FILLERS)]
