"""Figures, lists and duties in short answers: the same in any writing, and nothing else."""

import pytest

from quiz.grading import grade


def met(key: str, answer: str) -> bool:
    return grade([[key]], answer).points[0].met


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("每周一上午开例会", "星期一上午开个例会"),
        ("每月5日前公布上月收支", "每个月5号之前公布上个月收支"),
        ("应急演练每年两次", "应急演练半年一次"),
        ("违约金按日万分之三计", "每天按0.03%收违约金"),
        ("水箱每半年清洗消毒一次", "水箱一年清洗两回消毒两回"),
        ("每两小时巡查一次", "隔两个钟头巡查"),
        ("室温不低于18度", "室温最低18℃"),
        ("每层楼配2具灭火器", "每层配两个灭火器"),
        ("满十八周岁", "年满18岁"),
        ("两人以上同行入户", "至少两个人一起入户"),
        ("面积和人数都过半", "面积、人数都超过一半"),
        ("上午9点到下午5点半受理", "9:00-17:30受理"),
    ],
)
def test_a_figure_counts_in_any_writing(key, answer):
    assert met(key, answer)


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("每周一上午开例会", "每周二上午开例会"),
        ("每月5日前公布上月收支", "每月15号前公布上个月的收支"),
        ("应急演练每年两次", "应急演练每年一次"),
        ("违约金按日万分之三计", "违约金按日千分之三计"),
        ("抽查比例20%", "抽查比例二成五"),
        ("最迟次日中午前回电", "最迟第三天中午前回电"),
        ("面积和人数都过半", "面积过半、人数三分之二"),
        ("一名管家负责300到500户", "三名管家负责300到500户"),
        ("工单10分钟内派出，30分钟内到场", "工单30分钟内派出，10分钟内到场"),
        ("满十八周岁", "满十六周岁"),
    ],
)
def test_another_figure_does_not_count(key, answer):
    assert not met(key, answer)


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
