"""Duties in short answers: a double negation is one, and half of one or a way round it is none."""

import pytest

from quiz.grading import grade


def met(key: str, answer: str) -> bool:
    return grade([[key]], answer).points[0].met


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("动火作业要先办动火证，现场有人看火并备灭火器", "没有动火证、没人看火、没备灭火器的，一律不得动火"),
        ("授权委托书要由业主本人签名", "委托书不能没有业主本人的签名"),
        ("录像的拷贝和取走由公安机关来办", "除了公安机关，谁都不许拷贝和取走录像"),
    ],
)
def test_a_double_negation_is_a_duty(key, answer):
    assert met(key, answer)


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("档案里证件号只记后四位", "证件号只记后四位，不过全部记下来也可以"),
        ("授权委托书要由业主本人签名", "委托书由业主本人签名，哦不对，应该是代理人签就可以"),
        ("减免结果要书面答复业主并写明理由", "减免结果书面答复业主就行，不必写理由"),
        ("舆情1小时内报项目经理和品牌部", "舆情1小时内报项目经理"),
        ("钥匙借出要登记姓名、时间和用途", "钥匙借出要登记姓名"),
        ("拾获物品应由两人在场清点登记后交客服前台", "捡到东西要两人在场清点登记"),
        ("业主报修的工单要当天派出", "业主报修的工单当天由业主派给师傅"),
        ("回访人不能是经办人", "回访人必须是经办人，别人不能回访"),
    ],
)
def test_half_of_a_duty_or_a_way_round_it_does_not_count(key, answer):
    assert not met(key, answer)
