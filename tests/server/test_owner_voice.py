"""A language model may say the owner's line in other words, and nothing more."""

import pytest

from embeddings import load_encoder
from scenarios import engine, states
from scenarios.judge import load_judge
from scenarios.scenario import load_scenarios
from server.owner_voice import messages, speak, voiced

ENCODER = load_encoder()
SCENARIO = load_scenarios()[0]["repair-leak-ceiling"]
STATE = engine.start(SCENARIO, 1)
LINE = "那现在怎么办，一直滴着呢。"


def test_a_faithful_rewording_is_spoken():
    assert "这可怎么办呀，现在还一直滴着呢。" == voiced(lambda _: "这可怎么办呀，现在还一直滴着呢。", ENCODER, SCENARIO, STATE, LINE)


@pytest.mark.parametrize("answer", [
    "", "那现在怎么办，滴了 40 分钟了。", "那现在怎么办，滴了三天了。", "我住在河边，你们食堂今天吃什么？", LINE * 3, "打 13812345678 找我。", "一\n二",
])  # fmt: skip
def test_what_adds_or_strays_is_replaced_by_the_script(answer):
    assert LINE == voiced(lambda _: answer, ENCODER, SCENARIO, STATE, LINE)


def test_a_fact_nobody_asked_for_is_not_let_out():
    secret = next(f.line for f in SCENARIO.facts if f.trigger == "信任")

    assert LINE == voiced(lambda _: secret, ENCODER, SCENARIO, STATE, LINE)
    assert secret not in str(messages(SCENARIO, STATE, LINE))


def test_a_timeout_falls_back_to_the_script():
    def late(_):
        raise TimeoutError

    assert LINE == voiced(late, ENCODER, SCENARIO, STATE, LINE)


def test_a_reworded_call_is_stored_and_replayed_with_the_same_facts_and_mood():
    judgement = load_judge().judge(SCENARIO.situation(STATE.opening), "您好。")
    plain = engine.take_turn(SCENARIO, STATE, "您好。", judgement)
    spoken = speak(lambda m: m[1]["content"].split("台词：")[1][:-1] + "呀。", ENCODER, SCENARIO, plain)

    assert (plain.said, plain.told, plain.anger) == (spoken.said, spoken.told, spoken.anger)
    assert spoken == states.from_dict(states.to_dict(spoken))
    assert spoken.turns == engine.rewind(SCENARIO, spoken, 1).turns
