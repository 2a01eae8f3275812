"""Words without sense, and words that were already said, earn nothing in a drill."""

import random

import pytest

from scenarios import engine, stuffing
from scenarios.judge import load_judge
from scenarios.playing import judged, play_turn
from scenarios.scenario import load_scenarios
from scenarios.speech import spoken

SCENARIO = load_scenarios()[0]["repair-leak-ceiling"]
JUDGE = load_judge()


@pytest.mark.parametrize("said", [
    "您好、物业、客服、工号、房号、抱歉、理解、派师傅、主管、回电话", "抱歉 漏水 关灯 20分钟 师傅 主管 回电 隐私",
])  # fmt: skip
def test_a_heap_of_keywords_earns_nothing(said):
    assert {} == judged(JUDGE, SCENARIO, engine.start(SCENARIO, 1), said).met


def test_keywords_without_separators_earn_nothing():
    said = stuffing.glued(SCENARIO, engine.start(SCENARIO, 1), random.Random(1))

    assert {} == judged(JUDGE, SCENARIO, engine.start(SCENARIO, 1), said).met


def test_the_owners_words_given_back_earn_nothing():
    state = engine.start(SCENARIO, 1)

    assert {} == judged(JUDGE, SCENARIO, state, state.opening).met


def test_a_fact_read_back_in_a_few_words_counts_as_said():
    assert "3 号楼 2 单元。" == spoken("3 号楼 2 单元。", ["我住 3 号楼 2 单元，顶上在滴水"], ())


def test_a_sentence_said_again_does_not_earn_twice():
    said = "我现在派师傅，20 分钟内到您家，您先把那一路灯关了。"
    state = play_turn(JUDGE, SCENARIO, engine.start(SCENARIO, 1), said)

    assert "solution" in state.turns[0].judgement.met
    assert {} == judged(JUDGE, SCENARIO, state, said).met


def test_ordinary_sentences_are_speech():
    said = "您好，物业客服中心，工号 0317。水滴到床上谁都着急，您是几号楼几室，是哪个房间？"

    assert said == spoken(said, (), ())
