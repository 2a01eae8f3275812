"""Every shipped question can be asked, marked and traced to the heading that says so."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from kb.reading import CONTENT, load_library
from quiz import questions as module
from quiz.checks import check_questions, giveaways, longest_share
from quiz.grading.objective import mark
from quiz.questions import KEYED, load_questions, read_question

QUESTIONS, PROBLEMS = load_questions()
AUTHORING = Path(module.__file__).parent / "AUTHORING.md"


def test_every_shipped_question_is_well_formed():
    assert [] == PROBLEMS


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda q: q.id)
def test_the_right_answer_of_every_question_earns_full_mark(question):
    answer = dict(question.pairs) if question.type == "matching" else list(question.answer)
    if question.type in KEYED:
        answer = "。".join(point[0] for point in question.key)

    assert mark(question, answer).right


def test_every_source_of_a_question_exists():
    library = load_library(("shipped", CONTENT), today=date(2100, 1, 1))

    found = [p for p in check_questions(QUESTIONS, library) if p.field not in ("题数",)]

    assert [] == found


def test_length_does_not_give_the_answer_away():
    assert longest_share(QUESTIONS.values()) <= 1 / 3


def test_an_option_far_longer_than_the_others_is_reported():
    row = {"id": "ch05-s1-q99", "type": "single", "stem": "谁批减免?", "options": ["前台", "管家", "由项目经理在三个工作日内书面审批并写明理由", "财务"],
           "answer": "C", "explanation": "项目经理批。", "difficulty": 1}  # fmt: skip
    question, faults = read_question("ch05-s1", row)

    assert [] == faults
    assert ["正确选项明显最长，一眼就能看出来"] == list(giveaways(question))


@pytest.mark.parametrize(("field", "value", "said"), [
    ("id", "ch05-s1-3", "id 应写成 ch05-s1-q01 这样"),
    ("type", "essay", "type “essay”不是题型"),
    ("answer", "AC", "单选要有且只有一个答案"),
    ("answer", "甲", "answer 写选项字母，如 B 或 ACD"),
    ("difficulty", 5, "difficulty 应是 1、2 或 3"),
    ("red_line", "欠费", "red_line 只用:困人、燃气、火情、隐私、断水断电、擅自承诺"),
    ("options", ["前台", "前台", "管家"], "有相同的选项"),
    ("options", [{"写": "法"}, "a", "b"], "选项 {'写': '法'} 不是文字，含冒号或 yes/no 时请加引号"),
    ("hint", "看第三条", "没有“hint”这个字段"),
])  # fmt: skip
def test_a_fault_names_the_field(field, value, said):
    row = {"id": "ch05-s1-q99", "type": "single", "stem": "谁批减免?", "options": ["前台", "管家", "项目经理"],
           "answer": "C", "explanation": "项目经理批。", "difficulty": 1, field: value}  # fmt: skip

    assert said in read_question("ch05-s1", row)[1]


def test_the_examples_of_the_guide_are_questions_that_load():
    rows = yaml.safe_load(
        re.search(r"```yaml\n(.*?)```", AUTHORING.read_text(encoding="utf-8"), re.DOTALL)[1]
    )

    faults = [fault for row in rows for fault in read_question(row["id"].rsplit("-", 1)[0], row)[1]]

    assert [] == faults
    assert set(module.TYPES) == {row["type"] for row in rows}
