"""The simulated owner: a pure, seeded state machine moved by what was judged in each utterance."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from scenarios.rubric import VETO, Judgement
from scenarios.scenario import Scenario
from scenarios.states import DrillState, Turn

# How a judged dimension or violation moves (anger, trust, worry).
MOVES: Mapping[str, tuple[int, int, int]] = {
    "opening": (-2, 3, 0), "identity": (0, 2, 0), "empathy": (-14, 10, -8), "facts": (-3, 6, -3),
    "basis": (-4, 6, -4), "solution": (-12, 14, -14), "escalation": (-5, 8, -6), "closing": (-3, 4, -4),
    "privacy": (0, 3, 0), "blame": (20, -16, 4), "rude": (24, -18, 4), "shirk": (18, -15, 8),
    "overpromise": (-2, 2, -2), "privacy-leak": (6, -8, 6), "threat": (30, -24, 14), "false-info": (8, -10, 4),
    "evasive": (10, -8, 6), "off-topic": (12, -8, 6), "bias": (28, -22, 6), "unsafe": (4, -6, 16),
}  # fmt: skip
# Said again without anything new, words lose their force.
REPEAT_SHARE = 0.3
RAPPORT = 55


def start(scenario: Scenario, seed: int) -> DrillState:
    opening = random.Random(f"{seed}:open").choice(scenario.openings)
    told = tuple(i for i, f in enumerate(scenario.facts) if f.trigger == "主动" and f.line in opening)
    return DrillState(
        scenario.id, seed, opening, scenario.anger, scenario.trust, scenario.worry, said=(opening,), told=told
    )


def take_turn(
    scenario: Scenario, state: DrillState, utterance: str, judgement: Judgement, elapsed: float = 0.0
) -> DrillState:
    """The state after one utterance; a finished drill stays as it is."""
    if state.over:
        return state
    anger, trust, worry = moved(state, judgement)
    shown = state.shown | set(judgement.met)
    new = replace(state, anger=anger, trust=trust, worry=worry, shown=shown)
    ending = ending_of(scenario, new, judgement, elapsed)
    owner, told = reply(scenario, new, utterance, judgement, ending)
    turn = Turn(utterance, judgement, owner, anger, trust, worry, elapsed)
    return replace(new, turns=(*state.turns, turn), said=(*state.said, *owner), told=told, ending=ending)


def moved(state: DrillState, judgement: Judgement) -> tuple[int, int, int]:
    anger, trust, worry = float(state.anger), float(state.trust), float(state.worry)
    for label in (*judgement.met, *judgement.violations):
        share = REPEAT_SHARE if label in state.shown and label in judgement.met else 1.0
        a, t, w = MOVES[label]
        anger, trust, worry = anger + share * a, trust + share * t, worry + share * w
    if not judgement.met and not judgement.violations:
        anger, trust = anger + 4, trust - 3
    return clamp(anger), clamp(trust), clamp(worry)


def clamp(value: float) -> int:
    return max(0, min(100, round(value)))


def state_of(anger: int, trust: int, worry: int) -> str:
    """Which set of lines the owner speaks from."""
    if anger >= 80:
        return "激怒"
    if anger >= 50:
        return "生气"
    if anger < 25 and trust >= 65 and worry < 40:
        return "满意"
    return "着急" if worry >= 45 else "平静"


def ending_of(scenario: Scenario, state: DrillState, judgement: Judgement, elapsed: float) -> str:
    if "unsafe" in judgement.violations and scenario.urgency == "P0":
        return "unsafe"
    if scenario.seconds and elapsed > scenario.seconds:
        return "late"
    if state.anger >= 95 or (state.anger >= 80 and any(v in VETO for v in judgement.violations)):
        pick = random.Random(f"{state.seed}:end").random()
        return (
            "media"
            if scenario.owner_type == "ot-media" or pick > 0.8
            else "hotline"
            if pick > 0.4
            else "hang-up"
        )
    turns = len(state.turns) + 1
    agreed = "solution" in state.shown
    if agreed and state_of(state.anger, state.trust, state.worry) == "满意" and turns >= 2:
        return "thanks"
    if agreed and "closing" in judgement.met and state.anger < 50 and turns >= 3:
        return "settled"
    return "patience" if turns >= scenario.patience else ""


FAREWELLS = {
    "thanks": ("行，那就麻烦你了，谢谢啊。", "好，有你这句话我就踏实了，谢谢。"),
    "settled": ("那行，我等你消息。", "好吧，就按你说的办，到时候别忘了。"),
    "hang-up": ("算了，跟你说不通!(挂断)", "我不跟你说了!(挂断)"),
    "patience": ("说半天也没个准话，就这样吧。", "我没工夫耗了，先这样。"),
    "hotline": ("行，我打 12345,让他们来跟你们说!", "我现在就打 12345 投诉!"),
    "media": ("那我就发到网上，让大家评评理!", "我拍下来了，咱们网上见!"),
    "unsafe": ("(演练终止：这样说会让人受伤)",),
    "late": ("(演练终止：超过了应急处置的时间)",),
}  # fmt: skip


def reply(
    scenario: Scenario, state: DrillState, utterance: str, judgement: Judgement, ending: str
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """What the owner says next: facts that were asked for, then a line of his state; never the same twice."""
    chance = random.Random(f"{state.seed}:{len(state.turns)}")
    if ending:
        return (chance.choice(FAREWELLS[ending]),), state.told
    told = list(state.told)
    out = [scenario.facts[i].line for i in asked(scenario, state, utterance)[:2]]
    told += asked(scenario, state, utterance)[:2]
    if not out:
        free = next((i for i, f in enumerate(scenario.facts) if f.trigger == "主动" and i not in told), None)
        if free is not None and len(state.turns) % 2 == 1:
            out, told = [scenario.facts[free].line], [*told, free]
    line = state_line(scenario, state, chance)
    if line and (not out or chance.random() < 0.5):
        out.append(line)
    return tuple(out or [fallback(state)]), tuple(told)


def asked(scenario: Scenario, state: DrillState, utterance: str) -> list[int]:
    """Facts this utterance brings out: by a trigger word, or by trust once the owner was heard."""
    found = [
        i for i, f in enumerate(scenario.facts)
        if i not in state.told and f.trigger == "问到" and any(w in utterance for w in f.words)
    ]  # fmt: skip
    if state.trust >= RAPPORT:
        found += [i for i, f in enumerate(scenario.facts) if i not in state.told and f.trigger == "信任"][:1]
    return found


def state_line(scenario: Scenario, state: DrillState, chance: random.Random) -> str:
    fresh = fresh_lines(scenario, state)
    return chance.choice(fresh) if fresh else ""


def fresh_lines(scenario: Scenario, state: DrillState) -> list[str]:
    """Unsaid lines of the owner's state, else of the nearest state that has one."""
    order = ("激怒", "生气", "着急", "平静", "满意")
    at = order.index(state_of(state.anger, state.trust, state.worry))
    for name in sorted(order, key=lambda n: (abs(order.index(n) - at), order.index(n))):
        if abs(order.index(name) - at) > 1:
            break
        fresh = [x for x in scenario.lines.get(name, ()) if x not in state.said]
        if fresh:
            return fresh
    return []


def fallback(state: DrillState) -> str:
    """What is left when every written line was said: a sound with the number of the turn never repeats."""
    words = ("嗯，你接着说。", "然后呢?", "我听着呢。", "你说具体点。", "还有吗?", "那到底怎么办?", "你再说说。", "我等你说完。",
             "这样啊。", "那接下来呢?", "你想想办法。", "我就听你怎么安排。")  # fmt: skip
    return next((w for w in words if w not in state.said), f"(沉默，第 {len(state.turns) + 1} 轮)")


def with_voice(state: DrillState, words: Sequence[str]) -> DrillState:
    """The last turn spoken in these words; facts, mood and scoring keep to the script."""
    return replace(state, turns=(*state.turns[:-1], replace(state.turns[-1], voiced=tuple(words))))


def give_up(state: DrillState) -> DrillState:
    return state if state.over else replace(state, ending="given-up")


def take_hint(scenario: Scenario, state: DrillState) -> tuple[DrillState, str]:
    """The next stronger hint; the last one is given again."""
    at = min(state.hints, len(scenario.hints) - 1)
    return replace(state, hints=min(state.hints + 1, len(scenario.hints))), scenario.hints[at]


def rewind(scenario: Scenario, state: DrillState, turn: int) -> DrillState:
    """The drill as it stood before turn number `turn`, replayed from its own record."""
    fresh = start(scenario, state.seed)
    for done in state.turns[:turn]:
        fresh = with_voice(take_turn(scenario, fresh, done.utterance, done.judgement, done.elapsed), done.voiced)
    return replace(fresh, hints=state.hints)
