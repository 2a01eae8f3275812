"""The simulated owner keeps to the script: no dead end, no repeated line, no fact before its trigger."""

import random

import pytest

from scenarios import engine, states
from scenarios.debrief import debrief
from scenarios.judge import load_judge
from scenarios.playing import play_turn
from scenarios.scenario import load_scenarios

SCENARIOS, PROBLEMS = load_scenarios()
JUDGE = load_judge()
SAYINGS = (
    "您好,物业客服中心,工号 0317。", "您是几号楼几室?", "这事搁谁都着急,实在抱歉。", "是什么时候开始的?在哪里?", "灯和插座附近有水吗?",
    "我现在派师傅,20 分钟内到您家。", "我报给项目经理,今天 18 点前给您回电话。", "按合同约定,共用部位由我们负责。", "还有其他需要帮忙的吗?",
    "规定就这样。", "不归我们管。", "嗯。", "您别怕,我一直在线上,千万别扒门。", "楼上敲过门吗?", "合同是怎么约定的?", "有没有不舒服?",
)  # fmt: skip


def play(scenario, seed, sayings=SAYINGS):
    chance, state = random.Random(seed), engine.start(scenario, seed)
    while not state.over:
        said = chance.choice(sayings)
        state = play_turn(JUDGE, scenario, state, said, elapsed=4.0 * len(state.turns))
    return state


def test_every_scenario_file_is_sound():
    assert PROBLEMS == []


def test_random_drills_end_without_a_repeated_line_or_an_early_fact():
    check_random_drills(len(SCENARIOS))


def check_random_drills(count):
    """Play so many seeded drills; tests/bench/drills.py plays a thousand."""
    scenarios = list(SCENARIOS.values())
    for seed in range(count):
        scenario = scenarios[seed % len(scenarios)]
        state = play(scenario, seed)
        spoken = [line for turn in state.turns for line in turn.owner]
        assert state.ending in states.ENDINGS
        assert len(spoken) == len(set(spoken))
        assert_facts_wait(scenario, state)
        yielded = play(scenario, seed) if seed % 20 == 0 else state
        assert debrief(scenario, state) == debrief(scenario, yielded)


def assert_facts_wait(scenario, state):
    heard = ""
    for turn in state.turns:
        heard += turn.utterance
        for fact in scenario.facts:
            if fact.line in turn.owner:
                if fact.trigger == "问到":
                    assert any(word in turn.utterance for word in fact.words)
                if fact.trigger == "信任":
                    assert turn.trust >= engine.RAPPORT


def test_the_same_words_and_seed_give_the_same_call_and_score():
    scenario = next(iter(SCENARIOS.values()))
    first, second = play(scenario, 7), play(scenario, 7)

    assert first == second
    assert debrief(scenario, first) == debrief(scenario, second)


def test_a_drill_survives_being_written_down_and_read_again():
    state = play(next(iter(SCENARIOS.values())), 3)

    assert state == states.from_dict(states.to_dict(state))


def test_unsafe_advice_ends_an_emergency_at_once():
    scenario = SCENARIOS["lift-trapped-elder"]
    state = engine.start(scenario, 1)
    said = "您试着把门扒开,自己爬出来。"
    state = engine.take_turn(scenario, state, said, JUDGE.judge(scenario.situation(state.opening), said))

    assert state.ending == "unsafe"
    assert debrief(scenario, state).total <= 40


def test_a_good_call_calms_the_owner_and_ends_with_thanks():
    scenario = SCENARIOS["repair-leak-ceiling"]
    state = engine.start(scenario, 2)
    for said in (
        "您好,物业客服中心,工号 0317。水滴到床上谁都着急,您是几号楼几室,是哪个房间?",
        "附近有灯和插座吗?您先把灯关了,我现在派师傅,20 分钟内到您家。",
        "漏点要查清是共用管还是户内管才能定责任,师傅看完,八点半前我给您回电话,我盯到底。",
        "实在抱歉让您遭罪了,今晚 21 点前一定有结果,还有其他需要吗?",
    ):
        state = engine.take_turn(
            scenario, state, said, JUDGE.judge(scenario.situation(state.last_owner_line), said)
        )

    assert state.ending in ("thanks", "settled")
    assert debrief(scenario, state).total >= 80


def test_retry_from_a_turn_replays_what_went_before():
    scenario = next(iter(SCENARIOS.values()))
    state = play(scenario, 11)

    assert state.turns[:1] == engine.rewind(scenario, state, 1).turns


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_silence_never_traps_the_caller(scenario):
    assert play(scenario, 5, sayings=("嗯。",)).ending
