"""A file of the handbook is read whole or refused with one clear line."""

from datetime import date
from pathlib import Path

import pytest

from kb.checks import check
from kb.reading import CONTENT, load_library, read_article

TODAY = date(2026, 11, 25)
GOOD = """---
id: ch05-s4-faq-vacant
kind: faq
chapter: ch05
title: 房子空着要不要交物业费
intents: [fee-vacant]
channels: [phone]
owner_types: [ot-general]
emotion: [calm]
urgency: P3
region: 全国
basis: [《民法典》第九百四十四条]
audience: [staff]
updated: 2026-11-01
questions: [空着交吗, 没住凭什么收, 空置费, 没装修要交吗, 我人在外地还收钱, 空房 物业费]
---
## 回答
要交,有没有优惠看合同和当地规定。
## 不要说
- 「不交就停电」——违法。
## 依据
《民法典》第九百四十四条第一款。
## 地区差异
全国一致
"""


def put(folder: Path, text: str | bytes, name: str = "ch05-collection/s4/faq-vacant.md") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems_of(folder: Path) -> list[str]:
    return [str(p) for p in check(load_library(("shipped", folder), today=TODAY))]


def test_a_good_file_becomes_an_article(tmp_path):
    article, problems = read_article(put(tmp_path, GOOD), tmp_path, "shipped", TODAY)

    assert problems == []
    assert (article.section, article.intent) == ("ch05-s4", "fee-vacant")


BROKEN = {
    "wrong type": (GOOD.replace("intents: [fee-vacant]", "intents: 7"), "intents: 应是文字的列表"),
    "missing heading": (GOOD.replace("## 依据\n", "### 依据\n"), "缺少标题“## 依据”"),
    "bad YAML": (GOOD.replace("channels: [phone]", "channels: [phone"), "YAML 在第"),
    "binary": (b"\x00\x01\x02" * 50, "二进制"),
    "empty": ("  \n", "是空的"),
    "huge": (GOOD + "长" * 70_000, "超过 64 KB"),
    "wrong encoding": (GOOD.encode("gb18030"), "编码不是 UTF-8"),
    "unknown intent": (GOOD.replace("[fee-vacant]", "[fee-moon]"), "“fee-moon”不在词表里"),
    "future date": (GOOD.replace("2026-11-01", "2027-01-01"), "晚于今天"),
    "repealed law": (
        GOOD.replace("《民法典》第九百四十四条第一款", "《物权法》第七十条"),
        "《物权法》已废止",
    ),
    "no such article of law": (GOOD.replace("第九百四十四条第一款", "第九千条"), "没有第 9000 条"),
    "dead link": (
        GOOD.replace("questions:", "links: [ch05-s1-policy-gone]\nquestions:"),
        "没有“ch05-s1-policy-gone”",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_gives_one_clear_line(tmp_path, fault):
    text, message = BROKEN[fault]
    path = put(tmp_path, text)

    lines = [line for line in problems_of(tmp_path) if message in line]

    assert lines and str(path.relative_to(tmp_path)) in lines[0]


def test_the_second_file_with_one_id_is_refused(tmp_path):
    put(tmp_path, GOOD)
    put(tmp_path, GOOD, "ch05-collection/s4/faq-vacant-again.md")

    assert any(
        "与 ch05-collection/s4/faq-vacant-again.md 重复" in p or "重复" in p for p in problems_of(tmp_path)
    )


def test_a_broken_site_file_leaves_the_shipped_one_in_place(tmp_path):
    put(tmp_path / "shipped", GOOD)
    put(tmp_path / "site", GOOD.replace("[fee-vacant]", "[fee-moon]"))

    library = load_library(("shipped", tmp_path / "shipped"), ("site", tmp_path / "site"), today=TODAY)

    assert library.articles["ch05-s4-faq-vacant"].layer == "shipped"
    assert len(library.problems) == 1


def test_a_site_file_replaces_the_shipped_one_by_id(tmp_path):
    put(tmp_path / "shipped", GOOD)
    put(tmp_path / "site", GOOD.replace("要交,", "要交的,"))

    library = load_library(("shipped", tmp_path / "shipped"), ("site", tmp_path / "site"), today=TODAY)

    assert library.articles["ch05-s4-faq-vacant"].layer == "site"


def test_invisible_characters_are_stripped(tmp_path):
    article, _ = read_article(put(tmp_path, GOOD.replace("要交,", "要\u200b交,")), tmp_path, "shipped", TODAY)

    assert article.heading("回答").startswith("要交,")


def test_the_shipped_handbook_has_no_problem():
    assert check(load_library(("shipped", CONTENT), today=date.today())) == []
