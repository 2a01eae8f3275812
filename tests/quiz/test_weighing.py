"""With an encoder a free wording is accepted, but nearness makes up for no strict conflict and for no other matter."""

import pytest

from quiz.grading import weighing
from quiz.grading.features import features
from quiz.grading.objective import mark, right_answer
from quiz.grading.short import mark_point
from quiz.questions import KEYED

KEY = ["维修完成后3日内进行回访", "修好以后三天之内回访", "完工后3日内电话回访业主"]


@pytest.mark.parametrize(
    ("wordings", "answer"),
    [
        (KEY, "活干完了，三天里头给业主去个电话问问好不好用"),
        (["停水停电通知须书面张贴于单元门口", "单元门处张贴书面的停水停电告示"], "通知打印出来，盖章，贴到单元门口，让业主进出都看得到"),
    ],
)  # fmt: skip
def test_a_free_wording_is_accepted_when_an_encoder_is_at_hand(rooms, wordings, answer):
    assert mark_point(wordings, answer, rooms.similar).met


@pytest.mark.parametrize(
    "answer",
    ["维修完成后7日内进行回访", "维修完成后3日内不得回访", "停水停电的通知要贴在单元门口", "维修完成后三个工作日内进行回访，或者不回访也行"],
)
def test_another_figure_a_ban_another_matter_or_a_way_out_is_not(rooms, answer):
    assert not mark_point(KEY, answer, rooms.similar).met


def test_nothing_outweighs_a_strict_conflict_that_the_rules_do_not_explain(rooms):
    found = features(KEY, "维修完成后7日内进行回访", rooms.similar, (), False, 0.0)

    assert weighing.strict_conflict(found)
    assert not weighing.met(found | {"share": 1.0, "cosine": 1.0})


def test_networks_that_are_sure_explain_a_conflict_that_the_rules_cannot_read(rooms):
    """两点五十五 is five minutes early for three o'clock, which no rule reads."""
    wordings, answer = ["上门拜访先约，提前5分钟到"], "打过招呼再去，约三点就两点五十五到"
    doubtful, sure = (features(wordings, answer, rooms.similar, (), False, odds) for odds in (1.9, 6.0))

    assert weighing.strict_conflict(sure)
    assert weighing.met(sure)
    assert not weighing.met(doubtful)


def test_the_key_itself_with_its_figures_written_otherwise_is_accepted(rooms):
    assert mark_point(["外墙防渗漏保修5年"], "外墙防渗漏保修五年", rooms.similar).met
    assert mark_point(["单户陪验预留60分钟"], "单户陪验预留1小时", rooms.similar).met


def test_every_term_of_the_model_has_a_weight(rooms):
    found = features(KEY, "修完三天内打电话问问", rooms.similar, (), True, 0.0)

    assert set(weighing.terms(found)) == set(weighing.weights()[1])
    assert 0.0 <= weighing.odds(found) <= 1.0


def test_the_model_answer_of_every_question_that_is_shipped_gets_full_marks(rooms):
    keyed = [q for q in rooms.questions.values() if q.type in KEYED]

    assert len(keyed) > 50
    assert [q.id for q in keyed if not mark(q, right_answer(q), rooms.similar).right] == []
