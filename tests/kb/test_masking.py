"""Personal data never reaches a stored text; public numbers and places stay readable."""

import pytest

from kb.masking import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812345678", "电话〔电话〕"),
        ("打 138-1234-5678 找我", "打 〔电话〕 找我"),
        ("座机０１０－６２３４５６７８转803", "座机〔电话〕"),
        ("我的号是幺三八零零幺三八零零零", "我的号是〔电话〕"),
        ("身份证110101199003074518", "身份证〔证件号〕"),
        ("京A·12345 挡了门", "〔车牌〕 挡了门"),
        ("退到 6222 0212 3456 7890 128 这张卡", "退到 〔卡号〕 这张卡"),
        ("发 lin.xiao@example.com", "发 〔邮箱〕"),
        ("加微信 wang_2020x", "加微信 〔微信号〕"),
        ("3号楼2单元501漏水", "〔房号〕漏水"),
        ("5-2-1203 的水表", "〔房号〕 的水表"),
        ("张女士家里没人", "〔姓名〕家里没人"), ("项目王经理马上到", "项目〔姓名〕马上到"), ("安排李建国师傅过去", "安排〔姓名〕过去"),
        ("车主柏先生找您", "车主〔姓名〕找您"), ("一位姓黄的女士来过", "一位姓〔姓名〕的女士来过"), ("业主李建国，电话在册", "业主〔姓名〕，电话在册"),
    ],
)
def test_personal_data_is_masked(text, masked):
    assert masked == mask(text).masked


@pytest.mark.parametrize(
    "text",
    [
        "请拨 12345 或 119", "95598 报停电", "3号楼楼下花园", "工程师傅没来", "保安师傅态度差", "《民法典》第944条",
        "订单号 202611250001234567", "物业费 2400 元", "DB11/T 751-2025", "2026-11-25 10:30", "5号楼电梯停了",
        "我现在就安排师傅，20 分钟内到您家", "请项目经理 18:00 前给您回电", "安装师傅十点到", "马上师傅就到", "20 分钟内师傅到", "谢谢师傅",
        "向客服主管反映", "收费主管核一遍", "外包师傅在楼下", "业主代表来电", "师傅和主管一起去", "房管主任不在这儿",
    ],
)  # fmt: skip
def test_what_is_not_personal_stays(text):
    assert text == mask(text).masked


def test_spans_point_into_the_original_text():
    text = "张女士 13812345678"

    assert [text[s.start : s.end] for s in mask(text).spans] == ["张女士", "13812345678"]
