"""A whole induction in a real browser: hired, learning week by week, a failed and a made-up examination, qualified."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from quiz import attempts
from quiz.grading.objective import right_answer
from quiz.questions import KEYED
from quiz.tables import Attempt
from quiz.training.rules import INDUCTION, REQUIRED
from quiz.training.tables import Employee, LevelChange, Makeup
from scenarios.tables import DrillRun
from server import clock, lessons
from server.accounts import sessions
from server.accounts.tables import Person
from server.database import reading, writing
from tests.browser.test_whole_way import CHROMIUM, address  # noqa: F401 - a fixture

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@pytest.fixture
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


def tab_of(browser, house, address, login):  # noqa: F811
    """A signed-in tab; forms only, so that the way holds without scripts."""
    with writing(house.engine) as session:
        person = session.exec(select(Person).where(Person.login == login)).one()
        token = sessions.sign_in_known(session, person, clock.now())
    context = browser.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=False)
    context.add_cookies([{"name": "kefu_session", "value": token, "url": address}])
    return context.new_page()


def press(page, words):
    page.get_by_role("button", name=words, exact=True).first.click()


def learn(house, sections, mark, now):
    """A part of the induction path as its papers would leave it."""
    with writing(house.engine) as session:
        lessons.add_evidence(session, house, [lessons.Evidence(1, s, "exam", mark, now) for s in sections], now)


def answer(house, attempt_id, *, right: bool):
    """Fill the open paper as a trainee would, one saved answer after the other."""
    with writing(house.engine) as session:
        attempt = session.get(Attempt, attempt_id)
        for place, q in enumerate(attempts.questions_of(session, attempt)):
            value = (right_answer(q) if q.type in KEYED else dict(q.pairs) if q.pairs else answer_of(q)) if right else None
            attempts.save_answer(session, attempt, place, value, clock.now())


def answer_of(q):
    return list(q.answer) if q.type in ("multiple", "ordering") else q.answer[0]


def sit(page, house, *, right: bool) -> float:
    attempt_id = int(re.search(r"/quiz/(\d+)", page.url)[1])
    answer(house, attempt_id, right=right)
    page.goto(f"{page.url.split('#')[0]}?again#hand")
    page.locator("#hand .btn--stop").click()
    with reading(house.engine) as session:
        return session.get(Attempt, attempt_id).score


def decide(page, address, level, reason):  # noqa: F811
    page.goto(f"{address}/training/archive/1")
    page.select_option("#lv", level)
    page.fill("#reason", reason)
    press(page, "记下决定")


def test_an_induction_is_played_from_hiring_to_qualified(house, address, browser):  # noqa: F811
    trainee, trainer = tab_of(browser, house, address, "xiaolin"), tab_of(browser, house, address, "laochen")
    trainer.goto(f"{address}/training/archive/1")
    trainer.fill("#number", "0317")
    trainer.fill("#post", "客服专员")
    trainer.select_option("#mt", "2")
    press(trainer, "保存基本信息")

    start = clock.now() - timedelta(days=25)
    for week, (name, _, sections) in enumerate(INDUCTION):
        learn(house, sections, 90, start + timedelta(days=4 * week))
        trainer.goto(f"{address}/training/mentoring/1")
        day = (start + timedelta(days=7 * week)).date()
        trainer.fill("#week", str(day))
        trainer.fill("#goal", f"{name} 的目标")
        trainer.fill("#ob", "三通都先报工号")
        press(trainer, "保存这一周")
    trainee.goto(f"{address}/training/mentoring/1")
    press(trainee, "签字：徒弟")

    trainee.goto(f"{address}/quiz")
    trainee.locator("form:has(input[name='mode'][value='entry']) button").first.click()
    failed = sit(trainee, house, right=False)
    trainee.goto(f"{address}/training/mine")
    waiting = trainee.inner_text("#makeups")
    trainer.goto(f"{address}/training")
    press(trainer, "批准补考")
    trainee.goto(f"{address}/training/mine")
    press(trainee, "开始补考")
    passed = sit(trainee, house, right=True)

    assert failed < 80 <= passed
    assert "按规则开放" in waiting
    decide(trainer, address, "probation", "补考过线，转试用")

    learn(house, REQUIRED, 92, clock.now())
    with writing(house.engine) as session:
        for scenario in list(house.scenarios)[:6]:
            session.add(DrillRun(person_id=1, scenario_id=scenario, started=start, ended=clock.now(), ending="done", total=88))
    trainee.goto(f"{address}/quiz")
    trainee.locator("form:has(input[name='mode'][value='exam']) button").first.click()
    sit(trainee, house, right=True)
    for kind in ("师傅鉴定", "主管鉴定"):
        trainer.goto(f"{address}/training/archive/1")
        trainer.select_option("#nk", kind)
        trainer.fill("#nw", "能独立接线")
        press(trainer, "记下")
    trainer.goto(f"{address}/training")
    assert "可以晋级为合格" in trainer.inner_text("main")
    decide(trainer, address, "qualified", "五项都达标")

    trainer.goto(f"{address}/training/archive/1/print")
    sheet = trainer.inner_text(".paper")
    assert all(words in sheet for words in ("0317", "合格", "补考", "试用转合格", "能独立接线"))
    assert trainer.pdf(format="A4").startswith(b"%PDF")
    with reading(house.engine) as session:
        levels = session.exec(select(LevelChange.after).order_by(LevelChange.id)).all()
        assert session.get(Employee, 1).level == "qualified"
        assert session.exec(select(Makeup.passed)).all() == [True]
    assert ["probation", "qualified"] == levels
