"""Examinations: by chapter and difficulty, on time, made up, certified and checked by their code."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlmodel import select

from kb import taxonomy
from quiz import papers
from quiz.attempts import thaw
from quiz.questions import load_questions
from quiz.tables import Attempt, AttemptAnswer, Certificate, FixedPaper, QuestionVersion
from quiz.training.tables import Makeup
from server import clock
from server.database import reading, writing
from tests.papers import opened, sit

BANK, _ = load_questions()


@pytest.mark.parametrize("blueprint", [papers.ENTRY_BLUEPRINT, papers.FULL_BLUEPRINT])
def test_an_examination_keeps_chapters_and_difficulties(blueprint):
    for seed in range(20):
        paper = papers.examination(BANK, "考", blueprint, seed)
        levels = Counter(q.difficulty for q in paper.questions)
        total = sum(blueprint.values())

        assert blueprint == Counter(q.chapter for q in paper.questions)
        assert total == len({q.id for q in paper.questions})
        assert {3: round(total * 0.2), 2: round(total * 0.4)} == {3: levels[3], 2: levels[2]}


def test_a_make_up_asks_other_questions():
    first = papers.examination(BANK, "考", papers.FULL_BLUEPRINT, 1)
    second = papers.examination(BANK, "考", papers.FULL_BLUEPRINT, 2, {q.id for q in first.questions})

    assert set() == {q.id for q in first.questions} & {q.id for q in second.questions}


def test_extra_time_lengthens_the_limit_of_one_person(laochen, xiaolin, sign_in, house):
    laochen.post("/exams/extra", data={"person_id": 1, "percent": 50, "reason": "读屏"})

    minutes = {}
    for name, client in (("xiaolin", xiaolin), ("fangyuan", sign_in("fangyuan"))):
        path = opened(client, "/quiz/open", mode="exam")
        with reading(house.engine) as session:
            attempt = session.get(Attempt, int(path.rsplit("/", 1)[1]))
            minutes[name] = (attempt.deadline - attempt.started) / timedelta(minutes=1)
    assert {"xiaolin": 90.0, "fangyuan": 60.0} == minutes


def test_extra_time_of_another_team_is_not_ones_to_give(laochen):
    assert 404 == laochen.post("/exams/extra", data={"person_id": 3, "percent": 50, "reason": "x"}).status_code


def test_what_is_changed_after_the_end_is_kept_and_does_not_count(xiaolin, house):
    path = opened(xiaolin, "/quiz/open", mode="exam")
    with writing(house.engine) as session:
        attempt = session.get(Attempt, int(path.rsplit("/", 1)[1]))
        attempt.deadline = clock.now() - timedelta(seconds=10)
        session.add(attempt)
    saved = xiaolin.post(f"{path}/save/0", data={"a0": "0"}).json()

    assert saved["late"]
    assert "超时不计分" in xiaolin.post(f"{path}/submit").text


def test_an_examination_that_was_begun_goes_on(xiaolin):
    assert opened(xiaolin, "/quiz/open", mode="entry") == opened(xiaolin, "/quiz/open", mode="entry")


def test_a_failed_entry_examination_is_made_up_twice_and_then_a_person_decides(xiaolin, laochen, house):
    sit(xiaolin, house, lambda q: False, mode="entry")
    assert "入职考没过" in xiaolin.post("/quiz/open", data={"mode": "entry"}).text
    asked = []
    for number in (1, 2):
        row = pending(house)
        assert (number, clock.today() + timedelta(days=7)) == (row.number, row.due)
        attempt = sit(xiaolin, house, lambda q: False, path=opened(xiaolin, f"/quiz/makeups/{row.id}"))
        asked.append(ids_of(house, attempt))
    assert set() == asked[0] & asked[1]
    assert pending(house) is None

    stuck = laochen.get("/exams").context["stuck"]
    laochen.post(f"/exams/makeups/grant/{stuck[0].id}")
    attempt = sit(xiaolin, house, lambda q: True, path=opened(xiaolin, f"/quiz/makeups/{pending(house).id}"))
    with reading(house.engine) as session:
        assert session.get(Attempt, attempt).passed
        assert "第 3 次补考" in session.exec(select(Certificate)).one().title


def pending(house):
    with reading(house.engine) as session:
        return session.exec(select(Makeup).where(Makeup.attempt_id.is_(None))).first()


def ids_of(house, attempt_id):
    with reading(house.engine) as session:
        digests = session.get(Attempt, attempt_id).digests
        return {session.get(QuestionVersion, d).question_id for d in digests}


def test_a_missed_session_is_not_an_examination_to_make_up(xiaolin, house):
    with writing(house.engine) as session:
        session.add(Makeup(person_id=1, exam="催缴红线", reason="无故缺课", due=clock.today() + timedelta(days=7)))
    sit(xiaolin, house, lambda q: False, mode="entry")

    assert ["入职考"] == [m.exam for m in xiaolin.get("/quiz").context["makeups"]]
    assert 404 == xiaolin.post("/quiz/makeups/1").status_code


def test_a_make_up_past_its_day_waits_for_the_trainer(xiaolin, laochen, house):
    sit(xiaolin, house, lambda q: False, mode="entry")
    with writing(house.engine) as session:
        row = session.exec(select(Makeup)).one()
        row.due = clock.today() - timedelta(days=1)
        session.add(row)
    assert 400 == xiaolin.post(f"/quiz/makeups/{row.id}").status_code

    laochen.post(f"/exams/makeups/{row.id}/extend")
    assert 200 == xiaolin.post(f"/quiz/makeups/{row.id}").status_code


def test_a_fixed_paper_asks_everybody_the_same_and_only_once(laochen, xiaolin, sign_in, house):
    where = opened(laochen, "/exams/papers", title="月考", minutes=30, pass_mark=60, ch05=6, ch06=4)
    with reading(house.engine) as session:
        row = session.exec(select(FixedPaper)).one()
    first = sit(xiaolin, house, lambda q: True, path=opened(xiaolin, f"/quiz/papers/{row.id}"))
    second = sit(sign_in("fangyuan"), house, lambda q: q.difficulty == 1, path=opened(sign_in("fangyuan"), f"/quiz/papers/{row.id}"))

    assert f"/quiz/{first}" == opened(xiaolin, f"/quiz/papers/{row.id}")
    with reading(house.engine) as session:
        assert row.digests == session.get(Attempt, first).digests == session.get(Attempt, second).digests
    found = laochen.get(where).context["reliability"]
    assert (2, 10) == (found.people, found.items)
    assert "样本不足" in laochen.get(where).text
    laochen.post(f"{where}/close")
    assert 404 == sign_in("xiaozhou").post(f"/quiz/papers/{row.id}").status_code


def test_a_certificate_is_checked_by_anyone_and_shows_no_full_name(xiaolin, outsider, house):
    sit(xiaolin, house, lambda q: True, mode="exam")
    with reading(house.engine) as session:
        code = session.exec(select(Certificate.code)).one()
    page = outsider.get("/verify", params={"code": f"{code[:4]} {code[4:8]} {code[8:]}"})

    assert "有效" in page.text and "小＊" in page.text and "小林" not in page.text
    assert "查不到" in outsider.get("/verify?code=ABCDEF012345").text
    assert "小林" in xiaolin.get(f"/quiz/certificate/{code}").text


def test_anothers_certificate_looks_as_if_it_did_not_exist(xiaolin, sign_in, house):
    sit(xiaolin, house, lambda q: True, mode="exam")
    with reading(house.engine) as session:
        code = session.exec(select(Certificate.code)).one()

    assert [404, 200] == [sign_in(who).get(f"/quiz/certificate/{code}").status_code for who in ("xiaozhou", "laochen")]


def test_every_chapter_can_be_asked():
    assert set(taxonomy.CHAPTERS) == {q.chapter for q in BANK.values()}


def test_a_submitted_paper_has_a_row_for_every_question(xiaolin, house):
    path = opened(xiaolin, "/quiz/open", mode="chapter", chapter="ch05")
    xiaolin.post(f"{path}/submit")

    with reading(house.engine) as session:
        shares = session.exec(select(AttemptAnswer.share)).all()
        assert len(session.exec(select(Attempt)).one().digests) == len(shares)
        assert {0.0} == set(shares)
        assert all(thaw(v.body).section.startswith("ch05") for v in session.exec(select(QuestionVersion)))
