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
        ("张女士家里没人", "〔姓名〕家里没人"),
    ],
)
def test_personal_data_is_masked(text, masked):
    assert masked == mask(text).masked


@pytest.mark.parametrize(
    "text",
    [
        "请拨 12345 或 119", "95598 报停电", "3号楼楼下花园", "工程师傅没来", "保安师傅态度差", "《民法典》第944条",
        "订单号 202611250001234567", "物业费 2400 元", "DB11/T 751-2025", "2026-11-25 10:30", "5号楼电梯停了",
    ],
)  # fmt: skip
def test_what_is_not_personal_stays(text):
    assert text == mask(text).masked


def test_spans_point_into_the_original_text():
    text = "张女士 13812345678"

    assert [text[s.start : s.end] for s in mask(text).spans] == ["张女士", "13812345678"]
