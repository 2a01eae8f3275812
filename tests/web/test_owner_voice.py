"""With a language model set up, the owner in a drill speaks in other words; the call stays the script's."""

from sqlmodel import select

from scenarios import engine, states
from scenarios.tables import DrillRun
from server.database import reading
from tests.endpoint import KEY

SAID = "您好，物业客服中心小林，哪个房间在滴，滴了多久？"


def called(browser, house) -> states.DrillState:
    """A call after one utterance."""
    here = browser.post("/drills/start/repair-leak-ceiling", follow_redirects=False).headers["location"]
    browser.post(f"{here}/say", data={"say": SAID, "turn": 0})
    with reading(house.engine) as session:
        return states.from_dict(session.exec(select(DrillRun).order_by(DrillRun.id.desc())).first().state)


def reworded(body: dict):
    line = body["messages"][1]["content"].split("台词：")[1]
    yield line[:-1] + "呀" + line[-1]


def test_the_owner_is_heard_in_the_models_words_and_moved_by_the_scripts(xiaolin, house, model):
    endpoint = model(reworded)
    state = called(xiaolin, house)
    page = xiaolin.get("/drills/1").text

    assert state.turns[0].voiced and all("呀" in line and line in page for line in state.turns[0].voiced)
    assert state == engine.rewind(house.scenarios["repair-leak-ceiling"], state, 1)
    assert SAID not in str([s["body"] for s in endpoint.seen]) and KEY not in page


def test_a_model_that_adds_a_figure_or_fails_leaves_the_script(xiaolin, house, model):
    model(lambda body: iter(["我住 1203，滴了 40 分钟，赔我 8000 块。"]))
    state = called(xiaolin, house)

    assert state.turns[0].voiced == state.turns[0].owner


def test_the_owners_voice_counts_against_the_daily_limit(xiaolin, house, model):
    endpoint = model(reworded, llm_daily_limit=0)

    assert () == called(xiaolin, house).turns[0].voiced and not endpoint.seen


def test_without_a_model_the_owner_speaks_the_script(xiaolin, house):
    assert () == called(xiaolin, house).turns[0].voiced
