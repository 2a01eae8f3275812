"""Short answers are marked by what they assert: numbers, force, scope and order are strict, wording is free."""

import pytest

from quiz.grading import grade

EQUAL = [
    ("30分钟内到场", "半小时之内赶到"), ("48小时内办结", "两天内办完"), ("可以代收快递", "能代收快递"), ("15分钟内首次响应", "一刻钟内首次响应"),
    ("不得停水停电催费", "不能用停水停电的办法催费"), ("3个工作日内书面答复", "三个工作日里给书面回复"), ("诉讼时效三年", "好像诉讼时效是三年吧"),
    ("诉讼时效三年", "诉讼时效两年，不对，是三年"), ("《民法典》第九百四十四条", "民法典944条"), ("参与表决面积四分之三以上同意", "参与表决面积75%以上的业主同意"),
    ("先安抚再通知维保", "先稳住人，再联系维保"), ("不得扒门", "别扒门"), ("诉讼时效三年", "有人说两年，这是错的，诉讼时效应该是三年"),
    ("电话3声内接听", "電話三聲内接聽"), ("每月不少于2次", "每月至少两次"), ("5分钟内报值班经理", "五分钟以内要向值班经理汇报"),
]  # fmt: skip
DIFFERENT = [
    ("30分钟内到场", "20分钟内到场"), ("48小时内办结", "24小时内办结"), ("可以代收", "不可以代收"), ("不得停水停电催费", "可以停水停电催费"),
    ("3个工作日内书面答复", "3日内书面答复"), ("3个工作日内书面答复", "三个工作日内口头答复"), ("应当书面告知", "尽量书面告知"),
    ("诉讼时效三年", "诉讼时效是三年或者两年"), ("参与表决面积四分之三以上同意", "全体业主75%以上同意"), ("先安抚再通知维保", "先通知维保然后安抚"),
    ("由业主承担", "由物业承担"), ("业主向物业交费", "物业向业主交费"), ("不必提供身份证", "不得提供身份证"), ("每月不少于2次", "每月最多两次"),
    ("24小时内回访", "24小时后回访"), ("动火作业前须办理动火证", "动火作业做完以后补办动火证"), ("员工不得收受业主的礼品", "业主不得收受员工的礼品"),
    ("入户前须出示工牌并穿鞋套", "入户前要穿鞋套"), ("员工不得收受红包和礼品", "红包不能收，礼品可以收"), ("录像保存30日", "硬盘够的话录像保存30日"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "answer"), EQUAL)
def test_the_same_said_otherwise_is_accepted(key, answer):
    assert grade([[key]], answer).score == 1.0


@pytest.mark.parametrize(("key", "answer"), DIFFERENT)
def test_another_number_force_scope_or_order_is_refused(key, answer):
    assert grade([[key]], answer).score == 0.0


def test_a_shorter_wording_does_not_let_half_a_duty_pass():
    key = [["动火作业前须先办理动火许可证，并有专人监护", "动火前办证，有人看护"]]

    assert grade(key, "动火前要办动火证").score == 0.0
    assert grade(key, "动火前先办动火证，现场有专人看护").score == 1.0


def test_heaped_keywords_assert_nothing():
    assert grade([["30分钟内到场"]], "急修、报修、30分钟、现场、到场、及时").score == 0.0
    assert grade([["30分钟内到场"], ["报值班经理"]], "30分钟 到场 值班经理 报 维保").score == 0.0


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("急修30分钟内到场", "急修30分种内到场"),
        ("工作日8点到12点、14点到18点才可噪音施工", "工作日8-12点，下午两点到六点才可噪音施工"),
        ("监控录像保存不少于30日", "保安说“存一周就行”，这个说法不对，监控录像起码保存30日"),
        ("物业合同到期不续聘的，业主应提前90日书面通知物业", "业主不续聘，要提前90天书面通知物业"),
    ],
)
def test_slips_of_the_keyboard_and_short_ways_of_writing_hours_are_understood(key, answer):
    assert grade([[key]], answer).points[0].met


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("员工不得收受业主的红包和礼品", "不能收红包礼品，但金额小的可以收"),
        ("入户维修前须出示工牌并穿鞋套", "进门前要亮工牌穿鞋套，老业主家可以都不用"),
        ("余氯应保持在0.3—1.0毫克/升", "余氯0.3—1.0克/升"),
        ("空置房巡查由客服与工程两人同行", "空置房巡查由客服与保安两人同行"),
        ("须由面积三分之二以上且人数三分之二以上的业主参与表决", "面积三分之二以上的业主参与表决就行"),
    ],
)
def test_an_exception_another_unit_or_half_of_a_pair_is_refused(key, answer):
    assert not grade([[key]], answer).points[0].met
