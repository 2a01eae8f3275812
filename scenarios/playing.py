"""One turn of a drill: what was said is judged as speech, then the owner answers."""

from scenarios.engine import take_turn
from scenarios.judge import Judge
from scenarios.rubric import Judgement, applicable_to, total
from scenarios.scenario import Scenario
from scenarios.speech import spoken
from scenarios.states import DrillState


def play_turn(
    judge: Judge, scenario: Scenario, state: DrillState, utterance: str, elapsed: float = 0.0
) -> DrillState:
    return take_turn(scenario, state, utterance, judged(judge, scenario, state, utterance), elapsed)


def judged(judge: Judge, scenario: Scenario, state: DrillState, utterance: str) -> Judgement:
    """Violations of all that was said; dimensions only of what is speech and was not said before."""
    situation = scenario.situation(state.last_owner_line)
    whole = judge.judge(situation, utterance)
    kept = spoken(utterance, state.heard, [t.utterance for t in state.turns])
    if kept == utterance:
        return whole
    met = judge.judge(situation, kept).met
    return Judgement(met, whole.violations, total(met, whole.violations, applicable_to(situation)))
