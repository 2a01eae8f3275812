"""In a real browser: sign in, search, copy a line, ask, drill and sit a quiz, by keyboard where staff use it."""

import re
import shutil
import threading
import time

import pytest
import uvicorn
from sqlmodel import select

from quiz.attempts import open_attempt
from quiz.papers import Paper
from server import clock
from server.accounts.passwords import hash_password
from server.accounts.tables import Person
from server.app import create_app
from server.database import writing
from tests.endpoint import MODEL, Endpoint, passages

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@pytest.fixture
def address(house):
    with writing(house.engine) as session:
        person = session.exec(select(Person).where(Person.login == "xiaolin")).one()
        person.password = hash_password("correct-horse-9")
    server = uvicorn.Server(uvicorn.Config(create_app(house.settings, house), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(5)


@pytest.fixture
def page(address):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
        tab = context.new_page()
        tab.problems = []
        tab.on("console", lambda m: tab.problems.append(m.text) if m.type == "error" else None)
        tab.on("pageerror", lambda e: tab.problems.append(str(e)))
        tab.goto(f"{address}/sign-in")
        tab.fill("#login", "xiaolin")
        tab.fill("#password", "correct-horse-9")
        tab.press("#password", "Enter")
        tab.wait_for_url("**/")
        yield tab
        browser.close()


def test_the_whole_way(page, address):
    page.goto(f"{address}/search")
    page.keyboard.type("狗咬人")
    page.wait_for_selector("#hits a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    first = page.inner_text(".call.is-on .lines li:first-child .lead p:visible")
    page.keyboard.press("Control+c")

    assert page.evaluate("navigator.clipboard.readText()").strip()[:8] in first
    assert page.evaluate("document.activeElement.id") == "q"

    page.goto(f"{address}/chat")
    page.fill("#say", "楼上半夜一直吵怎么办")
    page.press("#say", "Enter")
    page.wait_for_selector(".a__say")

    page.goto(f"{address}/drills")
    page.click("form[action='/drills/start/repair-leak-ceiling'] button")
    for said in ("您好，物业客服中心，工号 0317，您是几号楼几室？", "水滴到床上谁都着急，是哪个房间？"):
        page.wait_for_selector("#say")
        page.fill("#say", said)
        page.press("#say", "Enter")
        page.wait_for_function("document.querySelector('#say').value === ''")
    page.click("form[action$='/end'] button")
    page.wait_for_selector(".rubric")

    page.goto(f"{address}/quiz/practice?section=ch05-s4&n=3")
    page.click("main .btn--go")
    page.wait_for_selector(".ques.is-on")
    page.locator(".ques.is-on input, .ques.is-on textarea, .ques.is-on select").first.wait_for(
        state="attached"
    )
    page.click(".pal [data-hand]")
    page.click("#hand .btn--stop")
    page.wait_for_selector(".score")

    assert page.problems == []


@pytest.mark.parametrize("width", [320, 375, 768, 1440])
def test_no_page_scrolls_sideways(page, address, width):
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/search", "/search?q=狗咬人", "/handbook/ch06-s4", "/chat", "/drills", "/quiz", "/"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_search_and_chat_work_without_javascript(page, address):
    context = page.context.browser.new_context(java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(f"{address}/search")
    plain.fill("#q", "狗咬人")
    plain.press("#q", "Enter")
    plain.wait_for_selector(".call.is-on")
    plain.goto(f"{address}/chat")
    plain.fill("#say", "狗咬人了怎么办")
    plain.click(".talk__in .btn--go")

    assert plain.locator(".a__say").count() >= 1


def test_a_search_without_hits_offers_the_chat_within_the_sentence(page, address):
    page.goto(f"{address}/search?q=量子纠缠的贝尔不等式怎么推导")
    link = page.get_by_role("link", name="去问答")

    assert "inline" == link.evaluate("a => getComputedStyle(a).display")
    assert link.bounding_box()["height"] < 30


def test_a_rewriting_comes_sentence_by_sentence_above_the_words_of_the_handbook(page, address, house):
    def slowly(body: dict):
        for n, text in enumerate(passages(body)[:2], 1):
            yield text.rstrip("。") + f"[{n}]。"
            time.sleep(0.3)
        yield "我们保证全额赔偿。"

    with Endpoint(slowly) as endpoint:
        house.settings = house.settings.model_copy(update={"llm_base_url": endpoint.url, "llm_model": MODEL})
        house.__dict__.pop("model", None)
        page.goto(f"{address}/chat")
        page.fill("#say", "减免归谁批,几天出结果")
        page.press("#say", "Enter")
        page.wait_for_selector(".ai__said li:nth-child(2)")
        page.wait_for_selector(".ai__note", state="hidden")

        assert "AI 摘编" in page.inner_text(".ai")
        assert "全额赔偿" not in page.inner_text(".ai")
        assert page.locator(".ai__said sup a").count() == 2
        assert page.locator(".a__say").count() > 0
        page.reload()
        assert page.locator(".ai__said li").count() == 2
    assert page.problems == []


def test_a_paper_is_sat_by_keyboard_only_and_its_certificate_prints_on_one_page(page, address, house):
    attempt = sitting_of_three(house)
    page.goto(f"{address}/quiz/{attempt}")
    for _ in range(3):
        page.evaluate("const q = document.querySelector('.ques.is-on'); q.tabIndex = -1; q.focus()")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        while not page.evaluate("document.activeElement.matches('[data-go=\"1\"]')"):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    page.wait_for_selector("#hand[open]")
    while page.evaluate("document.activeElement.textContent.trim()") != "交卷":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.click("text=证书")

    page.wait_for_selector(".cert__qr svg path[stroke='#000']")
    assert 1 == len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True)))
    assert page.problems == []


def sitting_of_three(house) -> int:
    """小林 sits an examination of three statements that any verdict passes."""
    judges = [q for q in house.questions.values() if q.type == "judge"][:3]
    with writing(house.engine) as session:
        person = session.exec(select(Person).where(Person.login == "xiaolin")).one()
        return open_attempt(session, person.id, "exam", Paper("小考", tuple(judges), 10), 1, clock.now(), pass_mark=0).id


@pytest.mark.parametrize("width", [320, 375, 1440])
def test_the_trainers_pages_of_the_bank_fit(page, address, house, width, sign_in):
    token = sign_in("laochen").cookies["kefu_session"]
    page.context.add_cookies([{"name": "kefu_session", "value": token, "url": address}])
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/bank", "/bank/import", "/bank/quality", "/bank/q/ch05-s1-q02", "/exams"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        assert 1 == page.locator("h1").count(), path
