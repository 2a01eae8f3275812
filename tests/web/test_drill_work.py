"""Drills that are assigned, counted, and taken up again after the server died."""

from starlette.testclient import TestClient

from scenarios.statistics import wilson
from server.app import create_app
from server.database import open_engine
from server.house import House


def test_an_intent_is_assigned_to_everyone_and_started_by_the_trainee(laochen, xiaolin):
    laochen.post("/team/assign", data={"intent": "repair-leak", "everyone": "true", "attempts": "2", "pass_mark": "70"})
    due = xiaolin.get("/drills").context["due"]
    page = xiaolin.post(f"/drills/assigned/{due[0].id}")

    assert ("repair-leak", 2, 70) == (due[0].intent, due[0].attempts, due[0].pass_mark)
    assert (page.context["s"].intent, page.context["run"].assignment_id) == ("repair-leak", due[0].id)


def test_another_persons_assignment_does_not_exist(laochen, xiaolin, sign_in):
    laochen.post("/team/assign", data={"intent": "repair-leak", "person_id": "1"})
    due = xiaolin.get("/drills").context["due"]

    assert sign_in("xiaozhou").post(f"/drills/assigned/{due[0].id}").status_code == 404


def test_few_drills_give_counts_but_no_share(laochen, xiaolin):
    here = xiaolin.post("/drills/start/repair-leak-ceiling", follow_redirects=False).headers["location"]
    xiaolin.post(f"{here}/say", data={"say": "您好，物业客服中心，工号 0317。", "turn": 0})
    xiaolin.post(f"{here}/end")
    page = laochen.get("/team/drills")

    assert page.context["n"] == 1 and "样本不足" in page.text


def test_an_interval_holds_its_share():
    low, high = wilson(20, 40)

    assert (0.35, 0.65) == (round(low, 2), round(high, 2))


def test_a_call_goes_on_where_it_was_after_the_server_died(house, xiaolin):
    here = xiaolin.post("/drills/start/repair-leak-ceiling", follow_redirects=False).headers["location"]
    before = xiaolin.post(f"{here}/say", data={"say": "附近有灯和插座吗？", "turn": 0}).context["state"]
    house.engine.dispose()
    again = House(house.settings, open_engine(house.settings.database if house.settings.database_url else str(house.engine.url)))
    client = TestClient(create_app(again.settings, again, compress=False), headers={"Sec-Fetch-Site": "same-origin"})
    client.cookies.set("kefu_session", xiaolin.cookies["kefu_session"])

    assert before == client.get(here).context["state"]


def test_a_debrief_stands_beside_the_last_one_of_the_same_scenario(xiaolin):
    for said in ("嗯。", "附近有灯和插座吗？我现在派师傅，20 分钟内到您家。"):
        here = xiaolin.post("/drills/start/repair-leak-ceiling", follow_redirects=False).headers["location"]
        xiaolin.post(f"{here}/say", data={"say": said, "turn": 0})
        page = xiaolin.post(f"{here}/end")

    assert page.context["then"]["solution"] is False
    assert "和上一次比" in page.text and "用文字看" in page.text
