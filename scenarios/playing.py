"""One turn of a drill: what was said is judged as speech, then the owner answers."""

from scenarios.engine import DrillState, take_turn
from scenarios.judge import Judge
from scenarios.rubric import Judgement
from scenarios.scenario import Scenario


def play_turn(
    judge: Judge, scenario: Scenario, state: DrillState, utterance: str, elapsed: float = 0.0
) -> DrillState:
    return take_turn(scenario, state, utterance, judged(judge, scenario, state, utterance), elapsed)


def judged(judge: Judge, scenario: Scenario, state: DrillState, utterance: str) -> Judgement:
    return judge.judge(scenario.situation(state.last_owner_line), utterance)
