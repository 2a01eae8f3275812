"""An optional language model may reword the owner's scripted line; it adds nothing and decides nothing."""

import re
from collections.abc import Callable, Sequence

from embeddings import Encoder
from scenarios import states
from scenarios.engine import state_of, with_voice
from scenarios.scenario import Scenario
from scenarios.states import DrillState
from scenarios.tables import DrillRun
from server.accounts.tables import Person
from server.database import writing
from server.house import House
from server.rewriting import spend

Message = dict[str, str]
Ask = Callable[[list[Message]], str]
MOST = 1.6
LEAST_LIKENESS = 0.45
FIGURES = re.compile(r"\d+(?:[.:：]\d+)*|[零〇一二三四五六七八九十百千万两半]+(?=[点分秒天日月年个号楼层户元块次岁周])")
PRIVATE = re.compile(r"1\d{10}|https?:|@|微信|电话号")
RULE = (
    "你在演一位物业业主。只改写给你的这一句台词，保持原意和情绪，口语，不超过原句的一倍半长；"
    "不加任何事实、数字、人名、地点、要求，不回答、不解释，只输出台词。"
)


def voice(house: House, person: Person, run_id: int) -> None:
    """Reword the newest lines of a call where a model is set up, between two short writes: a slow model holds up nobody else."""
    if not house.model.configured:
        return
    with writing(house.engine) as session:
        run = session.get(DrillRun, run_id)
        before, scenario = states.from_dict(run.state), house.scenarios.get(run.scenario_id)
        if scenario is None or run.person_id != person.id or not silent(before):
            return
        if not spend(session, person, house.settings.llm_daily_limit):
            return
    after = speak(lambda sent: "".join(house.model.stream(sent)), house.encoder, scenario, before)
    with writing(house.engine) as session:
        run = session.get(DrillRun, run_id)
        if states.from_dict(run.state) == before:
            run.state = states.to_dict(after)
            session.add(run)


def silent(state: DrillState) -> bool:
    """Whether the owner's newest lines wait for a voice; the last lines of a call are said as scripted."""
    return bool(state.turns) and not state.over and not state.turns[-1].voiced


def speak(ask: Ask, encoder: Encoder, scenario: Scenario, state: DrillState) -> DrillState:
    """The state with the owner's newest lines reworded."""
    return with_voice(state, [voiced(ask, encoder, scenario, state, line) for line in state.turns[-1].owner])


def voiced(ask: Ask, encoder: Encoder, scenario: Scenario, state: DrillState, line: str) -> str:
    """The line reworded, or the scripted line when the model fails or strays from it."""
    try:
        words = ask(messages(scenario, state, line)).strip().strip("“”\"「」")
    except Exception:  # whatever goes wrong outside, the script goes on
        return line
    others = [f.line for f in scenario.facts if f.line != line]
    return words if is_faithful(encoder, words, line, others, state.heard) else line


def messages(scenario: Scenario, state: DrillState, line: str) -> list[Message]:
    """Persona, mood and the one line: no fact that was not told, and nothing the trainee wrote."""
    mood = state_of(state.anger, state.trust, state.worry)
    told = f"人物：{scenario.persona}\n情绪：{mood}\n台词：{line}"
    return [{"role": "system", "content": RULE}, {"role": "user", "content": told}]


def is_faithful(encoder: Encoder, words: str, line: str, others: Sequence[str], said: Sequence[str]) -> bool:
    """Short, one line, no figure the line lacks, not said before, near the line and nearer than to untold facts."""
    if not words or "\n" in words or len(words) > max(12, MOST * len(line)) or words in said:
        return False
    if not set(FIGURES.findall(words)) <= set(FIGURES.findall(line)) or PRIVATE.search(words):
        return False
    vectors = encoder.encode([words, line, *others])
    own = float(vectors[0] @ vectors[1])
    return own >= LEAST_LIKENESS and all(own > float(vectors[0] @ other) for other in vectors[2:])
