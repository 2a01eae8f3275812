"""Questions leave for Excel, GIFT and Moodle and come back the same; what is wrong is named with its place."""

import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kb.reading import CONTENT, load_library
from quiz.exchange import FORMATS, Unreadable, left_out, plan_import, read_upload, write
from quiz.exchange.gift import read_gift, write_gift
from quiz.exchange.moodle import read_moodle, write_moodle
from quiz.exchange.sheets import HEADINGS, read_sheet, write_sheet
from quiz.questions import TYPES, load_questions

BANK, _ = load_questions()
LIBRARY = load_library(("shipped", CONTENT), today=date(2100, 1, 1))
SINGLE = next(q for q in BANK.values() if q.type == "single")
# Everything that a format could take for its own syntax, and characters from beyond the basic plane.
TEXT = st.text("业主说~=#{}:\\|｛｝＝%5050[]<>b/p&\"'-T /\n​𠮷abc", min_size=1, max_size=12).map(
    lambda s: "要" + s.strip() + "点"
)


def plan(data: bytes, name: str, section: str = ""):
    return plan_import(*read_upload(name, data), BANK, LIBRARY, section)


def sheet(*rows: dict) -> bytes:
    book, out = Workbook(), io.BytesIO()
    page = book.active
    page.append(list(HEADINGS))
    for row in rows:
        page.append([row.get(name) for name in HEADINGS])
    book.save(out)
    return out.getvalue()


GOOD = {
    "题型": "单选", "题干": "谁批减免？", "选项A": "前台", "选项B": "管家", "选项C": "项目经理", "答案": "C", "解析": "项目经理批。",
    "难度": 1, "出处": "ch05-s1-policy-collection-discipline#规定", "编号": "ch05-s1-q99",
}  # fmt: skip


@pytest.mark.parametrize("key", FORMATS)
def test_the_whole_bank_comes_back_as_it_left(key):
    suffix = FORMATS[key].suffixes[0]
    found = plan(write(key, BANK.values()), f"题库{suffix}")

    assert () == found.faults
    assert [] == found.writes
    assert len(BANK) - len(left_out(key, BANK.values())) == len(found.of_kind("same"))


@pytest.mark.parametrize("key", FORMATS)
def test_a_format_leaves_out_only_what_its_page_says(key):
    lost = {TYPES[q.type] for q in left_out(key, BANK.values())}

    assert ({"排序", "简答", "案例分析", "填空"} if key == "gift" else set()) == lost
    assert all(name in FORMATS[key].cannot for name in lost)


@settings(max_examples=120, deadline=None)
@given(st.lists(TEXT, min_size=8, max_size=8, unique=True))
def test_no_text_is_taken_for_the_syntax_of_a_format(words):
    from quiz.exchange.drafts import clean

    words = [clean(w) for w in words]
    asked = [
        replace(SINGLE, stem=words[0], options=tuple(dict.fromkeys(words[1:4])), answer=(0,), explanation=words[4]),
        replace(SINGLE, type="matching", options=(), answer=(), stem=words[0], explanation=words[1],
                pairs=tuple((w.replace("->", "→"), words[7]) for w in words[2:5])),
        replace(SINGLE, type="fill", options=(), answer=(), stem=words[0], key=(tuple(w.replace("->", "→") for w in words[5:7]),)),
    ]  # fmt: skip
    for make, read in ((write_gift, read_gift), (write_moodle, read_moodle), (write_sheet, read_sheet)):
        drafts, faults = read(make(asked))
        assert [] == faults
        for q, draft in zip(asked, drafts, strict=True):
            assert (q.stem, q.explanation) == (draft.row["stem"], draft.row["explanation"])
            assert list(q.options) == draft.row.get("options", [])
            assert [list(p) for p in q.pairs] == draft.row.get("pairs", [])
            assert [list(p) for p in q.key] == draft.row.get("key", [])


def test_a_cell_that_looks_like_a_formula_is_text():
    danger = ('=HYPERLINK("http://x","点")', "+1", "-1", "@SUM(A1)")
    data = write("xlsx", [replace(SINGLE, stem=danger[0], options=danger[:4])])
    cells = [
        c for row in load_workbook(io.BytesIO(data))["题目"].iter_rows(min_row=2) for c in row if c.value
    ]

    assert {"s"} == {c.data_type for c in cells}
    assert danger[0] in [c.value for c in cells]


def test_a_formula_is_refused_with_its_cell():
    found = plan(sheet({**GOOD, "题干": "=1+1"}), "a.xlsx")

    assert ("第 2 行 题干", "是公式，请改成文字") in [(f.where, f.message) for f in found.faults]


@pytest.mark.parametrize(("field", "value", "where", "said"), [
    ("题型", "选择", "第 3 行 题型", "“选择”不是题型"),
    ("答案", "F", "第 3 行 答案", "指向不存在的选项"),
    ("答案", "AC", "第 3 行 答案", "单选要有且只有一个答案"),
    ("难度", "难", "第 3 行 难度", "应是 1、2 或 3"),
    ("解析", None, "第 3 行 解析", "没有填写"),
    ("出处", "ch05-s1-nothing#规定", "第 3 行 出处", "不存在"),
    ("出处", None, "第 3 行 出处", "没有写出处"),
    ("红线", "欠费", "第 3 行 红线", "只用"),
    ("要点", "多余的", "第 3 行 要点", "单选题不用填"),
    ("选项B", None, "第 3 行 选项", "中间有空的"),
    ("编号", "ch99-s1-q01", "第 3 行 编号", "不是手册的节号"),
    ("编号", None, "第 3 行 编号", "在上传时选一节"),
    ("题干", "《民法典》第九千条怎么说？", "第 3 行 题干", "民法典"),
])  # fmt: skip
def test_a_fault_names_row_and_column_and_nothing_is_taken(field, value, where, said):
    found = plan(sheet(GOOD, {**GOOD, "编号": "ch05-s1-q98", field: value}), "a.xlsx")

    assert [] == found.writes
    assert any(f.where == where and said in f.message for f in found.faults), found.faults


def test_a_question_without_a_number_gets_the_next_of_its_section():
    rows = [{**GOOD, "编号": None, "题干": f"谁批第 {i} 次减免？"} for i in (1, 2)]
    last = max(int(i[-2:]) for i in BANK if i.startswith("ch05-s1-"))

    assert [f"ch05-s1-q{last + 1:02d}", f"ch05-s1-q{last + 2:02d}"] == [
        c.question.id for c in plan(sheet(*rows), "a.xlsx", "ch05-s1").changes
    ]


def test_the_same_number_twice_is_refused():
    found = plan(sheet(GOOD, GOOD), "a.xlsx")

    assert [("第 3 行 编号", "“ch05-s1-q99”和第 2 行重复")] == [(f.where, f.message) for f in found.faults]


def test_a_plan_names_what_changes():
    old = BANK["ch05-s1-q02"]
    found = plan(write("xml", [replace(old, stem="改过的题干")]), "a.xml")

    assert [("题干", old.stem, "改过的题干")] == found.changes[0].lines


@pytest.mark.parametrize(("text", "said"), [
    ("谁批｛=经理｝", "全角 ｛ ｝"),
    ("谁批{＝经理 ～管家}", "全角 ＝ ～"),
    ("谁批{=经理 ~管家", "一对半角 { }"),
    ("谁批{#3}", "数值题"),
    ("谁批{}", "没有答案"),
    ("谁批{~%50%甲 ~%30%乙 ~丙}", "平分 100%"),
    ("谁批{=甲 -> 1 =乙}", "每一行都要有 ->"),
    (r"谁批{=a\q ~b}", "反斜杠后面"),
])  # fmt: skip
def test_gift_is_read_strictly(text, said):
    _, faults = read_gift(f"// 说明\n\n{text}".encode())

    assert ["第 3 行"] == [f.where for f in faults]
    assert said in faults[0].message


def test_gift_of_others_is_understood():
    text = "$CATEGORY: $course$/top/ch05-s1\n\n::x:: [html]<p>诉讼时效是<b>几年</b>？</p>{=三年 =3 年 ####一般三年。}\n"
    draft = read_gift(text.encode())[0][0]

    assert ("ch05-s1", "fill", "诉讼时效是几年？", "一般三年。") == (
        draft.section, draft.row["type"], draft.row["stem"], draft.row["explanation"],
    )  # fmt: skip


def archive(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in entries.items():
            book.writestr(name, data)
    return out.getvalue()


BOMB = b'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><quiz>&b;</quiz>'


@pytest.mark.parametrize(("name", "data", "said"), [
    ("题.xls", b"\xd0\xcf\x11\xe0", "收不了"),
    ("题.exe", b"MZ", "收不了"),
    ("题.xlsx", b"MZ not a zip", "内容却不是 Excel"),
    ("题.xlsx", archive(**{"a.txt": b"x"}), "不是 Excel 文件"),
    ("题.xlsx", archive(**{"xl/workbook.xml": b"0" * 51 * 1024 * 1024}), "解开后超过 50 MB"),
    ("题.xlsx", archive(**{f"e{i}": b"" for i in range(2001)}), "部件"),
    ("题.xml", b"PK\x03\x04", "不是 XML"),
    ("题.xml", BOMB, "DTD"),
    ("题.xml", b"<quiz><question></quiz>", "第 1 行"),
    ("题.gift", "题{=甲}".encode("gb18030"), "UTF-8"),
    ("题.gift", b"a\0b", "二进制"),
    ("题.gift", b"", "空的"),
])  # fmt: skip
def test_what_is_not_a_file_of_questions_is_refused_before_it_is_parsed(name, data, said):
    with pytest.raises(Unreadable, match=said):
        read_upload(name, data)


def test_a_file_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr("quiz.exchange.reading.SECONDS", 0.01)

    with pytest.raises(Unreadable, match="停下了"):
        read_upload("题.gift", write_gift(BANK.values()))
