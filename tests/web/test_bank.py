"""Trainers keep the bank: import with a preview, export, figures, moved sources, regrades that can be taken back."""

import io
import re
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from quiz import exchange
from quiz.attempts import thaw
from quiz.exchange import write
from quiz.tables import Attempt, Certificate, QuestionVersion, Regrade
from quiz.training.tables import EvidenceRow
from server.database import reading, writing
from server.tables import AuditEntry
from tests.papers import opened, sit

NEW = "// [tag:难度:1] [tag:出处:ch05-s1-policy-lawsuit#时限]\n诉讼时效一般是几年？{=三年 =3 年 ####一般三年。}\n"


def send(client, name: str, data: bytes, section: str = ""):
    return client.post("/bank/import", files={"file": (name, data)}, data={"section": section})


def accept(client, preview, reason: str = "复核"):
    fields = dict(re.findall(r'name="(section|state)" value="([^"]*)"', preview.text))
    return client.post(str(preview.url.path), data={**fields, "reason": reason})


def test_an_import_is_shown_first_and_usable_at_once(laochen, xiaolin, house):
    preview = send(laochen, "新题.gift", NEW.encode(), "ch05-s1")
    assert 1 == len(preview.context["plan"].of_kind("new"))
    assert "ch05-s1-q22" not in house.questions

    accept(laochen, preview)

    assert "诉讼时效一般是几年？" == house.questions["ch05-s1-q22"].stem
    paper = xiaolin.post("/quiz/open", data={"mode": "practice", "section": "ch05-s1", "n": 30}, follow_redirects=False)
    assert "诉讼时效一般是几年？" in xiaolin.get(paper.headers["location"]).text
    with reading(house.engine) as session:
        assert "import-questions" in session.exec(select(AuditEntry.act)).all()


def test_a_file_with_one_fault_changes_nothing(laochen, house):
    before = dict(house.questions)
    preview = send(laochen, "新题.gift", (NEW + "\n谁批减免？{=甲}\n").encode(), "ch05-s1")
    answer = laochen.post(preview.url.path, data={"reason": "试", "section": "ch05-s1"})

    assert (400, 400) == (preview.status_code, answer.status_code)
    assert "第 4 行" in preview.text
    assert before == house.questions


def test_a_preview_that_is_out_of_date_is_refused(laochen, house):
    old = house.questions["ch05-s1-q02"]
    first = send(laochen, "a.xml", write("xml", [replace(old, stem="甲")]))
    second = send(laochen, "b.xml", write("xml", [replace(old, stem="乙")]))
    accept(laochen, first)

    assert 400 == accept(laochen, second).status_code
    assert "甲" == house.questions["ch05-s1-q02"].stem


def test_an_own_question_can_be_taken_out_of_use(laochen, house):
    accept(laochen, send(laochen, "新题.gift", NEW.encode(), "ch05-s1"))
    assert "ch05-s1-q22" in house.questions

    laochen.post("/bank/q/ch05-s1-q22/restore")
    assert "ch05-s1-q22" not in house.questions


@pytest.mark.parametrize(("name", "data"), [("a.exe", b"MZ"), ("a.xlsx", b"MZ"), ("a.xml", b"\0")])
def test_what_is_no_file_of_questions_is_refused(laochen, name, data):
    assert 400 == send(laochen, name, data).status_code


def test_a_download_holds_what_the_filter_shows_and_is_on_record(laochen, house):
    answer = laochen.post("/bank/export", data={"form": "xlsx", "section": "ch05-s1", "type": "single"})
    rows = list(load_workbook(io.BytesIO(answer.content))["题目"].iter_rows(min_row=2, values_only=True))

    assert sum(q.section == "ch05-s1" and q.type == "single" for q in house.questions.values()) == len(rows)
    assert answer.headers["content-disposition"].startswith("attachment")
    with reading(house.engine) as session:
        assert "export-questions" in session.exec(select(AuditEntry.act)).all()


def test_the_list_filters_by_section_type_and_difficulty(laochen):
    rows = laochen.get("/bank", params={"section": "ch05", "type": "judge", "difficulty": "2"}).context["rows"]

    assert rows and all((q.chapter, q.type, q.difficulty) == ("ch05", "judge", 2) for q in rows)


def test_trainees_find_none_of_it(xiaolin):
    paths = ("/bank", "/bank/import", "/bank/quality", "/bank/q/ch05-s1-q02", "/bank/template.xlsx", "/exams")

    assert {404} == {xiaolin.get(path).status_code for path in paths}


def test_a_question_whose_source_was_edited_is_flagged_until_somebody_compared_it(laochen, house):
    question = house.questions["ch05-s1-q02"]
    article_id, heading = question.cites[0]
    text = laochen.get(f"/content/{article_id}/edit").context["text"]
    edited = text.replace(f"## {heading}\n", f"## {heading}\n新加的一句规定。\n", 1)
    assert 200 == laochen.post(f"/content/{article_id}/edit", data={"text": edited, "reason": "改"}).status_code

    assert question.id in laochen.get("/bank").context["moved"]
    laochen.post(f"/bank/q/{question.id}/confirm")
    assert question.id not in laochen.get("/bank").context["moved"]


def test_an_edit_after_use_makes_a_new_version_and_the_old_paper_stays(laochen, xiaolin, house):
    attempt = sit(xiaolin, house, lambda q: True)
    with reading(house.engine) as session:
        asked = thaw(session.exec(select(QuestionVersion).where(QuestionVersion.question_id.like("ch05%"))).first().body)
    accept(laochen, send(laochen, "a.xml", write("xml", [replace(asked, stem="改过的题干")])))

    with reading(house.engine) as session:
        kept = session.exec(select(QuestionVersion).where(QuestionVersion.question_id == asked.id)).one()
        assert (asked.stem, 100.0) == (kept.body["stem"], session.get(Attempt, attempt).score)
    assert "改过的题干" == house.questions[asked.id].stem
    assert asked.stem in xiaolin.get(f"/quiz/{attempt}").text


def test_a_regrade_is_shown_first_written_down_and_taken_back_whole(laochen, xiaolin, house):
    attempt = sit(xiaolin, house, lambda q: q.type != "single", mode="exam")
    before = state(house, attempt)
    with reading(house.engine) as session:
        digests = session.get(Attempt, attempt).digests
        asked = [thaw(session.get(QuestionVersion, d).body) for d in digests]
    question = next(q for q in asked if q.type == "single")
    chosen = next(i for i in range(len(question.options)) if i not in question.answer)
    accept(laochen, send(laochen, "a.xml", write("xml", [replace(question, answer=(chosen,))])))

    preview = laochen.get(f"/bank/q/{question.id}/regrade?how=rekey")
    assert [(0.0, 1.0)] == [(e.before, e.after) for e in preview.context["effects"]]
    assert before == state(house, attempt)
    stale = laochen.post(f"/bank/q/{question.id}/regrade", data={"how": "rekey", "reason": "答案写错", "expected": 5})
    assert 400 == stale.status_code
    laochen.post(f"/bank/q/{question.id}/regrade", data={"how": "rekey", "reason": "答案写错", "expected": 1})

    after = state(house, attempt)
    assert round(before[0] + 100 / len(digests), 1) == pytest.approx(after[0], abs=0.11)
    assert before[1] != after[1]
    assert "答案写错" in xiaolin.get(f"/quiz/{attempt}").text
    with reading(house.engine) as session:
        regrade = session.exec(select(Regrade)).one()
        assert "regrade" in session.exec(select(AuditEntry.act)).all()
    laochen.post(f"/bank/regrades/{regrade.id}/undo")
    assert before == state(house, attempt)
    assert 400 == laochen.post(f"/bank/regrades/{regrade.id}/undo").status_code


def state(house, attempt_id):
    """Score, verdict and evidence of a paper."""
    with reading(house.engine) as session:
        attempt = session.get(Attempt, attempt_id)
        rows = session.exec(select(EvidenceRow).where(EvidenceRow.source == f"attempt {attempt_id}"))
        return attempt.score, sorted((r.section, r.score) for r in rows), attempt.passed


def test_a_certificate_goes_and_comes_with_the_verdict(laochen, xiaolin, outsider, house):
    attempt = sit(xiaolin, house, lambda q: True, mode="exam")
    with writing(house.engine) as session:
        row = session.get(Attempt, attempt)
        row.pass_mark = 100
        code = session.exec(select(Certificate.code).where(Certificate.attempt_id == attempt)).one()
        asked = [thaw(session.get(QuestionVersion, d).body) for d in row.digests]
    question = next(q for q in asked if q.type == "single")
    other = next(i for i in range(len(question.options)) if i not in question.answer)
    accept(laochen, send(laochen, "a.xml", write("xml", [replace(question, answer=(other,))])))

    laochen.post(f"/bank/q/{question.id}/regrade", data={"how": "rekey", "reason": "答案写错", "expected": 1})
    assert "已撤回" in outsider.get(f"/verify?code={code}").text
    with reading(house.engine) as session:
        regrade = session.exec(select(Regrade)).one()
    laochen.post(f"/bank/regrades/{regrade.id}/undo")
    assert "有效" in outsider.get(f"/verify?code={code.lower()}").text


def test_quality_counts_first_sittings_and_blank_answers(laochen, xiaolin, house):
    first = sit(xiaolin, house, lambda q: False)
    lines = laochen.get("/bank/quality?show=all").context["lines"]
    with reading(house.engine) as session:
        digests = session.get(Attempt, first).digests

    assert len(digests) == len(lines)
    assert {1} == {x.item.n for x in lines}
    assert () == sum((x.remarks for x in lines), ())
    page = laochen.get(f"/bank/q/{lines[0].question.id}")
    assert "样本不足" in page.text
    assert 1 == sum(n for _, _, n, _, _ in page.context["table"])


def test_the_page_says_what_a_format_cannot_hold(laochen):
    assert exchange.FORMATS["gift"].cannot in laochen.get("/bank/import").text


def test_a_question_that_was_only_practised_has_no_figures(laochen, xiaolin, house):
    paper = opened(xiaolin, "/quiz/open", mode="practice", section="ch05-s1")
    xiaolin.post(f"{paper}/submit")
    with reading(house.engine) as session:
        asked = session.exec(select(QuestionVersion.question_id)).first()
    page = laochen.get(f"/bank/q/{asked}")

    assert (200, 0, []) == (page.status_code, page.context["measured"][2].n, page.context["table"])
